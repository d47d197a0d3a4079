"""Which uploads are under way: the newest first, as many as Immich takes well, and photos never behind films.

While films are left, cycles go on beside them, so that neither a fresh photo nor a deletion waits for hours.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from ..actions import Upload
from ..errors import PausedError
from ..report import CycleReport
from ..under_way import is_film
from ..wishes import Wishes
from .context import Context, Run
from .uploads import FATAL, upload

BATCH_SECONDS = 15.0
"""After which a folder with an archive to upload is looked at anew, and Immich with it: the rhythm of an idle one.

At least as long as it took to look and to plan, so that half of the time goes into uploads.
"""

AT_WORK = 32
"""Photos that are sent, or whose assets are looked at and recorded after that, at most."""

IN_VAIN_SECONDS = 1.0
"""How long to wait at least beside a film, after a cycle that sent nothing."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What happens beside films.

    ``cycle`` runs another cycle. It raises nothing but ``PausedError``: what else goes wrong is in its report. ``away``
    encloses what needs nothing but the films, so that others may look at the folder.
    """

    cycle: Callable[[], Awaitable[CycleReport]]
    away: Callable[[], AbstractAsyncContextManager[None]]


class Sending:
    """The uploads of one folder. A film may outlast the cycle that began it: others run beside it, within that one."""

    def __init__(
        self, context: Context, wishes: Wishes, read_ahead: Callable[[Callable[[], bool]], Coroutine[Any, Any, None]]
    ) -> None:
        """Send what ``context`` knows of, and stop for ``wishes``.

        ``read_ahead`` reads files of the folder, until what it is given says that it is to end.
        """
        self._context = context
        self._wishes = wishes
        self._read_ahead = read_ahead
        self._films: _Films | None = None
        self._held_back = 0

    async def send(self, run: Run, actions: Sequence[Upload], beside: Beside) -> bool:
        """Upload what is planned, newest first; return whether something that may be sent now was left.

        One bad file never stops the others. No more is begun once something happens in the folder, or after
        ``BATCH_SECONDS``: then all is planned anew. While films are under way, ``beside`` runs cycles; in one of these,
        this returns as soon as no photo of its own is under way, and no other read, and its films join the others.

        Raises ``FATAL``, where all others would fail too, once nothing is under way any more, or ``PausedError`` after
        it broke off the films.
        """
        if self._films is not None:
            return await self._photos(run, actions, self._films)
        stopped: Exception | None = None
        left = False
        async with asyncio.TaskGroup() as group:
            self._films = films = _Films(run, group)
            try:
                left = await self._photos(run, actions, films)
            except FATAL as failure:
                stopped = failure
            try:
                while films.tasks:
                    if self._context.standstill.holds:
                        async with beside.away():
                            await _first_of([*films.tasks], self._context.standstill.passed())
                        continue
                    # What stopped the photos, or one film, stops this cycle as well, and is told with it.
                    stopped = films.stopped = None
                    await self._beside(films, beside)
            except PausedError as pause:
                stopped = pause
                films.break_off()
            finally:
                self._films = None
        if error := stopped or films.stopped:
            raise error
        return left

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Break off what is sent beside cycles, and let no cycle begin anything: somebody needs the folder for himself.

        What was broken off is sent again later.
        """
        self._held_back += 1
        if self._films is not None:
            self._films.break_off()
        try:
            yield
        finally:
            self._held_back -= 1

    def sends(self, checksum: bytes) -> bool:
        """Return whether a film with this content is under way."""
        return self._films is not None and checksum in self._films.tasks.values()

    async def _photos(self, run: Run, actions: Sequence[Upload], films: _Films) -> bool:
        """Send the photos, and begin films; return as ``send``. Raises what all others would meet as well."""
        batch = _Batch(self._context, run, () if self._held_back else actions, films)
        reading: asyncio.Task[None] | None = None

        def over() -> bool:
            return batch.over or self._wishes.interrupting

        async with asyncio.TaskGroup() as group:
            while batch.begin(group, interrupted=self._wishes.interrupting):
                if reading is None and not over():
                    reading = group.create_task(self._read_ahead(over), name="read ahead")
                ends = [*batch.tasks, *films.tasks]
                if batch.over:
                    await _first_of(ends)
                elif self._wishes.interrupting:
                    await _first_of(ends, batch.answered(), self._context.clock.sleep(batch.undisturbed_seconds))
                else:
                    await _first_of(ends, batch.answered(), self._wishes.stirred())
                batch.over |= self._held_back > 0
            batch.over = True
        if batch.stopped is not None:
            raise batch.stopped
        return batch.left

    async def _beside(self, films: _Films, beside: Beside) -> None:
        """Run a cycle, which plans what was not begun anew, and wait until another one is wanted or a film is sent.

        The end of one that failed is no reason for a cycle: that would begin it again, and it would fail again.
        """
        self._wishes.calm()
        films.sent.clear()
        report = await beside.cycle()
        seconds = BATCH_SECONDS if report.again_in is None else report.again_in
        if not report.uploaded + report.linked:
            seconds = max(seconds, IN_VAIN_SECONDS)
        if seconds and films.tasks:
            async with beside.away():
                await _first_of([], films.sent.wait(), self._wishes.stirred(), self._context.clock.sleep(seconds))


class _Films:
    """Films under way, each task with the content's checksum. ``run``: of the cycle that they are reported with.

    ``stopped``: what ended one of them and would end all. ``sent``: set once one was sent, or none is left.
    """

    def __init__(self, run: Run, group: asyncio.TaskGroup) -> None:
        self.run = run
        self.tasks: dict[asyncio.Task[None], bytes] = {}
        self.stopped: Exception | None = None
        self.sent = asyncio.Event()
        self._group = group

    def begin(self, context: Context, action: Upload) -> None:
        task = self._group.create_task(self._send(context, action), name=f"upload {action.file.path}")
        self.tasks[task] = action.checksum
        task.add_done_callback(self._ended)
        _until(task, context.under_way.begin(action.file))

    def break_off(self) -> None:
        for task in self.tasks:
            task.cancel()

    async def _send(self, context: Context, action: Upload) -> None:
        tallies = self.run.tallies
        before = tallies.uploaded + tallies.linked
        try:
            await upload(context, self.run, action)
        except FATAL as error:
            self.stopped = error
        if tallies.uploaded + tallies.linked > before:
            self.sent.set()

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self.tasks[task]
        if not self.tasks:
            self.sent.set()


class _Batch:
    """One cycle's uploads. ``over``: no more is begun. ``stopped``: what the others would meet as well."""

    def __init__(self, context: Context, run: Run, actions: Sequence[Upload], films: _Films) -> None:
        newest_first = sorted(actions, key=lambda one: -one.file.signature.mtime_ns)
        self._context = context
        self._run = run
        self._under_way = films
        self._photos = deque(one for one in newest_first if not is_film(one.file))
        self._films = deque(one for one in newest_first if is_film(one.file))
        now = context.clock.monotonic()
        self._interruptible_at = now + (now - run.began)
        self._until = max(now + BATCH_SECONDS, self._interruptible_at)
        self.tasks: set[asyncio.Task[None]] = set()
        self.over = False
        self.stopped: Exception | None = None
        self._answered = asyncio.Event()

    async def answered(self) -> None:
        """Wait until Immich has answered for one more photo since something was begun."""
        await self._answered.wait()

    @property
    def left(self) -> bool:
        """Whether something was not begun that might be now. A film that waits for another is begun when that ends."""
        return bool(self._photos) or bool(self._films and self._context.under_way.allows(self._films[0].file))

    @property
    def undisturbed_seconds(self) -> float:
        """For how long uploads are begun whatever happens."""
        return max(0.0, self._interruptible_at - self._context.clock.monotonic())

    def begin(self, group: asyncio.TaskGroup, *, interrupted: bool) -> bool:
        """Begin what may be begun now, at least once; return whether any photo is under way."""
        self._answered.clear()
        while not self.over and self._photos and self._may_begin(self._photos[0]):
            action = self._photos.popleft()
            end = self._context.under_way.begin(action.file)
            task = group.create_task(self._send(action, end), name=f"upload {action.file.path}")
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
            _until(task, end)
        while not self.over and self._films and self._context.under_way.allows(self._films[0].file):
            self._under_way.begin(self._context, self._films.popleft())
        now = self._context.clock.monotonic()
        self.over |= (interrupted and now >= self._interruptible_at) or now >= self._until or self.stopped is not None
        return bool(self.tasks)

    def _may_begin(self, action: Upload) -> bool:
        return len(self.tasks) < AT_WORK and self._context.under_way.allows(action.file)

    async def _send(self, action: Upload, end: Callable[[], None]) -> None:
        def answered() -> None:
            end()
            self._answered.set()

        if self.stopped is not None:
            return
        try:
            await upload(self._context, self._run, action, answered)
        except FATAL as error:
            self.stopped = error


def _until(task: asyncio.Task[None], end: Callable[[], None]) -> None:
    """End with the task at the latest: one that is cancelled before it ran has no end of its own."""
    task.add_done_callback(lambda _: end())


async def _first_of(tasks: Sequence[asyncio.Task[None]], *also: Coroutine[Any, Any, object]) -> None:
    """Wait until one of ``tasks`` has ended, or one of ``also``."""
    others = [asyncio.ensure_future(one) for one in also]
    try:
        await asyncio.wait([*tasks, *others], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in others:
            one.cancel()
