"""What the replica needs from the outside, as protocols: the real clients, or what tests put in their place."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ..immich.models import (
    Album,
    ApiKeyInfo,
    Asset,
    AssetCounts,
    AssetDetails,
    ChangePage,
    DatabaseDump,
    OracleAnswer,
    QueueState,
    ServerVersion,
    User,
)
from ..stores.model import Stored


class Clock(Protocol):
    """Time as the replica sees it."""

    def wall(self) -> float:
        """Return seconds since 1970; may jump."""
        ...

    def monotonic(self) -> float:
        """Return seconds since some moment; never goes back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Pool(Protocol):
    """Something that runs a blocking function and waits for it without blocking the loop."""

    async def run[**P, R](self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run ``function`` and return its result or raise its exception."""
        ...


class Objects(Protocol):
    """The methods of ``stores.store.Store`` that the replica uses. All raise ``StoreError``."""

    def rely_on(self, mark: str | None) -> None:
        """Take a directory in which nothing lies under this key for absent."""
        ...

    async def put(self, key: str, chunks: AsyncIterator[bytes], size: int | None = None) -> Stored:
        """Keep what ``chunks`` yields, whole or not at all; what it raises comes out."""
        ...

    async def put_small(self, key: str, data: bytes) -> None:
        """Keep a small object."""
        ...

    async def head(self, key: str) -> Stored | None:
        """Return what is there, or ``None``."""
        ...

    def read(self, key: str, *, offset: int = 0) -> AsyncIterator[bytes]:
        """Yield the bytes."""
        ...

    async def read_small(self, key: str, limit: int = ...) -> bytes | None:
        """Return a small object, or ``None``."""
        ...

    def list(self, prefix: str = "", after: str | None = None) -> AsyncIterator[tuple[Stored, ...]]:
        """Yield pages of what lies under ``prefix``, sorted by key."""
        ...

    async def delete(self, keys: Sequence[str]) -> None:
        """Remove objects; absent ones are fine."""
        ...


class Library(Protocol):
    """The calls of ``immich.client.ImmichClient`` that the replica makes. All raise ``ImmichError``."""

    async def me(self) -> User:
        """Return the key's user."""
        ...

    def listing(self, since: datetime, owner_id: str, *, album_id: str | None = None) -> AsyncGenerator[ChangePage]:
        """Yield own assets updated since, trashed ones too, or those of an album."""
        ...

    async def newest_asset(self, owner_id: str) -> Asset | None:
        """Return the asset updated last."""
        ...

    async def albums(self) -> tuple[Album, ...]:
        """Return the albums."""
        ...

    async def asset_statistics(self, *, trashed: bool = False) -> AssetCounts:
        """Return counts of timeline and archive, or of the trash."""
        ...

    async def bulk_upload_check(self, checksums: Sequence[bytes]) -> dict[bytes, OracleAnswer]:
        """Return for each checksum whether Immich has it."""
        ...

    async def details(self, asset_id: str) -> AssetDetails:
        """Return one asset with what its owner said about it."""
        ...

    def download(self, asset_id: str, *, offset: int = 0) -> AsyncGenerator[bytes]:
        """Yield the original."""
        ...


class DumpsPort(Protocol):
    """The calls of ``immich.client.ImmichClient`` that concern Immich's database backups. All raise ``ImmichError``."""

    async def version(self) -> ServerVersion: ...
    async def me(self) -> User: ...
    async def api_key(self) -> ApiKeyInfo: ...
    async def start_database_backup(self) -> None: ...
    async def database_backup_queue(self) -> QueueState: ...
    async def database_backups(self) -> tuple[DatabaseDump, ...]: ...
    def download_database_backup(self, name: str, *, offset: int = 0) -> AsyncGenerator[bytes]: ...
    async def delete_database_backups(self, names: Sequence[str]) -> None: ...


@dataclass(frozen=True, slots=True)
class LocalOriginal:
    """A file that is linked and looks as it did when it was hashed; ``chunks`` is closed by whoever opened it."""

    size: int
    chunks: AsyncGenerator[bytes]


class LocalOriginals(Protocol):
    """The files of the account's folders. Nothing here raises but ``OSError``."""

    async def open(self, checksum: bytes) -> LocalOriginal | None:
        """Return the file with this content, or ``None`` where none is linked and unchanged."""
        ...

    async def sidecar(self, checksum: bytes) -> bytes | None:
        """Return the XMP file that lies beside that file, or ``None``."""
        ...

    async def linked(self, checksums: Sequence[bytes]) -> Collection[bytes]:
        """Return those of the checksums that are linked."""
        ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a replica works with. ``blocking`` has exactly one thread: the index lives there. ``random`` is below 1."""

    store: Objects
    library: Library
    local: LocalOriginals
    clock: Clock
    blocking: Pool
    random: Callable[[], float]
