"""Stores with very many objects: listed whole and in order, moved by as many hands as were asked for."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import override

from custom_components.immich_syncthing.stores.listing import PAGE
from custom_components.immich_syncthing.stores.migration import Layout, Migration
from custom_components.immich_syncthing.stores.model import Stored
from custom_components.immich_syncthing.stores.settings import StoreKind, StoreSettings
from custom_components.immich_syncthing.stores.store import Store
from custom_components.immich_syncthing.stores.verified import Verified

from .things import keys

LAYOUT = Layout(("a",), "mark", lambda _: None)
PATIENCE_S = 60.0
HANDS = 5


class BusyStore(Store):
    """Takes objects in only when ``HANDS`` are being brought, and counts how many are at the most."""

    def __init__(self, settings: StoreSettings) -> None:
        super().__init__(settings)
        self._all = asyncio.Barrier(HANDS)
        self.now = self.most = 0

    @override
    async def put(self, key: str, chunks: AsyncIterator[bytes], size: int | None = None) -> Stored:
        self.now += 1
        self.most = max(self.most, self.now)
        await self._all.wait()
        stored = await super().put(key, chunks, size)
        self.now -= 1
        return stored


async def test_a_migration_works_with_as_many_hands_as_it_was_given() -> None:
    source, destination = Store.memory(), BusyStore.memory()
    await source.put_small("mark", b"a store of ours")
    for number in range(4 * HANDS):
        await source.put_small(f"a/{number:02}", b"photo")
    migration = Migration(source, destination, LAYOUT, Verified(), at_once=HANDS)
    async with asyncio.timeout(PATIENCE_S):
        progress = await migration.run()
    assert destination.most == HANDS
    assert (progress.copied_objects, progress.failed) == (4 * HANDS, 0)


async def test_what_is_told_of_a_migration_is_what_is_there() -> None:
    source, destination = Store.memory(), Store.memory()
    await source.put_small("mark", b"a store of ours")
    for number in range(40):
        await source.put_small(f"a/{number:02}", bytes(number))
    migration = Migration(source, destination, LAYOUT, Verified(), at_once=2)
    run = asyncio.create_task(migration.run())
    told: list[tuple[int, int]] = []
    while not run.done():
        done = migration.progress.done_objects
        told.append((done, len(await keys(destination, "a"))))
    assert (await run).done_objects == 40
    assert [done for done, _ in told] == sorted(done for done, _ in told), "it never goes back"
    assert all(done <= there for done, there in told)


async def test_a_directory_of_many_small_ones_is_listed_in_whole_pages_and_from_anywhere(tmp_path: Path) -> None:
    store = Store(StoreSettings(StoreKind.DIRECTORY, directory=str(tmp_path)))
    names = [f"a/{number:04}/{name}" for number in range(PAGE // 2 + 20) for name in ("1/deep", "1.jpg", "2")]
    names += [f"a/{number:04}.txt" for number in range(0, 60, 7)]
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"?")
    names.sort()

    pages = [[one.key for one in page] async for page in store.list("a")]

    assert [key for page in pages for key in page] == names
    assert len(pages) == 2
    for at in (0, 1, 17, len(names) // 2, len(names) - 2, len(names) - 1):
        assert await keys(store, "a", names[at]) == names[at + 1 :]
