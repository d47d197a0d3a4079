"""The background queues: what Immich does a moment later, or not at all while a queue is paused."""

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

from .records import Job

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from .world import World

QUEUES = (
    "thumbnailGeneration",
    "metadataExtraction",
    "videoConversion",
    "faceDetection",
    "facialRecognition",
    "smartSearch",
    "duplicateDetection",
    "backgroundTask",
    "storageTemplateMigration",
    "migration",
    "search",
    "sidecar",
    "library",
    "notifications",
    "backupDatabase",
    "ocr",
    "workflow",
    "editor",
)
BACKGROUND, METADATA, THUMBNAIL, BACKUP = (
    "backgroundTask",
    "metadataExtraction",
    "thumbnailGeneration",
    "backupDatabase",
)

type Worker = Callable[[str], Awaitable[None]]


class JobRunner:
    """Works the queues off, one task each, oldest first.

    ``delays`` holds the seconds that a job waits in its queue before it is done. The default of the background queue
    makes the window after a forced deletion visible, as it is on the real server (measured: at once still there).
    """

    def __init__(self, world: World, workers: dict[str, Worker]) -> None:
        self.delays: dict[str, float] = {BACKGROUND: 0.05}
        self._world = world
        self._workers = workers
        self._wake = {queue: asyncio.Event() for queue in QUEUES}
        self.active: Counter[str] = Counter()
        self._tasks: list[asyncio.Task[None]] = []
        self.failures: list[str] = []

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._serve(queue), name=f"immich {queue}") for queue in QUEUES]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    def add(self, queue: str, kind: str, subject: str) -> None:
        self._world.tables.jobs.append(Job(queue, kind, subject))
        self.wake()

    def wake(self) -> None:
        for event in self._wake.values():
            event.set()

    def pause(self, queue: str) -> None:
        if queue not in self._world.tables.paused_queues:
            self._world.tables.paused_queues.append(queue)

    def resume(self, queue: str) -> None:
        if queue in self._world.tables.paused_queues:
            self._world.tables.paused_queues.remove(queue)
        self.wake()

    def is_paused(self, queue: str) -> bool:
        return queue in self._world.tables.paused_queues

    def is_active(self, queue: str) -> bool:
        return self.active[queue] > 0

    def waiting(self, queue: str) -> int:
        return sum(job.queue == queue for job in self._world.tables.jobs)

    def empty(self, queue: str) -> None:
        self._world.tables.jobs[:] = [job for job in self._world.tables.jobs if job.queue != queue]

    @property
    def idle(self) -> bool:
        """Whether nothing is left to do in the queues that are not paused."""
        return not any(self.active.values()) and all(self.is_paused(job.queue) for job in self._world.tables.jobs)

    async def settle(self, within: float = 60) -> None:
        """Wait until :attr:`idle`. Raises ``TimeoutError``, which says what is left, after so many seconds."""
        try:
            async with asyncio.timeout(within):
                while not self.idle:
                    await asyncio.sleep(0.005)
        except TimeoutError as err:
            left = f"after {within} s still to do: {dict(self.active + self._left())}"
            raise TimeoutError(left) from err

    def _left(self) -> Counter[str]:
        return Counter(job.queue for job in self._world.tables.jobs if not self.is_paused(job.queue))

    async def _serve(self, queue: str) -> None:
        while True:
            job = self._next(queue)
            if job is None:
                self._wake[queue].clear()
                await self._wake[queue].wait()
                continue
            if delay := self.delays.get(queue, 0):
                await asyncio.sleep(delay)
            tables = self._world.tables
            if job not in tables.jobs or self.is_paused(queue):
                continue
            tables.jobs.remove(job)
            self.active[queue] += 1
            try:
                await self._workers[job.kind](job.subject)
            except Exception as err:  # noqa: BLE001 - a failed job must not end its queue; tests look at the list
                self.failures.append(f"{job.kind} {job.subject}: {err!r}")
            finally:
                self.active[queue] -= 1

    def _next(self, queue: str) -> Job | None:
        if self.is_paused(queue):
            return None
        return next((job for job in self._world.tables.jobs if job.queue == queue), None)
