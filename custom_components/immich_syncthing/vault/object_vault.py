"""The vault in an object store, laid out as in a directory.

::

    README.txt
    objects/ab/<checksum>               the bytes, once per content
    entries/<checksum>/<when>-<n>.json  where they came from, once per deletion
    notes/<name>                        small texts about the folders; no photos

A store makes an object of all that was sent or of nothing, and nobody but us writes to it. What was hashed while it was
sent, and has its size in the store, is therefore vaulted. What was there already is read and hashed before a file goes
because of it.
"""

import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing

from ..stores.errors import NotInStoreError
from ..stores.paging import in_pages
from ..stores.store import Store
from .entries import checksum_named
from .errors import VaultMismatchError, VaultUnavailableError
from .model import Blocking, LocalFile, VaultContent, VaultEntry, VaultOrigin, VaultUsage
from .notes import LONGEST_NOTE, note_name
from .object_entries import ObjectEntries
from .sending import SourceReader, checked
from .store_answers import store_answers
from .turns import turns_at

README = """\
Immich Syncthing vault: do not delete, do not change.

Every photo and video that Immich Syncthing deleted is kept here first, so that it can be restored.
objects/ holds the bytes, each object named by the SHA-1 of its content; entries/ says in JSON where each came from.
"""


class ObjectVault:
    """A ``Vault`` in ``store``, below its prefix. ``clock`` returns seconds since 1970; ``blocking`` reads local files.

    Only ``prepare`` makes it a vault: where its mark is gone (another bucket, a disk that is not mounted), all else
    raises ``VaultUnavailableError``. Two accounts of one Home Assistant may share it.
    """

    def __init__(self, store: Store, clock: Callable[[], float], blocking: Blocking) -> None:
        self.store = store
        self._clock = clock
        self._blocking = blocking
        self._entries = ObjectEntries(store)
        self._turns = turns_at(store.settings.place)

    async def prepare(self, *, create: bool = True) -> None:
        """Make it ready; this is also how it shows that it can be written to.

        Without ``create`` a place that is no vault yet is refused. Raises ``VaultUnavailableError``,
        ``VaultFullError``.
        """
        with store_answers():
            if not create:
                await self._require_here()
            await self.store.put_small("README.txt", README.encode())

    async def store_file(self, source: LocalFile, origin: VaultOrigin) -> VaultEntry:
        """Keep the file's bytes; the source stays as it is.

        ``source.dir_fd`` is used by another thread until this returns; a cancelled call returns only after that.
        Raises ``VaultSourceError`` (cannot be read), ``VaultMismatchError`` (holds other bytes), ``VaultFullError``,
        ``VaultUnavailableError``; an object that was not here before is not here then.
        """
        reader = SourceReader(source, self._blocking)
        try:
            if await reader.open() != origin.size:
                raise VaultMismatchError(source.name)
            return await self._keep(reader.blocks(), origin)
        finally:
            await reader.close()

    async def store_stream(self, chunks: AsyncIterator[bytes], origin: VaultOrigin) -> VaultEntry:
        """Keep the bytes that ``chunks`` yields; it is not even started if the vault holds the content already.

        Raises what ``chunks`` raises, and as ``store_file``; nothing is kept then.
        """
        return await self._keep(chunks, origin)

    async def find(self, checksum: bytes, *, relying: bool = True) -> VaultEntry | None:
        """Return the newest entry for this content, if its object has the size that the entry says.

        ``relying``: and if its bytes, read just now, have the checksum. Raises ``VaultUnavailableError``.
        """
        with store_answers():
            entry = await self._entries.newest(checksum)
            if entry is None:
                await self._require_here()
                return None
            whole = self._is_whole if relying else self._has_size
            return entry if await whole(checksum, entry.origin.size) else None

    async def read(self, checksum: bytes, *, offset: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Yield the content, or a part of it, in blocks.

        In the end it raises ``VaultMismatchError`` if the whole was something else. Raises ``NotInVaultError``,
        ``VaultUnavailableError``.
        """
        whole, digest = offset == 0 and end is None, hashlib.sha1(usedforsecurity=False)
        with store_answers():
            try:
                async with aclosing(self.store.read(_object(checksum), offset=offset, end=end)) as blocks:
                    async for block in blocks:
                        if whole:
                            digest.update(block)
                        yield block
            except NotInStoreError:
                await self._require_here()
                raise
        if whole and digest.digest() != checksum:
            raise VaultMismatchError(checksum.hex())

    async def entries(
        self, folder_id: str | None = None, page: int = 500, *, after: bytes | None = None
    ) -> AsyncIterator[tuple[VaultEntry, ...]]:
        """Yield all entries, or those of one folder, in pages of at most ``page``. Raises ``VaultUnavailableError``."""
        with store_answers():
            await self._require_here()
            async with aclosing(self._entries.all(after)) as found:
                wanted = (one async for one in found if folder_id in {None, one.origin.folder_id})
                async for gathered in in_pages(wanted, page):
                    yield gathered

    async def entries_of(self, checksum: bytes) -> tuple[VaultEntry, ...]:
        """Return the entries of one content, oldest first. Raises ``VaultUnavailableError``."""
        with store_answers():
            await self._require_here()
            return await self._entries.of(checksum)

    async def contents(self) -> AsyncIterator[tuple[VaultContent, ...]]:
        """Yield pages of what is here, by checksum. Raises ``VaultUnavailableError``."""
        with store_answers():
            await self._require_here()
            async with aclosing(self._entries.spans()) as spans:
                span = await anext(spans, None)
                async for page in self.store.list("objects"):
                    found = []
                    for stored in page:
                        name = stored.key.rpartition("/")[2]
                        while span is not None and span[0] < name:
                            span = await anext(spans, None)
                        checksum = checksum_named(name)
                        if span is not None and span[0] == name and checksum is not None:
                            found.append(VaultContent(checksum, stored.size, *span[1:]))
                    if found:
                        yield tuple(found)

    async def remove(self, checksum: bytes, *, before: float | None = None) -> int:
        """Keep this content no longer; return the bytes that it took. Raises ``VaultUnavailableError``."""
        async with self._turns.of(checksum):
            with store_answers():
                await self._require_here()
                if before is not None and (
                    any(time >= before for time in await self._entries.times(checksum))
                    or not await self._entries.are_read(checksum)
                ):
                    return 0
                stored = await self.store.head(_object(checksum))
                # The object first: what is cut off here is begun again by whoever finds the entries.
                await self.store.delete([_object(checksum)])
                await self._entries.remove(checksum)
                return stored.size if stored else 0

    async def usage(self) -> VaultUsage:
        """Count what is here. Raises ``VaultUnavailableError``."""
        count, total = 0, 0
        with store_answers():
            await self._require_here()
            async for page in self.store.list("objects"):
                count, total = count + len(page), total + sum(stored.size for stored in page)
            return VaultUsage(count, total, await self._entries.oldest())

    async def read_note(self, name: str) -> bytes | None:
        """Return a note of this name (letters, digits, ``.-_``) or ``None``. Raises ``VaultUnavailableError``."""
        key = f"notes/{note_name(name)}"
        with store_answers():
            await self._require_here()
            return await self.store.read_small(key, LONGEST_NOTE)

    async def write_note(self, name: str, text: bytes) -> None:
        """Keep a note, in place of an older one. Raises ``VaultFullError``, ``VaultUnavailableError``."""
        key = f"notes/{note_name(name)}"
        with store_answers():
            await self._require_here()
            await self.store.put_small(key, text)

    async def remove_note(self, name: str) -> None:
        """Keep a note no longer; that there is none is fine. Raises ``VaultUnavailableError``."""
        key = f"notes/{note_name(name)}"
        with store_answers():
            await self._require_here()
            await self.store.delete([key])

    async def _keep(self, chunks: AsyncIterator[bytes], origin: VaultOrigin) -> VaultEntry:
        async with self._turns.of(origin.checksum):
            with store_answers():
                await self._require_here()
                if not await self._is_whole(origin.checksum, origin.size):
                    await self.store.put(_object(origin.checksum), checked(chunks, origin), origin.size)
                entry = VaultEntry(origin, self._clock())
                await self._entries.add(entry)
                return entry

    async def _is_whole(self, checksum: bytes, size: int) -> bool:
        """Return whether the object is here and its bytes, read just now, are what they should be."""
        if not await self._has_size(checksum, size):
            return False
        digest = hashlib.sha1(usedforsecurity=False)
        async for block in self.store.read(_object(checksum)):
            digest.update(block)
        return digest.digest() == checksum

    async def _has_size(self, checksum: bytes, size: int) -> bool:
        stored = await self.store.head(_object(checksum))
        return stored is not None and stored.size == size

    async def _require_here(self) -> None:
        """Raise if there is no vault: an absent one must not look like an empty one."""
        if await self.store.read_small("README.txt") is None:
            detail = "no vault is here: its README.txt is missing"
            raise VaultUnavailableError(detail)


def _object(checksum: bytes) -> str:
    name = checksum.hex()
    return f"objects/{name[:2]}/{name}"
