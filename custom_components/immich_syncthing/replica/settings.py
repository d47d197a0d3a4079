"""What the owner can say about a replica."""

from dataclasses import dataclass
from datetime import UTC, time, tzinfo
from enum import StrEnum

DAY_SECONDS = 86_400.0


class Originals(StrEnum):
    """Which originals are copied. What is deselected later stays in the replica; only what is deleted leaves it."""

    ALL = "all"
    LINKED = "linked"
    FAVORITES = "favorites"
    ALBUMS = "albums"


@dataclass(frozen=True, slots=True)
class ReplicaSettings:
    """One replica.

    ``albums`` are ids, read with ``Originals.ALBUMS``. ``archived``: also what is in Immich's archive.
    ``grace_days``: how long the copy of a deleted original stays, at least one. ``bytes_per_second`` limits sending and
    reading together. ``window``: from and until, in the time of ``zone``, over midnight if the first is later; what has
    begun at its end is finished. ``verify_days``: within which everything is read again. ``at_once``: copies at the
    same time. At most ``most_retired`` copies, or ``most_retired_share`` of all, leave within a day unasked.
    """

    originals: Originals = Originals.ALL
    albums: frozenset[str] = frozenset()
    archived: bool = True
    grace_days: int = 30
    bytes_per_second: int | None = None
    window: tuple[time, time] | None = None
    zone: tzinfo = UTC
    at_once: int = 2
    verify_days: float = 30.0
    most_retired: int = 20
    most_retired_share: float = 0.02

    @property
    def grace_seconds(self) -> float:
        """Return the grace period."""
        return max(1, self.grace_days) * DAY_SECONDS
