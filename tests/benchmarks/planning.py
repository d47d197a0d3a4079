"""Planning ten thousand changes, asking the oracle about everything, and what the ledger takes in and gives."""

import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, closing
from functools import partial
from itertools import batched
from pathlib import Path
from statistics import median

from custom_components.immich_syncthing.engine.gate_facts import KnownImmich
from custom_components.immich_syncthing.engine.lately import Lately
from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.model import AssetFact, AssetState, Base, FileRow, FileStatus
from custom_components.immich_syncthing.engine.observe_immich import ORACLE_BATCH, ImmichObserver

from . import photos
from .loop_meter import metered
from .rows import Bench, Measure, Row, Wish, at_most
from .spending import Spent, cpu_of, from_spent, spent
from .upload_memory import MIB, forget_peak, status
from .vast import FOLDER, Library, library, settled

CHANGES = 10_000
PAGE = 2_000
HASHES = 64
"""Rows that the engine takes in at once: of a walk, and of files that were read."""


@asynccontextmanager
async def _planning(place: Path, wish: Wish, *, name: str, count: int) -> AsyncIterator[Measure]:
    changes = min(CHANGES, count // 2)
    async with library(place, count) as home, home.open() as folder:
        # A library is planned as a whole once, at the first start with it.
        home.clock.skip(3)
        await folder.run()
        for number in range(changes):
            (home.root / photos.path(number)).unlink()
        folder.note_gap()
        home.clock.skip(3)
        # The first one walks; it moves nothing.
        before = forget_peak()
        await folder.preview()
        growth = status("VmHWM") - before

        async def measure() -> AsyncIterator[Row]:
            seconds = []
            for _ in range(wish.rounds):
                home.clock.skip(3)
                with spent() as once:
                    preview = await folder.preview()
                seconds.append(once)
                assert preview.problem is None, preview.problem
                assert sum((*preview.actions.values(), *preview.held.values())) >= changes, preview
            yield Row(name, changes / median(one.wall for one in seconds), "changes/s")
            yield cpu_of(name, seconds)
            with metered() as meter:
                await folder.preview()
            yield Row(f"{name}.loop", meter.longest_cpu, "ms", target=at_most(20))
            yield Row(f"{name}.memory", growth / MIB, "MiB", target=at_most(64))

        yield measure


@asynccontextmanager
async def _oracle(place: Path, wish: Wish, *, name: str, count: int) -> AsyncIterator[Measure]:
    async with library(place, count) as home:
        ledger = await home.workers.ledger.run(Ledger.open, home.ledger_path)
        client = home.client()
        known = KnownImmich(client, ledger, home.workers, home.clock)
        observer = ImmichObserver(client, ledger, home.workers, home.clock, known, Lately(home.clock, wanted=False))
        owner = (await client.me()).id
        before = forget_peak()
        await observer.refresh(owner)
        growth = status("VmHWM") - before

        async def ours() -> Spent:
            observer.sweep_soon()
            with spent() as seconds:
                await observer.refresh(owner)
            return seconds

        async def plainly() -> Spent:
            """Ask the same, and look at no answer."""
            with spent() as seconds:
                for page in batched(map(photos.checksum, range(count)), ORACLE_BATCH, strict=False):
                    body = {"assets": [{"id": one.hex(), "checksum": one.hex()} for one in page]}
                    async with home.session.post(f"{home.url}/assets/bulk-upload-check", json=body) as answer:
                        await answer.json()
            return seconds

        async def measure() -> AsyncIterator[Row]:
            seconds, plain = [], []
            for _ in range(wish.rounds):
                plain.append(await plainly())
                seconds.append(await ours())
            yield from_spent(name, seconds, plain)
            yield cpu_of(name, seconds, plain)
            asked = home.asked["immich"]
            with metered() as meter:
                await ours()
            yield Row(f"{name}.requests", home.asked["immich"] - asked, "requests")
            yield Row(f"{name}.loop", meter.longest_cpu, "ms", target=at_most(20))
            yield Row(f"{name}.memory", growth / MIB, "MiB", target=at_most(64))

        yield measure
        await home.workers.ledger.run(ledger.close)


@asynccontextmanager
async def _ledger(place: Path, wish: Wish, *, name: str, count: int, more: int) -> AsyncIterator[Measure]:
    """A ledger of ``count`` photos takes ``more`` in, as the engine would, beside SQLite with one bare table."""
    async with library(place, count + more, linked=True) as home:
        # The last ones are taken out of it again, and so are new.
        rows = [settled(home.root, number) for number in range(count, count + more)]
        ledger = Ledger.open(home.ledger_path)

        async def measure() -> AsyncIterator[Row]:
            speeds: dict[str, list[float]] = {}
            for number in range(wish.rounds):
                for what, size, work in _works(ledger, rows, number, home):
                    began = time.perf_counter()
                    for page in batched(rows, size, strict=False):
                        work(list(page))
                    speeds.setdefault(what, []).append(more / (time.perf_counter() - began))
                speeds.setdefault("bare", []).append(_bare(place / f"bare-{number}.sqlite", rows))
            bare = median(speeds.pop("bare"))
            for what, speed in speeds.items():
                yield Row(f"{name}.{what}", median(speed), "rows/s", median(speed) / bare)

        yield measure
        ledger.close()


type _Work = Callable[[list[FileRow]], object]


def _works(ledger: Ledger, rows: list[FileRow], number: int, home: Library) -> Iterator[tuple[str, int, _Work]]:
    """Yield what the ledger does with new photos, in the order in which it happens; each time under other paths."""
    now, folder = time.time(), f"{FOLDER}-{number}"
    ledger.add_folder(folder, str(home.root), 0.0)

    def seen(page: list[FileRow]) -> None:
        fresh = [FileRow(folder, row.path, row.signature, FileStatus.UNHASHED, None) for row in page]
        ledger.apply_observation(folder, fresh, (), now)

    def hashed(page: list[FileRow]) -> None:
        ledger.set_hashes(folder, [(row.path, row.signature, _digest(row)) for row in page], now)

    def told(page: list[FileRow]) -> None:
        ledger.set_assets([(_digest(row), AssetFact(AssetState.ACTIVE, _asset(row))) for row in page], now)

    def linked(page: list[FileRow]) -> None:
        with ledger.together():
            for row in page:
                ledger.record(_digest(row), Base.LINKED, _asset(row), now)

    def _digest(row: FileRow) -> bytes:
        assert row.checksum is not None
        return number.to_bytes() + row.checksum[1:]

    def _asset(row: FileRow) -> str:
        text = _digest(row).hex()
        return f"{text[:8]}-0000-4000-8000-{text[8:20]}"

    yield "seen", PAGE, seen
    yield "hashed", HASHES, hashed
    yield "told", ORACLE_BATCH, told
    yield "linked", PAGE, linked


def _bare(path: Path, rows: list[FileRow]) -> float:
    """Return how many rows a second SQLite takes into one table with one index, as durably."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("CREATE TABLE files (path TEXT PRIMARY KEY, size, mtime, ctime, inode, device, checksum)")
        began = time.perf_counter()
        for page in batched(rows, PAGE, strict=False):
            with db:
                values = ((row.path, row.signature.size, row.signature.mtime_ns, row.signature.ctime_ns,
                           row.signature.inode, row.signature.device, row.checksum) for row in page)  # fmt: skip
                db.executemany("INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        return len(rows) / (time.perf_counter() - began)


def plan_bench(size: str, count: int, *, quick: bool = False) -> Bench:
    return Bench(f"plan.{size}", partial(_planning, name=f"plan.{size}", count=count), quick)


def oracle_bench(size: str, count: int, *, quick: bool = False) -> Bench:
    return Bench(f"oracle.{size}", partial(_oracle, name=f"oracle.{size}", count=count), quick)


def ledger_bench(size: str, count: int, *, quick: bool = False) -> Bench:
    name, more = f"ledger.{size}", min(CHANGES, count)
    return Bench(name, partial(_ledger, name=name, count=count, more=more), quick)
