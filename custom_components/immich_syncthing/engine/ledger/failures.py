"""Failures: what did not work, and when it is tried again."""

from . import contents, history
from .database import Database
from .part import Part
from .views import HistoryEntry, Place

PLACES = 10
"""Paths named per content where a list is shown; a content may have any number of them."""

BEING_READ = "being_read"
"""The code of what has not failed, and only waits until Immich has read a photo."""

_FROM_IMMICH = frozenset({"delete", "bring_back"})
"""What follows from what its owner did in Immich; everything else, from what was done in the folder."""


class Failures(Part):
    """One row per content that failed and has not succeeded since."""

    def fail(
        self,
        checksum: bytes,
        now: float,
        retry_at: float,
        code: str,
        permanent: bool,
        action: str | None = None,
    ) -> None:
        """Count a failure with an error's ``code``; the content is not planned again before ``retry_at``.

        A change of its facts (another path, another asset state) ends the waiting early, even of what is
        ``permanent``. Unknown contents are ignored. A failure that is new, or has another code than the one before, is
        told in the history as that of ``action``.
        """
        with self._db.write() as db:
            if action is not None and not db.row(
                "SELECT 1 FROM failures WHERE (checksum, code) = (?, ?)", checksum, code
            ):
                _tell(db, checksum, action, code, now)
            db.run(
                """
                INSERT INTO failures SELECT checksum, 1, ?, ?, ?, ? FROM contents WHERE checksum = ?
                ON CONFLICT DO UPDATE SET attempts = attempts + 1, failed_at = excluded.failed_at,
                  retry_at = excluded.retry_at, code = excluded.code, permanent = excluded.permanent
                """,
                now, retry_at, code, permanent, checksum,
            )  # fmt: skip
            contents.mark(db, [checksum])

    def retry_failures(self, now: float) -> None:
        """Have everything that failed planned again at once, also what failed for good, and sidecars that wait."""
        with self._db.write() as db:
            db.run("UPDATE failures SET retry_at = ? WHERE retry_at > ?", now, now)
            db.run("UPDATE sidecars SET retry_at = 0 WHERE dirty = 1")


def _tell(db: Database, checksum: bytes, action: str, code: str, now: float) -> None:
    where = next(iter(places(db, checksum)), None)
    path, folder_id = (where.path, where.folder_id) if where is not None else (None, None)
    side = "immich" if action in _FROM_IMMICH else "folder"
    answered = db.row("SELECT 1 FROM contents WHERE checksum = ? AND decision_answer IN ('approve', 'undo')", checksum)
    origin = "owner" if answered else side
    entry = HistoryEntry(action, path, folder_id, checksum, None, "tried", origin, f"failed:{code}")
    history.add(db, entry, now)


def places(db: Database, checksum: bytes) -> tuple[Place, ...]:
    """Return the first few paths that hold a content, or, where none does, that held it last."""
    for sql in (
        """
        SELECT id, CASE directory WHEN '' THEN name ELSE directory || '/' || name END FROM files
        JOIN folders ON key = folder WHERE checksum = ? ORDER BY folder, directory, name LIMIT ?
        """,
        "SELECT id, path FROM gone JOIN folders ON key = folder WHERE checksum = ? ORDER BY folder, path LIMIT ?",
    ):
        found = db.rows(sql, checksum, PLACES)
        if found:
            return tuple(Place(*row) for row in found)
    return ()
