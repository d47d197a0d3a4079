"""Showing what waits for an answer: its bytes are still somewhere, else there would be nothing to decide."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from ..vault.errors import VaultSourceError
from ..vault.sending import SourceReader
from .apply.context import Context
from .apply.taking import opened
from .errors import EngineError
from .ledger.views import ContentView
from .model import AssetState, FileRow, FileStatus

_IN_IMMICH = frozenset({AssetState.ACTIVE, AssetState.TRASHED})


@dataclass(frozen=True, slots=True)
class Held:
    """A content that waits for an answer. ``path``: where it is or was; ``asset_id``: where Immich has it."""

    checksum: bytes
    path: str
    size: int
    asset_id: str | None


async def held(context: Context, checksum: bytes) -> Held | None:
    """Return a content that waits, ``None`` if it does not. Raises ``LedgerError``."""
    view = await context.workers.ledger.run(context.ledger.content, checksum)
    return None if view is None or view.held is None else _held(view)


async def held_bytes(context: Context, checksum: bytes) -> AsyncGenerator[bytes]:
    """Yield a content that waits: from its file, else from Immich, else from the vault.

    Raises ``EngineError``, ``ImmichError``, ``VaultError``; yields nothing where it does not wait.
    """
    view = await context.workers.ledger.run(context.ledger.content, checksum)
    if view is None or view.held is None:
        return
    for row in view.present:
        if row.status is not FileStatus.SETTLED or row.folder_id not in context.folders:
            continue
        began = False
        try:
            async with aclosing(_file(context, row)) as blocks:
                async for block in blocks:
                    began = True
                    yield block
        except EngineError, VaultSourceError:
            if began:
                raise
            continue
        return
    asset_id = _held(view).asset_id
    found = context.vault.read(checksum) if asset_id is None else context.immich.download(asset_id)
    async for block in found:
        yield block


async def _file(context: Context, row: FileRow) -> AsyncGenerator[bytes]:
    """Yield a file, if it still has the size that it had when it was hashed."""
    async with opened(context, context.folders[row.folder_id], row.path) as (_, source):
        reader = SourceReader(source, context.workers.disk)
        try:
            if await reader.open() != row.signature.size:
                raise VaultSourceError(row.path)
            async for block in reader.blocks():
                yield block
        finally:
            await reader.close()


def _held(view: ContentView) -> Held:
    paths = [*(row.path for row in view.present), *(one.path for one in view.gone)]
    asset_id = view.asset.id if view.asset.state in _IN_IMMICH else None
    return Held(view.checksum, paths[0] if paths else view.checksum.hex(), view.size, asset_id)
