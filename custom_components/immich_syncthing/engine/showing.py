"""Showing photos: of what waits for an answer the bytes are still somewhere, else there would be nothing to decide."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass

from ..immich.errors import ImmichError
from ..vault.errors import VaultError, VaultSourceError
from ..vault.sending import SourceReader
from .apply.context import Context
from .apply.taking import opened
from .errors import EngineError
from .ledger.views import ContentView
from .model import AssetState, FileRow, FileStatus

_IN_IMMICH = frozenset({AssetState.ACTIVE, AssetState.TRASHED})


@dataclass(frozen=True, slots=True)
class Shown:
    """A content that can be shown. ``path``: where it is or was; ``asset_id``: where Immich has it."""

    checksum: bytes
    path: str
    size: int
    asset_id: str | None


async def shown(context: Context, checksum: bytes, *, waiting: bool) -> Shown | None:
    """Return a content that is known, with ``waiting`` only one that waits for an answer. Raises ``LedgerError``."""
    view = await _view(context, checksum, waiting=waiting)
    return None if view is None else _shown(view)


async def shown_bytes(context: Context, checksum: bytes, *, waiting: bool) -> AsyncGenerator[bytes]:
    """Yield what ``shown`` returns: from its file, else from Immich, else from the vault.

    Raises ``EngineError``, ``ImmichError``, ``VaultError``; yields nothing where there is nothing to show.
    """
    view = await _view(context, checksum, waiting=waiting)
    if view is None:
        return
    sources = _sources(context, view)
    for left, source in zip(reversed(range(len(sources))), sources, strict=True):
        began = False
        try:
            async with aclosing(source) as blocks:
                async for block in blocks:
                    began = True
                    yield block
        except EngineError, ImmichError, VaultError:
            if began or not left:
                raise
        else:
            return


def _sources(context: Context, view: ContentView) -> list[AsyncGenerator[bytes]]:
    """Return what may have a content, the nearest first. What Immich had when somebody looked may be gone by now."""
    present = [row for row in view.present if row.status is FileStatus.SETTLED and row.folder_id in context.folders]
    asset_id = _shown(view).asset_id
    immich = [] if asset_id is None else [_each(context.immich.download(asset_id))]
    return [*(_file(context, row) for row in present), *immich, _each(context.vault.read(view.checksum))]


async def _each(blocks: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    async for block in blocks:
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


async def _view(context: Context, checksum: bytes, *, waiting: bool) -> ContentView | None:
    view = await context.workers.ledger.run(context.ledger.content, checksum)
    return None if view is None or (waiting and view.held is None) else view


def _shown(view: ContentView) -> Shown:
    paths = [*(row.path for row in view.present), *(one.path for one in view.gone)]
    asset_id = view.asset.id if view.asset.state in _IN_IMMICH else None
    return Shown(view.checksum, paths[0] if paths else view.checksum.hex(), view.size, asset_id)
