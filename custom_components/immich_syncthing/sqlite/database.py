"""A file with what can be found out again, or done without: so a damaged one is put aside, and a new one begun."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BUSY_SECONDS = 10.0
_MODE = 0o600

type Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class FileKind:
    """Whose file it is. ``name``: as in "the file is no …"; ``migrations``: a script per version.

    ``broken`` makes what is raised where the file or its disk fails, ``too_new`` where a later version wrote it.
    """

    name: str
    application_id: int
    migrations: Sequence[str]
    broken: type[Exception]
    too_new: type[Exception]


class Database:
    """One SQLite connection, used by one thread. No ``sqlite3`` exception leaves it, but the kind's ``broken``."""

    def __init__(self, connection: sqlite3.Connection, kind: FileKind) -> None:
        """Use an open connection; see :func:`open_database`."""
        self._connection = connection
        self._broken = kind.broken

    @contextmanager
    def write(self) -> Iterator[None]:
        """Run one transaction: on the disk when this returns, or not at all."""
        with _own_errors(self._broken):
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
        with _own_errors(self._broken):
            return self._connection.execute(sql, values).rowcount

    def run_many(self, sql: str, rows: Sequence[Sequence[object]]) -> int:
        """Execute a statement once per row of values; return how many rows were changed in all."""
        with _own_errors(self._broken):
            return self._connection.executemany(sql, rows).rowcount if rows else 0

    def rows(self, sql: str, *values: object) -> list[Row]:
        """Return all rows of a query that has few."""
        with _own_errors(self._broken):
            return self._connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> Row | None:
        """Return the first row, or ``None``."""
        found = self.rows(sql, *values)
        return found[0] if found else None

    def close(self) -> None:
        """Let the file go. May be repeated."""
        with _own_errors(self._broken):
            self._connection.close()


def open_database(kind: FileKind, path: Path, aside: Callable[[], str] = lambda: "") -> Database:
    """Open or create the file and bring it to the newest version; put a damaged one aside and begin anew.

    ``aside`` names the moment, for the damaged file's new name. Raises ``kind.broken``, and ``kind.too_new`` of a file
    that is left as it is.
    """
    try:
        return _open(kind, path)
    except kind.broken as error:
        if not isinstance(error.__cause__, sqlite3.DatabaseError) or not _is_damage(error.__cause__):
            raise
    try:
        for ending in ("", "-wal", "-shm"):
            file = path.with_name(path.name + ending)
            if file.exists():
                file.replace(path.with_name(f"{path.name}.damaged{aside()}{ending}"))
    except OSError as error:
        raise kind.broken(error.strerror or "") from error
    return _open(kind, path)


def _open(kind: FileKind, path: Path) -> Database:
    try:
        path.touch(_MODE)
    except OSError as error:
        raise kind.broken(error.strerror or "") from error
    with _own_errors(kind.broken):
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, autocommit=True, check_same_thread=False)
        try:
            _prepare(connection, kind)
        except BaseException:
            connection.close()
            raise
    return Database(connection, kind)


def _prepare(connection: sqlite3.Connection, kind: FileKind) -> None:
    migrations = kind.migrations
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if tables and connection.execute("PRAGMA application_id").fetchone()[0] != kind.application_id:
        reason = f"the file is no {kind.name}"
        raise kind.broken(reason)
    if version > len(migrations):
        reason = f"version {version} is newer than {len(migrations)}"
        raise kind.too_new(reason)
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
            connection.execute(f"PRAGMA application_id = {kind.application_id}")
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
def _own_errors(broken: type[Exception]) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise broken(str(error)) from error
