"""Fences: the generation of each folder, and the bump under way; see ``engine/fence.py``."""

import json
from collections.abc import Collection, Mapping

from ..fence import Known
from .database import Database
from .folders import key_of
from .freed import forgot
from .part import Part

_BATCH = "batch"
"""Under this key stand the folders of the batch under way."""

_BLANK = """
SELECT NOT EXISTS (SELECT 1 FROM files WHERE folder = ?1)
  AND NOT EXISTS (SELECT 1 FROM gone WHERE folder = ?1)
  AND NOT EXISTS (SELECT 1 FROM holders WHERE folder = ?1)
"""
_FREED = """
SELECT freed_earlier OR EXISTS (SELECT 1 FROM freed WHERE folder_id = id) FROM folders WHERE id = ?
"""


class Fences(Part):
    """What the ledger says of the folders' marks."""

    def fence(self, folder_id: str) -> Known:
        """Return what is known of a folder's mark. Raises ``LedgerError`` for an unknown folder."""
        with self._db.read() as db:
            key = key_of(db, folder_id)
            generation, bump_from = db.row("SELECT generation, bump_from FROM fences WHERE folder = ?", key) or (
                0,
                None,
            )
            freed = bool(db.number(_FREED, folder_id))
            return Known(generation, bump_from, blank=bool(db.number(_BLANK, key)), freed=freed)

    def begin_bumps(self, folder_ids: Collection[str], *, batch: bool | None = None) -> dict[str, int]:
        """Note that these folders' generations go up by one, and return to what.

        One whose last bump is not known to have ended stays in that bump. ``batch``: note with it that a batch begins
        in these folders which takes something away, or that it has ended.
        """
        with self._db.write() as db:
            if batch is not None:
                db.run("DELETE FROM meta WHERE key = ?", _BATCH)
            if batch:
                db.run("INSERT INTO meta VALUES (?, ?)", _BATCH, json.dumps(sorted(folder_ids)))
            bumps: dict[str, int] = {}
            for folder_id in folder_ids:
                known = self.fence(folder_id)
                if known.bump_from is None:
                    known = Known(known.generation + 1, known.generation)
                    _set(db, folder_id, known.generation, known.bump_from)
                bumps[folder_id] = known.generation
            return bumps

    def broken_off(self) -> tuple[str, ...]:
        """Return the folders of a batch that began and is not known to have ended."""
        with self._db.read() as db:
            found = db.row("SELECT value FROM meta WHERE key = ?", _BATCH)
            return () if found is None else tuple(json.loads(found[0]))

    def end_bump(self, folder_id: str, generation: int) -> None:
        """Note that a folder's mark says ``generation`` now. Nothing happens if another one is wanted meanwhile."""
        with self._db.write() as db:
            db.run(
                "UPDATE fences SET bump_from = NULL WHERE folder = ? AND generation = ?",
                key_of(db, folder_id), generation,
            )  # fmt: skip

    def overtake_fences(
        self, found: Mapping[str, int], freed: Collection[str] = (), *, since: float | None = None
    ) -> None:
        """Begin a bump of each folder beyond what its mark and the ledger say; ``found`` is what the marks say.

        ``freed``: folders that have freed photos, of which the ledger knows nothing where their marks are not as it
        says. ``since``: when it was found to be an old one, in wall seconds: a photo that is older and in Immich then
        is nothing new.
        """
        with self._db.write() as db:
            for folder_id, generation in found.items():
                known = self.fence(folder_id)
                _set(db, folder_id, max(generation, known.generation) + 1, generation)
                if since is not None:
                    db.run("UPDATE folders SET began_at = ? WHERE id = ?", since, folder_id)
                if folder_id in freed and generation not in {known.generation, known.bump_from}:
                    forgot(db, folder_id, outdated=since is not None)


def _set(db: Database, folder_id: str, generation: int, bump_from: int | None) -> None:
    db.run(
        """
        INSERT INTO fences VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET generation = excluded.generation, bump_from = excluded.bump_from
        """,
        key_of(db, folder_id), generation, bump_from,
    )  # fmt: skip
