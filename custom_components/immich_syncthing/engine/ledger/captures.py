"""When photos were taken, for whoever frees a folder of the oldest ones."""

from collections.abc import Sequence

from . import contents
from .pairs import ENDED
from .part import Part
from .restores import NEVER_FREED
from .rows import KEY
from .views import AgeCounts, Aged

LONGEST_PUT_OFF = NEVER_FREED / 2
"""Later than any moment until which a photo is only put off."""

_FIRST = -(2.0**53), b""

_MINE = "FROM files AS f WHERE f.checksum = c.checksum AND f.folder IN here AND f.status = 'settled'"
_SIZE = f"(SELECT coalesce(sum(size), 0) {_MINE})"
_NUMBER = f"(SELECT count(*) {_MINE})"
_HERE = f"EXISTS (SELECT 1 {_MINE})"

_VIDEOS = f"""
(SELECT coalesce({{}}, 0) FROM motions AS m JOIN files AS f ON f.checksum = m.video
 WHERE m.still = c.checksum AND m.how <> '{ENDED}' AND f.folder IN here AND f.status = 'settled'
   AND NOT EXISTS (SELECT 1 FROM files AS e WHERE e.checksum = c.checksum AND e.folder NOT IN here))
"""
"""Of the videos that go with a photo, once no folder has it."""

_NO_VIDEO = f"""
NOT EXISTS (SELECT 1 FROM motions AS m JOIN contents AS s ON s.checksum = m.still
            WHERE m.video = c.checksum AND m.how <> '{ENDED}' AND (s.base <> 'released' OR s.asset_state <> 'active'))
"""

_AT_REST = """
(asset_state = 'active' AND asset_id = base_asset_id
 AND NOT EXISTS (SELECT 1 FROM intents AS i WHERE i.checksum = c.checksum)
 AND NOT EXISTS (SELECT 1 FROM files AS f
                 JOIN gone AS g ON g.folder = f.folder AND g.path =
                   CASE f.directory WHEN '' THEN f.name ELSE f.directory || '/' || f.name END
                 JOIN contents AS o ON o.checksum = g.checksum
                 WHERE f.checksum = c.checksum AND g.checksum <> c.checksum
                   AND g.edited = 1 AND o.base = 'linked'))
"""

_FREE_TO_GO = f"{_AT_REST} AND {_NO_VIDEO}"


class Captures(Part):
    """Capture dates of linked photos, and which of them are the oldest that may be freed."""

    def undated(self, folder_id: str, linked_before: float, asked_before: float, limit: int) -> list[tuple[bytes, str]]:
        """Return some linked contents (checksum, asset id) of a folder whose date is not known.

        Only those linked before a moment, or in a version of the ledger that did not note when, and not asked about
        since another.
        """
        with self._db.read() as db:
            return [
                (checksum, asset_id)
                for checksum, asset_id in db.rows(
                    f"""
                    SELECT checksum, base_asset_id FROM contents AS c
                    WHERE base = 'linked' AND captured_at IS NULL AND captured_asked_at < ? AND ifnull(linked_at, 0) < ?
                      AND base_asset_id IS NOT NULL
                      AND EXISTS (SELECT 1 FROM files AS f WHERE f.checksum = c.checksum AND folder = {KEY})
                    ORDER BY captured_asked_at LIMIT ?
                    """,
                    asked_before, linked_before, folder_id, limit,
                )
            ]  # fmt: skip

    def set_captured(self, dates: Sequence[tuple[bytes, float | None]], now: float) -> None:
        """Take capture dates, in wall seconds; ``None`` is asked about again later."""
        with self._db.write() as db:
            db.run_many(
                "UPDATE contents SET captured_at = ?, captured_asked_at = ? WHERE checksum = ?",
                [(captured_at, now, checksum) for checksum, captured_at in dates],
            )

    def oldest(self, folder_id: str, now: float, limit: int, after: Aged | None = None) -> list[Aged]:
        """Return one page of the linked photos of a folder whose date is known, oldest first, beginning after one.

        Without those that wait until later than ``now``, and without what nobody may free: what is being worked on, new
        versions of a photo that has yet to make room for them (without its file nobody would know of the edit any
        more), and videos of photos that are there: they go with those.
        """
        captured_at, checksum = (after.captured_at, after.checksum) if after is not None else _FIRST
        with self._db.read() as db:
            return [
                Aged(*row)
                for row in db.rows(
                    f"""
                    WITH here AS (SELECT key FROM folders WHERE id = ?1)
                    SELECT c.checksum, base_asset_id, captured_at, {_SIZE} + {_VIDEOS.format("sum(size)")},
                           {_NUMBER} + {_VIDEOS.format("count(*)")}
                    FROM contents AS c
                    WHERE base = 'linked' AND captured_at >= ?2 AND (captured_at, c.checksum) > (?2, ?3)
                      AND free_again_at <= ?4 AND {_HERE} AND {_FREE_TO_GO}
                    ORDER BY captured_at, c.checksum LIMIT ?5
                    """,
                    folder_id, captured_at, checksum, now, limit,
                )
            ]  # fmt: skip

    def ages(self, folder_id: str) -> AgeCounts:
        """Return how many photos of a folder may be freed by their dates, and how many may not be, and why."""
        with self._db.read() as db:
            found: dict[str, int] = dict(
                db.rows(
                    f"""
                    WITH here AS (SELECT key FROM folders WHERE id = ?1)
                    SELECT CASE WHEN base <> 'linked' THEN 'not_linked'
                                WHEN NOT {_HERE} OR NOT {_AT_REST} THEN 'busy'
                                WHEN captured_at IS NULL THEN 'undated'
                                WHEN free_again_at >= ?2 THEN 'brought_back' ELSE 'dated' END AS why, count(*)
                    FROM contents AS c
                    WHERE c.checksum IN (SELECT checksum FROM files
                                         WHERE folder IN here AND status <> 'excluded' AND checksum IS NOT NULL)
                      AND {_NO_VIDEO}
                    GROUP BY why
                    """,
                    folder_id, NEVER_FREED,
                )
            )  # fmt: skip
            return AgeCounts(**found)

    def linked_of(self, folder_id: str, checksums: Sequence[bytes]) -> set[bytes]:
        """Return those contents that are linked, active in Immich, and settled in a folder."""
        with self._db.read() as db:
            return {
                one
                for one in checksums
                if db.row(
                    f"""
                    WITH here AS (SELECT key FROM folders WHERE id = ?1)
                    SELECT 1 FROM contents AS c
                    WHERE checksum = ?2 AND base = 'linked' AND asset_state = 'active' AND {_HERE}
                    """,
                    folder_id, one,
                )
            }  # fmt: skip

    def video_sizes(self, folder_id: str, videos: Sequence[bytes]) -> dict[bytes, int]:
        """Return those of the videos that are in a folder and whose photos are only in Immich, with their bytes there.

        A video that is being worked on is none of them.
        """
        with self._db.read() as db:
            found: dict[bytes, int] = {}
            for video in videos:
                row = db.row(
                    f"""
                    WITH here AS (SELECT key FROM folders WHERE id = ?1)
                    SELECT {_SIZE} FROM contents AS c
                    WHERE checksum = ?2 AND base = 'linked' AND {_HERE} AND {_FREE_TO_GO}
                    """,
                    folder_id, video,
                )  # fmt: skip
                found |= {video: int(row[0])} if row is not None else {}
            return found

    def plan_to_free(self, checksums: Sequence[bytes], later: Sequence[bytes], again_at: float) -> None:
        """Have contents planned again; ``later`` ones are not to be thought of before ``again_at``."""
        if not checksums and not later:
            return
        with self._db.write() as db:
            contents.mark(db, checksums)
            db.run_many("UPDATE contents SET free_again_at = ? WHERE checksum = ?", [(again_at, one) for one in later])
