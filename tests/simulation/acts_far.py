"""What happens to the two stores of a world that keeps its vault and a replica far away, and the replica's runs."""

import asyncio

from custom_components.immich_syncthing.replica.errors import ReplicaError
from custom_components.immich_syncthing.replica.model import (
    LIBRARY_SHRUNK,
    LIBRARY_WENT_BACK,
    Ending,
    RunReport,
)

from .acts_phone import NOTHING
from .contents import checksum, photo
from .faults import Crash, Plan
from .immich_port import Failing
from .shelf import Shelf, StoreFails, StoreIs
from .steps import Step, act, deed
from .world import World

DOUBTS = frozenset({LIBRARY_SHRUNK, LIBRARY_WENT_BACK})


def _shelf(world: World, which: str) -> Shelf | None:
    if which == "vault":
        return world.home.shelf
    return None if world.second_house is None else world.second_house.shelf


@act
def store_is(world: World, which: str, how: str) -> str | None:
    """One of the two stores is away, full, slow …, or as usual."""
    shelf = _shelf(world, which)
    if shelf is None:
        return NOTHING
    world.faults += how != StoreIs.FINE
    shelf.how = StoreIs(how)
    return None


@act
def store_fails(world: World, which: str, failing: tuple[tuple[int, str], ...]) -> str | None:
    """Some of the coming calls to a store fail, each in its own way."""
    shelf = _shelf(world, which)
    if shelf is None:
        return NOTHING
    world.faults += 1
    shelf.will_fail({number: StoreFails(how) for number, how in failing})
    return None


@act
def vault_rots(world: World, number: int) -> str | None:
    """A disk far away loses a bit of what is not needed now, for a file holds it: whoever relies on it must read it."""
    data, shelf = photo(number), world.home.shelf
    digest = checksum(data).hex()
    key = f"objects/{digest[:2]}/{digest}"
    if shelf is None or shelf.contents.get(key) != data or not world.record.in_a_folder(data):
        return NOTHING
    with world.home.ledger() as ledger:
        if any(one.checksum == checksum(data) for one in ledger.open_intents()):
            return NOTHING
    world.faults += 1
    shelf.rot(key)
    return None


@deed
async def replicates(
    world: World,
    crash: tuple[int, bool] | None = None,
    meanwhile: tuple[tuple[int, Step], ...] = (),
    failing: tuple[tuple[int, str], ...] = (),
) -> str:
    """One run of the replica. One that says that all is copied has copied all, byte by byte."""
    house = world.second_house
    if house is None:
        return "no replica"
    house.look()
    plan = Plan(
        crash=None if crash is None else Crash(*crash),
        meanwhile={at: lambda step=step: step.happen(world) for at, step in meanwhile},  # type: ignore[misc]
    )
    world.port.begin({number: Failing(how) for number, how in failing})
    before, moved = world.points.fired + world.port.fired + house.shelf.fired, set(world.record.moved)
    world.record.moved.clear()
    reports: list[RunReport] = []
    opened = []

    async def run() -> None:
        opened.append(await house.open())
        reports.append(await opened[0].run())
        problem = reports[0].problem
        if problem is not None and problem.code in DOUBTS:
            # The owner is asked, and believes what Immich shows.
            await opened[0].trust_library()
            reports.append(await opened[0].run())

    try:
        killed = await world.home.under(plan, asyncio.ensure_future(run()))
    except ReplicaError as error:
        return f"does not open: {error}"
    finally:
        world.port.begin({})
        for replica in opened:
            await replica.close()
    stood_still = not world.record.moved and not killed
    world.record.moved |= moved
    world.faults += world.points.fired + world.port.fired + house.shelf.fired - before
    if killed:
        return f"killed after {world.points.passed} points"
    report = reports[-1]
    whole = report.ending is Ending.COMPLETE and report.problem is None
    if whole and stood_still:
        # What Immich failed to tell or to give waits for its next try, and is counted.
        missing, told = house.missing(), opened[0].state.figures.failing
        world.demand(1, len(missing) <= told, lambda: f"the replica says that only {told} fail, and has no {missing}")
    problem = "" if report.problem is None else f", {report.problem.code}"
    return f"{report.ending}{problem}: {report.copied} copied, {report.failed} failed, {report.retired} retired"
