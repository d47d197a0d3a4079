"""The deed of an owner who frees the phone's space: what a dry run shows is what leaves the folder."""

from custom_components.immich_syncthing.engine.errors import EngineError
from custom_components.immich_syncthing.engine.leaving import Request
from custom_components.immich_syncthing.engine.rules import Space

from .contents import name
from .promises import looks_ahead, stands_still, was_interrupted
from .steps import deed
from .world import World

CYCLES = 6
"""A photo is freed in one cycle, and its video in the next."""


@deed
async def frees_space(
    world: World, folder_id: str, after_days: int | None, keep_bytes: int | None, favourites: bool, most: int
) -> str:
    """Promise 5: what a dry run chooses is what leaves, if the world stands still; nothing of it leaves Immich."""
    if not await stands_still(world):
        return "not now"
    if was_interrupted(world):
        return "not now: something is open"
    previews = await looks_ahead(world)
    if any(one.problem is not None or one.items or one.waiting for one in previews.values()):
        return "not now: something else is to be done"
    engine, account = world.home.folder(folder_id), world.home.account
    assert engine is not None
    assert account is not None
    if account.waits_for(folder_id) is not None:
        return "not now: the folder waits"
    space = Space(after_days, keep_bytes, favourites_stay=favourites)
    try:
        choice = await engine.to_free(space, most)
        again = await engine.to_free(space, most)
    except EngineError as error:
        return error.code
    world.demand(5, choice == again, lambda: f"a dry run changed something: {choice} is now {again}")
    world.record.freed.asked.setdefault(folder_id, []).append(space)
    world.record.begins()
    world.record.done.clear()
    world.port.begin({})
    before = dict(world.disks[folder_id].actual())
    request = engine.free(space, choice)
    for _ in range(CYCLES):
        await engine.run()
        world.cycles += 1
        if request.done:
            break
    after = world.disks[folder_id].actual()
    world.compare()
    world.record.freed.asked.clear()
    _judge(world, request, {path: data for path, (data, _) in before.items() if path not in after})
    return f"{request.files} files of {request.size} bytes, {len(choice.chosen)} photos; kept {dict(choice.kept)}"


def _judge(world: World, request: Request, gone: dict[str, bytes]) -> None:
    chosen = {one.checksum: one for one in request.chosen}
    files, size = sum(one.files for one in chosen.values()), sum(one.size for one in chosen.values())
    world.demand(5, request.done, lambda: f"{len(request.left)} photos were chosen and are still there")
    world.demand(5, chosen.keys() <= request.freed, lambda: f"chosen, and not freed: {request.refused}")
    same = (files, size) == (request.files, request.size)
    world.demand(5, same, lambda: f"{request.files} files of {request.size} bytes went instead of {files} of {size}")
    for path, data in gone.items():
        asset = world.immich.holding(data)
        kept = path.endswith(".xmp") or (asset is not None and asset.active)
        world.demand(1, kept, lambda data=data: f"{name(data)} was freed and is not in Immich")  # type: ignore[misc]
