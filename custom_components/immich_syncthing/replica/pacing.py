"""How fast the replica may work, and at which time of the day."""

import asyncio
from datetime import datetime, time

from .ports import Clock
from .settings import ReplicaSettings


class Bandwidth:
    """A token bucket: on average no more than so many bytes per second, a second's worth at once."""

    def __init__(self, clock: Clock, bytes_per_second: int | None) -> None:
        """Start with a full bucket; ``None`` means no limit."""
        self._clock = clock
        self._rate = bytes_per_second
        self._tokens = float(bytes_per_second or 0)
        self._filled_at = clock.monotonic()
        self._turn = asyncio.Lock()

    async def take(self, count: int) -> None:
        """Wait until ``count`` more bytes may pass; what is larger than the bucket goes into debt."""
        if not self._rate:
            return
        async with self._turn:
            self._fill(self._rate)
            self._tokens -= count
            while self._tokens < 0:
                # In steps of a second at most: a stopped run does not wait for a debt.
                await self._clock.sleep(min(1.0, -self._tokens / self._rate))
                self._fill(self._rate)

    def _fill(self, rate: int) -> None:
        now = self._clock.monotonic()
        self._tokens = min(float(rate), self._tokens + (now - self._filled_at) * rate)
        self._filled_at = now


def is_open(settings: ReplicaSettings, wall: float) -> bool:
    """Return whether something may begin at this moment (s since 1970). Equal ends mean the whole day."""
    if settings.window is None:
        return True
    start, end = settings.window
    now = datetime.fromtimestamp(wall, settings.zone).time()
    return _between(start, now, end)


def _between(start: time, now: time, end: time) -> bool:
    if start < end:
        return start <= now < end
    return now >= start or now < end
