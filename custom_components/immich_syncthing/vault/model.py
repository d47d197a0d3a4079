"""What the vault keeps: one object per checksum, and for each deletion an entry that says where it came from."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class VaultReason(StrEnum):
    """Why a file was vaulted."""

    ASSET_DELETED = "asset_deleted"
    """The asset was trashed in Immich, so the file is deleted in the folder."""
    FILE_DELETED = "file_deleted"
    """The file was deleted on the phone, so the asset is trashed."""
    FILE_EDITED = "file_edited"
    """The file was edited on the phone, so the asset of its old bytes is trashed."""
    FREED = "freed"
    """The folder keeps the file no longer because of its age; Immich has it."""


@dataclass(frozen=True, slots=True)
class VaultOrigin:
    """Where vaulted bytes came from. ``path`` is relative to the folder's root; times are ns since 1970."""

    checksum: bytes
    size: int
    folder_id: str
    folder_label: str
    path: str
    mtime_ns: int
    asset_id: str | None
    account_id: str
    reason: VaultReason


@dataclass(frozen=True, slots=True)
class VaultEntry:
    """A vaulted file: its origin and when it came here (s since 1970)."""

    origin: VaultOrigin
    stored_at: float


@dataclass(frozen=True, slots=True)
class VaultContent:
    """A content that a vault holds: its bytes, and when its oldest and its newest entry came (s since 1970)."""

    checksum: bytes
    size: int
    oldest_at: float
    newest_at: float


@dataclass(frozen=True, slots=True)
class VaultUsage:
    """How much a vault holds: contents, their bytes, and when the oldest entry came (s since 1970)."""

    objects: int
    bytes: int
    oldest_at: float | None


@dataclass(frozen=True, slots=True)
class LocalFile:
    """A file on disk to vault: ``name`` inside the directory open as ``dir_fd``; never a symlink."""

    dir_fd: int
    name: str


class Blocking(Protocol):
    """Something that runs a blocking function without blocking the event loop."""

    async def run[**P, R](self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run ``function`` and return its result or raise its exception."""
        ...


class Vault(Protocol):
    """A place that keeps deleted files. Everything raises ``VaultError`` where the place fails.

    A file counts as vaulted only when ``store_file`` or ``store_stream`` returned: the bytes are then on stable
    storage and were read back, or hashed while written, to equal ``origin.checksum``.
    """

    async def store_file(self, source: LocalFile, origin: VaultOrigin) -> VaultEntry:
        """Keep the file's bytes; the source stays as it is."""
        ...

    async def store_stream(self, chunks: AsyncIterator[bytes], origin: VaultOrigin) -> VaultEntry:
        """Keep the bytes that ``chunks`` yields."""
        ...

    async def find(self, checksum: bytes, *, relying: bool = True) -> VaultEntry | None:
        """Return the newest entry for this content, or ``None`` if there is none or its bytes are not whole.

        ``relying``: the answer decides whether other bytes go, so these were read and hashed just now. Without it
        their size is enough: whoever reads them finds out.
        """
        ...

    def read(self, checksum: bytes, *, offset: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """Yield the content's bytes in blocks, from ``offset`` up to ``end`` or to its own end.

        All of them are compared with the checksum, at the end; a part of them cannot be.
        """
        ...

    def entries(
        self, folder_id: str | None = None, page: int = 500, *, after: bytes | None = None
    ) -> AsyncIterator[tuple[VaultEntry, ...]]:
        """Yield all entries, or those of one folder, in pages of at most ``page``; by checksum, then by time.

        ``after``: only those of contents whose checksum is larger.
        """
        ...

    async def entries_of(self, checksum: bytes) -> tuple[VaultEntry, ...]:
        """Return the entries of one content, oldest first. Its bytes are not looked at."""
        ...

    def contents(self) -> AsyncIterator[tuple[VaultContent, ...]]:
        """Yield pages of the contents that are here and have an entry, by checksum.

        No entry is read for it and no byte: it is what a vault of 100,000 contents can tell in moments.
        """
        ...

    async def remove(self, checksum: bytes, *, before: float | None = None) -> int:
        """Keep this content no longer; return the bytes that it took, 0 if there was none.

        With ``before`` (s since 1970), only if all its entries came earlier than that and can be read: whoever looked
        at the entries then knew of all of them.
        """
        ...

    async def usage(self) -> VaultUsage:
        """Count what is here."""
        ...

    async def read_note(self, name: str) -> bytes | None:
        """Return a note of this name, a small text beside the photos, or ``None``."""
        ...

    async def write_note(self, name: str, text: bytes) -> None:
        """Keep a note, in place of an older one: on stable storage when this returns, and never half of it."""
        ...

    async def remove_note(self, name: str) -> None:
        """Keep a note no longer; that there is none is fine."""
        ...
