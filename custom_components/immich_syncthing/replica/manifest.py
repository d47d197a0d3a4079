"""The manifest: what is in the replica, as JSON Lines beside it, so that everything can be found again without us.

``manifest/<number>.jsonl`` adds lines, ``manifest/<number>-all.jsonl`` holds all lines up to its number; the last line
of a checksum is the true one. A line whose ``deleted_at`` is set tells of an original that was deleted in Immich then;
its copy may be gone.
"""

import asyncio
import json
import logging
import re
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from datetime import UTC, datetime

from ..stores.errors import StoreMismatchError
from .errors import OtherUserError, ReplicaTooNewError
from .index import Index
from .layout import original_name, sidecar_of
from .model import Copy
from .ports import Surroundings

_LOGGER = logging.getLogger(__name__)

MANIFEST = "manifest"
ABOUT = f"{MANIFEST}/about.json"
FORMAT = 1
LINES_PER_OBJECT = 1_000
LEAST_TO_COMPACT = 10_000
"""Added lines from which on all are written anew, if they are also more than the others: so each costs little."""
MOST_OBJECTS = 500
"""Objects after which all lines are written anew however few they are: many runs change little."""
LONGEST_LINE = 1024 * 1024
LARGEST = 2**63
"""What SQLite counts up to."""

_NUMBERED = re.compile(rf"{MANIFEST}/(?P<number>\d{{12}})(?P<all>-all)?\.jsonl\Z")
_ABOUT = (
    "Copies of the originals of an Immich account. originals/ holds the files by the month in which they were taken,"
    " with XMP sidecars beside them; the other files of this folder tell of each its checksum (SHA-1), name, albums,"
    " description and tags, one JSON object per line, the last line of a checksum being the true one."
)


class Manifest:
    """The manifest in the store, written from the index."""

    def __init__(self, around: Surroundings, index: Index) -> None:
        """Look at nothing yet."""
        self._store = around.store
        self._blocking = around.blocking
        self._index = index
        self._objects: list[str] | None = None
        self._added = 0
        self._turn = asyncio.Lock()

    async def claim(self, user_id: str) -> None:
        """Make sure that the store's replica is this account's; an empty one becomes its own.

        Raises ``OtherUserError``, ``ReplicaTooNewError``, ``StoreError``.
        """
        told = await self._store.read_small(ABOUT)
        if told is None:
            await self._mark(user_id)
            return
        try:
            about = json.loads(told)
            owner, version = about["user"], int(about["format"])
        except ValueError, TypeError, KeyError:
            # Unreadable, it proves no stranger; whose photos these are the lines and checksums show.
            _LOGGER.warning("%s cannot be read and is written anew", ABOUT)
            await self._mark(user_id)
            return
        if version > FORMAT:
            detail = f"format {version} is newer than {FORMAT}"
            raise ReplicaTooNewError(detail)
        if owner != user_id:
            raise OtherUserError
        self._store.rely_on(ABOUT)

    async def _mark(self, user_id: str) -> None:
        about = {"format": FORMAT, "user": user_id, "about": _ABOUT}
        await self._store.put_small(ABOUT, json.dumps(about, indent=1).encode())
        self._store.rely_on(ABOUT)

    async def flush(self) -> int:
        """Add the lines that are not told yet; return how many. Raises ``StoreError``."""
        count = 0
        async with self._turn:
            while copies := await self._blocking.run(self._index.copies.untold, LINES_PER_OBJECT):
                text = b"".join(line_of(copy) for copy in copies)
                await self._store.put_small(await self._next(), text)
                await self._blocking.run(self._index.copies.told, copies)
                count += len(copies)
                self._added += len(copies)
        return count

    async def compact(self) -> bool:
        """Write all lines anew if that has become worth it; return whether it was. Raises ``StoreError``."""
        async with self._turn:
            objects = await self._known()
            total = await self._blocking.run(self._index.copies.count)
            # Of an earlier session only the objects are known: each counts as full.
            added = max(self._added, (len(objects) - 1) * LINES_PER_OBJECT)
            if len(objects) < MOST_OBJECTS and (added < LEAST_TO_COMPACT or added < total):
                return False
            old = list(objects)
            name = await self._next("-all")
            await self._store.put(name, self._all_lines())
            await self._store.delete(old)
            self._objects, self._added = [name], 0
            return True

    async def lines(self) -> AsyncGenerator[Copy]:
        """Yield what the store's lines tell, the oldest first; ``copied_at`` is never set. Raises ``StoreError``.

        A line that cannot be read is passed over: the others are worth having.
        """
        objects = await self._known(again=True)
        newest = max((place for place, name in enumerate(objects) if name.endswith("-all.jsonl")), default=0)
        for name in objects[newest:]:
            async with aclosing(_split(self._store.read(name))) as lines:
                async for line in lines:
                    copy = copy_of(line)
                    if copy is not None:
                        yield copy
                    elif line.strip():
                        _LOGGER.warning("A line of %s cannot be read", name)

    async def _all_lines(self) -> AsyncIterator[bytes]:
        after = b""
        while copies := await self._blocking.run(self._index.copies.lines, after, LINES_PER_OBJECT):
            yield b"".join(line_of(copy) for copy in copies)
            after = copies[-1].checksum

    async def _next(self, ending: str = "") -> str:
        """Return the name of the next object. Its number is the highest, whatever the clocks do."""
        objects = await self._known()
        found = _NUMBERED.match(objects[-1]) if objects else None
        name = f"{MANIFEST}/{int(found['number']) + 1 if found else 1:012}{ending}.jsonl"
        if await self._store.head(name) is not None:
            # Somebody else writes here, or the listing was not whole: nothing is overwritten.
            self._objects = None
            raise StoreMismatchError(name)
        objects.append(name)
        return name

    async def _known(self, *, again: bool = False) -> list[str]:
        """Return the names of the manifest's objects, the oldest first."""
        if self._objects is None or again:
            found = [one.key async for page in self._store.list(MANIFEST) for one in page]
            self._objects = sorted(key for key in found if _NUMBERED.match(key))
        return self._objects


def line_of(copy: Copy) -> bytes:
    """Return the line of a copy that has been described."""
    told = {
        "checksum": copy.checksum.hex(),
        "key": copy.key,
        "sidecar": None if copy.sidecar is None else sidecar_of(copy.key),
        "size": copy.size,
        **json.loads(copy.line or "{}"),
        "deleted_at": None if copy.gone_since is None else datetime.fromtimestamp(copy.gone_since, UTC).isoformat(),
    }
    return json.dumps(told, ensure_ascii=False).encode("utf-8", "replace") + b"\n"


def copy_of(line: bytes) -> Copy | None:
    """Return what a line tells, or ``None`` if it cannot be read."""
    try:
        told = json.loads(line)
        checksum, key, size = bytes.fromhex(told.pop("checksum")), str(told.pop("key")), told.pop("size")
        deleted, _ = told.pop("deleted_at"), told.pop("sidecar", None)
        gone_since = None if deleted is None else datetime.fromisoformat(deleted).timestamp()
        if len(checksum) != 20 or not isinstance(size, int) or not 0 <= size < LARGEST:  # noqa: PLR2004
            return None
        # Whatever a line says, nothing but originals is ever written to, or removed, because of it.
        original_name(key)
        rest = json.dumps(told, ensure_ascii=False)
        rest.encode()
    except ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError:
        return None
    return Copy(checksum, key, size, gone_since=gone_since, line=rest)


async def _split(blocks: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    """Yield lines; what is longer than any line of ours is cut, and then cannot be read."""
    rest = b""
    async for block in blocks:
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            yield line
        rest = rest[:LONGEST_LINE]
    if rest:
        yield rest
