"""What a cycle would do, counted and listed, from the very draft that a cycle would carry out."""

from collections import Counter
from collections.abc import Iterable

from ..faults.coded import Problem
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
from .ledger.views import Place
from .model import Base, OnEdit
from .planning import Draft
from .report import Preview, PreviewItem


def preview_of(draft: Draft, folder_id: str, problem: Problem | None, limit: int, offset: int = 0) -> Preview:
    """Return what the draft does in one folder, in numbers, with ``limit`` items at most from ``offset`` on."""

    def concerned[A: Action](actions: Iterable[A]) -> list[A]:
        return [one for one in actions if folder_id in draft.folders_of.get(one.checksum, frozenset())]

    allowed, held = concerned(draft.verdict.allowed), concerned(draft.verdict.held)
    uploads = [one for one in allowed if isinstance(one, Upload)]
    more, more_bytes = draft.unlisted.get(folder_id, (0, 0))
    counts = Counter(word_of(action) for action in allowed)
    if uploads or more:
        counts["upload"] += more
    return Preview(
        actions=dict(counts),
        held=dict(Counter(ask.kind.value for ask in held)),
        upload_bytes=more_bytes + sum(size_of(one) for one in uploads),
        waiting=draft.waiting,
        items=tuple(_item(action, draft) for action in (*allowed, *held)[offset : offset + limit]),
        truncated=len(allowed) + len(held) + more > offset + limit,
        problem=problem,
    )


def word_of(action: Action) -> str:
    """Return the word for an action in previews."""
    match action:
        case Record():
            return _RECORDS[action.base]
        case Ask():
            return f"ask_{action.kind.value}"
        case Supersede(mode=OnEdit.STACK):
            return "stack_asset"
        case _:
            return _WORDS[type(action)]


def reason_of(action: Action) -> str:
    """Return the word for what makes an action necessary; of a question, what is asked."""
    match action:
        case Ask():
            return action.kind.value
        case Record():
            return _RECORDS_BECAUSE[action.base]
        case (
            TrashAsset(granted=True)
            | DeleteFiles(granted=True)
            | Supersede(granted=True)
            | RestoreAsset(granted=True)
            | BringBackFile(granted=True)
        ):
            return "answered"
        case _:
            return _BECAUSE[type(action)]


_RECORDS = {Base.LINKED: "link", Base.RELEASED: "release", Base.KEPT: "keep", Base.REMOVED: "remove"}

_WORDS: dict[type[object], str] = {
    Upload: "upload",
    TrashAsset: "trash_asset",
    DeleteFiles: "delete_file",
    RestoreAsset: "restore_asset",
    BringBackFile: "bring_back_file",
    FreeFiles: "free_file",
    Supersede: "replace_asset",
    PairMotion: "pair_motion",
}

_RECORDS_BECAUSE = {
    Base.LINKED: "on_both_sides",
    Base.RELEASED: "only_in_immich",
    Base.KEPT: "only_in_folder",
    Base.REMOVED: "gone_from_both",
}

_BECAUSE: dict[type[object], str] = {
    Upload: "new_file",
    TrashAsset: "file_deleted",
    DeleteFiles: "asset_deleted",
    RestoreAsset: "file_back",
    BringBackFile: "asset_back",
    FreeFiles: "old",
    Supersede: "file_edited",
    PairMotion: "live_photo",
}


def size_of(upload: Upload) -> int:
    """Return the bytes of a photo, with those of its motion part."""
    return upload.file.signature.size + (upload.motion.signature.size if upload.motion is not None else 0)


def _item(action: Action, draft: Draft) -> PreviewItem:
    path, folder_id = _where(action, draft.places.get(action.checksum))
    return PreviewItem(word_of(action), reason_of(action), path, folder_id, action.checksum.hex())


def _where(action: Action, known: Place | None) -> tuple[str, str]:
    match action:
        case (
            Upload(file=row)
            | PairMotion(file=row)
            | RestoreAsset(file=row)
            | DeleteFiles(files=(row, *_))
            | FreeFiles(files=(row, *_))
        ):
            return row.path, row.folder_id
        case TrashAsset(gone=(gone, *_)) | BringBackFile(to=gone):
            return gone.path, gone.folder_id
        case Supersede():
            return action.path, action.folder_id
        case _:
            return ("", "") if known is None else (known.path, known.folder_id)
