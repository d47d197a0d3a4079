"""Live photos: what Immich and the files tell of pairs of a photo and a video."""

from collections.abc import Sequence

from ..model import AssetState
from . import contents
from .content_views import views_of
from .database import Database
from .pairs import ENDED, TOLD
from .part import Part
from .views import ContentView


class Motions(Part):
    """Pairs of contents. A pair by names ends when its files part; one that Immich knows, when Immich forgets it."""

    def motions_of(self, still: bytes) -> list[ContentView]:
        """Return the videos that are a photo's motion part."""
        with self._db.read() as db:
            found = db.rows("SELECT video FROM motions WHERE still = ? AND how <> ? ORDER BY video", still, ENDED)
            return views_of(db, [row[0] for row in found])

    def motion_assets(self, stills: Sequence[bytes]) -> set[bytes]:
        """Return those of the photos for which Immich plays a video, as last told."""
        return {still for still in stills if self.motion_asset(still) is not None}

    def motion_asset(self, still: bytes) -> str | None:
        """Return the video that Immich plays for a photo, as last told."""
        with self._db.read() as db:
            found = db.row("SELECT motion_asset_id FROM contents WHERE checksum = ?", still)
            return None if found is None else found[0]

    def set_motions(self, told: Sequence[tuple[bytes, str | None]], now: float) -> None:
        """Take which video Immich plays for photos, by the ids of the videos' assets; unknown photos are ignored.

        A pair that Immich forgets although both are there was unlinked by its owner: its files' names do not bring it
        back. One of a photo that was purged and is sent anew was not.
        """
        with self._db.write() as db:
            contents.touch(db, {still for still, video_id in told if _take(db, still, video_id)}, now)


def _take(db: Database, still: bytes, video_id: str | None) -> bool:
    """Store which video Immich plays for a photo; return whether that is news."""
    known = db.row("SELECT motion_asset_id FROM contents WHERE checksum = ?", still)
    if known is None or known[0] == video_id:
        return False
    db.run("UPDATE contents SET motion_asset_id = ? WHERE checksum = ?", video_id, still)
    if video_id is None:
        db.run(
            """
            UPDATE motions SET how = ?3
            WHERE still = ?1 AND EXISTS (SELECT 1 FROM contents WHERE checksum = ?1 AND asset_state = ?4)
              AND video IN (SELECT checksum FROM contents WHERE asset_id = ?2 OR base_asset_id = ?2)
            """,
            still, known[0], ENDED, AssetState.ACTIVE,
        )  # fmt: skip
    else:
        db.run(
            """
            INSERT INTO motions SELECT checksum, ?1, ?3 FROM contents
              WHERE (asset_id = ?2 OR base_asset_id = ?2) AND checksum <> ?1
            ON CONFLICT DO UPDATE SET how = excluded.how
            """,
            still, video_id, TOLD,
        )  # fmt: skip
    return True
