"""Promise 2: left alone, the sides agree after finitely many cycles, and a further cycle plans nothing."""

import asyncio

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.views import ContentView
from custom_components.immich_syncthing.engine.model import (
    Answer,
    AssetState,
    Base,
    Decision,
    FileRow,
    FolderState,
    HoldKind,
)
from custom_components.immich_syncthing.engine.patterns import Filter
from custom_components.immich_syncthing.engine.report import CycleReport
from custom_components.immich_syncthing.immich.models import Visibility

from .contents import checksum, name
from .deeds import end_all_troubles, told
from .faults import Plan
from .freed import is_photo
from .steps import deed
from .world import World

ROUNDS = 40
"""Cycles after which whoever is still busy will never be at rest."""

PATIENT_ROUNDS = 5
"""Cycles after which what still waits waits for somebody else."""

POISONED_ROUNDS = 8
"""Cycles in which all but what is poisoned must have agreed: what is poisoned fails again in each."""

_CHANGES = ("uploaded", "linked", "trashed", "deleted", "restored", "brought_back", "failed")
_AT_REST = frozenset({FolderState.IN_AGREEMENT, FolderState.WAITING_FOR_DECISION})


@deed
async def comes_to_rest(world: World, poisoned: bool = False) -> str:
    """All troubles end, all phones are connected, and the engine is left alone until nothing more happens.

    ``poisoned``: what Immich stumbles over stays so (promise 7): all else must agree nevertheless.
    """
    poison = set(world.port.poison) if poisoned else set()
    world.record.begins()
    end_all_troubles(world)
    world.port.poison |= poison
    await world.home.stop()
    await world.home.start()
    rounds = 0
    reports: list[CycleReport] = []
    while True:
        rounds += 1
        arrived, known = all_arrives(world), _known(world)
        reports = [await _cycle(world, folder_id, full=rounds == 1) for folder_id in world.disks]
        world.check()
        # What a last look found to be otherwise than planned is for the next cycle to settle.
        busy = any(report.more or _changed(report) for report in reports) or _known(world) != known
        # What waits in one folder may be what the other one has just looked at.
        busy |= any(report.waiting for report in reports) and rounds < PATIENT_ROUNDS
        if rounds > 1 and not arrived and not busy:
            break
        if poison and rounds > POISONED_ROUNDS:
            break
        world.demand(2, rounds < ROUNDS, lambda: "no rest: " + "; ".join(told(report) for report in reports))
    with world.home.ledger() as ledger:
        patient = _patient(world, ledger)
        # What failed before it had to wait for an answer is not tried before that.
        views = {data: view for data in world.record.ever if (view := ledger.content(checksum(data))) is not None}
        failing = {data for data, view in views.items() if view.attempts and view.held is None}
    for report in reports:
        fine = report.problem is None or (report.problem.code == "items_failed" and failing <= patient)
        calm = report.state in _AT_REST and fine and report.waiting <= len(patient)
        world.demand(2, calm or bool(poison), lambda report=report: f"{report.folder_id} rests as {told(report)}")  # type: ignore[misc]
    with world.home.ledger() as ledger:
        _agree(world, ledger, poison)
    if not poison:
        await _nothing_planned(world)
    return f"{rounds} rounds; {'; '.join(told(report) for report in reports)}"


def _changed(report: CycleReport) -> bool:
    return any(getattr(report, one) for one in _CHANGES)


def _known(world: World) -> list[object]:
    """Return what the engine knows of both sides."""
    with world.home.ledger() as ledger:
        views = (ledger.content(checksum(data)) for data in world.record.ever)
        return [(view.base, view.asset, view.present, view.gone) for view in views if view is not None]


def all_arrives(world: World) -> bool:
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


def _agree(world: World, ledger: Ledger, poison: set[bytes]) -> None:
    """Compare the sides with each other and with what the ledger says of them."""
    poisoned = {checksum(data) for data in poison}
    left = [one for one in ledger.open_intents() if one.checksum not in poisoned]
    world.demand(2, not left, lambda: f"left open: {left}")
    on_disk: dict[bytes, str] = {}
    hidden: set[bytes] = set()
    for folder_id, disk in world.disks.items():
        world.demand(2, not disk.notes(), lambda disk=disk: f"left in quarantine: {disk.notes()}")  # type: ignore[misc]
        filter_ = Filter.of(world.home.wants[folder_id].ignore, ())
        for path, data in disk.expected.items():
            if filter_.excludes(path):
                hidden.add(data)
            elif is_photo(path):
                on_disk[data] = f"{folder_id}/{path}"
    promise = 7 if poison else 2
    for data, where in on_disk.items():
        if data in poison or data in hidden or _follows(world, ledger, data):
            continue
        asset = world.immich.holding(data)
        view = ledger.content(checksum(data))
        told = f"{where} ({name(data)}) is there; in Immich: {_state(world, data)}; ledger: {view and view.base}"
        if asset is not None and asset.active:
            linked = view is not None and (view.base is Base.LINKED or view.asset.state is AssetState.UNTOUCHABLE)
            # The video of a still that was trashed and whose files are kept.
            linked |= view is not None and asset.visibility is Visibility.HIDDEN and view.base is Base.KEPT
            world.demand(promise, linked, lambda told=told: told)  # type: ignore[misc]
        else:
            settled = view is not None and (
                view.base is Base.KEPT or view.held is not None or view.asset.state is AssetState.UNTOUCHABLE
            )
            world.demand(promise, settled, lambda told=told: told)  # type: ignore[misc]
    # A hidden video has its still's state for us, and stays as it is in Immich when that is trashed (measured).
    for asset in world.immich.assets.values():
        if (
            asset.active
            and asset.visibility not in {Visibility.LOCKED, Visibility.HIDDEN}
            and not any(asset.data in some for some in (on_disk, poison, hidden))
        ):
            view = ledger.content(checksum(asset.data))
            alone = view is None or view.base in {Base.RELEASED, Base.NEW} or view.held is not None
            alone = alone or (view is not None and _waits_for_answer(world, ledger, view, asset.data))
            # What was edited stays until the new bytes are up.
            alone = alone or (view is not None and not poison.isdisjoint(_successors(world, view)))
            # What becomes of an excluded file is not looked at.
            alone = alone or (view is not None and any(_is_hidden(world, row) for row in view.present))
            told = f"{name(asset.data)} is only in Immich; ledger: {view and view.base}"
            world.demand(promise, alone, lambda told=told: told)  # type: ignore[misc]


def _patient(world: World, ledger: Ledger) -> set[bytes]:
    """Return the contents that wait for good reason.

    Those whose owner said so (nothing but the server can bring them back), the videos of such photos and of those that
    he is asked about, one that lies, or lay, beside such a photo under its name, a video that is here again without its
    photo (that one still holds its asset until it is purged), and what was edited into something that he is asked
    about.
    """
    views = {data: view for data in world.record.ever if (view := ledger.content(checksum(data))) is not None}
    asked = {data for data, view in views.items() if view.held is not None}
    awaited = {data for data, view in views.items() if _waits_for_server(view)}
    removed = {data for data, view in views.items() if view.base is Base.REMOVED}
    near = {stem for data in asked for stem in _stems(views[data])}
    beside = {data for data, view in views.items() if not near.isdisjoint(_stems(view, ".mov"))}
    here_again = {data for data, view in views.items() if _is_here_again(view)}

    def waits(data: bytes, view: ContentView) -> bool:
        stills = world.record.stills(data) | world.immich.played_for.get(data, set())
        follows = not stills.isdisjoint(asked | awaited) or (data in here_again and not stills.isdisjoint(removed))
        edited = not asked.isdisjoint(_successors(world, view))
        return data in awaited | beside or follows or edited

    return {data for data, view in views.items() if waits(data, view)}


def _stems(view: ContentView, ending: str = "") -> set[tuple[str, str]]:
    """Return where files of a content lie, or lay, without what follows the last dot of their names."""
    places = [(row.folder_id, row.path) for row in view.present] + [(row.folder_id, row.path) for row in view.gone]
    return {(folder_id, path.rpartition(".")[0]) for folder_id, path in places if path.endswith(ending)}


def _is_here_again(view: ContentView) -> bool:
    """Return whether a file holds what was settled without one, and its asset is active all the same."""
    settled = view.base in {Base.REMOVED, Base.RELEASED}
    return settled and view.asset.state is AssetState.ACTIVE and bool(view.present)


def _waits_for_server(view: ContentView) -> bool:
    """Return whether its owner said to go on waiting for what only Immich had."""
    return view.base is Base.RELEASED and view.decision == Decision(HoldKind.VANISHED, Answer.UNDO)


def _follows(world: World, ledger: Ledger, data: bytes) -> bool:
    """Return whether it is the video of a photo that is not in agreement itself: then it has that one's state."""
    stills = {still for video, still in world.neighbours() if video == data} | {world.record.partners.get(data)}
    return any(still is not None and not _is_agreed(world, ledger, still) for still in stills)


def _is_agreed(world: World, ledger: Ledger, data: bytes) -> bool:
    """Return whether both sides have it: what is asked about they have not, although it was linked before."""
    asset, view = world.immich.holding(data), ledger.content(checksum(data))
    return asset is not None and asset.active and view is not None and view.base is Base.LINKED and view.held is None


def _waits_for_answer(world: World, ledger: Ledger, view: ContentView, data: bytes) -> bool:
    """Return whether its photo, or what took its place, is asked about."""
    others = _successors(world, view) | {world.record.partners.get(data)}
    found = (ledger.content(checksum(other)) for other in others if other is not None)
    return any(one is not None and one.held is not None for one in found)


def _successors(world: World, view: ContentView) -> set[bytes | None]:
    """Return what lies where a content lay."""
    return {world.disks[gone.folder_id].expected.get(gone.path) for gone in view.gone}


def _is_hidden(world: World, row: FileRow) -> bool:
    return Filter.of(world.home.wants[row.folder_id].ignore, ()).excludes(row.path)


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
            lambda preview=preview: f"a further cycle would do {preview.actions}, {preview.problem}",  # type: ignore[misc]
        )
        report = await _cycle(world, folder_id, full=False)
        world.demand(2, not _changed(report), lambda report=report: f"a further cycle did {told(report)}")  # type: ignore[misc]
    again = await world.home.account.holds()
    world.demand(2, again == asked, lambda: f"a further cycle asked {again} after {asked}")
