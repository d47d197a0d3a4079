"""What devices know of a file: who wrote it after whom."""

from dataclasses import dataclass
from enum import StrEnum


class Order(StrEnum):
    """How one version lies to another."""

    EQUAL = "equal"
    OLDER = "older"
    NEWER = "newer"
    CONCURRENT = "concurrent"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a path. ``vector``: device → count, sorted. ``data`` is ``None`` for a deletion.

    ``decided_at``: when an owner put it there, or deleted it; ``None`` where no owner did.
    """

    vector: tuple[tuple[str, int], ...]
    data: bytes | None
    mtime_ns: int
    by: str
    decided_at: float | None

    def order(self, other: Version) -> Order:
        """Return how this version lies to ``other``."""
        if self.vector == other.vector:
            return Order.EQUAL
        mine, theirs = dict(self.vector), dict(other.vector)
        less = any(mine.get(device, 0) < count for device, count in theirs.items())
        more = any(theirs.get(device, 0) < count for device, count in mine.items())
        if less and more:
            return Order.CONCURRENT
        return Order.OLDER if less else Order.NEWER

    def beats(self, other: Version | None, *, newest_wins: bool) -> bool:
        """Return whether all devices take this version. ``newest_wins``: a deletion may win, as in Syncthing 2."""
        if other is None:
            return True
        order = self.order(other)
        if order is not Order.CONCURRENT:
            return order is Order.NEWER
        if not newest_wins and (self.data is None) != (other.data is None):
            return other.data is None
        return (self.mtime_ns, self.by, self.vector) > (other.mtime_ns, other.by, other.vector)

    def named(self) -> tuple[str, ...]:
        """Return the vector as ``db/file`` shows it."""
        return tuple(f"{device}:{count}" for device, count in self.vector)


def after(before: Version | None, device: str) -> tuple[tuple[str, int], ...]:
    """Return the vector of what ``device`` makes of a version."""
    counts = dict(before.vector) if before is not None else {}
    counts[device] = counts.get(device, 0) + 1
    return tuple(sorted(counts.items()))


def joined(one: Version | None, other: Version) -> tuple[tuple[str, int], ...]:
    """Return the vector of who has seen both."""
    counts = dict(other.vector)
    if one is not None:
        for device, count in one.vector:
            counts[device] = max(counts.get(device, 0), count)
    return tuple(sorted(counts.items()))
