"""A folder's rhythm: its cycle, over and over, woken by events."""

import asyncio
import logging
from collections import deque
from contextlib import suppress
from dataclasses import asdict, replace
from typing import override

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .const import CYCLE_SECONDS, DEBOUNCE_SECONDS, NUMBERS_SECONDS, PROGRESS_SECONDS
from .coordinator import ImmichSyncthingConfigEntry
from .engine.account import AccountEngine
from .engine.cycle import FolderEngine
from .engine.model import FolderState
from .engine.report import CycleReport, Followers, Tallies
from .errors import stopped
from .pace import Pace

_LOGGER = logging.getLogger(__name__)

AT_ONCE = 3
"""Cycles that events wake without waiting: Syncthing tells of one photo more than once, in no certain order."""
_DEEDS = ("uploaded", "linked", "trashed", "deleted", "restored", "brought_back", "superseded", "freed")
"""The numbers of a report that say that something goes on."""


class FolderCoordinator(DataUpdateCoordinator[CycleReport | None]):
    """Runs one folder's cycles in a task of its own, so that an hour of uploads holds up nothing else.

    ``data`` is the last report; while a cycle runs, entities also follow the engine's state and progress.
    """

    config_entry: ImmichSyncthingConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ImmichSyncthingConfigEntry,
        subentry: ConfigSubentry,
        account: AccountEngine,
        pace: Pace,
    ) -> None:
        """Prepare the folder of ``subentry``; nothing runs before ``async_start``."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=f"Folder {subentry.title}", update_interval=None)
        self.subentry = subentry
        self.engine: FolderEngine = account.folders[subentry.subentry_id]
        self._pace = pace
        self._wake, self._at_once = asyncio.Event(), asyncio.Event()
        self._waiters: list[asyncio.Future[CycleReport]] = []
        """Whoever asked for a cycle, since the last one began."""
        self._served: list[asyncio.Future[CycleReport]] = []
        """Those for whom the cycle runs that runs now."""
        self._beside: list[asyncio.Future[CycleReport]] = []
        """Those for whom cycles run while that one sends a film."""
        self._task: asyncio.Task[None] | None = None
        self._stopped = False
        self._woken_at = deque[float](maxlen=AT_ONCE)
        self._progress_due: asyncio.TimerHandle | None = None
        self._shown_state: FolderState | None = None
        self._shown_at = 0.0
        self.engine.add_listener(self._progressed)

    @callback
    def async_start(self) -> None:
        """Begin with the cycles; they end with the entry or with ``async_stop``. Harmless if they run."""
        if self._task is None and not self._stopped:
            self._task = self.config_entry.async_create_background_task(self.hass, self._work(), self.name)

    async def async_stop(self) -> None:
        """Break off the running cycle where it is safe, and begin no other."""
        self._stopped = True
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        _answer(self._waiters, stopped())
        self._forget_progress()

    @callback
    def async_wake(self, *, at_once: bool = False) -> None:
        """Have a cycle soon, beside a film that is being sent as well: something happened.

        ``at_once``: whoever calls sees to it that bursts wake seldom.
        """
        self.engine.note_hint()
        self._wake.set()
        if at_once:
            self._at_once.set()

    async def async_pause(self, until: float | None) -> None:
        """Let the folder rest until a moment (wall seconds), or until it is resumed. Raises ``EngineError``."""
        await self.engine.pause(until)
        self.async_update_listeners()

    async def async_resume(self) -> None:
        """Go on at once. Raises ``EngineError``."""
        await self.engine.resume()
        self.async_update_listeners()
        self.async_wake()

    async def async_sync(self) -> CycleReport:
        """Have a cycle at once, one that begins after this call, and return its report; a film is not waited for.

        While Home Assistant starts, that is once it has: it is busy enough.

        Raises:
            HomeAssistantError: the integration was stopped meanwhile.
            EngineError: the ledger itself failed, so there is no report.
        """
        if self._stopped:
            raise stopped()
        waiter: asyncio.Future[CycleReport] = self.hass.loop.create_future()
        self._waiters.append(waiter)
        self._pace.note_activity()
        self.async_wake(at_once=True)
        return await waiter

    async def _work(self) -> None:
        try:
            while True:
                self._served, self._beside, self._waiters = self._waiters, [], []
                self._wake.clear()
                self._at_once.clear()
                try:
                    report = await self._cycle(retry=bool(self._served))
                except Exception as err:  # noqa: BLE001 - a folder that goes silent is worse than any fault
                    self.async_set_update_error(err)
                    _answer([*self._served, *self._beside], err)
                    await self._rest(CYCLE_SECONDS)
                else:
                    _answer([*self._served, *self._beside], report)
                    await self._rest(self._seconds_after(report))
        finally:
            _answer([*self._served, *self._beside, *self._waiters], stopped())

    async def _cycle(self, *, retry: bool) -> CycleReport:
        followers = Followers(self._another_begins, self._another_ended)
        report = await self.engine.run(retry=retry, followers=followers)
        await self._tell(report)
        return report

    @callback
    def _another_begins(self) -> bool:
        """Have a cycle beside a film serve those who asked meanwhile."""
        self._beside += self._waiters
        self._waiters = []
        return bool(self._beside)

    async def _another_ended(self, report: CycleReport, so_far: Tallies) -> None:
        """Show what a cycle beside a film found. Who asked for the one before learns with it what that has done."""
        try:
            await self._tell(report)
        except Exception as err:  # noqa: BLE001 - the film must not be broken off for a fault in what is shown
            self.async_set_update_error(err)
            _answer([*self._served, *self._beside], err)
        else:
            _answer(self._served, replace(report, **asdict(so_far)))
            _answer(self._beside, report)
        self._served, self._beside = [], []

    async def _tell(self, report: CycleReport) -> None:
        """Show what a cycle found."""
        if any(getattr(report, name) for name in _DEEDS):
            self._pace.note_activity()
        self._forget_progress()
        self.async_set_updated_data(report)
        for folder_id in report.waits_for:
            self.config_entry.runtime_data.folders[folder_id].async_wake()
        await self.config_entry.runtime_data.issues.async_reported(self, report)

    async def _rest(self, seconds: float) -> None:
        """Rest until a cycle is due. The first events have it at once, and so has a request, or a hint of Immich."""
        forever = self.config_entry.pref_disable_polling and self.data is not None and self.data.again_in is None
        try:
            async with asyncio.timeout(None if forever else seconds):
                await self._wake.wait()
        except TimeoutError:
            return
        if len(self._woken_at) == AT_ONCE:
            with suppress(TimeoutError):
                async with asyncio.timeout_at(self._woken_at[0] + DEBOUNCE_SECONDS):
                    await self._at_once.wait()
        self._woken_at.append(self.hass.loop.time())

    def _seconds_after(self, report: CycleReport) -> float:
        """Return how long to rest after a cycle: what hinders it may be over any moment, so that is not the usual."""
        if report.again_in is not None:
            return min(report.again_in, CYCLE_SECONDS)
        return self._pace.seconds if report.successful else CYCLE_SECONDS

    @callback
    def _progressed(self) -> None:
        """Let entities follow in a moment, unless the cycle has ended by then: most cycles find nothing to do."""
        if self._stopped:
            return
        due = self.hass.loop.time() + PROGRESS_SECONDS
        if self.engine.state is self._shown_state:
            due = max(due, self._shown_at + NUMBERS_SECONDS)
        if self._progress_due is None or due < self._progress_due.when():
            self._forget_progress()
            self._progress_due = self.hass.loop.call_at(due, self._show_progress)

    @callback
    @override
    def async_update_listeners(self) -> None:
        self._shown_state, self._shown_at = self.engine.state, self.hass.loop.time()
        super().async_update_listeners()

    @callback
    def _show_progress(self) -> None:
        self._progress_due = None
        self.async_update_listeners()

    @callback
    def _forget_progress(self) -> None:
        if self._progress_due is not None:
            self._progress_due.cancel()
            self._progress_due = None

    @override
    async def _async_update_data(self) -> CycleReport | None:
        """Have a cycle when somebody asks Home Assistant to update an entity of this folder."""
        return await self.async_sync()


def _answer(waiters: list[asyncio.Future[CycleReport]], answer: CycleReport | Exception) -> None:
    """Tell all who still wait."""
    for waiter in waiters:
        if waiter.done():
            continue
        if isinstance(answer, Exception):
            waiter.set_exception(answer)
        else:
            waiter.set_result(answer)
