"""Files: what a folder looks like now, and which contents left which paths."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ..listing import Stamp
from ..model import (
    Departure,
    FileRow,
    FileStatus,
    Signature,
)
from ..naming import is_conflict_copy
from . import bins, contents, freed, history, pairs
from .database import Database
from .folders import key_of
from .part import Part
from .rows import FILE_COLUMNS, KEY, file_row, fit, join, split
from .sidecars import touch_sidecars
from .views import HistoryEntry, UnsettledRow

_HASHABLE = frozenset({FileStatus.SETTLED, FileStatus.UNSETTLED, FileStatus.UNHASHED})


class Files(Part):
    """Paths that exist, or of which nobody can say, one row each."""

    def file(self, folder_id: str, path: str) -> FileRow | None:
        """Return the row of a path."""
        directory, name = split(path)
        with self._db.read() as db:
            found = db.row(
                f"SELECT {FILE_COLUMNS} FROM files WHERE folder = {KEY} AND directory = ? AND name = ?",
                folder_id, directory, name,
            )  # fmt: skip
            return None if found is None else file_row(folder_id, found)

    def directory(self, folder_id: str, directory: str) -> list[FileRow]:
        """Return the rows directly inside a directory (``""``: the root), in binary order of their names."""
        with self._db.read() as db:
            found = db.rows(
                f"SELECT {FILE_COLUMNS} FROM files WHERE folder = {KEY} AND directory = ? ORDER BY name",
                folder_id, directory,
            )  # fmt: skip
            return [file_row(folder_id, row) for row in found]

    def changed_in(
        self, folder_id: str, directory: str, stamps: Mapping[str, Stamp]
    ) -> tuple[list[FileRow], dict[str, Stamp]]:
        """Compare a directory with the files in it, by name and :data:`..listing.Stamp`.

        Returns its rows and the stamps, in binary order of their names and as given, without those pairs of them that
        agree: the row is settled under that very signature.
        """
        left, changed = dict(stamps), set()
        with self._db.read() as db:
            sql = f"""
                SELECT name, status, size, mtime_ns, ctime_ns, inode, device FROM files
                WHERE folder = {KEY} AND directory = ?
                """
            for name, status, size, mtime_ns, ctime_ns, inode, device in db.rows(sql, folder_id, directory):
                if status == FileStatus.SETTLED and left.get(name) == (size, mtime_ns, ctime_ns, inode, device):
                    del left[name]
                else:
                    changed.add(join(directory, name))
        return [row for row in self.directory(folder_id, directory) if row.path in changed] if changed else [], left

    def directories(self, folder_id: str) -> list[str]:
        """Return the directories that have rows directly inside, in binary order."""
        with self._db.read() as db:
            found: list[str] = []
            sql = f"SELECT min(directory) FROM files WHERE folder = {KEY}"
            # One step of the index per directory, however many files it has.
            row = db.row(sql, folder_id)
            while row is not None and row[0] is not None:
                found.append(row[0])
                row = db.row(f"{sql} AND directory > ?", folder_id, row[0])
            return found

    def apply_observation(
        self, folder_id: str, seen: Sequence[FileRow], departed: Sequence[tuple[str, Departure]], now: float
    ) -> None:
        """Take what was observed, all of it or nothing.

        ``seen`` rows are written where they differ; a row without a checksum keeps the last-known one of its path.
        ``departed`` paths lose their row; their content, if one was known, gets a gone path. What leaves a path that
        was excluded since it was read leaves it unseen and gets none; if it was linked, its other gone paths are
        dropped as well, since nobody knows any more that its owner deleted the last file. Contents become dirty where
        a path comes or goes or its status changes, yet not for a new signature alone: after a reboot, all files of a
        disk may have another device number.

        Raises:
            LedgerError: the folder is not known.
            ValueError: a row of another folder, settled without a checksum, or under an impossible path.
        """
        with self._db.write() as db:
            key = key_of(db, folder_id)
            touched: set[bytes] = set()
            for row in seen:
                touched |= _store(db, key, folder_id, row, now)
            for path, departure in departed:
                touched |= _depart(db, key, folder_id, path, departure)
            pairs.pair(db, touched)
            contents.touch(db, touched, now)

    def set_hash(self, folder_id: str, path: str, signature: Signature, checksum: bytes, now: float) -> bool:
        """Record that the bytes under ``signature`` have this checksum; ``False`` if the path looks otherwise now."""
        return self.set_hashes(folder_id, [(path, signature, checksum)], now) == 1

    def set_hashes(self, folder_id: str, hashes: Sequence[tuple[str, Signature, bytes]], now: float) -> int:
        """Record many hashes at once and return how many still fitted.

        A row becomes settled if it still has the signature and is neither unusable nor unsure. Its former content,
        if it was another, gets a gone path (replaced).
        """
        fitting = 0
        with self._db.write() as db:
            touched: set[bytes] = set()
            for path, signature, checksum in hashes:
                row = self.file(folder_id, path)
                if row is None or row.signature != signature or row.status not in _HASHABLE:
                    continue
                settled = replace(row, status=FileStatus.SETTLED, checksum=checksum)
                touched |= _store(db, key_of(db, folder_id), folder_id, settled, now)
                fitting += 1
            pairs.pair(db, touched)
            contents.touch(db, touched, now)
        return fitting

    def unhashed(self, folder_id: str, limit: int) -> list[FileRow]:
        """Return files that wait to be hashed, newest mtime first."""
        with self._db.read() as db:
            found = db.rows(
                f"""
                SELECT {FILE_COLUMNS} FROM files WHERE folder = {KEY} AND status = 'unhashed'
                ORDER BY mtime_ns DESC LIMIT ?
                """,
                folder_id, limit,
            )  # fmt: skip
            return [file_row(folder_id, row) for row in found]

    def unsettled(self, folder_id: str) -> list[UnsettledRow]:
        """Return files that may still be written."""
        with self._db.read() as db:
            found = db.rows(
                f"""
                SELECT {FILE_COLUMNS}, since FROM files INDEXED BY files_unresolved
                WHERE folder = {KEY} AND status = 'unsettled'
                """,
                folder_id,
            )
            return [UnsettledRow(file_row(folder_id, row[:-1]), row[-1]) for row in found]


def _store(db: Database, key: int, folder_id: str, row: FileRow, now: float) -> set[bytes]:
    """Write one row if it differs, and return the contents that it touches."""
    if row.folder_id != folder_id or (row.status is FileStatus.SETTLED and row.checksum is None):
        message = f"not a row of folder {folder_id!r}: {row!r}"
        raise ValueError(message)
    directory, name = split(row.path)
    known = db.row(
        f"""
        SELECT {FILE_COLUMNS}, content_mtime_ns, since FROM files WHERE folder = ? AND directory = ? AND name = ?
        """,
        key, directory, name,
    )  # fmt: skip
    before = None if known is None else file_row(folder_id, known[:-2])
    content_mtime_ns, since = (0, now) if known is None else (known[-2], known[-1])
    if before is not None and row.checksum is None:
        row = replace(row, checksum=before.checksum)
    if row == before:
        return set()
    former = None if before is None else before.checksum
    if before is None or before.signature != row.signature:
        since = now
    if row.checksum is not None:
        contents.ensure(db, row.checksum, row.signature.size, certain=row.status is FileStatus.SETTLED)
        # What was removed or freed remembers where it was even when it is there again: that tells a late device.
        db.run(
            """
            DELETE FROM gone WHERE checksum = ?1 AND folder = ?2 AND path = ?3
              AND NOT EXISTS (SELECT 1 FROM contents WHERE checksum = ?1 AND base IN ('removed', 'released'))
            """,
            row.checksum, key, row.path,
        )  # fmt: skip
    if former is not None and former != row.checksum:
        edited = bool(db.row("SELECT 1 FROM contents WHERE checksum = ? AND base = 'new'", row.checksum))
        _leave(db, key, row.path, former, content_mtime_ns, Departure.REPLACED, edited=edited)
    read_at = _read_at(row, former, content_mtime_ns)
    if row.status is FileStatus.SETTLED and row.checksum is not None:
        db.run("INSERT INTO holders VALUES (?, ?) ON CONFLICT DO NOTHING", row.checksum, key)
        freed.came_back(db, row.checksum, folder_id)
    look = row.signature
    db.run(
        """
        INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
          size = excluded.size, mtime_ns = excluded.mtime_ns, ctime_ns = excluded.ctime_ns,
          inode = excluded.inode, device = excluded.device, status = excluded.status,
          checksum = excluded.checksum, content_mtime_ns = excluded.content_mtime_ns, since = excluded.since
        """,
        key, directory, name, look.size, fit(look.mtime_ns), fit(look.ctime_ns), fit(look.inode), fit(look.device),
        row.status, row.checksum, read_at, since,
    )  # fmt: skip
    if row.status is FileStatus.SETTLED:
        bins.note_return(db, key, row.path)
        _tell_conflict(db, row, former, now)
    if before is not None and (before.status, before.checksum) == (row.status, row.checksum):
        return set()
    touch_sidecars(db, key, directory, name)
    return {checksum for checksum in (former, row.checksum) if checksum is not None}


def _tell_conflict(db: Database, row: FileRow, former: bytes | None, now: float) -> None:
    """Tell of a conflict copy, once it was read for the first time."""
    if former is None and is_conflict_copy(row.path):
        told = HistoryEntry("conflict", row.path, row.folder_id, row.checksum, None, "changed_twice", "folder", "found")
        history.add(db, told, now)


def _read_at(row: FileRow, former: bytes | None, known: int | str | None) -> int | str | None:
    """Return the mtime under which the row's content was read, ``None`` if nobody sees it leave."""
    if row.checksum is None or row.status is FileStatus.EXCLUDED:
        return None
    fresh = row.status is FileStatus.SETTLED or former != row.checksum
    return fit(row.signature.mtime_ns) if fresh else known


def _depart(db: Database, key: int, folder_id: str, path: str, departure: Departure) -> set[bytes]:
    """Delete a path's row, and return the content that left it."""
    directory, name = split(path)
    known = db.row(
        """
        DELETE FROM files WHERE folder = ? AND directory = ? AND name = ? RETURNING checksum, content_mtime_ns
        """,
        key, directory, name,
    )  # fmt: skip
    if known is None or known[0] is None:
        return set()
    _leave(db, key, path, known[0], known[1], departure)
    return {known[0]}


def _leave(
    db: Database,
    key: int,
    path: str,
    checksum: bytes,
    mtime_ns: int | str | None,
    departure: Departure,
    *,
    edited: bool = False,
) -> None:
    """Note that a content left a path. Where it was not edited, what is there next was made of nothing before it."""
    if not edited:
        db.run("UPDATE gone SET edited = 0 WHERE folder = ? AND path = ? AND edited = 1", key, path)
    if mtime_ns is None:
        db.run(
            """
            DELETE FROM gone WHERE checksum = ?1
              AND EXISTS (SELECT 1 FROM contents WHERE checksum = ?1 AND base = 'linked')
            """,
            checksum,
        )
        return
    db.run(
        """
        INSERT OR REPLACE INTO gone (checksum, folder, path, mtime_ns, departure, edited, departed)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        checksum, key, path, mtime_ns, departure, edited, db.change(),
    )  # fmt: skip
    bins.note_departure(db, key, path)
