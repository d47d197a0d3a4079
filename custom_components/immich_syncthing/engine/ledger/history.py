"""The history: every action that changed the world."""

from .database import Database
from .part import Part
from .views import HistoryEntry, HistoryView

_COLUMNS = "action, path, folder_id, checksum, asset_id, why, origin, result, items"


class History(Part):
    """What was done, newest last, until it is pruned."""

    def add_history(self, entry: HistoryEntry, now: float) -> None:
        """Add an entry."""
        with self._db.write() as db:
            add(db, entry, now)

    def history(self, limit: int, before_id: int | None = None) -> list[HistoryView]:
        """Return one page of entries, newest first, beginning below ``before_id``."""
        with self._db.read() as db:
            found = db.rows(
                f"SELECT id, at, {_COLUMNS} FROM history WHERE id < ? ORDER BY id DESC LIMIT ?",
                2**63 - 1 if before_id is None else before_id, limit,
            )  # fmt: skip
            return [HistoryView(number, at, HistoryEntry(*entry)) for number, at, *entry in found]

    def prune_history(self, now: float, max_age: float, max_rows: int) -> None:
        """Drop entries older than ``max_age`` seconds, and the oldest beyond the newest ``max_rows``."""
        with self._db.write() as db:
            db.run("DELETE FROM history WHERE at < ?", now - max_age)
            # Only the oldest are ever deleted, so the numbers have no gaps.
            db.run("DELETE FROM history WHERE id <= (SELECT max(id) FROM history) - ?", max_rows)


def add(db: Database, entry: HistoryEntry, now: float) -> None:
    """Add an entry within the caller's transaction."""
    db.run(
        f"INSERT INTO history (at, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        now, entry.action, entry.path, entry.folder_id, entry.checksum, entry.asset_id, entry.why, entry.origin,
        entry.result, entry.items,
    )  # fmt: skip
