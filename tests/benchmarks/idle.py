"""What a cycle costs in which nothing happened, in a big library and in one of a thousand photos, taking turns."""

import sqlite3
import sys
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from custom_components.immich_syncthing.engine.cycle import FolderEngine
from custom_components.immich_syncthing.engine.model import FolderState

from .loop_meter import metered
from .rows import Bench, Measure, Of, Row, Wish, at_most
from .spending import Spent, cpu_of, from_spent, spent
from .vast import Library, library

SMALL = 1_000
CYCLES = 30
VISIBILITIES = 3
"""What an API key can list, and so how many searches a delta takes."""


class Idle:
    """A folder that has come to rest."""

    def __init__(self, home: Library, folder: FolderEngine) -> None:
        self._home = home
        self._folder = folder
        self._watcher = sqlite3.connect(f"file:{home.ledger_path}?mode=ro", uri=True)

    async def rest(self) -> None:
        """Let all that a start brings be over: the walk, the full check, what follows from them."""
        for _ in range(4):
            self._home.clock.skip(3)
            report = await self._folder.run()
            assert report.problem is None, report.problem
        assert report.state is FolderState.IN_AGREEMENT, report

    async def cycle(self) -> Spent:
        """Have a cycle."""
        with spent() as seconds:
            await self._folder.run()
        return seconds

    async def asks(self, whom: str) -> int:
        """Return how many requests a cycle makes."""
        before = self._home.asked[whom]
        await self.cycle()
        return self._home.asked[whom] - before

    async def writes(self) -> bool:
        """Return whether a cycle writes into the ledger."""
        before = self._version()
        await self.cycle()
        return self._version() != before

    async def allocates(self) -> float:
        """Return how many KiB a cycle needs at most beyond those that were in use before."""
        await self.cycle()
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        await self.cycle()
        return (tracemalloc.get_traced_memory()[1] - before) / 1024

    def _version(self) -> int:
        return int(self._watcher.execute("PRAGMA data_version").fetchone()[0])


class Opened:
    """Counts the files and directories that this process opens. It cannot be ended."""

    def __init__(self) -> None:
        self.count = 0
        sys.addaudithook(self._hear)

    def _hear(self, event: str, _: tuple[object, ...]) -> None:
        self.count += event in {"open", "os.listdir", "os.scandir"}


async def _opens(idle: Idle, opened: Opened) -> int:
    before = opened.count
    await idle.cycle()
    return opened.count - before


@asynccontextmanager
async def _prepared(place: Path, wish: Wish, *, name: str, count: int) -> AsyncIterator[Measure]:
    async with (
        library(place / "small", SMALL) as small,
        library(place / "big", count) as big,
        small.open() as small_folder,
        big.open() as big_folder,
    ):
        few, many = Idle(small, small_folder), Idle(big, big_folder)
        await few.rest()
        await many.rest()

        async def measure() -> AsyncIterator[Row]:
            seconds: dict[Idle, list[Spent]] = {few: [], many: []}
            for _ in range(CYCLES):
                for one, taken in seconds.items():
                    taken.append(await one.cycle())
            yield from_spent(name, seconds[many], seconds[few], at_most(1.2, Of.RATIO))
            yield cpu_of(name, seconds[many], seconds[few])
            for whom, most in (("immich", VISIBILITIES + 1), ("syncthing", 1)):
                asks = await many.asks(whom)
                yield Row(f"{name}.{whom}", asks, "requests", asks / (await few.asks(whom) or 1), at_most(most))
            yield Row(f"{name}.writes", await many.writes(), "commits", target=at_most(0))
            opened = Opened()
            opens = await _opens(many, opened)
            # The root, its marker and the fence.
            yield Row(f"{name}.opened", opens, "files", opens / (await _opens(few, opened) or 1), at_most(3))
            with metered() as meter:
                await many.cycle()
            yield Row(f"{name}.loop", meter.longest_cpu, "ms", target=at_most(20))
            tracemalloc.start()
            needs = await many.allocates()
            yield Row(f"{name}.memory", needs, "KiB", needs / await few.allocates(), at_most(1.2, Of.RATIO))
            tracemalloc.stop()

        yield measure


def bench(size: str, count: int, *, quick: bool = False) -> Bench:
    return Bench(f"idle.{size}", partial(_prepared, name=f"idle.{size}", count=count), quick)
