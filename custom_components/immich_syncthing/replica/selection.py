"""Which originals belong into the replica, as a condition on the index's ``assets``."""

import hashlib
import json
from dataclasses import dataclass

from .settings import Originals, ReplicaSettings


@dataclass(frozen=True, slots=True)
class Selection:
    """The condition on one row of ``assets AS a``, with its values.

    The hidden video of a live photo goes with its photo, whatever its own fields say. Trashed assets are the business
    of whoever asks. Nothing in the locked folder is ever listed, and what is known to have gone there has no row.
    """

    sql: str
    values: tuple[object, ...]

    @property
    def fingerprint(self) -> str:
        """Return a short text that differs when the condition does."""
        return hashlib.sha256(json.dumps([self.sql, self.values]).encode()).hexdigest()[:16]


def selection(settings: ReplicaSettings) -> Selection:
    """Return what the settings select."""
    chosen, values = _chosen(settings)
    own, still = chosen.replace("{row}", "a"), chosen.replace("{row}", "s")
    sql = (
        "CASE WHEN a.visibility = 'hidden' AND EXISTS (SELECT 1 FROM assets AS s WHERE s.motion = a.id)"
        f" THEN EXISTS (SELECT 1 FROM assets AS s WHERE s.motion = a.id AND {still}) ELSE {own} END"
    )
    return Selection(sql, values * 2)


def _chosen(settings: ReplicaSettings) -> tuple[str, tuple[object, ...]]:
    values: tuple[object, ...] = ()
    match settings.originals:
        case Originals.ALL:
            sql = "1"
        case Originals.LINKED:
            sql = "{row}.linked = 1"
        case Originals.FAVORITES:
            sql = "{row}.favorite = 1"
        case Originals.ALBUMS:
            values = tuple(sorted(settings.albums))
            marks = ", ".join("?" * len(values))
            sql = f"EXISTS (SELECT 1 FROM members AS m WHERE m.asset = {{row}}.id AND m.album IN ({marks}))"
    if not settings.archived:
        sql += " AND {row}.visibility <> 'archive'"
    return f"({sql})", values
