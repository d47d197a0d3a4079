"""Deeds that put one promise each to the test: a preview is the truth, and tightening adds no deletion."""

from dataclasses import replace

from custom_components.immich_syncthing.engine.apply.context import LONGEST_RETRY_SECONDS
from custom_components.immich_syncthing.engine.cycle import FolderEngine
from custom_components.immich_syncthing.engine.model import POLICIES, OnAssetDeleted, OnFileDeleted, Preset
from custom_components.immich_syncthing.engine.report import CycleReport, Preview
from custom_components.immich_syncthing.immich.models import Visibility

from .contents import checksum, name
from .deeds import end_all_troubles, told
from .quiescence import all_arrives
from .steps import deed
from .world import World

NO_MORE = 10_000
"""More items than any preview of the simulation has."""

LOOKS_AHEAD = 6
"""How often all folders are looked at at most: a file that was just written is believed at the second reading."""

_DONE = {
    "upload": "upload",
    "trash_asset": "trash",
    "delete_file": "delete",
    "free_file": "delete",
    "replace_asset": "trash",
    "restore_asset": "restore",
    "bring_back_file": "bring_back",
}
"""What of a preview shows on the sides, in the record's words."""

_ASKED = {
    "ask_many_assets": "trash_asset",
    "ask_many_files": "delete_file",
    "ask_changed_in_bulk": "replace_asset",
}
_DELETIONS = frozenset({"trash_asset", "delete_file", "free_file", "replace_asset"})


def was_interrupted(world: World) -> bool:
    """Return whether something was begun and not ended: before a cycle has settled that, a preview leaves it out.

    A lost ledger knows of no intent, but of what lies in quarantine.
    """
    with world.home.ledger() as ledger:
        return bool(ledger.open_intents()) or any(disk.quarantined() for disk in world.disks.values())


async def looks_ahead(world: World) -> dict[str, Preview]:
    """Look ahead in all folders, until no look learns more: of the gates of all, and of files read meanwhile."""
    world.clock.skip(3.0)
    before: dict[str, Preview] = {}
    for _ in range(LOOKS_AHEAD):
        found: dict[str, Preview] = {}
        for folder_id in world.disks:
            engine = world.home.folder(folder_id)
            assert engine is not None
            found[folder_id] = await engine.preview(NO_MORE)
        if found == before:
            break
        before = found
    return before


def _planned(world: World, preview: Preview, folder_id: str) -> set[tuple[str, bytes]]:
    """Return what a run of a folder shall do: its own uploads, and all else wherever it lies."""
    found = set()
    for item in preview.items:
        data = world.record.known_as(bytes.fromhex(item.checksum))
        if item.action not in _DONE or data is None or (item.action == "upload" and item.folder_id != folder_id):
            continue
        found.add((_DONE[item.action], data))
    return found


def _with_videos(world: World, planned: set[tuple[str, bytes]]) -> set[tuple[str, bytes]]:
    """Add the videos of live photos: a live photo is one thing, named by its still."""
    videos = {
        (what, video)
        for video, still in [*world.record.partners.items(), *world.neighbours()]
        for what, data in planned
        if data == still
    }
    return planned | videos


async def stands_still(world: World) -> bool:
    """End all troubles and let all arrive that is on its way; return whether the engine runs."""
    end_all_troubles(world)
    if world.home.account is None:
        await world.home.start()
    if world.home.account is None:
        return False
    all_arrives(world)
    return True


@deed
async def previews_and_runs(world: World, folder_id: str) -> str:
    """Promise 5: what a preview shows is what the run does, if the world stands still."""
    if not await stands_still(world):
        return "not now"
    if was_interrupted(world):
        return "not now: something is open"
    previews = await looks_ahead(world)
    if any(one.problem is not None for one in previews.values()):
        return "a preview that says why it cannot tell"
    mine = _planned(world, previews[folder_id], folder_id)
    all_of_them = set().union(*(_planned(world, one, folder_id) for one in previews.values()))
    world.record.begins()
    world.port.begin({})
    world.record.done.clear()
    engine = world.home.folder(folder_id)
    assert engine is not None
    report, before_films = await _run(world, engine)
    world.cycles += 1
    world.compare()
    done = {(what, data) for what, data in world.record.done if what in _DONE.values()}
    missing = {(what, data) for what, data in mine - done if not _is_put_off(world, what, data)}
    own = {one for one in done if one[0] == "upload" or one in before_films} if world.films else done
    surplus = own - _with_videos(world, all_of_them)
    truth = not surplus and (not missing or bool(report.failed))
    words = "; ".join(
        f"{title}: {', '.join(sorted(f'{what} {name(data)}' for what, data in some)) or 'nothing'}"
        for title, some in (("planned", mine), ("done", done))
    )
    world.demand(5, truth, lambda: f"{words}; {told(report)}")
    return f"{words}; {told(report)}"


async def _run(world: World, engine: FolderEngine) -> tuple[CycleReport, set[tuple[str, bytes]]]:
    """Run a cycle; return its report, and what was done when the first photo was being sent.

    A preview shows one cycle. Those that run beside a film find what that one has left behind, e.g. the video of a
    photo that it deleted; and an upload is the last thing that a cycle does.
    """
    first: list[set[tuple[str, bytes]]] = []

    def look() -> None:
        if not first and engine.transfer.current_file is not None:
            first.append(set(world.record.done))

    end = engine.add_listener(look)
    report = await engine.run()
    end()
    return report, first[0] if first else world.record.done


def _is_put_off(world: World, what: str, data: bytes) -> bool:
    """Return whether its own asset shows late, or that of the new version which was to take its place."""
    if _shows_late(world, data):
        return True
    if what != "trash":
        return False
    with world.home.ledger() as ledger:
        view = ledger.content(checksum(data))
    places = [(one.folder_id, one.path) for one in view.gone] if view is not None else []
    successors = (world.disks[folder_id].expected.get(path) for folder_id, path in places)
    return any(_shows_late(world, one) for one in successors if one is not None)


def _shows_late(world: World, data: bytes) -> bool:
    """Return whether no list of Immich tells: then it is found out just before it would be changed, and put off.

    That is so with what was locked, and with what the job queue purged at last.
    """
    asset = world.immich.holding(data)
    return asset is None or asset.visibility is Visibility.LOCKED


@deed
async def tightens(world: World, folder_id: str, preset: str) -> str:
    """Promise 6: a setting that allows less never adds a deletion.

    What the guard asked about because it was one of many is a planned deletion, too: when the others are withdrawn, it
    may be few enough to pass. What leaves a folder that has only so much room leaves it for what stays there.
    """
    before = world.home.wants[folder_id]
    if not _is_tighter(Preset(preset), before.preset) or not await stands_still(world):
        return "not now, or not tighter"
    await world.home.stop()
    # What failed is tried again by then, under either setting.
    world.clock.skip(LONGEST_RETRY_SECONDS)
    await world.home.start()
    if world.home.account is None:
        return "does not start"
    before_it = (await looks_ahead(world)).values()
    earlier = {one for preview in before_it for one in _deletions(preview) | _withheld(preview)}
    await world.home.stop()
    world.home.wants[folder_id] = replace(before, preset=Preset(preset))
    await world.home.start()
    if world.home.account is None:
        return "does not start"
    later = {one for preview in (await looks_ahead(world)).values() for one in _deletions(preview)}
    if any(wants.rules.keep_bytes is not None for wants in world.home.wants.values()):
        later = {(action, data) for action, data in later if action != "free_file"}
    added = {(action, world.record.known_as(bytes.fromhex(checksum))) for action, checksum in later - earlier}
    world.demand(6, not added, lambda: f"{preset} instead of {before.preset} would add {sorted(map(str, added))}")
    return f"{len(earlier)} deletions planned before, {len(later)} after"


def _deletions(preview: Preview) -> set[tuple[str, str]]:
    return {(item.action, item.checksum) for item in preview.items if item.action in _DELETIONS}


def _withheld(preview: Preview) -> set[tuple[str, str]]:
    return {(_ASKED[item.action], item.checksum) for item in preview.items if item.action in _ASKED}


def _is_tighter(one: Preset, other: Preset) -> bool:
    """Return whether a preset deletes on no side where the other does not, and is another."""
    mine, theirs = POLICIES[one], POLICIES[other]
    trashes = mine.on_file_deleted is OnFileDeleted.KEEP or theirs.on_file_deleted is OnFileDeleted.TRASH
    deletes = mine.on_asset_deleted is OnAssetDeleted.KEEP or theirs.on_asset_deleted is OnAssetDeleted.DELETE
    return trashes and deletes and one is not other
