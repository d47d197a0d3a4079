"""The replica's words: what it knows of an original, of its copy, and of itself."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ..faults.coded import Problem


class Doing(StrEnum):
    """What a replica is busy with."""

    NOTHING = "nothing"
    REBUILDING = "rebuilding"
    LISTING = "listing"
    COPYING = "copying"
    RETIRING = "retiring"
    VERIFYING = "verifying"
    DRILLING = "drilling"


class Ending(StrEnum):
    """How a run or a scrub came to its end."""

    COMPLETE = "complete"
    PAUSED = "paused"
    OUTSIDE_WINDOW = "outside_window"
    PROBLEM = "problem"


LIBRARY_SHRUNK = "replica_library_shrunk"
"""Immich shows far fewer photos than before. Nothing is removed from the replica until the owner believes that."""

LIBRARY_WENT_BACK = "replica_library_went_back"
"""Immich is older than it was. Nothing is removed until it is as it was, nothing lacks, or the owner believes it."""

NOT_LISTED = "replica_not_listed"
"""More photos changed in one moment than Immich shows: some may be missing in the replica."""


@dataclass(frozen=True, slots=True)
class Original:
    """An asset as the index knows it. ``taken_on`` is the local date; ``None`` where it is unknown."""

    asset_id: str
    checksum: bytes
    name: str
    size: int | None
    taken_on: date | None


@dataclass(frozen=True, slots=True)
class Copy:
    """What the index knows of a copy; times are s since 1970, and ``None`` where that never happened.

    ``copied_at``: it was there, whole, and recorded. ``missing_since``: it was there and is not, or is damaged.
    ``gone_since``: its original was seen deleted in Immich. ``sidecar`` is the SHA-1 of the XMP file beside it.
    ``line`` is its manifest line as JSON, without what the other fields say.
    """

    checksum: bytes
    key: str
    size: int | None
    etag: str | None = None
    copied_at: float | None = None
    verified_at: float | None = None
    missing_since: float | None = None
    gone_since: float | None = None
    sidecar: bytes | None = None
    line: str | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of the index. ``total``: what is selected; ``copied``: of that; ``objects``: all copies.

    ``leaving``: copies of deleted originals in their grace period; ``missing``: copies that were lost or damaged and
    are not replaced yet. ``failing``: originals that could not be copied and wait for the next try.
    """

    total_files: int = 0
    total_bytes: int = 0
    copied_files: int = 0
    copied_bytes: int = 0
    objects: int = 0
    leaving: int = 0
    missing: int = 0
    failing: int = 0
    oldest_check: float | None = None

    @property
    def behind_files(self) -> int:
        """Return how many originals are not copied yet."""
        return self.total_files - self.copied_files

    @property
    def behind_bytes(self) -> int:
        """Return how much that is, as far as Immich told the sizes."""
        return max(0, self.total_bytes - self.copied_bytes)

    @property
    def complete(self) -> float | None:
        """Return the copied share in percent; ``None`` before anything was listed. 100 only when nothing is behind."""
        if not self.total_files:
            return None
        return 100.0 * self.copied_files / self.total_files


@dataclass(frozen=True, slots=True)
class ReplicaState:
    """What the owner sees. Times are s since 1970.

    ``last_run``: end of the last complete run. ``last_verified``: when a copy was last read again.
    ``oldest_check``: since when some copy was not read. ``verification_failures``: ever, lost and damaged copies alike.
    ``switched_off``: by the owner, until they switch it on. ``failures_seen``: how many of the failures they know of.
    ``waiting``: copies of deleted originals that are too many to go without the owner's word.
    """

    doing: Doing = Doing.NOTHING
    paused: bool = False
    figures: Figures = Figures()
    switched_off: bool = False
    last_run: float | None = None
    last_verified: float | None = None
    verification_failures: int = 0
    failures_seen: int = 0
    waiting: int = 0
    problem: Problem | None = None


@dataclass(slots=True)
class RunReport:
    """What one run did. ``reused``: copies found in the store and read back instead of sent."""

    ending: Ending = Ending.COMPLETE
    copied: int = 0
    copied_bytes: int = 0
    reused: int = 0
    described: int = 0
    retired: int = 0
    returned: int = 0
    failed: int = 0
    problem: Problem | None = None


@dataclass(slots=True)
class ScrubReport:
    """What one scrub found. ``healed``: of the missing and the damaged, those that were copied again at once.

    ``round_complete``: with it, every copy was read since the last time that this was so.
    """

    ending: Ending = Ending.COMPLETE
    checked: int = 0
    checked_bytes: int = 0
    missing: int = 0
    damaged: int = 0
    healed: int = 0
    round_complete: bool = False
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class DrillFailure:
    """One copy that could not be restored.

    ``reason`` is ``missing``, ``damaged``, ``differs`` (from what Immich has), ``no_room`` or an error's code.
    """

    key: str
    reason: str


@dataclass(frozen=True, slots=True)
class DrillReport:
    """What a restore drill brought back. ``compared``: whose checksum Immich itself confirmed."""

    asked: int
    restored: int
    restored_bytes: int
    compared: int
    failures: tuple[DrillFailure, ...]

    @property
    def passed(self) -> bool:
        """Return whether everything came back as it was."""
        return self.restored == self.asked and not self.failures
