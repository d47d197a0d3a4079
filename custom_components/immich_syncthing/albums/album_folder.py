"""One album folder: what the face speaks with."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Self

from ..faults.coded import Problem
from .base import Base
from .errors import AlbumFolderError
from .failing import EXPECTED
from .memory import Memory, approve_held
from .model import AlbumFolderState, Doing, RunReport
from .ports import Surroundings
from .running import Run
from .settings import AlbumFolderSettings


class AlbumFolder:
    """Keeps one folder current. ``run`` may be asked for at any time, each waits for the one before.

    Cancelled, or stopped by ``pause``, it goes on the next time where it was.
    """

    def __init__(self, around: Surroundings, base: Base, settings: AlbumFolderSettings) -> None:
        """Use an open base; see :meth:`open`."""
        self._around = around
        self._base = base
        self._settings = settings
        self._running = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._paused = False
        self._closed = False
        self._state = AlbumFolderState()
        self._memory = Memory()

    @classmethod
    async def open(cls, around: Surroundings, base: Path, settings: AlbumFolderSettings) -> Self:
        """Open or create the base, a file, and ask nobody anything.

        Raises ``AlbumBaseTooNewError``, ``AlbumBaseError``.
        """

        def aside() -> str:
            return f"-{around.clock.wall():.0f}"

        opened = await around.blocking.run(Base.open, base, aside)
        folder = cls(around, opened, settings)
        try:
            await folder._count()
        except AlbumFolderError:
            await around.blocking.run(opened.close)
            raise
        return folder

    @property
    def state(self) -> AlbumFolderState:
        """Return what the owner sees. Cheap."""
        return self._state

    async def run(self) -> RunReport:
        """Bring the folder up to date as far as that is possible now.

        Raises nothing but ``CancelledError``: what stops it is the report's ``problem``, and the state's.
        """
        report = RunReport()
        async with self._running:
            if self._paused:
                report.paused = True
                return report
            run = Run(self._around, self._base, self._settings, report, self._memory, self._do, self._count)
            try:
                await self._guard(run, report)
                with suppress(AlbumFolderError):
                    await self._count()
            finally:
                self._do(Doing.NOTHING)
            self._take(report)
        return report

    async def approve_leaving(self, digest: str) -> None:
        """Let waiting copies go with the next run, if they are those of ``digest``. Raises ``AlbumBaseError``."""
        await approve_held(self._around.blocking, self._base, digest)

    async def approve_deleted(self, digest: str) -> None:
        """Believe with the next run that the copies of ``digest`` were deleted on purpose. Raises the same."""
        await self._around.blocking.run(self._base.put, approved_deleted=digest)

    async def pause(self) -> None:
        """Stop what is under way, and begin nothing until ``resume``. Returns when nothing moves any more."""
        self._paused = True
        self._state = replace(self._state, paused=True)
        task = self._task
        if task is not None:
            task.cancel()
            await asyncio.wait([task])

    def resume(self) -> None:
        """Let runs begin again."""
        self._paused = False
        self._state = replace(self._state, paused=False)

    async def close(self) -> None:
        """Stop what is under way and let the base go. May be repeated."""
        await self.pause()
        async with self._running:
            self._closed = True
            await self._around.blocking.run(self._base.close)

    async def _guard(self, run: Run, report: RunReport) -> None:
        """Do the work; it is stopped by ``pause``, and by whoever cancels us."""
        self._task = asyncio.ensure_future(run.go())
        try:
            await self._task
        except asyncio.CancelledError:
            current = asyncio.current_task()
            if current is not None and current.cancelling():
                self._task.cancel()
                await asyncio.wait([self._task])
                raise
            report.paused = True
        except EXPECTED as error:
            report.problem = Problem.of(error)
        finally:
            self._task = None

    def _take(self, report: RunReport) -> None:
        if report.paused:
            return
        self._state = replace(
            self._state,
            problem=report.problem,
            waits=report.waits,
            leaving_held=report.leaving_held,
            leaving_digest=report.leaving_digest,
            deleted_held=report.deleted_held,
            deleted_digest=report.deleted_digest,
            paused_there=report.paused_there,
            ran=True,
        )

    def _do(self, doing: Doing) -> None:
        self._state = replace(self._state, doing=doing)

    async def _count(self) -> None:
        if self._closed:
            return
        figures = await self._around.blocking.run(self._base.figures)
        changed_at = await self._around.blocking.run(self._base.get, "changed_at")
        last_change = None if changed_at is None else float(changed_at)
        self._state = replace(self._state, figures=figures, last_change=last_change)
