"""Taking one file out of its folder: what it was is checked, kept, and only then gone, and Syncthing is told."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from ...syncthing.errors import SyncthingError
from ...vault.model import LocalFile, VaultOrigin, VaultReason
from ..errors import NotCarriedError, WorldChangedError
from ..model import FileRow
from ..quarantine import discard, quarantine
from ..scan import Root
from .context import Context, Folder, Run

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Keepsake:
    """What the vault notes of a file; ``asset_id`` is where Immich had it."""

    checksum: bytes
    asset_id: str | None
    reason: VaultReason


async def take_away(
    context: Context,
    run: Run,
    row: FileRow,
    token: str,
    keepsake: Keepsake,
    *,
    wanted: Callable[[], bool] = lambda: True,
    vaulted: bool = True,
) -> bool:
    """Take one file away by way of the quarantine; return whether it is gone. ``vaulted``: into the vault first.

    That the world is not as planned, or that something newer is on its way, is no error: the file stays. ``wanted``
    says at the last moment whether its owner still wants it gone: to vault a video may take minutes.

    Raises:
        NotCarriedError: Syncthing does not carry this file: nothing that is done to it here would reach the phone.
        EngineError, VaultError, SyncthingError: the folder's disk, the vault, or Syncthing failed; the file stays.
    """
    folder = context.folders[row.folder_id]
    if not await folder.observer.still_same(row):
        await folder.observer.paths([row.path])
        return False
    info = await context.syncthing.file(folder.settings.syncthing_id, row.path)
    if info is None or info.local.ignored or info.local.invalid:
        raise NotCarriedError(row.path)
    if not info.settled or info.local.deleted:
        return False
    async with opened(context, folder, row.path) as (root, source):
        if vaulted:
            await context.vault.store_file(source, _origin(keepsake, row, folder, run))
        if not wanted():
            return False
        await context.workers.disk.run(quarantine, root, row, token, folder.settings.marker_name)
        await context.workers.disk.run(discard, root, token)
    return True


async def confirmed_by_syncthing(context: Context, folder_id: str, path: str) -> bool:
    """Tell Syncthing, so that the phone hears at once; return whether its index has the deletion."""
    syncthing_id = context.folders[folder_id].settings.syncthing_id
    try:
        await context.syncthing.scan(syncthing_id, [path])
        info = await context.syncthing.file(syncthing_id, path)
    except SyncthingError as error:
        _LOGGER.debug("Syncthing does not know yet that %s is gone: %s", path, error.code)
        return False
    return info is None or info.local.deleted or not info.local.known


def _origin(keepsake: Keepsake, row: FileRow, folder: Folder, run: Run) -> VaultOrigin:
    return VaultOrigin(
        checksum=keepsake.checksum,
        size=row.signature.size,
        folder_id=row.folder_id,
        folder_label=folder.settings.label,
        path=row.path,
        mtime_ns=row.signature.mtime_ns,
        asset_id=keepsake.asset_id,
        account_id=run.owner_id,
        reason=keepsake.reason,
    )


@asynccontextmanager
async def opened(context: Context, folder: Folder, path: str) -> AsyncIterator[tuple[Root, LocalFile]]:
    """Hold root and parent directory open, so that no path is resolved twice. Raises ``EngineError``."""
    disk = context.workers.disk
    root = await disk.run(Root.open, folder.settings.root, folder.settings.marker_name)
    try:
        parent = root.open_parent(path)
        try:
            dir_fd, name = await disk.run(parent.__enter__)
        except OSError as error:
            raise WorldChangedError(path) from error
        try:
            yield root, LocalFile(dir_fd, name)
        finally:
            await asyncio.shield(disk.run(parent.__exit__, None, None, None))
    finally:
        await asyncio.shield(disk.run(root.close))
