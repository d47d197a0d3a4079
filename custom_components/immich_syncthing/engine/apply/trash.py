"""What the phone deleted: the asset goes to Immich's trash, after its bytes are safe and the files are still gone."""

import logging
from collections.abc import Sequence
from contextlib import ExitStack

from ...immich.errors import ImmichError
from ...vault.errors import VaultError
from ...vault.model import VaultReason
from ..actions import TrashAsset
from ..guard import Direction, directories_of
from ..ledger.views import ContentView, IntentKind, IntentView, Json
from ..model import (
    AssetFact,
    AssetState,
    Base,
    Departure,
    GonePath,
    OnFileDeleted,
)
from ..traits import is_withheld
from .context import STOPPING, Context, Run, story
from .origin import FOLDER, origin_of, owner_or
from .safekeeping import keep_safe

_LOGGER = logging.getLogger(__name__)

BATCH = 50
"""Assets per request: few enough that the look just before it is still true when it arrives."""


async def trash_all(context: Context, run: Run, actions: Sequence[TrashAsset]) -> None:
    """Trash what is planned. Raises ``ImmichError`` where Immich as a whole fails."""
    for start in range(0, len(actions), BATCH):
        await _trash_batch(context, run, actions[start : start + BATCH])


async def _trash_batch(context: Context, run: Run, actions: Sequence[TrashAsset]) -> None:
    prepared: dict[str, tuple[TrashAsset, int]] = {}
    with ExitStack() as work:
        for action in actions:
            intent = await _prepare(context, run, action)
            if intent is not None:
                work.enter_context(context.at_work(intent))
                prepared[action.asset_id] = (action, intent)
        places = {asset_id: action.gone[0] for asset_id, (action, _) in prepared.items()}
        origins = {one: await origin_of(context, run, gone.folder_id, gone.path) for one, gone in places.items()}
        ready = {one: pair for one, pair in prepared.items() if await _still_wanted(context, *pair)}
        if not ready:
            return
        result = await context.immich.trash(list(ready))
        for asset_id in result.done:
            await _record(context, run, *ready[asset_id], origins[asset_id])
        for asset_id in result.refused:
            action, intent = ready[asset_id]
            await refused(context, action.checksum, intent)


async def _prepare(context: Context, run: Run, action: TrashAsset) -> int | None:
    """Look again, keep the bytes, journal the intent; ``None`` where the world is not as planned."""
    try:
        if not await _still_planned(context, run, action) or not await _kept_safe(context, run, action):
            return None
    except STOPPING:
        raise
    except ImmichError as error:
        _LOGGER.warning("%s is not passed on: %s %s", action.gone[0].path, error.code, error.detail)
        run.tallies.failed += 1
        await context.back_off(action.checksum, error.code, "trash")
        return None
    payload: dict[str, Json] = {
        "asset_id": action.asset_id,
        "path": action.gone[0].path,
        "folders": list(action.folder_ids),
        "granted": action.granted,
    }
    return await context.journal(IntentKind.TRASH, action.checksum, action.folder_ids[0], payload)


async def _still_wanted(context: Context, action: TrashAsset, intent: int) -> bool:
    """Look again on our side: while the bytes of all were vaulted, a file may be back, or its owner have thought twice.

    The intent of what is not wanted any more is closed.
    """
    if await _still_deleted(context, action) is not None:
        return True
    await context.close(intent)
    return False


async def _still_deleted(context: Context, action: TrashAsset) -> ContentView | None:
    """Return what is known of a content whose files are gone, if its folders still pass that on."""
    view = await context.workers.ledger.run(context.ledger.content, action.checksum)
    # A tombstone's asset is trashed again where the owner takes its restoration back.
    bases = {Base.LINKED, Base.REMOVED} if action.granted else {Base.LINKED}
    if view is None or view.base not in bases or view.present or (view.base is Base.LINKED and view.freed):
        return None
    if context.is_paused(*view.holders, *action.folder_ids):
        return None
    for folder_id in {*view.holders, *action.folder_ids}:
        policy = context.folders[folder_id].settings.policy
        if view.base is Base.LINKED and policy.on_file_deleted is not OnFileDeleted.TRASH:
            return None
    for gone in action.gone:
        if not await context.folders[gone.folder_id].observer.still_without(gone.path, action.checksum):
            return None
    return view


async def _still_planned(context: Context, run: Run, action: TrashAsset) -> bool:
    view = await _still_deleted(context, action)
    if view is None:
        return False
    fact = await context.immich_observer.look(action.asset_id, action.checksum, run.owner_id)
    if fact.state is AssetState.ACTIVE:
        return view.base is Base.REMOVED or not await is_withheld(
            context, action.asset_id, action.checksum, view.holders.union(action.folder_ids)
        )
    # Not to be seen, as what is locked: the oracle must tell, and has nothing to go by but this doubt.
    await context.workers.ledger.run(context.ledger.set_assets, [(action.checksum, fact)], context.clock.wall())
    if fact.state is AssetState.UNKNOWN:
        await context.immich_observer.ask([action.checksum], run.owner_id)
    return False


async def _kept_safe(context: Context, run: Run, action: TrashAsset) -> bool:
    gone = action.gone[0]
    try:
        await keep_safe(context, run, action.checksum, action.asset_id, gone, VaultReason.FILE_DELETED)
    except (ImmichError, VaultError) as error:
        _LOGGER.warning("%s is not passed on: its bytes could not be vaulted: %s", gone.path, error)
        run.tallies.failed += 1
        await context.back_off(action.checksum, error.code, "trash")
        return False
    return True


async def _record(context: Context, run: Run, action: TrashAsset, intent: int, origin: str = FOLDER) -> None:
    """Record that the asset is in the trash because of us, whatever became of the files meanwhile."""
    path, folder_id = action.gone[0].path, action.gone[0].folder_id
    asset_id, checksum = action.asset_id, action.checksum
    trashed = AssetFact(AssetState.TRASHED, asset_id, trash_seen=True)

    def commit() -> None:
        now = context.clock.wall()
        ledger = context.ledger
        told = owner_or(origin, ledger, checksum)
        entry = story("trash", path, folder_id, checksum, asset_id, why="file_deleted", origin=told)
        ledger.set_assets([(checksum, trashed)], now)
        where = directories_of(action)
        ledger.count_applied(Direction.ASSET, action.folder_ids, checksum, action.granted, now, where)
        ledger.record(checksum, Base.REMOVED, asset_id, now, action=entry)
        ledger.close_intent(intent)

    await context.commit(commit)
    run.tallies.trashed += 1
    _LOGGER.info("Trashed the asset of %s: the file was deleted in the folder", path)


async def settle_trash(context: Context, run: Run, intent: IntentView) -> bool:
    """Find out whether a request whose answer was lost was carried out; return whether it was, and is recorded.

    An open intent with its asset in the trash is always ours, never an owner's deletion: a file that came back
    meanwhile was added again.
    """
    asset_id, path = str(intent.payload["asset_id"]), str(intent.payload["path"])
    fact = await context.immich_observer.look(asset_id, intent.checksum, run.owner_id)
    if fact.state is not AssetState.TRASHED:
        return False
    folders = intent.payload.get("folders")
    folder_ids = tuple(str(one) for one in folders) if isinstance(folders, list) else (str(intent.folder_id),)
    gone = GonePath(str(intent.folder_id), path, 0, Departure.ABSENT)
    granted = bool(intent.payload.get("granted"))
    await _record(context, run, TrashAsset(intent.checksum, asset_id, folder_ids, (gone,), granted), intent.id)
    return True


async def refused(context: Context, checksum: bytes, intent: int) -> None:
    """Immich does not know the asset for this key: the oracle must tell why."""

    def commit() -> None:
        now = context.clock.wall()
        context.ledger.set_assets([(checksum, AssetFact(AssetState.UNKNOWN))], now)
        context.ledger.close_intent(intent)

    await context.commit(commit)
    await context.back_off(checksum, "immich_not_found", "trash")
