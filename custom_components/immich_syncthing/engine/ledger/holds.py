"""Holds: questions to the owner, and what waits for each."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence

from ..model import Answer, HoldKind
from . import contents, history
from .database import Database, Row
from .failures import places
from .hold_views import HoldItemView, HoldPosition, HoldView
from .part import Part
from .views import HistoryEntry

_COLUMNS = "id, kind, folder_ids, revision, created_at, count"

_SIDES = {
    HoldKind.TRASHED_BEFORE_FIRST_SYNC: "immich",
    HoldKind.VANISHED: "immich",
    HoldKind.MANY_ASSETS: "folder",
    HoldKind.MANY_FILES: "immich",
    HoldKind.CAME_BACK: "folder",
    HoldKind.RESTORED_IN_BULK: "immich",
    HoldKind.CHANGED_IN_BULK: "folder",
}
"""Where that happened what is asked about."""

_ORDER = """
coalesce(
  (SELECT printf('%08d/', folder) || CASE directory WHEN '' THEN name ELSE directory || '/' || name END
   FROM files WHERE checksum = i.checksum ORDER BY folder, directory, name LIMIT 1),
  (SELECT printf('%08d/', folder) || path FROM gone WHERE checksum = i.checksum ORDER BY folder, path LIMIT 1),
  '~'
)
"""
"""The first of a content's ``places`` as text in the order in which people look; what has none comes last."""


class Holds(Part):
    """Open questions. A content waits in at most one; a hold without contents is closed and gone."""

    def ask(
        self, items: Sequence[tuple[HoldKind, tuple[str, ...], bytes]], now: float, as_of: int | None = None
    ) -> list[HoldView]:
        """Put contents (kind, folders, checksum) before the owner, and return the holds that grew.

        Each joins the open hold of its kind and set of folders, or opens one. What waits there already changes
        nothing; what waits elsewhere moves. An older decision over the content is void. Unknown contents are
        ignored, and so is what changed after ``as_of``, such as by an answer: whether to ask is planned again.
        """
        with self._db.write() as db:
            return put(db, [one for one in items if not contents.changed_since(db, one[2], as_of)], now)

    def retract(self, checksums: Iterable[bytes], now: float) -> list[HoldView]:
        """Take contents back whose evidence is gone, and return the holds that closed thereby.

        They are planned again: something must have changed.
        """
        with self._db.write() as db:
            contents.mark(db, drop(db, checksums))
            return close_empty(db, now)

    def holds(self) -> list[HoldView]:
        """Return the open holds, oldest first."""
        with self._db.read() as db:
            return [_view(row) for row in db.rows(f"SELECT {_COLUMNS} FROM holds ORDER BY key")]

    def hold_items(self, hold_id: str, after: HoldPosition | None, limit: int) -> list[HoldItemView]:
        """Return one page of what waits in a hold, by folder and path, behind ``after``; of a closed one nothing.

        Each page looks at all that waits there, 100,000 contents in 0.1 to 0.2 s: there is no index in this order.
        """
        with self._db.read() as db:
            found = db.rows(
                f"""
                SELECT i.checksum, i.revision, c.size, {_ORDER} AS place
                FROM hold_items AS i JOIN contents AS c USING (checksum)
                WHERE hold = (SELECT key FROM holds WHERE id = ?) AND (place, i.checksum) > (?, ?)
                ORDER BY place, i.checksum LIMIT ?
                """,
                hold_id, *(after or ("", b"")), limit,
            )  # fmt: skip
            return [
                HoldItemView(checksum, revision, size, places(db, checksum), order)
                for checksum, revision, size, order in found
            ]

    def joined_revision(self, hold_id: str) -> int:
        """Return the revision at which the newest of what waits in a hold joined it; 0 of a closed one."""
        with self._db.read() as db:
            return db.number(
                "SELECT max(revision) FROM hold_items WHERE hold = (SELECT key FROM holds WHERE id = ?)", hold_id
            )


def put(db: Database, items: Iterable[tuple[HoldKind, tuple[str, ...], bytes]], now: float) -> list[HoldView]:
    """Do as :meth:`Holds.ask` within the caller's transaction."""
    grown: dict[int, int] = {}
    joined: Counter[int] = Counter()
    for kind, folder_ids, checksum in items:
        key = _open(db, kind, folder_ids, now)
        if _waits_in(db, checksum) != key and db.row("SELECT 1 FROM contents WHERE checksum = ?", checksum):
            drop(db, [checksum])
            if key not in grown:
                grown[key] = _revise(db, key)
            db.run("INSERT INTO hold_items VALUES (?, ?, ?)", checksum, key, grown[key])
            decide(db, checksum, None, None)
            joined[key] += 1
    views = {
        key: _view(row)
        for key in grown
        for row in db.rows(f"SELECT {_COLUMNS} FROM holds WHERE key = ? AND count", key)
    }
    for key, view in views.items():
        history.add(db, _line("ask", view, _SIDES[view.kind], "waiting", joined[key]), now, view.folder_ids)
    close_empty(db, now)
    return list(views.values())


def drop(db: Database, checksums: Iterable[bytes]) -> list[bytes]:
    """Take contents out of the holds they wait in, and return those; call :func:`close_empty` afterwards."""
    left: dict[bytes, int] = {}
    for checksum in checksums:
        key = _waits_in(db, checksum)
        if key is not None:
            db.run("DELETE FROM hold_items WHERE checksum = ?", checksum)
            left[checksum] = key
    for key in set(left.values()):
        _revise(db, key)
    return list(left)


def drop_folder(db: Database, folder_id: str) -> None:
    """Take back all questions that concern a folder: for the others among its folders they are asked anew."""
    db.run("DELETE FROM holds WHERE EXISTS (SELECT 1 FROM json_each(folder_ids) WHERE value = ?)", folder_id)


def close_empty(db: Database, now: float) -> list[HoldView]:
    """Close the holds in which nothing waits any more, say so in the history, and return them."""
    closed = remove_empty(db)
    for view in closed:
        history.add(db, _line("close", view, _SIDES[view.kind], "not_needed", 0), now)
    return closed


def remove_empty(db: Database) -> list[HoldView]:
    """Close the holds in which nothing waits any more, and return them; nothing is said."""
    found = [_view(row) for row in db.rows(f"DELETE FROM holds WHERE count = 0 RETURNING {_COLUMNS}")]
    # One that was only just opened, and for nothing, was never asked.
    return [view for view in found if view.revision]


def count_in(db: Database, folder_id: str) -> int:
    """Return how many contents wait for an answer that concerns a folder."""
    return db.number(
        "SELECT sum(count) FROM holds WHERE EXISTS (SELECT 1 FROM json_each(folder_ids) WHERE value = ?)", folder_id
    )


def _open(db: Database, kind: HoldKind, folder_ids: Iterable[str], now: float) -> int:
    """Return the key of the open hold of this kind and set of folders."""
    folders = json.dumps(sorted(set(folder_ids)))
    found = db.row("SELECT key FROM holds WHERE kind = ? AND folder_ids = ?", kind, folders)
    if found is not None:
        return int(found[0])
    key = db.number(
        "INSERT INTO holds (id, kind, folder_ids, revision, created_at) VALUES ('', ?, ?, 0, ?) RETURNING key",
        kind, folders, now,
    )  # fmt: skip
    # The time keeps an answer to a hold of a lost ledger from meeting one of the new ledger.
    db.run("UPDATE holds SET id = ? WHERE key = ?", f"{key}-{int(now * 1000):x}", key)
    return key


def _waits_in(db: Database, checksum: bytes) -> int | None:
    found = db.row("SELECT hold FROM hold_items WHERE checksum = ?", checksum)
    return None if found is None else int(found[0])


def _revise(db: Database, key: int) -> int:
    db.run("UPDATE holds SET revision = revision + 1 WHERE key = ?", key)
    return db.number("SELECT revision FROM holds WHERE key = ?", key)


def decide(db: Database, checksum: bytes, kind: HoldKind | None, answer: Answer | None) -> None:
    """Set or void the decision over a content."""
    db.run("UPDATE contents SET decision_kind = ?, decision_answer = ? WHERE checksum = ?", kind, answer, checksum)


def _view(row: Row) -> HoldView:
    hold_id, kind, folder_ids, revision, created_at, count = row
    return HoldView(hold_id, HoldKind(kind), tuple(json.loads(folder_ids)), revision, created_at, count)


def _line(action: str, hold: HoldView, origin: str, result: str, items: int) -> HistoryEntry:
    folder_id = hold.folder_ids[0] if len(hold.folder_ids) == 1 else None
    return HistoryEntry(action, None, folder_id, None, None, hold.kind.value, origin, result, items)
