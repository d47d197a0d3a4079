"""A vault that knows at any time how much it holds: counted once, and then kept in mind with each change."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import override

from .errors import VaultFullError, VaultUnavailableError
from .model import LocalFile, Vault, VaultEntry, VaultOrigin, VaultUsage
from .reading import ReadsThrough


class CountedVault(ReadsThrough):
    """``vault``, counted. Some 100 bytes of memory per content; ``changed`` is called when ``counted`` is another.

    ``refused`` is called when it took nothing in because it is full or cannot be used.

    What others change in the same place is seen by the next ``count``, and so is the time of the oldest entry once
    that is gone.
    """

    def __init__(self, vault: Vault, changed: Callable[[], None], refused: Callable[[], None] = lambda: None) -> None:
        super().__init__(vault)
        self.counted: VaultUsage | None = None
        """``None`` until ``count`` was through."""
        self.changes = 0
        """How often something came or went by this object."""
        self._changed = changed
        self._refused = refused
        self._known: set[bytes] = set()
        self._meanwhile: dict[bytes, VaultEntry | None] | None = None
        """While it is counted: what came, by its entry, and what went."""

    async def count(self) -> None:
        """Look at everything. Raises ``VaultError``; what was known before stays then."""
        known, total, oldest = set[bytes](), 0, None
        self._meanwhile = {}
        try:
            async for page in self.inner.contents():
                for one in page:
                    if self._meanwhile.get(one.checksum, one) is not None:
                        known.add(one.checksum)
                        total += one.size
                        oldest = one.oldest_at if oldest is None else min(oldest, one.oldest_at)
            meanwhile = self._meanwhile
        finally:
            self._meanwhile = None
        self._known, self.counted = known, VaultUsage(len(known), total, oldest)
        for entry in meanwhile.values():
            if entry is not None:
                self._came(entry)
        self._changed()

    async def store_file(self, source: LocalFile, origin: VaultOrigin) -> VaultEntry:
        """Keep a file."""
        with self._noticed():
            return self._came(await self.inner.store_file(source, origin))

    async def store_stream(self, chunks: AsyncIterator[bytes], origin: VaultOrigin) -> VaultEntry:
        """Keep what ``chunks`` yields."""
        with self._noticed():
            return self._came(await self.inner.store_stream(chunks, origin))

    async def remove(self, checksum: bytes, *, before: float | None = None) -> int:
        """Keep a content no longer."""
        freed = await self.inner.remove(checksum, before=before)
        self.changes += 1
        if freed and self._meanwhile is not None:
            self._meanwhile[checksum] = None
        if freed and self.counted is not None and checksum in self._known:
            self._known.remove(checksum)
            oldest = self.counted.oldest_at if self._known else None
            self.counted = VaultUsage(len(self._known), self.counted.bytes - freed, oldest)
            self._changed()
        return freed

    @override
    async def usage(self) -> VaultUsage:
        """Return what is known; count first if nothing is."""
        if self.counted is None:
            await self.count()
        return self.counted or VaultUsage(0, 0, None)

    async def write_note(self, name: str, text: bytes) -> None:
        """Keep a note."""
        await self.inner.write_note(name, text)

    async def remove_note(self, name: str) -> None:
        """Keep a note no longer."""
        await self.inner.remove_note(name)

    @contextmanager
    def _noticed(self) -> Iterator[None]:
        try:
            yield
        except VaultFullError, VaultUnavailableError:
            self._refused()
            raise

    def _came(self, entry: VaultEntry) -> VaultEntry:
        self.changes += 1
        checksum = entry.origin.checksum
        if self._meanwhile is not None:
            self._meanwhile[checksum] = entry
        if self.counted is not None and checksum not in self._known:
            self._known.add(checksum)
            oldest = entry.stored_at if self.counted.oldest_at is None else self.counted.oldest_at
            size = self.counted.bytes + entry.origin.size
            self.counted = replace(self.counted, objects=len(self._known), bytes=size, oldest_at=oldest)
            self._changed()
        return entry
