"""Restores: what was deleted and when, what the owner asked back, and what became of that."""

from collections.abc import Iterable, Sequence

from ..halves import stem_of
from ..model import Answer, AssetState, Base, Departure, GonePath, HoldKind
from . import contents, history, holds
from .bases import record_one
from .content_views import view_of
from .database import Database
from .failures import places
from .part import Part
from .rows import KEY, fit, split
from .views import AskedBack, BaseChange, Deletion, GoneSidecar, HistoryEntry, Known, ReturnView

DELETIONS = ("delete", "trash")
"""What the history calls a deletion that was passed on."""

DEPARTURES = (*DELETIONS, "free", "replace", "stack")
"""What it calls all that took a file or an asset away."""

NEVER_FREED = 2.0**53
"""No moment that any clock shows: what its owner asked back is not freed again by its age."""


class Restores(Part):
    """What the owner asks back becomes a decision over the content, and is carried out like an answer."""

    def deletions(
        self, limit: int, before_id: int | None, since: float | None, until: float | None, *, edits: bool = False
    ) -> list[Deletion]:
        """Return one page of deletions that were passed on, newest first, beginning below the line ``before_id``.

        ``since`` (inclusive) and ``until`` (exclusive) are wall seconds. ``edits``: also what was edited away or freed.
        """
        actions = DEPARTURES if edits else DELETIONS
        with self._db.read() as db:
            found = db.rows(
                f"""
                SELECT id, at, checksum, folder_id, path FROM history
                WHERE id < ?1 AND action IN ({", ".join(f"'{one}'" for one in actions)}) AND result = 'done'
                  AND checksum IS NOT NULL AND (?2 IS NULL OR at >= ?2) AND (?3 IS NULL OR at < ?3)
                ORDER BY id DESC LIMIT ?4
                """,
                2**63 - 1 if before_id is None else before_id, since, until, limit,
            )  # fmt: skip
            return [Deletion(*row) for row in found]

    def lost(self, after: bytes | None, limit: int) -> list[bytes]:
        """Return one page of contents that a side lost, and that were not released on purpose, by checksum."""
        with self._db.read() as db:
            found = db.rows(
                """
                SELECT checksum FROM contents AS c WHERE checksum > ? AND (base IN ('kept', 'removed')
                  OR (base = 'linked' AND (asset_state <> 'active'
                      OR NOT EXISTS (SELECT 1 FROM files AS f WHERE f.checksum = c.checksum))))
                ORDER BY checksum LIMIT ?
                """,
                after or b"", limit,
            )  # fmt: skip
            return [row[0] for row in found]

    def seen_at(self, folder_id: str, path: str) -> list[tuple[bytes, float | None]]:
        """Return the contents that left a path, the latest first, then that which is there, then others that were.

        With each the moment in wall seconds when the history last tells of it under that path.
        """
        directory, name = split(path)
        with self._db.read() as db:
            found = db.rows(
                f"SELECT checksum, NULL FROM gone WHERE folder = {KEY} AND path = ? ORDER BY departed DESC",
                folder_id, path,
            )  # fmt: skip
            found += db.rows(
                f"""
                SELECT checksum, NULL FROM files
                WHERE folder = {KEY} AND directory = ? AND name = ? AND checksum IS NOT NULL
                """,
                folder_id, directory, name,
            )  # fmt: skip
            found += db.rows(
                """
                SELECT checksum, at FROM history WHERE folder_id = ? AND path = ? AND checksum IS NOT NULL
                  AND result = 'done' ORDER BY id DESC LIMIT 100
                """,
                folder_id, path,
            )  # fmt: skip
            first: dict[bytes, float | None] = {}
            for checksum, at in found:
                first.setdefault(checksum, at)
            return list(first.items())

    def candidates(self, checksums: Sequence[bytes]) -> list[Known]:
        """Return what is known of contents that may be asked back."""
        with self._db.read() as db:
            return [
                Known(
                    view_of(db, one),
                    bool(db.row("SELECT 1 FROM intents WHERE checksum = ?", one)),
                    bool(db.row("SELECT 1 FROM motions WHERE still = ?", one)),
                )
                for one in checksums
            ]

    def ask_back(self, asked: Sequence[AskedBack], now: float) -> None:
        """Have contents brought back: the owner asked for that, and it passes the guard.

        What waited for another answer over them is answered thereby. What the ledger did not know it knows from then on
        as new. Of their old paths those count that were asked for.
        """
        with self._db.write() as db:
            for one in asked:
                _ask(db, one, now)
            db.run("DELETE FROM answers WHERE NOT EXISTS (SELECT 1 FROM answered WHERE answer = key)")
            contents.touch(db, [one.checksum for one in asked], now)
            holds.close_empty(db, now)

    def tell_asked(self, folder_id: str | None, folder_ids: Iterable[str], items: int, now: float) -> None:
        """Note in the history that the owner asked for so many photos, in one folder or in several."""
        with self._db.write() as db:
            line = HistoryEntry("ask_back", None, folder_id, None, None, "asked_for", "owner", "bringing_back", items)
            history.add(db, line, now, folder_ids)

    def sidecars_come_with(self, sidecars: Iterable[GoneSidecar]) -> None:
        """Let sidecars come back with the contents of their stem, or of the name before their ending, that were asked.

        Where other sidecars are known to have gone with a content, these come back, and not the given ones.
        """
        with self._db.write() as db:
            for one in sidecars:
                _come_with(db, one)

    def came_back(self, checksum: bytes, folder_id: str, path: str) -> bool:
        """Note that a file came back that was asked for under this path; return whether more of its files are to come.

        Without an owner's wish to undo a deletion, and of what is linked, nothing is noted.
        """
        with self._db.write() as db:
            asked = db.row(
                """
                SELECT 1 FROM contents WHERE checksum = ? AND base <> 'linked'
                  AND (decision_kind, decision_answer) = (?, ?)
                """,
                checksum, HoldKind.MANY_FILES, Answer.UNDO,
            )  # fmt: skip
            if not asked:
                return False
            db.run(f"DELETE FROM gone WHERE checksum = ? AND folder = {KEY} AND path = ?", checksum, folder_id, path)
            return bool(db.row("SELECT 1 FROM gone WHERE checksum = ? AND departure <> 'replaced'", checksum))

    def returning(self, checksums: Sequence[bytes]) -> list[ReturnView]:
        """Return what became of contents that were asked back; of those that nobody knows any more nothing."""
        with self._db.read() as db:
            return [view for one in checksums if (view := _returning(db, one)) is not None]


def _ask(db: Database, asked: AskedBack, now: float) -> None:
    checksum = asked.checksum
    contents.ensure(db, checksum, asked.size, certain=False)
    if asked.removed:
        record_one(db, BaseChange(checksum, Base.REMOVED, _trashed_id(db, checksum)), now)
    if asked.places:
        _want_at(db, checksum, asked.places)
    holds.drop(db, [checksum])
    holds.decide(db, checksum, asked.kind, Answer.UNDO)
    db.run("DELETE FROM answered WHERE checksum = ?", checksum)
    db.run("UPDATE contents SET free_again_at = ? WHERE checksum = ?", NEVER_FREED, checksum)


def _trashed_id(db: Database, checksum: bytes) -> str | None:
    found = db.row("SELECT asset_id FROM contents WHERE checksum = ? AND asset_state = ?", checksum, AssetState.TRASHED)
    return None if found is None else found[0]


def _come_with(db: Database, sidecar: GoneSidecar) -> None:
    stem = stem_of(sidecar.path)
    found = db.rows(
        f"""
        SELECT path, g.checksum FROM gone AS g JOIN contents USING (checksum)
        WHERE folder = {KEY} AND (path = ? OR (path >= ? AND path < ?)) AND decision_answer = 'undo'
          AND NOT EXISTS (SELECT 1 FROM gone_sidecars AS s WHERE s.content = g.checksum)
        """,
        sidecar.folder_id, stem, f"{stem}.", f"{stem}/",
    )  # fmt: skip
    for checksum in [one for path, one in found if stem in {path, stem_of(path)}]:
        db.run(
            f"INSERT INTO gone_sidecars SELECT ?, {KEY}, ?, ?, ?",
            checksum, sidecar.folder_id, sidecar.path, sidecar.checksum, fit(sidecar.mtime_ns),
        )  # fmt: skip


def _want_at(db: Database, checksum: bytes, wanted: Sequence[GonePath]) -> None:
    """Have these as the paths that the content left, and no others."""
    known = {(one.folder_id, one.path) for one in _gone(db, checksum)}
    here = {(one.folder_id, one.path): one for one in wanted}
    for folder_id, path in known - here.keys():
        db.run(f"DELETE FROM gone WHERE checksum = ? AND folder = {KEY} AND path = ?", checksum, folder_id, path)
    for one in (here[key] for key in here.keys() - known):
        db.run(
            """
            INSERT INTO gone (checksum, folder, path, mtime_ns, departure, departed)
            SELECT ?1, key, ?2, ?3, ?4, ?5 FROM folders WHERE id = ?6
            """,
            checksum, one.path, fit(one.mtime_ns), one.departure, db.change(), one.folder_id,
        )  # fmt: skip


def _gone(db: Database, checksum: bytes) -> list[GonePath]:
    sql = "SELECT id, path, mtime_ns, departure FROM gone JOIN folders ON key = folder WHERE checksum = ?"
    return [GonePath(one, path, int(at), Departure(why)) for one, path, at, why in db.rows(sql, checksum)]


def _returning(db: Database, checksum: bytes) -> ReturnView | None:
    found = db.row(
        """
        SELECT base, decision_kind, decision_answer,
          EXISTS (SELECT 1 FROM intents AS i WHERE i.checksum = c.checksum),
          (SELECT code FROM failures AS f WHERE f.checksum = c.checksum),
          EXISTS (SELECT 1 FROM files AS f WHERE f.checksum = c.checksum AND status = 'settled')
        FROM contents AS c WHERE checksum = ?
        """,
        checksum,
    )
    if found is None:
        return None
    base, kind, answer, under_way, code, here = found
    waits = kind in _ASKED and answer == Answer.UNDO
    return ReturnView(
        checksum=checksum,
        back=bool(here) and base == Base.LINKED and not waits and not under_way,
        under_way=bool(waits or under_way),
        code=code,
        places=places(db, checksum),
    )


_ASKED = frozenset({HoldKind.MANY_FILES, HoldKind.MANY_ASSETS, HoldKind.CHANGED_IN_BULK, HoldKind.VANISHED})
