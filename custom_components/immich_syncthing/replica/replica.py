"""The second house for the photos: what the face speaks with."""

import asyncio
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import Self

from ..faults.coded import Problem
from .copying import Copier
from .drill import drill
from .errors import ReplicaError, ReplicaPausedError
from .failing import EXPECTED, problem_of
from .index import Index
from .manifest import ABOUT, Manifest
from .model import Doing, DrillReport, Ending, Figures, ReplicaState, RunReport, ScrubReport
from .observation import Observer
from .pacing import Bandwidth
from .ports import Surroundings
from .retiring import Retirement
from .running import Parts, Run
from .scrub import Scrub
from .selection import selection
from .settings import ReplicaSettings


class Replica:
    """One replica of one account.

    ``run``, ``scrub`` and ``drill`` may be asked for at any time, each waits for its own kind; cancelling one of them,
    or ``pause``, stops it within a second, and the next one goes on where it was.
    """

    def __init__(self, around: Surroundings, index: Index, settings: ReplicaSettings, scratch: Path) -> None:
        """Use an open index; see :meth:`open`."""
        self._around = around
        self._index = index
        self._scratch = scratch
        self._bandwidth = Bandwidth(around.clock, settings.bytes_per_second)
        manifest = Manifest(around, index)
        observer = Observer(around, index, settings)
        copier = Copier(around, index, self._bandwidth, selection(settings))
        retirement = Retirement(around, index, manifest, observer, settings)
        self._parts = Parts(around, settings, index, manifest, observer, copier, retirement)
        self._running, self._scrubbing = asyncio.Lock(), asyncio.Lock()
        self._tasks: set[asyncio.Task[None] | asyncio.Task[DrillReport]] = set()
        self._closed = False
        self._state = ReplicaState()

    @classmethod
    async def open(cls, around: Surroundings, index: Path, settings: ReplicaSettings, scratch: Path) -> Self:
        """Open or create the index, a file, and ask nobody anything. ``scratch`` is a directory for restore drills.

        Raises ``ReplicaTooNewError``, ``ReplicaIndexError``.
        """

        def aside() -> str:
            return f"-{around.clock.wall():.0f}"

        opened = await around.blocking.run(Index.open, index, aside)
        replica = cls(around, opened, settings, scratch)
        try:
            if await around.blocking.run(opened.get, "user") is not None:
                # It lay there before: an empty directory is where its disk is to be mounted.
                around.store.rely_on(ABOUT)
            off = await around.blocking.run(opened.get, "switched_off") is not None
            replica._state = replace(replica._state, switched_off=off)
            await replica._count()
        except ReplicaError:
            await around.blocking.run(opened.close)
            raise
        return replica

    @property
    def state(self) -> ReplicaState:
        """Return what the owner sees. Cheap."""
        return replace(self._state, waiting=self._parts.retirement.waiting)

    async def run(self, *, anytime: bool = False) -> RunReport:
        """Copy what is not copied yet, and let go what was deleted long enough ago; ``anytime``: whatever the window.

        Raises nothing but ``CancelledError``: what stops it is the report's ``problem``, and the state's.
        """
        report = RunReport()
        async with self._running:
            parts = self._parts
            if anytime:
                parts = replace(parts, settings=replace(parts.settings, window=None))
            run = Run(parts, report, self._do, self._count, self._copied)
            try:
                problem = await self._guard(run.go(), report)
                problem = await self._recount(report) or problem
            finally:
                self._do(Doing.NOTHING)
            if report.ending in {Ending.PAUSED, Ending.OUTSIDE_WINDOW} and problem is None:
                # Whoever did not look cannot tell that all is well again.
                problem = self._state.problem
            self._state = replace(self._state, problem=problem)
        return report

    async def scrub(self, share: float | None = None) -> ScrubReport:
        """Read again as many copies as are due since the last time; call it in any rhythm. Raises as ``run`` does.

        ``share`` (0 to 1): so many of all, now, whatever is due and whatever the window.
        """
        report = ScrubReport()
        async with self._scrubbing:
            if self._state.doing is Doing.NOTHING:
                self._do(Doing.VERIFYING)
            parts = self._parts
            settings = parts.settings if share is None else replace(parts.settings, window=None)
            scrub = Scrub(self._around, self._index, settings, parts.copier, self._bandwidth)
            problem = await self._guard(scrub.run(report, share), report)
            if self._state.doing is Doing.VERIFYING:
                self._do(Doing.NOTHING)
            problem = await self._recount(report) or problem
            if problem is not None:
                self._state = replace(self._state, problem=problem)
        return report

    async def drill(self, count: int) -> DrillReport:
        """Restore so many copies, chosen by chance, into the scratch directory and compare them.

        Raises ``StoreError``, ``ReplicaError`` (``NothingToDrillError``; ``ReplicaPausedError``, also when it is paused
        meanwhile), ``OSError`` of the scratch directory.
        """
        if self._state.paused:
            raise ReplicaPausedError
        work = drill(self._around, self._parts.manifest, self._bandwidth, self._scratch, count)
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        if self._state.doing is Doing.NOTHING:
            self._do(Doing.DRILLING)
        try:
            return await task
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                raise
            raise ReplicaPausedError from None
        finally:
            self._tasks.discard(task)
            if self._state.doing is Doing.DRILLING:
                self._do(Doing.NOTHING)

    async def pause(self) -> None:
        """Stop what is under way, and begin nothing until ``resume``. Returns when nothing moves any more."""
        self._state = replace(self._state, paused=True)
        await self._stop()

    def resume(self) -> None:
        """Let runs and scrubs begin again."""
        self._state = replace(self._state, paused=False)

    async def switch(self, *, off: bool) -> None:
        """Remember whether the owner wants it to work; whoever opened it pauses it accordingly."""
        await self._around.blocking.run(self._index.put, switched_off="yes" if off else None)
        self._state = replace(self._state, switched_off=off)

    async def see_failures(self, count: int) -> None:
        """Note that the owner knows of so many failures of verification."""
        await self._around.blocking.run(self._index.put, failures_seen=str(count))
        self._state = replace(self._state, failures_seen=count)

    async def confirm_retiring(self, count: int) -> int:
        """Let the waiting copies of deleted originals go with the next run, if they are no more than ``count``.

        Returns how many may. ``count`` is what the owner was shown: whoever waits since then is asked about anew.
        """
        return await self._parts.retirement.approve(count)

    async def trust_library(self) -> None:
        """Believe a library that shrank or went back: nothing is removed because of that until the owner says so."""
        await self._parts.observer.trust()

    async def begin_anew(self) -> None:
        """Take the store as it is with the next run, though it was emptied: what lacks there is copied again."""
        await self._around.blocking.run(self._index.put, user=None, rebuilt=None)
        self._around.store.rely_on(None)

    async def failures(self) -> list[tuple[str, str, int]]:
        """Return some originals that cannot be copied: checksum, error code, how often it was tried."""
        found = await self._around.blocking.run(self._index.failures)
        return [(checksum.hex(), code, count) for checksum, code, count in found]

    async def close(self) -> None:
        """Stop what is under way and let the index go. May be repeated."""
        await self.pause()
        async with self._running, self._scrubbing:
            self._closed = True
            await self._around.blocking.run(self._index.close)

    async def _guard(self, work: Coroutine[object, object, None], report: RunReport | ScrubReport) -> Problem | None:
        """Do the work; it is stopped by ``pause``, and by whoever cancels us."""
        if self._state.paused:
            work.close()
            report.ending = Ending.PAUSED
            return self._state.problem
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        try:
            await task
        except asyncio.CancelledError:
            self._do(Doing.NOTHING)
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                raise
            report.ending = Ending.PAUSED
        except EXPECTED as error:
            report.ending, report.problem = Ending.PROBLEM, problem_of(error)
        except ExceptionGroup as group:
            first = _first(group)
            if not isinstance(first, EXPECTED):
                raise
            report.ending, report.problem = Ending.PROBLEM, problem_of(first)
        finally:
            self._tasks.discard(task)
        return report.problem

    async def _stop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _do(self, doing: Doing) -> None:
        self._state = replace(self._state, doing=doing)

    def _copied(self, size: int) -> None:
        figures = self._state.figures
        self._state = replace(
            self._state,
            figures=replace(
                figures,
                copied_files=min(figures.total_files, figures.copied_files + 1),
                copied_bytes=min(figures.total_bytes, figures.copied_bytes + size),
                objects=figures.objects + 1,
            ),
        )

    async def _recount(self, report: RunReport | ScrubReport) -> Problem | None:
        """Count anew what the work changed; an index that does not let us is a problem like any other of the work."""
        try:
            await self._count()
        except ReplicaError as error:
            report.ending, report.problem = Ending.PROBLEM, report.problem or problem_of(error)
            return report.problem
        return None

    async def _count(self) -> None:
        if self._closed:
            return
        run = self._around.blocking.run
        figures: Figures = await run(self._index.figures, self._parts.copier.selection)
        times = [await run(self._index.get, key) for key in ("last_run", "last_verified")]
        last_run, last_verified = (None if one is None else float(one) for one in times)
        failures = int(await run(self._index.get, "verification_failures") or 0)
        seen = int(await run(self._index.get, "failures_seen") or 0)
        self._state = replace(
            self._state,
            figures=figures,
            last_run=last_run,
            last_verified=last_verified,
            verification_failures=failures,
            failures_seen=seen,
        )


def _first(group: ExceptionGroup[Exception]) -> Exception:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, ExceptionGroup) else first
