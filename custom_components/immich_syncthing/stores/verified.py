"""Which objects of one store are known to be the same in another: what was read once need not be read again.

Only a help: what is known hangs on what both stores say of the object (its size and tag), so that an object that was
replaced in either is unknown again, and a file that is lost, or cannot be written, costs reading, never a byte.
"""

import hashlib
import sqlite3
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from .model import Stored

_DIGEST = 16
"""Bytes that stand for a pair. Two different pairs among a thousand million would share them once in 10^20."""

type Pair = tuple[Stored, Stored]
"""An object in the one store and the object of the same key in the other."""


class Verified:
    """Pairs that were compared byte by byte. Without ``path`` they are forgotten with it. Blocking."""

    def __init__(self, path: Path | None = None) -> None:
        self._turn = threading.Lock()
        self._database = _open(path)

    def known(self, pairs: Sequence[Pair]) -> list[bool]:
        """Return of each pair whether it was compared, as it is."""
        with self._turn:
            try:
                return [self._row(pair) for pair in pairs]
            except sqlite3.Error:
                return [False] * len(pairs)

    def add(self, pairs: Iterable[Pair]) -> None:
        """Remember that the objects of each pair are the same."""
        with self._turn, suppress(sqlite3.Error), self._database:
            self._database.executemany(
                "INSERT OR IGNORE INTO verified VALUES (?)", [(_digest(*pair),) for pair in pairs]
            )

    def close(self) -> None:
        """Let the file go."""
        with self._turn:
            self._database.close()

    def _row(self, pair: Pair) -> bool:
        found = self._database.execute("SELECT 1 FROM verified WHERE pair = ?", (_digest(*pair),))
        return found.fetchone() is not None


def _open(path: Path | None) -> sqlite3.Connection:
    """Open the file; one that is damaged is made anew, and where none can be it is a temporary one."""
    for _ in range(2 if path is not None else 0):
        with suppress(sqlite3.Error):
            return _prepared(path)
        with suppress(OSError):
            Path(path or "").unlink(missing_ok=True)
    return _prepared(None)


def _prepared(path: Path | None) -> sqlite3.Connection:
    # "" is a file that SQLite makes for itself where temporary files lie, and removes.
    database = sqlite3.connect(path or "", check_same_thread=False)
    try:
        # To wait for the disk after each of 100,000 objects takes longer than to read them again.
        database.execute("PRAGMA synchronous = OFF")
        with database:
            database.execute("CREATE TABLE IF NOT EXISTS verified (pair BLOB PRIMARY KEY) WITHOUT ROWID")
    except sqlite3.DatabaseError:
        database.close()
        raise
    return database


def _digest(one: Stored, other: Stored) -> bytes:
    said = [one.key, *(f"{it.size} {it.etag or int(it.modified_at)}" for it in (one, other))]
    return hashlib.blake2b("\n".join(said).encode(), digest_size=_DIGEST).digest()
