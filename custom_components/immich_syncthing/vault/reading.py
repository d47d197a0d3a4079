"""What vaults have in common that stand before another one: whatever only reads is passed on."""

from collections.abc import AsyncIterator

from .model import Vault, VaultContent, VaultEntry, VaultUsage


class ReadsThrough:
    """Half a ``Vault``, before ``inner``. Who writes is each one's own affair, so none of that is passed on unseen."""

    def __init__(self, inner: Vault) -> None:
        self.inner = inner

    async def find(self, checksum: bytes, *, relying: bool = True) -> VaultEntry | None:
        """Return the newest entry for this content; see ``Vault``."""
        return await self.inner.find(checksum, relying=relying)

    def read(self, checksum: bytes, *, offset: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Yield the content's bytes in blocks; see ``Vault``."""
        return self.inner.read(checksum, offset=offset, end=end)

    def entries(
        self, folder_id: str | None = None, page: int = 500, *, after: bytes | None = None
    ) -> AsyncIterator[tuple[VaultEntry, ...]]:
        """Yield all entries; see ``Vault``."""
        return self.inner.entries(folder_id, page, after=after)

    async def entries_of(self, checksum: bytes) -> tuple[VaultEntry, ...]:
        """Return the entries of one content; see ``Vault``."""
        return await self.inner.entries_of(checksum)

    def contents(self) -> AsyncIterator[tuple[VaultContent, ...]]:
        """Yield pages of the contents; see ``Vault``."""
        return self.inner.contents()

    async def usage(self) -> VaultUsage:
        """Count what is here; see ``Vault``."""
        return await self.inner.usage()

    async def read_note(self, name: str) -> bytes | None:
        """Return a note; see ``Vault``."""
        return await self.inner.read_note(name)
