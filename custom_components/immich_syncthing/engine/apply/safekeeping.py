"""What the phone takes away: its bytes go into the vault before their asset goes to the trash."""

import logging
from dataclasses import replace

from ...vault.errors import VaultMismatchError, VaultSourceError
from ...vault.model import VaultOrigin, VaultReason
from ..errors import EngineError
from ..halves import is_motion_of, motion_of
from ..ledger.views import ContentView
from ..model import AssetState, Departure, GonePath
from ..scan import Root
from ..versions import kept_versions
from .context import Context, Run
from .taking import opened

_LOGGER = logging.getLogger(__name__)


async def keep_safe(
    context: Context, run: Run, checksum: bytes, asset_id: str, gone: GonePath, reason: VaultReason
) -> None:
    """Have the asset's bytes in the vault, where the owner wants that. ``gone``: the path that they left.

    Raises ``ImmichError``, ``VaultError``; the asset must stay then.
    """
    if not context.settings.vault_phone_deletions:
        return
    view = await context.workers.ledger.run(context.ledger.content, checksum)
    await _vault(context, run, checksum, view, asset_id, gone, reason)
    for video in await context.workers.ledger.run(context.ledger.motions_of, checksum):
        # Immich keeps the motion part for as long as the photo is in the trash, and not longer. A file of it may be
        # deleted on the phone in this moment; beside an edited photo it stays, which plays it from now on.
        goes = reason is VaultReason.FILE_DELETED or not _lies_beside(video, gone)
        if video.asset.state is AssetState.ACTIVE and video.asset.id is not None and goes:
            await _vault(context, run, video.checksum, video, video.asset.id, _place_of(video, gone), reason)


def _lies_beside(video: ContentView, edited: GonePath) -> bool:
    rows = [row for row in video.present if row.folder_id == edited.folder_id]
    return any(is_motion_of(row.path, video.size, edited.path) for row in rows)


def _place_of(video: ContentView, still: GonePath) -> GonePath:
    """Return where a video was, or is; where nobody knows that any more, the name that it has beside its photo."""
    if video.gone:
        return video.gone[0]
    if video.present:
        row = video.present[0]
        return GonePath(row.folder_id, row.path, row.signature.mtime_ns, Departure.ABSENT)
    return replace(still, path=motion_of(still.path))


async def _vault(
    context: Context,
    run: Run,
    checksum: bytes,
    view: ContentView | None,
    asset_id: str,
    gone: GonePath,
    reason: VaultReason,
) -> None:
    origin = VaultOrigin(
        checksum=checksum,
        size=view.size if view is not None else 0,
        folder_id=gone.folder_id,
        folder_label=context.folders[gone.folder_id].settings.label,
        path=gone.path,
        mtime_ns=gone.mtime_ns,
        asset_id=asset_id,
        account_id=run.owner_id,
        reason=reason,
    )
    if not await _is_kept_from_versions(context, origin):
        await context.vault.store_stream(context.immich.download(asset_id), origin)


async def _is_kept_from_versions(context: Context, origin: VaultOrigin) -> bool:
    """Take the bytes from Syncthing's versions, if they are there; whatever is wrong with those, Immich has them."""
    folder, disk = context.folders[origin.folder_id], context.workers.disk
    settings = folder.settings

    def candidates() -> list[str]:
        with Root.open(settings.root, settings.marker_name) as root:
            return kept_versions(root, origin.path, origin.size)

    try:
        for path in await disk.run(candidates):
            async with opened(context, folder, path) as (_, source):
                try:
                    await context.vault.store_file(source, origin)
                except VaultSourceError, VaultMismatchError:
                    continue
                return True
    except EngineError as error:
        _LOGGER.debug("Syncthing's versions do not help: %s", error.code)
    return False
