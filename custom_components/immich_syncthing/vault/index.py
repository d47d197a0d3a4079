"""What lies in vaults, by folder and month, so that 100,000 entries can be looked through.

Only a picture of the vaults, in a file of its own: what is new is read from them, what is gone is forgotten, and a lost
file is read anew.
"""

import asyncio
import os
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import batched
from pathlib import Path
from typing import Any

from .model import Blocking, Vault, VaultContent, VaultEntry, VaultOrigin
from .side_file import SideFile

_AT_ONCE = 8
"""Contents whose entries are read at the same time: a store that is far away answers each after a while."""

_VERSION = 3
"""Of what the file holds; one of another version is read anew."""

_TABLES = f"""
CREATE TABLE IF NOT EXISTS contents (
  vault INTEGER, checksum BLOB, oldest REAL, newest REAL, seen INTEGER, PRIMARY KEY (vault, checksum)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS entries (
  checksum BLOB, folder TEXT, path BLOB, label TEXT, month TEXT, stored_at REAL, size INTEGER, asset_id TEXT,
  reason TEXT,
  PRIMARY KEY (checksum, folder, path)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS entries_by_month ON entries (folder, month, stored_at);
CREATE INDEX IF NOT EXISTS entries_by_time ON entries (stored_at, checksum, folder, path);
PRAGMA user_version = {_VERSION};
"""
type Place = tuple[float, bytes, str, bytes]
"""When an entry was stored, then its checksum, folder and path: no two have the same."""

_COLUMNS = "checksum, folder, path, label, stored_at, size, asset_id, reason"


@dataclass(frozen=True, slots=True)
class Indexed:
    """An entry as it is shown: the newest of its content at this path of this folder."""

    checksum: bytes
    folder_id: str
    path: str
    label: str
    stored_at: float
    size: int
    asset_id: str | None
    reason: str

    @property
    def place(self) -> Place:
        """Return where it comes when all are in their order."""
        return self.stored_at, self.checksum, self.folder_id, os.fsencode(self.path)


@dataclass(frozen=True, slots=True)
class Search:
    """Which entries are looked for. ``text``: in their paths, in upper or lower case; ``None``: any."""

    text: str | None = None
    month: str | None = None

    @property
    def condition(self) -> tuple[str, list[object]]:
        """Return it as SQL, with its values."""
        where, values = "true", list[object]()
        if self.text is not None:
            where, values = "instr(folded(path), ?) > 0", [self.text.casefold()]
        if self.month is not None:
            where, values = f"{where} AND month = ?", [*values, self.month]
        return where, values


@dataclass(frozen=True, slots=True)
class Group:
    """A folder (``name``: its label) or a month (``2026-11``), and how many entries it has."""

    id: str
    name: str
    count: int


class VaultIndex:
    """An index in the file ``path``. ``wanted``: which files are shown; ``month``: in which month a moment (s) is."""

    def __init__(
        self, path: Path, blocking: Blocking, wanted: Callable[[VaultOrigin], bool], month: Callable[[float], str]
    ) -> None:
        """Open nothing yet."""
        self._file = SideFile(path, blocking, _prepare)
        self._wanted = wanted
        self._month = month
        self._refreshing = asyncio.Lock()

    async def refresh(self, vaults: Sequence[Vault]) -> None:
        """Take up what came and what went. Raises ``VaultError``; what was known stays then."""
        async with self._refreshing:
            generation = 1 + await self._file.run(_last_generation)
            for number, vault in enumerate(vaults):
                async for page in vault.contents():
                    new = await self._file.run(partial(_seen, number, page, generation))
                    for some in batched(new, _AT_ONCE, strict=False):
                        found = await asyncio.gather(*(vault.entries_of(one.checksum) for one in some))
                        await self._file.run(
                            partial(self._take, number, list(zip(some, found, strict=True)), generation)
                        )
            await self._file.run(partial(_forget, generation))

    async def folders(self) -> list[Group]:
        """Return the folders that there are entries of."""
        return sorted(await self._file.run(_folders), key=lambda one: (one.name, one.id))

    async def months(self, folder_id: str) -> list[Group]:
        """Return the months in which files of a folder came, the last one first."""
        sql = "SELECT month, month, count(*) FROM entries WHERE folder = ? GROUP BY month ORDER BY month DESC"
        return await self._file.run(lambda db: [Group(*row) for row in db.execute(sql, (folder_id,))])

    async def entries(self, folder_id: str, month: str, offset: int, limit: int) -> list[Indexed]:
        """Return entries of a folder and month, the last one first."""
        sql = (
            f"SELECT {_COLUMNS} FROM entries WHERE folder = ? AND month = ?"
            " ORDER BY stored_at DESC, checksum DESC, path DESC LIMIT ? OFFSET ?"
        )
        which = (folder_id, month, limit, offset)
        return await self._file.run(lambda db: [_indexed(row) for row in db.execute(sql, which)])

    async def search(self, wanted: Search, after: Place | None, limit: int) -> list[Indexed]:
        """Return entries of all folders, the last one first, beginning behind the place ``after``."""
        where, values = wanted.condition
        if after is not None:
            where, values = f"{where} AND (stored_at, checksum, folder, path) < (?, ?, ?, ?)", [*values, *after]
        order = "stored_at DESC, checksum DESC, folder DESC, path DESC"
        sql = f"SELECT {_COLUMNS} FROM entries WHERE {where} ORDER BY {order} LIMIT ?"
        return await self._file.run(lambda db: [_indexed(row) for row in db.execute(sql, (*values, limit))])

    async def count(self, wanted: Search) -> list[Group]:
        """Return the months, the last one first, with how many entries that are looked for each has."""
        where, values = wanted.condition
        sql = f"SELECT month, month, count(*) FROM entries WHERE {where} GROUP BY month ORDER BY month DESC"
        return await self._file.run(lambda db: [Group(*row) for row in db.execute(sql, values)])

    async def find(self, checksum: bytes) -> Indexed | None:
        """Return the newest entry of a content."""
        sql = f"SELECT {_COLUMNS} FROM entries WHERE checksum = ? ORDER BY stored_at DESC LIMIT 1"
        found = await self._file.run(lambda db: db.execute(sql, (checksum,)).fetchone())
        return None if found is None else _indexed(found)

    async def close(self) -> None:
        """Let the file go."""
        await self._file.close()

    def _take(
        self,
        number: int,
        found: Iterable[tuple[VaultContent, Sequence[VaultEntry]]],
        generation: int,
        db: sqlite3.Connection,
    ) -> None:
        for content, entries in found:
            for entry in sorted(entries, key=lambda one: one.stored_at):
                origin = entry.origin
                if self._wanted(origin):
                    db.execute(
                        "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                        (
                            *(origin.checksum, _text(origin.folder_id), os.fsencode(origin.path)),
                            *(_text(origin.folder_label), self._month(entry.stored_at), entry.stored_at),
                            *(origin.size, None if origin.asset_id is None else _text(origin.asset_id)),
                            origin.reason.value,
                        ),
                    )
            db.execute(
                "INSERT OR REPLACE INTO contents VALUES (?, ?, ?, ?, ?)",
                (number, content.checksum, content.oldest_at, content.newest_at, generation),
            )


def _seen(number: int, page: Sequence[VaultContent], generation: int, db: sqlite3.Connection) -> list[VaultContent]:
    """Note that contents are there, and return those whose entries are not known."""
    return [
        one
        for one in page
        if not db.execute(
            "UPDATE contents SET seen = ? WHERE vault = ? AND checksum = ? AND oldest = ? AND newest = ?",
            (generation, number, one.checksum, one.oldest_at, one.newest_at),
        ).rowcount
    ]


def _forget(generation: int, db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM contents WHERE seen <> ?", (generation,))
    db.execute("DELETE FROM entries WHERE checksum NOT IN (SELECT checksum FROM contents)")


def _folded(path: bytes) -> str:
    return path.decode(errors="replace").casefold()


def _prepare(db: sqlite3.Connection) -> None:
    # SQLite's own knows upper and lower case of English letters only.
    db.create_function("folded", 1, _folded, deterministic=True)
    db.execute("PRAGMA synchronous = OFF")
    if db.execute("PRAGMA user_version").fetchone()[0] != _VERSION:
        db.executescript("DROP TABLE IF EXISTS contents; DROP TABLE IF EXISTS entries;")
    db.executescript(_TABLES)


def _folders(db: sqlite3.Connection) -> list[Group]:
    """Count by the index alone: a table of 100,000 rows takes a second to read."""
    counts = db.execute("SELECT folder, count(*) FROM entries GROUP BY folder").fetchall()
    label = "SELECT label FROM entries WHERE folder = ? ORDER BY month DESC, stored_at DESC LIMIT 1"
    return [Group(folder, db.execute(label, (folder,)).fetchone()[0], count) for folder, count in counts]


def _last_generation(db: sqlite3.Connection) -> int:
    found: int = db.execute("SELECT coalesce(max(seen), 0) FROM contents").fetchone()[0]
    return found


def _text(words: str) -> str:
    """Return words without what no text has: they were read from a place that others may write to."""
    return words.encode(errors="replace").decode()


def _indexed(row: tuple[Any, ...]) -> Indexed:
    checksum, folder_id, path, label, stored_at, size, asset_id, reason = row
    return Indexed(checksum, folder_id, os.fsdecode(path), label, stored_at, size, asset_id, reason)
