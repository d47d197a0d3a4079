"""Reading files to know their content.

A file is read before it is sent, never only while it is: what is to become of it hangs on its checksum, as it may be
what was deleted before, or what Immich has in its trash and would call a duplicate without a word (2.7.5). Nothing but
the bytes tells that. The second reading, soon after the first and newest first, finds photos in the system's memory.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence

from .errors import EngineError
from .ledger import Ledger
from .model import FileRow, Signature
from .ports import Clock
from .scan import Root
from .workers import Workers

_LOGGER = logging.getLogger(__name__)

HASHES_PER_TRANSACTION = 256
BYTES_PER_TRANSACTION = 64 * 1024 * 1024
"""What is read at most before it is recorded: a commit waits for the disk, a crash costs what was not recorded."""

FILES_TOGETHER = 32
BYTES_TOGETHER = 4 * 1024 * 1024
"""Small files that a thread reads in turn: to hand one over takes longer than to read a picture of 50 KB."""

UNDISTURBED_SECONDS = 1.0
"""For how long files are read whatever happens: a phone that sends thousands of photos tells of each."""


async def hash_file(workers: Workers, root: Root, row: FileRow) -> bytes | None:
    """Hash a file; a cancelled call stops reading after a block. See :meth:`.scan.Root.hash_file`."""
    [found] = await _hash_files(workers, root, [row])
    if isinstance(found, OSError):
        raise found
    return found


async def _hash_files(workers: Workers, root: Root, rows: Sequence[FileRow]) -> list[bytes | OSError | None]:
    """Hash files in turn, in one thread; what cannot be read has its error."""
    stop = threading.Event()

    def hash_each() -> list[bytes | OSError | None]:
        return [_found(root, row, stop) for row in rows]

    try:
        return await workers.hashing.run(hash_each)
    finally:
        stop.set()


def _found(root: Root, row: FileRow, stop: threading.Event) -> bytes | OSError | None:
    try:
        return None if stop.is_set() else root.hash_file(row.path, row.signature, cancelled=stop.is_set)
    except OSError as error:
        return error


class Reading:
    """Reads files and records their checksums, some at a time.

    ``settled`` counts the recorded ones; ``changed`` files no longer look as planned; ``unreadable`` are the others.
    """

    def __init__(
        self,
        folder_id: str,
        ledger: Ledger,
        workers: Workers,
        clock: Clock,
        progress: Callable[[int], None] | None,
    ) -> None:
        """Begin; ``progress`` hears how many files are settled."""
        self._folder_id = folder_id
        self._ledger = ledger
        self._workers = workers
        self._clock = clock
        self._progress = progress
        self._fresh: list[tuple[str, Signature, bytes]] = []
        self.settled = 0
        self.changed: set[str] = set()
        self.unreadable: dict[str, Signature] = {}

    async def read_all(self, root: Root, rows: Iterable[FileRow], interrupted: Callable[[], bool]) -> None:
        """Read files, as many at once as is worth it, and record all that was read; at least one of them.

        Nothing more is begun once ``interrupted`` says so, after ``UNDISTURBED_SECONDS``. Raises ``LedgerError``.
        """
        waiting = deque(rows)
        disturbed_at = self._clock.monotonic() + UNDISTURBED_SECONDS
        failed: list[EngineError] = []

        async def work() -> None:
            while waiting and not failed:
                try:
                    await self.read(root, _next_of(waiting, self._workers.readers))
                except EngineError as error:
                    failed.append(error)
                if self._clock.monotonic() >= disturbed_at and interrupted():
                    waiting.clear()

        async with asyncio.TaskGroup() as group:
            for number in range(min(self._workers.readers, len(waiting))):
                group.create_task(work(), name=f"hash {number}")
        if failed:
            raise failed[0]
        await self.record()

    async def read(self, root: Root, rows: Sequence[FileRow]) -> None:
        """Read some files in turn, and record what was read so far if it is enough. Raises ``LedgerError``."""
        for row, found in zip(rows, await _hash_files(self._workers, root, rows), strict=True):
            if isinstance(found, OSError):
                _LOGGER.debug("Cannot read %r: %s", row.path, found.strerror)
                self.unreadable[row.path] = row.signature
            elif found is None:
                self.changed.add(row.path)
            else:
                self._fresh.append((row.path, row.signature, found))
        size = sum(signature.size for _, signature, _ in self._fresh)
        if len(self._fresh) >= HASHES_PER_TRANSACTION or size >= BYTES_PER_TRANSACTION:
            await self.record()

    async def record(self) -> None:
        """Record what was read so far. Raises ``LedgerError``."""
        fresh, self._fresh = self._fresh, []
        if not fresh:
            return
        recorded = await self._workers.ledger.run(self._ledger.set_hashes, self._folder_id, fresh, self._clock.wall())
        # Read and added to in one go: others are recorded meanwhile.
        self.settled += recorded
        if self._progress is not None:
            self._progress(self.settled)


def _next_of(waiting: deque[FileRow], readers: int) -> list[FileRow]:
    """Take the next file, and small ones behind it; yet never so many that another reader has none."""
    rows = [waiting.popleft()]
    size, most = rows[0].signature.size, min(FILES_TOGETHER, HASHES_PER_TRANSACTION, 1 + len(waiting) // readers)
    while waiting and len(rows) < most and (size := size + waiting[0].signature.size) <= BYTES_TOGETHER:
        rows.append(waiting.popleft())
    return rows
