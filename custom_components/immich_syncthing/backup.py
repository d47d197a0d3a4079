"""Home Assistant's own backups: what a ledger needs to be whole in them.

Home Assistant copies its configuration file by file while it runs, ``-wal`` files too, and calls both functions of this
module around that (``homeassistant.components.backup``; on Home Assistant OS the Supervisor asks for it). After one
that failed nobody may call the second.
"""

import asyncio
import logging
from collections.abc import Coroutine
from datetime import datetime, timedelta
from typing import Any

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN
from .engine.account import AccountEngine
from .engine.errors import EngineError

_LOGGER = logging.getLogger(__name__)

HOLD = timedelta(minutes=10)
"""How long photos wait for a backup at most. Most are done by then; to one that goes on nothing happens."""

FORGET = timedelta(hours=12)
"""When a backup of which nothing more was heard counts as over. The ledgers' logs grow until then."""


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Let the ledgers be copied from now on. It never keeps a backup from being made."""
    await async_copying(hass).async_begin()


async def async_post_backup(hass: HomeAssistant) -> None:
    """Go on as before."""
    await async_copying(hass).async_end()


class Copying:
    """The backup that is being made, if any, and the accounts whose ledgers are in it."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Begin without one."""
        self._hass = hass
        self._engines: list[AccountEngine] = []
        self._running = False
        self._timers: list[CALLBACK_TYPE] = []
        self._holding = False

    async def async_join(self, engine: AccountEngine) -> None:
        """Take an account in that was opened as one whose ledger is being copied."""
        self._engines.append(engine)
        if not self._running:
            await _tried(engine.end_copy())
        elif not self._holding:
            engine.work_during_copy()

    @callback
    def async_leave(self, engine: AccountEngine) -> None:
        """Leave an account alone that is being closed. Its ledger's file stays as it is while it is copied."""
        self._engines.remove(engine)

    async def async_begin(self) -> None:
        """Hold the accounts, and let them go again if nobody says that the backup is done."""
        self._forget_timers()
        self._running = self._holding = True
        self._timers = [
            async_call_later(self._hass, HOLD, self._held_long_enough),
            async_call_later(self._hass, FORGET, self._forgotten),
        ]
        await asyncio.gather(*(_tried(engine.begin_copy()) for engine in self._engines))

    async def async_end(self) -> None:
        """Let the accounts go on."""
        self._forget_timers()
        self._running = self._holding = False
        await asyncio.gather(*(_tried(engine.end_copy()) for engine in self._engines))

    @callback
    def _held_long_enough(self, _: datetime) -> None:
        self._holding = False
        for engine in self._engines:
            engine.work_during_copy()

    async def _forgotten(self, _: datetime) -> None:
        _LOGGER.info("Nothing was heard of Home Assistant's backup for %s; it counts as over", FORGET)
        await self.async_end()

    @callback
    def _forget_timers(self) -> None:
        for cancel in self._timers:
            cancel()
        self._timers = []


_COPYING: HassKey[Copying] = HassKey(f"{DOMAIN}_copying")


@callback
def async_copying(hass: HomeAssistant) -> Copying:
    """Return what knows whether a backup is being made."""
    if _COPYING not in hass.data:
        hass.data[_COPYING] = Copying(hass)
    return hass.data[_COPYING]


async def _tried(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except EngineError as err:
        _LOGGER.warning("A ledger may not be whole in Home Assistant's backup: %s", err)
