"""Which only copies a vault is about to let go, and for how long that could be seen.

In a file of its own, so that 100,000 of them take no memory. A lost file costs time only: all is announced anew.
"""

import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from .lived import DAY_SECONDS, Lived
from .model import Blocking, VaultContent
from .side_file import SideFile

NOTICE_SECONDS = 7 * DAY_SECONDS
"""For how long the owner could see that an only copy goes before it goes, at least."""

_TABLES = """
CREATE TABLE IF NOT EXISTS notices (
  checksum BLOB PRIMARY KEY, newest REAL, since REAL, round INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lived (id INTEGER PRIMARY KEY, ran REAL, shown REAL, wall REAL, sure_at REAL);
"""


class Notices:
    """The notices in the file ``path``. Every method raises ``VaultUnavailableError`` where that fails.

    A notice counts from the end of the round of looks that first came upon it, for as long as ``live`` is told that
    notices are shown.
    """

    def __init__(self, path: Path, blocking: Blocking) -> None:
        """Open nothing yet."""
        self._file = SideFile(path, blocking, lambda db: db.executescript(_TABLES))
        self._round = 0
        self._lived: Lived | None = None

    @property
    def trusts_clock(self) -> bool:
        """Return whether the wall clock says how old something is."""
        return self._lived is not None and self._lived.trusts_clock

    async def live(self, seconds: float, wall: float, *, shown: bool) -> None:
        """Take note that so much time passed, and what the wall clock says; the first time, none of it counts."""
        if self._lived is None:
            self._lived = (await self._file.run(_lived)).after(0.0, wall, shown=False)
        else:
            self._lived = self._lived.after(seconds, wall, shown=shown)

    async def keep(self) -> None:
        """Bring to the disk how much time passed."""
        if (lived := self._lived) is not None:
            row = (lived.ran, lived.shown, lived.wall, lived.sure_at)
            await self._file.run(lambda db: db.execute("INSERT OR REPLACE INTO lived VALUES (1, ?, ?, ?, ?)", row))

    async def begin(self) -> None:
        """Begin a round of looks at everything."""
        last = "SELECT coalesce(max(round), 0) FROM notices"
        self._round = 1 + await self._file.run(lambda db: int(db.execute(last).fetchone()[0]))

    async def seen(self, contents: Sequence[VaultContent]) -> frozenset[bytes]:
        """Return those of which the owner could see for long enough that they go, as they are now."""
        since = self._shown - NOTICE_SECONDS
        sql = "SELECT 1 FROM notices WHERE checksum = ? AND newest = ? AND since <= ?"

        def look(db: sqlite3.Connection) -> frozenset[bytes]:
            asked = ((one.checksum, db.execute(sql, (one.checksum, one.newest_at, since))) for one in contents)
            return frozenset(checksum for checksum, found in asked if found.fetchone() is not None)

        return await self._file.run(look)

    async def announce(self, contents: Sequence[VaultContent]) -> None:
        """Note that these go, unless somebody prevents it; what came again since it was noted is noted anew."""
        if contents:
            await self._file.run(partial(_announce, contents, self._round))

    async def end(self) -> None:
        """End the round: what was not announced in it goes no more; what was new in it begins to count."""
        shown = self._shown

        def settle(db: sqlite3.Connection) -> None:
            db.execute("DELETE FROM notices WHERE round <> ?", (self._round,))
            db.execute("UPDATE notices SET since = ? WHERE since IS NULL", (shown,))

        await self._file.run(settle)

    async def clear(self) -> None:
        """Let nothing go any more."""
        await self._file.run(lambda db: db.execute("DELETE FROM notices"))

    async def coming(self) -> tuple[int, float]:
        """Return how many go, and in how many seconds the first of them, if Home Assistant runs until then."""
        sql = "SELECT count(*), min(since) FROM notices WHERE since IS NOT NULL"
        count, since = await self._file.run(lambda db: db.execute(sql).fetchone())
        return count, max(0.0, (since or 0.0) + NOTICE_SECONDS - self._shown)

    async def close(self) -> None:
        """Let the file go."""
        await self._file.close()

    @property
    def _shown(self) -> float:
        return 0.0 if self._lived is None else self._lived.shown


def _announce(contents: Sequence[VaultContent], number: int, db: sqlite3.Connection) -> None:
    for one in contents:
        known = "UPDATE notices SET round = ? WHERE checksum = ? AND newest = ?"
        if not db.execute(known, (number, one.checksum, one.newest_at)).rowcount:
            new = "INSERT OR REPLACE INTO notices VALUES (?, ?, NULL, ?)"
            db.execute(new, (one.checksum, one.newest_at, number))


def _lived(db: sqlite3.Connection) -> Lived:
    found = db.execute("SELECT ran, shown, wall, sure_at FROM lived").fetchone()
    return Lived() if found is None else Lived(*found)
