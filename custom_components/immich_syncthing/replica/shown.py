"""The index's picture of the account: its assets, and which albums they are in."""

from collections.abc import Collection, Sequence
from datetime import datetime

from ..immich.models import Album, Asset
from .copies import Copies
from .database import Database


class Shown:
    """What Immich shows. An asset becomes *due* when something about it is new."""

    def __init__(self, database: Database, copies: Copies) -> None:
        """Keep it in ``database``; what is trashed or back begins or ends a grace period in ``copies``."""
        self._database = database
        self._copies = copies

    def take(self, assets: Sequence[Asset], now: float) -> None:
        """Take some assets of a listing: own ones, with a checksum that is one of bytes."""
        with self._database.write():
            for asset in assets:
                changed = self._take(asset)
                if asset.is_trashed:
                    # It may have been back and gone again since it was seen last: its grace period begins anew then.
                    self._copies.leave(asset.checksum, now, anew=changed)
                else:
                    self._copies.stay(asset.checksum)

    def _take(self, asset: Asset) -> bool:
        """Return whether anything changed."""
        taken = None if asset.captured_at is None else (asset.local_time or asset.captured_at).date().isoformat()
        updated = written(asset.updated_at)
        known = self._database.row("SELECT updated_at, motion FROM assets WHERE id = ?", asset.id)
        if known is not None and known[0] == updated:
            return False
        self._database.run(
            "INSERT INTO assets (id, checksum, name, size, taken_on, favorite, visibility, trashed, motion, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET checksum = excluded.checksum,"
            " name = excluded.name, size = excluded.size, taken_on = excluded.taken_on, favorite = excluded.favorite,"
            " visibility = excluded.visibility, trashed = excluded.trashed, motion = excluded.motion,"
            " updated_at = excluded.updated_at, due = 1",
            asset.id,
            asset.checksum,
            asset.file_name,
            asset.size,
            taken,
            asset.is_favorite,
            asset.visibility.value,
            asset.is_trashed,
            asset.live_photo_video_id,
            updated,
        )
        # Whether a hidden video is selected is decided by its photo.
        for motion in {asset.live_photo_video_id, known[1] if known else None} - {None}:
            self._database.run("UPDATE assets SET due = 1 WHERE id = ?", motion)
        return True

    def forget(self, asset_id: str) -> None:
        """Take an asset out that is not to be seen any more; whether it is gone the oracle tells."""
        with self._database.write():
            self._database.run("DELETE FROM assets WHERE id = ?", asset_id)

    def look_at_all(self) -> None:
        """Make every asset due, e.g. after a setting changed."""
        with self._database.write():
            self._database.run("UPDATE assets SET due = 1 WHERE due = 0")

    def checksums(self, after: bytes, limit: int) -> list[bytes]:
        """Return the next checksums."""
        rows = self._database.rows(
            "SELECT DISTINCT checksum FROM assets WHERE checksum > ? ORDER BY checksum LIMIT ?", after, limit
        )
        return [row[0] for row in rows]

    def newest_but(self, checksum: bytes, limit: int) -> list[bytes]:
        """Return the contents that changed last and are not in the trash, without this one."""
        rows = self._database.rows(
            "SELECT DISTINCT checksum FROM (SELECT checksum FROM assets WHERE trashed = 0 AND checksum <> ?"
            " ORDER BY updated_at DESC LIMIT ?)",
            checksum,
            limit,
        )
        return [row[0] for row in rows]

    def link(self, asked: Sequence[bytes], linked: Collection[bytes]) -> None:
        """Note which of the contents asked about are linked to a file."""
        with self._database.write():
            for checksum in asked:
                now = checksum in linked
                self._database.run(
                    "UPDATE assets SET linked = ?, due = 1 WHERE checksum = ? AND linked <> ?", now, checksum, now
                )
                if self._database.row("SELECT motion FROM assets WHERE checksum = ? AND motion NOT NULL", checksum):
                    self._database.run(
                        "UPDATE assets SET due = 1 WHERE due = 0 AND id IN (SELECT motion FROM assets WHERE"
                        " checksum = ? AND due = 1)",
                        checksum,
                    )

    def stamps(self) -> dict[str, str]:
        """Return of each known album what told its state when its members were listed."""
        return dict(self._database.rows("SELECT id, stamp FROM albums"))

    def put_members(self, album_id: str, asset_ids: Sequence[str], number: int) -> None:
        """Note some members of an album, seen in the listing of this number."""
        with self._database.write():
            for asset_id in asset_ids:
                fresh = self._database.run(
                    "INSERT INTO members VALUES (?, ?, ?) ON CONFLICT DO NOTHING", album_id, asset_id, number
                )
                self._database.run(
                    "UPDATE members SET round = ? WHERE album = ? AND asset = ?", number, album_id, asset_id
                )
                if fresh:
                    self._due_with_motion(asset_id)

    def finish_album(self, album_id: str, name: str, stamp: str, number: int) -> None:
        """Note an album whose members have all been listed: who was not seen is none any more."""
        with self._database.write():
            lost = self._database.rows("SELECT asset FROM members WHERE album = ? AND round <> ?", album_id, number)
            known = self._database.row("SELECT name FROM albums WHERE id = ?", album_id)
            if known is not None and known[0] != name:
                lost += self._database.rows("SELECT asset FROM members WHERE album = ?", album_id)
            for row in lost:
                self._due_with_motion(row[0])
            self._database.run("DELETE FROM members WHERE album = ? AND round <> ?", album_id, number)
            self._database.run("INSERT OR REPLACE INTO albums VALUES (?, ?, ?)", album_id, name, stamp)

    def forget_albums(self, kept: Collection[str]) -> None:
        """Forget albums that are not there any more."""
        for album_id in self.stamps().keys() - set(kept):
            with self._database.write():
                for row in self._database.rows("SELECT asset FROM members WHERE album = ?", album_id):
                    self._due_with_motion(row[0])
                self._database.run("DELETE FROM members WHERE album = ?", album_id)
                self._database.run("DELETE FROM albums WHERE id = ?", album_id)

    def albums_of(self, asset_id: str) -> list[str]:
        """Return the names of the albums that an asset is in, sorted."""
        rows = self._database.rows(
            "SELECT b.name FROM members AS m JOIN albums AS b ON b.id = m.album WHERE m.asset = ? ORDER BY 1", asset_id
        )
        return [row[0] for row in rows]

    def _due_with_motion(self, asset_id: str) -> None:
        self._database.run(
            "UPDATE assets SET due = 1 WHERE id = ?1 OR id = (SELECT motion FROM assets WHERE id = ?1)", asset_id
        )


def stamp_of(album: Album) -> str:
    """Return what differs when an album's members do: adding moves the date, taking out the count."""
    return f"{written(album.updated_at)} {album.asset_count}"


def written(moment: datetime) -> str:
    """Return a moment as the index keeps it: texts sort as the moments do."""
    return moment.isoformat(timespec="microseconds")
