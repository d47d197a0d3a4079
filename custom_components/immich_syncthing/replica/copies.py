"""The index's rows about copies. Methods that say so run inside a transaction of their caller."""

from collections.abc import Sequence

from ..sqlite.database import Database, Row
from .layout import folded
from .model import Copy

_COLUMNS = "checksum, key, size, etag, copied_at, verified_at, missing_since, gone_since, sidecar, line"


class Copies:
    """What is where."""

    def __init__(self, database: Database) -> None:
        """Keep it in ``database``."""
        self._database = database

    def find(self, checksum: bytes) -> Copy | None:
        """Return what is known of a content."""
        row = self._database.row(f"SELECT {_COLUMNS} FROM copies WHERE checksum = ?", checksum)
        return None if row is None else Copy(*row)

    def is_taken(self, key: str) -> bool:
        """Return whether a key, or one that some file system takes for the same, belongs to a content."""
        return self._database.row("SELECT 1 FROM copies WHERE folded = ?", folded(key)) is not None

    def reserve(self, checksum: bytes, key: str) -> bool:
        """Give a key to a content; ``False`` if somebody has it."""
        with self._database.write():
            if self.is_taken(key):
                return False
            self._database.run(
                "INSERT INTO copies (checksum, key, folded) VALUES (?, ?, ?)", checksum, key, folded(key)
            )
        return True

    def have(self, checksum: bytes, size: int, etag: str | None, now: float) -> None:
        """Note that the copy is there, whole: its bytes were hashed on their way or read back."""
        with self._database.write():
            self._database.run(
                "UPDATE copies SET size = ?, etag = ?, copied_at = ?, verified_at = NULL, missing_since = NULL,"
                " gone_since = NULL, approved = 0, line_due = 1 WHERE checksum = ?",
                size,
                etag,
                now,
                checksum,
            )

    def verified(self, checksum: bytes, now: float) -> None:
        """Note that the copy was read and is what it should be."""
        with self._database.write():
            self._database.run("UPDATE copies SET verified_at = ? WHERE checksum = ?", now, checksum)

    def lose(self, checksum: bytes, now: float) -> None:
        """Count the copy no longer. Inside a transaction."""
        self._database.run(
            "UPDATE copies SET copied_at = NULL, verified_at = NULL, missing_since = coalesce(missing_since, ?)"
            " WHERE checksum = ?",
            now,
            checksum,
        )

    def oldest_checked(self, before: float, limit: int) -> list[Copy]:
        """Return the copies that were not read for the longest time, and not since ``before``."""
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM copies WHERE copied_at IS NOT NULL AND coalesce(verified_at, copied_at) < ?"
            " ORDER BY coalesce(verified_at, copied_at), checksum LIMIT ?",
            before,
            limit,
        )
        return [Copy(*row) for row in rows]

    def hope(self, now: float) -> None:
        """Take checks of a clock that went ahead for checks of now: otherwise nobody would read those copies again."""
        with self._database.write():
            self._database.run(
                "UPDATE copies SET verified_at = ?1 WHERE copied_at IS NOT NULL"
                " AND coalesce(verified_at, copied_at) > ?1",
                now,
            )

    def count(self) -> int:
        """Return how many copies are there."""
        return self._number("SELECT count(*) FROM copies WHERE copied_at IS NOT NULL")

    # The manifest

    def describe(self, checksum: bytes, line: str, sidecar: bytes | None) -> None:
        """Keep the line that the manifest shall have, and the checksum of the sidecar that is there."""
        with self._database.write():
            self._database.run(
                "UPDATE copies SET line_due = line_due OR line IS NOT ?1, line = ?1, sidecar = ?2 WHERE checksum = ?3",
                line,
                sidecar,
                checksum,
            )

    def untold(self, limit: int) -> list[Copy]:
        """Return some copies whose line in the manifest is not what it should be."""
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM copies WHERE line_due = 1 AND line IS NOT NULL ORDER BY checksum LIMIT ?", limit
        )
        return [Copy(*row) for row in rows]

    def told(self, copies: Sequence[Copy]) -> None:
        """Note that these lines are in the manifest, as they were when they were read."""
        with self._database.write():
            for copy in copies:
                self._database.run(
                    "UPDATE copies SET line_due = 0 WHERE checksum = ? AND line IS ? AND gone_since IS ? AND size IS ?",
                    copy.checksum,
                    copy.line,
                    copy.gone_since,
                    copy.size,
                )

    def lines(self, after: bytes, limit: int) -> list[Copy]:
        """Return the next copies that the manifest tells of."""
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM copies WHERE line IS NOT NULL AND checksum > ? ORDER BY checksum LIMIT ?",
            after,
            limit,
        )
        return [Copy(*row) for row in rows]

    # Leaving

    def leave(self, checksum: bytes, now: float, *, anew: bool = False) -> None:
        """Let the grace period of a deleted original begin, if it has not, or ``anew``. Inside a transaction."""
        self._database.run(
            "UPDATE copies SET gone_since = ?, approved = 0, line_due = 1"
            " WHERE checksum = ? AND (gone_since IS NULL OR ?)",
            now,
            checksum,
            anew,
        )

    def stay(self, checksum: bytes) -> bool:
        """End the grace period of an original that is back; return whether there was one. Inside a transaction."""
        changed = self._database.run(
            "UPDATE copies SET gone_since = NULL, approved = 0, line_due = 1"
            " WHERE checksum = ? AND gone_since IS NOT NULL",
            checksum,
        )
        return changed > 0

    def relied_on(self, checksums: Sequence[bytes]) -> int:
        """Return how many of the contents have a copy here that is not leaving."""
        return sum(
            self._number(
                "SELECT count(*) FROM copies WHERE checksum = ? AND copied_at IS NOT NULL AND gone_since IS NULL", one
            )
            for one in checksums
        )

    def expired(self, before: float) -> int:
        """Return how many have been gone since before this moment, without the owner's word."""
        return self._number("SELECT count(*) FROM copies WHERE gone_since <= ? AND approved = 0", before)

    def approve(self, before: float, most: int) -> int:
        """Let those go that have been gone since before this moment, if they are no more than that; return how many."""
        with self._database.write():
            if self.expired(before) > most:
                return 0
            return self._database.run("UPDATE copies SET approved = 1 WHERE gone_since <= ?", before)

    def leaving(self, before: float, limit: int, *, approved: bool) -> list[Copy]:
        """Return some whose grace period is over, all of them or only those that the owner let go."""
        rows = self._database.rows(
            f"SELECT {_COLUMNS} FROM copies WHERE gone_since <= ? AND approved >= ? ORDER BY gone_since LIMIT ?",
            before,
            approved,
            limit,
        )
        return [Copy(*row) for row in rows]

    def uncount(self, checksums: Sequence[bytes]) -> None:
        """Count copies no longer that are about to be removed."""
        with self._database.write():
            for checksum in checksums:
                self._database.run("UPDATE copies SET copied_at = NULL WHERE checksum = ?", checksum)

    def remove(self, checksums: Sequence[bytes], now: float) -> None:
        """Forget copies that were removed, and remember that it was now."""
        with self._database.write():
            for checksum in checksums:
                self._database.run("DELETE FROM copies WHERE checksum = ?", checksum)
                self._database.run("INSERT OR REPLACE INTO retired VALUES (?, ?)", checksum, now)

    def removed_since(self, moment: float) -> int:
        """Return how many were removed since then, and forget the earlier ones."""
        with self._database.write():
            self._database.run("DELETE FROM retired WHERE at < ?", moment)
        return self._number("SELECT count(*) FROM retired")

    # Made again from the store

    def clear(self) -> None:
        """Forget all copies."""
        with self._database.write():
            self._database.run("DELETE FROM copies")

    def recall(self, copies: Sequence[Copy]) -> None:
        """Take rows that the manifest tells of; a later line of a content, or of a key, wins."""
        with self._database.write():
            for copy in copies:
                self._database.run(
                    "DELETE FROM copies WHERE checksum = ? OR folded = ?", copy.checksum, folded(copy.key)
                )
                self._database.run(
                    "INSERT INTO copies (checksum, key, folded, size, gone_since, line) VALUES (?, ?, ?, ?, ?, ?)",
                    copy.checksum,
                    copy.key,
                    folded(copy.key),
                    copy.size,
                    copy.gone_since,
                    copy.line,
                )

    def see(self, objects: Sequence[tuple[str, int, float, str | None]]) -> int:
        """Take objects of a listing: key, size, time, etag. Return how many are not what the manifest tells of."""
        with self._database.write():
            return len(objects) - self._database.run_many(
                "UPDATE copies SET copied_at = ?3, etag = ?4 WHERE key = ?1 AND size = ?2", objects
            )

    def miss(self, now: float) -> int:
        """Note what was not seen as missing, forget what had been deleted before; return how many are missing."""
        with self._database.write():
            self._database.run("DELETE FROM copies WHERE copied_at IS NULL AND gone_since IS NOT NULL")
            return self._database.run("UPDATE copies SET missing_since = ? WHERE copied_at IS NULL", now)

    def _number(self, sql: str, *values: object) -> int:
        row: Row | None = self._database.row(sql, *values)
        return 0 if row is None else int(row[0])
