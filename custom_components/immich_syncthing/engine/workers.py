"""Where blocking work runs: never in the event loop, never in Home Assistant's own executor.

The ledger has one thread, because SQLite connections want one and transactions then never interleave. Disk work
(walking, vaulting, sending) has a few, and reading photos for their checksums those that the owner permits, so that
neither waits for the other. A simulation runs everything inline instead, so that a seed decides all.
"""

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from .settings import Hashing


class Pool(Protocol):
    """Something that runs a blocking function and waits for it without blocking the loop."""

    async def run[**P, R](self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run ``function`` and return its result or raise its exception."""
        ...

    def close(self) -> None:
        """Wait for what runs and let the threads go."""
        ...


class ThreadPool:
    """Runs functions in threads of its own."""

    def __init__(self, threads: int, name: str, *, niceness: int = 0) -> None:
        """Make up to ``threads`` threads, called ``name``, that let all others go first with ``niceness`` (0 to 19)."""
        self._executor = ThreadPoolExecutor(
            threads, thread_name_prefix=name, initializer=_be_nice, initargs=(niceness,)
        )

    async def run[**P, R](self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run ``function`` in a thread and return its result or raise its exception."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, lambda: function(*args, **kwargs))

    def close(self) -> None:
        """Wait for what runs and let the threads go. Blocks: call it off the loop."""
        self._executor.shutdown(wait=True, cancel_futures=True)


class InlinePool:
    """Runs functions at once, in the caller."""

    async def run[**P, R](self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run ``function`` and return its result or raise its exception."""
        return function(*args, **kwargs)

    def close(self) -> None:
        """Do nothing: there is no thread."""


class Workers:
    """The pools of an account. ``readers``: files that are worth reading at once."""

    def __init__(self, ledger: Pool, disk: Pool, hashing: Pool | None = None, readers: int = 1) -> None:
        """Keep the pool of the ledger (one thread), that of the disk, and that for checksums: by default the disk's."""
        self.ledger = ledger
        self.disk = disk
        self.hashing = hashing or disk
        self.readers = readers

    @classmethod
    def threads(cls, name: str, disk_threads: int = 2, hashing: Hashing = Hashing.NORMAL) -> Workers:
        """Return pools of real threads."""
        hashers = hashing.threads(os.process_cpu_count() or 1)
        return cls(
            ThreadPool(1, f"{name}-ledger"),
            ThreadPool(disk_threads, f"{name}-disk"),
            ThreadPool(hashers, f"{name}-hash", niceness=hashing.niceness),
            # One more than threads: none of them waits for the loop to hand it the next file.
            hashers + 1,
        )

    @classmethod
    def inline(cls) -> Workers:
        """Return pools that run everything in the caller."""
        pool = InlinePool()
        return cls(pool, pool)

    def close(self) -> None:
        """Wait for what runs and let the threads go. Blocks: call it off the loop."""
        self.hashing.close()
        self.disk.close()
        self.ledger.close()


def _be_nice(niceness: int) -> None:
    """Lower the priority of this very thread, where the system has one for each: Linux has."""
    if niceness:
        with contextlib.suppress(OSError):
            thread = threading.get_native_id()
            os.setpriority(os.PRIO_PROCESS, thread, os.getpriority(os.PRIO_PROCESS, thread) + niceness)
