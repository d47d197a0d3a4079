"""When photos were taken, for the rule that frees a folder of old ones."""

from collections.abc import Sequence

from . import contents
from .part import Part
from .rows import KEY


class Captures(Part):
    """Capture dates of linked photos, and which of them are old enough to be freed."""

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

    def captured_before(self, folder_id: str, moment: float, now: float, limit: int) -> list[tuple[bytes, str]]:
        """Return some linked contents (checksum, asset id) of a folder captured before ``moment``, oldest first.

        Without those that wait until later, those that are being worked on, and new versions of a photo that has yet to
        make room for them: without its file nobody would know of the edit any more.
        """
        with self._db.read() as db:
            return [
                (checksum, asset_id)
                for checksum, asset_id in db.rows(
                    f"""
                    SELECT checksum, base_asset_id FROM contents AS c
                    WHERE base = 'linked' AND captured_at < ? AND free_again_at <= ? AND base_asset_id IS NOT NULL
                      AND EXISTS (SELECT 1 FROM files AS f
                                  WHERE f.checksum = c.checksum AND folder = {KEY} AND status = 'settled')
                      AND NOT EXISTS (SELECT 1 FROM intents AS i WHERE i.checksum = c.checksum)
                      AND NOT EXISTS (SELECT 1 FROM files AS f
                                      JOIN gone AS g ON g.folder = f.folder AND g.path =
                                        CASE f.directory WHEN '' THEN f.name ELSE f.directory || '/' || f.name END
                                      JOIN contents AS o ON o.checksum = g.checksum
                                      WHERE f.checksum = c.checksum AND g.checksum <> c.checksum
                                        AND g.edited = 1 AND o.base = 'linked')
                    ORDER BY captured_at LIMIT ?
                    """,
                    moment, now, folder_id, limit,
                )
            ]  # fmt: skip

    def plan_to_free(self, checksums: Sequence[bytes], later: Sequence[bytes], again_at: float) -> None:
        """Have contents planned again; ``later`` ones are not to be thought of before ``again_at``."""
        if not checksums and not later:
            return
        with self._db.write() as db:
            contents.mark(db, checksums)
            db.run_many("UPDATE contents SET free_again_at = ? WHERE checksum = ?", [(again_at, one) for one in later])
