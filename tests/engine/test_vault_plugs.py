"""The plug is pulled on the vault: nothing is deleted without its copy, it is said why, and it goes on by itself."""

from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractContextManager
from itertools import count
from pathlib import Path
from typing import override

import pytest

from custom_components.immich_syncthing.engine.selection import Selection
from custom_components.immich_syncthing.stores.settings import StoreSettings
from custom_components.immich_syncthing.stores.store import Store
from custom_components.immich_syncthing.vault.directory import DirectoryVault
from tests.checksums import sha1
from tests.mounts import full_meanwhile, read_only_meanwhile
from tests.servers.s3 import S3Kind, S3Server, moto, serving
from tests.servers.syncthing import free_port

from .living import CAMERA, living, ten_photos
from .test_incidents_stores import impatient, vaulted_in
from .two_deletions import DELETED, TRASHED, goes_on, nothing_is_deleted

__all__ = ["impatient", "moto"]

pytestmark = pytest.mark.usefixtures("socket_enabled")
A_DAY = 86_400.0
BROKEN: dict[str, tuple[Callable[[Path], AbstractContextManager[None]], str]] = {
    "its disk is full": (full_meanwhile, "vault_full"),
    "its disk became read-only": (read_only_meanwhile, "vault_unavailable"),
}


@pytest.mark.parametrize("how", BROKEN)
async def test_while_a_vault_takes_nothing_nothing_goes(tmp_path: Path, small_disk: Path, how: str) -> None:
    meanwhile, code = BROKEN[how]
    async with living(tmp_path) as life:
        life.vault = DirectoryVault(small_disk / "vault", life.workers.disk, life.clock.wall)
        await life.vault.prepare()
        await life.restart()
        photos = await ten_photos(life)
        with meanwhile(small_disk):
            await nothing_is_deleted(life, photos, code)
        await goes_on(life, photos)
        assert [await life.in_vault(photos[path]) for path in (TRASHED, DELETED)] == [True, True]


@pytest.mark.usefixtures("impatient")
async def test_a_server_of_the_vault_is_stopped_and_started(tmp_path: Path) -> None:
    port, place = free_port(), tmp_path / "server"
    place.mkdir()
    async with living(tmp_path) as life:
        with serving(S3Kind.S3RVER, place, port=port) as server:
            settings = server.settings(server.new_bucket())
            vault = await vaulted_in(life, Store(settings))
            photos = await ten_photos(life)
        await nothing_is_deleted(life, photos, "vault_unavailable")
        with serving(S3Kind.S3RVER, place, port=port):
            await goes_on(life, photos)
            assert [await vault.find(sha1(photos[path])) is not None for path in (TRASHED, DELETED)] == [True, True]


class Killed(BaseException):
    """The process ends here."""


class MortalReading(Store):
    """Reads, and dies before or behind a block of a photo, at the moment with the number ``dies_at``."""

    def __init__(self, settings: StoreSettings, dies_at: int) -> None:
        super().__init__(settings)
        self._left = dies_at

    @override
    async def read(self, key: str, *, offset: int = 0, end: int | None = None) -> AsyncGenerator[bytes]:
        async for block in super().read(key, offset=offset, end=end):
            self._die(key)
            yield block
        self._die(key)

    def _die(self, key: str) -> None:
        self._left -= key.startswith("objects/")
        if self._left < 0:
            raise Killed


async def test_killed_anywhere_while_photos_come_back_from_a_store(tmp_path: Path, moto: S3Server) -> None:
    """Whenever it happens, the next start brings back all that was asked for, whole, and nothing twice."""
    settings = moto.settings(moto.new_bucket())
    async with living(tmp_path) as life:
        whole = await vaulted_in(life, Store(settings))
        photos = await ten_photos(life)
        for dies_at in count():
            life.clock.skip(A_DAY)
            moment = life.clock.wall()
            life.phone_deletes(DELETED)
            life.web.trash(life.web.find("IMG_3.jpg").id)
            await life.settle()
            assert len(life.on_phone()) == 8
            wanted = Selection(frozenset({CAMERA}), since=moment)
            await vaulted_in(life, MortalReading(settings, dies_at))
            died = False
            try:
                await life.account.restore(wanted)
                await life.settle()
            except* Killed:
                died = True
            assert set(life.on_phone().items()) <= set(photos.items())
            life.vault = whole  # type: ignore[assignment] # a life begins with a directory
            await life.restart()
            await life.settle()
            await life.account.restore(wanted)
            await life.settle()
            assert life.on_phone() == photos
            assert (life.in_immich(), life.in_immich(trashed=True)) == (set(photos.values()), set())
            assert await life.account.holds() == []
            if not died:
                break
        assert dies_at > 2
