"""The ledger as the engine knows it: one file per account."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from .answers import Answers
from .bases import Bases
from .bins import Bins
from .captures import Captures
from .contents import Contents
from .database import Database
from .departures import Departures
from .failures import Failures
from .fences import Fences
from .files import Files
from .folders import Folders
from .freed import Freed
from .history import History
from .holds import Holds
from .journal import Journal
from .motions import Motions
from .needs import Needs
from .numbers import Numbers
from .restores import Restores
from .rewriting import Rewriting
from .sidecars import Sidecars
from .sortings import Sortings
from .stackings import Stackings
from .window import Window


class Ledger(
    Folders,
    Files,
    Bins,
    Departures,
    Contents,
    Motions,
    Bases,
    Freed,
    Captures,
    Failures,
    Holds,
    Answers,
    Restores,
    Journal,
    Needs,
    Sidecars,
    Sortings,
    Stackings,
    Window,
    History,
    Numbers,
    Fences,
    Rewriting,
):
    """What both sides last agreed on, what they look like now, and what is being done.

    Used by one thread at a time. Every method that writes is one transaction, on the disk when it returns; power may
    be lost at any moment. Every method may raise ``LedgerError``, ``DiskFullError`` and ``ReadOnlyError``, and never
    an exception of SQLite.
    """

    @classmethod
    def open(cls, path: Path, *, still: bool = False) -> Self:
        """Open the ledger's file, or make it, readable by its owner only.

        An older version is brought up to date after a copy of it was put beside it (``<name>.v<N>.bak``). ``still``:
        from the beginning as after ``keep_still``.

        Raises:
            LedgerTooNewError: a later version of this integration wrote it.
            LedgerError: it is damaged or no ledger, or cannot be opened.
            DiskFullError, ReadOnlyError: the disk does not let us.
        """
        return cls(Database.open(path, still=still))

    def close(self) -> None:
        """Let the file go. May be repeated; no other method works afterwards."""
        self._db.close()

    def keep_still(self) -> None:
        """Have everything in the file, and from now on leave that as it is, also when it is closed.

        It can be copied together with its log (``-wal``), each at any moment; see :mod:`..standstill`.
        """
        self._db.keep_still()

    def move_again(self) -> None:
        """End what ``keep_still`` began. Harmless without it."""
        self._db.move_again()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Make what is called inside one transaction: all of it is on the disk afterwards, or none of it."""
        with self._db.write():
            yield

    def get(self, key: str) -> str | None:
        """Return a remembered text, e.g. ``user_id`` or ``delta_since``."""
        with self._db.read() as db:
            found = db.row("SELECT value FROM meta WHERE key = ?", key)
            return None if found is None else str(found[0])

    def set(self, key: str, value: str | None) -> None:
        """Remember a text, or forget it."""
        with self._db.write() as db:
            if value is None:
                db.run("DELETE FROM meta WHERE key = ?", key)
            else:
                db.run("INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", key, value)
