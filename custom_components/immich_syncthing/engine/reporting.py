"""The end of a cycle: what it saw, what it did, and what is left, for those who look and those who do not."""

import logging

from ..faults.coded import Problem
from .apply.context import Context, Folder, Run
from .apply.sorting_steps import LACKING
from .errors import EngineError, ItemsFailedError, NotReadError, SidecarError, SidecarStaysError
from .gate import SyncthingGate
from .ledger.views import FolderCounts, FolderTotals
from .model import FolderState
from .observe import Observation
from .planning import Draft
from .pulse import keep_pulse
from .report import CycleReport, SortingReport
from .settings import SETTLE_SECONDS, FolderSettings

_LOGGER = logging.getLogger(__name__)

type Numbers = tuple[FolderCounts, FolderTotals]


async def report_of(
    context: Context,
    folder: FolderSettings,
    run: Run,
    observation: Observation,
    gate: SyncthingGate | None,
    plan: Draft | None,
    *,
    last: Numbers,
) -> CycleReport:
    """Return the report of a cycle; ``last`` are the numbers to show where the ledger cannot be read."""
    counts, totals = await _numbers(context, folder, last)
    tallies, again_in = run.tallies, observation.again_in
    return CycleReport(
        folder_id=folder.id,
        state=observation.state or _state(counts, unanswered=plan is not None and folder.id in plan.unanswered),
        counts=counts,
        finished_at=context.clock.wall(),
        successful=observation.problem is None and bool(run.owner_id),
        problem=observation.problem or _failing(counts) or await _bad_sidecar(context, folder),
        wait_reason=gate.wait_reason if gate is not None else None,
        passing=gate is not None and gate.open and bool(run.owner_id) and observation.state is not FolderState.RECOVERY,
        waiting=0 if plan is None else plan.waiting,
        uploaded=tallies.uploaded,
        linked=tallies.linked,
        trashed=tallies.trashed,
        deleted=tallies.deleted,
        restored=tallies.restored,
        brought_back=tallies.brought_back,
        superseded=tallies.superseded,
        freed=tallies.freed,
        failed=tallies.failed,
        again_in=SETTLE_SECONDS if again_in is None and counts.unresolved else again_in,
        totals=totals,
        sorting=await _sorting(context, folder),
        waits_for=observation.waits_for,
    )


async def keep_beat(context: Context, folder: Folder, report: CycleReport) -> None:
    """Note how a cycle ended, for whoever asks after a restart when it last went well."""
    if not folder.pulse.beat(report.finished_at, success=report.successful, passing=report.passing):
        return
    try:
        await context.workers.ledger.run(
            keep_pulse, context.ledger, folder.settings.id, folder.pulse, report.finished_at
        )
    except EngineError as error:
        _LOGGER.debug("The pulse of the folder %s cannot be kept: %s", folder.settings.label, error)


async def _numbers(context: Context, folder: FolderSettings, last: Numbers) -> Numbers:
    def read() -> Numbers:
        return context.ledger.counts(folder.id), context.ledger.totals(folder.id)

    try:
        return await context.workers.ledger.run(read)
    except EngineError as error:
        # A ledger that cannot be read is the report's problem; it must not keep the report itself.
        _LOGGER.debug("The folder %s cannot be counted: %s", folder.label, error)
        return last


def _state(counts: FolderCounts, *, unanswered: bool) -> FolderState:
    """Return what a folder shows that nothing stops."""
    if counts.held or unanswered:
        return FolderState.WAITING_FOR_DECISION
    if counts.unresolved:
        return FolderState.SCANNING
    if counts.to_upload:
        return FolderState.UPLOADING
    return FolderState.IN_AGREEMENT


def _failing(counts: FolderCounts) -> Problem | None:
    """Return the problem that nothing but single items have: whoever does not look must still learn of them."""
    return Problem.of(ItemsFailedError(str(counts.failed))) if counts.failed else None


async def _sorting(context: Context, folder: FolderSettings) -> SortingReport | None:
    if not folder.sorting:
        return None
    try:
        waiting, problems = await context.workers.ledger.run(context.ledger.sorting_problems, folder.id)
    except EngineError:
        return None
    missing = tuple(sorted(one.removeprefix(LACKING) for one in problems if one.startswith(LACKING)))
    other = next((one for one in sorted(problems) if not one.startswith(LACKING)), None)
    return SortingReport(waiting, sum(problems.values()), missing, other)


async def _bad_sidecar(context: Context, folder: FolderSettings) -> Problem | None:
    try:
        bad = await context.workers.ledger.run(context.ledger.bad_sidecars, folder.id)
    except EngineError:
        return None
    if not bad:
        return None
    path, problem = bad[0]
    error = next((one for one in (NotReadError, SidecarStaysError) if one.code == problem), SidecarError)
    return Problem.of(error(path))
