"""Syncthing's events, for all the folders that follow it: what happened to files, and what changed besides."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any

from homeassistant.core import HomeAssistant, callback

from .const import EVENT_RETRY_SECONDS
from .folder_coordinator import FolderCoordinator
from .syncthing.client import SyncthingClient
from .syncthing.errors import SyncthingError
from .syncthing.events import DISK_EVENTS, EventStream, disk_change
from .syncthing.models import EventBatch, EventType

_LOGGER = logging.getLogger(__name__)

STATE_EVENTS = (
    EventType.CONFIG_SAVED,
    EventType.DEVICE_CONNECTED,
    EventType.DEVICE_DISCONNECTED,
    EventType.FOLDER_PAUSED,
    EventType.FOLDER_RESUMED,
    EventType.STATE_CHANGED,
)
"""What opens or shuts a folder's gate, or changes what is shown of the server."""

type Followers = Mapping[str, Sequence[FolderCoordinator]]
"""The folders that follow, by Syncthing's id: one each, unless two entries sync copies of one."""


class SyncthingEvents:
    """Listens once for all entries that share a Syncthing."""

    def __init__(self, hass: HomeAssistant, client: SyncthingClient, refresh: Callable[[], None]) -> None:
        """Ask through ``client``; ``refresh`` asks for the server's facts."""
        self._hass = hass
        self._client = client
        self._refresh = refresh
        self._followers: dict[str, list[FolderCoordinator]] = {}
        self._tasks: list[asyncio.Task[None]] = []

    @callback
    def async_follow(self, folders: Mapping[str, FolderCoordinator]) -> None:
        """Tell ``folders`` (by Syncthing's id) from now on what happens."""
        for folder_id, folder in folders.items():
            self._followers.setdefault(folder_id, []).append(folder)
        if not self._tasks:
            self._tasks = [
                self._in_background(self._listen(DISK_EVENTS, DiskEvents(self._followers).handle), "disk"),
                self._in_background(
                    self._listen(STATE_EVENTS, StateEvents(self._followers, self._refresh).handle), "state"
                ),
            ]

    @callback
    def async_leave(self, folders: Iterable[FolderCoordinator]) -> None:
        """Tell these folders nothing any more. Harmless for others."""
        leaving = list(folders)
        for folder_id, followers in list(self._followers.items()):
            followers[:] = [one for one in followers if one not in leaving]
            if not followers:
                del self._followers[folder_id]

    async def async_stop(self) -> None:
        """Listen no more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    def _in_background(self, work: Coroutine[Any, Any, None], what: str) -> asyncio.Task[None]:
        return self._hass.async_create_background_task(work, f"Syncthing {what} events")

    async def _listen(self, types: Sequence[EventType], handle: Callable[[EventBatch], None]) -> None:
        stream, working = EventStream(self._client, types), True
        while True:
            try:
                batch = await stream.poll()
            except SyncthingError as err:
                if working:
                    # The refresh says it aloud, once for both streams.
                    _LOGGER.debug("Lost Syncthing's events: %s", err)
                    self._refresh()
                    _wake(self._followers)
                working = False
                await asyncio.sleep(EVENT_RETRY_SECONDS)
                continue
            if not working:
                self._refresh()
            working = True
            handle(batch)


class DiskEvents:
    """Passes changes of files on."""

    def __init__(self, folders: Followers) -> None:
        """Tell ``folders``."""
        self._folders = folders

    def handle(self, batch: EventBatch) -> None:
        """Note what each folder has to look at, and wake it."""
        gap = batch.gap
        for event in batch.events:
            try:
                change = disk_change(event)
            except SyncthingError as err:
                _LOGGER.debug("An event that names no path: %s", err)
                gap = True
                continue
            if change is None:
                continue
            for folder in self._folders.get(change.folder_id, ()):
                folder.engine.note_change(change.path, complete=change.remote)
                folder.async_wake()
        if gap:
            for followers in self._folders.values():
                for folder in followers:
                    folder.engine.note_gap()
            _wake(self._folders)


class StateEvents:
    """Wakes folders whose gate may have opened or shut, and has the server's facts asked for."""

    def __init__(self, folders: Followers, refresh: Callable[[], None]) -> None:
        """Wake ``folders``; ``refresh`` asks for the facts."""
        self._folders = folders
        self._refresh = refresh

    def handle(self, batch: EventBatch) -> None:
        """Wake each folder once it is worth looking at."""
        for event in batch.events:
            name = event.data.get("folder") or event.data.get("id")
            settled = event.type != EventType.STATE_CHANGED or event.data.get("to") in {"idle", "error"}
            for folder in self._folders.get(str(name), ()) if settled else ():
                folder.async_wake()
        if batch.gap or any(event.type != EventType.STATE_CHANGED for event in batch.events):
            self._refresh()


def _wake(folders: Followers) -> None:
    for followers in folders.values():
        for folder in followers:
            folder.async_wake()
