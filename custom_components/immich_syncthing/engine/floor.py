"""Who works on a folder: its cycle or a preview, one at a time. A cycle that only waits for a film makes room."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class Floor:
    """The place for one at a time."""

    def __init__(self) -> None:
        """Begin with nobody on it."""
        self._lock = asyncio.Lock()

    @property
    def is_taken(self) -> bool:
        """Whether somebody is there."""
        return self._lock.locked()

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[Stay]:
        """Wait until nobody else is there, and be there."""
        stay = Stay(self._lock)
        await stay.come()
        try:
            yield stay
        finally:
            stay.go()


class Stay:
    """One's time on the floor, with breaks."""

    def __init__(self, lock: asyncio.Lock) -> None:
        """Be elsewhere."""
        self._lock = lock
        self._is_there = False

    async def come(self) -> None:
        """Wait until nobody else is there."""
        await self._lock.acquire()
        self._is_there = True

    def go(self) -> None:
        """Make room. Harmless for who is not there, as one that was cancelled on the way back."""
        if self._is_there:
            self._is_there = False
            self._lock.release()

    @asynccontextmanager
    async def away(self) -> AsyncIterator[None]:
        """Let others be there meanwhile, and wait for them at the end."""
        self.go()
        try:
            yield
        finally:
            await self.come()
