"""Disasters, outages and troubles; each with its end."""

from .acts_phone import NOTHING
from .contents import photo
from .faults import Disk
from .immich import SimulatedAsset
from .immich_port import Trouble
from .steps import act
from .syncthing_port import Outage
from .world import World


@act
def immich_is(world: World, trouble: str) -> None:
    world.faults += trouble != Trouble.NONE
    world.port.trouble = Trouble(trouble)


@act
def syncthing_is(world: World, outage: str) -> None:
    world.faults += outage != Outage.NONE
    world.syncthing.outage = Outage(outage)


@act
def folder_is(world: World, folder_id: str, how: str) -> None:
    """Paused, scanning, in error, or as usual."""
    world.faults += how != "usual"
    shared = world.shared[folder_id]
    shared.paused = how == "paused"
    shared.scanning = how == "scanning"
    shared.error = "folder marker missing" if how == "error" else ""


@act
def path_fails(world: World, folder_id: str, path: str) -> None:
    """Syncthing cannot scan or pull a path; an empty one ends that."""
    world.faults += bool(path)
    world.shared[folder_id].faults = {path} if path else set()


@act
def mounts(world: World, folder_id: str, what: str) -> None:
    """The folder's disk is there, or at its place is an empty directory, one with a marker, or nothing."""
    world.faults += what != "disk"
    world.disks[folder_id].mount(what)


@act
def disk_is(world: World, how: str) -> None:
    world.faults += how != Disk.FINE
    world.points.disk = Disk(how)


@act
def vault_is(world: World, where: str) -> str | None:
    """The vault's disk is unmounted, or back."""
    if world.home.shelf is not None:
        return NOTHING
    away = world.place / "vault.away"
    if (where == "away") == world.vault_away:
        return NOTHING
    world.vault_away = not world.vault_away
    if world.vault_away:
        world.faults += 1
        world.home.vault_directory.rename(away)
        world.record.vault = away
    else:
        away.rename(world.home.vault_directory)
        world.record.vault = world.home.vault_directory
    return None


@act
def poisons(world: World, number: int) -> None:
    """Immich stumbles over this one photo whatever is asked."""
    world.faults += 1
    world.port.poison.add(photo(number))


@act
def heals(world: World) -> None:
    """Immich stumbles over nothing any more."""
    world.port.poison.clear()


@act
def dumps_database(world: World) -> None:
    """Immich's nightly backup."""
    world.snapshot = world.immich.snapshot()


@act
def restores_database(world: World, without_trash: bool) -> str | None:
    """Immich comes back as it was in its last backup."""
    if world.snapshot is None:
        return NOTHING
    world.faults += 1
    world.line.cut()
    active = {asset.data for asset in world.immich.assets.values() if asset.active}
    world.immich.restore_snapshot(world.snapshot, without_trash=without_trash)
    for asset in world.immich.assets.values():
        given_away = _is_given_away(world, asset)
        if asset.active:
            world.record.unwanted.pop(asset.data, None)
            if asset.data not in active and not given_away:
                # For everybody who looks, its owner has taken it out of the trash: nobody has to have seen it purged.
                world.record.restored[asset.data] = world.clock.now
        elif asset.data in active and not given_away:
            # For everybody who looks, its owner has trashed it since: he has, and nobody saw him take that back.
            world.record.trashed_by_owner(asset.data, unseen=world.is_unseen(asset.data))
    world.record.disaster("Immich was restored from an old backup")
    _forget_what_nobody_tells(world)
    return None


def _is_given_away(world: World, asset: SimulatedAsset) -> bool:
    """Return whether the engine saw a later change of an asset than the one that it shows now."""
    view = world.view(asset.data)
    seen = None if view is None else view.asset.updated_ms
    return seen is not None and round(asset.updated_at.timestamp() * 1000) < seen


def _forget_what_nobody_tells(world: World) -> None:
    """Forget decisions over assets that are gone: nobody but the server of before could have told the engine of it."""
    for data in [one for one in world.record.unwanted if world.immich.holding(one) is None and not world.knows(one)]:
        del world.record.unwanted[data]


@act
def empties_server(world: World) -> None:
    """Immich was installed anew, with the same user."""
    world.faults += 1
    world.line.cut()
    world.immich.restore_snapshot({}, without_trash=False)
    world.record.disaster("Immich was installed anew")
    _forget_what_nobody_tells(world)


@act
def passes(world: World, seconds: float) -> None:
    """Time passes for all."""
    world.clock.skip(seconds)


@act
def clock_jumps(world: World, seconds: float) -> None:
    """Home Assistant's clock is set."""
    world.faults += 1
    world.clock.ahead = max(-86_400.0 * 400, world.clock.ahead + seconds)
