"""What the phone takes away: its bytes go into the vault before their asset goes to the trash."""

from ...vault.model import VaultOrigin, VaultReason
from ..ledger.views import ContentView
from ..model import AssetState, GonePath
from .context import Context, Run


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
        # Immich keeps the motion part for as long as the photo is in the trash, and not longer.
        if video.asset.state is AssetState.ACTIVE and video.asset.id is not None and not video.present:
            where = video.gone[0] if video.gone else gone
            await _vault(context, run, video.checksum, video, video.asset.id, where, reason)


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
    await context.vault.store_stream(context.immich.download(asset_id), origin)
