"""Syncthing's rhythm: its facts every minute, and its events as they happen."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, override

from homeassistant.core import HomeAssistant, callback

from .const import CONF_FOLDER_ID, EVENT_RETRY_SECONDS, SUBENTRY_FOLDER
from .coordinator import ImmichSyncthingConfigEntry, ServerCoordinator
from .folder_coordinator import FolderCoordinator
from .syncthing.client import SyncthingClient
from .syncthing.errors import FolderFaultError, FolderPausedError, SyncthingError, UnknownFolderError
from .syncthing.events import DISK_EVENTS, EventStream, disk_change
from .syncthing.models import (
    SHORT_ID_LENGTH,
    Connection,
    DeviceConfig,
    EventBatch,
    EventType,
    FolderConfig,
    FolderStatus,
    SystemVersion,
)

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


@dataclass(frozen=True, slots=True)
class SyncthingFacts:
    """What Syncthing says of itself and of our folders; paused and faulty folders have no status.

    ``deletions_needed``: by folder and connected device, how many deletions that device has not carried out.
    """

    version: SystemVersion
    folders: Mapping[str, FolderConfig]
    statuses: Mapping[str, FolderStatus]
    connections: Mapping[str, Connection]
    devices: Mapping[str, DeviceConfig] = field(default_factory=dict)
    deletions_needed: Mapping[tuple[str, str], int] = field(default_factory=dict)

    def device_name(self, device_id: str) -> str:
        """Return what the owner calls a device."""
        device = self.devices.get(device_id)
        return device.name if device is not None and device.name else device_id[:SHORT_ID_LENGTH]


class SyncthingCoordinator(ServerCoordinator[SyncthingFacts]):
    """Knows whether Syncthing works, and tells the folders what it says."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ImmichSyncthingConfigEntry,
        client: SyncthingClient,
    ) -> None:
        """Ask through ``client``."""
        super().__init__(hass, entry, "Syncthing")
        self._client = client
        self._tasks: set[asyncio.Task[None]] = set()

    @override
    async def ask(self) -> SyncthingFacts:
        folders = {folder.id: folder for folder in await self._client.folders()}
        statuses: dict[str, FolderStatus] = {}
        for subentry in self.config_entry.get_subentries_of_type(SUBENTRY_FOLDER):
            folder = folders.get(subentry.data[CONF_FOLDER_ID])
            if folder is None or folder.paused:
                continue
            with suppress(FolderFaultError, FolderPausedError, UnknownFolderError):
                statuses[folder.id] = await self._client.folder_status(folder.id)
        connections = await self._client.connections()
        return SyncthingFacts(
            version=await self._client.version(),
            folders=folders,
            statuses=statuses,
            connections=connections,
            devices={device.id: device for device in await self._client.devices()},
            deletions_needed=await self._deletions_needed(
                {folder_id: folders[folder_id] for folder_id in statuses}, connections
            ),
        )

    async def _deletions_needed(
        self, folders: Mapping[str, FolderConfig], connections: Mapping[str, Connection]
    ) -> dict[tuple[str, str], int]:
        needed: dict[tuple[str, str], int] = {}
        for folder_id, folder in folders.items():
            for device in folder.device_ids:
                if device in connections and connections[device].connected:
                    with suppress(FolderFaultError, FolderPausedError, UnknownFolderError):
                        completion = await self._client.completion(folder_id, device)
                        needed[folder_id, device] = completion.need_deletes
        return needed

    @callback
    def async_listen(self, folders: Mapping[str, FolderCoordinator]) -> None:
        """Tell ``folders`` (by Syncthing's id) from now on what happens; ends with the entry."""
        for name, types, handle in (
            ("disk", DISK_EVENTS, DiskEvents(folders).handle),
            ("state", STATE_EVENTS, StateEvents(folders, self._refresh_soon).handle),
        ):
            listening = self._listen(EventStream(self._client, types), handle, folders)
            self._in_background(listening, f"Syncthing {name} events")

    @callback
    def _refresh_soon(self) -> None:
        self._in_background(self.async_request_refresh(), "Syncthing refresh after an event")

    @callback
    def _in_background(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Do something until it is done or the entry is unloaded."""
        task = self.config_entry.async_create_background_task(self.hass, work, name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _listen(
        self, stream: EventStream, handle: Callable[[EventBatch], None], folders: Mapping[str, FolderCoordinator]
    ) -> None:
        working = True
        while True:
            try:
                batch = await stream.poll()
            except SyncthingError as err:
                if working:
                    # The refresh says it aloud, once for both streams.
                    _LOGGER.debug("Lost Syncthing's events: %s", err)
                    self._refresh_soon()
                    for folder in folders.values():
                        folder.async_wake()
                working = False
                await asyncio.sleep(EVENT_RETRY_SECONDS)
                continue
            working = True
            handle(batch)


class DiskEvents:
    """Passes changes of files on."""

    def __init__(self, folders: Mapping[str, FolderCoordinator]) -> None:
        """Tell ``folders``, by Syncthing's id."""
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
            if change and (folder := self._folders.get(change.folder_id)) is not None:
                folder.engine.note_change(change.path, complete=change.remote)
                folder.async_wake()
        if gap:
            for folder in self._folders.values():
                folder.engine.note_gap()
                folder.async_wake()


class StateEvents:
    """Wakes folders whose gate may have opened or shut, and has the server's facts asked for."""

    def __init__(self, folders: Mapping[str, FolderCoordinator], refresh: Callable[[], None]) -> None:
        """Wake ``folders``, by Syncthing's id; ``refresh`` asks for the facts."""
        self._folders = folders
        self._refresh = refresh

    def handle(self, batch: EventBatch) -> None:
        """Wake each folder once it is worth looking at."""
        for event in batch.events:
            name = event.data.get("folder") or event.data.get("id")
            folder = self._folders.get(str(name))
            settled = event.type != EventType.STATE_CHANGED or event.data.get("to") in {"idle", "error"}
            if folder is not None and settled:
                folder.async_wake()
        if batch.gap or any(event.type != EventType.STATE_CHANGED for event in batch.events):
            self._refresh()
