"""Which uploads are under way: the newest first, as many as Immich takes well, and photos never behind films.

While only films are left, cycles go on, so that neither a fresh photo nor a deletion waits for them.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any

from ...immich.errors import ImmichError
from ...syncthing.errors import SyncthingError
from ..actions import Upload
from ..errors import EngineError, PausedError
from ..under_way import is_film
from ..wishes import Wishes
from .context import Context, Run
from .uploads import FATAL, upload

BATCH_SECONDS = 15.0
"""After which a folder with an archive to upload is looked at anew, and Immich with it: the rhythm of an idle one.

At least as long as it took to look and to plan, so that half of the time goes into uploads.
"""

IN_VAIN_SECONDS = 1.0
"""How long to wait for a film when a cycle beside it had nothing that it could begin."""

type GoOn = Callable[[], Awaitable[float | None]]
"""Runs another cycle and returns in how many seconds one more is wanted, ``None`` for the usual rhythm."""


async def send_all(context: Context, run: Run, actions: Sequence[Upload], wishes: Wishes, go_on: GoOn) -> bool:
    """Upload what is planned, newest first; return whether something was left for the next cycle.

    One bad file never stops the others. No more is begun once something happens in the folder, or after
    ``BATCH_SECONDS``: then all is planned anew. While only films are left under way, ``go_on`` runs cycles.

    Raises ``ImmichError``, ``EngineError`` or ``SyncthingError`` where all others would fail too, once nothing is under
    way any more.
    """
    batch = _Batch(context, run, actions)
    async with asyncio.TaskGroup() as group:
        while batch.begin(group, interrupted=wishes.interrupting):
            if batch.only_films:
                await batch.beside_films(go_on, wishes)
            elif batch.over:
                await batch.wait()
            else:
                await batch.wait(wishes.stirred())
    if batch.stopped:
        raise batch.stopped[0]
    return batch.left


class _Batch:
    """One cycle's uploads. ``over``: no more is begun. ``stopped``: what the others would meet as well."""

    def __init__(self, context: Context, run: Run, actions: Sequence[Upload]) -> None:
        newest_first = sorted(actions, key=lambda one: -one.file.signature.mtime_ns)
        self._context = context
        self._run = run
        self._photos = deque(one for one in newest_first if not is_film(one.file))
        self._films = deque(one for one in newest_first if is_film(one.file))
        self._tasks: dict[asyncio.Task[None], Upload] = {}
        now = context.clock.monotonic()
        self._interruptible_at = now + (now - run.began)
        self._until = max(now + BATCH_SECONDS, self._interruptible_at)
        self.over = False
        self.stopped: list[ImmichError | EngineError | SyncthingError] = []

    @property
    def left(self) -> bool:
        """Whether something was not begun."""
        return bool(self._photos or self._films)

    @property
    def only_films(self) -> bool:
        """Whether nothing is begun any more, and nothing but films is waited for."""
        idle = self.over or not self._photos
        return idle and not self.stopped and all(is_film(one.file) for one in self._tasks.values())

    def begin(self, group: asyncio.TaskGroup, *, interrupted: bool) -> bool:
        """Begin what may be begun now, at least once; return whether anything is under way."""
        self._tasks = {task: action for task, action in self._tasks.items() if not task.done()}
        for queue in (self._photos, self._films):
            while not self.over and queue and self._context.under_way.allows(queue[0].file):
                self._begin(group, queue.popleft())
        now = self._context.clock.monotonic()
        self.over |= (interrupted and now >= self._interruptible_at) or now >= self._until or bool(self.stopped)
        return bool(self._tasks)

    async def wait(self, *also: Coroutine[Any, Any, object]) -> None:
        """Wait until an upload has ended, or one of ``also``."""
        others = [asyncio.ensure_future(one) for one in also]
        try:
            await asyncio.wait([*self._tasks, *others], return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in others:
                one.cancel()

    async def beside_films(self, go_on: GoOn, wishes: Wishes) -> None:
        """Run a cycle, which plans what was not begun anew, and wait until another one is wanted or a film is sent."""
        self.over = True
        before = self._run.tallies.sent
        try:
            again_in = await go_on()
        except (ImmichError, EngineError, SyncthingError) as error:
            self.stopped.append(error)
            if isinstance(error, PausedError):
                for task in self._tasks:
                    task.cancel()
            return
        seconds = BATCH_SECONDS if again_in is None else again_in
        if self._run.tallies.sent == before:
            seconds = max(seconds, IN_VAIN_SECONDS)
        if seconds:
            await self.wait(wishes.stirred(), self._context.clock.sleep(seconds))

    def _begin(self, group: asyncio.TaskGroup, action: Upload) -> None:
        end = self._context.under_way.begin(action.file)
        task = group.create_task(self._send(action), name=f"upload {action.file.path}")
        # Not in the task: one that is cancelled before it ran has no end of its own.
        task.add_done_callback(lambda _: end())
        self._tasks[task] = action

    async def _send(self, action: Upload) -> None:
        if self.stopped:
            return
        try:
            await upload(self._context, self._run, action)
        except FATAL as error:
            self.stopped.append(error)
