"""A vault that is counted: what it says of itself is what a look at all of it would say."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from custom_components.immich_syncthing.vault.counted import CountedVault
from custom_components.immich_syncthing.vault.directory import DirectoryVault
from custom_components.immich_syncthing.vault.errors import VaultMismatchError
from custom_components.immich_syncthing.vault.model import Blocking, VaultContent, VaultUsage
from tests.checksums import sha1

from .things import PHOTO, everything, opened, origin_of, pieces


class Told:
    """Counts how often somebody was told."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> None:
        self.times += 1


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def counted(vault: DirectoryVault, told: Told) -> CountedVault:
    return CountedVault(vault, told)


async def test_it_counts_what_is_there_and_then_what_comes_and_goes(
    counted: CountedVault, vault: DirectoryVault, told: Told
) -> None:
    await vault.store_stream(pieces(PHOTO), origin_of(PHOTO))
    assert counted.counted is None

    await counted.count()
    assert counted.counted == await vault.usage()
    await counted.store_stream(pieces(b"other"), origin_of(b"other"))
    assert counted.counted == await vault.usage()
    await counted.remove(sha1(b"other"))
    assert counted.counted == await vault.usage()
    assert told.times == 3

    await counted.remove(sha1(b"other"))
    await counted.store_stream(pieces(PHOTO), origin_of(PHOTO, "B.jpg"))
    assert told.times == 3, "nothing of that is another number"
    await counted.remove(sha1(PHOTO))
    assert counted.counted == VaultUsage(0, 0, None)


async def test_what_could_not_be_kept_is_not_counted(counted: CountedVault) -> None:
    await counted.count()

    with pytest.raises(VaultMismatchError):
        await counted.store_stream(pieces(b"torn"), origin_of(PHOTO))

    assert counted.counted == VaultUsage(0, 0, None)


async def test_what_changes_while_it_is_counted_is_counted_once(
    vault: DirectoryVault, disk: Blocking, clock: Callable[[], float], told: Told
) -> None:
    for content in (b"first", b"goes meanwhile"):
        await vault.store_stream(pieces(content), origin_of(content))

    class Slow(DirectoryVault):
        async def contents(self) -> AsyncIterator[tuple[VaultContent, ...]]:
            looked = [page async for page in super().contents()]
            began.set()
            await go_on.wait()
            for page in looked:
                yield page

    began, go_on = asyncio.Event(), asyncio.Event()
    counted = CountedVault(Slow(vault.directory, disk, clock), told)

    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        tasks.create_task(counted.count())
        await began.wait()
        await counted.store_stream(pieces(b"comes"), origin_of(b"comes"))
        await counted.store_stream(pieces(b"first"), origin_of(b"first", "B.jpg"))
        await counted.remove(sha1(b"goes meanwhile"))
        go_on.set()

    assert counted.counted is not None
    assert (counted.counted.objects, counted.counted.bytes) == (2, len(b"first") + len(b"comes"))


async def test_it_is_the_vault_in_all_else(counted: CountedVault, vault: DirectoryVault, tmp_path: Path) -> None:
    (tmp_path / "IMG_1.jpg").write_bytes(PHOTO)
    with opened(tmp_path / "IMG_1.jpg") as source:
        kept = await counted.store_file(source, origin_of(PHOTO))

    assert await counted.usage() == await vault.usage()
    assert await counted.find(sha1(PHOTO)) == kept
    assert await everything(counted, sha1(PHOTO)) == PHOTO
    assert await counted.entries_of(sha1(PHOTO)) == (kept,)
    assert [page async for page in counted.entries()] == [(kept,)]
    assert [one.checksum async for page in counted.contents() for one in page] == [sha1(PHOTO)]
    await counted.write_note("fence", b"7")
    assert await vault.read_note("fence") == await counted.read_note("fence") == b"7"
    await counted.remove_note("fence")
    assert await vault.read_note("fence") is None
