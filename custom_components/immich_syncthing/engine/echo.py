"""Echo: removed or released content that a late device brings back, and nobody re-added. Pure: the ledger's view in.

| the file that is there again                                              | is         |
| ------------------------------------------------------------------------- | ---------- |
| came out of Android's bin                                                 | a wish     |
| has the path (or a conflict copy's name of it) and the mtime of before    | an echo    |
| while a device of its folder had not confirmed the deletion               | an echo    |
| was released without a tombstone: nothing can tell                        | an echo    |
| lies elsewhere or has another mtime, after all devices had confirmed      | a wish     |

One file by its owner's wish is enough: what lies beside it says nothing against that.
"""

from collections.abc import Sequence
from typing import Final

from .ledger.views import ContentView
from .model import Base, FileRow, FileStatus, GonePath
from .naming import without_conflict

MTIME_TOLERANCE_NS: Final = 2_000_000_000
"""Mtimes this close are one and the same: FAT, on a card or a disk, keeps them in steps of 2 s."""


def spoke_late(view: ContentView) -> bool:
    """Return whether content that was taken away is in a folder again although nobody re-added it, as far as one knows.

    That is content that was removed from both sides, or released. What was freed has left tombstones; what a folder let
    go that keeps assets has left none. What was removed without one is suspect, or was there again by then.
    """
    if view.base not in {Base.REMOVED, Base.RELEASED}:
        return False
    here = [row for row in view.present if row.status is FileStatus.SETTLED]
    unknown = view.base is Base.RELEASED and not view.gone
    return bool(here) and (unknown or all(_is_echo(row, view.gone) for row in here))


def _is_echo(row: FileRow, tombstones: Sequence[GonePath]) -> bool:
    same_folder = [one for one in tombstones if one.folder_id == row.folder_id]
    if any(one.unbinned and one.path == row.path for one in same_folder):
        return False
    if not all(one.confirmed for one in same_folder):
        return True
    return any(_is_as_before(row, one) for one in tombstones)


def _is_as_before(row: FileRow, tombstone: GonePath) -> bool:
    same_mtime = abs(row.signature.mtime_ns - tombstone.mtime_ns) <= MTIME_TOLERANCE_NS
    return same_mtime and without_conflict(row.path) == without_conflict(tombstone.path)
