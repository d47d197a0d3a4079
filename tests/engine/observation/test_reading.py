"""Reading photos for their checksums: with the threads that the owner permits, and never for longer than it must."""

import asyncio
import itertools
import os
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.errors import DiskFullError
from custom_components.immich_syncthing.engine.hashing import HASHES_PER_TRANSACTION, UNDISTURBED_SECONDS
from custom_components.immich_syncthing.engine.model import Signature
from custom_components.immich_syncthing.engine.scan import Root
from custom_components.immich_syncthing.engine.settings import Hashing
from custom_components.immich_syncthing.engine.workers import ThreadPool, Workers

from .watched import PLENTY, Watched

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.mark.parametrize(
    ("hashing", "processors", "threads"),
    [
        (Hashing.GENTLE, 1, 1),
        (Hashing.GENTLE, 16, 1),
        (Hashing.NORMAL, 1, 1),
        (Hashing.NORMAL, 2, 1),
        (Hashing.NORMAL, 8, 4),
        (Hashing.FAST, 1, 1),
        (Hashing.FAST, 8, 8),
    ],
)
def test_how_many_threads_read(hashing: Hashing, processors: int, threads: int) -> None:
    assert hashing.threads(processors) == threads


async def test_the_gentler_the_lower_the_priority() -> None:
    nice: dict[Hashing, int] = {}
    own = os.getpriority(os.PRIO_PROCESS, 0)
    for hashing in Hashing:
        pool = ThreadPool(1, "test", niceness=hashing.niceness)
        nice[hashing] = await pool.run(lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
        await asyncio.to_thread(pool.close)
    assert nice == {hashing: min(own + hashing.niceness, 19) for hashing in Hashing}
    assert Hashing.GENTLE.niceness > Hashing.NORMAL.niceness > Hashing.FAST.niceness == 0
    # The threads beside it are as they were.
    assert os.getpriority(os.PRIO_PROCESS, threading.get_native_id()) == own


@pytest.fixture
async def fast() -> AsyncIterator[Workers]:
    """Pools with two threads that read."""
    pools = [ThreadPool(1, "ledger"), ThreadPool(2, "disk"), ThreadPool(2, "hash")]
    yield Workers(pools[0], pools[1], pools[2], readers=3)
    for pool in pools:
        await asyncio.to_thread(pool.close)


async def test_several_files_are_read_at_once(folder: Watched, fast: Workers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of the two waits until the other is being read as well."""
    both = threading.Barrier(2, timeout=60)
    hash_file = Root.hash_file

    def together(root: Root, *args: object, **options: object) -> bytes | None:
        both.wait()
        return hash_file(root, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(Root, "hash_file", together)
    folder.workers = fast
    photos = {"a.jpg": folder.write("a.jpg", "one"), "b.jpg": folder.write("b.jpg", "two")}
    folder.restarted()
    await folder.see_all()
    assert folder.settled().keys() == photos.keys()


async def test_what_is_recorded_while_others_are_read_is_counted(
    folder: Watched, fast: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is slow to commit: before the first are recorded, as many again have been read."""
    number, enough, progress = 3 * HASHES_PER_TRANSACTION, threading.Event(), list[int]()
    for one in range(number):
        folder.write(f"IMG_{one:03}.jpg", f"photo {one}")
    folder.workers = fast
    folder.restarted()
    await folder.observer.full()
    read = itertools.count(1)
    hash_file, set_hashes = Root.hash_file, folder.ledger.set_hashes

    def counted(root: Root, *args: object, **options: object) -> bytes | None:
        if next(read) > 2 * HASHES_PER_TRANSACTION + 2:
            enough.set()
        return hash_file(root, *args, **options)  # type: ignore[arg-type]

    def slow(folder_id: str, hashes: Sequence[tuple[str, Signature, bytes]], now: float) -> int:
        assert enough.wait(60)
        return set_hashes(folder_id, hashes, now)

    monkeypatch.setattr(Root, "hash_file", counted)
    monkeypatch.setattr(folder.ledger, "set_hashes", slow)
    assert await folder.observer.hash_pending(PLENTY, PLENTY, progress.append) == number
    assert progress == sorted(progress)


async def test_whatever_happens_some_files_are_read_and_then_no_more(folder: Watched) -> None:
    """A phone that sends thousands of photos interrupts all the time."""
    for number in range(200):
        folder.write(f"IMG_{number:03}.jpg", f"photo {number}")
    await folder.observer.full()
    passing = passes(folder, UNDISTURBED_SECONDS)
    read = await folder.observer.hash_pending(PLENTY, PLENTY, interrupted=passing)
    assert 1 <= read < 200
    while left := await folder.observer.hash_pending(PLENTY, PLENTY, interrupted=passing):
        read += left
    assert read == 200


async def test_what_is_read_ahead_is_all_that_is_taken_in(folder: Watched) -> None:
    """What changed meanwhile, and what is large by itself, is for a look at the folder in its time."""
    for name in ("edited", "gone", "small", "large"):
        folder.write(f"{name}.jpg", name)
    folder.write("large.jpg", "large" * 1000)
    await folder.observer.full()
    folder.write("edited.jpg", "other bytes")
    (folder.root / "gone.jpg").unlink()
    before = folder.rows()
    for _ in range(2):
        await folder.observer.read_ahead(PLENTY, 1000, lambda: False)
    assert {path for path, row in folder.rows().items() if row != before[path]} == {"small.jpg"}
    await folder.read()
    assert set(folder.rows()) == {"edited.jpg", "small.jpg", "large.jpg"}
    assert "large.jpg" in folder.settled()


def passes(folder: Watched, seconds: float) -> Callable[[], bool]:
    """Something that interrupts; before each time that files are begun, so many seconds pass."""
    look = folder.clock.monotonic

    def monotonic() -> float:
        folder.clock.ahead += seconds
        return look()

    folder.clock.monotonic = monotonic  # type: ignore[method-assign]
    return lambda: True


async def test_a_fault_of_one_reader_stops_the_others_and_is_told_as_it_is(
    folder: Watched, fast: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(100):
        folder.write(f"IMG_{number:02}.jpg", f"photo {number}")
    folder.workers = fast
    folder.restarted()
    await folder.observer.full()

    def full(*_: object) -> int:
        raise DiskFullError

    monkeypatch.setattr(folder.ledger, "set_hashes", full)
    with pytest.raises(DiskFullError):
        await folder.read()
    monkeypatch.undo()
    assert await folder.read() == 100


async def test_what_was_read_is_kept_when_the_reading_is_broken_off(folder: Watched, tmp_path: Path) -> None:
    """Up to what one transaction holds; the next life reads the others only."""
    for number in range(600):
        folder.write(f"IMG_{number:03}.jpg", f"photo {number}")
    await folder.observer.full()
    progress = asyncio.Event()
    reading = asyncio.create_task(folder.observer.hash_pending(PLENTY, PLENTY, lambda _: progress.set()))
    await asyncio.wait_for(progress.wait(), 60)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    await folder.workers.ledger.run(int)  # what was being written down is, now
    kept = len(folder.settled())
    assert 0 < kept <= 600
    assert await folder.restarted().hash_pending(PLENTY, PLENTY) == 600 - kept
