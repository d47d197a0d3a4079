"""What a row of the decision table may come to: one action, or to wait where its gate is closed. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final

from .actions import (
    Action,
    Ask,
    BringBackFile,
    DeleteFiles,
    FreeFiles,
    PairMotion,
    Record,
    RestoreAsset,
    Supersede,
    TrashAsset,
    Upload,
)
from .model import (
    Answer,
    AssetState,
    Base,
    Departure,
    Facts,
    FileRow,
    FileStatus,
    GonePath,
    HoldKind,
    OnAssetDeleted,
    OnEdit,
    OnFileDeleted,
    Policy,
    Still,
    Successor,
)


class Waiting:
    """Nothing can be said yet: look again later."""


class Settled:
    """Nothing is to be done."""


WAIT: Final = Waiting()
SETTLED: Final = Settled()

type Outcome = Action | Waiting | Settled
type Choice = Callable[[Facts], Outcome]


def asked(facts: Facts, kind: HoldKind, *, approve: Choice, leave: Choice, undo: Choice) -> Outcome:
    """Ask the owner, or do what the answer says."""
    match answer_to(facts, kind):
        case Answer.APPROVE:
            return approve(facts)
        case Answer.LEAVE:
            return leave(facts)
        case Answer.UNDO:
            return undo(facts)
        case _:
            where = {row.folder_id for row in facts.present} | {gone.folder_id for gone in facts.gone}
            return Ask(facts.checksum, kind, tuple(sorted(where or facts.holders)))


def answer_to(facts: Facts, kind: HoldKind) -> Answer | None:
    """Return what the owner decided about a question of this kind, ``None`` before that."""
    return facts.decision.answer if facts.decision is not None and facts.decision.kind is kind else None


def asked_back(facts: Facts) -> bool:
    """Return whether the owner wants back what was deleted."""
    return answer_to(facts, HoldKind.MANY_FILES) is Answer.UNDO


# --- the ledger alone ------------------------------------------------------------------------------------------


def link(facts: Facts) -> Outcome:
    """Both sides have it."""
    return Record(facts.checksum, Base.LINKED, facts.asset.id)


def keep(facts: Facts) -> Outcome:
    """Only the folder has it, on purpose."""
    return Record(facts.checksum, Base.KEPT)


def release(facts: Facts) -> Outcome:
    """Only Immich has it, on purpose."""
    return Record(facts.checksum, Base.RELEASED)


def remove(facts: Facts) -> Outcome:
    """Neither side has it, by decision. The asset's id stays known only if it was seen in the trash."""
    seen_in_trash = facts.asset.state is AssetState.TRASHED
    return Record(facts.checksum, Base.REMOVED, facts.asset.id if seen_in_trash else None)


def wait(_: Facts) -> Outcome:
    """Go on waiting."""
    return WAIT


# --- Immich's side ---------------------------------------------------------------------------------------------


def upload(facts: Facts) -> Outcome:
    """Send a file that holds it, with the video that belongs to it."""
    file = settled_file(facts, facts.uploadable)
    if file is None or facts.half_missing:
        return WAIT
    return Upload(facts.checksum, file, facts.motion)


def trash(facts: Facts, *, granted: bool) -> Outcome:
    """Trash the asset, where every folder that has a say is open."""
    if facts.asset.id is None or not voters(facts) <= facts.deletable:
        return WAIT
    where = tuple(sorted({gone.folder_id for gone in facts.gone}))
    return TrashAsset(facts.checksum, facts.asset.id, where, facts.gone, granted)


def restore(facts: Facts, *, granted: bool = False) -> Outcome:
    """Take the asset out of the trash, because of a file that is there."""
    file = settled_file(facts, facts.deletable)
    if file is None or facts.asset.id is None:
        return WAIT
    return RestoreAsset(facts.checksum, facts.asset.id, file, granted)


def edit_mode(folder_ids: Iterable[str], left: Iterable[GonePath], policies: Mapping[str, Policy]) -> OnEdit:
    """Return what becomes of the asset of content that was edited away.

    ``folder_ids``: the folders that held it; the most careful of them decides. ``left``: the paths that it left. Where
    one of those was simply deleted, in a folder that does not pass deletions on, it is not trashed for an edit either.
    """
    modes = {policies[folder_id].on_edit for folder_id in folder_ids}
    mode = next((one for one in (OnEdit.KEEP_BOTH, OnEdit.STACK) if one in modes), OnEdit.REPLACE)
    deleted = {gone.folder_id for gone in left if gone.departure is not Departure.REPLACED}
    if mode is OnEdit.REPLACE and any(policies[one].on_file_deleted is OnFileDeleted.KEEP for one in deleted):
        return OnEdit.KEEP_BOTH
    return mode


def supersede(facts: Facts, by: Successor, mode: OnEdit, *, granted: bool) -> Outcome:
    """Let the new asset take the place of the old one, once there is a new one: no asset takes its own place."""
    if by.base is not Base.LINKED or by.asset.state is not AssetState.ACTIVE:
        return WAIT
    if by.asset.id is None or facts.asset.id is None or by.asset.id == facts.asset.id:
        return WAIT
    if not voters(facts) <= facts.deletable:
        return WAIT
    return Supersede(
        facts.checksum, facts.asset.id, by.checksum, by.asset.id, mode, by.folder_id, by.path, granted=granted
    )


def pair(facts: Facts, still: Still) -> Outcome:
    """Tell Immich that the video belongs to its photo, unless it knows."""
    file = settled_file(facts, facts.uploadable)
    if still.motion_asset_id is not None:
        return link(facts)
    if file is None or still.asset.id is None or facts.asset.id is None:
        return WAIT
    return PairMotion(facts.checksum, facts.asset.id, still.checksum, still.asset.id, file)


# --- the folder's side -----------------------------------------------------------------------------------------


def delete_all(facts: Facts) -> Outcome:
    """Delete every file of the content: the owner approved exactly this."""
    outcome = _delete_files(facts, facts.present, (), granted=True)
    return replace(outcome, regardless=True) if isinstance(outcome, DeleteFiles) else outcome


def delete(facts: Facts, *, granted: bool) -> Outcome:
    """Delete the files of those folders that say so, but for what is hidden; with none, it is kept."""
    doomed = tuple(
        row
        for row in facts.present
        if facts.policies[row.folder_id].on_asset_deleted is OnAssetDeleted.DELETE
        and row.status is not FileStatus.EXCLUDED
    )
    stays = tuple(row for row in facts.present if row not in doomed)
    if not doomed:
        return keep(facts)
    return _delete_files(facts, doomed, stays, granted=granted)


def free(facts: Facts) -> Outcome:
    """Delete the files of the folders that keep it no longer, but for what is hidden; the asset stays."""
    old = [row for row in facts.present if row.folder_id in facts.freeable and row.status is not FileStatus.EXCLUDED]
    if not old:
        return SETTLED
    now = tuple(row for row in old if row.status is FileStatus.SETTLED and row.folder_id in facts.deletable)
    if not now or facts.asset.id is None:
        return WAIT
    stays = tuple(row for row in facts.present if row not in now)
    return FreeFiles(facts.checksum, facts.asset.id, now, stays)


def bring_back(facts: Facts, candidates: Iterable[GonePath], *, granted: bool) -> Outcome:
    """Put the file back under the first of its old paths that can be reached."""
    reachable = sorted(
        (gone for gone in candidates if gone.folder_id in facts.deletable),
        key=lambda gone: (gone.folder_id, gone.path),
    )
    if not reachable or (facts.asset.id is None and facts.asset.state is not AssetState.GONE):
        return WAIT
    return BringBackFile(facts.checksum, facts.asset.id, reachable[0], granted, facts.asset.state)


def voters(facts: Facts) -> frozenset[str]:
    """Return the folders that have a say in the deletion of the asset."""
    return facts.holders.union(gone.folder_id for gone in facts.gone)


def settled_file(facts: Facts, folder_ids: frozenset[str]) -> FileRow | None:
    """Return the first file of these folders whose bytes are known."""
    rows = [row for row in facts.present if row.status is FileStatus.SETTLED and row.folder_id in folder_ids]
    return min(rows, key=lambda row: (row.folder_id, row.path), default=None)


def _delete_files(facts: Facts, doomed: tuple[FileRow, ...], stays: tuple[FileRow, ...], *, granted: bool) -> Outcome:
    """Delete those that can be deleted now, once all is read: a copy found later would look like a photo added anew."""
    now = tuple(row for row in doomed if row.status is FileStatus.SETTLED and row.folder_id in facts.deletable)
    later = tuple(row for row in doomed if row not in now)
    if not now or not facts.all_read:
        return WAIT
    return DeleteFiles(facts.checksum, facts.asset, now, stays, later, granted)
