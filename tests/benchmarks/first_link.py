"""The first look at a library that Immich has already: all is linked, nothing is sent. Hashing is not counted."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from custom_components.immich_syncthing.engine.cycle import FolderEngine
from custom_components.immich_syncthing.engine.model import FolderState
from custom_components.immich_syncthing.engine.observe_folder import FolderObserver

from . import photos
from .loop_meter import metered
from .rows import Bench, Measure, Row, Wish, at_most
from .spending import cpu_of, spent
from .upload_memory import MIB, forget_peak, status
from .vast import library

SECONDS = 30.0
PHOTOS = 100_000
"""How long so many may take; others in proportion."""


class Watch:
    """Measures what is spent in reading files, which is not what this is about."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self._read = FolderObserver.hash_pending

    async def hash_pending(self, observer: FolderObserver, *limits: Any, **options: Any) -> int:
        began = time.perf_counter()
        try:
            return await self._read(observer, *limits, **options)
        finally:
            self.seconds += time.perf_counter() - began


async def _link(folder: FolderEngine) -> int:
    """Have cycles until all is linked; how many there were."""
    for number in range(1, 100_000):
        report = await folder.run()
        assert report.problem is None, report.problem
        if report.state is FolderState.IN_AGREEMENT and not report.again_in:
            return number
        await asyncio.sleep(min(report.again_in or 0.0, 0.1))
    raise AssertionError


@asynccontextmanager
async def _prepared(place: Path, wish: Wish, *, name: str, count: int) -> AsyncIterator[Measure]:
    async with library(place, count, linked=False, hollow=False) as home, home.open() as folder:
        await photos.come_to_rest()

        async def measure() -> AsyncIterator[Row]:
            watch = Watch()

            async def timed(observer: FolderObserver, *limits: Any, **options: Any) -> int:
                return await watch.hash_pending(observer, *limits, **options)

            before = forget_peak()
            with patch.object(FolderObserver, "hash_pending", timed), metered() as meter, spent() as whole:
                cycles = await _link(folder)
            seconds = whole.wall - watch.seconds
            growth = status("VmHWM") - before
            report = folder.last_report
            assert report is not None
            assert report.counts.linked == count
            yield Row(name, seconds, "s", target=at_most(SECONDS * count / PHOTOS))
            yield cpu_of(name, [whole])
            yield Row(f"{name}.hashing", watch.seconds, "s")
            yield Row(f"{name}.cycles", cycles, "cycles")
            yield Row(f"{name}.requests", home.asked["immich"], "requests", home.asked["immich"] / count)
            yield Row(f"{name}.loop", meter.longest_cpu, "ms", target=at_most(20))
            yield Row(f"{name}.memory", growth / MIB, "MiB", target=at_most(64))

        yield measure


def bench(size: str, count: int, *, quick: bool = False) -> Bench:
    return Bench(f"first_link.{size}", partial(_prepared, name=f"first_link.{size}", count=count), quick)
