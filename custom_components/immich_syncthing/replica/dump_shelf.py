"""Dumps of Immich's database as they lie in a store: each under Immich's file name, with a note beside it.

``database/<name>`` is the dump, ``database/<name>.json`` its note. The note comes first and says that a dump is
coming; once the dump is there and was read back whole, the note says so. Whatever breaks off in between leaves a note
that says *coming*: what lies beside such a note is ours, and is looked at again or removed, and is never called a
backup. What has no note is somebody else's and stays, and so does what another account noted as its own: a store may
be shared, and what one of them need not keep any more may be all that another has.
"""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import aclosing, suppress
from dataclasses import dataclass

from ..immich.dumps import is_dump_name
from ..immich.models import DatabaseDump
from ..stores.errors import StoreError
from ..stores.store import Store
from .dump_check import DumpCheck
from .errors import BrokenDumpError, DumpDamagedError, DumpInTheWayError
from .ports import Pool

PREFIX = "database/"
_NOTE = ".json"
_DAY = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class StoredDump:
    """A whole dump in the store. ``made_at``: when Immich was asked for it (wall seconds). ``checksum``: SHA-256."""

    name: str
    size: int
    made_at: float
    checksum: str


@dataclass(frozen=True, slots=True)
class Keeping:
    """How many dumps are kept, and for how many days; ``None`` is for ever. The newest one always is."""

    number: int | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """What lies in the store: whole dumps, newest first, and the names of ours that are not (any more)."""

    dumps: tuple[StoredDump, ...]
    unfinished: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Coming:
    """A note without a dump that is known to be whole."""


class DumpShelf:
    """Keeps dumps in a store. Every method raises ``StoreError``."""

    def __init__(self, store: Store, pool: Pool, owner: str) -> None:
        """Keep those of ``owner`` (the id of Immich's user) in ``store``; ``pool`` runs what takes time."""
        self._store = store
        self._pool = pool
        self._owner = owner

    async def look(self) -> Shelf:
        """Return what lies there; nothing is read but the notes."""
        sizes: dict[str, int] = {}
        noted: set[str] = set()
        async for page in self._store.list(PREFIX.rstrip("/")):
            for one in page:
                name = one.key.removeprefix(PREFIX)
                if is_dump_name(name):
                    sizes[name] = one.size
                elif is_dump_name(name.removesuffix(_NOTE)):
                    noted.add(name.removesuffix(_NOTE))
        read = {name: await self._note(name) for name in sorted(noted)}
        notes = {name: note for name, note in read.items() if note is not None}
        dumps = [note for note in notes.values() if isinstance(note, StoredDump) and sizes.get(note.name) == note.size]
        whole = {one.name for one in dumps}
        newest = sorted(dumps, key=lambda one: (one.made_at, one.name), reverse=True)
        return Shelf(tuple(newest), tuple(sorted(notes.keys() - whole)))

    async def take(self, dump: DatabaseDump, made_at: float, fetch: Callable[[], AsyncGenerator[bytes]]) -> StoredDump:
        """Fetch a dump into the store, unless it is there already.

        Raises:
            BrokenDumpError: what was fetched is no whole dump.
            DumpDamagedError: what lies in the store afterwards is not what was fetched.
            DumpInTheWayError: something of this name, and not of ours, lies there.
            ImmichError: of ``fetch``.
        """
        note, there = await self._note(dump.name), await self._store.head(PREFIX + dump.name)
        if there is not None:
            if isinstance(note, StoredDump) and note.size == there.size == dump.size:
                return note
            found = await self._found(dump, made_at)
            if found is not None:
                return found
            if note is None:
                raise DumpInTheWayError(dump.name)
        await self._write(dump.name, None)
        try:
            arriving = DumpCheck()
            await self._store.put(PREFIX + dump.name, self._arriving(dump, arriving, fetch), dump.size)
            await self._read_back(dump.name, arriving.checksum)
        except Exception:
            with suppress(StoreError):
                await self.remove(dump.name)
            raise
        return await self._done(dump, made_at, arriving)

    async def tidy(self) -> None:
        """Remove ours that broke off, or whose dump is gone. A dump that was changed by somebody stays."""
        for name in (await self.look()).unfinished:
            gone = await self._store.head(PREFIX + name) is None
            if gone or not isinstance(await self._note(name), StoredDump):
                await self.remove(name)

    async def keep(self, keeping: Keeping, now: float) -> tuple[str, ...]:
        """Remove what need not be kept, and return its names; ``now`` in wall seconds."""
        dumps = (await self.look()).dumps
        old = [
            one.name
            for place, one in enumerate(dumps)
            if place
            and (
                (keeping.number is not None and place >= keeping.number)
                or (keeping.days is not None and now - one.made_at > keeping.days * _DAY)
            )
        ]
        for name in old:
            await self.remove(name)
        return tuple(old)

    async def remove(self, name: str) -> None:
        """Remove a dump of ours, and then its note: without the note nobody would know whose it is."""
        await self._store.delete([PREFIX + name])
        await self._store.delete([PREFIX + name + _NOTE])

    async def _found(self, dump: DatabaseDump, made_at: float) -> StoredDump | None:
        """Take what lies there, if that is the whole dump; a life that ended before its note was written left it."""
        with suppress(BrokenDumpError):
            check = await self._read(dump.name)
            if check.size == dump.size:
                return await self._done(dump, made_at, check)
        return None

    async def _done(self, dump: DatabaseDump, made_at: float, check: DumpCheck) -> StoredDump:
        stored = StoredDump(dump.name, check.size, made_at, check.checksum)
        await self._write(dump.name, stored)
        return stored

    async def _arriving(
        self, dump: DatabaseDump, check: DumpCheck, fetch: Callable[[], AsyncGenerator[bytes]]
    ) -> AsyncIterator[bytes]:
        """Yield what is fetched, and raise at its end if it was no whole dump: then the store keeps nothing of it."""
        async with aclosing(fetch()) as chunks:
            async for chunk in chunks:
                await self._pool.run(check.take, chunk)
                yield chunk
        await self._pool.run(check.finish)
        if check.size != dump.size:
            detail = f"it has {check.size} bytes, and Immich said {dump.size}"
            raise BrokenDumpError(detail)

    async def _read_back(self, name: str, checksum: str) -> None:
        """Raise ``DumpDamagedError`` unless exactly that lies there: nobody else will notice before it is needed."""
        try:
            check = await self._read(name)
        except BrokenDumpError as err:
            raise DumpDamagedError(name) from err
        if check.checksum != checksum:
            raise DumpDamagedError(name)

    async def _read(self, name: str) -> DumpCheck:
        """Read a dump in the store to its end. Raises ``BrokenDumpError``."""
        check = DumpCheck()
        async with aclosing(self._store.read(PREFIX + name)) as chunks:
            async for chunk in chunks:
                await self._pool.run(check.take, chunk)
        await self._pool.run(check.finish)
        return check

    async def _write(self, name: str, stored: StoredDump | None) -> None:
        """Write a note: of a whole dump, or of one that is coming."""
        told: dict[str, object] = {"name": name, "of": self._owner, "whole": stored is not None}
        if stored is not None:
            told |= {"size": stored.size, "made_at": stored.made_at, "sha256": stored.checksum}
        await self._store.put_small(PREFIX + name + _NOTE, json.dumps(told).encode())

    async def _note(self, name: str) -> StoredDump | _Coming | None:
        """Return what a note of ours says; one that cannot be understood says nothing good."""
        text = await self._store.read_small(PREFIX + name + _NOTE)
        if text is None:
            return None
        try:
            told = json.loads(text)
        except ValueError:
            return _Coming()
        if isinstance(told, dict) and told.get("of", self._owner) != self._owner:
            return None
        match told:
            case {
                "name": str(named),
                "whole": True,
                "size": int(size),
                "made_at": int(made_at) | float(made_at),
                "sha256": str(checksum),
            } if named == name:
                return StoredDump(name, size, float(made_at), checksum)
            case _:
                return _Coming()
