"""Live photos whose halves came apart: Immich is told which video belongs to which photo."""

import logging
from collections.abc import Sequence

from ...immich.errors import ImmichError
from ..actions import PairMotion
from ..errors import EngineError, IntentOpenError
from ..ledger.views import IntentKind
from ..model import AssetState, Base
from .context import STOPPING, Context, Run, story

_LOGGER = logging.getLogger(__name__)


async def pair_all(context: Context, run: Run, actions: Sequence[PairMotion]) -> None:
    """Pair what is planned. Raises ``ImmichError`` where Immich as a whole fails."""
    for action in actions:
        try:
            await _journaled(context, run, action)
        except STOPPING:
            raise
        except (EngineError, ImmichError) as error:
            _LOGGER.warning("%s is not paired with its photo: %s %s", action.file.path, error.code, error.detail)
            run.tallies.failed += 1
            await context.back_off(action.checksum, error.code, "pair")


async def _journaled(context: Context, run: Run, action: PairMotion) -> None:
    ledger, now = context.ledger, context.clock.wall()
    payload = {"asset_id": action.asset_id, "still_asset_id": action.still_asset_id, "path": action.file.path}
    try:
        intent = await context.workers.ledger.run(
            ledger.open_intent, IntentKind.PAIR, action.checksum, action.file.folder_id, payload, now
        )
    except IntentOpenError:
        return
    context.active.add(intent)
    try:
        await _pair(context, run, action)
        await context.workers.ledger.run(ledger.close_intent, intent, context.clock.wall())
    finally:
        context.active.discard(intent)


async def _pair(context: Context, run: Run, action: PairMotion) -> None:
    """Look at both halves, link them, and look again: recorded is only what Immich shows."""
    video = await context.immich_observer.look(action.asset_id, action.checksum, run.owner_id)
    if video.state is not AssetState.ACTIVE:
        await context.workers.ledger.run(context.ledger.set_assets, [(action.checksum, video)], context.clock.wall())
        return
    if await _played(context, run, action) is None:
        await context.immich.link_motion(action.still_asset_id, action.asset_id)
    if await _played(context, run, action) != action.asset_id:
        return
    path, folder_id = action.file.path, action.file.folder_id
    entry = story("pair", path, folder_id, action.checksum, action.asset_id, why="live_photo", origin="folder")
    await context.workers.ledger.run(
        context.ledger.record, action.checksum, Base.LINKED, action.asset_id, context.clock.wall(), action=entry
    )
    run.tallies.linked += 1
    _LOGGER.info("Paired %s with its photo", path)


async def _played(context: Context, run: Run, action: PairMotion) -> str | None:
    """Return the video that Immich plays for the photo; an empty text where there is no such photo any more."""
    photo = await context.immich_observer.look(action.still_asset_id, action.still, run.owner_id)
    if photo.state is not AssetState.ACTIVE:
        await context.workers.ledger.run(context.ledger.set_assets, [(action.still, photo)], context.clock.wall())
        return ""
    return await context.workers.ledger.run(context.ledger.motion_asset, action.still)
