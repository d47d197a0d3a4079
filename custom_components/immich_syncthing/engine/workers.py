"""Where blocking work runs: never in the event loop, never in Home Assistant's own executor.

The ledger has one thread, because SQLite connections want one and transactions then never interleave. Disk work
(walking, hashing, vaulting) has a few. A simulation runs everything inline instead, so that a seed decides all.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol


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

    def __init__(self, threads: int, name: str) -> None:
        """Make up to ``threads`` threads, called ``name``."""
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)

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
    """The two pools of an account."""

    def __init__(self, ledger: Pool, disk: Pool) -> None:
        """Keep the pool of the ledger (one thread) and that of the disk."""
        self.ledger = ledger
        self.disk = disk

    @classmethod
    def threads(cls, name: str, disk_threads: int = 2) -> Workers:
        """Return pools of real threads."""
        return cls(ThreadPool(1, f"{name}-ledger"), ThreadPool(disk_threads, f"{name}-disk"))

    @classmethod
    def inline(cls) -> Workers:
        """Return pools that run everything in the caller."""
        pool = InlinePool()
        return cls(pool, pool)

    def close(self) -> None:
        """Wait for what runs and let the threads go. Blocks: call it off the loop."""
        self.disk.close()
        self.ledger.close()
