"""Promise 2: left alone, the sides agree after finitely many cycles, and a further cycle plans nothing."""

import asyncio

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.views import ContentView
from custom_components.immich_syncthing.engine.model import AssetState, Base, FolderState
from custom_components.immich_syncthing.engine.report import CycleReport
from custom_components.immich_syncthing.immich.models import Visibility

from .contents import checksum, name
from .deeds import end_all_troubles, told
from .faults import Plan
from .record import is_photo
from .steps import deed
from .world import World

ROUNDS = 40
"""Cycles after which whoever is still busy will never be at rest."""

EDITS_ARE_CARRIED_OUT = False
"""Whether the engine lets a new asset take the place of the old one; until then such contents stay linked."""

_CHANGES = ("uploaded", "linked", "trashed", "deleted", "restored", "brought_back", "failed")
_AT_REST = frozenset({FolderState.IN_AGREEMENT, FolderState.WAITING_FOR_DECISION})


@deed
async def comes_to_rest(world: World) -> str:
    """All troubles end, all phones are connected, and the engine is left alone until nothing more happens."""
    world.record.moved.clear()
    end_all_troubles(world)
    await world.home.stop()
    await world.home.start()
    rounds = 0
    reports: list[CycleReport] = []
    while True:
        rounds += 1
        arrived = _sync(world)
        reports = [await _cycle(world, folder_id, full=rounds == 1) for folder_id in world.disks]
        world.check()
        if not arrived and not any(report.more or _changed(report) for report in reports) and rounds > 1:
            break
        world.demand(2, rounds < ROUNDS, lambda: "no rest: " + "; ".join(told(report) for report in reports))
    for report in reports:
        calm = report.state in _AT_REST and report.problem is None and not report.waiting
        world.demand(2, calm, lambda report=report: f"{report.folder_id} rests as {told(report)}")  # type: ignore[misc]
    with world.home.ledger() as ledger:
        _agree(world, ledger)
    await _nothing_planned(world)
    return f"{rounds} rounds; {'; '.join(told(report) for report in reports)}"


def _changed(report: CycleReport) -> bool:
    return any(getattr(report, one) for one in _CHANGES)


def _sync(world: World) -> bool:
    """Let everything arrive that is on its way; return whether there was anything."""
    world.clock.skip(3.0)
    moved = False
    for folder_id, shared in world.shared.items():
        shared.scan()
        for phone in shared.phones.values():
            shared.meet(phone)
        moved |= shared.pull(1_000) > 0
        for phone in shared.phones.values():
            shared.meet(phone)
        engine = world.home.folder(folder_id)
        assert engine is not None
        for event in shared.events:
            engine.note_change(event.path, complete=event.remote)
        moved |= bool(shared.events)
        shared.events.clear()
    world.clock.skip(3.0)
    return moved


async def _cycle(world: World, folder_id: str, *, full: bool) -> CycleReport:
    engine = world.home.folder(folder_id)
    assert engine is not None
    reports: list[CycleReport] = []

    async def run() -> None:
        reports.append(await engine.run(full=full, retry=True))

    await world.home.under(Plan(), asyncio.ensure_future(run()))
    world.cycles += 1
    return reports[0]


def _agree(world: World, ledger: Ledger) -> None:
    """Compare the sides with each other and with what the ledger says of them."""
    world.demand(2, not ledger.open_intents(), lambda: f"left open: {ledger.open_intents()}")
    on_disk: dict[bytes, str] = {}
    for folder_id, disk in world.disks.items():
        world.demand(2, not disk.notes(), lambda disk=disk: f"left in quarantine: {disk.notes()}")  # type: ignore[misc]
        on_disk |= {data: f"{folder_id}/{path}" for path, data in disk.expected.items() if is_photo(path)}
    for data, where in on_disk.items():
        asset = world.immich.holding(data)
        view = ledger.content(checksum(data))
        told = f"{where} ({name(data)}) is there; in Immich: {_state(world, data)}; ledger: {view and view.base}"
        if asset is not None and asset.active:
            linked = view is not None and (view.base is Base.LINKED or view.asset.state is AssetState.UNTOUCHABLE)
            world.demand(2, linked, lambda told=told: told)  # type: ignore[misc]
        else:
            settled = view is not None and (view.base is Base.KEPT or view.held is not None)
            world.demand(2, settled, lambda told=told: told)  # type: ignore[misc]
    for asset in world.immich.assets.values():
        if asset.active and asset.visibility is not Visibility.LOCKED and asset.data not in on_disk:
            view = ledger.content(checksum(asset.data))
            alone = view is None or view.base in {Base.RELEASED, Base.NEW} or view.held is not None
            replaced = not EDITS_ARE_CARRIED_OUT and view is not None and bool(_occupied(world, view))
            alone = alone or replaced
            told = f"{name(asset.data)} is only in Immich; ledger: {view and view.base}"
            world.demand(2, alone, lambda told=told: told)  # type: ignore[misc]


def _occupied(world: World, view: ContentView) -> list[str]:
    """Return the content's last paths that hold other bytes now."""
    return [gone.path for gone in view.gone if gone.path in world.disks[gone.folder_id].expected]


def _state(world: World, data: bytes) -> str:
    asset = world.immich.holding(data)
    if asset is None:
        return "gone"
    return f"{'active' if asset.active else 'trashed'}, {asset.visibility.value}"


async def _nothing_planned(world: World) -> None:
    """Look ahead, then let each folder have one more cycle: neither sides nor questions may change."""
    assert world.home.account is not None
    asked = await world.home.account.holds()
    for folder_id in world.disks:
        engine = world.home.folder(folder_id)
        assert engine is not None
        preview = await engine.preview()
        world.demand(
            2,
            not preview.actions and preview.problem is None,
            lambda preview=preview: f"a further cycle would do {preview.actions}",  # type: ignore[misc]
        )
        report = await _cycle(world, folder_id, full=False)
        world.demand(2, not _changed(report), lambda report=report: f"a further cycle did {told(report)}")  # type: ignore[misc]
    again = await world.home.account.holds()
    world.demand(2, again == asked, lambda: f"a further cycle asked {again} after {asked}")
