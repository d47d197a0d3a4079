"""The vault's rhythm: whether it can be used, how much it holds, and what it keeps no longer."""

import asyncio
import logging
import time
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any, Final, override

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later, async_track_time_interval
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from .account_settings import retention_of
from .coordinator import ImmichSyncthingConfigEntry
from .engine.account import AccountEngine
from .engine.errors import EngineError
from .immich.errors import ImmichError
from .issues import vault as issues
from .issues.board import Issue, IssueBoard
from .stop import STOP
from .vault.errors import VaultError, VaultUnavailableError
from .vault.lived import DAY_SECONDS
from .vault.model import Blocking, VaultUsage
from .vault.notices import Notices
from .vault.retention import Sweep
from .vault_owner import VaultOwner
from .vaults import Vaults

_LOGGER = logging.getLogger(__name__)

TICK: Final = timedelta(minutes=1)
"""How often a vault that could not be used is tried again."""

LOOK_SECONDS: Final = 3600.0
"""How often one that can is looked at, by writing a small note: object stores count their requests."""

SWEEP_SECONDS: Final = DAY_SECONDS
"""How often it is counted anew, and what is too old, or too much, goes."""

FOLLOW_SECONDS: Final = 10.0
"""How far apart entities follow what comes and goes: the recorder keeps every state."""

REST_SECONDS: Final = 0.2
"""Between two steps of that, so that it slows nothing else down."""


class VaultCoordinator(DataUpdateCoordinator[VaultUsage | None]):
    """Knows how much the vault holds, ``None`` until it was counted; keeps its issues true, and its limits."""

    config_entry: ImmichSyncthingConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ImmichSyncthingConfigEntry,
        vaults: Vaults,
        engine: AccountEngine,
        board: IssueBoard,
        notices: Notices,
        blocking: Blocking,
    ) -> None:
        """Do nothing before ``async_start``."""
        super().__init__(hass, _LOGGER, config_entry=entry, name="Vault")
        self.vaults = vaults
        self._engine = engine
        self._board = board
        self._notices = notices
        self._blocking = blocking
        self._is_announced = False
        self._lived_at: float | None = None
        self._kept_at: float | None = None
        self._work: asyncio.Task[None] | None = None
        self._asked: set[asyncio.Task[Any]] = set()
        self._stopped = False
        self._looked_at: float | None = None
        self._swept_at: float | None = None
        self._unfollow: CALLBACK_TYPE | None = None
        vaults.listen(self._counted)

    @callback
    def async_start(self) -> None:
        """Look now, and from now on; ends with the entry."""
        if self.vaults.is_used:
            self.config_entry.async_on_unload(async_track_time_interval(self.hass, self._tick, TICK))
            self._tick()

    async def async_stop(self) -> None:
        """Begin nothing more, and wait for the end of what was begun."""
        self._stopped = True
        if self._unfollow is not None:
            self._unfollow()
        works = [*([self._work] if self._work is not None else []), *self._asked]
        for work in works:
            work.cancel()
        if works:
            await asyncio.wait(works)
        try:
            await self._notices.keep()
        except VaultError as err:
            _LOGGER.debug("How long notices were shown is not kept: %s", err)
        await self._notices.close()

    @callback
    def async_begin[T](self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Begin something in the vault that somebody asked for; it ends with the entry at the latest."""
        task = self.config_entry.async_create_background_task(self.hass, work, "Immich Syncthing works in its vault")
        self._asked.add(task)
        task.add_done_callback(self._asked_for)
        return task

    def _asked_for(self, task: asyncio.Task[Any]) -> None:
        self._asked.discard(task)
        if not task.cancelled() and (err := task.exception()) is not None:
            # Whoever asked may have stopped waiting.
            known = isinstance(err, (EngineError, ImmichError, VaultError))
            _LOGGER.debug("What was asked of the vault was not done: %s", err, exc_info=None if known else err)

    async def async_look(self, *, anew: bool = False) -> None:
        """Do what is due, and wait for that; ``anew``: everything is due."""
        if self._work is not None:
            await asyncio.wait([self._work])
        if anew:
            self._looked_at = self._swept_at = None
        self._tick()
        if self._work is not None:
            await asyncio.wait([self._work])

    @callback
    def _tick(self, _: datetime | None = None) -> None:
        if not self._stopped and (self._work is None or self._work.done()):
            self._work = self.config_entry.async_create_background_task(
                self.hass, self._round(), "Immich Syncthing looks at its vault"
            )

    @override
    async def _async_update_data(self) -> VaultUsage | None:
        """Tell what is known when somebody asks Home Assistant to update an entity: no store is asked."""
        return self.vaults.counted.counted

    @callback
    def _counted(self) -> None:
        """Tell of another count: of the first at once, of those that come close behind it together."""
        if self._unfollow is None and not self._stopped:
            self._unfollow = async_call_later(self.hass, FOLLOW_SECONDS, self._follow)
            self.async_set_updated_data(self.vaults.counted.counted)

    @callback
    def _follow(self, _: datetime) -> None:
        self._unfollow = None
        if self.vaults.counted.counted != self.data:
            self._counted()

    async def _round(self) -> None:
        """Do what is due. What fails is tried again with the next tick."""
        now = time.monotonic()
        try:
            await self._live(now)
        except VaultError as err:
            _LOGGER.debug("How long notices were shown cannot be noted: %s", err)
        if self._looked_at is None or now - self._looked_at >= LOOK_SECONDS or self.vaults.is_in_doubt:
            self.vaults.is_in_doubt = False
            in_order = await self._look()
            self._looked_at = now if in_order else None
            if not in_order:
                return
        if self._swept_at is None or now - self._swept_at >= SWEEP_SECONDS:
            try:
                await self.vaults.counted.count()
                await self._sweep()
                await self._notices.keep()
            except VaultUnavailableError as err:
                _LOGGER.debug("The vault cannot be looked through: %s", err)
                self._looked_at = None
                return
            except (VaultError, EngineError, ImmichError) as err:
                _LOGGER.debug("The vault cannot be looked through: %s", err)
                return
            self._swept_at = now

    async def _look(self) -> bool:
        """Return whether all vaults can be used, and say so of those that cannot."""
        found: list[Issue] = []
        try:
            if not self.vaults.is_proven:
                await self.vaults.async_prove()
        except VaultError as err:
            found.append(issues.vault_issue(self.vaults.stored, err))
        found += [issues.earlier_issue(stored, err) for stored, err in await self.vaults.async_read_earlier()]
        self.vaults.is_proven = False
        self._board.show(issues.TOPIC, found)
        return not found

    async def _live(self, now: float) -> None:
        """Count for how long the notices were shown: Home Assistant may be off, and the clock on the wall may jump."""
        since = now if self._lived_at is None else self._lived_at
        trusted = self._lived_at is None or self._notices.trusts_clock
        await self._notices.live(now - since, time.time(), shown=self._is_announced)
        self._lived_at = now
        if trusted and not self._notices.trusts_clock:
            _LOGGER.info("For a week nothing leaves the vault for its age: the clock leapt, or this began anew")
        if self._kept_at is None or now - self._kept_at >= LOOK_SECONDS:
            await self._notices.keep()
            self._kept_at = now

    async def _sweep(self) -> None:
        """Let go of what is beyond the owner's limits."""
        retention = retention_of(self.config_entry.options)
        if retention.keeps_everything:
            await self._notices.clear()
            await self._announce()
            return
        if self.hass.data[STOP].stopped:
            return
        owner = VaultOwner(self.config_entry, self._engine, "vault_limit")
        vault = self.vaults.counted
        swept = await Sweep(vault, retention, owner, self._notices, self._blocking, time.time, self._rest).run()
        if swept.objects:
            _LOGGER.info("The vault let go of %d files that were beyond its limits", swept.objects)
        if swept.whole:
            await self._announce()

    async def _announce(self) -> None:
        count, seconds = await self._notices.coming()
        days = max(1, round(seconds / DAY_SECONDS))
        self._board.show(issues.COPIES_TOPIC, issues.copies_issues(self.vaults.stored, count, days))
        self._is_announced = True

    async def _rest(self) -> bool:
        await asyncio.sleep(REST_SECONDS)
        return not (self._stopped or self.hass.data[STOP].stopped)
