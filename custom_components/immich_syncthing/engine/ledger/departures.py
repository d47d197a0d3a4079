"""Departures: which of them every device has heard of, and what Syncthing's index was like then."""

import json
from collections.abc import Iterable

from .part import Part
from .rows import KEY, split
from .views import IndexView


class Departures(Part):
    """Paths that a content left: confirmed once no device can bring it back unknowingly."""

    def unconfirmed(self, folder_id: str) -> bool:
        """Return whether a folder has departures that could be confirmed; see :meth:`confirm`."""
        with self._db.read() as db:
            return bool(db.row(f"SELECT 1 FROM gone WHERE folder = {KEY} AND {_CONFIRMABLE} LIMIT 1", folder_id))

    def confirm(self, folder_id: str, as_of: int) -> int:
        """Note that every device had heard of what departed up to the moment ``as_of``; return how many were news.

        Not of what is in a folder again, nor of what we are at work on: its return must find the departure as it was.
        """
        with self._db.write() as db:
            return db.run(
                f"UPDATE gone SET confirmed = 1 WHERE folder = {KEY} AND departed <= ? AND {_CONFIRMABLE}",
                folder_id, as_of,
            )  # fmt: skip

    def doubt(self, folder_id: str) -> int:
        """Note that a device may bring back what departed from a folder, whatever was confirmed; return how many."""
        with self._db.write() as db:
            return db.run(f"UPDATE gone SET confirmed = 0 WHERE folder = {KEY} AND confirmed = 1", folder_id)

    def confirmed_paths(self, folder_id: str, limit: int) -> list[str]:
        """Return paths that are free now and whose departure was confirmed, the latest first."""
        with self._db.read() as db:
            key, paths, seen = db.number(f"SELECT {KEY}", folder_id), list[str](), 0
            while len(paths) < limit and (page := db.rows(_CONFIRMED, key, limit, seen)):
                paths += [path for (path,) in page if not db.row(_IS_THERE, key, *split(path))]
                seen += len(page)
            return paths[:limit]

    def index(self, folder_id: str) -> IndexView | None:
        """Return what Syncthing's index of the folder looked like when it was last noted."""
        with self._db.read() as db:
            found = db.row("SELECT index_sequence, index_deleted, index_devices FROM folders WHERE id = ?", folder_id)
            if found is None or found[2] is None:
                return None
            return IndexView(found[0], found[1], frozenset(json.loads(found[2])))

    def note_index(self, folder_id: str, index: IndexView, *, doubtful: bool) -> None:
        """Note what Syncthing's index looks like now; ``doubtful``: it forgot what it knew (see :meth:`doubt`)."""
        with self._db.write() as db:
            if doubtful:
                self.doubt(folder_id)
            db.run(
                "UPDATE folders SET index_sequence = ?, index_deleted = ?, index_devices = ? WHERE id = ?",
                index.sequence, index.deleted, _listed(index.devices), folder_id,
            )  # fmt: skip


_CONFIRMED = """
SELECT path FROM gone WHERE folder = ? AND confirmed = 1 AND departure <> 'replaced'
ORDER BY departed DESC, path LIMIT ? OFFSET ?
"""
_IS_THERE = "SELECT 1 FROM files WHERE folder = ? AND directory = ? AND name = ?"
_CONFIRMABLE = """
  confirmed = 0 AND NOT EXISTS (SELECT 1 FROM files AS f WHERE f.checksum = gone.checksum)
  AND NOT EXISTS (SELECT 1 FROM intents AS i WHERE i.checksum = gone.checksum)
"""


def _listed(devices: Iterable[str]) -> str:
    return json.dumps(sorted(devices))
