"""Bases: what both sides last agreed on, and what is forgotten once they do."""

from collections.abc import Iterable

from ..model import Base
from . import contents, freed, history, holds, pairs, sortings
from .database import Database
from .part import Part
from .sidecars import touch_sidecars_of
from .views import BaseChange, HistoryEntry

_WITHOUT_GONE = frozenset({Base.RELEASED, Base.KEPT})


class Bases(Part):
    """What was agreed on, content by content."""

    def record(
        self,
        checksum: bytes,
        base: Base,
        asset_id: str | None,
        now: float,
        *,
        action: HistoryEntry | None = None,
        replaced_by: bytes | None = None,
        found: bool = False,
    ) -> bool:
        """Set one content's base and its asset, and return whether the ledger knows the content.

        Open questions, decisions and failures of the content are over. It is dirty afterwards: the next cycle finds
        it settled. What it says about paths depends on the base:

        - linked: where a path holds it, its gone paths are dropped and its holders are the folders of those paths;
          where none does, both stay, so that the deletion behind it is still seen. If nothing at all is known of
          where it was (its folder was forgotten meanwhile), it is recorded as released, and suspect.
        - released, kept: its gone paths are dropped.
        - removed: its gone paths stay; they are the tombstone. Without any, what was suspect stays so, and what was
          released, or has no file, becomes so: nobody could tell a file that was added again from one of a device that
          spoke late. A file that is there already came after its deletion was noticed: its owner added it again.

        ``action`` goes into the history even for an unknown content: it did happen. ``replaced_by``: the content that
        took its place by an edit. ``found``: nothing was done for it; new content has been in Immich before, then.
        """
        with self._db.write() as db:
            if action is not None:
                history.add(db, action, now)
            known = record_one(db, BaseChange(checksum, base, asset_id, replaced_by, found), now)
            holds.close_empty(db, now)
            return known

    def record_all(self, changes: Iterable[BaseChange], now: float) -> None:
        """Set the bases of many contents as :meth:`record` does, without a line of the history for each."""
        with self._db.write() as db:
            for change in changes:
                record_one(db, change, now)
            holds.close_empty(db, now)

    def settle(self, checksums: Iterable[bytes], as_of: int) -> None:
        """Note that nothing is to be done for these contents, as seen at ``as_of`` (see ``moment``).

        What became dirty later stays dirty. A decision that came to nothing and a failure that no longer matters
        are dropped, and so is new content that no path holds: it was never ours. Renames end here: the paths that a
        linked content left are dropped once it is settled under another one. A folder that was about to free what it
        still holds did not free it.
        """
        with self._db.write() as db:
            for checksum in checksums:
                if _clean(db, checksum, as_of):
                    db.run(
                        """
                        DELETE FROM gone WHERE checksum = ?1
                          AND EXISTS (SELECT 1 FROM contents WHERE checksum = ?1 AND base = 'linked')
                          AND EXISTS (SELECT 1 FROM files WHERE checksum = ?1 AND status = 'settled')
                        """,
                        checksum,
                    )
                    freed.stayed(db, checksum)


def record_one(db: Database, change: BaseChange, now: float) -> bool:
    """Set one content's base within the caller's transaction; call ``holds.close_empty`` afterwards."""
    checksum, base, unknown = change.checksum, change.base, False
    before = db.row("SELECT base FROM contents WHERE checksum = ?", checksum)
    if before is None:
        return False
    if base is Base.LINKED:
        if db.row("SELECT 1 FROM files WHERE checksum = ?", checksum):
            _relink(db, checksum)
        elif not db.row("SELECT 1 FROM gone WHERE checksum = ?", checksum):
            base, unknown = Base.RELEASED, True
    elif base in _WITHOUT_GONE:
        db.run("DELETE FROM gone WHERE checksum = ?", checksum)
    elif base is Base.REMOVED:
        freed.was_deleted(db, checksum)
    holds.drop(db, [checksum])
    db.run("DELETE FROM failures WHERE checksum = ?", checksum)
    db.run(
        """
        UPDATE contents SET
          linked_at = CASE WHEN ?1 <> 'linked' THEN NULL WHEN base = 'linked' THEN linked_at ELSE ?2 END,
          suspect = ?5 OR (?1 = 'removed' AND NOT EXISTS (SELECT 1 FROM gone WHERE checksum = ?6)
            AND (suspect OR base = 'released' OR NOT EXISTS (SELECT 1 FROM files WHERE checksum = ?6))),
          base = ?1, base_asset_id = ?3, replaced_by = ?4, decision_kind = NULL, decision_answer = NULL
        WHERE checksum = ?6
        """,
        base, now, change.asset_id, change.replaced_by, unknown, checksum,
    )  # fmt: skip
    if change.found and before[0] == Base.NEW:
        sortings.found(db, checksum)
        freed.found(db, checksum)
    contents.mark(db, [checksum])
    pairs.agreed(db, checksum, base)
    if base is Base.LINKED:
        touch_sidecars_of(db, checksum)
    return True


def _relink(db: Database, checksum: bytes) -> None:
    db.run("DELETE FROM gone WHERE checksum = ?", checksum)
    db.run(
        "DELETE FROM holders WHERE checksum = ?1 AND folder NOT IN (SELECT folder FROM files WHERE checksum = ?1)",
        checksum,
    )
    db.run(
        "INSERT INTO holders SELECT DISTINCT checksum, folder FROM files WHERE checksum = ? ON CONFLICT DO NOTHING",
        checksum,
    )
    freed.stayed(db, checksum)


def _clean(db: Database, checksum: bytes, as_of: int) -> bool:
    """Mark one content clean unless it changed after ``as_of``; return whether it still exists and is clean."""
    changed = db.run(
        """
        UPDATE contents SET dirty = 0, decision_kind = NULL, decision_answer = NULL
        WHERE checksum = ? AND dirty BETWEEN 1 AND ?
        """,
        checksum, as_of,
    )  # fmt: skip
    if not changed:
        return bool(db.row("SELECT 1 FROM contents WHERE checksum = ? AND dirty = 0", checksum))
    db.run("DELETE FROM failures WHERE checksum = ?", checksum)
    return not db.run(
        """
        DELETE FROM contents WHERE checksum = ?1 AND base = 'new'
          AND NOT EXISTS (SELECT 1 FROM files WHERE checksum = ?1)
          AND NOT EXISTS (SELECT 1 FROM hold_items WHERE checksum = ?1)
          AND NOT EXISTS (SELECT 1 FROM intents WHERE checksum = ?1)
        """,
        checksum,
    )
