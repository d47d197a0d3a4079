"""The file under the ledger: opened checked, migrated with a backup, written in durable transactions."""

import errno
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from ..errors import DiskFullError, EngineError, LedgerError, LedgerTooNewError, ReadOnlyError
from .schema import APPLICATION_ID, MIGRATIONS, RESTED
from .views import Told

BUSY_SECONDS = 10.0
"""How long to wait for another process that has the file, e.g. somebody's look at it with ``sqlite3``."""

CACHE_KIB = 16 * 1024
"""Pages kept in memory: the upper levels of the indices of a million files."""

JOURNAL_BYTES = 64 * 1024 * 1024
"""To what the write-ahead log is cut back after a large transaction."""

FOLDED_PAGES = 4000
"""How long the write-ahead log becomes before it is folded into the file: 16 MiB, as with a large library each change
is to another page, and SQLite's own 1000 would have most of them written twice. On a slow card it takes seconds."""

_MODE = 0o600
_HEADER_BYTES = 100
_WHOLE = ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
_PART = ("SAVEPOINT part", "RELEASE part", "ROLLBACK TO part; RELEASE part")
_PRIMARY_CODE = 0xFF

type Row = tuple[Any, ...]


class Database:
    """One SQLite connection, used by one thread at a time.

    No ``sqlite3`` exception leaves :meth:`read` and :meth:`write`.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use an open connection; see :meth:`open`."""
        self.connection = connection
        self.listener: Callable[[Told], None] | None = None
        self._change = 0
        self._untold: list[Told] = []

    @classmethod
    def open(cls, path: Path, migrations: Sequence[str] = MIGRATIONS, *, still: bool = False) -> Self:
        """Open or create the file, check it, and bring it to the newest version; ``still``: see ``keep_still``.

        Raises:
            LedgerTooNewError: written by a later version of this integration.
            DiskFullError, ReadOnlyError: the disk does not let us.
            LedgerError: damaged, no ledger, or not to be opened.
        """
        _refuse_newer(_version_in_header(path), len(migrations))
        _touch(path)
        with _own_errors():
            connection = sqlite3.connect(path, timeout=BUSY_SECONDS, autocommit=True, check_same_thread=False)
            # What a later version left in the write-ahead log stays there, should this turn out to be its ledger.
            connection.setconfig(sqlite3.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, True)
            try:
                _refuse_newer(connection.execute("PRAGMA user_version").fetchone()[0], len(migrations))
                _fold(connection, folds=not still)
                _check(connection)
                _prepare(connection)
                _migrate(connection, path, migrations)
                connection.execute("PRAGMA foreign_keys = ON")
                connection.executescript(RESTED)
            except BaseException:
                connection.close()
                raise
        return cls(connection)

    def close(self) -> None:
        """Fold the write-ahead log into the file and let it go. May be repeated."""
        with _own_errors():
            self.connection.close()

    def keep_still(self) -> None:
        """Fold the log into the file, and no more until ``move_again``: what is written goes to the log's end only.

        Somebody else's look at the file may keep the log from being folded now; then it has all that the file lacks.
        """
        with _own_errors():
            _fold(self.connection, folds=False)
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def move_again(self) -> None:
        """Fold the log into the file from time to time, as SQLite does by itself. Harmless if that is so."""
        with _own_errors():
            _fold(self.connection, folds=True)
            self.connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

    @contextmanager
    def read(self) -> Iterator[Self]:
        """Turn SQLite's errors into ours."""
        with _own_errors():
            yield self

    @contextmanager
    def write(self) -> Iterator[Self]:
        """Run one transaction: on the disk when this returns, or not at all. Within another one, be a part of it."""
        with _own_errors():
            nested = self.connection.in_transaction
            begin, commit, undo = _PART if nested else _WHOLE
            told = len(self._untold)
            if not nested:
                self._change = 0
            self.connection.execute(begin)
            try:
                yield self
                self.connection.execute(commit)
            except BaseException:
                self._change = 0
                del self._untold[told:]
                # SQLite itself has already rolled back after some errors, e.g. a full disk.
                with suppress(sqlite3.Error):
                    if self.connection.in_transaction:
                        self.connection.executescript(undo)
                raise
        if not nested:
            self._tell_listener()

    def tell(self, told: Told) -> None:
        """Let the listener know of this once the transaction is on the disk; without a listener, do nothing."""
        if self.listener is not None:
            self._untold.append(told)

    def _tell_listener(self) -> None:
        untold, self._untold = self._untold, []
        for one in untold:
            if self.listener is not None:
                self.listener(one)

    def run(self, sql: str, *values: object) -> int:
        """Execute a statement and return how many rows it changed."""
        return self.connection.execute(sql, values).rowcount

    def run_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Execute a statement once per row of values."""
        self.connection.executemany(sql, rows)

    def rows(self, sql: str, *values: object) -> list[Row]:
        """Return all rows of a query that is known to give few, or has a ``LIMIT``."""
        return self.connection.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> Row | None:
        """Return the first row of a query, or ``None``."""
        found: Row | None = self.connection.execute(sql, values).fetchone()
        return found

    def number(self, sql: str, *values: object) -> int:
        """Return the first value of the first row as a whole number; nothing counts as 0."""
        found = self.row(sql, *values)
        return int(found[0] or 0) if found else 0

    def change(self) -> int:
        """Return the number of this transaction among those that made contents dirty."""
        if not self._change:
            self.run("UPDATE clock SET change = change + 1")
            self._change = self.number("SELECT change FROM clock")
        return self._change


@contextmanager
def _own_errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as err:
        raise _translated(err) from err


def _translated(error: sqlite3.Error) -> EngineError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    if code & _PRIMARY_CODE == sqlite3.SQLITE_FULL or code == sqlite3.SQLITE_IOERR_SHMSIZE:
        return DiskFullError(str(error))
    if code & _PRIMARY_CODE == sqlite3.SQLITE_READONLY:
        return ReadOnlyError(str(error))
    return LedgerError(str(error))


def _fold(connection: sqlite3.Connection, *, folds: bool) -> None:
    """Let the log be folded into the file every now and then, and when it is closed; or never."""
    connection.setconfig(sqlite3.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, not folds)
    connection.execute(f"PRAGMA wal_autocheckpoint = {FOLDED_PAGES if folds else 0}")


def _version_in_header(path: Path) -> int:
    """Return the version in the file's header, 0 for anything but a ledger; a write-ahead log may know a later one.

    A reader leaves no trace, not even of the time. Offsets: "Database File Format" of SQLite, 1.3 (60: user version,
    68: application id).
    """
    try:
        with path.open("rb") as file:
            header = file.read(_HEADER_BYTES)
    except OSError:
        return 0
    if int.from_bytes(header[68:72]) != APPLICATION_ID:
        return 0
    return int.from_bytes(header[60:64])


def _refuse_newer(version: int, newest: int) -> None:
    if version > newest:
        reason = f"version {version} is newer than {newest}"
        raise LedgerTooNewError(reason)


def _touch(path: Path) -> None:
    """Make the file for its owner only. SQLite gives its log the same mode."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _MODE)
        try:
            os.fchmod(fd, _MODE)
        finally:
            os.close(fd)
    except OSError as err:
        raise _translated_os(err) from err


def _translated_os(error: OSError) -> EngineError:
    reason = error.strerror or type(error).__name__
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return DiskFullError(reason)
        case errno.EROFS | errno.EACCES | errno.EPERM:
            return ReadOnlyError(reason)
        case _:
            return LedgerError(reason)


def _check(connection: sqlite3.Connection) -> None:
    """Raise ``LedgerError`` for a damaged file, and for one that is no ledger."""
    problems = [row[0] for row in connection.execute("PRAGMA quick_check(1)")]
    if problems != ["ok"]:
        raise LedgerError(problems[0])
    application_id = connection.execute("PRAGMA application_id").fetchone()[0]
    tables = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]
    if tables and application_id != APPLICATION_ID:
        reason = "the file is no ledger"
        raise LedgerError(reason)


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
    connection.execute(f"PRAGMA journal_size_limit = {JOURNAL_BYTES}")


def _migrate(connection: sqlite3.Connection, path: Path, migrations: Sequence[str]) -> None:
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if 0 < version < len(migrations):
        _back_up(connection, path.with_name(f"{path.name}.v{version}.bak"))
    for step in range(version, len(migrations)):
        _advance(connection, migrations[step], step + 1)


def _advance(connection: sqlite3.Connection, script: str, version: int) -> None:
    """Take one step in one transaction; foreign keys are off, so that a table may be rebuilt, and checked after."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        connection.executescript(script)
        _require_parents(connection)
        connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _require_parents(connection: sqlite3.Connection) -> None:
    orphan = connection.execute("PRAGMA foreign_key_check").fetchone()
    if orphan is not None:
        reason = f"a row of {orphan[0]} lacks its {orphan[2]}"
        raise LedgerError(reason)


def _back_up(connection: sqlite3.Connection, target: Path) -> None:
    """Copy the ledger to ``target``, whole and on the disk, or not at all."""
    unfinished = target.with_name(f"{target.name}.tmp")
    try:
        unfinished.unlink(missing_ok=True)
        _touch(unfinished)
        with closing(sqlite3.connect(unfinished, autocommit=True)) as copy:
            connection.backup(copy)
        _sync(unfinished)
        unfinished.replace(target)
        _sync(target.parent)
    except OSError as err:
        raise _translated_os(err) from err


def _sync(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
