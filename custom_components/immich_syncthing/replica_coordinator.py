"""A replica's rhythm: copy, let go, read again, rest; and whatever somebody asks of it meanwhile."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, override

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_time_interval
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .const import CONF_STORE, DOMAIN
from .coordinator import ImmichSyncthingConfigEntry
from .engine.originals import Originals
from .engine.workers import ThreadPool
from .errors import stopped
from .immich.client import ImmichClient
from .replica.errors import ReplicaError, ReplicaPausedError
from .replica.failing import problem_of
from .replica.model import DrillReport, Ending, Problem, ReplicaState, RunReport, ScrubReport
from .replica.ports import Clock, LocalOriginal, Surroundings
from .replica.replica import Replica
from .replica_place import index_path, make_scratch, scratch_path
from .replica_settings import replica_settings
from .store_choice import store_settings
from .stores.store import Store

_LOGGER = logging.getLogger(__name__)

REST_SECONDS = 600.0
"""How long a replica rests between two runs: a look that finds nothing costs Immich a handful of requests."""

PROGRESS_INTERVAL = timedelta(seconds=10)
"""How far apart entities follow what a run does, for days of copying: the recorder keeps every state."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that a replica tells: one of the types of its event, with what belongs to it."""

    type: str
    told: dict[str, Any]


COMPLETED, FAILED, VERIFIED = "completed", "failed", "verified"
VERIFICATION_FAILED, DRILL_PASSED, DRILL_FAILED = "verification_failed", "drill_passed", "drill_failed"


class LinkedOriginals:
    """The engine's linked files, as a replica takes them."""

    def __init__(self, originals: Originals) -> None:
        """Take what ``originals`` has."""
        self._originals = originals

    async def open(self, checksum: bytes) -> LocalOriginal | None:
        """Return the file with this content."""
        found = await self._originals.open(checksum)
        return None if found is None else LocalOriginal(*found)

    async def sidecar(self, checksum: bytes) -> bytes | None:
        """Return the XMP file beside it."""
        return await self._originals.sidecar(checksum)

    async def linked(self, checksums: Sequence[bytes]) -> Collection[bytes]:
        """Return those that are linked."""
        return await self._originals.linked(checksums)


class ReplicaCoordinator(DataUpdateCoordinator[ReplicaState]):
    """Runs one replica in tasks of its own. ``data`` is its state; ``last``: how the last run ended.

    ``opened``: whether its index could be opened; until then nothing is known of it. ``objects``: where ``store`` is.
    """

    config_entry: ImmichSyncthingConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ImmichSyncthingConfigEntry,
        subentry: ConfigSubentry,
        *,
        immich: ImmichClient,
        originals: Originals,
        clock: Clock,
    ) -> None:
        """Prepare the replica of ``subentry``; nothing runs before ``async_start``."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=f"Replica {subentry.title}", update_interval=None)
        self.subentry = subentry
        self.data = ReplicaState()
        self.last: Ending | None = None
        self.store = store_settings(subentry.data[CONF_STORE])
        self._pool = ThreadPool(1, f"{DOMAIN}-replica-{subentry.title}")
        self.objects = Store(self.store)
        self._around = Surroundings(self.objects, immich, LinkedOriginals(originals), clock, self._pool, random.random)
        self._replica: Replica | None = None
        self._opening = asyncio.Lock()
        self._heeding = asyncio.Lock()
        self._stopped_with_all = False
        self._still = self._moved = False
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._heard: list[Callable[[Happening], None]] = []
        self._unfollow: CALLBACK_TYPE | None = None
        self._ended = False
        self._fault: Problem | None = None

    @property
    def opened(self) -> bool:
        """Return whether anything is known."""
        return self._replica is not None

    # --- its life ----------------------------------------------------------------------------------------------------

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
            if self._replica is not None:
                with suppress(ReplicaError):
                    await self._replica.close()
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

    @asynccontextmanager
    async def async_still(self) -> AsyncIterator[None]:
        """Rest until the block ends, so that what it has can be copied. Raises as ``async_switch``."""
        await self._opened()
        self._still = True
        try:
            await self._heed()
            yield
        finally:
            self._still = False
            await self._heed()

    @callback
    def async_move_away(self) -> None:
        """Rest for good: from now on the replica lies elsewhere. Call it while it is still."""
        self._moved = True

    @callback
    def async_listen_to_happenings(self, heard: Callable[[Happening], None]) -> CALLBACK_TYPE:
        """Call ``heard`` with everything worth telling; return what ends that."""
        self._heard.append(heard)
        return lambda: self._heard.remove(heard)

    # --- what somebody asks of it ------------------------------------------------------------------------------------

    async def async_switch(self, *, on: bool) -> None:
        """Let it work, or rest until it is switched on again, over restarts too.

        Raises:
            ReplicaError: that cannot be noted.
            HomeAssistantError: the integration was stopped meanwhile.
        """
        replica = await self._opened()
        await replica.switch(off=not on)
        await self._heed()

    async def async_replicate(self) -> RunReport:
        """Have a run now, whatever its window. Raises ``ReplicaError``, ``HomeAssistantError`` (stopped)."""
        replica = await self._working()
        return self._ran(await replica.run(anytime=True))

    async def async_verify(self, share: float) -> ScrubReport:
        """Read such a share of all copies now (0 to 1), the longest unread first. Raises as ``async_replicate``."""
        replica = await self._working()
        return self._scrubbed(await replica.scrub(share))

    async def async_drill(self, count: int) -> DrillReport:
        """Restore some copies by way of trial. Raises ``StoreError`` and as ``async_replicate``."""
        replica = await self._working()
        await self.hass.async_add_executor_job(make_scratch, self._scratch)
        try:
            report = await replica.drill(count)
        except OSError as err:
            raise ReplicaError(err.strerror or type(err).__name__) from err
        self._publish()
        told = {"asked": report.asked, "restored": report.restored, "failures": len(report.failures)}
        self._tell(DRILL_PASSED if report.passed else DRILL_FAILED, told)
        return report

    async def async_confirm_retiring(self, count: int) -> None:
        """Let so many copies of deleted originals go. Raises as ``async_switch``."""
        await (await self._opened()).confirm_retiring(count)
        self._again()

    async def async_trust_library(self) -> None:
        """Believe what Immich shows now. Raises as ``async_switch``."""
        await (await self._opened()).trust_library()
        self._again()

    async def async_begin_anew(self) -> None:
        """Fill the store again that was emptied. Raises as ``async_switch``."""
        await (await self._opened()).begin_anew()
        self._again()

    async def async_see_failures(self, count: int) -> None:
        """Note that the owner knows of so many failures. Raises as ``async_switch``."""
        await (await self._opened()).see_failures(count)
        self._publish()

    @override
    async def _async_update_data(self) -> ReplicaState:
        """Tell what is known when somebody asks Home Assistant to update an entity: no server is asked."""
        return self._state

    # --- its work ----------------------------------------------------------------------------------------------------

    async def _work(self) -> None:
        while True:
            self._wake.clear()
            try:
                replica = await self._opened()
                self._ran(await replica.run())
                self._scrubbed(await replica.scrub())
            except HomeAssistantError:
                return
            except Exception as err:
                # A replica that goes silent is worse than any fault.
                if not isinstance(err, ReplicaError):
                    _LOGGER.exception("The replica %s failed", self.subentry.title)
                self._fault = problem_of(err)
                self._failed(self._fault)
            # Whoever switched polling off asks for each run, or has an automation do so.
            forever = self.config_entry.pref_disable_polling and self._fault is None
            with suppress(TimeoutError):
                async with asyncio.timeout(None if forever else REST_SECONDS):
                    await self._wake.wait()

    async def _opened(self) -> Replica:
        """Return the replica; its index is opened, and its disk looked at, when it is first needed."""
        async with self._opening:
            if self._ended:
                raise stopped()
            if self._replica is None:
                settings = replica_settings(self.subentry.data)
                entry_id, subentry_id = self.config_entry.entry_id, self.subentry.subentry_id
                path = index_path(self.hass, entry_id, subentry_id, self.store)
                await self._pool.run(make_scratch, self._scratch)
                self._replica = await Replica.open(self._around, path, settings, self._scratch)
        await self._heed()
        return self._replica

    async def _working(self) -> Replica:
        replica = await self._opened()
        if replica.state.paused:
            raise ReplicaPausedError
        return replica

    async def _heed(self) -> None:
        """Rest or go on, as the owner says of this replica and of everything."""
        async with self._heeding:
            replica = self._replica
            if replica is None or self._ended:
                return
            rests = self._stopped_with_all or self._still or self._moved or replica.state.switched_off
            if rests and not replica.state.paused:
                await replica.pause()
            elif replica.state.paused and not rests:
                replica.resume()
                self._wake.set()
            self._publish()

    def _ran(self, report: RunReport) -> RunReport:
        before = self.data.problem
        self.last, self._fault = report.ending, None
        if report.problem is not None:
            self._failed(report.problem)
        self._publish()
        if before is not None and self.data.problem is None:
            _LOGGER.info("The replica %s works again", self.subentry.title)
        changed = report.copied + report.reused + report.retired
        if report.ending is Ending.COMPLETE and changed and not self.data.figures.behind_files:
            numbers = ("copied", "copied_bytes", "reused", "described", "retired")
            self._tell(COMPLETED, {name: getattr(report, name) for name in numbers})
        return report

    def _scrubbed(self, report: ScrubReport) -> ScrubReport:
        if report.problem is not None:
            self._failed(report.problem)
        self._publish()
        found = asdict(report)
        if report.missing or report.damaged:
            names = ("checked", "missing", "damaged", "healed")
            self._tell(VERIFICATION_FAILED, {name: found[name] for name in names})
        elif report.round_complete:
            self._tell(VERIFIED, {"objects": self.data.figures.objects})
        return report

    def _failed(self, problem: Problem) -> None:
        """Tell of what stops it, once."""
        before = self.data.problem
        self._publish()
        if before is None or before.code != problem.code:
            _LOGGER.warning("The replica %s does not go on: %s (%s)", self.subentry.title, problem.code, problem.detail)
            self._tell(FAILED, {"reason": problem.code})

    @callback
    def _follow(self, _: datetime) -> None:
        if self._state != self.data:
            self._publish()

    def _publish(self) -> None:
        if not self._ended:
            self.async_set_updated_data(self._state)

    @property
    def _state(self) -> ReplicaState:
        """Return what is known. A fault of ours is told as well: otherwise all would look well."""
        state = ReplicaState() if self._replica is None else self._replica.state
        return state if self._fault is None else replace(state, problem=self._fault)

    def _tell(self, what: str, told: dict[str, Any]) -> None:
        for heard in tuple(self._heard):
            heard(Happening(what, told))

    def _again(self) -> None:
        self._wake.set()
        self._publish()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = self.config_entry.async_create_background_task(self.hass, work, self.name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @property
    def _scratch(self) -> Path:
        return scratch_path(self.hass, self.config_entry.entry_id, self.subentry.subentry_id)
