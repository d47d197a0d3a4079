"""What works in the background for a subentry: over and over, with a rest between, until it is stopped."""

import asyncio
import logging
from abc import abstractmethod
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol, override

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .const import DOMAIN
from .coordinator import ImmichSyncthingConfigEntry
from .engine.workers import ThreadPool
from .errors import stopped
from .faults.coded import Problem

_LOGGER = logging.getLogger(__name__)

PROGRESS_INTERVAL = timedelta(seconds=10)
"""How far apart entities follow what is done, for days of copying: the recorder keeps every state."""


class WorkState(Protocol):
    """What is known of a worker: a dataclass with at least these. ``paused``: it rests until somebody resumes it."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def paused(self) -> bool:
        """Return whether it rests until ``resume``."""
        ...

    @property
    def problem(self) -> Problem | None:
        """Return what is the matter."""
        ...


class Worker(Protocol):
    """What does the work. ``state`` is cheap."""

    @property
    def state(self) -> Any:
        """Return what is known."""
        ...

    async def pause(self) -> None:
        """Stop what is under way, and begin nothing until ``resume``."""
        ...

    def resume(self) -> None:
        """Let work begin again."""
        ...

    async def close(self) -> None:
        """Stop what is under way and let everything go."""
        ...


class BackgroundCoordinator[StateT: WorkState, WorkerT: Worker](DataUpdateCoordinator[StateT]):
    """Runs one worker in tasks of its own. ``data`` is its state.

    ``opened``: whether the worker could be opened; until then nothing is known of it.
    """

    config_entry: ImmichSyncthingConfigEntry
    own_error: ClassVar[type[Exception]]
    """What a worker raises when it cannot keep what it knows."""

    def __init__(
        self, hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, subentry: ConfigSubentry, name: str, state: StateT
    ) -> None:
        """Prepare the worker of ``subentry``, of which ``state`` is known; nothing runs before ``async_start``."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=f"{name} {subentry.title}", update_interval=None)
        self.subentry = subentry
        self.data = self._unknown = state
        self._pool = ThreadPool(1, f"{DOMAIN}-{self.name}")
        self._worker: WorkerT | None = None
        self._opening = asyncio.Lock()
        self._heeding = asyncio.Lock()
        self._stopped_with_all = False
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._unfollow: CALLBACK_TYPE | None = None
        self._ended = False
        self._fault: Problem | None = None

    @property
    def opened(self) -> bool:
        """Return whether anything is known."""
        return self._worker is not None

    @callback
    def async_start(self) -> None:
        """Begin to work; ends with ``async_stop``."""
        self._unfollow = async_track_time_interval(self.hass, self._follow, PROGRESS_INTERVAL)
        self._spawn(self._work())

    async def async_stop(self) -> None:
        """Break off what runs, where it goes on the next time, and let everything go. May be repeated."""
        if self._ended:
            return
        self._ended = True
        if self._unfollow is not None:
            self._unfollow()
        async with self._opening:
            if self._worker is not None:
                with suppress(self.own_error):
                    await self._worker.close()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await self.hass.async_add_executor_job(self._pool.close)

    @callback
    def async_heed(self, *, stopped: bool) -> None:
        """Rest while everything is stopped."""
        if stopped is not self._stopped_with_all:
            self._stopped_with_all = stopped
            self._spawn(self._heed())

    @callback
    def async_wake(self) -> None:
        """Have a run soon: something changed, or somebody decided something."""
        self._wake.set()

    @override
    async def _async_update_data(self) -> StateT:
        """Tell what is known when somebody asks Home Assistant to update an entity: no server is asked."""
        return self._state

    @abstractmethod
    async def _open(self) -> WorkerT:
        """Open the worker. Raises ``own_error``."""

    @abstractmethod
    async def _run(self, worker: WorkerT) -> None:
        """Do what is due once."""

    @abstractmethod
    def _failed(self, error: Exception) -> None:
        """Note why ``_run`` failed, or that the worker could not be opened."""

    @property
    @abstractmethod
    def _rest_seconds(self) -> float | None:
        """Return how long to rest between two runs, ``None`` for ever."""

    @property
    def _rests(self) -> bool:
        """Return whether an open worker has to rest now."""
        return self._stopped_with_all

    @property
    def _state(self) -> StateT:
        """Return what is known. A fault of ours is told as well: otherwise all would look well."""
        state: StateT = self._unknown if self._worker is None else self._worker.state
        return state if self._fault is None else replace(state, problem=self._fault)

    async def _work(self) -> None:
        while True:
            self._wake.clear()
            try:
                await self._run(await self._opened())
            except Exception as err:
                if self._ended:
                    return
                # One that goes silent is worse than any fault.
                if not isinstance(err, self.own_error):
                    _LOGGER.exception("%s failed", self.name)
                self._failed(err)
            with suppress(TimeoutError):
                async with asyncio.timeout(self._rest_seconds):
                    await self._wake.wait()

    async def _opened(self) -> WorkerT:
        """Return the worker, which is opened when it is first needed. Raises ``HomeAssistantError`` once stopped."""
        async with self._opening:
            if self._ended:
                raise stopped()
            if self._worker is None:
                self._worker = await self._open()
            worker = self._worker
        await self._heed()
        return worker

    async def _heed(self) -> None:
        """Rest or go on, as the owner says."""
        async with self._heeding:
            worker = self._worker
            if worker is None or self._ended:
                return
            if self._rests and not worker.state.paused:
                await worker.pause()
            elif worker.state.paused and not self._rests:
                worker.resume()
                self._wake.set()
            self._publish()

    @callback
    def _follow(self, _: datetime) -> None:
        if self._state != self.data:
            self._publish()

    def _publish(self) -> None:
        """Show what is known, and tell of what stops it, once."""
        if self._ended:
            return
        before = self.data.problem
        self.async_set_updated_data(self._state)
        problem = self.data.problem
        if problem is not None and (before is None or before.code != problem.code):
            why = ": ".join(filter(None, (problem.code, problem.detail)))
            _LOGGER.warning("%s does not go on: %s", self.name, why)
            self._hindered(problem)
        elif before is not None and problem is None:
            _LOGGER.info("%s works again", self.name)

    def _hindered(self, problem: Problem) -> None:
        """Tell others, too, of what stops it from now on."""

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self.config_entry.async_create_background_task(self.hass, work, self.name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
