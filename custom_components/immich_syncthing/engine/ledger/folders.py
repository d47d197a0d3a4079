"""Folders: which ones the ledger knows, where they lie, and how they are forgotten."""

from ..errors import LedgerError
from ..model import Base
from . import holds
from .database import Database
from .part import Part
from .rows import KEY, fit
from .views import RemovalView


def key_of(db: Database, folder_id: str) -> int:
    """Return the folder's key. Raises ``LedgerError`` if the ledger does not know it."""
    found = db.row("SELECT key FROM folders WHERE id = ?", folder_id)
    if found is None:
        reason = f"folder {folder_id!r} is not in the ledger"
        raise LedgerError(reason)
    return int(found[0])


class Folders(Part):
    """The folders of the account."""

    def add_folder(self, folder_id: str, root: str, now: float) -> None:
        """Make a folder known, from ``now`` on; one that is known stays as it is: see :meth:`begin_anew`."""
        with self._db.write() as db:
            db.run(
                "INSERT INTO folders (id, root, began_at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING",
                folder_id, root, now,
            )  # fmt: skip

    def begin_anew(self, folder_id: str, root: str, now: float) -> None:
        """Forget a folder, which has ``root`` from ``now`` on. What it freed and has not held since stays known.

        Raises ``LedgerError`` if the ledger does not know the folder.
        """
        with self._db.write() as db:
            key = key_of(db, folder_id)
            earlier = db.number("SELECT freed_earlier FROM folders WHERE key = ?", key)
            _forget(db, folder_id)
            db.run(
                "INSERT INTO folders (id, root, began_at, freed_earlier) VALUES (?, ?, ?, ?)",
                folder_id, root, now, earlier,
            )  # fmt: skip

    def folder_ids(self) -> tuple[str, ...]:
        """Return the known folders, sorted."""
        with self._db.read() as db:
            return tuple(row[0] for row in db.rows("SELECT id FROM folders ORDER BY id"))

    def root(self, folder_id: str) -> str | None:
        """Return where a folder lies, as it was made known."""
        with self._db.read() as db:
            found = db.row("SELECT root FROM folders WHERE id = ?", folder_id)
            return None if found is None else str(found[0])

    def root_device(self, folder_id: str) -> int | None:
        """Return the device number of the folder's root as last set."""
        with self._db.read() as db:
            found = db.row("SELECT root_device FROM folders WHERE id = ?", folder_id)
            return None if found is None or found[0] is None else int(found[0])

    def set_root_device(self, folder_id: str, device: int) -> None:
        """Remember on which device the folder's root lies."""
        with self._db.write() as db:
            db.run("UPDATE folders SET root_device = ? WHERE id = ?", fit(device), folder_id)

    def removal_preview(self, folder_id: str) -> RemovalView:
        """Return what :meth:`forget_folder` would do; of an unknown folder zeros."""
        with self._db.read() as db:
            counted: dict[tuple[str, bool], int] = {}
            for base, elsewhere, count in db.rows(_CONCERNED, folder_id):
                counted[base, bool(elsewhere)] = count
            holds_of = "FROM holds WHERE EXISTS (SELECT 1 FROM json_each(folder_ids) WHERE value = ?)"
            return RemovalView(
                released=counted.get((Base.LINKED, False), 0),
                elsewhere=counted.get((Base.LINKED, True), 0),
                kept=counted.get((Base.KEPT, False), 0),
                forgotten=counted.get((Base.NEW, False), 0),
                holds=db.number(f"SELECT count(*) {holds_of}", folder_id),
                asked=db.number(f"SELECT sum(count) {holds_of}", folder_id),
            )

    def forget_folder(self, folder_id: str) -> None:
        """Remove the folder with its files, gone paths, holder marks and holds; unknown folders are fine.

        Linked content that is left without a path becomes released: nobody deleted it. New content without a path is
        none of ours any more, and is dropped unless an intent is open. Kept content stays kept, so that it is not sent
        again when it is found under another path, and tombstones stay. What is released so,
        and a tombstone without any path, are suspect: when a file holds them again, nobody re-added them. All contents
        that the folder knew are dirty afterwards. What it freed stays known, see :meth:`..freed.Freed.forget_freed`.
        """
        with self._db.write() as db:
            if db.row("SELECT 1 FROM folders WHERE id = ?", folder_id):
                _forget(db, folder_id)


_CONCERNED = f"""
WITH mine AS (SELECT {KEY} AS folder), concerned AS (
  SELECT checksum FROM files WHERE folder = (SELECT folder FROM mine) AND checksum IS NOT NULL
  UNION SELECT checksum FROM gone WHERE folder = (SELECT folder FROM mine)
  UNION SELECT checksum FROM holders WHERE folder = (SELECT folder FROM mine))
SELECT base, elsewhere, count(*) FROM (
  SELECT base, EXISTS (SELECT 1 FROM files AS f
    WHERE f.checksum = c.checksum AND f.folder <> (SELECT folder FROM mine)) AS elsewhere
  FROM concerned JOIN contents AS c USING (checksum))
GROUP BY base, elsewhere
"""


def _forget(db: Database, folder_id: str) -> None:
    key, change = key_of(db, folder_id), db.change()
    # The number of this change then tells which contents the folder knew, without keeping a list of them.
    db.run(
        """
        UPDATE contents SET dirty = ? WHERE checksum IN (
          SELECT checksum FROM files WHERE folder = ? AND checksum IS NOT NULL
          UNION SELECT checksum FROM gone WHERE folder = ? UNION SELECT checksum FROM holders WHERE folder = ?)
        """,
        change, key, key, key,
    )  # fmt: skip
    holds.drop_folder(db, folder_id)
    for statement in (
        "DELETE FROM files WHERE folder = ?",
        "DELETE FROM gone WHERE folder = ?",
        "DELETE FROM holders WHERE folder = ?",
        "DELETE FROM folders WHERE key = ?",
    ):
        db.run(statement, key)
    _let_go(db, change)


def _let_go(db: Database, change: int) -> None:
    """Settle what becomes of the contents of this change that no path holds any more."""
    pathless = "dirty = ? AND NOT EXISTS (SELECT 1 FROM files WHERE files.checksum = contents.checksum)"
    db.run(
        f"""
        DELETE FROM contents WHERE {pathless} AND base = ?
        AND NOT EXISTS (SELECT 1 FROM intents WHERE intents.checksum = contents.checksum)
        """,
        change, Base.NEW,
    )  # fmt: skip
    db.run(
        f"DELETE FROM gone WHERE checksum IN (SELECT checksum FROM contents WHERE {pathless} AND base = ?)",
        change, Base.LINKED,
    )  # fmt: skip
    db.run(
        f"""
        UPDATE contents SET base = ?, suspect = 1, decision_kind = NULL, decision_answer = NULL
        WHERE {pathless} AND base = ?
        """,
        Base.RELEASED, change, Base.LINKED,
    )  # fmt: skip
    db.run(
        f"""
        UPDATE contents SET suspect = 1 WHERE {pathless} AND base = ?
        AND NOT EXISTS (SELECT 1 FROM gone WHERE gone.checksum = contents.checksum)
        """,
        change, Base.REMOVED,
    )  # fmt: skip
    holds.remove_empty(db)
