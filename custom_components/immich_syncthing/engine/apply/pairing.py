"""Live photos whose halves came apart: Immich is told which video belongs to which photo."""

import logging
from collections.abc import Sequence

from ...immich.errors import ImmichError
from ..actions import PairMotion
from ..errors import EngineError
from ..ledger.views import IntentKind, IntentView, Json
from ..model import AssetState, Base
from .context import STOPPING, Context, Run, story
from .motions import Motion, stays_with_its_photo

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
    if context.is_paused(action.file.folder_id):
        return
    payload: dict[str, Json] = {
        "asset_id": action.asset_id,
        "still": action.still.hex(),
        "still_asset_id": action.still_asset_id,
        "path": action.file.path,
    }
    intent = await context.journal(IntentKind.PAIR, action.checksum, action.file.folder_id, payload)
    if intent is None:
        return
    with context.at_work(intent):
        await _pair(context, run, action, intent)
        await context.close(intent)


async def _pair(context: Context, run: Run, action: PairMotion, intent: int) -> None:
    """Look at both halves, link them, and look again: recorded is only what Immich shows."""
    video = await context.immich_observer.look(action.asset_id, action.checksum, run.owner_id)
    if video.state is not AssetState.ACTIVE:
        await context.workers.ledger.run(context.ledger.set_assets, [(action.checksum, video)], context.clock.wall())
        return
    if await _played(context, run, action) is None:
        await context.immich.link_motion(action.still_asset_id, action.asset_id)
        await stays_with_its_photo(context, run, _motion(action), action.still_asset_id)
    if await _played(context, run, action) == action.asset_id:
        await _record(context, run, action, intent)


async def _record(context: Context, run: Run, action: PairMotion, intent: int) -> None:
    path, folder_id = action.file.path, action.file.folder_id
    entry = story("pair", path, folder_id, action.checksum, action.asset_id, why="live_photo", origin="folder")

    def commit() -> None:
        now = context.clock.wall()
        context.ledger.record(action.checksum, Base.LINKED, action.asset_id, now, action=entry)
        context.ledger.close_intent(intent)

    await context.commit(commit)
    run.tallies.linked += 1
    _LOGGER.info("Paired %s with its photo", path)


async def settle_pair(context: Context, run: Run, intent: IntentView) -> bool:
    """Find out whether a request whose answer was lost was carried out; return whether it was, and is recorded."""
    payload, folder_id = intent.payload, str(intent.folder_id)
    row = await context.workers.ledger.run(context.ledger.file, folder_id, str(payload["path"]))
    still = payload.get("still")
    if not isinstance(still, str) or row is None or row.checksum != intent.checksum:
        return False
    action = PairMotion(
        intent.checksum, str(payload["asset_id"]), bytes.fromhex(still), str(payload["still_asset_id"]), row
    )
    if not await stays_with_its_photo(context, run, _motion(action), action.still_asset_id):
        return False
    if await _played(context, run, action) != action.asset_id:
        return False
    await _record(context, run, action, intent.id)
    return True


def _motion(action: PairMotion) -> Motion:
    return Motion(action.checksum, action.asset_id)


async def _played(context: Context, run: Run, action: PairMotion) -> str | None:
    """Return the video that Immich plays for the photo; an empty text where there is no such photo any more."""
    photo = await context.immich_observer.look(action.still_asset_id, action.still, run.owner_id)
    if photo.state is not AssetState.ACTIVE:
        await context.workers.ledger.run(context.ledger.set_assets, [(action.still, photo)], context.clock.wall())
        return ""
    return await context.workers.ledger.run(context.ledger.motion_asset, action.still)
