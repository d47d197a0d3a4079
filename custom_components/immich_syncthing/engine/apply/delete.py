"""What was deleted in Immich: the files follow, each into the vault first, then away by way of the quarantine."""

import logging
from collections.abc import Sequence
from uuid import uuid4

from ...immich.errors import ImmichError
from ...syncthing.errors import SyncthingError
from ...vault.errors import VaultError
from ...vault.model import VaultReason
from ..actions import DeleteFiles
from ..errors import EngineError
from ..guard import Direction
from ..ledger.views import IntentKind, Json
from ..model import (
    AssetFact,
    AssetState,
    Base,
    FileRow,
    OnAssetDeleted,
)
from .context import STOPPING, Context, Run, story
from .motions import photos_are_gone
from .origin import IMMICH, owner_or
from .sidecars import doomed_sidecars, take_sidecars
from .taking import Keepsake, confirmed_by_syncthing, take_away

_LOGGER = logging.getLogger(__name__)


async def delete_all(context: Context, run: Run, actions: Sequence[DeleteFiles]) -> None:
    """Delete what is planned. Raises ``ImmichError`` where Immich as a whole fails."""
    for action in actions:
        try:
            await _delete_content(context, run, action)
        except STOPPING:
            raise
        except (EngineError, VaultError, SyncthingError, ImmichError) as error:
            _LOGGER.warning("%s stays: %s %s", action.files[0].path, error.code, error.detail)
            run.tallies.failed += 1
            await context.back_off(action.checksum, error.code, "delete")


async def _delete_content(context: Context, run: Run, action: DeleteFiles) -> None:
    if not await _still_deleted_in_immich(context, run, action):
        return
    tokens = {row.path: uuid4().hex for row in action.files}
    payload: dict[str, Json] = {
        "asset_id": action.asset.id,
        "trashed": action.asset.state is AssetState.TRASHED,
        "stays": bool(action.stays),
        "later": bool(action.later),
        "granted": action.granted,
        "still": action.still.hex() if action.still is not None else None,
        "files": [[row.folder_id, row.path, tokens[row.path]] for row in action.files],
    }
    sidecars = await doomed_sidecars(context, action.checksum, action.files)
    payload["sidecars"] = [list[Json](one) for one in sidecars]
    intent = await context.journal(IntentKind.DELETE, action.checksum, action.files[0].folder_id, payload)
    if intent is None:
        return
    with context.at_work(intent):
        gone = [row for row in action.files if await _delete_file(context, run, action, row, tokens[row.path])]
        await note_deleted(context, run, action, gone, intent)
        confirmed = [await confirmed_by_syncthing(context, row.folder_id, row.path) for row in gone]
        if await take_sidecars(context, run, sidecars) and all(confirmed):
            await context.close(intent)


async def _still_deleted_in_immich(context: Context, run: Run, action: DeleteFiles) -> bool:
    """Look again: the asset is still in the trash, or the oracle still knows nothing of the content."""
    if action.still is not None:
        return await photos_are_gone(context, run, action.checksum)
    earlier = action.asset
    if earlier.state is AssetState.TRASHED and earlier.id is not None:
        fact = await context.immich_observer.look(earlier.id, action.checksum, run.owner_id)
        if fact.state is AssetState.TRASHED:
            return True
    await context.immich_observer.ask([action.checksum], run.owner_id)
    view = await context.workers.ledger.run(context.ledger.content, action.checksum)
    if view is None or view.asset.state is not earlier.state:
        return False
    return earlier.state is AssetState.GONE and (view.asset.trash_seen or action.granted)


async def _delete_file(context: Context, run: Run, action: DeleteFiles, row: FileRow, token: str) -> bool:
    """Take one file away; return whether it is gone. The world not being as planned is no error: it stays."""
    folder = context.folders[row.folder_id]

    def wanted() -> bool:
        follows = action.regardless or folder.settings.policy.on_asset_deleted is OnAssetDeleted.DELETE
        return follows and not context.is_paused(row.folder_id)

    if folder.settings.filter.excludes(row.path) or not wanted():
        return False
    keepsake = Keepsake(action.checksum, action.asset.id, VaultReason.ASSET_DELETED)
    taken = await take_away(context, run, row, token, keepsake, wanted=wanted)
    if taken:
        _LOGGER.info("Deleted %s: its asset was deleted in Immich; the vault keeps it", row.path)
    return taken


async def note_deleted(context: Context, run: Run, action: DeleteFiles, gone: Sequence[FileRow], intent: int) -> None:
    """Commit what was deleted: the paths, the base where nothing remains to be done, the guard's window.

    The intent then says so as well: it is done once.
    """
    if not gone:
        return
    for folder_id in {row.folder_id for row in gone}:
        paths = [row.path for row in gone if row.folder_id == folder_id]
        await context.folders[folder_id].observer.paths(paths)

    def commit() -> None:
        now, ledger = context.clock.wall(), context.ledger
        origin = owner_or(IMMICH, ledger, action.checksum)
        for row in gone if action.still is None else ():
            ledger.count_applied(Direction.FILE, (row.folder_id,), action.checksum, action.granted, now)
        view = ledger.content(action.checksum)
        left = {(row.folder_id, row.path) for row in view.present} if view is not None else set()
        if left <= {(row.folder_id, row.path) for row in action.stays}:
            base = Base.KEPT if left else Base.REMOVED
            trashed = action.asset.state is AssetState.TRASHED and base is Base.REMOVED
            ledger.record(action.checksum, base, action.asset.id if trashed else None, now)
        for row in gone:
            ledger.add_history(
                story(
                    "delete",
                    row.path,
                    row.folder_id,
                    action.checksum,
                    action.asset.id,
                    why="asset_deleted",
                    origin=origin,
                ),
                now,
            )
        ledger.amend_intent(intent, {"noted": True})

    await context.commit(commit)
    run.tallies.deleted += len(gone)


def planned_from(checksum: bytes, payload: dict[str, object]) -> tuple[AssetFact, bool]:
    """Return the asset and whether the owner had approved, as the intent's payload has them."""
    asset_id = payload.get("asset_id")
    state = AssetState.TRASHED if payload.get("trashed") else AssetState.GONE
    return AssetFact(state, str(asset_id) if asset_id else None, trash_seen=True), bool(payload.get("granted"))
