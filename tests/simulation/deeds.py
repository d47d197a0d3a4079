"""What Home Assistant does: cycles, restarts, settings."""

import asyncio
import shutil
from contextlib import suppress
from dataclasses import replace

from custom_components.immich_syncthing.engine.errors import EngineError
from custom_components.immich_syncthing.engine.model import FolderState, OnEdit, Preset
from custom_components.immich_syncthing.engine.report import CycleReport
from custom_components.immich_syncthing.engine.rules import Rules
from custom_components.immich_syncthing.immich.errors import ImmichError

from .acts_immich import work_off
from .acts_phone import NOTHING
from .disk import MARKER
from .faults import Crash, Disk, Plan
from .immich_port import Failing, Trouble
from .shelf import StoreIs
from .steps import Step, deed
from .syncthing_port import Outage
from .world import LedgerCopy, World

_ENTIRELY = frozenset({Trouble.DOWN, Trouble.MAINTENANCE, Trouble.WRONG_KEY, Trouble.ERRORS})


@deed
async def cycle(  # noqa: PLR0917 - steps are lists
    world: World,
    folder_id: str,
    crash: tuple[int, bool] | None = None,
    meanwhile: tuple[tuple[int, Step], ...] = (),
    failing: tuple[tuple[int, str], ...] = (),
    deaf: tuple[int, ...] = (),
    full_ledger: tuple[int, ...] = (),
    mode: str = "",
    wait: float = 0.0,
) -> str:
    """One cycle of a folder, with all that happens to it on the way; ``wait``: seconds before it."""
    world.clock.skip(wait)
    engine = world.home.folder(folder_id)
    if engine is None:
        await world.home.start()
        return "started" if world.home.account is not None else "does not start"
    plan = Plan(
        crash=None if crash is None else Crash(*crash),
        meanwhile={at: lambda step=step: step.happen(world) for at, step in meanwhile},  # type: ignore[misc]
        ledger_full=frozenset(full_ledger),
    )
    world.record.begins()
    world.port.begin({number: Failing(how) for number, how in failing})
    world.syncthing.begin(frozenset(deaf))
    before = world.points.fired + world.port.fired + world.syncthing.fired
    reports: list[CycleReport] = []

    async def run() -> None:
        reports.append(await engine.run(full=mode == "full", retry=mode == "retry"))

    killed = await world.home.under(plan, asyncio.ensure_future(run()))
    world.port.begin({})
    world.syncthing.begin(frozenset())
    fired = world.points.fired + world.port.fired + world.syncthing.fired - before
    world.faults += fired
    world.cycles += 1
    _answers_hold(world)
    if killed:
        return f"killed after {world.points.passed} points"
    if not fired:
        _silence(world, folder_id, reports[0])
    return told(reports[0])


def _answers_hold(world: World) -> None:
    """What was answered while a cycle ran is not asked again by it, unless the photo was moved too."""
    answered = {data: kind for data, kind in world.record.answered_now.items() if data not in world.record.moved}
    for data, kind in answered.items():
        view = world.view(data)
        asked = view is not None and view.held is kind
        world.demand(8, not asked, lambda data=data: f"the answer about {data.decode()} is void")  # type: ignore[misc]


def _silence(world: World, folder_id: str, report: CycleReport) -> None:
    """Promise 8: what stopped is not called agreement.

    Another disk with a marker, of a folder that no file is known of, is a folder like any other.
    """
    shared, disk = world.shared[folder_id], world.disks[folder_id]
    if world.port.trouble in _ENTIRELY:
        world.demand(8, report.problem is not None and not report.successful, lambda: f"Immich fails: {told(report)}")
    stopped = (
        world.port.trouble in _ENTIRELY
        or world.syncthing.outage is not Outage.NONE
        or shared.paused
        or bool(shared.error)
        or (not disk.mounted and (not (disk.root / MARKER).exists() or report.counts.files > 0))
    )
    world.demand(8, not stopped or report.state is not FolderState.IN_AGREEMENT, lambda: f"stopped: {told(report)}")
    quiet = report.problem is not None or report.state is not FolderState.ERROR
    world.demand(8, quiet, lambda: f"an error that nobody names: {told(report)}")
    internal = report.problem is not None and report.problem.code == "internal_error"
    world.demand(8, not internal, lambda: f"a fault of the engine itself: {told(report)}")


def told(report: CycleReport) -> str:
    """Return a report in words."""
    numbers = {
        name: getattr(report, name)
        for name in ("uploaded", "linked", "trashed", "deleted", "restored", "brought_back", "failed", "waiting")
    }
    words = [report.state.value]
    words += [f"problem {report.problem.code}"] if report.problem is not None else []
    words += [f"wait {report.wait_reason}"] if report.wait_reason else []
    words += [f"{count} {name}" for name, count in numbers.items() if count]
    words += [f"{report.counts.held} held"] if report.counts.held else []
    return ", ".join(words)


@deed
async def restarts(world: World, crash: tuple[int, bool] | None = None) -> str | None:
    """Home Assistant is restarted; it may die while it starts."""
    await world.home.stop()
    plan = Plan(crash=None if crash is None else Crash(*crash))
    killed = await world.home.under(plan, asyncio.ensure_future(world.home.start()))
    world.faults += killed
    return "killed, and started again" if killed else None


@deed
async def sets_preset(world: World, folder_id: str, preset: str) -> None:
    """The owner changes who may delete; Home Assistant reloads the entry."""
    await world.home.stop()
    world.home.wants[folder_id] = replace(world.home.wants[folder_id], preset=Preset(preset))
    await world.home.start()


@deed
async def sets_edits(world: World, folder_id: str, mode: str) -> None:
    """The owner says what becomes of the old photo when one is edited."""
    await world.home.stop()
    world.home.wants[folder_id] = replace(world.home.wants[folder_id], on_edit=OnEdit(mode))
    await world.home.start()


@deed
async def hides(world: World, folder_id: str, patterns: tuple[str, ...]) -> None:
    """The owner excludes some paths, or no longer does."""
    await world.home.stop()
    world.home.wants[folder_id] = replace(world.home.wants[folder_id], ignore=patterns)
    await world.home.start()


@deed
async def sets_rules(
    world: World, folder_id: str, pass_on_days: int | None, free_after_days: int | None, favourites: bool, albums: bool
) -> None:
    """The owner says which photos leave the folder by themselves, and whose deletion is not passed on."""
    rules = Rules(pass_on_days, free_after_days, protect_favourites=favourites, protect_albums=albums)
    await world.home.stop()
    world.home.wants[folder_id] = replace(world.home.wants[folder_id], rules=rules)
    await world.home.start()


@deed
async def sets_room(world: World, folder_id: str, keep_bytes: int | None, freed_per_day: int) -> None:
    """The owner says how much a folder may take, and how many photos leave it for that within a day."""
    await world.home.stop()
    wants = world.home.wants[folder_id]
    rules = replace(wants.rules, keep_bytes=keep_bytes, freed_per_day=freed_per_day)
    world.home.wants[folder_id] = replace(wants, rules=rules)
    await world.home.start()


@deed
async def sorts_photos(world: World, folder_id: str, pattern: str) -> None:
    """The owner has new photos sorted in Immich by where they are; without a pattern no longer."""
    await world.home.stop()
    sorting = world.whereabouts.rules(pattern, folder_id)
    world.home.wants[folder_id] = replace(world.home.wants[folder_id], sorting=sorting)
    await world.home.start()


@deed
async def applies_rules(world: World, folder_id: str) -> None:
    """The owner has the rules applied to all photos, after a look at what that does."""
    folder = world.home.folder(folder_id)
    if folder is None:
        return
    with suppress(ImmichError, EngineError):
        told = await folder.apply_rules(dry_run=True)
        done = await folder.apply_rules(dry_run=False)
        world.demand(5, done == told, lambda: f"a dry run of rules told {told}, and the run {done}")


@deed
async def loses_ledger(world: World) -> None:
    """Home Assistant's state is gone: the entry begins anew."""
    world.faults += 1
    await world.home.stop()
    for file in world.home.ledger_path.parent.glob("ledger.sqlite*"):
        file.unlink()
    world.record.forget_decisions()
    await world.home.start()
    world.record.forget_votes()


@deed
async def backs_up_ledger(world: World) -> None:
    """Home Assistant is backed up."""
    await world.home.stop()
    shutil.copy(world.home.ledger_path, world.place / "ledger.copy")
    answered = {data: {*answers} for data, answers in world.record.answered.items()}
    world.ledger_copy = LedgerCopy(answered, {**world.record.unwanted})
    await world.home.start()


@deed
async def restores_ledger(world: World) -> str | None:
    """Home Assistant is restored from its backup."""
    if world.ledger_copy is None:
        return NOTHING
    world.faults += 1
    await world.home.stop()
    for file in world.home.ledger_path.parent.glob("ledger.sqlite*"):
        file.unlink()
    shutil.copy(world.place / "ledger.copy", world.home.ledger_path)
    answered, unwanted = {**world.record.answered}, {**world.record.unwanted}
    world.record.forget_decisions()
    # The copy knows them too, and need not be noticed to be one if nothing happened since.
    for data, answers in world.ledger_copy.answered.items():
        world.record.answered[data] = answers & answered.get(data, set())
    for data in unwanted.keys() & world.ledger_copy.unwanted:
        world.record.unwanted[data] = unwanted[data]
    await world.home.start()
    world.record.forget_votes()
    return None


@deed
async def calms(world: World) -> None:
    """Whoever looks after the machines has been there."""
    end_all_troubles(world)


def end_all_troubles(world: World) -> None:
    """Let everything work again."""
    world.port.trouble = Trouble.NONE
    world.port.poison.clear()
    world.syncthing.outage = Outage.NONE
    world.points.disk = Disk.FINE
    work_off(world)
    for shelf in world.shelves():
        shelf.how = StoreIs.FINE
        shelf.will_fail({})
    if world.vault_away:
        (world.place / "vault.away").rename(world.home.vault_directory)
        world.record.vault, world.vault_away = world.home.vault_directory, False
    for folder_id, disk in world.disks.items():
        if not disk.mounted:
            disk.mount()
        shared = world.shared[folder_id]
        shared.paused = shared.scanning = False
        shared.error = ""
        shared.faults = set()
