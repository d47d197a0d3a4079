"""What an album folder needs from the outside, as protocols: the real clients, or what tests put in their place.

Nothing here trashes or deletes anything in Immich: an album folder cannot, whatever goes wrong with it.
"""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ..engine.ports import Clock
from ..engine.workers import Pool
from ..immich.finding import Found, Wanted
from ..immich.models import Album, Asset, BatchResult, ChangePage, MediaTypes, ServerFeatures, User
from ..immich.pictures import Picture
from ..immich.search import Words
from ..syncthing.models import FolderConfig, FolderStatus


class Library(Protocol):
    """The calls of ``immich.client.ImmichClient`` that are made. All raise ``ImmichError``."""

    async def me(self) -> User: ...
    async def media_types(self) -> MediaTypes: ...
    async def server_features(self) -> ServerFeatures: ...
    async def album(self, album_id: str) -> Album: ...
    async def albums_of(self, asset_id: str) -> tuple[str, ...]: ...
    def listing(
        self,
        since: datetime,
        owner_id: str,
        *,
        album_id: str | None = None,
        favorite: bool = False,
        words: Words | None = None,
    ) -> AsyncGenerator[ChangePage]: ...
    async def find_similar(self, wanted: Wanted, shows: str, size: int, page: int = 1) -> Found: ...
    async def asset(self, asset_id: str) -> Asset: ...
    async def picture(self, asset_id: str) -> Picture: ...
    def download(self, asset_id: str, *, offset: int = 0) -> AsyncGenerator[bytes]: ...
    async def remove_from_album(self, album_id: str, asset_ids: Sequence[str]) -> BatchResult: ...


class Sync(Protocol):
    """The calls of ``syncthing.client.SyncthingClient`` that are made. All raise ``SyncthingError``."""

    async def folders(self) -> tuple[FolderConfig, ...]: ...
    async def folder_status(self, folder_id: str) -> FolderStatus: ...
    async def scan(self, folder_id: str, subs: Sequence[str] = ()) -> None: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an album folder works with. ``blocking`` has exactly one thread: the base lives there; ``disk`` has some."""

    library: Library
    sync: Sync
    clock: Clock
    blocking: Pool
    disk: Pool
