"""Android's bin, which lies in each directory as ``.trashed-`` names: what went into it, and what came out again.

A file keeps its bytes and its mtime there. A deletion by way of the bin is one like any other; a file that comes out
of it is there again by its owner's wish. The two names of such a move may be seen in any order, and in looks that lie
apart.
"""

from collections.abc import Collection, Mapping

from ..naming import binned_name
from . import contents
from .database import Database, Row
from .part import Part
from .rows import KEY, fit, join, split

TOGETHER_SECONDS = 300.0
"""How far apart the two halves of a move out of the bin may be seen.

A watcher tells of a deletion up to 70 s after everything else (measured with 1.19.2 to 2.1.3).
"""

REMEMBERED_SECONDS = 24 * 3600.0
"""How long what left the bin is remembered, for a file that waits to be read."""


class Bins(Part):
    """What Android's bin was last seen to hold."""

    def note_bin(
        self,
        folder_id: str,
        directory: str,
        seen: Mapping[str, int],
        now: float,
        only: Collection[str] | None = None,
    ) -> None:
        """Take what the bin of one directory holds: names as the disk has them, and their mtimes in nanoseconds.

        With ``only``, nothing was looked for but these names. Contents become dirty that came out of the bin.
        """
        known = self._known(folder_id, directory)
        left = {name for name in known if name not in seen and (only is None or name in only)}
        fresh = {name: mtime for name, mtime in seen.items() if known.get(name) != fit(mtime)}
        if not left and not fresh:
            return
        with self._db.write() as db:
            key = db.number("SELECT key FROM folders WHERE id = ?", folder_id)
            db.run("DELETE FROM bins WHERE left_at < ?", now - REMEMBERED_SECONDS)
            for binned, mtime_ns in fresh.items():
                _enter(db, key, directory, binned, mtime_ns)
            for binned in left:
                db.run(
                    "UPDATE bins SET left_at = ? WHERE folder = ? AND directory = ? AND binned = ?",
                    now, key, directory, binned,
                )  # fmt: skip
            touched = [one for binned in left for one in _out(db, key, directory, binned)]
            contents.touch(db, touched, now)

    def _known(self, folder_id: str, directory: str) -> Mapping[str, object]:
        with self._db.read() as db:
            sql = f"SELECT binned, mtime_ns FROM bins WHERE folder = {KEY} AND directory = ? AND left_at IS NULL"
            return dict(db.rows(sql, folder_id, directory))


def note_departure(db: Database, key: int, path: str) -> None:
    """Tell for a path that was just left whether its file lies in the bin."""
    directory, name = split(path)
    db.run(
        """
        UPDATE gone SET departure = 'binned' WHERE folder = ?1 AND path = ?2 AND departure = 'absent'
          AND EXISTS (SELECT 1 FROM bins AS b WHERE b.folder = ?1 AND b.directory = ?3 AND b.name = ?4
                      AND b.mtime_ns = gone.mtime_ns AND b.left_at IS NULL)
        """,
        key, path, directory, name,
    )  # fmt: skip


def note_return(db: Database, key: int, path: str) -> list[bytes]:
    """Tell for a path whose bytes were just read whether its file came out of the bin; return the contents that did.

    What left the bin after its time was up did not come out: Android deleted it.
    """
    directory, name = split(path)
    found: list[Row] = db.rows(
        """
        UPDATE gone SET unbinned = 1 FROM files AS f
        WHERE gone.folder = ?1 AND gone.path = ?2 AND gone.departure = 'binned' AND gone.unbinned = 0
          AND f.folder = ?1 AND f.directory = ?3 AND f.name = ?4 AND f.status = 'settled'
          AND f.checksum = gone.checksum AND f.mtime_ns = gone.mtime_ns
          AND EXISTS (SELECT 1 FROM bins AS b WHERE b.folder = ?1 AND b.directory = ?3 AND b.name = ?4
                      AND b.mtime_ns = gone.mtime_ns AND b.left_at < b.expires_at
                      AND abs(b.left_at - f.since) <= ?5)
        RETURNING checksum
        """,
        key, path, directory, name, TOGETHER_SECONDS,
    )  # fmt: skip
    return [row[0] for row in found]


def _enter(db: Database, key: int, directory: str, binned: str, mtime_ns: int) -> None:
    name, expires_at = binned_name(binned) or ("", 0)
    db.run(
        "INSERT OR REPLACE INTO bins VALUES (?, ?, ?, ?, ?, ?, NULL)",
        key, directory, binned, name, fit(mtime_ns), float(expires_at),
    )  # fmt: skip
    note_departure(db, key, join(directory, name))


def _out(db: Database, key: int, directory: str, binned: str) -> list[bytes]:
    name, _ = binned_name(binned) or ("", 0)
    return note_return(db, key, join(directory, name))
