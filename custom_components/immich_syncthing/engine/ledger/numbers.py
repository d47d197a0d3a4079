"""Numbers for the face and the guard, read from what the triggers count: no query here grows with the library."""

from ..model import Base, FileStatus
from ..naming import CONFLICT_MARK
from . import holds
from .failures import BEING_READ
from .part import Part
from .rows import KEY
from .views import FolderCounts, FolderTotals

LOOKED_AT = 1_000
"""Failures that are looked at one by one: more than these nobody reads as a number."""

_UNRESOLVED = frozenset({FileStatus.UNSETTLED, FileStatus.UNHASHED})


class Numbers(Part):
    """How many there are of what."""

    def unresolved(self) -> int:
        """Return how many files of the account are unsettled or unhashed."""
        with self._db.read() as db:
            return db.number("SELECT sum(files) FROM tallies WHERE status IN ('unsettled', 'unhashed')")

    def unresolved_in(self, folder_id: str) -> int:
        """Return how many files of a folder are unsettled or unhashed."""
        return self.counts(folder_id).unresolved

    def linked_files(self, folder_id: str) -> int:
        """Return how many settled files of a folder have linked content."""
        return self.counts(folder_id).linked

    def bytes_in(self, folder_id: str) -> int:
        """Return how many bytes the files of a folder have, but for what is excluded."""
        with self._db.read() as db:
            return db.number(f"SELECT sum(bytes) FROM tallies WHERE folder = {KEY} AND status <> 'excluded'", folder_id)

    def linked_in(self, folder_id: str, directory: str) -> int:
        """Return how many settled files directly inside a directory (``""``: the root) have linked content."""
        with self._db.read() as db:
            return db.number(
                f"""
                SELECT count(*) FROM files AS f JOIN contents AS c USING (checksum)
                WHERE folder = {KEY} AND directory = ? AND status = 'settled' AND base = 'linked'
                """,
                folder_id, directory,
            )  # fmt: skip

    def linked_assets(self) -> int:
        """Return how many contents of the account are linked."""
        with self._db.read() as db:
            return db.number("SELECT contents FROM totals WHERE base = ?", Base.LINKED)

    def misses_files(self) -> bool:
        """Return whether any content that changed is linked, and no folder has a file of it."""
        with self._db.read() as db:
            return (
                db.row(
                    """
                SELECT 1 FROM contents AS c INDEXED BY contents_dirty WHERE dirty > 0 AND base = 'linked'
                  AND NOT EXISTS (SELECT 1 FROM files AS f WHERE f.checksum = c.checksum)
                LIMIT 1
                """
                )
                is not None
            )

    def counts(self, folder_id: str) -> FolderCounts:
        """Return a folder's numbers; of an unknown folder zeros."""
        with self._db.read() as db:
            files = size = unresolved = linked = kept = to_upload = failed = 0
            for status, base, hurdle, count, total in db.rows(
                f"SELECT status, base, hurdle, files, bytes FROM tallies WHERE folder = {KEY}",
                folder_id,
            ):
                if status == FileStatus.EXCLUDED:
                    continue
                files += count
                size += total
                unresolved += count if status in _UNRESOLVED else 0
                if status == FileStatus.SETTLED:
                    linked += count if base == Base.LINKED else 0
                    kept += count if base == Base.KEPT else 0
                    to_upload += count if base == Base.NEW and hurdle in {"", "retried"} else 0
                    failed += count if hurdle in {"failed", "retried"} else 0
            return FolderCounts(
                files=files,
                bytes=size,
                linked=linked,
                released=db.number(
                    f"SELECT contents FROM holdings WHERE folder = {KEY} AND base = ?",
                    folder_id, Base.RELEASED,
                ),
                kept=kept,
                to_upload=to_upload,
                failed=failed + self._failed_without_file(folder_id),
                held=holds.count_in(db, folder_id),
                unresolved=unresolved,
            )  # fmt: skip

    def totals(self, folder_id: str) -> FolderTotals:
        """Return what was done in a folder so far; of an unknown folder zeros."""
        with self._db.read() as db:
            found = db.row("SELECT uploads, uploaded_bytes, changed_at FROM folders WHERE id = ?", folder_id)
            conflicts = db.number(
                f"""
                SELECT count(*) FROM files INDEXED BY files_in_conflict
                WHERE folder = {KEY} AND instr(name, '{CONFLICT_MARK}') > 0 AND status <> 'excluded'
                """,
                folder_id,
            )
            uploads, size, changed_at = found or (0, 0, None)
            return FolderTotals(uploads, size, changed_at, conflicts)

    def _failed_without_file(self, folder_id: str) -> int:
        """Return how many contents that left the folder could not be passed on, or brought back, so far.

        Only the first failures of the account are looked at, so that this costs the same however many there are.
        """
        with self._db.read() as db:
            return db.number(
                f"""
                SELECT count(*) FROM (
                  SELECT checksum AS failed FROM failures WHERE checksum > x'' AND code <> ? LIMIT {LOOKED_AT}
                ) AS some_failures
                WHERE EXISTS (SELECT 1 FROM gone AS g WHERE g.checksum = failed AND g.folder = {KEY})
                  AND NOT EXISTS (SELECT 1 FROM files AS p WHERE p.checksum = failed AND p.status = 'settled')
                  AND NOT EXISTS (SELECT 1 FROM hold_items AS h WHERE h.checksum = failed)
                """,
                BEING_READ, folder_id,
            )  # fmt: skip
