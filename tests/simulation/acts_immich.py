"""What an owner does in Immich's web."""

from datetime import UTC, datetime

from custom_components.immich_syncthing.immich.models import Visibility

from .acts_phone import NOTHING
from .contents import photo
from .immich import SimulatedAsset
from .steps import act
from .world import World


@act
def web_uploads(world: World, number: int) -> str | None:
    if world.asset(number) is not None:
        return NOTHING
    world.immich.add(photo(number), f"web_{number}.jpg", datetime.fromtimestamp(world.clock.now, UTC))
    world.record.added_in_immich(photo(number))
    return None


@act
def web_trashes(world: World, numbers: tuple[int, ...]) -> str | None:
    found = [asset for number in numbers if (asset := world.asset(number)) and asset.active and _is_shown(asset)]
    for asset in found:
        world.immich.trash(asset)
        world.record.trashed_by_owner(asset.data, unseen=world.is_unseen(asset.data))
    return None if found else NOTHING


@act
def web_restores(world: World, numbers: tuple[int, ...]) -> str | None:
    found = [asset for number in numbers if (asset := world.asset(number)) and asset.trashed_at and not asset.dying]
    for asset in found:
        world.immich.restore(asset)
        world.record.restored_by_owner(asset.data)
    return None if found else NOTHING


@act
def web_purges(world: World, number: int) -> str | None:
    """Delete for good, from the trash or past it."""
    asset = world.asset(number)
    if asset is None or asset.dying or not _is_shown(asset):
        return NOTHING
    _purge(world, asset, by_owner=True)
    return None


@act
def web_empties_trash(world: World) -> str | None:
    found = [asset for asset in world.immich.assets.values() if asset.trashed_at is not None and not asset.dying]
    for asset in found:
        _purge(world, asset, by_owner=True)
    return None if found else NOTHING


@act
def immich_expires(world: World) -> str | None:
    """Immich's nightly job purges what has been in the trash for its days."""
    found = world.immich.expired()
    for asset in found:
        _purge(world, asset, by_owner=False)
    return None if found else NOTHING


@act
def web_changes(world: World, number: int, visibility: str) -> str | None:
    """Move an asset to the archive, the locked folder, or back; a key sees nothing of the locked ones."""
    asset = world.asset(number)
    if asset is None or not asset.active or not _is_shown(asset):
        return NOTHING
    world.immich.change(asset, Visibility(visibility))
    return None


@act
def web_favours(world: World, number: int) -> str | None:
    asset = world.asset(number)
    if asset is None or not asset.active:
        return NOTHING
    world.record.moved.add(asset.data)
    asset.favorite = not asset.favorite
    asset.updated_at = world.immich.stamp()
    return None


@act
def web_albums(world: World, number: int) -> str | None:
    """Put an asset into an album, or take it out."""
    asset = world.asset(number)
    if asset is None or not asset.active:
        return NOTHING
    world.record.moved.add(asset.data)
    asset.albums ^= {"00000000-0000-4000-8000-0000000a1b01"}
    return None


@act
def jobs(world: World, running: bool) -> None:
    """Immich's job queue stands still, or moves again: until then what is purged is neither here nor gone."""
    if running:
        work_off(world)
    else:
        world.faults += 1
        world.immich.slow_purge = True


def work_off(world: World) -> None:
    """Let Immich's job queue move. What a ledger that began anew meanwhile has never seen is new to it from then on."""
    dying = [asset.data for asset in world.immich.assets.values() if asset.dying]
    world.immich.work_off()
    for data in dying:
        if not world.knows(data):
            world.record.unwanted.pop(data, None)


def _is_shown(asset: SimulatedAsset) -> bool:
    """Return whether an owner gets at it: the video of a live photo never shows by itself."""
    return asset.visibility is not Visibility.HIDDEN


def _purge(world: World, asset: SimulatedAsset, *, by_owner: bool) -> None:
    """Delete an asset for good, with the video that belongs to it."""
    if asset.dying:
        return
    video = world.immich.assets.get(asset.live_photo_video_id or "")
    # What was in the trash was decided about before: see ``web_trashes``.
    unseen = {one.data for one in (asset, video) if one and asset.active and world.is_unseen(one.data)}
    world.immich.purge(asset)
    # A video that lies beside another photo is that one's now: see "a video that another still needs stays".
    taken = {film for film, still in world.neighbours() if still != asset.data}
    for one in (asset, video):
        if one is not None and one.dying:
            world.record.purged(
                one.data,
                by_owner=by_owner and not (one is video and one.data in taken),
                known=world.knows(one.data),
                unseen=one.data in unseen,
                still=asset.data if one is video else None,
            )
