"""A full walk of a folder in which nothing changed, beside a loop that only lists and stats, taking turns."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.observe_folder import FolderObserver

from .loop_meter import metered
from .rows import Bench, Measure, Of, Row, Wish, at_most
from .spending import Spent, cpu_of, from_spent, spent
from .upload_memory import MIB, forget_peak, status
from .vast import Library, library


def plain(root: Path) -> int:
    """List and stat everything below a directory, and keep nothing; how many files there are."""
    files, waiting = 0, [str(root)]
    while waiting:
        with os.scandir(waiting.pop()) as found:
            for entry in found:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    entry.stat(follow_symlinks=False)
                    files += 1
    return files


class Walker:
    """Walks a library as the engine does."""

    def __init__(self, home: Library, ledger: Ledger) -> None:
        self._home = home
        extensions = frozenset({".jpg", ".mp4"})
        self._observer = FolderObserver(home.settings, ledger, home.workers, home.clock, uploadable=lambda: extensions)

    async def walk(self) -> Spent:
        """Walk, and return the seconds."""
        with spent() as seconds:
            await self._observer.full()
        return seconds

    async def walk_plainly(self) -> Spent:
        """Do the least, in a thread of the same pool."""
        with spent() as seconds:
            await self._home.workers.disk.run(plain, self._home.root)
        return seconds

    async def cancelled(self, after: float) -> float:
        """Break a walk off, and return the seconds until nothing of it works any more."""
        task = asyncio.create_task(self._observer.full())
        await asyncio.sleep(after)
        began = time.perf_counter()
        task.cancel()
        await asyncio.wait([task])
        # Both pools are free again when they take something new.
        await self._home.workers.ledger.run(lambda: None)
        await asyncio.gather(*(self._home.workers.disk.run(lambda: None) for _ in range(2)))
        return time.perf_counter() - began


@asynccontextmanager
async def _prepared(place: Path, wish: Wish, *, name: str, count: int) -> AsyncIterator[Measure]:
    async with library(place, count) as home:
        ledger = await home.workers.ledger.run(Ledger.open, home.ledger_path)
        walker = Walker(home, ledger)
        await walker.walk_plainly()
        before = forget_peak()
        await walker.walk()
        growth = status("VmHWM") - before

        async def measure() -> AsyncIterator[Row]:
            ours: list[Spent] = []
            theirs: list[Spent] = []
            for _ in range(wish.rounds):
                theirs.append(await walker.walk_plainly())
                ours.append(await walker.walk())
            yield from_spent(name, ours, theirs, at_most(1.5, Of.RATIO))
            yield cpu_of(name, ours, theirs)
            yield Row(f"{name}.memory", growth / MIB, "MiB", target=at_most(64))
            with metered() as meter:
                await walker.walk()
            yield Row(f"{name}.loop", meter.longest_cpu, "ms", target=at_most(20))
            yield Row(f"{name}.cancelled", await walker.cancelled(ours[0].wall / 2), "s", target=at_most(1))

        yield measure
        await home.workers.ledger.run(ledger.close)


def bench(size: str, count: int, *, quick: bool = False) -> Bench:
    return Bench(f"walk.{size}", partial(_prepared, name=f"walk.{size}", count=count), quick)
