"""A vault whose writers can be made to wait, so that it can move: what nobody writes to can be copied to its end."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from .errors import VaultUnavailableError
from .model import LocalFile, Vault, VaultEntry, VaultOrigin
from .reading import ReadsThrough


class GatedVault(ReadsThrough):
    """Passes everything on to ``inner``. Reading never waits; writing and removing wait while it is ``still``."""

    def __init__(self, inner: Vault) -> None:
        """Be open."""
        super().__init__(inner)
        self._moved = False
        self._writers = 0
        self._quiet, self._open = asyncio.Event(), asyncio.Event()
        self._quiet.set()
        self._open.set()
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def still(self) -> AsyncIterator[None]:
        """Wait until nobody writes, and let nobody begin to before the block ends."""
        async with self._turn:
            self._open.clear()
            try:
                await self._quiet.wait()
                yield
            finally:
                self._open.set()

    def move_away(self) -> None:
        """Let nobody write here ever again: from now on another vault is the account's. Call it while it is still."""
        self._moved = True

    async def store_file(self, source: LocalFile, origin: VaultOrigin) -> VaultEntry:
        """Keep the file's bytes; see ``Vault``."""
        async with self._writing():
            return await self.inner.store_file(source, origin)

    async def store_stream(self, chunks: AsyncIterator[bytes], origin: VaultOrigin) -> VaultEntry:
        """Keep the bytes that ``chunks`` yields; see ``Vault``."""
        async with self._writing():
            return await self.inner.store_stream(chunks, origin)

    async def remove(self, checksum: bytes, *, before: float | None = None) -> int:
        """Keep this content no longer; see ``Vault``."""
        async with self._writing():
            return await self.inner.remove(checksum, before=before)

    async def write_note(self, name: str, text: bytes) -> None:
        """Keep a note; see ``Vault``."""
        async with self._writing():
            await self.inner.write_note(name, text)

    async def remove_note(self, name: str) -> None:
        """Keep a note no longer; see ``Vault``."""
        async with self._writing():
            await self.inner.remove_note(name)

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[None]:
        # Again and again: it may be closed once more before who waited has the turn.
        while not self._open.is_set():
            await self._open.wait()
        if self._moved:
            detail = "moved to another place"
            raise VaultUnavailableError(detail)
        self._writers += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._writers -= 1
            if not self._writers:
                self._quiet.set()
