"""Uploads beside Immich's own command line client and immich-go: the same files, an Immich of the same kind, in turns.

Each run gets an Immich stand-in with nothing in it, in a process of its own. Ours is the whole way: the folder is
walked, read, compared and sent, and each asset is looked at. The others do as much as they do; the time that they need
to start, measured by having them tell their version, is not counted: we always run.
"""

import asyncio
import os
import random
import resource
import shlex
import shutil
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from statistics import median

import aiohttp

from custom_components.immich_syncthing.engine.model import FolderState
from custom_components.immich_syncthing.engine.sorting.model import SortingRules
from custom_components.immich_syncthing.engine.workers import Workers
from tests.engine.living import RealClock
from tests.servers.immich.process import ImmichProcess
from tests.servers.syncthing import TOOLS_ENV

from . import photos
from .loop_meter import metered
from .rows import Bench, Measure, Of, Row, Wish, at_least, at_most
from .spending import Spent, cpu_of, spent
from .upload_memory import MIB, forget_peak, status
from .vast import Library

CONCURRENCY = 4
"""Files that each of the others sends at once: with as many the engine begins."""

WITHOUT_RULES = SortingRules()

LARGE = 64 * MIB
"""Files from this size on are one hole."""

type Way = Callable[[ImmichProcess], Awaitable[float]]


class Uploads:
    """A folder full of new files, and the ways to send them. What is returned are seconds."""

    def __init__(self, place: Path, count: int, size: int) -> None:
        self._place = place
        self._count = count
        self._root = place / "DCIM"
        self._size = size
        self.mib = count * size / MIB
        self.growth = 0.0
        self.cpu: list[Spent] = []
        self.cpu_of_others: dict[str, list[Spent]] = {}

    def write(self) -> None:
        """Make the files; each beginning is another one, and what begins like a JPEG may be anything."""
        (self._root / ".stfolder").mkdir(parents=True)
        bits = random.Random(1)
        for number in range(self._count):
            film = self._size >= LARGE
            file = self._root / f"IMG_{number:05}.{'mp4' if film else 'jpg'}"
            head = b"\xff\xd8\xff\xe0" + number.to_bytes(8)
            file.write_bytes(head if film else head + bits.randbytes(self._size - len(head)))
            os.truncate(file, self._size)
            os.utime(file, (1_700_000_000 + number, 1_700_000_000 + number))

    async def ours(self, immich: ImmichProcess, sorting: SortingRules = WITHOUT_RULES) -> float:
        """Send all as the engine does, and have it sorted by rules; while Immich reads it, nobody's time counts."""
        shutil.rmtree(self._place / "vault", ignore_errors=True)
        for old in self._place.glob("ledger.sqlite*"):
            old.unlink()
        workers = Workers.threads("bench")
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
            clock, url = RealClock(), f"{immich.url}/api"
            home = Library(self._place, url, session, workers, clock, Counter(), key=immich.key, sorting=sorting)
            before = forget_peak()
            with spent() as seconds:
                async with home.open() as folder:
                    while (report := await folder.run()).state is not FolderState.IN_AGREEMENT:
                        assert report.problem is None, report.problem
                        await asyncio.sleep(min(report.again_in or 0.0, 0.1))
                    began = time.perf_counter()
                    if sorting:
                        await immich.do("settle")
                    reading = time.perf_counter() - began
                    while report.sorting is not None and report.sorting.waiting:
                        report = await folder.run()
        self.growth = max(self.growth, (status("VmHWM") - before) / MIB)
        self.cpu.append(Spent(cpu=seconds.cpu / self._count))
        assert report.counts.linked == self._count
        await asyncio.to_thread(workers.close)
        return seconds.wall - reading

    async def immich_cli(self, immich: ImmichProcess) -> float:
        """Send all with ``@immich/cli``."""
        program, server = _program("IMMICH_CLI"), ("-u", f"{immich.url}/api", "-k", immich.key)
        options = ("-r", "--no-progress", "--concurrency", str(CONCURRENCY))
        start = await self._run(program, "--version")
        return await self._run(program, *server, "upload", *options, str(self._root)) - start

    async def immich_go(self, immich: ImmichProcess) -> float:
        """Send all with ``immich-go``."""
        program, server = _program("IMMICH_GO"), ("--server", immich.url, "--api-key", immich.key)
        options = ("--no-ui", "--concurrent-tasks", str(CONCURRENCY), "--pause-immich-jobs=false")
        start = await self._run(program, "version")
        return await self._run(program, "upload", "from-folder", *options, *server, str(self._root)) - start

    async def _run(self, *command: str) -> float:
        home = self._place / "home"
        env = os.environ | {"HOME": str(home), "XDG_CACHE_HOME": str(home / "cache")}
        began, used = time.perf_counter(), _used_by_children()
        process = await asyncio.create_subprocess_exec(
            *command, env=env, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        output, _ = await process.communicate()
        assert process.returncode == 0, output.decode(errors="replace")
        # The version is told first, so what is noted last of each round is the work.
        self.cpu_of_others.setdefault(command[0], []).append(Spent(cpu=(_used_by_children() - used) / self._count))
        return time.perf_counter() - began


def _used_by_children() -> float:
    """Return the processor's seconds of all programs that were run and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _program(name: str) -> str:
    """Return the path of a program, by its name in the environment or in ``.tools/env``."""
    written = dict(line.split("=", 1) for line in TOOLS_ENV.read_text().splitlines() if "=" in line)
    return os.environ.get(name) or shlex.split(written[name])[0]


async def alone(place: Path, count: int, way: Way) -> float:
    """Let a way work with an Immich that has nothing, and see that it has all afterwards."""
    shutil.rmtree(place, ignore_errors=True)
    async with ImmichProcess(place) as immich:
        seconds = await way(immich)
        arrived = len(await immich.assets())
        assert arrived == count, f"{arrived} of {count} arrived"
    await asyncio.to_thread(shutil.rmtree, place)
    return seconds


@asynccontextmanager
async def _prepared(place: Path, wish: Wish, *, name: str, count: int, size: int) -> AsyncIterator[Measure]:
    uploads = Uploads(place, count, size)
    await asyncio.to_thread(uploads.write)
    await photos.come_to_rest()
    ways: dict[str, Way] = {
        "ours": uploads.ours,
        "immich-cli": uploads.immich_cli,
        "immich-go": uploads.immich_go,
    }

    async def measure() -> AsyncIterator[Row]:
        speeds: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(wish.rounds):
            for way, send in ways.items():
                speeds[way].append(uploads.mib / await alone(place / "immich", count, send))
        best = {way: median(speed) for way, speed in speeds.items()}
        ours = best.pop("ours")
        yield Row(name, ours, "MiB/s", ours / max(best.values()), at_least(1.0, Of.RATIO))
        for way, speed in best.items():
            yield Row(f"{name}.{way}", speed, "MiB/s", ours / speed)
        cheapest = min(uploads.cpu_of_others.values(), key=lambda some: median(one.cpu for one in some[1::2]))
        yield cpu_of(f"{name}.each", uploads.cpu, cheapest[1::2])
        yield Row(f"{name}.memory", uploads.growth, "MiB", target=at_most(64))
        with metered() as meter:
            await alone(place / "immich", count, uploads.ours)
        yield Row(f"{name}.loop", meter.longest_cpu, "ms", target=at_most(20))

    yield measure


def bench(name: str, count: int, size: int, *, quick: bool = False) -> Bench:
    name = f"upload.{name}"
    return Bench(name, partial(_prepared, name=name, count=count, size=size), quick)
