"""What the replica needs from the outside, as protocols."""

from collections.abc import AsyncGenerator, Callable, Sequence
from typing import Protocol

from ..immich.models import ApiKeyInfo, DatabaseDump, QueueState, ServerVersion, User


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
