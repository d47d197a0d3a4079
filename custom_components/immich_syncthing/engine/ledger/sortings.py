"""What the rules of folders have yet to do to photos in Immich, and what they did."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from .database import Database, Row
from .history import add
from .part import Part
from .rows import KEY, join
from .sorting_triggers import EVERYTHING, MOVED
from .views import HistoryEntry, Place

_LONGEST_WAIT_SECONDS = 24 * 3600.0

_SETTLED_HERE = f"""
EXISTS (SELECT 1 FROM files AS f WHERE f.checksum = s.checksum AND f.folder = {KEY} AND f.status = 'settled')
"""

_READY = f"""
c.base = 'linked' AND c.base_asset_id = s.asset_id AND c.asset_state = 'active' AND {_SETTLED_HERE}
"""

FREE = """
NOT EXISTS (SELECT 1 FROM intents AS i WHERE i.checksum = s.checksum)
AND NOT EXISTS (SELECT 1 FROM motions AS m WHERE m.video = s.checksum AND m.how <> 'ended')
AND NOT EXISTS (SELECT 1 FROM files AS f
                JOIN gone AS g ON g.folder = f.folder AND g.path =
                  CASE f.directory WHEN '' THEN f.name ELSE f.directory || '/' || f.name END
                JOIN contents AS o ON o.checksum = g.checksum
                WHERE f.checksum = s.checksum AND g.checksum <> s.checksum AND g.edited = 1 AND o.base = 'linked')
"""
"""Not being worked on, no motion part of a photo, and no new version of one that has yet to make room for it."""


@dataclass(frozen=True, slots=True)
class PlacedAlbum:
    """An album that a rule put a photo into; ``name`` is what the rule called it."""

    rule: str
    name: str
    album_id: str


@dataclass(frozen=True, slots=True)
class SortingView:
    """A photo that rules are for. ``todo``: bits of what is to be done; ``places``: where its files are.

    ``updated_ms``: when its asset changed last, by Immich's clock in milliseconds since 1970, as far as that was seen.
    """

    checksum: bytes
    asset_id: str
    todo: int
    places: tuple[Place, ...]
    albums: tuple[PlacedAlbum, ...]
    updated_ms: int | None
    linked_at: float


@dataclass(frozen=True, slots=True)
class SettledPath:
    """A file as it is; ``sorting``: the photo that it is in Immich, ``None`` where it is none there, or not yet."""

    path: str
    mtime_ns: int
    sorting: SortingView | None


@dataclass(frozen=True, slots=True)
class SortingDone:
    """What became of one photo: which bits are done, which albums it was put into and taken out of.

    ``retry_at``: when what is left may be tried again; ``problem``: why it is left. ``told``: the history's line.
    """

    view: SortingView
    done: int
    put: tuple[PlacedAlbum, ...] = ()
    taken: tuple[PlacedAlbum, ...] = ()
    retry_at: float = 0.0
    problem: str | None = None
    told: HistoryEntry | None = None


class Sortings(Part):
    """Which photos the rules are still to be applied to. What makes that so are triggers: ``sorting_triggers.py``."""

    def set_sorting(self, folder_ids: Collection[str]) -> None:
        """Take which folders have rules. What came to Immich before that is nothing that they are for."""
        with self._db.write() as db:
            for key, folder_id, sorts in db.rows("SELECT key, id, sorts FROM folders"):
                if bool(sorts) is not (folder_id in folder_ids):
                    db.run("UPDATE folders SET sorts = ? WHERE key = ?", folder_id in folder_ids, key)

    def to_sort(self, folder_id: str, now: float, limit: int) -> list[SortingView]:
        """Return some photos of a folder to which rules are to be applied now.

        One that waits for longer than a day was put off by a clock that was ahead: nobody waits for that.
        """
        with self._db.read() as db:
            found = db.rows(
                f"""
                SELECT s.checksum, s.asset_id, s.todo, c.asset_updated_ms, c.linked_at
                FROM sorted AS s INDEXED BY sorted_due JOIN contents AS c USING (checksum)
                WHERE s.todo > 0 AND (s.retry_at <= ? OR s.retry_at > ?) AND {_READY} AND {FREE}
                ORDER BY s.checksum LIMIT ?
                """,
                now, now + _LONGEST_WAIT_SECONDS, folder_id, limit,
            )  # fmt: skip
            return [_view(db, row) for row in found]

    def sortable(self, folder_id: str, after: bytes | None, limit: int) -> list[SortingView]:
        """Return one page of all photos of a folder that rules can be applied to, whatever was done so far."""
        with self._db.read() as db:
            found = db.rows(
                f"""
                SELECT s.checksum, s.base_asset_id, {EVERYTHING}, s.asset_updated_ms, s.linked_at FROM contents AS s
                WHERE s.checksum > ? AND s.base = 'linked' AND s.base_asset_id IS NOT NULL AND s.asset_state = 'active'
                  AND {_SETTLED_HERE} AND {FREE}
                ORDER BY s.checksum LIMIT ?
                """,
                after or b"", folder_id, limit,
            )  # fmt: skip
            return [_view(db, row) for row in found]

    def newest_paths(self, folder_id: str, limit: int) -> list[SettledPath]:
        """Return the files of a folder that were changed last, newest first."""
        with self._db.read() as db:
            found = db.rows(
                f"""
                SELECT f.directory, f.name, f.mtime_ns, c.checksum, c.base_asset_id, c.asset_updated_ms, c.linked_at
                FROM files AS f LEFT JOIN contents AS c
                  ON c.checksum = f.checksum AND c.base = 'linked' AND c.base_asset_id IS NOT NULL
                WHERE f.folder = {KEY} AND f.status = 'settled' ORDER BY f.mtime_ns DESC LIMIT ?
                """,
                folder_id, limit,
            )  # fmt: skip
            return [_path(row) for row in found]

    def sort_again(self, photos: Sequence[SortingView]) -> None:
        """Have all rules applied to photos, also what was done to them before."""
        with self._db.write() as db:
            db.run_many(
                f"""
                INSERT INTO sorted (checksum, asset_id, todo)
                SELECT checksum, ?2, {EVERYTHING} FROM contents WHERE checksum = ?1 AND base_asset_id = ?2
                ON CONFLICT DO UPDATE SET
                  asset_id = excluded.asset_id, todo = todo | excluded.todo, retry_at = 0.0, problem = NULL
                """,
                [(one.checksum, one.asset_id) for one in photos],
            )

    def note_sorted(self, done: Iterable[SortingDone], now: float) -> None:
        """Note what became of photos. A file that was moved meanwhile is not forgotten."""
        rows = list(done)
        with self._db.write() as db:
            db.run_many(
                "UPDATE sorted SET todo = todo & ~?, retry_at = ?, problem = ? WHERE checksum = ? AND asset_id = ?",
                [
                    (_still_done(db, one), one.retry_at, one.problem, one.view.checksum, one.view.asset_id)
                    for one in rows
                ],
            )
            db.run_many(
                "DELETE FROM sorted_albums WHERE checksum = ? AND rule = ? AND name = ?",
                [(one.view.checksum, album.rule, album.name) for one in rows for album in one.taken],
            )
            db.run_many(
                "INSERT OR REPLACE INTO sorted_albums VALUES (?, ?, ?, ?, ?)",
                [
                    (one.view.checksum, album.rule, album.name, album.album_id, one.view.asset_id)
                    for one in rows
                    for album in one.put
                ],
            )
            for one in rows:
                if one.told is not None:
                    add(db, one.told, now)

    def inherit_sorting(self, old: bytes, new: bytes) -> None:
        """Let the rules have done to an edited photo what they did to the one before: it has that from there."""
        with self._db.write() as db:
            before = db.row("SELECT todo FROM sorted WHERE checksum = ?", old)
            # What was there before there were rules is none of theirs, and its edit neither.
            done = EVERYTHING if before is None else EVERYTHING & ~int(before[0])
            db.run("UPDATE sorted SET todo = todo & ~? WHERE checksum = ?", done, new)
            db.run(
                """
                INSERT INTO sorted_albums SELECT n.checksum, a.rule, a.name, a.album_id, n.asset_id
                FROM sorted_albums AS a JOIN sorted AS n ON n.checksum = ? WHERE a.checksum = ? ON CONFLICT DO NOTHING
                """,
                new, old,
            )  # fmt: skip

    def retry_sorting(self) -> None:
        """Let nothing that did not work wait any longer."""
        with self._db.write() as db:
            db.run("UPDATE sorted SET retry_at = 0.0 WHERE todo > 0 AND retry_at > 0.0")

    def sorting_problems(self, folder_id: str) -> tuple[int, Mapping[str, int]]:
        """Return how many photos of a folder wait for its rules, and of how many what is in the way."""
        with self._db.read() as db:
            found = db.rows(
                f"""
                SELECT s.problem, count(*)
                FROM sorted AS s INDEXED BY sorted_due JOIN contents AS c USING (checksum)
                WHERE s.todo > 0 AND {_READY} AND {FREE} GROUP BY s.problem
                """,
                folder_id,
            )
            return sum(count for _, count in found), {problem: count for problem, count in found if problem is not None}

    def rule_albums(self) -> dict[str, str]:
        """Return the albums that rules use, by the name that the rules have for them."""
        with self._db.read() as db:
            return dict(db.rows("SELECT name, album_id FROM rule_albums"))

    def set_rule_album(self, name: str, album_id: str) -> None:
        """Remember which album a rule means by a name."""
        with self._db.write() as db:
            db.run("INSERT OR REPLACE INTO rule_albums VALUES (?, ?)", name, album_id)


def found(db: Database, checksum: bytes) -> None:
    """Note that content was found in Immich: if its files are older than what is known of their folders, it is not new.

    No rule is for it then. Such are all photos of a library whose ledger was lost.
    """
    db.run(
        f"""
        DELETE FROM sorted WHERE checksum = ?1 AND todo = {EVERYTHING} AND NOT EXISTS (
          SELECT 1 FROM files AS f JOIN folders AS o ON o.key = f.folder
          WHERE f.checksum = ?1 AND o.sorts = 1 AND f.mtime_ns >= o.began_at * 1e9)
        """,
        checksum,
    )


def _path(row: Row) -> SettledPath:
    directory, name, mtime_ns, checksum, asset_id, updated_ms, linked_at = row
    known = SortingView(checksum, asset_id, 0, (), (), updated_ms, linked_at or 0.0) if asset_id is not None else None
    return SettledPath(join(directory, name), int(mtime_ns), known)


def _still_done(db: Database, one: SortingDone) -> int:
    moved = one.done & MOVED and _places(db, one.view.checksum) != one.view.places
    return one.done & ~MOVED if moved else one.done


def _places(db: Database, checksum: bytes) -> tuple[Place, ...]:
    found = db.rows(
        """
        SELECT id, directory, name FROM files JOIN folders ON key = folder
        WHERE checksum = ? AND status = 'settled' ORDER BY id, directory, name
        """,
        checksum,
    )
    return tuple(Place(folder_id, join(directory, name)) for folder_id, directory, name in found)


def _view(db: Database, row: Row) -> SortingView:
    checksum, asset_id, todo, updated_ms, linked_at = row
    albums = db.rows(
        "SELECT rule, name, album_id FROM sorted_albums WHERE checksum = ? AND asset_id = ?", checksum, asset_id
    )
    return SortingView(
        checksum,
        asset_id,
        todo,
        _places(db, checksum),
        tuple(PlacedAlbum(*album) for album in albums),
        updated_ms,
        linked_at or 0.0,
    )
