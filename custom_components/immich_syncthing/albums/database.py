"""The file under the base. A damaged one is put aside: copies are known again by their bytes and dates."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .errors import AlbumBaseError, AlbumBaseTooNewError
from .schema import APPLICATION_ID, MIGRATIONS

BUSY_SECONDS = 10.0
_MODE = 0o600

type Row = tuple[Any, ...]


class Database:
    """One SQLite connection, used by one thread. No ``sqlite3`` exception leaves it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use an open connection; see :func:`open_database`."""
        self._connection = connection

    @contextmanager
    def write(self) -> Iterator[None]:
        """Run one transaction: on the disk when this returns, or not at all."""
        with _own_errors():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def run(self, sql: str, *values: object) -> int:
        """Execute a statement and return how many rows it changed."""
        with _own_errors():
            return self._connection.execute(sql, values).rowcount

    def rows(self, sql: str, *values: object) -> list[Row]:
        """Return all rows of a query that has few."""
        with _own_errors():
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> Row | None:
        """Return the first row, or ``None``."""
        found = self.rows(sql, *values)
        return found[0] if found else None

    def close(self) -> None:
        """Let the file go. May be repeated."""
        with _own_errors():
            self._connection.close()


def open_database(
    path: Path, migrations: Sequence[str] = MIGRATIONS, aside: Callable[[], str] = lambda: ""
) -> Database:
    """Open or create the file and bring it to the newest version; put a damaged one aside and begin anew.

    ``aside`` names the moment, for the damaged file's new name.

    Raises:
        AlbumBaseTooNewError: written by a later version; it is left as it is.
        AlbumBaseError: the disk does not let us.
    """
    try:
        return _open(path, migrations)
    except AlbumBaseError as error:
        if not isinstance(error.__cause__, sqlite3.DatabaseError) or not _is_damage(error.__cause__):
            raise
    try:
        for ending in ("", "-wal", "-shm"):
            file = path.with_name(path.name + ending)
            if file.exists():
                file.replace(path.with_name(f"{path.name}.damaged{aside()}{ending}"))
    except OSError as error:
        raise AlbumBaseError(error.strerror or "") from error
    return _open(path, migrations)


def _open(path: Path, migrations: Sequence[str]) -> Database:
    try:
        path.touch(_MODE)
    except OSError as error:
        raise AlbumBaseError(error.strerror or "") from error
    with _own_errors():
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, autocommit=True, check_same_thread=False)
        try:
            _prepare(connection, migrations)
        except BaseException:
            connection.close()
            raise
    return Database(connection)


def _prepare(connection: sqlite3.Connection, migrations: Sequence[str]) -> None:
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if tables and connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        reason = "the file is no base of an album folder"
        raise AlbumBaseError(reason)
    if version > len(migrations):
        reason = f"version {version} is newer than {len(migrations)}"
        raise AlbumBaseTooNewError(reason)
    damage = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if damage != "ok":
        raise sqlite3.DatabaseError(damage)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    for step in range(version, len(migrations)):
        connection.execute("BEGIN IMMEDIATE")
        try:
            for statement in _statements(migrations[step]):
                connection.execute(statement)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {step + 1}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise


def _statements(script: str) -> Iterator[str]:
    statement = ""
    for part in script.split(";"):
        statement += part + ";"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
    return code & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


@contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise AlbumBaseError(str(error)) from error
