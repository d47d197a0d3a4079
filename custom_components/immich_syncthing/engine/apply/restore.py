"""Bringing back: an asset out of Immich's trash, or a file under its old path."""

import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from ...immich.errors import ImmichError
from ...syncthing.errors import SyncthingError
from ...vault.errors import NotInVaultError, VaultError
from ..actions import BringBackFile, RestoreAsset
from ..errors import EngineError, LedgerError, WorldChangedError
from ..guard import Direction
from ..ledger.views import HistoryEntry, IntentKind, IntentView, Json
from ..model import AssetFact, AssetState, Base, FileRow, FileStatus
from ..put_back import find_put_back, put_back
from .context import STOPPING, Context, Folder, Run, story
from .origin import FOLDER, IMMICH, owner_or
from .sidecars import bring_sidecars_back
from .sources import read_version, version_of

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
    if context.is_paused(folder_id):
        return
    payload: dict[str, Json] = {
        "asset_id": action.asset_id,
        "path": path,
        "granted": action.granted,
        "active": isinstance(action, BringBackFile) and action.asset_state is AssetState.ACTIVE,
        "motion": isinstance(action, BringBackFile) and action.still is not None,
    }
    intent = await context.journal(kind, action.checksum, folder_id, payload)
    if intent is None:
        return
    with context.at_work(intent):
        if isinstance(action, RestoreAsset):
            await _restore(context, run, action, intent)
        else:
            await _bring_back(context, run, action, intent)
        await context.close(intent)


async def _restore(context: Context, run: Run, action: RestoreAsset, intent: int) -> None:
    if not await context.folders[action.file.folder_id].observer.still_same(action.file):
        await context.folders[action.file.folder_id].observer.paths([action.file.path])
        return
    fact = await context.immich_observer.look(action.asset_id, action.checksum, run.owner_id)
    if fact.state is not AssetState.TRASHED:
        await context.workers.ledger.run(context.ledger.set_assets, [(action.checksum, fact)], context.clock.wall())
        return
    if context.is_paused(action.file.folder_id):
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
    file = action.file
    await _restored(
        context, run, _Back(action.checksum, action.asset_id, file.folder_id, file.path, action.granted, intent)
    )


@dataclass(frozen=True, slots=True)
class _Back:
    """What came back, where, and the intent that ends with its record.

    ``granted``: the owner had approved. ``active``: a file that came back because of its asset, which was there then.
    ``motion``: it is a live photo's video, which the guard counts with its photo. ``wanted``: the old path under which
    it was to come back.
    """

    checksum: bytes
    asset_id: str | None
    folder_id: str
    path: str
    granted: bool
    intent: int
    active: bool = False
    motion: bool = False
    wanted: str = ""

    @classmethod
    def of(cls, intent: IntentView, path: str) -> _Back:
        """Return what an open intent was for."""
        payload, asset_id = intent.payload, intent.payload["asset_id"]
        named = None if asset_id is None else str(asset_id)
        granted, active, motion = (bool(payload.get(one)) for one in ("granted", "active", "motion"))
        wanted = str(payload["path"])
        return cls(intent.checksum, named, str(intent.folder_id), path, granted, intent.id, active, motion, wanted)

    def line(self, action: str, why: str, origin: str) -> HistoryEntry:
        """Return what the history says of it."""
        return story(action, self.path, self.folder_id, self.checksum, self.asset_id, why=why, origin=origin)


async def _restored(context: Context, run: Run, back: _Back) -> None:
    """Record that an asset is active again because of us."""

    def commit() -> None:
        now, ledger = context.clock.wall(), context.ledger
        entry = back.line("restore", "file_back", owner_or(FOLDER, ledger, back.checksum))
        ledger.count_applied(Direction.ASSET_BACK, (back.folder_id,), back.checksum, back.granted, now)
        ledger.record(back.checksum, Base.LINKED, back.asset_id, now, action=entry)
        ledger.close_intent(back.intent)

    await context.commit(commit)
    run.tallies.restored += 1
    _LOGGER.info("Restored the asset of %s: the file is back in the folder", back.path)


async def settle_restore(context: Context, run: Run, intent: IntentView) -> bool:
    """Find out whether a request whose answer was lost was carried out; return whether it was, and is recorded.

    An open intent with its asset active is always ours, never an owner's restoration.
    """
    back = _Back.of(intent, str(intent.payload["path"]))
    if back.asset_id is None or back.folder_id not in context.folders:
        return False
    fact = await context.immich_observer.look(back.asset_id, back.checksum, run.owner_id)
    if fact.state is not AssetState.ACTIVE:
        return False
    await context.workers.ledger.run(context.ledger.set_assets, [(back.checksum, fact)], context.clock.wall())
    await _restored(context, run, back)
    return True


async def _bring_back(context: Context, run: Run, action: BringBackFile, intent: int) -> None:
    folder = context.folders[action.to.folder_id]
    if not await _asset_as_planned(context, run, action) or not _still_wanted(context, action):
        return
    # First, so that a crash in between finds the file still missing, and comes here again.
    await bring_sidecars_back(context, action.checksum)
    path = await _put_back(context, action)
    await folder.observer.arrived(path)
    active, motion, to = action.asset_state is AssetState.ACTIVE, action.still is not None, action.to
    back = _Back(action.checksum, action.asset_id, to.folder_id, path, action.granted, intent, active, motion, to.path)
    await _brought_back(context, run, folder, back)
    try:
        await context.syncthing.scan(folder.settings.syncthing_id, [path])
    except SyncthingError as error:
        _LOGGER.debug("Syncthing will find %s at its next scan: %s", path, error.code)


async def _brought_back(context: Context, run: Run, folder: Folder, back: _Back) -> None:
    """Record that a file is back because of us, and linked if it was read since.

    Both sides had it then: what happens to its asset from now on is its owner's wish. Unread it is linked later: linked
    while nobody has seen the file, its absence would be a deletion.
    """

    def commit() -> None:
        now, ledger = context.clock.wall(), context.ledger
        entry = back.line("bring_back", "asset_back", owner_or(IMMICH, ledger, back.checksum))
        if not back.motion:
            ledger.count_applied(Direction.FILE_BACK, (back.folder_id,), back.checksum, back.granted, now)
        ledger.add_history(entry, now)
        ledger.forget_gone_sidecars(back.checksum)
        if ledger.came_back(back.checksum, back.folder_id, back.wanted):
            # Its owner asked for another file of the same bytes as well: that one first.
            ledger.close_intent(back.intent)
            return
        if folder.settings.filter.excludes(back.path):
            # The old path was taken, and the owner hides the one beside it: nobody will see that it is back.
            ledger.record(back.checksum, Base.RELEASED, None, now)
        elif back.active and _is_read(ledger.file(back.folder_id, back.path), back.checksum):
            ledger.record(back.checksum, Base.LINKED, back.asset_id, now)
        ledger.close_intent(back.intent)

    await context.commit(commit)
    run.tallies.brought_back += 1
    _LOGGER.info("Brought %s back%s", back.path, "" if back.granted else ": its asset was restored in Immich")


def _is_read(row: FileRow | None, checksum: bytes) -> bool:
    return row is not None and row.status is FileStatus.SETTLED and row.checksum == checksum


async def settle_bringing_back(context: Context, run: Run, intent: IntentView) -> bool:
    """Find out whether a file was put back, and record that; return whether this is known now.

    An open intent with the file there is always ours: it was put back where no file held its bytes.
    """
    folder = context.folders.get(str(intent.folder_id))
    if folder is None:
        return True
    wanted = str(intent.payload["path"])
    try:
        path = await find_put_back(folder.settings, wanted, intent.checksum, context.workers)
        if path is not None:
            await folder.observer.arrived(path)
    except LedgerError:
        raise
    except EngineError as error:
        _LOGGER.debug("Whether %s came back cannot be seen yet: %s", wanted, error.code)
        return False
    if path is not None:
        await _brought_back(context, run, folder, _Back.of(intent, path))
    return True


def _still_wanted(context: Context, action: BringBackFile) -> bool:
    """Look again: the owner asked for it, or the folder still follows Immich; and it does not rest by now."""
    follows = context.folders[action.to.folder_id].settings.policy.brings_back
    return (action.granted or follows) and not context.is_paused(action.to.folder_id)


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
    """Write the file, from the nearest place that has its bytes; return the path that was used."""
    checksum, to = action.checksum, action.to
    asset_id = None if action.asset_state is AssetState.GONE else action.asset_id

    async def written(chunks: AsyncIterator[bytes]) -> str:
        folder = context.folders[to.folder_id].settings
        return await put_back(folder, to.path, chunks, checksum, to.mtime_ns, context.workers)

    failure: VaultError = NotInVaultError(checksum.hex())
    try:
        if await context.vault.find(checksum, relying=False) is not None:
            return await written(context.vault.read(checksum))
    except VaultError as error:
        _LOGGER.warning("The vault does not help to bring %s back: %s", to.path, error.code)
        failure = error
    view = await context.workers.ledger.run(context.ledger.content, checksum)
    size = view.size if view is not None else 0
    version = await version_of(context, to.folder_id, to.path, size, checksum)
    if version is not None:
        try:
            return await written(read_version(context, to.folder_id, version))
        except (OSError, WorldChangedError) as error:
            # Syncthing cleans up there whenever it likes.
            _LOGGER.debug("An old version of %s is not there any more: %s", to.path, error)
    if asset_id is None:
        raise failure
    return await written(context.immich.download(asset_id))
