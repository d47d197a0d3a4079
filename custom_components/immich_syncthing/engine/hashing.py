"""Reading files to know their content."""

import logging
import threading
from collections.abc import Callable

from .ledger import Ledger
from .model import FileRow, Signature
from .ports import Clock
from .scan import Root
from .workers import Workers

_LOGGER = logging.getLogger(__name__)

HASHES_PER_TRANSACTION = 64
BYTES_PER_TRANSACTION = 64 * 1024 * 1024
"""What is read at most before it is recorded: a commit waits for the disk, a crash costs what was not recorded."""


async def hash_file(workers: Workers, root: Root, row: FileRow) -> bytes | None:
    """Hash a file; a cancelled call stops reading after a block. See :meth:`.scan.Root.hash_file`."""
    stop = threading.Event()
    try:
        return await workers.disk.run(root.hash_file, row.path, row.signature, cancelled=stop.is_set)
    finally:
        stop.set()


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

    async def read(self, root: Root, row: FileRow) -> None:
        """Read one file, and record what was read so far if it is enough. Raises ``LedgerError``."""
        try:
            checksum = await hash_file(self._workers, root, row)
        except OSError as err:
            _LOGGER.debug("Cannot read %r: %s", row.path, err.strerror)
            self.unreadable[row.path] = row.signature
            return
        if checksum is None:
            self.changed.add(row.path)
            return
        self._fresh.append((row.path, row.signature, checksum))
        size = sum(signature.size for _, signature, _ in self._fresh)
        if len(self._fresh) >= HASHES_PER_TRANSACTION or size >= BYTES_PER_TRANSACTION:
            await self.record()

    async def record(self) -> None:
        """Record what was read so far. Raises ``LedgerError``."""
        fresh, self._fresh = self._fresh, []
        if not fresh:
            return
        self.settled += await self._workers.ledger.run(
            self._ledger.set_hashes, self._folder_id, fresh, self._clock.wall()
        )
        if self._progress is not None:
            self._progress(self.settled)
