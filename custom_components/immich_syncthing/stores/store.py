"""One place for objects, whichever kind it is."""

import asyncio
import os
import secrets
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Self

import obstore
from obstore.store import ObjectStore

from .answers import store_errors
from .connecting import connect
from .errors import NotInStoreError, StoreError, StoreMismatchError, StoreUnmarkedError, StoreUnreachableError
from .listing import PAGE, listed, walked
from .model import Stored
from .settings import StoreKind, StoreSettings
from .uploads import Source, upload

if TYPE_CHECKING:  # obstore has these for type checkers only
    from obstore import GetResult, ObjectMeta

MIB = 1024 * 1024
BLOCK = MIB
"""Bytes that are read at once, at least."""

NOTHING = "probe/nothing"
"""A key under which nobody keeps anything."""

_PROBE = b"Immich Syncthing looks whether this store works."

_BATCHES = frozenset({StoreKind.S3, StoreKind.MEMORY})
"""Where one request deletes many objects, absent ones included. Others stop at the first that is not there."""


class Store:
    """A store as ``settings`` say. Keys are relative to its prefix: parts of ``keys.encode_name``, joined by ``/``.

    Every method raises ``StoreError``. Nothing is asked of the store before the first of them. ``mark``: see
    ``rely_on``.
    """

    def __init__(self, settings: StoreSettings, *, mark: str | None = None) -> None:
        self.settings = settings
        self._mark = mark
        self._below = "".join(f"{part}/" for part in settings.prefix.split("/") if part)
        self._connected: ObjectStore | None = None

    @classmethod
    def memory(cls) -> Self:
        """Return an empty store for tests."""
        return cls(StoreSettings(StoreKind.MEMORY))

    def __repr__(self) -> str:
        return f"Store({self.settings!r})"

    def rely_on(self, mark: str | None) -> None:
        """Take a directory for absent while nothing lies in it under the key ``mark``.

        What is left of a disk that is not mounted is an empty directory, which must neither be filled nor believed.
        Every method raises ``StoreUnmarkedError`` then.
        """
        self._mark = mark

    async def check(self) -> None:
        """See whether all works that is needed: write, look, list, read and delete a small object."""
        async with self._probe() as key:
            found = await self.head(key)
            if found is None or found.size != len(_PROBE) or await self.read_small(key) != _PROBE:
                raise StoreMismatchError(key)
            if key not in [one.key async for page in self.list("probe") for one in page]:
                raise StoreMismatchError(key)

    async def is_same(self, other: Store) -> bool:
        """See whether what comes here is in ``other``: a place may have several addresses, or be linked to."""
        async with self._probe() as key:
            return await other.head(key) is not None

    async def put(self, key: str, chunks: AsyncIterator[bytes], size: int | None = None) -> Stored:
        """Keep all that ``chunks`` yields, ``size`` bytes if that is known, under ``key``, in place of what was there.

        Returns when the store says that it has all of it. On any error, and when cancelled, what was sent is removed
        again and what was under the key before stays. Raises what ``chunks`` raises; ``StoreMismatchError``.
        """
        source = Source(chunks)
        try:
            with store_errors(self.settings):
                sent = await upload(await self._store(), self._path(key), source.chunks(), size)
        except StoreError:
            if source.failure is not None:
                raise source.failure from None
            raise
        stored = await self.head(key)
        if stored is None or stored.size != sent:
            detail = f"{key}: {stored.size if stored else 0} bytes instead of {sent}"
            raise StoreMismatchError(detail)
        await self._settle(key)
        return stored

    async def put_small(self, key: str, data: bytes) -> None:
        """Keep ``data`` under ``key``, in place of what was there; never half of it."""
        with store_errors(self.settings):
            await obstore.put_async(await self._store(), self._path(key), data, use_multipart=False)
        await self._settle(key)

    async def head(self, key: str) -> Stored | None:
        """Return what the store says of the object, ``None`` if it is absent; of an absent bucket S3 says the same."""
        try:
            with store_errors(self.settings):
                return self._answered(await obstore.head_async(await self._store(), self._path(key)))
        except NotInStoreError:
            return None

    async def read(self, key: str, *, offset: int = 0, end: int | None = None) -> AsyncGenerator[bytes]:
        """Yield the object's bytes from ``offset`` up to ``end``, or to its own end; no others are asked for.

        The next block is on its way while this one is used. Raises ``NotInStoreError``.
        """
        found = await self._get(key, offset, end)
        if found is None:
            return
        stream = found.stream(min_chunk_size=BLOCK)
        with store_errors(self.settings):
            coming = asyncio.ensure_future(anext(stream))
        try:
            while True:
                with store_errors(self.settings):
                    try:
                        block = await coming
                    except StopAsyncIteration:
                        return
                    coming = asyncio.ensure_future(anext(stream))
                yield bytes(block)
        finally:
            if not coming.cancel() and not coming.cancelled():
                # Nobody wants to know how it ended: asked for, it is not logged.
                coming.exception()

    async def read_small(self, key: str, limit: int = MIB) -> bytes | None:
        """Return the object, at most ``limit`` bytes of it, or ``None`` if there is none."""
        read = bytearray()
        try:
            async with aclosing(self.read(key)) as blocks:
                async for block in blocks:
                    read += block
                    if len(read) >= limit:
                        break
        except NotInStoreError:
            return None
        return bytes(read[:limit])

    async def list(self, prefix: str = "", after: str | None = None) -> AsyncIterator[tuple[Stored, ...]]:
        """Yield pages of the objects below ``prefix``, whole parts of keys, and behind ``after``; sorted by key."""
        store = await self._store()
        whole, behind = self._path(prefix).rstrip("/"), None if after is None else self._path(after)
        on_disk = self.settings.kind is StoreKind.DIRECTORY
        pages = walked(store, whole, behind) if on_disk else listed(store, whole, behind)
        count = 0
        while True:
            with store_errors(self.settings):
                try:
                    page = await anext(pages)
                except StopAsyncIteration:
                    break
            if page:
                count += len(page)
                yield tuple(map(self._stored, page))
        if not on_disk and count % PAGE == 0:
            # Another's answer in the place of the next page is taken for its end: a look at an object tells them apart.
            await self.head(NOTHING)

    async def delete(self, keys: Sequence[str]) -> None:
        """Remove the objects; that one is absent is fine."""
        store = await self._store()
        if self.settings.kind in _BATCHES:
            with store_errors(self.settings):
                await obstore.delete_async(store, [self._path(key) for key in keys])
            return
        for key in keys:
            try:
                with store_errors(self.settings):
                    await obstore.delete_async(store, self._path(key))
            except NotInStoreError:
                continue

    @asynccontextmanager
    async def _probe(self) -> AsyncIterator[str]:
        """Keep a small object under a key of its own until the block ends."""
        key = f"probe/{secrets.token_hex(8)}"
        await self.put_small(key, _PROBE)
        try:
            yield key
        finally:
            await self.delete([key])
            if self.settings.kind is StoreKind.DIRECTORY:
                with suppress(OSError):
                    await asyncio.to_thread(Path(self.settings.directory or "", self._path("probe")).rmdir)

    async def _store(self) -> ObjectStore:
        """Return the store. A directory is looked for each time: it must not be made anew where its disk has gone."""
        if self.settings.kind is StoreKind.DIRECTORY:
            await asyncio.to_thread(self._require_here)
        if self._connected is None:
            with store_errors(self.settings):
                self._connected = await asyncio.to_thread(connect, self.settings)
        return self._connected

    def _require_here(self) -> None:
        directory = self.settings.directory or ""
        if not Path(directory).is_dir():
            raise StoreUnreachableError(directory)
        if self._mark is not None and not Path(directory, self._path(self._mark)).is_file():
            raise StoreUnmarkedError(directory)

    async def _get(self, key: str, offset: int, end: int | None) -> GetResult | None:
        """Ask for this part of the object, ``None`` if the object has no such bytes."""
        if end is not None and offset >= end:
            return None
        options: obstore.GetOptions = {}
        if end is not None:
            options = {"range": (offset, end)}
        elif offset:
            options = {"range": {"offset": offset}}
        try:
            with store_errors(self.settings):
                found = await obstore.get_async(await self._store(), self._path(key), options=options)
                self._answered(found.meta)
                return found
        except StoreError as err:
            # A store refuses what begins behind the end, each in words of its own.
            stored = await self.head(key) if options and type(err) is StoreError else None
            if stored is None or offset < stored.size:
                raise
            return None

    async def _settle(self, key: str) -> None:
        """Bring a file to stable storage: where the store is a directory nobody else does."""
        if self.settings.kind is StoreKind.DIRECTORY and self.settings.directory:
            root = Path(self.settings.directory)
            try:
                await asyncio.to_thread(_sync, root, root / self._path(key))
            except OSError as err:
                raise StoreUnreachableError(err.strerror or "") from err

    def _path(self, key: str) -> str:
        return self._below + key

    def _answered(self, meta: ObjectMeta) -> Stored:
        """Return the object that was asked about. Raises ``StoreUnreachableError`` if no store said so: it tells a tag.

        What answers instead is something before it, with a page of its own.
        """
        if meta["e_tag"] is None:
            detail = "what answers is no store"
            raise StoreUnreachableError(detail)
        return self._stored(meta)

    def _stored(self, meta: ObjectMeta) -> Stored:
        key = meta["path"].removeprefix(self._below)
        return Stored(key, meta["size"], meta["last_modified"].timestamp(), meta["e_tag"])


def _sync(root: Path, path: Path) -> None:
    """Sync the file and the directories from it up to ``root``."""
    while True:
        fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
        if path == root:
            return
        path = path.parent
