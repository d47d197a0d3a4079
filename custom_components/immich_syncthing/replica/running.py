"""One run: look, copy, let go."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from .copying import Copier, Outcome
from .failing import EXPECTED, MOST_IN_A_ROW, is_everybodys, problem_of
from .index import Index
from .manifest import Manifest
from .model import NOT_LISTED, Doing, Ending, Original, RunReport
from .observation import Observer
from .pacing import is_open
from .ports import Surroundings
from .rebuilding import rebuild
from .retiring import Retirement
from .settings import ReplicaSettings

_LOGGER = logging.getLogger(__name__)

PAGE = 100
LINES_AT_ONCE = 500
"""Changed lines after which the manifest is written while copying goes on."""


@dataclass(slots=True)
class Parts:
    """What a run works with."""

    around: Surroundings
    settings: ReplicaSettings
    index: Index
    manifest: Manifest
    observer: Observer
    copier: Copier
    retirement: Retirement


@dataclass(slots=True)
class Run:
    """One run. ``doing`` hears what it is at, ``listed`` when all is known, ``copied`` of each file and its bytes."""

    parts: Parts
    report: RunReport
    doing: Callable[[Doing], None]
    listed: Callable[[], Awaitable[None]]
    copied: Callable[[int], None]
    _waiting: list[Original] = field(default_factory=list)
    _after: str = ""
    _in_a_row: int = 0
    _untold: int = 0
    _stop: bool = False

    async def go(self) -> None:
        """Do it all. Raises whatever ends the run as a whole."""
        parts = self.parts
        if not is_open(parts.settings, parts.around.clock.wall()):
            self.report.ending = Ending.OUTSIDE_WINDOW
            return
        user_id = await self._begin()
        self.doing(Doing.LISTING)
        self.report.problem, self.report.returned = await parts.observer.learn(user_id)
        await self.listed()
        self.doing(Doing.COPYING)
        await self._copy()
        await parts.manifest.flush()
        if self.report.ending is not Ending.COMPLETE:
            return
        if self.report.problem is None or self.report.problem.code == NOT_LISTED:
            self.doing(Doing.RETIRING)
            self.report.retired, returned = await parts.retirement.run()
            self.report.returned += returned
            await parts.manifest.flush()
        await parts.manifest.compact()
        if not self.report.failed:
            # Whatever had been sent without a line in the manifest has one now.
            await parts.around.blocking.run(parts.index.put, strays=None)
        await parts.around.blocking.run(parts.index.put, last_run=str(parts.around.clock.wall()))

    async def _begin(self) -> str:
        """Make sure that index, store and account belong together; return the user."""
        parts, run = self.parts, self.parts.around.blocking.run
        user_id = await parts.observer.user()
        await parts.manifest.claim(user_id)
        if await run(parts.index.get, "rebuilt") is None:
            self.doing(Doing.REBUILDING)
            await rebuild(parts.around, parts.index, parts.manifest)
        selected = parts.copier.selection.fingerprint
        if await run(parts.index.get, "selected") != selected:
            await run(parts.index.shown.look_at_all)
        await run(parts.index.put, user=user_id, selected=selected)
        await run(parts.index.hope, parts.around.clock.wall())
        return user_id

    async def _copy(self) -> None:
        """Settle all that is due, some at a time."""
        async with asyncio.TaskGroup() as group:
            for _ in range(max(1, self.parts.settings.at_once)):
                group.create_task(self._work())

    async def _work(self) -> None:
        while not self._stop and (original := await self._next()) is not None:
            if not is_open(self.parts.settings, self.parts.around.clock.wall()):
                self.report.ending, self._stop = Ending.OUTSIDE_WINDOW, True
                return
            await self._settle(original)
            if self._untold >= LINES_AT_ONCE:
                self._untold = 0
                await self.parts.manifest.flush()

    async def _next(self) -> Original | None:
        """Return the next asset that is due. The page is fetched by whoever finds none left."""
        while not self._waiting:
            after = self._after
            now = self.parts.around.clock.wall()
            page = await self.parts.around.blocking.run(self.parts.index.due, after, now, PAGE)
            if after != self._after:
                continue
            if not page:
                return None
            self._waiting, self._after = page[::-1], page[-1].asset_id
        return self._waiting.pop()

    async def _settle(self, original: Original) -> None:
        try:
            outcome = await self.parts.copier.settle(original)
        except EXPECTED as error:
            await self._fail(original, error)
            return
        self._in_a_row = 0
        self._untold += outcome is not Outcome.NOTHING
        match outcome:
            case Outcome.COPIED:
                self.report.copied += 1
                self.report.copied_bytes += original.size or 0
            case Outcome.REUSED:
                self.report.reused += 1
            case Outcome.DESCRIBED:
                self.report.described += 1
            case Outcome.NOTHING:
                return
        if outcome in {Outcome.COPIED, Outcome.REUSED}:
            self.copied(original.size or 0)

    async def _fail(self, original: Original, error: Exception) -> None:
        """One photo failing stops no other; what is nobody's own fault ends the run."""
        self._in_a_row += 1
        problem = problem_of(error)
        if not is_everybodys(error):
            _LOGGER.debug("Cannot copy %s: %s", original.asset_id, problem.code)
            self.report.failed += 1
            now = self.parts.around.clock.wall()
            await self.parts.around.blocking.run(self.parts.index.fail, original.checksum, problem.code, now)
            if self._in_a_row < MOST_IN_A_ROW:
                return
        if not self._stop:
            self._stop, self.report.ending, self.report.problem = True, Ending.PROBLEM, problem
