"""The index: what Immich shows, and what is where in the replica. Lost, it is made again from the store.

Everything blocks and raises ``ReplicaIndexError``; one thread uses it.
"""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Self

from ..sqlite.database import Database, Row
from ..sqlite.remembered import Remembering
from .copies import Copies
from .database import open_database
from .model import Figures, Original
from .selection import Selection
from .shown import Shown

RETRY_SECONDS = 60.0
MOST_RETRY_SECONDS = 86_400.0
"""How long a failing original waits for its next try: twice as long each time, a day at most."""


class Index(Remembering):
    """One SQLite file. ``shown`` is what Immich shows, ``copies`` what the replica holds."""

    def __init__(self, database: Database) -> None:
        """Use an open database; see :meth:`open`."""
        super().__init__(database)
        self.copies = Copies(database)
        self.shown = Shown(database, self.copies)

    @classmethod
    def open(cls, path: Path, aside: Callable[[], str] = lambda: "") -> Self:
        """Open or create the index; a damaged one is put aside. Raises ``ReplicaTooNewError`` too."""
        return cls(open_database(path, aside=aside))

    def due(self, after: str, now: float, limit: int) -> list[Original]:
        """Return the next assets to look at, by id; those that failed wait for their time."""
        rows = self._database.rows(
            "SELECT a.id, a.checksum, a.name, a.size, a.taken_on FROM assets AS a INDEXED BY assets_due"
            " LEFT JOIN failures AS f ON f.checksum = a.checksum"
            " WHERE a.due = 1 AND a.id > ? AND coalesce(f.retry_at, 0) <= ? ORDER BY a.id LIMIT ?",
            after,
            now,
            limit,
        )
        return [_original(row) for row in rows]

    def is_selected(self, asset_id: str, selection: Selection) -> bool:
        """Return whether an asset is to be in the replica now."""
        sql = f"SELECT 1 FROM assets AS a WHERE a.id = ? AND a.trashed = 0 AND {selection.sql}"
        return self._database.row(sql, asset_id, *selection.values) is not None

    def settle(self, asset_id: str, checksum: bytes) -> None:
        """Note that an asset needs no look any more."""
        with self._database.write():
            self._database.run("UPDATE assets SET due = 0 WHERE id = ?", asset_id)
            self._database.run("DELETE FROM failures WHERE checksum = ?", checksum)

    def fail(self, checksum: bytes, code: str, now: float) -> None:
        """Note that an original could not be copied: it is tried again later, and later each time."""
        with self._database.write():
            row = self._database.row("SELECT count FROM failures WHERE checksum = ?", checksum)
            count = 1 + (0 if row is None else int(row[0]))
            wait = min(MOST_RETRY_SECONDS, RETRY_SECONDS * 2.0 ** min(count - 1, 20))
            self._database.run("INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?)", checksum, count, now + wait, code)

    def hope(self, now: float) -> None:
        """Let nothing wait longer than it could from now on: a clock may have gone back."""
        latest = now + MOST_RETRY_SECONDS
        with self._database.write():
            self._database.run("UPDATE failures SET retry_at = ? WHERE retry_at > ?", latest, latest)

    def failures(self, limit: int = 20) -> list[tuple[bytes, str, int]]:
        """Return some originals that fail: checksum, error code, how often."""
        rows = self._database.rows("SELECT checksum, code, count FROM failures ORDER BY count DESC LIMIT ?", limit)
        return [(row[0], row[1], row[2]) for row in rows]

    def checksums(self, after: bytes, limit: int) -> list[bytes]:
        """Return the next checksums of all that Immich shows or the replica holds."""
        rows = self._database.rows(
            "SELECT checksum FROM (SELECT * FROM (SELECT DISTINCT checksum FROM assets WHERE checksum > ?1"
            " ORDER BY checksum LIMIT ?2) UNION SELECT * FROM (SELECT checksum FROM copies WHERE checksum > ?1"
            " ORDER BY checksum LIMIT ?2)) ORDER BY checksum LIMIT ?2",
            after,
            limit,
        )
        return [row[0] for row in rows]

    def believe(
        self, gone: Sequence[bytes], trashed: Sequence[bytes], active: Sequence[bytes], now: float, *, leaving: bool
    ) -> int:
        """Take the oracle's answers; return how many copies are not leaving any more. ``leaving``: others may begin."""
        with self._database.write():
            for checksum in (*gone, *trashed) if leaving else ():
                self.copies.leave(checksum, now)
            for checksum in gone:
                self._database.run("DELETE FROM assets WHERE checksum = ?", checksum)
                self._database.run("DELETE FROM failures WHERE checksum = ?", checksum)
            for checksum in trashed:
                self._database.run("UPDATE assets SET trashed = 1 WHERE checksum = ?", checksum)
            for checksum in active:
                self._database.run(
                    "UPDATE assets SET trashed = 0, due = 1 WHERE checksum = ? AND trashed = 1", checksum
                )
            return sum(self.copies.stay(checksum) for checksum in active)

    def lose(self, checksum: bytes, now: float) -> None:
        """Note that a copy is missing or damaged: it is to be made again."""
        with self._database.write():
            self.copies.lose(checksum, now)
            self._database.run("UPDATE assets SET due = 1 WHERE checksum = ?", checksum)
            self._database.run("DELETE FROM failures WHERE checksum = ?", checksum)

    def original_of(self, checksum: bytes) -> Original | None:
        """Return the asset with this content, if Immich shows one that is not in the trash."""
        row = self._database.row(
            "SELECT id, checksum, name, size, taken_on FROM assets WHERE checksum = ? AND trashed = 0", checksum
        )
        return None if row is None else _original(row)

    def figures(self, selection: Selection) -> Figures:
        """Count everything; takes a second or two for a million."""
        total = self._database.row(
            "SELECT count(*), sum(coalesce(a.size, c.size)), count(c.copied_at),"
            " sum(CASE WHEN c.copied_at IS NULL THEN 0 ELSE coalesce(a.size, c.size) END)"
            " FROM assets AS a LEFT JOIN copies AS c ON c.checksum = a.checksum"
            f" WHERE a.trashed = 0 AND {selection.sql}",
            *selection.values,
        )
        held = self._database.row(
            "SELECT count(copied_at), count(CASE WHEN copied_at IS NOT NULL THEN gone_since END), count(missing_since),"
            " min(CASE WHEN copied_at IS NOT NULL THEN coalesce(verified_at, copied_at) END) FROM copies"
        )
        failing = self._database.row("SELECT count(*) FROM failures")
        files, size, copied, copied_size = total or (0, 0, 0, 0)
        objects, leaving, missing, oldest = held or (0, 0, 0, None)
        return Figures(
            files, size or 0, copied, copied_size or 0, objects, leaving, missing, failing[0] if failing else 0, oldest
        )


def _original(row: Row) -> Original:
    return Original(row[0], row[1], row[2], row[3], None if row[4] is None else date.fromisoformat(row[4]))
