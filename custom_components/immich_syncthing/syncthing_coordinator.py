"""Syncthing as one entry follows it: the same facts for all that share it, and its events for the entry's folders."""

import logging
from collections.abc import Callable, Mapping
from typing import override

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .coordinator import ImmichSyncthingConfigEntry
from .errors import translated
from .folder_coordinator import FolderCoordinator
from .syncthing.client import SyncthingClient
from .syncthing.errors import SyncthingError, SyncthingWrongKeyError
from .syncthing_facts import SyncthingFacts
from .syncthing_server import SyncthingServer, async_join_server, async_leave_server

_LOGGER = logging.getLogger(__name__)


class SyncthingCoordinator(DataUpdateCoordinator[SyncthingFacts]):
    """Knows whether Syncthing works, and tells the folders what it says. Asks nothing by itself."""

    config_entry: ImmichSyncthingConfigEntry

    def __init__(self, hass: HomeAssistant, entry: ImmichSyncthingConfigEntry) -> None:
        """Follow the Syncthing that ``entry`` names, until ``async_close``."""
        super().__init__(hass, _LOGGER, config_entry=entry, name="Syncthing")
        self._server: SyncthingServer = async_join_server(hass, entry)
        self._stop_following: Callable[[], None] | None = self._server.async_add_listener(self._follow)
        self._folders: list[FolderCoordinator] = []

    @property
    def client(self) -> SyncthingClient:
        """Return the client that all use."""
        return self._server.client

    @property
    def polled(self) -> bool:
        """Return whether Syncthing is asked from time to time, and not only when something happened."""
        return self._server.update_interval is not None

    @callback
    def async_listen(self, folders: Mapping[str, FolderCoordinator]) -> None:
        """Tell ``folders`` (by Syncthing's id) from now on what happens."""
        self._folders += folders.values()
        self._server.events.async_follow(folders)

    async def async_close(self) -> None:
        """Follow no more. Harmless if that was done."""
        if self._stop_following is None:
            return
        self._stop_following()
        self._stop_following = None
        self._server.events.async_leave(self._folders)
        await async_leave_server(self.hass, self.config_entry, self._server)

    @override
    async def async_request_refresh(self) -> None:
        await self._server.async_request_refresh()

    @override
    async def async_refresh(self) -> None:
        await self._server.async_refresh()

    @override
    async def _async_update_data(self) -> SyncthingFacts:
        """Take the first facts, which are asked for because nobody asked for this entry's folders before."""
        await self._server.async_refresh_for_new_entry()
        return self._facts()

    @callback
    def _follow(self) -> None:
        """Take what the server found out. It has said aloud what is to be said."""
        try:
            self.data, self.last_exception = self._facts(), None
        except ConfigEntryAuthFailed as err:
            self.last_exception = err
            self.config_entry.async_start_reauth(self.hass)
        except UpdateFailed as err:
            self.last_exception = err
        self.last_update_success = self.last_exception is None
        self.async_update_listeners()

    def _facts(self) -> SyncthingFacts:
        if self._server.last_update_success:
            return self._server.data
        error = self._server.last_exception
        if error is not None and isinstance(error.__cause__, SyncthingWrongKeyError):
            raise ConfigEntryAuthFailed(**translated(error.__cause__)) from error
        if isinstance(error, UpdateFailed):
            raise error
        raise UpdateFailed(**translated(SyncthingError(type(error).__name__))) from error
