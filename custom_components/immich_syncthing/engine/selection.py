"""What the owner wants back: by which name, from when, in which folders. Pure.

What was edited away or freed is not lost: the new version, or Immich, has taken its place. It comes back only to who
names it by its path or its checksum.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from .ledger.views import Deletion
from .model import Departure, GonePath
from .patterns import Filter, Patterns

BURST_SECONDS = 600.0
"""Deletions that lie no further apart than this belong to one operation: big ones go on over several cycles."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What is wanted: all that meets every condition that is given, and has one of the names, if any is given.

    ``folder_ids``: the folders that it shall come back to. Names: ``paths`` (whole ones), ``patterns`` (as those that
    hide files, see :mod:`.patterns`; a directory with all below it) and ``checksums``. ``since`` (inclusive) and
    ``until`` (exclusive): when it was deleted, wall seconds. ``last_operation``: only the newest deletions, as far as
    they belong together. ``limit``: at most so many contents come back.
    """

    folder_ids: frozenset[str]
    paths: frozenset[str] = frozenset()
    patterns: Patterns = field(default_factory=Patterns)
    checksums: frozenset[bytes] = frozenset()
    since: float | None = None
    until: float | None = None
    last_operation: bool = False
    limit: int | None = None

    @property
    def timed(self) -> bool:
        """Whether it matters when something was deleted."""
        return self.last_operation or self.since is not None or self.until is not None

    @property
    def named(self) -> bool:
        """Whether single photos are named, so that also those come back that were never lost."""
        return bool(self.paths or self.checksums)

    def wants_at(self, moment: float) -> bool:
        """Return whether what was deleted at this moment is wanted."""
        return (self.since is None or moment >= self.since) and (self.until is None or moment < self.until)

    def wants_path(self, path: str) -> bool:
        """Return whether a file under this path is wanted."""
        if not self.paths and not self.patterns:
            return not self.checksums
        return path in self.paths or (bool(self.patterns) and not Filter(include=self.patterns).excludes(path))

    def places(self, checksum: bytes, candidates: Iterable[GonePath]) -> tuple[GonePath, ...]:
        """Return those of the paths of a content under which it is wanted back, in order."""
        by_checksum = checksum in self.checksums
        wanted = {
            (one.folder_id, one.path): one
            for one in candidates
            if one.folder_id in self.folder_ids
            and (by_checksum or self.wants_path(one.path))
            and (one.departure is not Departure.REPLACED or by_checksum or one.path in self.paths)
        }
        return tuple(one for _, one in sorted(wanted.items()))


def newest_burst(deletions: Iterable[Deletion], newest: float | None) -> tuple[list[Deletion], float | None, bool]:
    """Return those that belong to the operation of which the last one seen was at ``newest``, newest first.

    With them when the last of these was, and whether the operation may go on further back. ``None``: none was seen yet.
    """
    burst: list[Deletion] = []
    for one in deletions:
        if newest is not None and abs(newest - one.at) > BURST_SECONDS:
            return burst, newest, False
        burst.append(one)
        newest = one.at
    return burst, newest, True
