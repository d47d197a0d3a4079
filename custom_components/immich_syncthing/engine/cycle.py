"""One folder's cycle: gate, observe, plan, guard, apply, report; each step one call."""

import logging
from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import replace
from functools import partial

from ..faults.coded import Problem
from ..immich.errors import ImmichError
from ..syncthing.errors import SyncthingError
from .actions import (
    BringBackFile,
    DeleteFiles,
    FreeFiles,
    PairMotion,
    Record,
    RestoreAsset,
    Supersede,
    TrashAsset,
    Upload,
)
from .apply.context import FIRST_RETRY_SECONDS, LOST, Run
from .apply.delete import delete_all
from .apply.free import free_all, link_what_stays, release_first
from .apply.pairing import pair_all
from .apply.records import record_all
from .apply.restore import restore_all
from .apply.sending import Beside
from .apply.settle import put_leftovers_back, settle_intents
from .apply.sidecars import apply_sidecars
from .apply.supersede import supersede_all
from .apply.trash import trash_all
from .chronicle import keep_short
from .errors import EngineError, InternalError, OtherAccountError, PausedError
from .facts import World
from .fencing import bump_around
from .floor import Stay
from .gate import SyncthingGate, immich_gate, state_for, syncthing_gate
from .guard import Verdict
from .ledger import Ledger
from .ledger.views import FolderCounts
from .looking import Step
from .model import FolderState
from .moved import gate_now, has_moved, others_moved
from .observe import Observation, observe_folder
from .planning import COMEBACKS_PLANNED, UPLOADS_PLANNED, Draft, draft, resolve_doubts, write_down
from .preview import preview_of, size_of
from .report import CycleReport, Followers, Preview, Tallies
from .reporting import keep_beat, report_of
from .ruling import Ruling
from .settings import QUIET_SECONDS

_LOGGER = logging.getLogger(__name__)

BUSY_SECONDS = 2.0
"""When to look again at a folder that Syncthing is working on."""

_PASSING = frozenset({"syncthing_busy", "syncthing_incomplete"})


class FolderEngine(Ruling):
    """Keeps one folder in agreement. ``run`` one cycle at a time; ``note_*`` between and during cycles."""

    async def run(self, *, full: bool = False, retry: bool = False, followers: Followers | None = None) -> CycleReport:
        """Run one cycle. What goes wrong is in the report; it raises nothing but cancellation.

        ``full``: look at everything, on both sides. ``retry``: try again at once what failed, even for good.
        While it sends a film, it runs others, of which ``followers`` hear.
        """
        await self._context.standstill.passed()
        async with self._running, self._floor.taken() as stay:
            run = Run("", Tallies(), self.transfer)
            if full:
                self.full_check()
            report = await self._attempt(run, self._beside(run, followers, stay), retry=full or retry)
            self.last_report, self.totals = report, report.totals
            self._show(report.state)
            return report

    async def _attempt(self, run: Run, beside: Beside, *, retry: bool = False) -> CycleReport:
        """Run a cycle, and return a report also of one that failed."""
        try:
            if retry:
                await self._forgive()
            await self._pause.check()
            report = await self._cycle(run, beside)
        except PausedError:
            self._forget_gates()
            resting = Observation(state=FolderState.PAUSED, again_in=self._pause.remaining)
            report = await self._report(Run("", run.tallies, self.transfer), resting, None)
        except ImmichError as error:
            self._lose_immich()
            self._context.immich_observer.sweep_soon()
            report = await self._stopped(run, state_for(error), Problem.of(error))
        except SyncthingError as error:
            report = await self._stopped(run, FolderState.WAITING_FOR_SYNCTHING, Problem.of(error))
        except EngineError as error:
            if isinstance(error, OtherAccountError):
                self._lose_immich()
            self._account.does_not_count(self.settings.id)
            report = await self._stopped(run, FolderState.ERROR, Problem.of(error))
        except Exception:
            # A fault of ours in one folder must neither stop the others nor go unseen.
            _LOGGER.exception("The cycle of folder %s failed", self.settings.label)
            self._account.does_not_count(self.settings.id)
            report = await self._stopped(run, FolderState.ERROR, Problem.of(InternalError()))
        await keep_beat(self._context, self._folder, report)
        if report.state is FolderState.PAUSED and report.wait_reason is None and not self.paused:
            # Its owner let it go on while this cycle was broken off; a folder paused in Syncthing waits for that.
            report = replace(report, state=FolderState.SCANNING, again_in=0.0)
        return report

    def _lose_immich(self) -> None:
        self._account.immich = None
        self._context.known_immich.forget()

    async def preview(self, limit: int = 200, offset: int = 0) -> Preview:
        """Look at both sides and return what a cycle would do, without doing it. Waits for no film that is being sent.

        At most ``limit`` items, from the number ``offset`` on.
        """
        if self._floor.is_taken:
            self.note_hint()
        async with self._floor.taken():
            before = self.state
            try:
                run = Run("", Tallies(), self.transfer)
                observation, _ = await self._gate_and_observe(run, looking_only=True)
                async with self._account.lock:
                    if run.owner_id:
                        await resolve_doubts(self._context, run.owner_id)
                        if self._recovery.running or await self._recovery.signs():
                            raise self._recovery.error
                    if not offset:
                        # What a cycle finds out by looking again just before it acts, the first page has to show.
                        self._context.traits.clear()
                    most = max(UPLOADS_PLANNED, offset + limit)
                    drafted = await self._draft(uploads=most, comebacks=None, whole=True)
                if drafted.changes_sides and not (await gate_now(self._context, self.settings)).open:
                    # While Syncthing works on this folder, its cycles change nothing, in no other folder either.
                    drafted = drafted.without_changes()
                return preview_of(drafted, self.settings.id, observation.problem, limit, offset)
            except (ImmichError, SyncthingError, EngineError) as error:
                return Preview({}, {}, 0, 0, (), truncated=False, problem=Problem.of(error))
            finally:
                if self.paused:
                    self._forget_gates()
                self._show(before)

    async def _forgive(self) -> None:
        """Let nothing that failed wait any longer."""
        context = self._context
        await context.workers.ledger.run(context.ledger.retry_failures, context.clock.wall())
        if self.settings.sorting:
            await context.workers.ledger.run(context.ledger.retry_sorting)

    async def _cycle(self, run: Run, beside: Beside) -> CycleReport:
        run.began = self._context.clock.monotonic()
        observation, gate = await self._gate_and_observe(run)
        if not run.owner_id:
            return await self._report(run, observation, gate)
        async with self._account.lock:
            await self._pause.check()
            await self._recovery.fences.bump_after_crash()
            # What is in doubt may be the very sign that Immich is not the one of before.
            await resolve_doubts(self._context, run.owner_id)
            if await self._recovery.step(run.owner_id):
                # What follows is planned from what both sides look like by then.
                observation.state, observation.again_in = FolderState.RECOVERY, 0.0
                return await self._report(run, observation, gate)
            if self._recovery.running:
                self._note_recovery(observation)
            else:
                await settle_intents(self._context, run)
            plan = (await self._draft()).without_folders(self._resting())
            plan = await self._as_it_still_is(plan, gate, observation)
            await write_down(self._context, plan)
            planned = plan.verdict.allowed
            await release_first(self._context, planned)
            try:
                plan = await bump_around(self._recovery.fences, self._account, plan, self.settings.id, begins=True)
                more = await self._apply(run, plan.verdict, observation)
            except LOST:
                await self._bump_after(plan)
                raise
            finally:
                await link_what_stays(self._context, planned)
            await self._bump_after(plan)
            # A video that waited for what becomes of its photo can be decided now.
            recorded = any(isinstance(one, Record) for one in plan.verdict.allowed)
            more |= bool(plan.waiting and (recorded or run.tallies.trashed or run.tallies.deleted))
        async with self._pause.breakable():
            more |= await self._upload(run, plan, beside)
        if not self._recovery.running and await self._sidecars(run):
            observation.again_in = FIRST_RETRY_SECONDS
        observation.again_in = await self._follow_rules(run, observation.again_in, more=more)
        if more:
            observation.again_in = 0.0
        await keep_short(self._context, self._account)
        return await self._report(run, observation, gate, plan)

    async def _bump_after(self, plan: Draft) -> None:
        """Let no ledger that was copied before any of this pass for the one that knows of it."""
        if plan.changes_sides:
            await bump_around(self._recovery.fences, self._account, plan, self.settings.id, begins=False)

    def _note_recovery(self, observation: Observation) -> None:
        observation.state = FolderState.RECOVERY
        observation.problem = observation.problem or Problem.of(self._recovery.error)
        if self._recovery.wants(self.settings.id):
            observation.again_in = 0.0

    async def _gate_and_observe(self, run: Run, *, looking_only: bool = False) -> tuple[Observation, SyncthingGate]:
        """Ask both servers whether they work, then look at the folder and at Immich."""
        context, settings = self._context, self.settings
        if self.state not in {FolderState.UPLOADING, FolderState.DELETING}:
            self._show(FolderState.SCANNING)
        self._account.roots.pop(settings.id, None)
        self._account.unseen.add(settings.id)
        # Where somebody named a path, or a preview is asked for, nothing is taken from a moment ago.
        anew = looking_only or self._wishes.pending or self._recovery.running
        gate = await syncthing_gate(context.syncthing, settings, context.known_folders, anew=anew)
        await self._confirmation.take(gate)
        immich = await immich_gate(context.known_immich, anew=anew)
        self._account.immich = immich
        if immich.open and not self._account.uploadable:
            self._account.uploadable = (await context.immich.media_types()).uploadable
        gate = await self._recovery.check_fence(settings.id, gate, looking_only=looking_only)
        wanted = self._recovery.wants(settings.id)
        if wanted:
            self._wishes.everything()
        if wanted or not self._leftovers_settled:
            self._leftovers_settled = await put_leftovers_back(context, self._folder, looking_only=looking_only)
        if self._leftovers_settled:
            observation = await self._observe(gate, looking_only=looking_only)
            self._note_observed(observation, walked=wanted)
        else:
            # A preview moves nothing, and without that a file in quarantine would look deleted.
            observation, gate = Observation(), SyncthingGate("settling", sequence=gate.sequence)
        if gate.open and self._wishes.quiet_for() < QUIET_SECONDS:
            gate = SyncthingGate("settling", sequence=gate.sequence)
            observation.again_in = QUIET_SECONDS
        elif gate.wait_reason in _PASSING:
            observation.again_in = BUSY_SECONDS
        self._account.gates[settings.id] = (context.clock.monotonic(), gate)
        await self._confirmation.ask(gate)
        observation.problem = immich.problem or gate.problem or observation.problem
        observation.state = immich.state or gate.state
        if immich.owner_id is not None:
            with self.looking.at(Step.COMPARING) as progress:
                await context.immich_observer.refresh(immich.owner_id, progress)
            run.owner_id = immich.owner_id
        return observation, gate

    def _note_observed(self, observation: Observation, *, walked: bool) -> None:
        settings, account = self.settings, self._account
        # Before Immich has told what it accepts, a photo under a new name passes for no photo.
        knows_photos = self._folder.observer.knows_photos
        if walked and knows_photos and not observation.unhashed:
            self._recovery.note_walked(settings.id)
        account.roots[settings.id] = self._context.clock.monotonic()
        if knows_photos and not self._wishes.pending:
            account.unseen.discard(settings.id)
        account.pending[settings.id] = observation.pending
        if self._walks.unheard:
            account.unheard.add(settings.id)
        else:
            account.unheard.discard(settings.id)

    async def _observe(self, gate: SyncthingGate, *, looking_only: bool) -> Observation:
        breakable = nullcontext() if looking_only else self._pause.breakable()
        async with breakable:
            return await observe_folder(self._context, self._folder, self._wishes, self._walks, gate, self.looking)

    def _resting(self) -> frozenset[str]:
        return frozenset(one for one in self._context.folders if self._context.is_paused(one))

    async def _draft(
        self, *, uploads: int = UPLOADS_PLANNED, comebacks: int | None = COMEBACKS_PLANNED, whole: bool = False
    ) -> Draft:
        context, account, now = self._context, self._account, self._context.clock.monotonic()
        unresolved = await context.workers.ledger.run(context.ledger.unresolved)
        uploadable, all_seen = account.uploading(now), account.all_seen(self.settings.id)
        unread = unresolved and await context.workers.ledger.run(_unresolved_in, context.ledger, uploadable)
        world = World(
            policies={folder_id: one.settings.policy for folder_id, one in context.folders.items()},
            deletable=account.deletable(now),
            uploadable=uploadable,
            filters={folder_id: one.settings.filter for folder_id, one in context.folders.items()},
            recovering=self._recovery.running,
            complete=all_seen and not unresolved and not any(account.pending.values()),
            all_read=all_seen and not unread,
        )
        gates = {folder_id: gate for folder_id, (_, gate) in account.gates.items()}
        owner_id = account.immich.owner_id if account.immich is not None else None
        return await draft(
            context,
            world=world,
            gates=gates,
            owner_id=owner_id,
            uploads=uploads,
            comebacks=comebacks,
            whole=whole or self._recovery.running,
        )

    async def _as_it_still_is(self, plan: Draft, gate: SyncthingGate, observation: Observation) -> Draft:
        """Return the plan without what may be otherwise by now. Raises as ``KnownImmich.sure``."""
        if plan.verdict.allowed or plan.verdict.held:
            await self._context.known_immich.sure()
        if plan.waiting or plan.changes_sides:
            self._context.immich_observer.count_trash_soon()
        if plan.changes_sides and (await has_moved(self._context, self.settings, gate) or self._wishes.pending):
            plan = plan.without_changes()
            observation.again_in = QUIET_SECONDS
        elif plan.trashes and await others_moved(self._context, self._account, self.settings.id):
            plan = plan.without_trashing()
            observation.again_in = QUIET_SECONDS
            observation.waits_for = frozenset(self._account.unheard - {self.settings.id})
        return plan

    async def _apply(self, run: Run, verdict: Verdict, observation: Observation) -> bool:
        """Carry out everything but uploads; return whether another cycle should follow at once."""
        allowed = verdict.allowed
        await record_all(self._context, run, [one for one in allowed if isinstance(one, Record)])
        trash = [one for one in allowed if isinstance(one, TrashAsset)]
        doomed = [one for one in allowed if isinstance(one, DeleteFiles)]
        back = [one for one in allowed if isinstance(one, RestoreAsset | BringBackFile)]
        if trash or doomed:
            self._show(FolderState.DELETING)
        for step in (
            partial(supersede_all, self._context, run, [one for one in allowed if isinstance(one, Supersede)]),
            partial(trash_all, self._context, run, trash),
            partial(delete_all, self._context, run, doomed),
            partial(free_all, self._context, run, [one for one in allowed if isinstance(one, FreeFiles)]),
            partial(restore_all, self._context, run, back),
            partial(pair_all, self._context, run, [one for one in allowed if isinstance(one, PairMotion)]),
        ):
            try:
                await step()
            except LOST:
                raise
            except ImmichError as error:
                # One kind of change that Immich refuses must not keep the others, least of all the uploads.
                observation.problem, observation.state = Problem.of(error), state_for(error)
        return bool(run.tallies.brought_back or run.tallies.restored or run.tallies.freed)

    async def _upload(self, run: Run, plan: Draft, beside: Beside) -> bool:
        uploads = [one for one in plan.verdict.allowed if isinstance(one, Upload)]
        mine = [
            one for one in uploads if one.file.folder_id == self.settings.id and not self._sending.sends(one.checksum)
        ]
        _, unlisted = plan.unlisted.get(self.settings.id, (0, 0))
        self.transfer.expect(unlisted + sum(size_of(one) for one in mine))
        if not mine:
            return False
        self._show(FolderState.UPLOADING)
        await self._recovery.fences.bump([self.settings.id])
        before = run.tallies.uploaded
        left = await self._sending.send(run, mine, beside)
        return left or run.tallies.uploaded > before

    def _beside(self, sending: Run, followers: Followers | None, stay: Stay) -> Beside:
        return Beside(partial(self._meanwhile, sending, followers, stay), stay.away)

    async def _meanwhile(self, sending: Run, followers: Followers | None, stay: Stay) -> CycleReport:
        """Run a cycle while a film is still being sent by the one before. Raises ``PausedError``."""
        run = Run("", Tallies(), self.transfer)
        with self._pause.unbreakable():
            wanted = followers is not None and followers.begins()
            report = await self._attempt(run, self._beside(sending, followers, stay), retry=wanted)
        await self._pause.check()
        sending.tallies.add(run.tallies)
        if report.state is FolderState.IN_AGREEMENT:
            report = replace(report, state=FolderState.UPLOADING)
        self.last_report, self.totals = report, report.totals
        self._show(FolderState.UPLOADING)
        if followers is not None:
            await followers.ended(report, sending.tallies)
        return report

    async def _sidecars(self, run: Run) -> bool:
        deletable = self._account.deletable(self._context.clock.monotonic())
        return await apply_sidecars(self._context, run, self._folder, deletable=self.settings.id in deletable)

    async def _stopped(self, run: Run, state: FolderState, problem: Problem) -> CycleReport:
        stopped = Observation(state=state, problem=problem)
        return await self._report(run, stopped, None)

    async def _report(
        self, run: Run, observation: Observation, gate: SyncthingGate | None, plan: Draft | None = None
    ) -> CycleReport:
        counts = self.last_report.counts if self.last_report is not None else FolderCounts()
        last = counts, self.totals
        return await report_of(self._context, self.settings, run, observation, gate, plan, last=last)


def _unresolved_in(ledger: Ledger, folder_ids: Iterable[str]) -> bool:
    return any(ledger.unresolved_in(folder_id) for folder_id in folder_ids)
