"""The decision table: facts of one checksum in, at most one action out.

No I/O, no clock, no randomness. What is unknown plans nothing; no deletion is ever planned without positive
evidence of an owner's deletion on the other side:

- an asset is trashed only when every last-known path is positively absent in an open folder;
- a file is deleted only when this very asset was seen in the trash, or the owner approved.
"""

from collections.abc import Callable, Iterable
from typing import Final

from .actions import (
    Action,
    Ask,
    BringBackFile,
    DeleteFiles,
    Plan,
    Record,
    RestoreAsset,
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
    Files,
    FileStatus,
    GonePath,
    HoldKind,
    OnAssetDeleted,
    OnFileDeleted,
)


class Waiting:
    """Nothing can be said yet: look again later."""


class Settled:
    """Nothing is to be done."""


WAIT: Final = Waiting()
SETTLED: Final = Settled()

type Outcome = Action | Waiting | Settled


def plan(facts: Iterable[Facts]) -> Plan:
    """Return what would bring the sides into agreement, in the order of ``facts``."""
    actions: list[Action] = []
    waiting = 0
    for one in facts:
        outcome = decide(one)
        if isinstance(outcome, Waiting):
            waiting += 1
        elif not isinstance(outcome, Settled):
            actions.append(outcome)
    return Plan(tuple(actions), waiting)


def decide(facts: Facts) -> Outcome:
    """Return the one thing to do for a checksum, ``WAIT``, or ``SETTLED``."""
    if facts.files is Files.UNKNOWN or facts.asset.state in {AssetState.UNKNOWN, AssetState.DYING}:
        return WAIT
    if facts.asset.state is AssetState.UNTOUCHABLE:
        released = facts.base is Base.LINKED and facts.files is Files.NO
        return Record(facts.checksum, Base.RELEASED) if released else SETTLED
    return _TABLE[facts.base](facts)


def _new(facts: Facts) -> Outcome:
    if facts.files is Files.NO:
        return SETTLED
    match facts.asset.state:
        case AssetState.GONE:
            return _upload(facts)
        case AssetState.ACTIVE:
            return _link(facts)
        case _:
            return _asked(
                facts,
                HoldKind.TRASHED_BEFORE_FIRST_SYNC,
                approve=_delete_all,
                leave=_keep,
                undo=_restore,
            )


def _linked(facts: Facts) -> Outcome:
    if facts.files is Files.YES:
        match facts.asset.state:
            case AssetState.ACTIVE:
                return SETTLED if facts.asset.id == facts.base_asset_id else _link(facts)
            case AssetState.GONE if facts.asset.was_untouchable:
                return _keep(facts)
            case AssetState.GONE if not facts.asset.trash_seen:
                return _asked(facts, HoldKind.VANISHED, approve=_delete_all, leave=_keep, undo=_upload)
            case _:
                return _asset_deleted(facts)
    if facts.asset.state is AssetState.ACTIVE:
        return _file_deleted(facts)
    return _remove(facts)


def _released(facts: Facts) -> Outcome:
    if facts.files is Files.YES:
        return _readded(facts)
    match facts.asset.state:
        case AssetState.ACTIVE:
            return SETTLED
        case AssetState.GONE if not facts.asset.trash_seen:
            # Nothing is left to upload again: "undo" can only mean to go on waiting for the server.
            return _asked(facts, HoldKind.VANISHED, approve=_remove, leave=_remove, undo=_wait)
        case _:
            return _remove(facts)


def _kept(facts: Facts) -> Outcome:
    if facts.files is Files.YES:
        return _link(facts) if facts.asset.state is AssetState.ACTIVE else SETTLED
    return _release(facts) if facts.asset.state is AssetState.ACTIVE else _remove(facts)


def _removed(facts: Facts) -> Outcome:
    if facts.files is Files.YES:
        return _readded(facts)
    if facts.asset.state is not AssetState.ACTIVE:
        return SETTLED
    # Only an asset that we saw in the trash keeps its id in the base: its return is its owner's wish.
    if facts.asset.id is not None and facts.asset.id == facts.base_asset_id:
        wanted = [gone for gone in facts.gone if facts.policies[gone.folder_id].brings_back]
        if wanted:
            return _bring_back(facts, wanted)
    return _release(facts)


_TABLE: Final[dict[Base, Callable[[Facts], Outcome]]] = {
    Base.NEW: _new,
    Base.LINKED: _linked,
    Base.RELEASED: _released,
    Base.KEPT: _kept,
    Base.REMOVED: _removed,
}


def _asset_deleted(facts: Facts) -> Outcome:
    """The owner deleted the asset: the file follows where its folder says so."""
    if facts.decision is not None and facts.decision.kind is HoldKind.MANY_FILES:
        match facts.decision.answer:
            case Answer.LEAVE:
                return _keep(facts)
            case Answer.UNDO:
                return _restore(facts) if facts.asset.state is AssetState.TRASHED else _upload(facts)
            case Answer.APPROVE:
                return _delete(facts, granted=True)
    return _delete(facts, granted=False)


def _file_deleted(facts: Facts) -> Outcome:
    """The owner deleted the file everywhere: the asset follows if every folder that held it says so."""
    edited = any(gone.departure is Departure.REPLACED for gone in facts.gone)
    votes = facts.holders | {gone.folder_id for gone in facts.gone}
    passed_on = all(facts.policies[voter].on_file_deleted is OnFileDeleted.TRASH for voter in votes)
    if edited or not facts.gone or not passed_on:
        return _release(facts)
    granted = False
    if facts.decision is not None and facts.decision.kind is HoldKind.MANY_ASSETS:
        match facts.decision.answer:
            case Answer.LEAVE:
                return _release(facts)
            case Answer.UNDO:
                return _bring_back(facts, facts.gone)
            case Answer.APPROVE:
                granted = True
    if facts.asset.id is None or not votes <= facts.deletable:
        return WAIT
    where = tuple(sorted({gone.folder_id for gone in facts.gone}))
    return TrashAsset(facts.checksum, facts.asset.id, where, facts.gone, granted)


def _readded(facts: Facts) -> Outcome:
    """Content that was away is in a folder again: its owner wants it in both places."""
    match facts.asset.state:
        case AssetState.ACTIVE:
            return _link(facts)
        case AssetState.TRASHED:
            return _restore(facts)
        case _:
            return _upload(facts)


# --- one action each, or WAIT where its gate is closed ---------------------------------------------------------


def _upload(facts: Facts) -> Outcome:
    file = _settled_file(facts, facts.uploadable)
    return WAIT if file is None else Upload(facts.checksum, file)


def _link(facts: Facts) -> Outcome:
    return Record(facts.checksum, Base.LINKED, facts.asset.id)


def _keep(facts: Facts) -> Outcome:
    return Record(facts.checksum, Base.KEPT)


def _release(facts: Facts) -> Outcome:
    return Record(facts.checksum, Base.RELEASED)


def _remove(facts: Facts) -> Outcome:
    seen_in_trash = facts.asset.state is AssetState.TRASHED
    return Record(facts.checksum, Base.REMOVED, facts.asset.id if seen_in_trash else None)


def _wait(_: Facts) -> Outcome:
    return WAIT


def _restore(facts: Facts) -> Outcome:
    file = _settled_file(facts, facts.deletable)
    if file is None or facts.asset.id is None:
        return WAIT
    return RestoreAsset(facts.checksum, facts.asset.id, file)


def _bring_back(facts: Facts, candidates: Iterable[GonePath]) -> Outcome:
    reachable = sorted(
        (gone for gone in candidates if gone.folder_id in facts.deletable),
        key=lambda gone: (gone.folder_id, gone.path),
    )
    if not reachable or facts.asset.id is None:
        return WAIT
    return BringBackFile(facts.checksum, facts.asset.id, reachable[0])


def _delete_all(facts: Facts) -> Outcome:
    """Delete every file of the content: the owner approved exactly this."""
    return _delete_files(facts, facts.present, (), granted=True)


def _delete(facts: Facts, *, granted: bool) -> Outcome:
    doomed = tuple(
        row for row in facts.present if facts.policies[row.folder_id].on_asset_deleted is OnAssetDeleted.DELETE
    )
    stays = tuple(row for row in facts.present if row not in doomed)
    if not doomed:
        return _keep(facts)
    return _delete_files(facts, doomed, stays, granted=granted)


def _delete_files(facts: Facts, doomed: tuple[FileRow, ...], stays: tuple[FileRow, ...], *, granted: bool) -> Outcome:
    now = tuple(row for row in doomed if row.status is FileStatus.SETTLED and row.folder_id in facts.deletable)
    later = tuple(row for row in doomed if row not in now)
    if not now:
        return WAIT
    return DeleteFiles(facts.checksum, facts.asset, now, stays, later, granted)


def _settled_file(facts: Facts, folder_ids: frozenset[str]) -> FileRow | None:
    rows = [row for row in facts.present if row.status is FileStatus.SETTLED and row.folder_id in folder_ids]
    return min(rows, key=lambda row: (row.folder_id, row.path), default=None)


type _Choice = Callable[[Facts], Outcome]


def _asked(facts: Facts, kind: HoldKind, *, approve: _Choice, leave: _Choice, undo: _Choice) -> Outcome:
    """Ask the owner, or do what the answer says."""
    if facts.decision is None or facts.decision.kind is not kind:
        where = {row.folder_id for row in facts.present} | {gone.folder_id for gone in facts.gone}
        return Ask(facts.checksum, kind, tuple(sorted(where or facts.holders)))
    match facts.decision.answer:
        case Answer.APPROVE:
            return approve(facts)
        case Answer.LEAVE:
            return leave(facts)
        case Answer.UNDO:
            return undo(facts)
