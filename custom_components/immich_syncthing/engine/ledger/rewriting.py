"""Rewriting: what was agreed is put on new ground, because the world or the ledger is not the one of before."""

from collections import Counter
from collections.abc import Iterator

from ..model import AssetState, Base, Files
from ..recovery import Rewrite, rewritten
from . import bases, holds
from .database import Database, Row
from .part import Part
from .views import BaseChange

_PAGE = 1_000

_NEWEST = """
WITH linked AS (SELECT * FROM contents AS c WHERE base = 'linked' AND NOT EXISTS (
    SELECT 1 FROM hold_items AS i JOIN holds ON hold = key WHERE i.checksum = c.checksum AND kind = 'vanished'))
SELECT 1 FROM linked WHERE linked_at = (SELECT max(linked_at) FROM linked)
"""
_LEFT_BEHIND = """
SELECT checksum FROM contents AS v WHERE base = 'linked'
  AND EXISTS (SELECT 1 FROM files AS f WHERE f.checksum = v.checksum)
  AND EXISTS (SELECT 1 FROM motions WHERE video = v.checksum AND how <> 'ended')
  AND NOT EXISTS (SELECT 1 FROM motions AS m JOIN contents AS s ON s.checksum = m.still
                  WHERE m.video = v.checksum AND how <> 'ended'
                    AND (s.base <> 'removed' OR EXISTS (SELECT 1 FROM files AS f WHERE f.checksum = m.still)))
"""
_UNSEEN = "(asset_state = 'gone' AND trash_seen = 0 AND was_untouchable = 0)"


class Rewriting(Part):
    """What recovery asks of the ledger, and what it does to all of it."""

    def newest_vanished(self) -> bool:
        """Return whether what was linked last is gone unseen; of several linked at that moment, all of them.

        What is asked about was not the last when it vanished, and is no sign when later ones have gone.
        """
        with self._db.read() as db:
            other = db.row(f"{_NEWEST} AND NOT {_UNSEEN} LIMIT 1")
            return other is None and db.row(f"{_NEWEST} AND {_UNSEEN} LIMIT 1") is not None

    def rewrite(self, now: float) -> Counter[Base]:
        """Rewrite every row as ``engine/recovery.py`` says, and return how many became what.

        Decisions that wait to be carried out are void, no answer can be taken back any more, what failed is tried
        again, and everything is planned anew. The guard's window stays: what was changed lately was changed.
        """
        told: Counter[Base] = Counter()
        with self._db.write() as db:
            for row in _rows(db):
                checksum, base, state, settled, anywhere = row
                files = Files.YES if settled else Files.UNKNOWN if anywhere else Files.NO
                rewrite = rewritten(Base(base), files, AssetState(state))
                if rewrite is not None:
                    _rewrite(db, checksum, Base(base), rewrite, now)
                    told[rewrite.base] += 1
            told.update(_part_motions(db, now))
            db.run("UPDATE contents SET decision_kind = NULL, decision_answer = NULL WHERE decision_kind IS NOT NULL")
            db.run("DELETE FROM answers")
            db.run("UPDATE contents SET dirty = ?", db.change())
            db.run("UPDATE failures SET retry_at = ? WHERE retry_at > ?", now, now)
            holds.close_empty(db, now)
        return told


def _rewrite(db: Database, checksum: bytes, before: Base, rewrite: Rewrite, now: float) -> None:
    if rewrite.base is not before or rewrite.forget_asset:
        bases.record_one(db, BaseChange(checksum, rewrite.base), now)
    if rewrite.suspect:
        db.run("UPDATE contents SET suspect = 1 WHERE checksum = ?", checksum)


def _part_motions(db: Database, now: float) -> list[Base]:
    """Keep the videos whose photos are removed, without a file: to follow those would be to delete them.

    What Immich played for a photo that it does not have is forgotten. Returns what became of each such video.
    """
    db.run("UPDATE contents SET motion_asset_id = NULL WHERE asset_state = ?", AssetState.GONE)
    found = list(db.rows(_LEFT_BEHIND))
    for row in found:
        bases.record_one(db, BaseChange(row[0], Base.KEPT), now)
    return [Base.KEPT] * len(found)


def _rows(db: Database) -> Iterator[Row]:
    """Yield all contents, page by page: what is read may be changed meanwhile."""
    after = b""
    while page := db.rows(
        """
        SELECT checksum, base, asset_state,
          EXISTS (SELECT 1 FROM files AS f WHERE f.checksum = c.checksum AND status = 'settled'),
          EXISTS (SELECT 1 FROM files AS f WHERE f.checksum = c.checksum)
        FROM contents AS c WHERE checksum > ? ORDER BY checksum LIMIT ?
        """,
        after, _PAGE,
    ):  # fmt: skip
        yield from page
        after = page[-1][0]
