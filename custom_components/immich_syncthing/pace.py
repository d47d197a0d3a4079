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
    """Passes calls on: the first at once, later ones together, and the further apart the longer they go on."""

    FIRST_SECONDS, LONGEST_SECONDS = 1.0, 10.0
    CALM_SECONDS = 30.0
    """Without a call for so long, the next one is a first one."""

    def __init__(self, loop: asyncio.AbstractEventLoop, act: Callable[[], None]) -> None:
        """Call ``act`` in ``loop``."""
        self._loop = loop
        self._act = act
        self._timer: asyncio.TimerHandle | None = None
        self._acted_at = -math.inf
        self._gap = self.FIRST_SECONDS

    def call(self) -> None:
        """Have it acted now, or as soon as that may be again."""
        if self._timer is not None:
            return
        now = self._loop.time()
        if now - self._acted_at >= self.CALM_SECONDS:
            self._gap = self.FIRST_SECONDS
        if now - self._acted_at >= self._gap:
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
        self._gap = min(self._gap * 1.5, self.LONGEST_SECONDS)
        self._now()

    def _now(self) -> None:
        self._acted_at = self._loop.time()
        self._act()
