"""Which photos the rules may stack with each other, and what they have stacked."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..sorting.stacking import Group, group_of
from .database import Database
from .part import Part
from .rows import KEY, join
from .sorting_triggers import STACKED
from .sortings import FREE

_UNSURE = "stacking"
_LAST_CHARACTER = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A photo that is linked and active, at one of its paths.

    ``due``: the rules have yet to stack it. ``stack_id``: the stack that they put it into.
    """

    path: str
    checksum: bytes
    asset_id: str
    due: bool
    stack_id: str | None


@dataclass(frozen=True, slots=True)
class WantedStack:
    """A stack that Immich is asked for: the asset on top, and the checksums and assets of all photos in it."""

    top: str
    photos: tuple[tuple[bytes, str], ...]


class Stackings(Part):
    """What was stacked is remembered so that more can join it, and so that what its owner took apart stays apart."""

    def neighbours(self, folder_id: str, groups: Sequence[Group]) -> list[list[Neighbour]]:
        """Return for each group the photos of a folder whose names fit."""
        with self._db.read() as db:
            names = _names(db, folder_id, groups)
            return [_neighbours(db, folder_id, group.directory, names[group]) for group in groups]

    def begin_stacks(self, wanted: Iterable[WantedStack]) -> None:
        """Note durably which stacks Immich is asked for now: should we die before it answers, they are ours still."""
        with self._db.write() as db:
            _set_unsure(db, dict.fromkeys([*_unsure(db), *wanted]))

    def end_stacks(self, ended: Mapping[WantedStack, str | None]) -> None:
        """Remember the ids of the stacks that were made, and of others that they were not."""
        with self._db.write() as db:
            db.run_many(
                "INSERT OR REPLACE INTO sorted_stacks SELECT checksum, ?2, ?3 FROM contents WHERE checksum = ?1",
                [
                    (checksum, asset_id, stack_id)
                    for stack, stack_id in ended.items()
                    for checksum, asset_id in stack.photos
                    if stack_id is not None
                ],
            )
            _set_unsure(db, [one for one in _unsure(db) if one not in ended])

    def unsure_stacks(self) -> list[WantedStack]:
        """Return the stacks that Immich was asked for, and which it may have made or not."""
        with self._db.read() as db:
            return _unsure(db)


def _unsure(db: Database) -> list[WantedStack]:
    found = db.row("SELECT value FROM meta WHERE key = ?", _UNSURE)
    return [
        WantedStack(top, tuple((bytes.fromhex(checksum), asset_id) for checksum, asset_id in photos))
        for top, photos in (() if found is None else json.loads(found[0]))
    ]


def _set_unsure(db: Database, stacks: Iterable[WantedStack]) -> None:
    kept = [(one.top, [(checksum.hex(), asset_id) for checksum, asset_id in one.photos]) for one in stacks]
    db.run("DELETE FROM meta WHERE key = ?", _UNSURE)
    if kept:
        db.run("INSERT INTO meta VALUES (?, ?)", _UNSURE, json.dumps(kept))


def _names(db: Database, folder_id: str, groups: Sequence[Group]) -> dict[Group, list[str]]:
    """Return the names of each group's files; those that begin alike are read once, for however many groups."""
    found: dict[Group, list[str]] = {group: [] for group in groups}
    for directory, start, kind in dict.fromkeys((one.directory, one.start, one.kind) for one in groups):
        rows = db.rows(
            f"""
            SELECT name FROM files WHERE folder = {KEY} AND directory = ? AND name >= ? AND name < ?
              AND status = 'settled'
            """,
            folder_id, directory, start, start + _LAST_CHARACTER,
        )  # fmt: skip
        for (name,) in rows:
            group = group_of(join(directory, name), kind)
            if group in found and group.start == start:
                found[group].append(name)
    return found


def _neighbours(db: Database, folder_id: str, directory: str, names: Sequence[str]) -> list[Neighbour]:
    found = db.rows(
        f"""
        SELECT f.name, s.checksum, s.base_asset_id, ifnull(t.todo, 0) & {STACKED}, k.stack_id
        FROM files AS f JOIN contents AS s ON s.checksum = f.checksum
        LEFT JOIN sorted AS t ON t.checksum = s.checksum AND t.asset_id = s.base_asset_id
        LEFT JOIN sorted_stacks AS k ON k.checksum = s.checksum AND k.asset_id = s.base_asset_id
        WHERE f.folder = {KEY} AND f.directory = ? AND f.name IN (SELECT value FROM json_each(?))
          AND f.status = 'settled' AND s.base = 'linked' AND s.base_asset_id IS NOT NULL AND s.asset_state = 'active'
          AND {FREE}
        """,
        folder_id, directory, json.dumps(names),
    )  # fmt: skip
    return [
        Neighbour(join(directory, name), checksum, asset_id, bool(due), stack_id)
        for name, checksum, asset_id, due, stack_id in found
    ]
