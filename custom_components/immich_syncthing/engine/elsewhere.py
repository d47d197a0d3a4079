"""Where else the bytes are that the vault has: asked before the vault lets go of them, and noted when it did."""

import os
import stat
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..vault.model import VaultEntry
from ..vault.retention import Elsewhere
from .apply.context import Context
from .ledger.views import HistoryEntry
from .model import FileRow, FileStatus


async def look_elsewhere(context: Context, checksums: Sequence[bytes]) -> Elsewhere:
    """Return which contents are in a folder, or in Immich or its trash, just now, and which are waited for.

    Raises:
        ImmichError, LedgerError: that cannot be told.
    """
    if not checksums:
        return Elsewhere(frozenset(), frozenset())

    def known() -> tuple[set[bytes], dict[bytes, tuple[FileRow, ...]]]:
        views = (context.ledger.content(one) for one in checksums)
        rows = {view.checksum: view.present for view in views if view is not None}
        return context.ledger.needed(checksums), rows

    needed, rows = await context.workers.ledger.run(known)
    roots = {folder_id: folder.settings.root for folder_id, folder in context.folders.items()}
    found = await context.workers.disk.run(_on_disk, roots, rows.items())
    answers = await context.immich.bulk_upload_check(checksums)
    found |= {checksum for checksum, answer in answers.items() if answer.asset_id is not None}
    return Elsewhere(frozenset(found), frozenset(needed))


async def note_removed(context: Context, entry: VaultEntry, why: str, origin: str) -> None:
    """Tell in the history that an only copy has left the vault. Raises ``LedgerError``."""
    where = entry.origin
    told = HistoryEntry("unvault", where.path, where.folder_id, where.checksum, None, why, origin, "done")
    await context.workers.ledger.run(context.ledger.add_history, told, context.clock.wall())


def _on_disk(roots: dict[str, Path], contents: Iterable[tuple[bytes, tuple[FileRow, ...]]]) -> set[bytes]:
    """Return the contents of which a file is where it was seen, as it was when it was hashed. Blocks."""
    return {checksum for checksum, rows in contents if any(_is_there(roots, row) for row in rows)}


def _is_there(roots: dict[str, Path], row: FileRow) -> bool:
    if row.status is not FileStatus.SETTLED or row.folder_id not in roots:
        return False
    try:
        found = os.lstat(roots[row.folder_id] / row.path)
    except OSError:
        return False
    seen = row.signature
    return stat.S_ISREG(found.st_mode) and (found.st_size, found.st_mtime_ns) == (seen.size, seen.mtime_ns)
