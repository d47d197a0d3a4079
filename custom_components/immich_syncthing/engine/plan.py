"""The decision table: facts of one checksum in, at most one action out.

No I/O, no clock, no randomness. What is unknown plans nothing; no deletion is ever planned without positive
evidence of an owner's deletion on the other side:

- an asset is trashed only when every last-known path is positively absent in an open folder;
- a file is deleted only when this very asset was seen in the trash, or Immich told of its deletion, or the owner
  approved, or its folder keeps it no longer and Immich has it.
"""

from collections.abc import Callable
from typing import Final

from .actions import Record
from .live import decide_motion
from .model import (
    Answer,
    AssetState,
    Base,
    Departure,
    Facts,
    Files,
    GonePath,
    HoldKind,
    OnEdit,
    OnFileDeleted,
    Successor,
)
from .outcomes import (
    SETTLED,
    WAIT,
    Outcome,
    answer_to,
    asked,
    asked_back,
    bring_back,
    delete,
    delete_all,
    edit_mode,
    free,
    keep,
    link,
    release,
    remove,
    restore,
    supersede,
    trash,
    upload,
    voters,
    wait,
)


def decide(facts: Facts) -> Outcome:
    """Return the one thing to do for a checksum, ``WAIT``, or ``SETTLED``."""
    if facts.asset.state in {AssetState.UNKNOWN, AssetState.DYING}:
        return WAIT
    if facts.files is Files.UNKNOWN:
        return _excluded(facts) if facts.hidden else WAIT
    if facts.asset.state is AssetState.UNTOUCHABLE:
        return _untouchable(facts)
    if facts.base is Base.NEW and facts.suspect and facts.files is Files.NO:
        return _offered_in_vain(facts)
    if facts.still is not None:
        return decide_motion(facts, facts.still, decide_alone)
    return decide_alone(facts)


def decide_alone(facts: Facts) -> Outcome:
    """Return the one thing to do for content that stands for itself."""
    return _deletion_undone(facts) or _TABLE[facts.base](facts)


def _untouchable(facts: Facts) -> Outcome:
    """Immich has it where we may not reach: a file that is there needs no upload, and waits for none."""
    if facts.files is Files.NO:
        return release(facts) if facts.base is Base.LINKED else SETTLED
    return keep(facts) if facts.base is Base.NEW else SETTLED


def _offered_in_vain(facts: Facts) -> Outcome:
    """It was linked before a recovery, and its file went before its owner answered: as if recovery had found it so.

    What is forgotten instead would be sent as new by a device that speaks late. Its return to Immich brings no file
    back: that may be another database's.
    """
    return release(facts) if facts.asset.state is AssetState.ACTIVE else Record(facts.checksum, Base.REMOVED)


def _excluded(facts: Facts) -> Outcome:
    """The owner hides every file there may be: what is deleted in Immich meanwhile is never passed on."""
    asset = facts.asset if facts.still is None else facts.still.asset
    deleted = asset.state is AssetState.TRASHED or (asset.state is AssetState.GONE and asset.trash_seen)
    deleted |= facts.still is not None and facts.still.base is Base.REMOVED
    return keep(facts) if facts.base is Base.LINKED and deleted else SETTLED


def _new(facts: Facts) -> Outcome:
    if facts.files is Files.NO:
        return SETTLED
    match facts.asset.state:
        case AssetState.GONE if facts.suspect:
            return asked(facts, HoldKind.VANISHED, approve=delete_all, leave=keep, undo=upload)
        case AssetState.GONE if facts.asset.trash_seen:
            # The trash was emptied before the owner answered what becomes of the file.
            return asked(facts, HoldKind.TRASHED_BEFORE_FIRST_SYNC, approve=delete_all, leave=keep, undo=upload)
        case AssetState.GONE:
            return upload(facts)
        case AssetState.ACTIVE:
            return link(facts)
        case _:
            return asked(
                facts, HoldKind.TRASHED_BEFORE_FIRST_SYNC, approve=delete_all, leave=keep, undo=_restore_as_asked
            )


def _linked(facts: Facts) -> Outcome:
    if facts.files is Files.NO:
        return _file_gone(facts) if facts.asset.state is AssetState.ACTIVE else remove(facts)
    match facts.asset.state:
        case AssetState.ACTIVE if facts.asset.id != facts.base_asset_id:
            return link(facts)
        case AssetState.ACTIVE:
            return free(facts)
        case AssetState.GONE if facts.asset.was_untouchable:
            return keep(facts)
        case AssetState.GONE if not facts.asset.trash_seen or answer_to(facts, HoldKind.VANISHED):
            # What its owner answered holds, also where Immich tells of the deletion after that.
            return asked(facts, HoldKind.VANISHED, approve=delete_all, leave=keep, undo=upload)
        case _:
            return _asset_deleted(facts)


def _released(facts: Facts) -> Outcome:
    if facts.files is Files.YES:
        # Its file came back while nobody could reach the asset, whose end then tells nothing.
        unreached = facts.asset.state is AssetState.GONE and facts.asset.was_untouchable
        return keep(facts) if unreached and facts.decision is None else _here_again(facts)
    match facts.asset.state:
        case AssetState.ACTIVE:
            return SETTLED
        case AssetState.GONE if not facts.asset.trash_seen:
            # Nothing is left to upload again: "undo" can only mean to go on waiting for the server.
            return asked(facts, HoldKind.VANISHED, approve=remove, leave=remove, undo=wait)
        case _:
            return remove(facts)


def _kept(facts: Facts) -> Outcome:
    if facts.files is Files.YES:
        return link(facts) if facts.asset.state is AssetState.ACTIVE else SETTLED
    if facts.asset.state is AssetState.ACTIVE:
        return release(facts)
    # Where its folder was forgotten, nobody deleted it: it stays kept wherever it is found again.
    return remove(facts) if facts.gone else SETTLED


def _removed(facts: Facts) -> Outcome:
    if facts.files is Files.YES:
        return _here_again(facts)
    if facts.asset.state is not AssetState.ACTIVE:
        return SETTLED
    # Only an asset that we saw in the trash keeps its id in the base: its return is its owner's wish.
    if facts.asset.id is None or facts.asset.id != facts.base_asset_id or facts.replaced:
        return release(facts)
    match answer_to(facts, HoldKind.RESTORED_IN_BULK):
        case Answer.LEAVE:
            return release(facts)
        case Answer.UNDO:
            return trash(facts, granted=True)
        case answer:
            wanted = [gone for gone in facts.gone if facts.policies[gone.folder_id].brings_back]
            return bring_back(facts, wanted, granted=answer is Answer.APPROVE) if wanted else release(facts)


_TABLE: Final[dict[Base, Callable[[Facts], Outcome]]] = {
    Base.NEW: _new,
    Base.LINKED: _linked,
    Base.RELEASED: _released,
    Base.KEPT: _kept,
    Base.REMOVED: _removed,
}


def _asset_deleted(facts: Facts) -> Outcome:
    """The owner deleted the asset: the file follows where its folder says so."""
    match answer_to(facts, HoldKind.MANY_FILES):
        case Answer.LEAVE:
            return keep(facts)
        case Answer.UNDO:
            return restore(facts, granted=True) if facts.asset.state is AssetState.TRASHED else upload(facts)
        case answer:
            return delete(facts, granted=answer is Answer.APPROVE)


def _file_gone(facts: Facts) -> Outcome:
    """No file holds it any more: it was edited, deleted, or its folder is not looked after any more."""
    if not facts.gone:
        return release(facts)
    if facts.successor is not None:
        return _edited(facts, facts.successor)
    if any(gone.departure is Departure.REPLACED for gone in facts.gone):
        return release(facts)
    return _file_deleted(facts)


def _file_deleted(facts: Facts) -> Outcome:
    """The owner deleted the file everywhere: the asset follows if every folder that held it says so.

    A folder that let go of it to free space, relying on Immich, says no.
    """
    votes = voters(facts)
    undone = answer_to(facts, HoldKind.MANY_ASSETS) is Answer.UNDO
    kept = facts.freed or any(facts.policies[voter].on_file_deleted is not OnFileDeleted.TRASH for voter in votes)
    if kept and not undone:
        return release(facts)
    match answer_to(facts, HoldKind.MANY_ASSETS):
        case Answer.LEAVE:
            return release(facts)
        case Answer.UNDO:
            return bring_back(facts, facts.gone, granted=True)
        case answer:
            if facts.withheld is None:
                return WAIT
            return release(facts) if votes & facts.withheld else trash(facts, granted=answer is Answer.APPROVE)


def _edited(facts: Facts, by: Successor) -> Outcome:
    """The owner changed the bytes under the path: the old asset makes room as its folders say.

    Nothing takes its place where the new bytes stay out of Immich on purpose, or out of our reach there. What a folder
    withholds from deletions is not trashed for an edit either, which may be another photo of the same name: it stays
    below the new one. So does what another folder freed.
    """
    votes = voters(facts)
    mode = edit_mode(votes, facts.gone, facts.policies)
    if mode is OnEdit.KEEP_BOTH or by.base is Base.KEPT or by.asset.state is AssetState.UNTOUCHABLE:
        return release(facts)
    if mode is OnEdit.REPLACE and facts.freed:
        mode = OnEdit.STACK
    if mode is OnEdit.REPLACE and facts.withheld is None:
        return WAIT
    if mode is OnEdit.REPLACE and facts.withheld is not None and votes & facts.withheld:
        mode = OnEdit.STACK
    match answer_to(facts, HoldKind.CHANGED_IN_BULK):
        case Answer.LEAVE:
            return release(facts)
        case Answer.UNDO:
            return bring_back(facts, facts.gone, granted=True)
        case answer:
            return supersede(facts, by, mode, granted=answer is Answer.APPROVE)


def _here_again(facts: Facts) -> Outcome:
    """Content that was away is in a folder again: its owner wants it in both places, unless a device spoke late."""
    if facts.asset.state is AssetState.ACTIVE:
        return link(facts)
    if facts.suspect:
        return asked(facts, HoldKind.CAME_BACK, approve=delete_all, leave=keep, undo=_take_back)
    match answer_to(facts, HoldKind.RESTORED_IN_BULK):
        case Answer.LEAVE:
            return keep(facts)
        case Answer.UNDO:
            return delete_all(facts)
        case Answer.APPROVE:
            return _take_back(facts)
        case _:
            return restore(facts) if facts.asset.state is AssetState.TRASHED else upload(facts)


def _deletion_undone(facts: Facts) -> Outcome | None:
    """The owner took a deletion back, or asked for what is lost: both sides get it again, its files first."""
    if facts.base is Base.LINKED or not asked_back(facts):
        return None
    if facts.files is not Files.YES:
        return bring_back(facts, facts.gone, granted=True) if facts.gone else None
    if more := _still_away(facts):
        return bring_back(facts, more, granted=True)
    return link(facts) if facts.asset.state is AssetState.ACTIVE else _take_back(facts)


def _still_away(facts: Facts) -> tuple[GonePath, ...]:
    """Return the paths to which other files of the same bytes can come back now."""
    here = {(row.folder_id, row.path) for row in facts.present}
    return tuple(
        one
        for one in facts.gone
        if one.folder_id in facts.deletable
        and one.departure is not Departure.REPLACED
        and (one.folder_id, one.path) not in here
    )


def _take_back(facts: Facts) -> Outcome:
    """Have the asset again, as the owner said: out of the trash, or uploaded anew."""
    return restore(facts, granted=True) if facts.asset.state is AssetState.TRASHED else upload(facts)


def _restore_as_asked(facts: Facts) -> Outcome:
    return restore(facts, granted=True)
