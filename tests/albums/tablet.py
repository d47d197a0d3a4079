"""An album folder as it lives: the real client against the imitated Immich, a real directory and a real base."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from custom_components.immich_syncthing.albums.album_folder import AlbumFolder
from custom_components.immich_syncthing.albums.base import Base
from custom_components.immich_syncthing.albums.model import RunReport
from custom_components.immich_syncthing.albums.ports import Library, Surroundings
from custom_components.immich_syncthing.albums.settings import AlbumFolderSettings, Source
from custom_components.immich_syncthing.engine.workers import InlinePool, Pool
from custom_components.immich_syncthing.immich.client import ImmichClient
from tests.engine.living import CaughtUpSyncthing
from tests.immich.pauses import Pauses
from tests.replica.house import Time
from tests.servers.immich import Browser, ImmichStandIn

SUMMER = datetime(2026, 7, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass
class Tablet:
    """Everything of one album folder; ``open`` starts it as Home Assistant does, again after each stop."""

    server: ImmichStandIn
    session: aiohttp.ClientSession
    home: Path
    settings: AlbumFolderSettings
    sync: CaughtUpSyncthing
    clock: Time = field(default_factory=Time)
    blocking: Pool = field(default_factory=InlinePool)
    disk: Pool = field(default_factory=InlinePool)
    library: Library | None = None
    photos: int = 0
    opened: list[Base] = field(default_factory=list)

    @property
    def web(self) -> Browser:
        return self.server.browser

    @property
    def root(self) -> Path:
        return self.settings.root

    @property
    def base(self) -> Path:
        return self.home / "album.sqlite"

    def client(self, key: str | None = None) -> ImmichClient:
        url = f"{self.server.url}/api"
        return ImmichClient(self.session, url, key or self.server.key, sleep=Pauses().sleep, random=lambda: 0.5)

    def set(self, **settings: Any) -> None:
        """Change the owner's settings."""
        self.settings = replace(self.settings, **settings)

    async def open(self) -> AlbumFolder:
        library = self.library or self.client()
        around = Surroundings(library, self.sync, self.clock, self.blocking, self.disk)
        open_base = Base.open

        def opening(path: Path, aside: Callable[[], str]) -> Base:
            self.opened.append(open_base(path, aside))
            return self.opened[-1]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Base, "open", opening)
            return await AlbumFolder.open(around, self.base, self.settings)

    def bury(self) -> None:
        """Let the files of a dead process go, as its system does."""
        for base in self.opened:
            base.close()
        self.opened.clear()

    async def run(self, before: Callable[[AlbumFolder], Any] | None = None) -> RunReport:
        """One run from start to stop; ``before`` may say something to the folder first."""
        folder = await self.open()
        try:
            if before is not None:
                await before(folder)
            return await folder.run()
        finally:
            await folder.close()

    async def well(self) -> RunReport:
        """One run that nothing stops."""
        report = await self.run()
        assert report.problem is None
        return report

    async def approve(self, shown: RunReport) -> RunReport:
        """One run after the owner said yes to all that an earlier one asked about."""

        async def say(folder: AlbumFolder) -> None:
            await folder.approve_leaving(shown.leaving_digest)
            await folder.approve_deleted(shown.deleted_digest)

        return await self.run(say)

    async def photo(self, name: str, content: bytes = b"", *albums: str) -> str:
        """A photo in the web, taken an hour after the one before; its id."""
        asset_id = self.upload(name, content)
        await self.server.settle()
        for album in albums:
            self.web.put_into_album(album, asset_id)
        return asset_id

    def upload(self, name: str, content: bytes = b"") -> str:
        """The same, that Immich has not read yet."""
        self.photos += 1
        taken = SUMMER + self.photos * HOUR
        return self.web.upload(content or f"bytes of {name}".encode(), name, taken=taken)

    async def album(self, *names: str) -> str:
        """A chosen album with these photos; its id."""
        album = self.web.make_album("Summer", *[self.upload(name) for name in names])
        await self.server.settle()
        self.set(albums=self.settings.albums | {album})
        return album

    def files(self) -> dict[str, bytes]:
        """What the tablet sees: all files but those that Syncthing never syncs."""
        found = (one for one in self.root.rglob("*") if one.is_file() and ".stfolder" not in one.parts)
        return {
            str(one.relative_to(self.root)): one.read_bytes() for one in found if not one.name.startswith(".syncthing")
        }

    def names(self) -> list[str]:
        return sorted(self.files())

    def lose_base(self) -> None:
        for path in self.home.glob("album.sqlite*"):
            path.unlink()

    def asked_to_delete(self) -> list[str]:
        """The requests that take anything away in Immich; taking out of an album is none of them."""
        calls = [one for one in self.server.log if one.method == "DELETE" or "/trash" in one.path]
        return [f"{one.method} {one.path}" for one in calls if "/albums/" not in one.path]


def tablet_of(server: ImmichStandIn, session: aiohttp.ClientSession, home: Path) -> Tablet:
    """A folder with Syncthing's marker and nothing else in it, of no album yet."""
    root = home / "tablet"
    (root / ".stfolder").mkdir(parents=True)
    settings = AlbumFolderSettings("tablet", root, source=Source.ALBUMS)
    return Tablet(server, session, home, settings, CaughtUpSyncthing({"tablet": root}))
