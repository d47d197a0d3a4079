"""Contents are gone through oldest first, however many they are, and not in memory."""

from collections.abc import AsyncIterator

import pytest

from custom_components.immich_syncthing.vault.errors import VaultUnavailableError
from custom_components.immich_syncthing.vault.gathered import Gathered
from custom_components.immich_syncthing.vault.model import Blocking, VaultContent


def content(number: int, newest_at: float) -> VaultContent:
    return VaultContent(number.to_bytes(20), number, newest_at - 1, newest_at)


@pytest.fixture
async def gathered(disk: Blocking) -> AsyncIterator[Gathered]:
    async with Gathered(disk) as made:
        yield made


async def pages(gathered: Gathered, size: int) -> list[tuple[VaultContent, ...]]:
    return [page async for page in gathered.pages(size)]


async def test_the_oldest_come_first_and_those_of_one_moment_by_checksum(gathered: Gathered) -> None:
    some = [content(3, 5.5), content(1, 9.0), content(2, 5.5), content(4, 0.25)]
    await gathered.add(some[:2])
    await gathered.add(some[2:])
    assert (gathered.count, gathered.bytes) == (4, 10)
    assert await pages(gathered, 3) == [(some[3], some[2], some[0]), (some[1],)]


async def test_what_is_removed_on_the_way_hides_nothing(gathered: Gathered) -> None:
    await gathered.add(content(number, number // 3) for number in range(10))
    seen = []
    async for page in gathered.pages(2):
        seen += [one.size for one in page]
        await gathered.remove(page[:1])
    assert seen == list(range(10))
    assert (gathered.count, gathered.bytes) == (5, 1 + 3 + 5 + 7 + 9)
    assert [one.size for [one] in await pages(gathered, 1)] == [1, 3, 5, 7, 9]


async def test_nothing_is_nothing(gathered: Gathered) -> None:
    await gathered.add(())
    await gathered.remove(())
    assert await pages(gathered, 5) == []


async def test_a_disk_that_fails_is_told(gathered: Gathered, disk: Blocking) -> None:
    await gathered.add([content(1, 1.0)])
    database = gathered._database  # noqa: SLF001 - nobody else can break it
    assert database is not None
    await disk.run(database.execute, "DROP TABLE contents")
    with pytest.raises(VaultUnavailableError):
        await gathered.add([content(2, 1.0)])
    with pytest.raises(VaultUnavailableError):
        await gathered.remove([content(1, 1.0)])
    with pytest.raises(VaultUnavailableError):
        await pages(gathered, 1)
    assert gathered.count == 1
