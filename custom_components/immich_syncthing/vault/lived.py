"""For how long a vault was looked after, by time that really passed: the clock on the wall may jump."""

from dataclasses import dataclass

DAY_SECONDS = 24 * 3600.0

LEAP_SECONDS = 7 * DAY_SECONDS
"""By how much the wall clock may go ahead of the time that passed, as it does while Home Assistant is off, and still be
taken at its word."""


@dataclass(frozen=True, slots=True)
class Lived:
    """``ran``: seconds in which the vault was looked after; ``shown``: of these, in which notices could be seen.

    ``wall``: what the wall clock said at last (s since 1970), ``None`` if never. ``sure_at``: the ``ran`` from which on
    it says how old something is: it leapt, or nobody was there for long, and nobody can tell which of the two. So it is
    at the very beginning.
    """

    ran: float = 0.0
    shown: float = 0.0
    wall: float | None = None
    sure_at: float = LEAP_SECONDS

    @property
    def trusts_clock(self) -> bool:
        """Return whether the wall clock says how old something is."""
        return self.ran >= self.sure_at

    def after(self, seconds: float, wall: float, *, shown: bool) -> Lived:
        """Return it ``seconds`` later, by the monotonic clock; 0 when it begins to be looked after again."""
        # More than a day between two looks passes only in a machine that stood still.
        passed = min(max(seconds, 0.0), DAY_SECONDS)
        ran = self.ran + passed
        leapt = self.wall is not None and wall - self.wall - seconds > LEAP_SECONDS
        sure_at = ran + LEAP_SECONDS if leapt else self.sure_at
        return Lived(ran, self.shown + passed if shown else self.shown, wall, sure_at)
