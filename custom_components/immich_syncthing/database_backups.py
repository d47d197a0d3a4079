"""Backups of Immich's database, by their schedule or when somebody asks for one."""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, override

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_track_point_in_utc_time
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util import dt as dt_util

from .backup_place import async_is_made, async_make, store_of
from .backup_schedule import BackupSchedule
from .coordinator import ImmichSyncthingConfigEntry
from .engine.ports import Clock
from .engine.workers import Workers
from .errors import stopped, translated
from .immich.client import ImmichClient
from .immich.errors import ImmichError
from .immich.models import DatabaseDump
from .replica.dump_shelf import Shelf, StoredDump
from .replica.dumps import DatabaseBackups
from .replica.errors import DumpRunningError, ReplicaError
from .replica_coordinator import ReplicaCoordinator
from .stop import STOP
from .stores.errors import StoreError

_LOGGER = logging.getLogger(__name__)

RETRY = timedelta(hours=1)
"""When what failed by schedule is tried again."""

START = timedelta(minutes=5)
"""How long a backup that is overdue waits after Home Assistant's start, when there is enough to do."""

type Failure = ImmichError | ReplicaError | StoreError
type Heard = Callable[[StoredDump | Failure], None]


@dataclass(frozen=True, slots=True)
class BothSides:
    """Dumps in Immich and in the store. ``refused``: why Immich does not tell of its own."""

    in_immich: tuple[DatabaseDump, ...]
    stored: Shelf
    refused: ImmichError | ReplicaError | None = None


class DatabaseBackupCoordinator(DataUpdateCoordinator[Shelf]):
    """Makes the backups of one account, one at a time; ``data`` is what lies in the store.

    ``failure``: why the last try failed, ``None`` once one succeeds.
    """

    config_entry: ImmichSyncthingConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ImmichSyncthingConfigEntry,
        immich: ImmichClient,
        workers: Workers,
        clock: Clock,
        replicas: Mapping[str, ReplicaCoordinator],
    ) -> None:
        """Prepare; nothing is asked before ``async_start``."""
        super().__init__(hass, _LOGGER, config_entry=entry, name="Database backups", update_interval=None)
        self.schedule = BackupSchedule.of(entry.options)
        self.failure: Failure | None = None
        self.data = Shelf((), ())
        self._store = store_of(hass, entry, self.schedule.home, replicas)
        self._workers = workers
        self._backups = DatabaseBackups(immich, self._store, workers.disk, clock, entry.unique_id or "")
        self._heard: list[Heard] = []
        self._tasks: set[asyncio.Task[Any]] = set()
        self._making = False
        self._owed = False
        """Whether the time of one has come, and it was not made since."""
        self._unplan: CALLBACK_TYPE | None = None
        self._stopped = False

    @property
    def last(self) -> StoredDump | None:
        """Return the newest whole backup in the store."""
        return self.data.dumps[0] if self.data.dumps else None

    @property
    def place(self) -> str:
        """Return where they lie, in words."""
        return self._store.settings.in_words

    @property
    def running(self) -> bool:
        """Return whether one is being made."""
        return self._making

    @callback
    def async_start(self) -> None:
        """Look into the store, and from then on do what the schedule says; ends with ``async_stop``."""
        _ = self._spawn(self._begin())

    async def async_stop(self) -> None:
        """Break a running backup off, and begin no other. What it left is removed before the next one."""
        self._stopped = True
        self._forget_plan()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)

    @callback
    def async_listen_to_outcomes(self, heard: Heard) -> CALLBACK_TYPE:
        """Call ``heard`` with each backup that was made, and with what was the matter when none was."""
        self._heard.append(heard)
        return lambda: self._heard.remove(heard)

    async def async_make(self) -> StoredDump:
        """Make a backup and return it. It goes on if the caller is gone.

        Raises:
            ImmichError, ReplicaError, StoreError: none was made.
            HomeAssistantError: the integration was stopped meanwhile.
        """
        if self._stopped:
            raise stopped()
        if self._making:
            raise DumpRunningError
        self._making = True
        making = self._spawn(self._make())
        await asyncio.wait([making])
        if making.cancelled():
            raise stopped()
        return making.result()

    async def async_look(self) -> BothSides:
        """Return what lies on both sides. Raises ``StoreError``."""
        stored = await self._look()
        try:
            return BothSides(await self._backups.in_immich(), stored)
        except (ImmichError, ReplicaError) as err:
            return BothSides((), stored, err)

    @override
    async def _async_update_data(self) -> Shelf:
        try:
            return await self._look()
        except StoreError as err:
            raise UpdateFailed(**translated(err)) from err

    async def _look(self) -> Shelf:
        if not await async_is_made(self._store, self._workers):
            return Shelf((), ())
        return await self._backups.stored()

    async def _make(self) -> StoredDump:
        earliest: datetime | None = dt_util.utcnow() + RETRY
        try:
            self.async_update_listeners()
            await async_make(self.hass, self.config_entry, self._store, self._workers)
            made = await self._backups.make(self.schedule.keeping)
        except (ImmichError, ReplicaError, StoreError) as err:
            if self.failure is None or self.failure.code != err.code:
                _LOGGER.warning("Immich's database was not backed up: %s (%s)", err.code, err)
            self.failure = err
            self._tell(err)
            raise
        else:
            self.failure = None
            self._owed = False
            earliest = None
            self._tell(made)
            return made
        finally:
            self._making = False
            if not self._stopped:
                await self.async_refresh()
                self._plan(earliest)

    async def _begin(self) -> None:
        await self.async_refresh()
        self._plan(dt_util.utcnow() + START)

    @callback
    def _plan(self, earliest: datetime | None = None) -> None:
        """Have the next backup made when it is due, or a while after one that failed."""
        self._forget_plan()
        now = dt_util.utcnow()
        due = self.schedule.due(self.last.made_at if self.last else None, now)
        if due is None or self._stopped:
            return
        if self._owed:
            due = now
        failed = self.failure is not None or not self.last_update_success
        due = max(due, earliest or now, now + RETRY if failed else now)
        self._unplan = async_track_point_in_utc_time(self.hass, self._due, due)

    @callback
    def _due(self, _now: datetime) -> None:
        self._unplan = None
        self._owed = True
        _ = self._spawn(self._by_schedule())

    async def _by_schedule(self) -> None:
        """Make the backup that is due, unless everything is stopped or it is unknown what lies in the store."""
        if not self.last_update_success:
            await self.async_refresh()
        if self.hass.data[STOP].stopped or not self.last_update_success:
            self._plan(dt_util.utcnow() + RETRY)
            return
        try:
            await self.async_make()
        except (ImmichError, ReplicaError, StoreError, HomeAssistantError) as err:
            _LOGGER.debug("The backup that was due was not made: %s", err)
        except Exception:
            # Nobody waits for it who could tell.
            _LOGGER.exception("The backup that was due was not made")

    def overdue_since(self, began: float) -> float | None:
        """Return when the latest backup was made, or else ``began``, if that is longer ago than was set.

        In wall seconds; ``None`` also where nobody knows what lies in the store.
        """
        last = self.last.made_at if self.last else began
        return last if self.last_update_success and self.schedule.overdue(last, time.time()) else None

    @callback
    def _forget_plan(self) -> None:
        if self._unplan is not None:
            self._unplan()
            self._unplan = None

    def _spawn[T](self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Begin something that goes on in the background, and ends with ``async_stop``."""
        task = self.config_entry.async_create_background_task(self.hass, work, self.name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            # Whoever asked for it may be gone; what went wrong was told already.
            task.exception()

    @callback
    def _tell(self, outcome: StoredDump | Failure) -> None:
        for heard in tuple(self._heard):
            heard(outcome)
