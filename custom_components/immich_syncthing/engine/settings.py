"""What the owner may set, and the engine's own figures with their reasons."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from .model import POLICIES, OnEdit, Policy, Preset
from .patterns import Filter
from .rules import Rules
from .sorting.model import SortingRules

SETTLE_SECONDS = 2.0
"""How long size and mtime of a locally written file must stand still before it is read."""

QUIET_SECONDS = 1.0
"""How long a folder must be without Syncthing events before deletions are believed.

The two halves of a renamed directory arrive up to 0.25 s apart (measured with 1.29.5 and 2.1.3).
"""

PENDING_SECONDS = 3600.0
"""How long an Android ``.pending-`` file holds deletions back: longer ones are leftovers of a crashed camera."""

HASH_BLOCK = 1024 * 1024
"""Bytes read at once while hashing."""


@dataclass(frozen=True, slots=True)
class GuardLimits:
    """How many changes pass in ``window_seconds`` without asking; the larger of number and share counts.

    ``per_day``: that many times the number in a day. ``folder_share``, at least ``folder_number``: of a folder.
    ``directory_number``: from so many files on, all of a directory's absent at once are asked about.
    """

    number: int = 20
    share: float = 0.02
    per_day: int = 3
    folder_share: float = 0.25
    folder_number: int = 3
    directory_number: int = 5
    window_seconds: float = 3600.0


@dataclass(frozen=True, slots=True)
class FolderSettings:
    """One folder: ``id`` is ours, ``syncthing_id`` Syncthing's, ``root`` the directory as seen from here.

    ``ignore`` and ``include`` are lines of patterns (see :mod:`.patterns`); what they hide is neither uploaded nor
    deleted, on either side. ``filter`` is what they mean together. ``on_edit`` is ``None`` for the preset's own.
    ``sorting`` is what Immich is told of new photos besides their bytes.

    Raises:
        BadPatternError: a line is no pattern.
    """

    id: str
    syncthing_id: str
    label: str
    root: Path
    marker_name: str = ".stfolder"
    preset: Preset = Preset.BACKUP
    on_edit: OnEdit | None = None
    enabled: bool = True
    ignore: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    rules: Rules = field(default_factory=Rules)
    sorting: SortingRules = field(default_factory=SortingRules)
    filter: Filter = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Understand the patterns."""
        object.__setattr__(self, "filter", Filter.of(self.ignore, self.include))

    @property
    def policy(self) -> Policy:
        """Return what the preset means for deletions and edits, and what the owner chose instead."""
        policy = POLICIES[self.preset]
        return policy if self.on_edit is None else replace(policy, on_edit=self.on_edit)


class Hashing(StrEnum):
    """How much of the machine may go into reading photos for their checksums."""

    GENTLE = "gentle"
    """One thread, which everything else goes before."""
    NORMAL = "normal"
    """Half of the processors, of which others get more."""
    FAST = "fast"
    """All processors, at the priority of Home Assistant itself."""

    def threads(self, processors: int) -> int:
        """Return how many threads read, on a machine with so many processors."""
        match self:
            case Hashing.GENTLE:
                return 1
            case Hashing.NORMAL:
                return max(1, processors // 2)
            case Hashing.FAST:
                return processors

    @property
    def niceness(self) -> int:
        """Return by how much their priority is lowered: 19 is the lowest there is."""
        return {Hashing.GENTLE: 19, Hashing.NORMAL: 10, Hashing.FAST: 0}[self]


HISTORY_DAYS = 400
"""How long the history is kept: what was done at this time last year can be looked up."""

HISTORY_ROWS = 200_000
"""How many lines the history has at most, without those of rules: some 60 MB."""

HISTORY_SORTED = 50_000
"""How many lines it has at most of what rules gave to photos, of which one call may tell of all there are."""


@dataclass(frozen=True, slots=True)
class AccountSettings:
    """What holds for all folders of an account. ``instance`` is the id of this Home Assistant, for the fences."""

    instance: str = ""
    limits: GuardLimits = field(default_factory=GuardLimits)
    vault_phone_deletions: bool = True
    """Whether the bytes of what the phone deleted go into the vault before their asset is trashed."""
    vault_freed: bool = False
    """Whether files that leave a folder because of their age go into the vault, although Immich has them."""
    hashing: Hashing = Hashing.NORMAL
    """For whoever makes the :class:`.workers.Workers`."""
