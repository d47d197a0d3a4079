"""Pairs of contents: which video is the motion part of which photo, by their names or because Immich says so."""

from collections.abc import Collection, Iterable, Iterator

from ..halves import MOTION, Half, half_of, is_written_with_motion, stems_like
from ..model import Base, FileRow, FileStatus
from .database import Database
from .rows import FILE_COLUMNS, file_row, split

NAMED, TOLD, ENDED = "named", "told", "ended"
"""How a pair is known: by the names of its files, by Immich, or (ended) its owner unlinked it in Immich."""

_NEVER_READ = frozenset({FileStatus.UNUSABLE, FileStatus.EXCLUDED})


def pair(db: Database, checksums: Iterable[bytes]) -> None:
    """Pair contents whose files came or went with those of the same stem beside them, and part what parted."""
    for checksum in checksums:
        for folder, row in _settled(db, checksum):
            half = half_of(row.path, row.signature.size)
            if half is None:
                continue
            for other in _other_halves(db, folder, row, half):
                if other.checksum is not None and other.status is FileStatus.SETTLED:
                    video, still = (other.checksum, checksum) if half is Half.STILL else (checksum, other.checksum)
                    db.run("INSERT INTO motions VALUES (?, ?, ?) ON CONFLICT DO NOTHING", video, still, NAMED)
                    _part(db, video)
        _part(db, checksum)


def beside(db: Database, checksum: bytes) -> tuple[FileRow, ...]:
    """Return the files that may be the other half of a content, by their names, whatever is known of them."""
    return beside_each(db, _settled(db, checksum))


def beside_each(db: Database, settled: Iterable[tuple[int, FileRow]]) -> tuple[FileRow, ...]:
    """Return as ``beside`` does, of the content's settled files, each with its folder's key."""
    found: list[FileRow] = []
    for folder, row in settled:
        half = half_of(row.path, row.signature.size)
        if half is not None:
            found += _other_halves(db, folder, row, half)
    return tuple(found)


def shown(db: Database, checksum: bytes, asset_id: str) -> None:
    """Note that a content is this asset: Immich may have named it as a photo's motion part before."""
    db.run(
        """
        INSERT INTO motions SELECT ?1, checksum, ?3 FROM contents WHERE motion_asset_id = ?2 AND checksum <> ?1
        ON CONFLICT DO UPDATE SET how = excluded.how
        """,
        checksum, asset_id, TOLD,
    )  # fmt: skip


def agreed(db: Database, checksum: bytes, base: Base) -> None:
    """Keep the pairs true after a content got a new base.

    A video that is linked although all its photos were removed stands for itself from now on. A photo that comes back
    has its motion part again. One that was removed leaves its video to another that lies beside that.
    """
    if base is Base.REMOVED:
        pair(db, [row[0] for row in db.rows("SELECT video FROM motions WHERE still = ?", checksum)])
    if base is Base.LINKED:
        db.run(
            """
            DELETE FROM motions WHERE video = ?1 AND EXISTS (SELECT 1 FROM files WHERE checksum = ?1)
              AND NOT EXISTS (SELECT 1 FROM motions AS m JOIN contents AS c ON c.checksum = m.still
                              WHERE m.video = ?1 AND c.base <> 'removed')
            """,
            checksum,
        )
    if base in {Base.LINKED, Base.RELEASED}:
        db.run(
            """
            INSERT INTO motions SELECT v.checksum, s.checksum, ?2 FROM contents AS s
              JOIN contents AS v ON v.asset_id = s.motion_asset_id
            WHERE s.checksum = ?1 AND s.motion_asset_id IS NOT NULL ON CONFLICT DO NOTHING
            """,
            checksum, TOLD,
        )  # fmt: skip


def _settled(db: Database, checksum: bytes) -> Iterator[tuple[int, FileRow]]:
    """Yield the files that hold a content, each with its folder's key."""
    for folder, folder_id, *row in db.rows(
        f"""
        SELECT o.key, o.id, {FILE_COLUMNS} FROM files AS f JOIN folders AS o ON o.key = f.folder
        WHERE checksum = ? AND status = 'settled'
        """,
        checksum,
    ):
        yield folder, file_row(folder_id, tuple(row))


def _other_halves(db: Database, folder: int, row: FileRow, half: Half) -> Iterator[FileRow]:
    """Yield the files that are the other half of one, as far as names tell: the photo of a video, or a photo's videos.

    A video has one photo. Of several beside it that is the one that Immich plays it for, else the HEIC: that is how
    iPhones write live photos, and a JPG of the same name is an export or a photo of its own.
    """
    if half is Half.MOTION:
        still = _still_of(db, folder, row)
        yield from () if still is None else (still,)
        return
    for video in _beside(db, folder, row, half):
        still = _still_of(db, folder, video)
        if still is not None and still.path == row.path:
            yield video


def _still_of(db: Database, folder: int, video: FileRow) -> FileRow | None:
    beside = [one for one in _beside(db, folder, video, Half.MOTION) if one.status not in _NEVER_READ]
    told = {
        row[0]
        for row in db.rows(
            "SELECT still FROM motions JOIN contents ON checksum = still WHERE video = ? AND how = ? AND base <> ?",
            video.checksum, TOLD, Base.REMOVED,
        )
    }  # fmt: skip
    if told:
        return next((one for one in beside if one.checksum in told), None)
    return min(beside, key=lambda one: not is_written_with_motion(one.path), default=None)


def _beside(db: Database, folder: int, row: FileRow, half: Half) -> Iterator[FileRow]:
    """Yield the files beside one that may be its other half. A copy of it under another extension is none."""
    directory, name = split(row.path)
    ending = f"AND substr(name, -{len(MOTION)}) = '{MOTION}' COLLATE NOCASE" if half is Half.STILL else ""
    sql = f"SELECT {FILE_COLUMNS} FROM files WHERE folder = ? AND directory = ? AND name > ? AND name < ? {ending}"
    for stem in stems_like(name):
        for found in db.rows(sql, folder, directory, f"{stem}.", f"{stem}/"):
            other = file_row(row.folder_id, found)
            is_other_half = half_of(other.path, other.signature.size) not in {None, half} and _has_stem(other, stem)
            if is_other_half and (other.checksum is None or other.checksum != row.checksum):
                yield other


def _has_stem(row: FileRow, stem: str) -> bool:
    """Return whether the name has nothing but an extension after the stem."""
    return "." not in split(row.path)[1][len(stem) + 1 :]


def _part(db: Database, checksum: bytes) -> None:
    """Forget the pairs by name whose halves are both there, yet beside each other nowhere."""
    for video, still in db.rows(
        "SELECT video, still FROM motions WHERE (video = ?1 OR still = ?1) AND how = ?2", checksum, NAMED
    ):
        if _is_there(db, video) and _is_there(db, still) and still not in _contents(beside(db, video)):
            db.run("DELETE FROM motions WHERE video = ? AND still = ?", video, still)


def _is_there(db: Database, checksum: bytes) -> bool:
    return bool(db.row("SELECT 1 FROM files WHERE checksum = ? AND status = 'settled'", checksum))


def _contents(rows: Collection[FileRow]) -> set[bytes | None]:
    return {row.checksum for row in rows}
