"""How many uploads to have under way at once: as many as make Immich faster, and no more. Pure: no clock, no I/O.

Which number that is depends on the server, its disk and the line, and changes while its background jobs come and go.
So it is tried out: one more, as long as that helps; back, if it did not; now and then the other way. What counts is how
long each upload took, for its size, while that many were under way.
"""

from dataclasses import dataclass, field
from statistics import median

FEWEST, FIRST, MOST = 1, 4, 12
"""56 photos/s with four against 24 with one and 64 with eight (50 kB each, Immich 2.7.5 on two cores)."""

GAIN = 0.05
"""What one more has to bring: less is within what two windows of equal numbers differ by."""

REST = 8
"""For how many windows a number is kept that was found to be the best."""

WINDOW = 8
"""Uploads that are compared at least; as many as twice the number under way."""

OVERHEAD = 256 * 1024
"""What a photo costs beside its bytes, in bytes that could be sent meanwhile: requests, hashing, the database."""


@dataclass(slots=True)
class Pace:
    """Finds the number. ``limit`` is what to keep to now."""

    limit: int = FIRST
    _seconds: list[float] = field(default_factory=list)
    """Per unit of work, of this window's uploads."""
    _best: float | None = None
    _step: int = 1
    _rest: int = 0

    def sent(self, size: int, seconds: float, at_once: int) -> None:
        """Take how long an upload of ``size`` bytes took, while ``at_once`` were under way, itself among them.

        With fewer than ``limit`` it says nothing about that number.
        """
        if at_once < self.limit:
            return
        self._seconds.append(seconds * OVERHEAD / (OVERHEAD + size))
        if len(self._seconds) >= max(WINDOW, 2 * self.limit):
            typical = median(self._seconds)
            self._seconds.clear()
            if typical > 0:
                self._judge(self.limit / typical)

    def failed(self) -> None:
        """Halve the number: Immich, or what is in front of it, did not manage."""
        self.limit = max(FEWEST, self.limit // 2)
        self._seconds.clear()
        self._best, self._step, self._rest = None, 1, 1

    def _judge(self, rate: float) -> None:
        if self._rest:
            self._rest -= 1
            self._best = rate
            if not self._rest:
                self._try_next()
        elif self._best is None or self._is_better(rate, self._best):
            self._best = rate if self._best is None else max(rate, self._best)
            self._try_next()
        else:
            self.limit -= self._step
            self._turn()

    def _is_better(self, rate: float, best: float) -> bool:
        """Return whether the last step was worth it: more have to bring something, fewer only lose nothing."""
        return rate >= best * (1 + GAIN if self._step > 0 else 1 - GAIN)

    def _try_next(self) -> None:
        if FEWEST <= self.limit + self._step <= MOST:
            self.limit += self._step
        else:
            self._turn()

    def _turn(self) -> None:
        self._step, self._rest = -self._step, REST
