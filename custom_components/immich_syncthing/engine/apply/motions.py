"""Motion parts beside their photos: what has to be looked at again before they follow, and once they are played."""

import logging
from dataclasses import dataclass

from ...immich.errors import ImmichError
from ..model import AssetState, Base
from .context import LOST, Context, Run

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Motion:
    """A motion part that Immich has: its bytes and its asset."""

    checksum: bytes
    asset_id: str


async def stays_with_its_photo(context: Context, run: Run, motion: Motion, photo_id: str) -> bool:
    """Look again, once Immich was told to play a video for a photo: the video is active.

    Its owner saw a video of its own until then. Trashed in that time, it leaves the photo again: nobody finds it hidden
    in the trash, which Immich empties. What becomes of its file is decided like that of any video that was trashed.

    Raises ``ImmichError`` where Immich as a whole fails.
    """
    fact = await context.immich_observer.look(motion.asset_id, motion.checksum, run.owner_id)
    if fact.state is AssetState.ACTIVE:
        return True
    await context.workers.ledger.run(context.ledger.set_assets, [(motion.checksum, fact)], context.clock.wall())
    if fact.state is AssetState.TRASHED:
        await _part(context, motion, photo_id)
    return False


async def _part(context: Context, motion: Motion, photo_id: str) -> None:
    try:
        photo = await context.immich.asset(photo_id)
        if photo.live_photo_video_id == motion.asset_id:
            await context.immich.update(photo_id, live_photo_video_id=None)
    except LOST:
        raise
    except ImmichError as error:
        _LOGGER.warning("A video that was trashed stays with its photo in Immich: %s", error)


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
