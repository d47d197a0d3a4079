"""How often Immich is looked at: seldom while it tells of changes by itself, else often while something goes on."""

import asyncio
import math
from collections.abc import Callable
from time import monotonic

ACTIVE_SECONDS = 5.0
"""Between two looks while something goes on: who deletes a photo in Immich then sees it go in well under 10 s."""

ACTIVE_FOR_SECONDS = 300.0
"""For how long something goes on after it was last seen to."""

QUIET_SECONDS = 30.0
"""Between two looks when nothing has gone on for half an hour; in between, the pauses grow evenly."""

TOLD_SECONDS = 60.0
"""Between two looks while Immich tells of changes: not of all ("restore all", a photo that is locked away)."""


class Pace:
    """The pace of all folders of an account."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        """Begin as if something had just happened."""
        self._clock = clock
        self._active_at = clock()
        self.told = False
        """Whether Immich tells of changes by itself."""

    def note_activity(self) -> None:
        """Something goes on: there may soon be more of it."""
        self._active_at = self._clock()

    @property
    def seconds(self) -> float:
        """How long a folder in agreement rests."""
        if self.told:
            return TOLD_SECONDS
        quiet = (self._clock() - self._active_at) / ACTIVE_FOR_SECONDS
        return min(max(quiet, 1.0) * ACTIVE_SECONDS, QUIET_SECONDS)


class Spacing:
    """Passes calls on: the first at once, later ones together, and the further apart the longer they flood in.

    Who deletes one photo after the other waits for each of them no longer than for the first.
    """

    FIRST_SECONDS, LONGEST_SECONDS = 1.0, 10.0
    FLOOD = 4
    """More calls than these in a second come from no hand."""

    def __init__(self, loop: asyncio.AbstractEventLoop, act: Callable[[], None]) -> None:
        """Call ``act`` in ``loop``."""
        self._loop = loop
        self._act = act
        self._timer: asyncio.TimerHandle | None = None
        self._acted_at = -math.inf
        self._gap = self.FIRST_SECONDS
        self._gathered = 0

    def call(self) -> None:
        """Have it acted now, or as soon as that may be again."""
        self._gathered += 1
        if self._timer is not None:
            return
        if self._loop.time() - self._acted_at >= self._gap:
            self._now()
        else:
            self._timer = self._loop.call_at(self._acted_at + self._gap, self._late)

    def cancel(self) -> None:
        """Forget what was called for."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _late(self) -> None:
        self._timer = None
        self._now()

    def _now(self) -> None:
        now = self._loop.time()
        flooded = self._gathered > self.FLOOD * (now - self._acted_at)
        self._gap = min(self._gap * 1.5, self.LONGEST_SECONDS) if flooded else self.FIRST_SECONDS
        self._acted_at, self._gathered = now, 0
        self._act()
