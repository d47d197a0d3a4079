"""Runs an album folder in the background: every few minutes, and when somebody decided something."""

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, override

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .album_settings import album_settings
from .albums.album_folder import AlbumFolder
from .albums.errors import AlbumFolderError
from .albums.model import AlbumFolderState
from .albums.ports import Surroundings
from .const import DOMAIN
from .coordinator import ImmichSyncthingConfigEntry
from .engine.ports import Clock
from .engine.report import Problem
from .engine.workers import Pool, ThreadPool
from .errors import stopped
from .immich.client import ImmichClient
from .syncthing.client import SyncthingClient

_LOGGER = logging.getLogger(__name__)

REST_SECONDS = 300.0
"""How long an album folder rests between two runs: a look that finds nothing costs a handful of requests."""

HINT_SECONDS = 30.0
"""How far apart two runs are at least of which only Immich's hints are the reason: photos come by the hundred."""

PROGRESS_SECONDS = 10.0
"""How far apart entities follow what a run does: the recorder keeps every state."""


@dataclass(frozen=True, slots=True)
class Around:
    """What the album folders of an entry share."""

    immich: ImmichClient
    syncthing: SyncthingClient
    disk: Pool
    clock: Clock


class AlbumCoordinator(DataUpdateCoordinator[AlbumFolderState]):
    """Keeps one album folder current. ``opened``: whether its base could be opened; until then nothing is known."""

    config_entry: ImmichSyncthingConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ImmichSyncthingConfigEntry,
        subentry: ConfigSubentry,
        around: Around,
        base: Path,
    ) -> None:
        """Prepare the album folder of ``subentry``; nothing runs before ``async_start``."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=f"Album folder {subentry.title}", update_interval=None)
        self.subentry = subentry
        self.settings = album_settings(subentry.data)
        self.data = AlbumFolderState()
        self._pool = ThreadPool(1, f"{DOMAIN}-albums-{subentry.title}")
        self._around = Surroundings(around.immich, around.syncthing, around.clock, self._pool, around.disk)
        self._base = base
        self._folder: AlbumFolder | None = None
        self._opening = asyncio.Lock()
        self._heeding = asyncio.Lock()
        self._stopped_with_all = False
        self._wake = asyncio.Event()
        self._ran_at = -HINT_SECONDS
        self._hinted: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._ended = False
        self._fault: Problem | None = None

    @property
    def opened(self) -> bool:
        """Return whether anything is known."""
        return self._folder is not None

    @callback
    def async_start(self) -> None:
        """Begin to work; ends with ``async_stop``."""
        self._spawn(self._work())
        self._spawn(self._follow())

    async def async_stop(self) -> None:
        """Break off what runs, where it goes on the next time, and let everything go. May be repeated."""
        if self._ended:
            return
        self._ended = True
        if self._hinted is not None:
            self._hinted.cancel()
        async with self._opening:
            if self._folder is not None:
                with suppress(AlbumFolderError):
                    await self._folder.close()
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
        """Have a run soon: something changed in Immich, or somebody decided something."""
        self._wake.set()

    @callback
    def async_hear(self) -> None:
        """Something may have changed in Immich: have a run soon, and one for whatever else is told until then."""
        if self._hinted is None and not self._ended:
            loop = self.hass.loop
            self._hinted = loop.call_at(max(loop.time(), self._ran_at + HINT_SECONDS), self._run_for_hint)

    @callback
    def _run_for_hint(self) -> None:
        self._hinted = None
        self._wake.set()

    async def async_approve_leaving(self, digest: str) -> None:
        """Let the copies of ``digest`` leave. Raises ``AlbumFolderError``, ``HomeAssistantError`` (stopped)."""
        await (await self._opened()).approve_leaving(digest)
        self._wake.set()

    async def async_approve_deleted(self, digest: str) -> None:
        """Believe that the copies of ``digest`` were deleted on purpose. Raises as ``async_approve_leaving``."""
        await (await self._opened()).approve_deleted(digest)
        self._wake.set()

    @override
    async def _async_update_data(self) -> AlbumFolderState:
        """Tell what is known when somebody asks Home Assistant to update an entity: no server is asked."""
        return self._state

    async def _work(self) -> None:
        while True:
            self._wake.clear()
            try:
                folder = await self._opened()
                await folder.run()
                self._fault = None
            except HomeAssistantError:
                return
            except AlbumFolderError as err:
                self._fault = Problem.of(err)
            except Exception:
                # An album folder that goes silent is worse than any fault.
                _LOGGER.exception("The album folder %s failed", self.subentry.title)
                self._fault = Problem.of(AlbumFolderError())
            self._publish()
            self._ran_at = self.hass.loop.time()
            with suppress(TimeoutError):
                async with asyncio.timeout(REST_SECONDS):
                    await self._wake.wait()

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(PROGRESS_SECONDS)
            if self._state != self.data:
                self._publish()

    async def _opened(self) -> AlbumFolder:
        """Return the album folder; its base is opened when it is first needed."""
        async with self._opening:
            if self._ended:
                raise stopped()
            if self._folder is None:
                self._folder = await AlbumFolder.open(self._around, self._base, self.settings)
        await self._heed()
        return self._folder

    async def _heed(self) -> None:
        """Rest or go on, as the owner says of everything."""
        async with self._heeding:
            folder = self._folder
            if folder is None or self._ended:
                return
            if self._stopped_with_all:
                await folder.pause()
            elif folder.state.paused:
                folder.resume()
                self._wake.set()
            self._publish()

    def _publish(self) -> None:
        if self._ended:
            return
        before, now = self.data.problem, self._state.problem
        if now is not None and now != before:
            _LOGGER.warning("The album folder %s does not go on: %s", self.subentry.title, now.code)
        elif before is not None and now is None:
            _LOGGER.info("The album folder %s works again", self.subentry.title)
        self.async_set_updated_data(self._state)

    @property
    def _state(self) -> AlbumFolderState:
        """Return what is known. A fault of ours is told as well: otherwise all would look well."""
        state = AlbumFolderState() if self._folder is None else self._folder.state
        return state if self._fault is None else replace(state, problem=self._fault)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self.config_entry.async_create_background_task(self.hass, work, self.name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
