"""What was edited in the folder: the new asset gets what the old one has, then the old one is trashed or stacked.

| last step that happened | Immich has                                                                            |
| ----------------------- | ------------------------------------------------------------------------------------- |
| the new bytes went up   | both; the ledger shows which took whose place, so that this is planned until it is done |
| carried over, in parts  | both; every part may be repeated                                                       |
| trashed                 | the new one; an open intent whose asset is in the trash is always ours                 |
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from ...immich.errors import ImmichError, NotFoundError
from ...immich.models import AssetDetails
from ...vault.errors import VaultError
from ...vault.model import VaultReason
from ..actions import Supersede
from ..errors import EngineError
from ..guard import Direction
from ..ledger.failures import BEING_READ
from ..ledger.views import ContentView, HistoryEntry, IntentKind, IntentView, Json
from ..model import AssetFact, AssetState, Base, GonePath, OnEdit
from ..observe_immich import fact_of
from ..outcomes import edit_mode
from ..traits import is_withheld
from .carry import carry_over, must_be_read_first, verify
from .context import STOPPING, Context, Run, story
from .origin import FOLDER, owner_or
from .reading import is_read_soon
from .safekeeping import keep_safe
from .trash import refused

_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Edit:
    """Both photos, just looked at, and the path where the one took the other's place."""

    old: AssetDetails
    new: AssetDetails
    gone: GonePath


async def supersede_all(context: Context, run: Run, actions: Sequence[Supersede]) -> None:
    """Carry out what is planned. Raises ``ImmichError`` where Immich as a whole fails."""
    for action in actions:
        try:
            await _supersede(context, run, action)
        except STOPPING:
            raise
        except (EngineError, VaultError, ImmichError) as error:
            _LOGGER.warning("The old photo of %s stays beside the edited one: %s %s", action.path, error.code, error)
            run.tallies.failed += 1
            await context.back_off(action.checksum, error.code, "carry_over")


async def _supersede(context: Context, run: Run, action: Supersede) -> None:
    """Look, journal, keep the bytes, carry over, look again, act, record.

    An error leaves the intent open: the next cycle finds out how far it came.
    """
    edit = await _still_planned(context, run, action)
    if edit is None:
        return
    if must_be_read_first(edit.old, edit.new):
        _LOGGER.debug("What %s had waits until Immich has read the edited one", action.path)
        if not await is_read_soon(context, action.by, action.path):
            await context.back_off(action.checksum, BEING_READ, None)
        return
    intent = await context.journal(IntentKind.SUPERSEDE, action.checksum, action.folder_id, _payload(action))
    if intent is None:
        return
    with context.at_work(intent):
        if action.mode is OnEdit.REPLACE:
            await keep_safe(context, run, action.checksum, action.asset_id, edit.gone, VaultReason.FILE_EDITED)
        alone = await _has_no_sidecar(context, action)
        await carry_over(context.immich, edit.old, edit.new, action.mode, with_sidecar=alone)
        carried = await _still_planned(context, run, action)
        if carried is None:
            await context.close(intent)
            return
        await verify(context.immich, carried.old, carried.new, action.mode)
        if action.mode is OnEdit.REPLACE:
            await _trash(context, run, action, intent)
        else:
            await _record(context, run, action, intent)


async def _trash(context: Context, run: Run, action: Supersede, intent: int) -> None:
    await context.workers.ledger.run(context.ledger.amend_intent, intent, {"trashing": True})
    result = await context.immich.trash([action.asset_id])
    if result.refused:
        await refused(context, action.checksum, intent)
    else:
        await _record(context, run, action, intent)


async def _record(context: Context, run: Run, action: Supersede, intent: int) -> None:
    """Record what became of the old asset, whatever became of the file meanwhile."""
    checksum, asset_id, replaced = action.checksum, action.asset_id, action.mode is OnEdit.REPLACE
    word = "replace" if replaced else "stack"

    def line(word: str, content: bytes, one: str, origin: str) -> HistoryEntry:
        return story(word, action.path, action.folder_id, content, one, why="file_edited", origin=origin)

    def commit() -> None:
        now, ledger = context.clock.wall(), context.ledger
        origin = owner_or(FOLDER, ledger, checksum)
        ledger.inherit_sorting(checksum, action.by)
        ledger.count_applied(Direction.EDIT, (action.folder_id,), checksum, action.granted, now)
        ledger.add_history(line("carry_over", action.by, action.by_asset_id, origin), now)
        entry = line(word, checksum, asset_id, origin)
        if replaced:
            ledger.set_assets([(checksum, AssetFact(AssetState.TRASHED, asset_id, trash_seen=True))], now)
            ledger.record(checksum, Base.REMOVED, asset_id, now, action=entry, replaced_by=action.by)
        else:
            ledger.record(checksum, Base.RELEASED, None, now, action=entry)
        ledger.close_intent(intent)

    await context.commit(commit)
    run.tallies.superseded += 1
    _LOGGER.info("The edited %s took the place of the old one: %s", action.path, action.mode)


async def settle_supersede(context: Context, run: Run, intent: IntentView) -> bool:
    """Find out whether the old asset was trashed, and record that; otherwise all of it is planned again.

    Return whether that is settled; the oracle must tell where the asset is not to be seen.
    """
    if intent.payload.get("trashing"):
        action = _planned_from(intent)
        fact = await context.immich_observer.look(action.asset_id, action.checksum, run.owner_id)
        if fact.state is AssetState.TRASHED:
            await _record(context, run, action, intent.id)
            return True
        if fact.state is not AssetState.ACTIVE:
            return False
    await context.workers.ledger.run(context.ledger.close_intent, intent.id)
    return True


async def _still_planned(context: Context, run: Run, action: Supersede) -> _Edit | None:
    """Look again: no file holds the old bytes, the new ones are where they were, and both are active in Immich."""
    view = await context.workers.ledger.run(context.ledger.content, action.checksum)
    gone = None if view is None else _still_agreed(context, view, action)
    if view is None or gone is None or not await _is_in_place(context, action):
        return None
    for one in view.gone:
        if not await context.folders[one.folder_id].observer.still_without(one.path, action.checksum):
            return None
    voters = view.holders.union(one.folder_id for one in view.gone)
    if action.mode is OnEdit.REPLACE and await is_withheld(context, action.asset_id, action.checksum, voters):
        return None
    old = await _active(context, run, action.asset_id, action.checksum)
    new = await _active(context, run, action.by_asset_id, action.by)
    return None if old is None or new is None else _Edit(old, new, gone)


def _still_agreed(context: Context, view: ContentView, action: Supersede) -> GonePath | None:
    """Return the path of the edit, if the ledger and the settings still are as when it was planned."""
    by, place = view.successor, (action.folder_id, action.path)
    gone = next((one for one in view.gone if (one.folder_id, one.path) == place), None)
    if view.base is not Base.LINKED or view.present or by is None or (by.checksum, by.base) != (action.by, Base.LINKED):
        return None
    settings = {folder_id: folder.settings for folder_id, folder in context.folders.items()}
    if any(settings[one.folder_id].filter.excludes(one.path) for one in view.gone):
        return None
    voters = view.holders.union(one.folder_id for one in view.gone)
    if context.is_paused(*voters):
        return None
    mode = edit_mode(voters, view.gone, {one: settings[one].policy for one in voters})
    # What is protected, or was freed elsewhere, is stacked where its folder would replace it.
    replaced = mode is action.mode and not (mode is OnEdit.REPLACE and view.freed)
    as_wished = replaced or (mode, action.mode) == (OnEdit.REPLACE, OnEdit.STACK)
    return gone if as_wished else None


async def _is_in_place(context: Context, action: Supersede) -> bool:
    """Return whether the file with the new bytes is where they were read."""
    observer = context.folders[action.folder_id].observer
    row = await context.workers.ledger.run(context.ledger.file, action.folder_id, action.path)
    if row is not None and row.checksum == action.by and await observer.still_same(row):
        return True
    await observer.paths([action.path])
    return False


async def _active(context: Context, run: Run, asset_id: str, checksum: bytes) -> AssetDetails | None:
    """Look at an asset right now; ``None``, and what it is instead in the ledger, where it is not active."""
    fact = AssetFact(AssetState.UNKNOWN)
    try:
        details = await context.immich.details(asset_id)
    except NotFoundError:
        pass
    else:
        if details.asset.checksum == checksum:
            fact = fact_of(details.asset, run.owner_id)
        if fact.state is AssetState.ACTIVE:
            return details
    await context.workers.ledger.run(context.ledger.set_assets, [(checksum, fact)], context.clock.wall())
    if fact.state is AssetState.UNKNOWN:
        await context.immich_observer.ask([checksum], run.owner_id)
    return None


async def _has_no_sidecar(context: Context, action: Supersede) -> bool:
    """Return whether the new file came without a sidecar of its own, which the old one's would overwrite."""
    stem = action.path.rpartition(".")[0]
    observer = context.folders[action.folder_id].observer
    return await observer.still_absent(f"{stem}.xmp") and await observer.still_absent(f"{action.path}.xmp")


def _payload(action: Supersede) -> dict[str, Json]:
    return {
        "asset_id": action.asset_id,
        "by": action.by.hex(),
        "by_asset_id": action.by_asset_id,
        "path": action.path,
        "granted": action.granted,
    }


def _planned_from(intent: IntentView) -> Supersede:
    """Return the replacement that an intent was opened for."""
    payload = intent.payload
    return Supersede(
        intent.checksum,
        str(payload["asset_id"]),
        bytes.fromhex(str(payload["by"])),
        str(payload["by_asset_id"]),
        OnEdit.REPLACE,
        str(intent.folder_id),
        str(payload["path"]),
        granted=bool(payload.get("granted")),
    )
