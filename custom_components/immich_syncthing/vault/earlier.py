"""A vault, and those that were used before it: nothing is put there any more, but all of it can be had again."""

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing
from operator import itemgetter

from ..stores.paging import in_pages, one_by_one
from .errors import NotInVaultError, VaultError
from .model import LocalFile, Vault, VaultContent, VaultEntry, VaultOrigin, VaultUsage


class VaultWithEarlier:
    """``current``, which everything goes into, and ``earlier`` ones, newest first, which are only read.

    Of what is said of a place, only ``find``, ``read``, the entries and the notes look into the earlier ones. One that
    cannot be reached is no reason to miss what another one has; it is one to not know that a content is nowhere.
    """

    def __init__(self, current: Vault, earlier: Sequence[Vault]) -> None:
        self._current = current
        self._earlier = tuple(earlier)

    async def store_file(self, source: LocalFile, origin: VaultOrigin) -> VaultEntry:
        """Keep a file in the current one."""
        return await self._current.store_file(source, origin)

    async def store_stream(self, chunks: AsyncIterator[bytes], origin: VaultOrigin) -> VaultEntry:
        """Keep what ``chunks`` yields in the current one."""
        return await self._current.store_stream(chunks, origin)

    async def find(self, checksum: bytes, *, relying: bool = True) -> VaultEntry | None:
        """Return the newest entry of the first vault that has the content whole."""
        found = await self._first(checksum, relying=relying)
        return None if found is None else found[1]

    async def read(self, checksum: bytes, *, offset: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Yield the content, or a part of it, from the first vault that has it. Raises ``NotInVaultError``."""
        found = await self._first(checksum, relying=False)
        if found is None:
            raise NotInVaultError(checksum.hex())
        async for block in found[0].read(checksum, offset=offset, end=end):
            yield block

    async def entries(
        self, folder_id: str | None = None, page: int = 500, *, after: bytes | None = None
    ) -> AsyncIterator[tuple[VaultEntry, ...]]:
        """Yield the entries of all vaults, by checksum; those of one content by vault, the current one first."""
        async with AsyncExitStack() as stack:
            streams = [
                await stack.enter_async_context(aclosing(one_by_one(vault.entries(folder_id, page, after=after))))
                for vault in (self._current, *self._earlier)
            ]
            async for gathered in in_pages(_merged(streams), page):
                yield gathered

    async def entries_of(self, checksum: bytes) -> tuple[VaultEntry, ...]:
        """Return the entries of a content, of all vaults, oldest first."""
        found = [entry for vault in (self._current, *self._earlier) for entry in await vault.entries_of(checksum)]
        return tuple(sorted(found, key=lambda entry: entry.stored_at))

    def contents(self) -> AsyncIterator[tuple[VaultContent, ...]]:
        """Yield the contents of the current one."""
        return self._current.contents()

    async def remove(self, checksum: bytes, *, before: float | None = None) -> int:
        """Keep a content no longer in the current one."""
        return await self._current.remove(checksum, before=before)

    async def usage(self) -> VaultUsage:
        """Count the current one."""
        return await self._current.usage()

    async def read_note(self, name: str) -> bytes | None:
        """Return the note of the first vault that has it."""
        for vault in (self._current, *self._earlier):
            if (text := await vault.read_note(name)) is not None:
                return text
        return None

    async def write_note(self, name: str, text: bytes) -> None:
        """Keep a note in the current one: it hides those of the others."""
        await self._current.write_note(name, text)

    async def remove_note(self, name: str) -> None:
        """Keep a note no longer, in any of them."""
        for vault in (*self._earlier, self._current):
            await vault.remove_note(name)

    async def _first(self, checksum: bytes, *, relying: bool) -> tuple[Vault, VaultEntry] | None:
        failed: VaultError | None = None
        for vault in (self._current, *self._earlier):
            try:
                entry = await vault.find(checksum, relying=relying)
            except VaultError as err:
                failed = failed or err
                continue
            if entry is not None:
                return vault, entry
        if failed is not None:
            raise failed
        return None


async def _merged(streams: Sequence[AsyncIterator[VaultEntry]]) -> AsyncGenerator[VaultEntry]:
    """Yield what all yield, by checksum; those of one content by stream."""
    heads = [await anext(stream, None) for stream in streams]
    while waiting := [(head.origin.checksum, n, head) for n, head in enumerate(heads) if head is not None]:
        _, number, entry = min(waiting, key=itemgetter(0, 1))
        heads[number] = await anext(streams[number], None)
        yield entry
