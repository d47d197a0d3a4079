"""Contents of a vault, gathered to be gone through oldest first: in a file, since there may be a million of them."""

import sqlite3
from collections.abc import AsyncGenerator, Iterable
from typing import Self

from .errors import VaultUnavailableError
from .model import Blocking, VaultContent
from .writing import finished

_TABLE = """
CREATE TABLE contents (
  newest REAL, checksum BLOB, size INTEGER, oldest REAL, PRIMARY KEY (newest, checksum)
) WITHOUT ROWID
"""


class Gathered:
    """Contents; ``count`` and ``bytes`` say how many. To be used as a context: its file goes with the block.

    Every method raises ``VaultUnavailableError`` where the disk fails.
    """

    def __init__(self, blocking: Blocking) -> None:
        """Open nothing yet."""
        self.count = 0
        self.bytes = 0
        self._blocking = blocking
        self._database: sqlite3.Connection | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def add(self, contents: Iterable[VaultContent]) -> None:
        """Add contents that are not there yet."""
        found = tuple(contents)
        if found:
            await finished(self._blocking.run(self._add, found))
            self.count, self.bytes = self.count + len(found), self.bytes + sum(one.size for one in found)

    async def remove(self, contents: Iterable[VaultContent]) -> None:
        """Remove contents that are there."""
        found = tuple(contents)
        if found:
            await finished(self._blocking.run(self._remove, found))
            self.count, self.bytes = self.count - len(found), self.bytes - sum(one.size for one in found)

    async def pages(self, size: int) -> AsyncGenerator[tuple[VaultContent, ...]]:
        """Yield all, oldest first, in pages of at most ``size``; those of a page may be removed before the next."""
        after: tuple[float, bytes] = (float("-inf"), b"")
        while page := await finished(self._blocking.run(self._page, after, size)):
            yield page
            after = page[-1].newest_at, page[-1].checksum

    async def close(self) -> None:
        """Forget all of it."""
        if self._database is not None:
            database, self._database = self._database, None
            await finished(self._blocking.run(database.close))

    # --- blocking ----------------------------------------------------------------------------------------------

    def _add(self, contents: tuple[VaultContent, ...]) -> None:
        rows = [(one.newest_at, one.checksum, one.size, one.oldest_at) for one in contents]
        try:
            with self._opened() as db:
                db.executemany("INSERT OR REPLACE INTO contents VALUES (?, ?, ?, ?)", rows)
        except sqlite3.Error as err:
            raise VaultUnavailableError(str(err)) from err

    def _remove(self, contents: tuple[VaultContent, ...]) -> None:
        rows = [(one.newest_at, one.checksum) for one in contents]
        try:
            with self._opened() as db:
                db.executemany("DELETE FROM contents WHERE newest = ? AND checksum = ?", rows)
        except sqlite3.Error as err:
            raise VaultUnavailableError(str(err)) from err

    def _page(self, after: tuple[float, bytes], size: int) -> tuple[VaultContent, ...]:
        sql = "SELECT checksum, size, oldest, newest FROM contents WHERE (newest, checksum) > (?, ?) LIMIT ?"
        try:
            return tuple(VaultContent(*row) for row in self._opened().execute(sql, (*after, size)))
        except sqlite3.Error as err:
            raise VaultUnavailableError(str(err)) from err

    def _opened(self) -> sqlite3.Connection:
        if self._database is None:
            # "" is a file that SQLite makes for itself where temporary files lie, and removes.
            self._database = sqlite3.connect("", check_same_thread=False)
            self._database.execute(_TABLE)
        return self._database
