"""Freed: which folders let go of a content to free space, and so never wished its asset gone."""

from collections.abc import Iterable

from . import contents
from .database import Database
from .part import Part

_NOT_THERE = "NOT EXISTS (SELECT 1 FROM files AS f WHERE f.checksum = c.checksum AND f.folder = o.key)"
_FOUND = """
c.linked_at >= o.began_at
  AND c.checksum NOT IN (SELECT checksum FROM history WHERE action = 'upload' AND checksum IS NOT NULL)
"""


class Freed(Part):
    """A folder's mark on a content outlives restarts, the content's return to other folders, and its own move."""

    def let_go(self, checksum: bytes, folder_ids: Iterable[str]) -> None:
        """Note that these folders let go of a content; of an unknown one nothing is noted.

        That is over once a file of it is in the folder again, or its owner deleted the asset. Noted before its files
        go, it is over as well once they are found to have stayed: see :meth:`..bases.Bases.settle`.
        """
        with self._db.write() as db:
            for folder_id in folder_ids:
                db.run(
                    """
                    INSERT INTO freed SELECT checksum, ?2 FROM contents WHERE checksum = ?1 ON CONFLICT DO NOTHING
                    """,
                    checksum, folder_id,
                )  # fmt: skip
            contents.mark(db, [checksum])

    def not_let_go(self, checksum: bytes) -> None:
        """Note that the folders which hold a content now did not let go of it."""
        with self._db.write() as db:
            stayed(db, checksum)

    def forget_freed(self, folder_id: str) -> None:
        """Forget whatever a folder freed: it has no say any more."""
        with self._db.write() as db:
            db.run("DELETE FROM freed WHERE folder_id = ?", folder_id)


def came_back(db: Database, checksum: bytes, folder_id: str) -> None:
    """Note that a folder holds a content again: what becomes of that file is its owner's wish from now on."""
    db.run("DELETE FROM freed WHERE checksum = ? AND folder_id = ?", checksum, folder_id)


def stayed(db: Database, checksum: bytes) -> None:
    """Note that the folders which hold a content now did not let go of it."""
    db.run(
        """
        DELETE FROM freed WHERE checksum = ?1 AND EXISTS
          (SELECT 1 FROM files AS f JOIN folders AS o ON o.key = f.folder
           WHERE f.checksum = ?1 AND f.status = 'settled' AND o.id = freed.folder_id)
        """,
        checksum,
    )


def was_deleted(db: Database, checksum: bytes) -> None:
    """Note that a content was removed: if its asset was seen in the trash, by its owner's wish."""
    db.run(
        "DELETE FROM freed WHERE checksum = ?1 AND EXISTS (SELECT 1 FROM contents WHERE checksum = ?1 AND trash_seen)",
        checksum,
    )


def found(db: Database, checksum: bytes) -> None:
    """Note that a content of which nothing was known was found in Immich, where some folder may have freed it before.

    The age of its files tells nothing: one may have been downloaded from Immich just now.
    """
    db.run(
        f"""
        INSERT INTO freed SELECT c.checksum, o.id FROM contents AS c JOIN folders AS o ON o.freed_earlier = 1
        WHERE c.checksum = ? AND {_NOT_THERE} ON CONFLICT DO NOTHING
        """,
        checksum,
    )


def forgot(db: Database, folder_id: str, *, outdated: bool) -> None:
    """Note that a folder has freed photos of which the ledger does not know: it was lost, or is ``outdated``.

    That may be whatever the folder does not hold, and has held as far as is known, or was found in Immich before this:
    what had to be sent there was nowhere before.
    An old ledger has missed that as well: there it may be whatever was agreed about, wherever it has been.
    """
    db.run("UPDATE folders SET freed_earlier = 1 WHERE id = ?", folder_id)
    db.run(
        f"""
        INSERT INTO freed SELECT c.checksum, o.id FROM contents AS c JOIN folders AS o ON o.id = ?1
        WHERE {_NOT_THERE} AND CASE WHEN ?2
          THEN c.base <> 'new' AND (c.base <> 'removed' OR EXISTS (SELECT 1 FROM files WHERE checksum = c.checksum))
          ELSE c.base = 'linked' AND (({_FOUND})
            OR EXISTS (SELECT 1 FROM holders AS h WHERE h.checksum = c.checksum AND h.folder = o.key)) END
        ON CONFLICT DO NOTHING
        """,
        folder_id, outdated,
    )  # fmt: skip
