"""The guard: which deletions pass without asking, and which wait for the owner.

Pure: a plan and numbers in, a verdict out. One direction at a time (assets trashed, files deleted), per folder and
per account. Within the window's length, what is proposed plus what was applied must stay

- within the larger of a number and a share of what is linked, and
- within a share of the folder;
- all of a folder always waits, and what already waits goes on waiting.

Uploads, links and restores are never held.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .actions import (
    Action,
    Ask,
    DeleteFiles,
    Plan,
    TrashAsset,
)
from .model import HoldKind
from .settings import GuardLimits


class Direction(StrEnum):
    """On which side a deletion is carried out."""

    ASSET = "asset"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Tally:
    """Deletions applied within the window, without those that the owner approved."""

    account: int = 0
    folders: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GuardFacts:
    """What the guard may know. ``linked_files``: paths with linked content, now on disk, per folder."""

    linked_assets: int
    linked_files: Mapping[str, int]
    applied: Mapping[Direction, Tally]
    held: frozenset[bytes] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The plan's actions, split. Each held deletion became the question to ask."""

    allowed: tuple[Action, ...]
    held: tuple[Ask, ...]


def guard(plan: Plan, facts: GuardFacts, limits: GuardLimits) -> Verdict:
    """Split ``plan`` into what may happen now and what the owner is asked first."""
    stopped = _stopped(plan.of(TrashAsset), Direction.ASSET, facts, limits)
    stopped |= _stopped(plan.of(DeleteFiles), Direction.FILE, facts, limits)
    allowed: list[Action] = []
    held: list[Ask] = []
    for action in plan.actions:
        match action:
            case Ask():
                held.append(action)
            case TrashAsset() if action.checksum in stopped:
                held.append(Ask(action.checksum, HoldKind.MANY_ASSETS, action.folder_ids))
            case DeleteFiles() if action.checksum in stopped:
                held.append(Ask(action.checksum, HoldKind.MANY_FILES, _folders(action)))
            case _:
                allowed.append(action)
    return Verdict(tuple(allowed), tuple(held))


def _stopped(
    actions: tuple[TrashAsset, ...] | tuple[DeleteFiles, ...],
    direction: Direction,
    facts: GuardFacts,
    limits: GuardLimits,
) -> set[bytes]:
    """Return the checksums whose deletion must wait."""
    stopped = {action.checksum for action in actions if not action.granted and action.checksum in facts.held}
    proposed = [action for action in actions if not action.granted and action.checksum not in stopped]
    applied = facts.applied.get(direction, Tally())
    per_folder = _per_folder(proposed)
    full = {
        folder
        for folder, count in per_folder.items()
        if not _folder_allows(folder, count, direction, applied, facts, limits)
    }
    stopped |= {action.checksum for action in proposed if full.intersection(_folders(action))}
    passing = [action for action in proposed if action.checksum not in stopped]
    account = sum(_weight(action) for action in passing)
    if account + applied.account > _number(limits, facts.linked_assets + applied.account):
        stopped |= {action.checksum for action in passing}
    return stopped


def _folder_allows(
    folder: str,
    count: int,
    direction: Direction,
    applied: Tally,
    facts: GuardFacts,
    limits: GuardLimits,
) -> bool:
    on_disk = facts.linked_files.get(folder, 0)
    # Files whose asset is to be trashed have already left the disk; files to be deleted are still on it.
    remaining = on_disk if direction is Direction.ASSET else on_disk - count
    if remaining <= 0:
        return False
    earlier = applied.folders.get(folder, 0)
    before = remaining + count + earlier
    share = max(limits.folder_number, int(limits.folder_share * before))
    return count + earlier <= min(_number(limits, before), share)


def _number(limits: GuardLimits, linked: int) -> int:
    return max(limits.number, int(limits.share * linked))


def _per_folder(actions: list[TrashAsset | DeleteFiles]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for action in actions:
        if isinstance(action, TrashAsset):
            counts.update(action.folder_ids)
        else:
            counts.update(row.folder_id for row in action.files)
    return counts


def _folders(action: TrashAsset | DeleteFiles) -> tuple[str, ...]:
    if isinstance(action, TrashAsset):
        return action.folder_ids
    return tuple(sorted({row.folder_id for row in action.files}))


def _weight(action: TrashAsset | DeleteFiles) -> int:
    return 1 if isinstance(action, TrashAsset) else len(action.files)
