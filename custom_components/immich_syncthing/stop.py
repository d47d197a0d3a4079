"""Stop everything: one switch for all accounts together, which stays as it is over restarts."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN

_LOGGER = logging.getLogger(__name__)

VERSION = 1

STOP_UNIQUE_ID = "stop_everything"
"""Of its entity, which is of no account, though one of them carries it."""


class Kept(TypedDict):
    """What is kept over restarts."""

    stopped: bool


@dataclass(slots=True)
class Stop:
    """Whether everything is stopped, and who heeds that.

    It is of no entry: entries come and go. Each offers to carry its entity; exactly one does, until it is unloaded.
    """

    stopped: bool
    _store: Store[Kept]
    _listeners: list[CALLBACK_TYPE] = field(default_factory=list)
    _offers: dict[str, CALLBACK_TYPE] = field(default_factory=dict)
    _carrier: str | None = None

    async def async_set(self, *, stopped: bool) -> None:
        """Stop everything, or let everything go on; then keep that."""
        self.stopped = stopped
        for listener in tuple(self._listeners):
            listener()
        await self._store.async_save({"stopped": stopped})

    async def async_forget(self) -> None:
        """Leave nothing behind when the last account goes; but a stop is its owner's word, also for the next one."""
        if not self.stopped:
            await self._store.async_remove()

    @callback
    def async_listen(self, listener: CALLBACK_TYPE) -> CALLBACK_TYPE:
        """Call ``listener`` at every change, and now; return what ends that."""
        self._listeners.append(listener)
        listener()
        return lambda: self._listeners.remove(listener)

    @callback
    def async_offer(self, entry_id: str, carry: CALLBACK_TYPE) -> Callable[[], None]:
        """Offer to carry the entity: ``carry`` adds it when it is this entry's turn. Return what ends the offer."""
        self._offers[entry_id] = carry
        self._pass_on()

        @callback
        def withdraw() -> None:
            del self._offers[entry_id]
            if self._carrier == entry_id:
                self._carrier = None
                self._pass_on()

        return withdraw

    @callback
    def _pass_on(self) -> None:
        if self._carrier is None and self._offers:
            self._carrier, carry = next(iter(self._offers.items()))
            carry()


STOP: HassKey[Stop] = HassKey(f"{DOMAIN}_stop")


async def async_setup_stop(hass: HomeAssistant) -> None:
    """Find out whether everything is stopped, before anything moves. What cannot be read may have said so."""
    store = Store[Kept](hass, VERSION, f"{DOMAIN}.stop")
    hass.data[STOP] = Stop(await _was_stopped(hass, store), store)


async def _was_stopped(hass: HomeAssistant, store: Store[Kept]) -> bool:
    # Home Assistant puts a file that is no JSON aside, tells its owner, and answers as if there had been none.
    was_there = await hass.async_add_executor_job(Path(store.path).exists)
    try:
        kept: object = await store.async_load()
    except (HomeAssistantError, RuntimeError, LookupError, TypeError, AttributeError) as err:
        _LOGGER.warning("Everything stays stopped until the switch is used: what was kept cannot be read: %r", err)
        return True
    match kept:
        case {"stopped": bool(stopped)}:
            return stopped
        case None if not was_there:
            return False
    _LOGGER.warning("Everything stays stopped until the switch is used: what was kept makes no sense")
    # A file that was put aside is not there at the next start.
    await store.async_save({"stopped": True})
    return True
