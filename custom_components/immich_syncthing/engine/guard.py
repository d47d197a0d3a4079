"""The guard: which changes pass without asking, and which wait for the owner.

Pure: a plan and numbers in, a verdict out. One direction at a time, each with an account of its own. Within the
window's length, what is proposed plus what was applied must stay

- within the larger of a number and a share of what is linked, and within three times that per day;
- for deletions, within a share of the folder; all of a folder always waits, and so does all of a directory that
  held five or more files, when they are absent at once;
- and what already waits goes on waiting.

Uploads and links are never held, and neither is what the owner approved.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby

from .actions import Action, Ask, BringBackFile, DeleteFiles, Plan, RestoreAsset, Supersede, TrashAsset
from .model import HoldKind
from .settings import GuardLimits


class Direction(StrEnum):
    """What a change does, and to which side."""

    ASSET = "asset"
    """An asset is trashed."""
    FILE = "file"
    """A file is deleted."""
    EDIT = "edit"
    """An asset makes room for an edited one."""
    ASSET_BACK = "asset_back"
    """An asset leaves the trash."""
    FILE_BACK = "file_back"
    """A file comes back."""


DELETIONS = frozenset({Direction.ASSET, Direction.FILE})

type Guarded = TrashAsset | DeleteFiles | Supersede | RestoreAsset | BringBackFile
type Directory = tuple[str, str]
"""A folder's id, and a directory's path in it (``""``: the root)."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Changes applied within the window and within the day, without those that the owner approved."""

    account: int = 0
    folders: Mapping[str, int] = field(default_factory=dict)
    account_day: int = 0
    folders_day: Mapping[str, int] = field(default_factory=dict)
    directories: Mapping[Directory, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GuardFacts:
    """What the guard may know. ``linked_files``: paths with linked content, now on disk, per folder.

    ``in_directories``: the same per directory, of those directories from which the plan takes files.
    """

    linked_assets: int
    linked_files: Mapping[str, int]
    applied: Mapping[Direction, Tally]
    held: frozenset[bytes] = frozenset()
    in_directories: Mapping[Directory, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The plan's actions, split. Each held change became the question to ask."""

    allowed: tuple[Action, ...]
    held: tuple[Ask, ...]


def guard(plan: Plan, facts: GuardFacts, limits: GuardLimits) -> Verdict:
    """Split ``plan`` into what may happen now and what the owner is asked first."""
    stopped: set[bytes] = set()
    for direction, kind in _KINDS.items():
        stopped |= _stopped(plan.of(kind), direction, facts, limits)
    allowed: list[Action] = []
    held: list[Ask] = []
    for action in plan.actions:
        match action:
            case Ask():
                held.append(action)
            case TrashAsset() | DeleteFiles() | Supersede() | RestoreAsset() | BringBackFile():
                if action.checksum in stopped:
                    held.append(Ask(action.checksum, _QUESTIONS[type(action)], folders_of(action)))
                else:
                    allowed.append(action)
            case _:
                allowed.append(action)
    return Verdict(tuple(allowed), tuple(held))


_KINDS: Mapping[Direction, type[Guarded]] = {
    Direction.ASSET: TrashAsset,
    Direction.FILE: DeleteFiles,
    Direction.EDIT: Supersede,
    Direction.ASSET_BACK: RestoreAsset,
    Direction.FILE_BACK: BringBackFile,
}

_QUESTIONS: Mapping[type[Guarded], HoldKind] = {
    TrashAsset: HoldKind.MANY_ASSETS,
    DeleteFiles: HoldKind.MANY_FILES,
    Supersede: HoldKind.CHANGED_IN_BULK,
    RestoreAsset: HoldKind.RESTORED_IN_BULK,
    BringBackFile: HoldKind.RESTORED_IN_BULK,
}


def folders_of(action: Guarded) -> tuple[str, ...]:
    """Return the folders in which an action counts, sorted."""
    match action:
        case TrashAsset():
            return action.folder_ids
        case DeleteFiles():
            return tuple(sorted({row.folder_id for row in action.files}))
        case Supersede():
            return (action.folder_id,)
        case RestoreAsset():
            return (action.file.folder_id,)
        case _:
            return (action.to.folder_id,)


def directories_of(action: TrashAsset) -> frozenset[Directory]:
    """Return the directories from which the files of an asset went."""
    return frozenset((gone.folder_id, gone.path.rpartition("/")[0]) for gone in action.gone)


def _stopped(actions: Sequence[Guarded], direction: Direction, facts: GuardFacts, limits: GuardLimits) -> set[bytes]:
    """Return the checksums whose change must wait."""
    asking = [action for action in actions if not action.granted and not _is_motion(action)]
    stopped = {action.checksum for action in asking if action.checksum in facts.held}
    proposed = [action for action in asking if action.checksum not in stopped]
    applied = facts.applied.get(direction, Tally())
    full = {
        folder
        for folder, count in _per_folder(proposed).items()
        if not _folder_allows(folder, count, direction, applied, facts, limits)
    }
    stopped |= {action.checksum for action in proposed if full.intersection(folders_of(action))}
    if direction is Direction.ASSET:
        stopped |= _emptied(proposed, applied, facts, limits)
    number = allowance(limits, facts.linked_assets + applied.account)
    # What a folder's limit stops counts as well: else a tighter limit there would let others pass.
    account = sum(_weight(action) for action in proposed)
    if account + applied.account > number or account + applied.account_day > limits.per_day * number:
        stopped |= {action.checksum for action in proposed}
    return stopped


def _folder_allows(
    folder: str, count: int, direction: Direction, applied: Tally, facts: GuardFacts, limits: GuardLimits
) -> bool:
    on_disk = facts.linked_files.get(folder, 0)
    # Files whose asset is to be trashed have already left the disk; files to be deleted are still on it.
    remaining = on_disk - count if direction is Direction.FILE else on_disk
    earlier, earlier_day = applied.folders.get(folder, 0), applied.folders_day.get(folder, 0)
    before = max(remaining, 0) + count + earlier
    number = allowance(limits, before)
    within = count + earlier <= number and count + earlier_day <= limits.per_day * number
    if direction not in DELETIONS:
        return within
    share = max(limits.folder_number, int(limits.folder_share * before))
    return within and remaining > 0 and count + earlier <= share


def _emptied(proposed: Sequence[Guarded], applied: Tally, facts: GuardFacts, limits: GuardLimits) -> set[bytes]:
    """Return what was deleted together with everything else of a directory that held many."""
    pairs = sorted(
        (directory, action.checksum)
        for action in proposed
        if isinstance(action, TrashAsset)
        for directory in directories_of(action)
    )
    emptied: set[bytes] = set()
    for directory, group in groupby(pairs, key=lambda pair: pair[0]):
        checksums = {checksum for _, checksum in group}
        missing = len(checksums) + applied.directories.get(directory, 0)
        if missing >= limits.directory_number and not facts.in_directories.get(directory, 0):
            emptied |= checksums
    return emptied


def allowance(limits: GuardLimits, linked: int) -> int:
    """Return how many changes pass within the window, of so many linked: one more is many."""
    return max(limits.number, int(limits.share * linked))


def _per_folder(actions: Sequence[Guarded]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for action in actions:
        if isinstance(action, DeleteFiles):
            counts.update(row.folder_id for row in action.files)
        else:
            counts.update(folders_of(action))
    return counts


def _weight(action: Guarded) -> int:
    return len(action.files) if isinstance(action, DeleteFiles) else 1


def _is_motion(action: Guarded) -> bool:
    """Return whether an action concerns the video of a live photo: it is counted with its photo."""
    return isinstance(action, DeleteFiles | BringBackFile) and action.still is not None
