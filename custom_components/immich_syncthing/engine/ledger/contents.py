"""Contents: which ones there are, what waits to be planned, and what Immich holds of them."""

from collections.abc import Collection, Iterable, Sequence

from ..model import AssetFact, AssetState, Base
from . import pairs
from .content_views import view_of, views_of
from .database import Database, Row
from .part import Part
from .rows import ASSET_COLUMNS, CHECKSUM_BYTES, asset_fact
from .views import AssetView, ContentView

_ENDINGS = frozenset({AssetState.UNKNOWN, AssetState.GONE, AssetState.DYING})
"""States that do not show an asset: what was known of the last one that was shown stays known."""


_DIRTY = """
SELECT checksum FROM contents AS c WHERE dirty > 0 AND checksum > ?1
  AND NOT EXISTS (SELECT 1 FROM failures AS f WHERE f.checksum = c.checksum AND f.failed_at <= ?2 AND f.retry_at > ?2)
  AND NOT EXISTS (SELECT 1 FROM intents AS i WHERE i.checksum = c.checksum)
"""


_AWAKE = """
  AND NOT EXISTS (SELECT 1 FROM temp.rested AS r WHERE r.checksum = c.checksum AND r.as_of >= c.dirty
                  AND EXISTS (SELECT 1 FROM hold_items AS h WHERE h.checksum = c.checksum))
"""


class Contents(Part):
    """Everything the account's folders hold or held, by checksum."""

    def content(self, checksum: bytes) -> ContentView | None:
        """Return all that is known of one content."""
        with self._db.read() as db:
            return view_of(db, checksum)

    def assets(self, checksums: Sequence[bytes]) -> dict[bytes, AssetView]:
        """Return what is known of the assets of those of ``checksums`` that the ledger has."""
        sql = f"SELECT base, {ASSET_COLUMNS} FROM contents WHERE checksum = ?"
        with self._db.read() as db:
            found = ((checksum, db.row(sql, checksum)) for checksum in checksums)
            return {one: AssetView(Base(row[0]), asset_fact(row[1:])) for one, row in found if row is not None}

    def linked_at(self, checksum: bytes) -> float | None:
        """Return when a content was linked, ``None`` where it is not, or an old version of this program did that."""
        with self._db.read() as db:
            found = db.row("SELECT linked_at FROM contents WHERE checksum = ?", checksum)
            return None if found is None else found[0]

    def bases(self, checksums: Sequence[bytes]) -> dict[bytes, Base]:
        """Return the bases of those of ``checksums`` that the ledger has."""
        with self._db.read() as db:
            found = {one: db.row("SELECT base FROM contents WHERE checksum = ?", one) for one in checksums}
            return {one: Base(row[0]) for one, row in found.items() if row is not None}

    def checksums(self, after: bytes | None, limit: int) -> list[bytes]:
        """Return one page of all checksums, in order, beginning after ``after``."""
        with self._db.read() as db:
            sql = "SELECT checksum FROM contents WHERE checksum > ? ORDER BY checksum LIMIT ?"
            return [row[0] for row in db.rows(sql, after or b"", limit)]

    def moment(self) -> int:
        """Return the number of the latest change. Take it before reading what :meth:`settle` will be told of."""
        with self._db.read() as db:
            return db.number("SELECT change FROM clock")

    def dirty(self, now: float, after: bytes | None, limit: int, *, rested: bool = True) -> list[ContentView]:
        """Return one page of contents to plan, by checksum: without an open intent and not backing off.

        A failure that lies in the future was noted by a clock that was ahead: nobody waits for that. ``rested``: with
        what only waits for an answer; see :meth:`rest`.
        """
        with self._db.read() as db:
            only = "" if rested else _AWAKE
            found = db.rows(f"{_DIRTY} {only} ORDER BY checksum LIMIT ?3", after or b"", now, limit)
            return views_of(db, [row[0] for row in found])

    def rest(self, checksums: Iterable[bytes], as_of: int) -> None:
        """Let contents that wait for an answer rest, as seen at ``as_of``: until they change, or are woken."""
        with self._db.write() as db:
            rows = [(checksum, as_of) for checksum in checksums]
            db.run_many("INSERT OR REPLACE INTO temp.rested VALUES (?, ?)", rows)

    def wake(self, number: int) -> None:
        """Have so many of the contents that rest planned again, those first that have rested longest."""
        with self._db.write() as db:
            db.run(
                "DELETE FROM temp.rested WHERE rowid IN (SELECT rowid FROM temp.rested ORDER BY rowid LIMIT ?)", number
            )

    def unclear(self, now: float, after: bytes | None, limit: int) -> list[bytes]:
        """Return one page of those contents to plan whose asset is unknown, or was being purged."""
        with self._db.read() as db:
            states = f"asset_state IN ('{AssetState.UNKNOWN}', '{AssetState.DYING}')"
            sql = f"{_DIRTY} AND {states} ORDER BY checksum LIMIT ?3"
            return [row[0] for row in db.rows(sql, after or b"", now, limit)]

    def mark_all_dirty(self) -> None:
        """Have everything planned again, e.g. because a setting changed."""
        with self._db.write() as db:
            db.run("UPDATE contents SET dirty = ?", db.change())

    def set_assets(self, facts: Sequence[tuple[bytes, AssetFact]], now: float, *, believed: bool = False) -> None:
        """Take what Immich holds of contents; unknown checksums are ignored, and changed ones become dirty.

        Trash evidence belongs to one id and is void once that id is active. A state that shows no asset (unknown,
        gone, dying) and names no id leaves the id and the evidence as they were. When an asset changed last is no news
        that anything has to be planned for. What tells of a time before what is known is stored as unknown, unless it
        is ``believed``: Immich may have gone back, and nothing is planned on that before it is looked into.
        """
        with self._db.write() as db:
            changed = {checksum for checksum, fact in facts if _take(db, checksum, fact, believed=believed)}
            touch(db, changed, now)

    def witness(self, asset_ids: Collection[str], now: float) -> frozenset[str]:
        """Take that these assets were deleted for good, as Immich told; return those that are in doubt because of it.

        They count as seen in the trash, unless they were untouchable, or are the video of a photo that is there: Immich
        itself deletes one for good when it extracts another from the photo, and nobody asked for that. But the word
        about the photo may have been missed: Immich deletes both together, so that one is in doubt, too. What it means
        for their contents is unknown until the oracle was asked: Immich may have them again. Unknown ids, and those of
        earlier assets, do nothing.
        """
        doubtful: dict[bytes, str] = {}
        sql = f"SELECT checksum, {ASSET_COLUMNS} FROM contents WHERE asset_id = ?"
        with self._db.write() as db:
            told = [(row, asset_id) for asset_id in asset_ids for row in db.rows(sql, asset_id)]
            # A video that goes with its photo goes after it.
            for (checksum, *columns), asset_id in sorted(told, key=lambda one: bool(_played_for(db, one[0][0]))):
                stills = _played_for(db, checksum)
                fact = _bereaved(asset_fact(tuple(columns)), plays=bool(stills))
                if fact is not None and _take(db, checksum, fact, believed=True):
                    doubtful[checksum] = asset_id
                    for still, state, still_id in stills:
                        if state == AssetState.ACTIVE:
                            _take(db, still, AssetFact(AssetState.UNKNOWN, still_id), believed=True)
            touch(db, doubtful, now)
        return frozenset(doubtful.values())


def ensure(db: Database, checksum: bytes, size: int, *, certain: bool) -> None:
    """Have a row for the content, new and dirty if there was none. A ``certain`` size overrides a guessed one."""
    if len(checksum) != CHECKSUM_BYTES:
        message = f"not a SHA-1: {checksum.hex()}"
        raise ValueError(message)
    known = db.row("SELECT size FROM contents WHERE checksum = ?", checksum)
    if known is None:
        db.run("INSERT INTO contents (checksum, size, dirty) VALUES (?, ?, ?)", checksum, size, db.change())
    elif certain and known[0] != size:
        db.run("UPDATE contents SET size = ? WHERE checksum = ?", size, checksum)


def changed_since(db: Database, checksum: bytes, as_of: int | None) -> bool:
    """Return whether a content has become dirty after that moment; ``None``: there is none."""
    return (
        as_of is not None
        and db.row("SELECT 1 FROM contents WHERE checksum = ? AND dirty > ?", checksum, as_of) is not None
    )


def mark(db: Database, checksums: Iterable[bytes]) -> None:
    """Have these contents planned again, and with them the other halves of live photos."""
    changed = [*checksums]
    sql = "SELECT video FROM motions WHERE still = ?1 UNION ALL SELECT still FROM motions WHERE video = ?1"
    others = [half for checksum in changed for (half,) in db.rows(sql, checksum)]
    rows = [(db.change(), checksum) for checksum in (*changed, *others)]
    db.run_many("UPDATE contents SET dirty = ? WHERE checksum = ?", rows)


def touch(db: Database, checksums: Iterable[bytes], now: float) -> None:
    """Have contents planned again whose facts changed: what failed before may succeed now, even for good reasons."""
    rows = [(now, checksum, now) for checksum in checksums]
    mark(db, (row[1] for row in rows))
    db.run_many("UPDATE failures SET retry_at = ? WHERE checksum = ? AND retry_at > ?", rows)


def _take(db: Database, checksum: bytes, fact: AssetFact, *, believed: bool) -> bool:
    """Store what Immich holds of a content; return whether that is news."""
    known = db.row(f"SELECT {ASSET_COLUMNS} FROM contents WHERE checksum = ?", checksum)
    if known is None:
        return False
    before = asset_fact(known)
    outdated = not believed and fact.is_older_than(before)
    after = _told(before, AssetFact(AssetState.UNKNOWN) if outdated else fact)
    if after == before:
        if after.updated_ms != before.updated_ms:
            db.run("UPDATE contents SET asset_updated_ms = ? WHERE checksum = ?", after.updated_ms, checksum)
        return False
    db.run(
        """
        UPDATE contents SET asset_state = ?, asset_id = ?, trash_seen = ?, was_untouchable = ?, asset_updated_ms = ?
        WHERE checksum = ?
        """,
        after.state, after.id, after.trash_seen, after.was_untouchable, after.updated_ms, checksum,
    )  # fmt: skip
    if after.id is not None and after.id != before.id:
        pairs.shown(db, checksum, after.id)
    return True


def _played_for(db: Database, checksum: bytes) -> list[Row]:
    """Return the photos whose video a content is and that are there as far as anybody knows: checksum, state, id."""
    sql = """
        SELECT stills.checksum, stills.asset_state, stills.asset_id
        FROM motions JOIN contents AS stills ON stills.checksum = motions.still
        WHERE motions.video = ? AND motions.how <> 'ended' AND NOT stills.trash_seen
        """
    return db.rows(sql, checksum)


def _bereaved(before: AssetFact, *, plays: bool) -> AssetFact | None:
    """Return what is known of a content once its asset's end was told, ``None`` where that is no news."""
    if before.state is AssetState.UNTOUCHABLE or plays:
        return AssetFact(AssetState.UNKNOWN, before.id)
    gone_untouched = before.was_untouchable and before.state is AssetState.GONE
    if before.trash_seen or before.state is AssetState.DYING or gone_untouched:
        return None
    return AssetFact(AssetState.UNKNOWN, before.id, trash_seen=not before.was_untouchable)


def _told(before: AssetFact, now: AssetFact) -> AssetFact:
    """Return what is known after hearing ``now``."""
    asset_id, trash_seen, was_untouchable = now.id, now.trash_seen, now.was_untouchable
    if now.state in _ENDINGS:
        asset_id = before.id if now.id is None else now.id
        untouchable_before = before.was_untouchable or before.state is AssetState.UNTOUCHABLE
        was_untouchable |= untouchable_before and asset_id == before.id
    trash_seen |= now.state is AssetState.TRASHED or (before.trash_seen and asset_id == before.id)
    trash_seen &= now.state is not AssetState.ACTIVE
    updated_ms = before.updated_ms if now.updated_ms is None else now.updated_ms
    return AssetFact(now.state, asset_id, trash_seen, was_untouchable, updated_ms)
