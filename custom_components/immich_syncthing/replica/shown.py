"""The index's picture of the account: its assets, and which albums they are in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from ..immich.models import Album, Asset
from ..sqlite.database import Database
from .copies import Copies


@dataclass(frozen=True, slots=True)
class Witness:
    """An asset as it was seen; ``updated_at`` as the index keeps moments."""

    asset_id: str
    checksum: bytes
    updated_at: str
    trashed: bool


class Shown:
    """What Immich shows. An asset becomes *due* when something about it is new."""

    def __init__(self, database: Database, copies: Copies) -> None:
        """Keep it in ``database``; what is trashed or back begins or ends a grace period in ``copies``."""
        self._database = database
        self._copies = copies

    def take(self, assets: Sequence[Asset], now: float, *, believable: bool = True) -> None:
        """Take some assets of a listing: own ones, with a checksum that is one of bytes.

        No grace period begins where the listing is not ``believable``. An asset that is older than it was is noted in
        the index's ``older``.
        """
        with self._database.write():
            for asset in assets:
                changed = self._take(asset)
                if not asset.is_trashed:
                    self._copies.stay(asset.checksum)
                elif believable:
                    # It may have been back and gone again since it was seen last: its grace period begins anew then.
                    self._copies.leave(asset.checksum, now, anew=changed)

    def _take(self, asset: Asset) -> bool:
        """Return whether anything changed. The date of a change tells less than what was changed: it may go back."""
        taken = None if asset.captured_at is None else (asset.local_time or asset.captured_at).date().isoformat()
        row = (
            *(asset.checksum, asset.file_name, asset.size, taken, asset.is_favorite, asset.visibility.value),
            *(asset.is_trashed, asset.live_photo_video_id, written(asset.updated_at)),
        )
        columns = "checksum, name, size, taken_on, favorite, visibility, trashed, motion, updated_at"
        known = self._database.row(f"SELECT {columns} FROM assets WHERE id = ?", asset.id)
        if known == row:
            return False
        if known is not None and row[-1] < known[-1]:
            self._database.run("INSERT OR REPLACE INTO meta VALUES ('older', 'yes')")
        # There is one of each content: another one was there before, in a library that is no more.
        self._database.run("DELETE FROM assets WHERE checksum = ? AND id <> ?", asset.checksum, asset.id)
        self._database.run(
            f"INSERT INTO assets (id, {columns}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET"
            " checksum = excluded.checksum, name = excluded.name, size = excluded.size, taken_on = excluded.taken_on,"
            " favorite = excluded.favorite, visibility = excluded.visibility, trashed = excluded.trashed,"
            " motion = excluded.motion, updated_at = excluded.updated_at, due = 1",
            asset.id,
            *row,
        )
        # Whether a hidden video is selected is decided by its photo.
        for motion in {asset.live_photo_video_id, known[7] if known else None} - {None}:
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

    def latest(self, until: datetime, limit: int) -> list[Witness]:
        """Return the assets that changed last up to a moment, the latest first."""
        rows = self._database.rows(
            "SELECT id, checksum, updated_at, trashed FROM assets WHERE updated_at <= ?"
            " ORDER BY updated_at DESC LIMIT ?",
            written(until),
            limit,
        )
        return [Witness(row[0], row[1], row[2], bool(row[3])) for row in rows]

    def counts(self) -> tuple[int, int]:
        """Return how many are not in the trash, and how many are, of what Immich counts: timeline and archive."""
        row = self._database.row(
            "SELECT count(*), coalesce(sum(trashed), 0) FROM assets WHERE visibility IN ('timeline', 'archive')"
        )
        total, trashed = row or (0, 0)
        return total - trashed, trashed

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

    def finish_album(self, album_id: str, name: str, stamp: str, number: int, *, whole: bool = True) -> None:
        """Note an album whose members have all been listed: who was not seen is none any more.

        Not ``whole``, some hid: nobody is taken out, and it is to be listed again.
        """
        with self._database.write():
            lost = self._database.rows("SELECT asset FROM members WHERE album = ? AND round <> ?", album_id, number)
            lost = lost if whole else []
            known = self._database.row("SELECT name FROM albums WHERE id = ?", album_id)
            if known is not None and known[0] != name:
                lost += self._database.rows("SELECT asset FROM members WHERE album = ?", album_id)
            for row in lost:
                self._due_with_motion(row[0])
            if whole:
                self._database.run("DELETE FROM members WHERE album = ? AND round <> ?", album_id, number)
            told = stamp if whole else "in part"
            self._database.run("INSERT OR REPLACE INTO albums VALUES (?, ?, ?)", album_id, name, told)

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
