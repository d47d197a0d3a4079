"""From the ledger to a verdict: the facts of all contents in doubt, planned and guarded."""

import heapq
import logging
import math
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from .actions import (
    Action,
    Ask,
    BringBackFile,
    DeleteFiles,
    FreeFiles,
    Plan,
    RestoreAsset,
    Supersede,
    TrashAsset,
    Upload,
)
from .apply.context import Context
from .facts import World, facts_of
from .freeing import not_yet, with_freeable
from .gate import SyncthingGate
from .guard import Direction, GuardFacts, Tally, Verdict, directories_of, guard
from .ledger import Ledger
from .ledger.views import ContentView, Place
from .model import AssetState, Base, FileRow, GonePath, HoldKind
from .outcomes import Outcome, Settled, Waiting
from .plan import decide
from .recovery import decide_meanwhile
from .settings import GuardLimits
from .traits import with_traits

_LOGGER = logging.getLogger(__name__)

DAY_SECONDS = 24 * 3600.0

PAGE = 1_000
"""Contents read from the ledger at once."""

WOKEN = 200
"""Contents that wait for an answer and are planned again in each cycle: what ends their question may be a date, or a
mark in Immich, of which nobody tells. Whatever changed of them is planned at once."""

UPLOADS_PLANNED = 2_000
"""Uploads that one plan holds at most, the newest of all; the rest is planned when these are done."""

COMEBACKS_PLANNED = 1_000
"""Files and assets, of those that their owner wants back, that one plan holds at most: else the folder would not be
looked at for as long as a whole archive takes. Of those that nobody asked for it holds all: the guard counts them."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan, judged. ``settled``: checksums that need no further look until something changes.

    ``retracted``: checksums that are asked about, although there is no reason to any more. ``as_of``: the ledger's
    moment that the draft was made of; what became dirty later is not settled. ``folders_of``: where each checksum
    of an action is or was; ``places``: one such path of each, if there is any. ``unlisted``: uploads beyond what one
    plan holds, per folder in number and bytes. ``whole``: whether all that waits for an answer was looked at.
    ``unanswered``: folders with the new video of a photo that is asked about, be that in another folder.
    """

    verdict: Verdict
    settled: tuple[bytes, ...]
    retracted: tuple[bytes, ...]
    waiting: int
    as_of: int
    folders_of: Mapping[bytes, frozenset[str]]
    places: Mapping[bytes, Place]
    unlisted: Mapping[str, tuple[int, int]]
    whole: bool
    unanswered: frozenset[str]

    @property
    def changes_sides(self) -> bool:
        """Whether anything would be deleted or brought back."""
        return any(isinstance(action, _CHANGES) for action in self.verdict.allowed)

    def without_changes(self) -> Draft:
        """Return the draft with uploads and records only: the rest is planned again later."""
        allowed = tuple(action for action in self.verdict.allowed if not isinstance(action, _CHANGES))
        return replace(self, verdict=Verdict(allowed, self.verdict.held), waiting=self.waiting + 1)

    def without_folders(self, folder_ids: Set[str]) -> Draft:
        """Return the draft without what these folders would have a say in: it is planned again when they go on."""
        return self._without(
            lambda one: isinstance(one, _TRASHING) and bool(self.folders_of[one.checksum] & folder_ids)
        )

    @property
    def trashes(self) -> bool:
        """Whether anything would be put into Immich's trash because no folder has a file of it."""
        return any(isinstance(action, _TRASHING) for action in self.verdict.allowed)

    def without_trashing(self) -> Draft:
        """Return the draft without what goes to Immich's trash: it is planned again later."""
        return self._without(lambda one: isinstance(one, _TRASHING))

    def without(self, freed: Set[bytes]) -> Draft:
        """Return the draft without freeing these: they are planned again later."""
        return self._without(lambda one: isinstance(one, FreeFiles) and one.checksum in freed)

    def _without(self, concerns: Callable[[Action], bool]) -> Draft:
        kept = tuple(one for one in self.verdict.allowed if not concerns(one))
        left_out = len(self.verdict.allowed) - len(kept)
        return replace(self, verdict=Verdict(kept, self.verdict.held), waiting=self.waiting + left_out)


_TRASHING = (TrashAsset, Supersede)
_CHANGES = (TrashAsset, DeleteFiles, FreeFiles, Supersede, RestoreAsset, BringBackFile)


async def draft(
    context: Context,
    *,
    world: World,
    gates: Mapping[str, SyncthingGate],
    owner_id: str | None,
    uploads: int = UPLOADS_PLANNED,
    comebacks: int | None = COMEBACKS_PLANNED,
    whole: bool,
) -> Draft:
    """Ask the oracle about what is in doubt, then plan and guard. Raises ``ImmichError``.

    ``uploads``, ``comebacks``: how many at most, of what the owner wants back; ``None``: all.
    ``whole``: with everything that waits for an answer; else only with what changed of that, and some more.
    """
    if owner_id is not None:
        await resolve_doubts(context, owner_id)
    if not whole:
        await context.workers.ledger.run(context.ledger.wake, WOKEN)
    faults = {folder_id: gate.faults for folder_id, gate in gates.items() if gate.faults}
    world = replace(world, faults=faults)
    if owner_id is not None:
        world = await with_traits(context, world, rested=whole)
        world = await with_freeable(context, world)
    most = _Most(uploads, math.inf if comebacks is None else comebacks)
    ledger, limits = context.ledger, context.settings.limits
    plan = await context.workers.ledger.run(_draft, ledger, world, limits, most, context.clock.wall(), whole)
    return plan.without(not_yet(context, plan.verdict.allowed))


async def write_down(context: Context, plan: Draft) -> None:
    """Record what is asked, what need not be asked any more, and what is settled."""

    def commit() -> None:
        now, ledger = context.clock.wall(), context.ledger
        if plan.settled:
            ledger.settle(plan.settled, plan.as_of)
        if plan.retracted:
            for closed in ledger.retract(plan.retracted, now):
                _LOGGER.info("A decision is not needed any more: %s", closed.kind)
        if plan.verdict.held:
            items = [(ask.kind, ask.folder_ids, ask.checksum) for ask in plan.verdict.held]
            ledger.ask(items, now, plan.as_of)
            if not plan.whole:
                ledger.rest([ask.checksum for ask in plan.verdict.held], plan.as_of)

    await context.workers.ledger.run(commit)


async def resolve_doubts(context: Context, owner_id: str) -> None:
    """Ask the oracle about every content whose asset is unknown, or was being purged. Raises ``ImmichError``."""
    ledger = context.ledger
    after: bytes | None = None
    while unclear := await context.workers.ledger.run(ledger.unclear, context.clock.wall(), after, PAGE):
        await context.immich_observer.ask(unclear, owner_id)
        after = unclear[-1]


@dataclass(frozen=True, slots=True)
class _Most:
    """How much one plan holds."""

    uploads: int
    comebacks: float


class _Newest:
    """The newest uploads of all that are to be made, so many at most. ``left_out``: the others, as in ``Draft``."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._heap: list[tuple[int, bytes, Upload, frozenset[str]]] = []
        self.left_out: dict[str, tuple[int, int]] = {}

    def take(self, upload: Upload, folders: frozenset[str]) -> None:
        """Keep an upload, or leave it or an older one out."""
        one = (upload.file.signature.mtime_ns, upload.checksum, upload, folders)
        if len(self._heap) < self._most:
            heapq.heappush(self._heap, one)
            return
        left = heapq.heappushpop(self._heap, one)[2].file
        number, size = self.left_out.get(left.folder_id, (0, 0))
        self.left_out[left.folder_id] = number + 1, size + left.signature.size

    def kept(self) -> Iterator[tuple[Upload, frozenset[str]]]:
        """Yield what was kept, with the folders of its content."""
        return ((upload, folders) for _, _, upload, folders in self._heap)


def _draft(ledger: Ledger, world: World, limits: GuardLimits, most: _Most, now: float, whole: bool) -> Draft:
    as_of = ledger.moment()
    choose = decide_meanwhile if world.recovering else decide
    actions: list[Action] = []
    settled: list[bytes] = []
    retracted: list[bytes] = []
    held_before: set[bytes] = set()
    folders_of: dict[bytes, frozenset[str]] = {}
    places: dict[bytes, Place] = {}
    newest = _Newest(most.uploads)
    unanswered: set[str] = set()
    waiting = comebacks = 0
    for view in _dirty(ledger, now, whole=whole):
        outcome = choose(facts_of(view, world))
        if view.held is not None and not _is_void(view.held, outcome):
            held_before.add(view.checksum)
        match outcome:
            case Waiting():
                waiting += 1
                unanswered |= _unanswered(view)
                continue
            case Settled():
                settled.append(view.checksum)
            case Upload():
                newest.take(outcome, _folders(view))
            case RestoreAsset(granted=True) | BringBackFile(granted=True) if comebacks >= most.comebacks:
                waiting += 1
                continue
            case _:
                comebacks += isinstance(outcome, RestoreAsset | BringBackFile) and outcome.granted
                actions.append(outcome)
                folders_of[view.checksum] = _folders(view)
                places.update({view.checksum: Place(one.folder_id, one.path) for one in _anywhere(view)})
        if view.held is not None and (not isinstance(outcome, _HOLDABLE) or _is_void(view.held, outcome)):
            retracted.append(view.checksum)
    for upload, folders in newest.kept():
        actions.append(upload)
        folders_of[upload.checksum] = folders
    actions.sort(key=lambda one: one.checksum)
    plan = Plan(tuple(actions), waiting)
    verdict = guard(plan, _guard_facts(ledger, plan, world, now, limits, frozenset(held_before)), limits)
    return Draft(
        verdict,
        tuple(settled),
        tuple(retracted),
        waiting,
        as_of,
        folders_of,
        places,
        newest.left_out,
        whole,
        frozenset(unanswered),
    )


def _unanswered(view: ContentView) -> frozenset[str]:
    """Return the folders with a new video that goes up, or not, as is answered about its photo."""
    asked = view.base is Base.NEW and any(still.held is not None for still in view.stills)
    return frozenset(row.folder_id for row in view.present) if asked else frozenset()


def _anywhere(view: ContentView) -> Sequence[FileRow | GonePath]:
    """Return a path where a content is, or was."""
    return view.present[:1] or view.gone[:1]


def _folders(view: ContentView) -> frozenset[str]:
    return view.holders.union((row.folder_id for row in view.present), (gone.folder_id for gone in view.gone))


_HOLDABLE = (Ask, TrashAsset, DeleteFiles, Supersede, RestoreAsset, BringBackFile)


def _is_void(question: HoldKind, outcome: Outcome) -> bool:
    """Return whether the world has answered: what seemed to be nobody's wish is its owner's after all.

    So it is with what seemed to be a late device's, and with what had vanished until Immich told that it was deleted.
    """
    match outcome:
        case Ask():
            return False
        case DeleteFiles():
            told_late = question is HoldKind.VANISHED and outcome.asset.state is AssetState.GONE
            return told_late or question is HoldKind.CAME_BACK
        case _:
            return question is HoldKind.CAME_BACK


def _dirty(ledger: Ledger, now: float, *, whole: bool) -> Iterator[ContentView]:
    after: bytes | None = None
    while views := ledger.dirty(now, after, PAGE, rested=whole):
        yield from views
        after = views[-1].checksum


def _guard_facts(
    ledger: Ledger, plan: Plan, world: World, now: float, limits: GuardLimits, held: frozenset[bytes]
) -> GuardFacts:
    folders = sorted(world.policies)
    changes = any(isinstance(action, _HOLDABLE) and not isinstance(action, Ask) for action in plan.actions)
    directories = sorted({one for action in plan.of(TrashAsset) for one in directories_of(action)})

    def tally(direction: Direction) -> Tally:
        def applied(folder_id: str | None, seconds: float, directory: str | None = None) -> int:
            return ledger.applied_since(direction, folder_id, now, seconds, directory)

        window = limits.window_seconds
        return Tally(
            account=applied(None, window),
            folders={one: applied(one, window) for one in folders},
            account_day=applied(None, DAY_SECONDS),
            folders_day={one: applied(one, DAY_SECONDS) for one in folders},
            # Only what left a directory is counted by directory: asking costs one statement each.
            directories={one: applied(one[0], window, one[1]) for one in directories if direction is Direction.ASSET},
        )

    return GuardFacts(
        linked_assets=ledger.linked_assets(),
        linked_files={folder_id: ledger.linked_files(folder_id) for folder_id in folders},
        applied={direction: tally(direction) for direction in Direction} if changes else {},
        held=held,
        in_directories={one: ledger.linked_in(*one) for one in directories},
    )
