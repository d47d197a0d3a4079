"""One Syncthing, however many entries name it: one client, one poll, one stream of events."""

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import monotonic
from typing import Any, override

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed
from homeassistant.util.hass_dict import HassKey

from .const import (
    CONF_FOLDER_ID,
    CONF_SYNCTHING_API_KEY,
    CONF_SYNCTHING_URL,
    CONF_SYNCTHING_VERIFY_SSL,
    DOMAIN,
    SERVER_INTERVAL,
    SUBENTRY_FOLDER,
)
from .coordinator import ImmichSyncthingConfigEntry
from .errors import translated
from .servers import syncthing_client
from .syncthing.client import SyncthingClient
from .syncthing.errors import SyncthingError
from .syncthing.models import Upgrade
from .syncthing_events import SyncthingEvents
from .syncthing_facts import SyncthingFacts, async_look_at

_LOGGER = logging.getLogger(__name__)

UPGRADE_SECONDS = 12 * 3600.0
"""How often Syncthing is made to look for a newer release: it asks its makers' server each time."""


@dataclass(frozen=True, slots=True)
class _Address:
    """What makes two entries mean the same Syncthing."""

    url: str
    api_key: str = field(repr=False)
    verify_ssl: bool

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> _Address:
        """Return the one that an entry's data name."""
        return cls(data[CONF_SYNCTHING_URL], data[CONF_SYNCTHING_API_KEY], data[CONF_SYNCTHING_VERIFY_SSL])


_SERVERS: HassKey[dict[_Address, SyncthingServer]] = HassKey(f"{DOMAIN}_syncthing_servers")


class SyncthingServer(DataUpdateCoordinator[SyncthingFacts]):
    """Asks one Syncthing for the facts of all entries that share it, and says once that it is lost or back.

    ``last_exception`` is an ``UpdateFailed`` whose cause is the ``SyncthingError``.
    """

    def __init__(self, hass: HomeAssistant, client: SyncthingClient) -> None:
        """Ask through ``client`` as long as somebody follows."""
        super().__init__(hass, _LOGGER, config_entry=None, name="Syncthing")
        self.client = client
        self.events = SyncthingEvents(hass, client, self._refresh_soon)
        self._entries: list[ImmichSyncthingConfigEntry] = []
        self._upgrade: Upgrade | None = None
        self._upgrade_due = 0.0
        self._tasks: set[asyncio.Task[Any]] = set()

    @callback
    def async_join(self, entry: ImmichSyncthingConfigEntry) -> None:
        """Ask from now on for the folders of ``entry`` too."""
        self._entries.append(entry)
        self._choose_interval()

    @callback
    def async_part(self, entry: ImmichSyncthingConfigEntry) -> bool:
        """Ask no more on behalf of ``entry``; return whether nobody is left."""
        self._entries.remove(entry)
        self._choose_interval()
        return not self._entries

    def _choose_interval(self) -> None:
        polled = any(not entry.pref_disable_polling for entry in self._entries)
        self.update_interval = SERVER_INTERVAL if polled else None

    async def async_close(self) -> None:
        """Ask nothing any more."""
        await self.async_shutdown()
        await self.events.async_stop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def async_refresh_for_new_entry(self) -> None:
        """Ask at once; a failure is told by the entry that cannot be set up, so is not logged here as well."""
        async with self._debounced_refresh.async_lock():
            await self._async_refresh(log_failures=False)

    @override
    async def _handle_refresh_interval(self, _now: datetime | None = None) -> None:
        """Poll in a task that ``async_close`` breaks off: it belongs to no entry that would."""
        self._in_background(super()._handle_refresh_interval(_now), "Syncthing poll")

    @override
    async def _async_update_data(self) -> SyncthingFacts:
        folder_ids = {
            subentry.data[CONF_FOLDER_ID]
            for entry in self._entries
            for subentry in entry.get_subentries_of_type(SUBENTRY_FOLDER)
        }
        try:
            facts = await async_look_at(self.client, sorted(folder_ids), self.data)
        except SyncthingError as err:
            raise UpdateFailed(**translated(err)) from err
        if monotonic() >= self._upgrade_due:
            self._upgrade_due = monotonic() + UPGRADE_SECONDS
            self._in_background(self._look_for_upgrade(), "Syncthing upgrade check")
        return replace(facts, upgrade=self._upgrade)

    async def _look_for_upgrade(self) -> None:
        """Have Syncthing look for a newer release; nothing else waits for that."""
        try:
            self._upgrade = await self.client.upgrade()
        except SyncthingError as err:
            _LOGGER.debug("Syncthing did not find out whether there is a newer one: %s", err)
            return
        self.data = replace(self.data, upgrade=self._upgrade)
        self.async_update_listeners()

    @callback
    def _refresh_soon(self) -> None:
        self._in_background(self.async_request_refresh(), "Syncthing refresh after an event")

    def _in_background(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = self.hass.async_create_background_task(work, name, eager_start=False)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


@callback
def async_join_server(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry) -> SyncthingServer:
    """Return the Syncthing of ``entry``, which others may use too; ``async_leave_server`` ends that."""
    servers = hass.data.setdefault(_SERVERS, {})
    address = _Address.of(entry.data)
    if address not in servers:
        servers[address] = SyncthingServer(hass, syncthing_client(hass, entry.data))
    servers[address].async_join(entry)
    return servers[address]


async def async_leave_server(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, server: SyncthingServer) -> None:
    """Let go of a Syncthing; with the last entry all that is asked of it ends.

    The entry's data may name another one by now.
    """
    if not server.async_part(entry):
        return
    servers = hass.data[_SERVERS]
    for address in [address for address, one in servers.items() if one is server]:
        del servers[address]
    await server.async_close()
