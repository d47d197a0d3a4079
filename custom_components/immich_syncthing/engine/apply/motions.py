"""Motion parts beside their photos: what has to be looked at again before they follow, and what is kept of them."""

from ..model import AssetState, Base
from .context import Context, Run


async def photos_are_gone(context: Context, run: Run, video: bytes) -> bool:
    """Look again: every photo that a video is the motion part of was removed, and is not in Immich now."""
    view = await context.workers.ledger.run(context.ledger.content, video)
    if view is None or not view.stills:
        return False
    for still in view.stills:
        if still.present or still.base is not Base.REMOVED:
            return False
        if still.asset.id is not None:
            fact = await context.immich_observer.look(still.asset.id, still.checksum, run.owner_id)
            if fact.state is AssetState.TRASHED:
                continue
        await context.immich_observer.ask([still.checksum], run.owner_id)
        now = await context.workers.ledger.run(context.ledger.content, still.checksum)
        if now is None or now.asset.state not in {AssetState.GONE, AssetState.TRASHED}:
            return False
    return True
