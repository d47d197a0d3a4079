"""The guard's memory: how many deletions were applied lately, by a clock that never runs backwards."""

from collections.abc import Iterable, Sequence

from .database import Database
from .part import Part

REMEMBERED_SECONDS = 8 * 24 * 3600.0
"""Longer than any window of the guard (an hour, a day)."""


class Window(Part):
    """Changes applied, per direction of the guard (``asset``: trashed in Immich, ``file``: deleted in a folder, …)."""

    def count_applied(
        self,
        direction: str,
        folder_ids: Sequence[str],
        checksum: bytes,
        granted: bool,
        now: float,
        directories: Iterable[tuple[str, str]] = (),
    ) -> None:
        """Count one change in each of ``folder_ids`` and once for the account. ``granted``: the owner approved it.

        ``directories``: folders and directories in which it counts as well.
        """
        with self._db.write() as db:
            moment = _moment(db, now)
            db.run("UPDATE clock SET window_at = ?", moment)
            places = [(None, None), *((one, None) for one in dict.fromkeys(folder_ids)), *sorted(set(directories))]
            for folder_id, directory in places:
                db.run(
                    """
                    INSERT INTO applied (direction, folder_id, directory, checksum, granted, at)
                    VALUES (?, ?, ?, ?, ?, ?)
                    """,
                    direction, folder_id, directory, checksum, granted, moment,
                )  # fmt: skip
            db.run("DELETE FROM applied WHERE at < ?", moment - REMEMBERED_SECONDS)

    def applied_since(
        self, direction: str, folder_id: str | None, now: float, window: float, directory: str | None = None
    ) -> int:
        """Return how many changes without approval a folder (``None``: the account) had in the last ``window`` s.

        ``directory``: only those of one directory of the folder.
        """
        with self._db.read() as db:
            return db.number(
                """
                SELECT count(*) FROM applied
                WHERE direction = ? AND folder_id IS ? AND granted = 0 AND at > ? AND directory IS ?
                """,
                direction, folder_id, _moment(db, now) - window, directory,
            )  # fmt: skip


def _moment(db: Database, now: float) -> float:
    recorded = db.row("SELECT window_at FROM clock")
    return now if recorded is None else max(now, float(recorded[0]))
