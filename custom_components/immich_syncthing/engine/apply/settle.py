"""Open intents of an earlier life: each is finished or forgotten before anything new is planned."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from ...immich.errors import ImmichError
from ...vault.errors import VaultError
from ...vault.model import VaultReason
from ..actions import DeleteFiles, FreeFiles
from ..errors import EngineError, LedgerError, ReadOnlyError
from ..ledger.views import ContentView, IntentKind, IntentView
from ..model import (
    AssetFact,
    AssetState,
    Base,
    FileRow,
    FileStatus,
    Signature,
)
from ..quarantine import discard, leftover_is, leftovers, restore_leftover
from ..scan import Root
from .context import STOPPING, Context, Folder, Run
from .delete import note_deleted, planned_from
from .free import note_freed, videos_with
from .pairing import settle_pair
from .restore import settle_bringing_back, settle_restore
from .sidecars import take_sidecars
from .supersede import settle_supersede
from .taking import confirmed_by_syncthing
from .trash import settle_trash
from .uploads import settle_upload

_LOGGER = logging.getLogger(__name__)


async def settle_intents(context: Context, run: Run) -> int:
    """Settle what a crash, a lost answer or a busy Syncthing left open; return how many stay open.

    Raises ``ImmichError`` or ``OtherAccountError`` where Immich as a whole fails.
    """
    left = 0
    for intent in await context.workers.ledger.run(context.ledger.open_intents):
        if context.carries_out(intent):
            continue
        await context.known_immich.sure()
        try:
            left += not await _settle(context, run, intent)
        except STOPPING:
            raise
        except ImmichError as error:
            _LOGGER.debug("What became of an intent (%s) cannot be seen yet: %s", intent.kind, error.code)
            left += 1
    return left


async def _settle(context: Context, run: Run, intent: IntentView) -> bool:
    """Settle one intent; return whether it is closed."""
    seen, recorded = _SEEN.get(intent.kind), _RECORDED.get(intent.kind)
    if seen is not None and not await seen(context, run, intent):
        return False
    if recorded is None or not await recorded(context, run, intent):
        await _forget(context, intent)
    return True


async def put_leftovers_back(context: Context, folder: Folder, *, looking_only: bool = False) -> bool:
    """Put back what lies in quarantine and no open intent of this folder knows; return whether none is left to put.

    Its ledger was lost, or the folder was removed meanwhile and added again under another id. ``looking_only``: change
    nothing.

    Raises ``RootMissingError``, ``MarkerMissingError``, ``RootUnreadableError``.
    """
    disk, settings = context.workers.disk, folder.settings
    open_intents = await context.workers.ledger.run(context.ledger.open_intents)
    known = {token for intent in open_intents for one, _, token in _files(intent.payload) if one == settings.id}
    known |= {token for intent in open_intents for one, _, token, _ in _sidecars(intent.payload) if one == settings.id}
    root = await disk.run(Root.open, settings.root, settings.marker_name)
    try:
        found = await disk.run(leftovers, root, tidy=not looking_only)
        abandoned = {token: path for token, path in found.items() if token not in known}
        if looking_only:
            return not abandoned
        for token, path in abandoned.items():
            used = await disk.run(restore_leftover, root, token, path)
            _LOGGER.warning("Put back %s, which an interrupted deletion had left in quarantine", used)
    except ReadOnlyError as error:
        _LOGGER.warning("What an interrupted deletion left in quarantine must wait there: %s", error)
    finally:
        await disk.run(root.close)
    return True


async def _forget(context: Context, intent: IntentView) -> None:
    """Close the intent; the oracle and the table find out how far it came."""

    def commit() -> None:
        now = context.clock.wall()
        if intent.kind is not IntentKind.DELETE:
            context.ledger.set_assets([(intent.checksum, AssetFact(AssetState.UNKNOWN))], now)
        context.ledger.close_intent(intent.id)

    await context.commit(commit)


async def _settle_deletion(context: Context, run: Run, intent: IntentView) -> bool:
    """Finish a deletion, or put the file back; return whether the intent may be closed.

    An open intent with the file absent is always ours, never an owner's deletion.
    """
    asset, granted = planned_from(intent.checksum, dict(intent.payload))
    gone: list[FileRow] = []
    for folder_id, path, token in _files(intent.payload):
        folder = context.folders.get(folder_id)
        if folder is None:
            continue
        try:
            if await _finish_quarantine(context, folder, intent.checksum, token, path):
                gone.append(_gone_row(folder_id, path, intent.checksum))
        except (EngineError, VaultError) as error:
            _LOGGER.debug("The deletion of %s cannot be settled yet: %s", path, error.code)
            return False
    if not await _settle_sidecars(context, intent):
        return False
    if gone and not intent.payload.get("noted"):
        view = await context.workers.ledger.run(context.ledger.content, intent.checksum)
        stays = _meant_to_stay(view, intent.payload) if view is not None else ()
        still = intent.payload.get("still")
        photo = bytes.fromhex(still) if isinstance(still, str) else None
        action = DeleteFiles(intent.checksum, asset, tuple(gone), stays, (), granted, photo)
        await note_deleted(context, run, action, gone, intent.id)
    confirmed = [await confirmed_by_syncthing(context, row.folder_id, row.path) for row in gone]
    return await take_sidecars(context, run, _sidecars(intent.payload)) and all(confirmed)


async def _settle_sidecars(context: Context, intent: IntentView) -> bool:
    """Empty the quarantine of sidecars; return whether that worked."""
    for folder_id, path, token, checksum in _sidecars(intent.payload):
        folder = context.folders.get(folder_id)
        try:
            if folder is not None:
                await _finish_quarantine(context, folder, bytes.fromhex(checksum), token, path)
                await folder.observer.paths([path])
        except LedgerError:
            raise
        except (EngineError, VaultError) as error:
            _LOGGER.debug("The deletion of %s cannot be settled yet: %s", path, error.code)
            return False
    return True


async def _settle_freeing(context: Context, run: Run, intent: IntentView) -> bool:
    """Put back what was on its way out, and look at it; return whether the intent may be closed.

    What is absent after its release is so because of us.
    """
    absent: list[FileRow] = []
    for folder_id, path, token in _files(intent.payload):
        folder = context.folders.get(folder_id)
        if folder is None:
            continue
        try:
            await _put_back(context, folder, token, path)
            await folder.observer.paths([path])
            if await folder.observer.still_absent(path):
                absent.append(_gone_row(folder_id, path, intent.checksum))
        except LedgerError:
            raise
        except EngineError as error:
            _LOGGER.debug("Whether %s was freed cannot be seen yet: %s", path, error.code)
            return False
    view = await context.workers.ledger.run(context.ledger.content, intent.checksum)
    stays = bool(intent.payload.get("stays"))
    if (stays or (view is not None and view.base is Base.RELEASED)) and not intent.payload.get("noted"):
        action = FreeFiles(intent.checksum, str(intent.payload["asset_id"]), tuple(absent))
        follow = await context.workers.ledger.run(videos_with, context.ledger, intent.checksum, stays)
        await note_freed(context, run, action, absent, follow, intent.id)
    if not await _settle_sidecars(context, intent):
        return False
    await take_sidecars(context, run, _sidecars(intent.payload), VaultReason.FREED)
    return True


async def _put_back(context: Context, folder: Folder, token: str, path: str) -> None:
    disk = context.workers.disk
    root = await disk.run(Root.open, folder.settings.root, folder.settings.marker_name)
    try:
        if token in await disk.run(leftovers, root):
            await disk.run(restore_leftover, root, token, path)
    finally:
        await disk.run(root.close)


async def _finish_quarantine(context: Context, folder: Folder, checksum: bytes, token: str, path: str) -> bool:
    """Discard what waits in quarantine if the vault has it, else put it back; return whether the path is free."""
    disk = context.workers.disk
    root = await disk.run(Root.open, folder.settings.root, folder.settings.marker_name)
    try:
        if token in await disk.run(leftovers, root):
            same = await disk.run(leftover_is, root, token, checksum)
            if same and await context.vault.find(checksum) is not None:
                await disk.run(discard, root, token)
            else:
                await disk.run(restore_leftover, root, token, path)
    finally:
        await disk.run(root.close)
    return await folder.observer.still_absent(path)


def _meant_to_stay(view: ContentView, payload: Mapping[str, object]) -> tuple[FileRow, ...]:
    """Return the files that stay by decision; none where some were only to be deleted later."""
    if payload.get("later") or not payload.get("stays"):
        return ()
    doomed = {(folder_id, path) for folder_id, path, _ in _files(payload)}
    return tuple(row for row in view.present if (row.folder_id, row.path) not in doomed)


def _files(payload: Mapping[str, object]) -> list[tuple[str, str, str]]:
    files = payload.get("files")
    if not isinstance(files, list):
        return []
    return [(str(folder_id), str(path), str(token)) for folder_id, path, token in files]


def _sidecars(payload: Mapping[str, object]) -> list[list[str]]:
    sidecars = payload.get("sidecars")
    return [[str(part) for part in one] for one in sidecars] if isinstance(sidecars, list) else []


def _gone_row(folder_id: str, path: str, checksum: bytes) -> FileRow:
    return FileRow(folder_id, path, Signature(0, 0, 0, 0, 0), FileStatus.SETTLED, checksum)


type _Settle = Callable[[Context, Run, IntentView], Awaitable[bool]]

_SEEN: Final[dict[IntentKind, _Settle]] = {
    IntentKind.DELETE: _settle_deletion,
    IntentKind.FREE: _settle_freeing,
    IntentKind.BRING_BACK: settle_bringing_back,
}
"""What works on files, and stays open until these can be seen."""

_RECORDED: Final[dict[IntentKind, _Settle]] = {
    IntentKind.UPLOAD: settle_upload,
    IntentKind.TRASH: settle_trash,
    IntentKind.RESTORE: settle_restore,
    IntentKind.SUPERSEDE: settle_supersede,
    IntentKind.PAIR: settle_pair,
}
"""What works on assets, and is recorded if Immich shows that it was done; else all of it is planned again."""
