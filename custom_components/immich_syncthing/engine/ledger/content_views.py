"""All that the ledger knows of contents, many at once: a plan looks at thousands."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import batched

from ..model import Answer, Base, Decision, Departure, FileRow, FileStatus, GonePath, HoldKind, Successor
from . import pairs
from .database import Database, Row
from .rows import ASSET_COLUMNS, FILE_COLUMNS, asset_fact, file_row, split
from .views import ContentView

AT_ONCE = 250
"""Contents that one statement asks for: SQLite is given as many values, and keeps that many rows."""


def view_of(db: Database, checksum: bytes) -> ContentView | None:
    """Return all that is known of a content."""
    return next(iter(views_of(db, [checksum])), None)


def views_of(db: Database, checksums: Sequence[bytes], *, nested: bool = True) -> list[ContentView]:
    """Return all that is known of those contents that there are, in this order.

    Not ``nested``: without what is known of photos whose part one is.
    """
    return [view for some in batched(checksums, AT_ONCE, strict=False) for view in _views(db, some, nested=nested)]


@dataclass(slots=True)
class _Parts:
    """What lies in other tables, by checksum. ``edited``: an edit is where these were; ``motions``: of live photos.

    ``keys``: of the folders of what is ``present``, by their ids.
    """

    keys: dict[str, int] = field(default_factory=dict)
    present: dict[bytes, list[FileRow]] = field(default_factory=dict)
    gone: dict[bytes, list[GonePath]] = field(default_factory=dict)
    holders: dict[bytes, set[str]] = field(default_factory=dict)
    freed: dict[bytes, set[str]] = field(default_factory=dict)
    edited: set[bytes] = field(default_factory=set)
    motions: set[bytes] = field(default_factory=set)


def _views(db: Database, checksums: Sequence[bytes], *, nested: bool) -> list[ContentView]:
    these = f"({', '.join('?' * len(checksums))})"
    parts = _parts(db, checksums, these)
    found = {
        row[0]: _view(db, row[0], row[1:], parts, nested=nested)
        for row in db.rows(
            f"""
            SELECT checksum, base, base_asset_id, size, decision_kind, decision_answer, suspect, replaced_by,
              captured_at, motion_asset_id,
              (SELECT kind FROM hold_items AS i JOIN holds AS h ON h.key = i.hold WHERE i.checksum = c.checksum),
              (SELECT attempts FROM failures AS f WHERE f.checksum = c.checksum), {ASSET_COLUMNS}
            FROM contents AS c WHERE checksum IN {these}
            """,
            *checksums,
        )
    }
    return [found[checksum] for checksum in checksums if checksum in found]


def _parts(db: Database, checksums: Sequence[bytes], these: str) -> _Parts:
    parts = _Parts()
    for key, folder_id, *row in db.rows(
        f"""
        SELECT o.key, id, {FILE_COLUMNS} FROM files AS f JOIN folders AS o ON o.key = f.folder
        WHERE checksum IN {these} ORDER BY id, directory, name
        """,
        *checksums,
    ):
        parts.keys[folder_id] = key
        parts.present.setdefault(row[-1], []).append(file_row(folder_id, tuple(row)))
    for checksum, edited, folder_id, path, mtime_ns, departure, confirmed, unbinned in db.rows(
        f"""
        SELECT checksum, edited, id, path, mtime_ns, departure, confirmed, unbinned
        FROM gone JOIN folders ON key = folder WHERE checksum IN {these} ORDER BY id, path
        """,
        *checksums,
    ):
        one = GonePath(folder_id, path, int(mtime_ns), Departure(departure), bool(confirmed), bool(unbinned))
        parts.gone.setdefault(checksum, []).append(one)
        if edited:
            parts.edited.add(checksum)
    for checksum, folder_id in db.rows(
        f"SELECT checksum, id FROM holders JOIN folders ON key = folder WHERE checksum IN {these}", *checksums
    ):
        parts.holders.setdefault(checksum, set()).add(folder_id)
    for checksum, folder_id in db.rows(f"SELECT checksum, folder_id FROM freed WHERE checksum IN {these}", *checksums):
        parts.freed.setdefault(checksum, set()).add(folder_id)
    videos = db.rows(f"SELECT video FROM motions WHERE video IN {these} AND how <> 'ended'", *checksums)
    parts.motions.update(row[0] for row in videos)
    return parts


def _view(db: Database, checksum: bytes, row: Row, parts: _Parts, *, nested: bool) -> ContentView:
    base, base_asset_id, size, decided, answer, suspect, replaced_by, captured_at, motion, held, attempts = row[:11]
    stills, was_played = _stills(db, checksum) if nested and checksum in parts.motions else ((), False)
    present = tuple(parts.present.get(checksum, ()))
    settled = ((parts.keys[one.folder_id], one) for one in present if one.status is FileStatus.SETTLED)
    return ContentView(
        checksum=checksum,
        base=Base(base),
        base_asset_id=base_asset_id,
        size=size,
        asset=asset_fact(row[11:]),
        present=present,
        gone=tuple(parts.gone.get(checksum, ())),
        holders=frozenset(parts.holders.get(checksum, ())),
        decision=None if decided is None else Decision(HoldKind(decided), Answer(answer)),
        held=None if held is None else HoldKind(held),
        attempts=attempts or 0,
        suspect=bool(suspect),
        replaced_by=replaced_by,
        successor=_successor(db, checksum) if checksum in parts.edited else None,
        captured_at=captured_at,
        motion_asset_id=motion,
        stills=stills,
        was_played=was_played,
        freed=frozenset(parts.freed.get(checksum, ())),
        beside=pairs.beside_each(db, settled) if nested and base == Base.NEW else (),
    )


def _successor(db: Database, checksum: bytes) -> Successor | None:
    """Return the content that is now where this one was edited; the first such place, if there are several."""
    for folder, folder_id, path in db.rows(
        """
        SELECT folder, id, path FROM gone JOIN folders ON key = folder
        WHERE checksum = ? AND edited = 1 ORDER BY id, path
        """,
        checksum,
    ):
        found = db.row(
            f"""
            SELECT c.checksum, base, {ASSET_COLUMNS} FROM files AS f JOIN contents AS c USING (checksum)
            WHERE folder = ? AND directory = ? AND name = ? AND status = 'settled' AND c.checksum <> ?
            """,
            folder, *split(path), checksum,
        )  # fmt: skip
        if found is not None:
            return Successor(found[0], Base(found[1]), asset_fact(found[2:]), folder_id, path)
    return None


def _stills(db: Database, checksum: bytes) -> tuple[tuple[ContentView, ...], bool]:
    """Return the photos whose motion part a content is, without theirs, and whether Immich told so of one."""
    found = db.rows("SELECT still, how FROM motions WHERE video = ? AND how <> 'ended' ORDER BY still", checksum)
    return tuple(views_of(db, [row[0] for row in found], nested=False)), any(row[1] == pairs.TOLD for row in found)
