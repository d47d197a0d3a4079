"""What a folder keeps no longer, to free space: released first, then its files go, while Immich has the asset."""

import logging
from collections.abc import Sequence
from functools import partial
from uuid import uuid4

from ...immich.errors import ImmichError
from ...syncthing.errors import SyncthingError
from ...vault.errors import VaultError
from ...vault.model import VaultReason
from ..actions import Action, FreeFiles
from ..errors import EngineError, LedgerError
from ..freeing import WINDOW, still_leaves
from ..leaving import Stays
from ..ledger import Ledger
from ..ledger.views import ContentView, IntentKind, Json
from ..model import AssetState, Base, Departure, FileRow
from ..traits import traits_now
from .context import LONGEST_RETRY_SECONDS, STOPPING, Context, Run, story
from .origin import FOLDER
from .sidecars import doomed_sidecars, take_sidecars
from .taking import Keepsake, confirmed_by_syncthing, take_away

_LOGGER = logging.getLogger(__name__)


async def free_all(context: Context, run: Run, actions: Sequence[FreeFiles]) -> None:
    """Free what is planned, the oldest first. Raises ``ImmichError`` where Immich as a whole fails."""
    for action in sorted(actions, key=partial(_turn, context)):
        try:
            await _free(context, run, action)
        except STOPPING:
            raise
        except (EngineError, VaultError, SyncthingError, ImmichError) as error:
            _LOGGER.warning("%s is not freed: %s %s", action.files[0].path, error.code, error.detail)
            run.tallies.failed += 1
            _note_stays(context, action, error.code)
            await context.back_off(action.checksum, error.code, "free")
            # To be linked again ends its failures, and with them how long it would have to wait.
            again_at = context.clock.wall() + LONGEST_RETRY_SECONDS
            await context.workers.ledger.run(context.ledger.plan_to_free, (), (action.checksum,), again_at)


def _turn(context: Context, action: FreeFiles) -> int:
    orders = [context.leaving_of(row.folder_id).order for row in action.files]
    return min(order.get(action.checksum, len(order)) for order in orders)


def _note_stays(context: Context, action: FreeFiles, why: str) -> None:
    for row in action.files:
        context.leaving_of(row.folder_id).stayed(action.checksum, why)


async def release_first(context: Context, actions: Sequence[Action]) -> None:
    """Commit what is about to be freed as released, before the fence goes up.

    So no copy of the ledger with the new generation takes the absence of the files for their owner's deletion, neither
    now nor when another folder deletes what stays there. What is not freed then is linked again.
    """
    leaving = [one for one in actions if isinstance(one, FreeFiles)]

    def commit() -> None:
        with context.ledger.together():
            for one in leaving:
                context.ledger.let_go(one.checksum, {row.folder_id for row in one.files})
                if not one.stays:
                    context.ledger.record(one.checksum, Base.RELEASED, one.asset_id, context.clock.wall())

    if leaving:
        await context.workers.ledger.run(commit)


async def link_what_stays(context: Context, actions: Sequence[Action]) -> None:
    """Have what was released to be freed, and stays after all, judged as what it was: nobody freed it.

    Its owner may delete it, and mean it. Of what is journalled nobody knows yet whether it went.
    """
    leaving = [one for one in actions if isinstance(one, FreeFiles)]

    def commit() -> None:
        ledger = context.ledger
        with ledger.together():
            begun = {intent.checksum for intent in ledger.open_intents()}
            for one in leaving:
                if one.checksum not in begun:
                    _link_again(ledger, one, context.clock.wall())

    if leaving:
        await context.workers.ledger.run(commit)


def _link_again(ledger: Ledger, action: FreeFiles, now: float) -> None:
    view = ledger.content(action.checksum)
    if view is not None and view.base is Base.RELEASED and view.present:
        ledger.record(action.checksum, Base.LINKED, action.asset_id, now)
    ledger.not_let_go(action.checksum)


async def _free(context: Context, run: Run, action: FreeFiles) -> None:
    """Journal, look again, then delete.

    A crash meanwhile leaves files of released content: they are linked again, and freed another time.
    """
    tokens = {row.path: uuid4().hex for row in action.files}
    files: list[Json] = [[row.folder_id, row.path, tokens[row.path]] for row in action.files]
    sidecars = await doomed_sidecars(context, action.checksum, action.files)
    payload: dict[str, Json] = {
        "asset_id": action.asset_id,
        "files": files,
        "stays": bool(action.stays),
        "sidecars": [list[Json](one) for one in sidecars],
    }
    intent = await context.journal(IntentKind.FREE, action.checksum, action.files[0].folder_id, payload)
    if intent is None:
        return
    with context.at_work(intent):
        if not await _looked_again(context, run, action, intent):
            _note_stays(context, action, Stays.NOT_CONFIRMED)
        else:
            follow = await context.workers.ledger.run(videos_with, context.ledger, action.checksum, bool(action.stays))
            freed = [row for row in action.files if await _free_file(context, run, action, row, tokens[row.path])]
            if not freed:
                _note_stays(context, action, Stays.BUSY)
            await note_freed(context, run, action, freed, follow, intent)
            for row in freed:
                await confirmed_by_syncthing(context, row.folder_id, row.path)
            await take_sidecars(context, run, sidecars, VaultReason.FREED)
        await context.close(intent)


async def _looked_again(context: Context, run: Run, action: FreeFiles, intent: int) -> bool:
    """Look again. Where that fails nothing was done, and nothing is journalled any more."""
    try:
        return await _still_planned(context, run, action)
    except LedgerError:
        raise
    except EngineError, SyncthingError, ImmichError:
        await context.close(intent)
        raise


async def _still_planned(context: Context, run: Run, action: FreeFiles) -> bool:
    """Look again: the oracle and the asset itself say that Immich has it, and the rules still say so."""
    if context.is_paused(*(row.folder_id for row in action.files)):
        return False
    await context.immich_observer.ask([action.checksum], run.owner_id)
    view = await context.workers.ledger.run(context.ledger.content, action.checksum)
    if view is None or view.base not in {Base.LINKED, Base.RELEASED} or view.asset.state is not AssetState.ACTIVE:
        return False
    fact = await context.immich_observer.look(action.asset_id, action.checksum, run.owner_id)
    traits = await traits_now(context, action.asset_id, action.checksum)
    if fact.state is not AssetState.ACTIVE or traits is None:
        return False
    for folder_id in {row.folder_id for row in action.files}:
        if not await still_leaves(context, folder_id, action.checksum, traits):
            return False
    here = {(row.folder_id, row.path) for row in view.present}
    return here == {(row.folder_id, row.path) for row in (*action.files, *action.stays)}


async def _free_file(context: Context, run: Run, action: FreeFiles, row: FileRow, token: str) -> bool:
    if context.folders[row.folder_id].settings.filter.excludes(row.path):
        return False
    keepsake = Keepsake(action.checksum, action.asset_id, VaultReason.FREED)

    def wanted() -> bool:
        return not context.is_paused(row.folder_id)

    vaulted = context.settings.vault_freed
    taken = await take_away(context, run, row, token, keepsake, wanted=wanted, vaulted=vaulted)
    if taken:
        _LOGGER.info("Freed %s: Immich keeps it", row.path)
    return taken


def videos_with(ledger: Ledger, checksum: bytes, stays: bool) -> list[ContentView]:
    """Return the videos that go with a photo: none as long as it ``stays`` elsewhere."""
    return [] if stays else ledger.motions_of(checksum)


async def note_freed(
    context: Context,
    run: Run,
    action: FreeFiles,
    freed: Sequence[FileRow],
    videos: Sequence[ContentView],
    intent: int,
) -> None:
    """Commit that files are gone, and what the history says of it; the intent then says so as well: it is done once.

    ``videos``: those that go with it. Whoever asked for it hears that it went even if the ledger cannot take it now.
    """
    if not freed:
        return
    where = sorted({row.folder_id for row in freed})
    leaving = [context.leaving_of(folder_id) for folder_id in where]
    is_video = any(action.checksum in one.videos for one in leaving)
    asked = all(one.asked(action.checksum) for one in leaving)

    def commit() -> None:
        ledger, now = context.ledger, context.clock.wall()
        if not is_video:
            ledger.count_applied(WINDOW, where, action.checksum, asked, now)
        for row in freed:
            here = ledger.file(row.folder_id, row.path)
            if here is not None and here.checksum == action.checksum:
                ledger.apply_observation(row.folder_id, [], [(row.path, Departure.ABSENT)], now)
            entry = story("free", row.path, row.folder_id, action.checksum, action.asset_id, why="old", origin=FOLDER)
            ledger.add_history(entry, now)
        ledger.let_go(action.checksum, where)
        ledger.amend_intent(intent, {"noted": True})

    try:
        await context.commit(commit)
    finally:
        for folder_id, one in zip(where, leaving, strict=True):
            mine = [row for row in freed if row.folder_id == folder_id]
            follow = [video.checksum for video in videos if any(row.folder_id == folder_id for row in video.present)]
            one.went(action.checksum, mine, follow)
    run.tallies.freed += len(freed)
    for row in freed:
        # Something else may have come there meanwhile, and have been seen already.
        await context.folders[row.folder_id].observer.paths([row.path])
