"""The history: every action that changed the world."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, replace
from typing import Any

from .database import Database
from .part import Part
from .views import EVERYTHING, Given, HistoryEntry, HistoryFilter, HistoryView, Told

_COLUMNS = "action, path, folder_id, checksum, asset_id, why, origin, result, items, given"
_LAST = 2**63 - 1

SORTED = "sort"
"""The action of entries that tell what rules gave a photo."""


class History(Part):
    """What was done, newest last, until it is pruned."""

    def listen(self, listener: Callable[[Told], None]) -> None:
        """Call ``listener`` with each entry, in their order, once it is on the disk; in the ledger's thread."""
        self._db.listener = listener

    def add_history(self, entry: HistoryEntry, now: float) -> None:
        """Add an entry."""
        with self._db.write() as db:
            add(db, entry, now)

    def history(
        self, limit: int, before_id: int | None = None, wanted: HistoryFilter = EVERYTHING
    ) -> list[HistoryView]:
        """Return one page of the entries that are wanted, newest first, beginning below ``before_id``."""
        where, values = _conditions(wanted)
        last = _LAST if before_id is None else before_id
        return self._entries(f"id < ?{where} ORDER BY id DESC LIMIT ?", last, *values, limit)

    def history_after(self, after_id: int, limit: int, wanted: HistoryFilter = EVERYTHING) -> list[HistoryView]:
        """Return one page of the entries that are wanted, oldest first, beginning above ``after_id``."""
        where, values = _conditions(wanted)
        return self._entries(f"id > ?{where} ORDER BY id LIMIT ?", after_id, *values, limit)

    def prune_history(self, now: float, max_age: float, max_rows: int, max_sorted: int, limit: int) -> int:
        """Drop up to ``limit`` entries and as many answers that are older than ``max_age`` seconds.

        And of the entries the oldest beyond the newest ``max_sorted`` of what rules gave, and beyond the newest
        ``max_rows`` of all else: that rules gave something again to each photo makes nobody forget a deletion. Return
        how many were dropped: fewer than ``limit`` where nothing is left to drop.
        """
        with self._db.write() as db:
            dropped = db.run(
                "DELETE FROM history WHERE id IN (SELECT id FROM history WHERE at < ? ORDER BY at LIMIT ?)",
                now - max_age, limit,
            )  # fmt: skip
            dropped += _shortened(db, "action = ?", max_sorted, limit - dropped)
            dropped += _shortened(db, "action <> ?", max_rows, limit - dropped)
            old_answers = db.run(
                "DELETE FROM answers WHERE key IN (SELECT key FROM answers WHERE at < ? ORDER BY at LIMIT ?)",
                now - max_age, limit,
            )  # fmt: skip
            return max(dropped, old_answers)

    def _entries(self, rest: str, *values: object) -> list[HistoryView]:
        with self._db.read() as db:
            found = db.rows(f"SELECT id, at, {_COLUMNS} FROM history WHERE {rest}", *values)
            return [HistoryView(number, at, _entry(row)) for number, at, *row in found]


def _shortened(db: Database, which: str, most: int, limit: int) -> int:
    """Drop up to ``limit`` of the oldest entries, which are those of rules or all others, beyond so many."""
    surplus = db.number(f"SELECT count(*) FROM history WHERE {which}", SORTED) - most
    return db.run(
        f"DELETE FROM history WHERE id IN (SELECT id FROM history WHERE {which} ORDER BY id LIMIT ?)",
        SORTED, max(0, min(surplus, limit)),
    )  # fmt: skip


def _entry(row: Iterable[Any]) -> HistoryEntry:
    *plain, given = row
    entry = HistoryEntry(*plain)
    if given is None:
        return entry
    lists: dict[str, list[str]] = json.loads(given)
    return replace(entry, given=Given(**{key: tuple(texts) for key, texts in lists.items()}))


def _conditions(wanted: HistoryFilter) -> tuple[str, list[object]]:
    given = {
        "at >= ?": wanted.since,
        "at < ?": wanted.until,
        "folder_id = ?": wanted.folder_id,
        "action = ?": wanted.action,
        "substr(path, 1, length(?)) = ?": wanted.prefix,
        "instr(lower(path), lower(?)) > 0": wanted.text,
    }
    where = ""
    values: list[object] = []
    for condition, value in given.items():
        if value is not None:
            where += f" AND {condition}"
            values += [value] * condition.count("?")
    return where, values


def add(db: Database, entry: HistoryEntry, now: float, folder_ids: Iterable[str] = ()) -> None:
    """Add an entry within the caller's transaction. ``folder_ids``: what it is about, where that is several folders."""
    number = db.number(
        f"INSERT INTO history (at, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        now, entry.action, entry.path, entry.folder_id, entry.checksum, entry.asset_id, entry.why, entry.origin,
        entry.result, entry.items, None if entry.given is None else json.dumps(asdict(entry.given), ensure_ascii=False),
    )  # fmt: skip
    about = frozenset(folder_ids or ({entry.folder_id} if entry.folder_id is not None else ()))
    db.tell(Told(HistoryView(number, now, entry), about))
