"""One place under two names: an address and another of the same server, a disk that is mounted twice."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import override

import pytest

from custom_components.immich_syncthing.engine.workers import ThreadPool
from custom_components.immich_syncthing.replica.migration import replica_clearing
from custom_components.immich_syncthing.stores.settings import StoreKind, StoreSettings
from custom_components.immich_syncthing.stores.store import Store
from custom_components.immich_syncthing.stores.verified import Verified
from custom_components.immich_syncthing.vault.directory import DirectoryVault
from custom_components.immich_syncthing.vault.migration import vault_clearing, vault_migration
from custom_components.immich_syncthing.vault.object_vault import ObjectVault
from tests.checksums import sha1
from tests.servers.s3 import S3Server, moto

from .things import PHOTO, everything, origin_of, pieces

__all__ = ["moto"]


@pytest.mark.usefixtures("socket_enabled")
async def test_a_vault_that_was_only_given_another_address_loses_nothing_when_the_old_one_is_to_go(
    moto: S3Server, clock: Callable[[], float], disk: ThreadPool
) -> None:
    settings = moto.settings(moto.new_bucket(), prefix="immich/vault")
    old = ObjectVault(Store(settings), clock, disk)
    new = ObjectVault(Store(replace(settings, endpoint=moto.url.replace("127.0.0.1", "localhost"))), clock, disk)
    await old.prepare()
    await old.store_stream(pieces(PHOTO), origin_of(PHOTO))
    assert (await vault_migration(old, new, Verified()).run()).failed == 0

    cleared = await vault_clearing(old, new).run()

    assert (cleared.objects, cleared.kept) == (0, 2)
    assert await everything(new, sha1(PHOTO)) == PHOTO


async def test_a_vault_on_a_disk_that_is_mounted_twice_loses_nothing_when_the_old_one_is_to_go(
    tmp_path: Path, clock: Callable[[], float], disk: ThreadPool
) -> None:
    old = DirectoryVault(tmp_path / "disk" / "vault", disk, clock)
    (tmp_path / "again").symlink_to(tmp_path / "disk")
    new = DirectoryVault(tmp_path / "again" / "vault", disk, clock)
    await old.prepare()
    await old.store_stream(pieces(PHOTO), origin_of(PHOTO))

    await vault_clearing(old, new).run()

    assert await everything(new, sha1(PHOTO)) == PHOTO


async def test_an_old_vault_that_is_another_accounts_under_another_name_stays(
    tmp_path: Path, clock: Callable[[], float], disk: ThreadPool
) -> None:
    old, new = (DirectoryVault(tmp_path / name, disk, clock) for name in ("old", "new"))
    (tmp_path / "again").symlink_to(tmp_path / "old")
    theirs = ObjectVault(Store(StoreSettings(StoreKind.DIRECTORY, directory=str(tmp_path / "again"))), clock, disk)
    for one in (old, new):
        await one.prepare()
        await one.store_stream(pieces(PHOTO), origin_of(PHOTO))

    await vault_clearing(old, new, [theirs]).run()

    assert await everything(theirs, sha1(PHOTO)) == PHOTO
    await old.prepare(create=False)


async def test_a_replica_that_is_only_reached_by_another_name_keeps_its_copies(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "again").symlink_to(tmp_path / "disk")
    old, new = (Store(StoreSettings(StoreKind.DIRECTORY, directory=str(tmp_path / name))) for name in ("disk", "again"))
    for key in ("manifest/about.json", "originals/2026/11/IMG_1.jpg"):
        await old.put_small(key, b"{}")

    assert (await replica_clearing(old, new).run()).objects == 0

    assert await new.read_small("originals/2026/11/IMG_1.jpg") == b"{}"


class HeldStore(Store):
    """Lets whoever writes an entry wait."""

    def __init__(self, settings: StoreSettings) -> None:
        super().__init__(settings)
        self.reached, self.goes_on = asyncio.Event(), asyncio.Event()

    @override
    async def put_small(self, key: str, data: bytes) -> None:
        if key.startswith("entries/"):
            self.reached.set()
            await self.goes_on.wait()
        await super().put_small(key, data)


async def test_of_two_accounts_that_reach_a_place_with_different_keys_none_removes_what_the_other_relies_on(
    tmp_path: Path, clock: Callable[[], float], disk: ThreadPool
) -> None:
    """A content leaves one account's vault at the very moment at which the other finds it there."""
    settings = StoreSettings(StoreKind.DIRECTORY, directory=str(tmp_path), access_key="first")
    first = ObjectVault(Store(settings), clock, disk)
    held = HeldStore(replace(settings, access_key="second", secret_key="other", prefix="/"))
    second = ObjectVault(held, clock, disk)
    await first.prepare()
    entry = await first.store_stream(pieces(PHOTO), origin_of(PHOTO))

    keeping = asyncio.create_task(second.store_stream(pieces(PHOTO), origin_of(PHOTO, "IMG_2.jpg")))
    async with asyncio.timeout(30):
        await held.reached.wait()
        removing = asyncio.create_task(first.remove(sha1(PHOTO), before=entry.stored_at + 0.001))
        await asyncio.wait([removing], timeout=0.5)
        held.goes_on.set()
        await keeping
        await removing

    assert await everything(second, sha1(PHOTO)) == PHOTO
