"""A file of SQLite beside a vault, with what can be found out again: one that is damaged is begun anew."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

from .errors import VaultUnavailableError
from .model import Blocking
from .writing import finished


class SideFile:
    """The file ``path``, opened when it is first used. ``prepare`` makes its tables, each time that it is opened."""

    def __init__(self, path: Path, blocking: Blocking, prepare: Callable[[sqlite3.Connection], object]) -> None:
        """Open nothing yet."""
        self._path = path
        self._blocking = blocking
        self._prepare = prepare
        self._database: sqlite3.Connection | None = None
        self._turn = asyncio.Lock()

    async def run[R](self, function: Callable[[sqlite3.Connection], R]) -> R:
        """Run a function in a transaction of its own. Raises ``VaultUnavailableError`` where the disk fails."""
        async with self._turn:
            return await finished(self._blocking.run(self._run, function))

    async def close(self) -> None:
        """Let the file go."""
        async with self._turn:
            if self._database is not None:
                database, self._database = self._database, None
                await finished(self._blocking.run(database.close))

    def _run[R](self, function: Callable[[sqlite3.Connection], R]) -> R:
        try:
            if self._database is None:
                self._database = self._open()
            with self._database:
                return function(self._database)
        except (sqlite3.Error, OSError) as err:
            raise VaultUnavailableError(str(err)) from err

    def _open(self) -> sqlite3.Connection:
        try:
            return self._prepared()
        except sqlite3.OperationalError:
            # A disk that is full, or a file that cannot be opened now, is no reason to lose it.
            raise
        except sqlite3.DatabaseError:
            self._path.unlink(missing_ok=True)
            return self._prepared()

    def _prepared(self) -> sqlite3.Connection:
        self._path.touch(mode=0o600)
        database = sqlite3.connect(self._path, check_same_thread=False)
        try:
            self._prepare(database)
        except sqlite3.DatabaseError:
            database.close()
            raise
        return database
