"""Bringing back: an asset out of Immich's trash, or a file under its old path."""

import logging
from collections.abc import AsyncIterator, Sequence

from ...immich.errors import ImmichError
from ...syncthing.errors import SyncthingError
from ...vault.errors import VaultError
from ..actions import BringBackFile, RestoreAsset
from ..errors import EngineError, IntentOpenError
from ..guard import Direction
from ..ledger.views import IntentKind
from ..model import AssetFact, AssetState, Base
from ..put_back import put_back
from .context import STOPPING, Context, Run, story
from .sidecars import bring_sidecars_back

_LOGGER = logging.getLogger(__name__)

_WORDS: dict[type[RestoreAsset | BringBackFile], str] = {RestoreAsset: "restore", BringBackFile: "bring_back"}


async def restore_all(context: Context, run: Run, actions: Sequence[RestoreAsset | BringBackFile]) -> None:
    """Bring back what is planned. Raises ``ImmichError`` where Immich as a whole fails."""
    for action in actions:
        try:
            if isinstance(action, RestoreAsset):
                await _journaled(context, run, action, IntentKind.RESTORE, action.file.folder_id, action.file.path)
            else:
                await _journaled(context, run, action, IntentKind.BRING_BACK, action.to.folder_id, action.to.path)
        except STOPPING:
            raise
        except (EngineError, VaultError, ImmichError) as error:
            _LOGGER.warning("Bringing back failed: %s %s", error.code, error.detail)
            run.tallies.failed += 1
            await context.back_off(action.checksum, error.code, _WORDS[type(action)])


async def _journaled(
    context: Context,
    run: Run,
    action: RestoreAsset | BringBackFile,
    kind: IntentKind,
    folder_id: str,
    path: str,
) -> None:
    ledger, now = context.ledger, context.clock.wall()
    payload = {"asset_id": action.asset_id, "path": path}
    try:
        intent = await context.workers.ledger.run(ledger.open_intent, kind, action.checksum, folder_id, payload, now)
    except IntentOpenError:
        return
    context.active.add(intent)
    try:
        if isinstance(action, RestoreAsset):
            await _restore(context, run, action)
        else:
            await _bring_back(context, run, action)
        await context.workers.ledger.run(ledger.close_intent, intent, context.clock.wall())
    finally:
        context.active.discard(intent)


async def _restore(context: Context, run: Run, action: RestoreAsset) -> None:
    if not await context.folders[action.file.folder_id].observer.still_same(action.file):
        await context.folders[action.file.folder_id].observer.paths([action.file.path])
        return
    await context.immich.restore([action.asset_id])
    fact = await context.immich_observer.look(action.asset_id, action.checksum, run.owner_id)
    if fact.state is AssetState.TRASHED:
        # Immich 2.7.5 answers {"count": 1} for an asset that is being purged, and restores nothing.
        fact = AssetFact(AssetState.DYING, action.asset_id, trash_seen=True)
        await context.back_off(action.checksum, "immich_dying", None)
    await context.workers.ledger.run(context.ledger.set_assets, [(action.checksum, fact)], context.clock.wall())
    if fact.state is not AssetState.ACTIVE:
        return
    path, folder_id = action.file.path, action.file.folder_id
    entry = story("restore", path, folder_id, action.checksum, action.asset_id, why="file_back", origin="folder")

    def commit() -> None:
        now, ledger = context.clock.wall(), context.ledger
        ledger.count_applied(Direction.ASSET_BACK, (folder_id,), action.checksum, action.granted, now)
        ledger.record(action.checksum, Base.LINKED, action.asset_id, now, action=entry)

    await context.commit(commit)
    run.tallies.restored += 1
    _LOGGER.info("Restored the asset of %s: the file is back in the folder", path)


async def _bring_back(context: Context, run: Run, action: BringBackFile) -> None:
    folder = context.folders[action.to.folder_id]
    if not await _asset_as_planned(context, run, action):
        return
    # First, so that a crash in between finds the file still missing, and comes here again.
    await bring_sidecars_back(context, action.checksum)
    path = await _put_back(context, action)
    await folder.observer.paths([path], complete=[path])
    entry = story(
        "bring_back", path, action.to.folder_id, action.checksum, action.asset_id, why="asset_back", origin="immich"
    )

    def commit() -> None:
        now, ledger = context.clock.wall(), context.ledger
        ledger.count_applied(Direction.FILE_BACK, (action.to.folder_id,), action.checksum, action.granted, now)
        ledger.add_history(entry, now)
        ledger.forget_gone_sidecars(action.checksum)
        if folder.settings.filter.excludes(path):
            # The old path was taken, and the owner hides the one beside it: nobody will see that it is back.
            ledger.record(action.checksum, Base.RELEASED, None, now)

    await context.commit(commit)
    run.tallies.brought_back += 1
    _LOGGER.info("Brought %s back: its asset was restored in Immich", path)
    try:
        await context.syncthing.scan(folder.settings.syncthing_id, [path])
    except SyncthingError as error:
        _LOGGER.debug("Syncthing will find %s at its next scan: %s", path, error.code)


async def _asset_as_planned(context: Context, run: Run, action: BringBackFile) -> bool:
    """Look again: the asset is active, trashed or gone as it was."""
    if action.asset_id is None or action.asset_state is AssetState.GONE:
        await context.immich_observer.ask([action.checksum], run.owner_id)
        view = await context.workers.ledger.run(context.ledger.content, action.checksum)
        return view is not None and view.asset.state is action.asset_state
    fact = await context.immich_observer.look(action.asset_id, action.checksum, run.owner_id)
    if fact.state is action.asset_state:
        return True
    await context.workers.ledger.run(context.ledger.set_assets, [(action.checksum, fact)], context.clock.wall())
    return False


async def _put_back(context: Context, action: BringBackFile) -> str:
    """Write the file, from the vault, which is near, else from Immich; return the path that was used."""
    asset_id = None if action.asset_state is AssetState.GONE else action.asset_id

    async def written(chunks: AsyncIterator[bytes]) -> str:
        folder = context.folders[action.to.folder_id].settings
        return await put_back(folder, action.to.path, chunks, action.checksum, action.to.mtime_ns, context.workers)

    try:
        if asset_id is None or await context.vault.find(action.checksum) is not None:
            return await written(context.vault.read(action.checksum))
    except VaultError as error:
        if asset_id is None:
            raise
        _LOGGER.warning("The vault does not help to bring %s back: %s", action.to.path, error.code)
    return await written(context.immich.download(asset_id))
