"""What Syncthing says of itself, of its devices, and of how far each has come with a folder."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import PERCENTAGE, EntityCategory, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import CONF_FOLDER_ID, DOMAIN, SUBENTRY_FOLDER
from .coordinator import ImmichSyncthingConfigEntry
from .entity import RemoteDeviceEntity, ServerEntity, subentry_device, syncthing_identifier
from .folder_coordinator import FolderCoordinator
from .syncthing_coordinator import SyncthingCoordinator
from .syncthing_facts import SyncthingFacts


def _folder_ids(coordinator: SyncthingCoordinator) -> set[str]:
    """Return Syncthing's ids of the folders of the entry, which need not be all that it is asked about."""
    subentries = coordinator.config_entry.get_subentries_of_type(SUBENTRY_FOLDER)
    return {subentry.data[CONF_FOLDER_ID] for subentry in subentries}


def _errors(coordinator: SyncthingCoordinator) -> int:
    """Count what Syncthing cannot sync in our folders; a folder that is stopped by an error counts as one."""
    statuses = coordinator.data.statuses
    ours = [status for folder_id, status in statuses.items() if folder_id in _folder_ids(coordinator)]
    return sum(status.errors + bool(status.error) for status in ours)


ERRORS = SensorEntityDescription(
    key="syncthing_errors",
    translation_key="syncthing_errors",
    state_class=SensorStateClass.MEASUREMENT,
    entity_category=EntityCategory.DIAGNOSTIC,
)


class SyncthingErrors(ServerEntity[SyncthingCoordinator], SensorEntity):
    """How much Syncthing cannot sync."""

    def __init__(self, coordinator: SyncthingCoordinator) -> None:
        """Show it on Syncthing's device."""
        super().__init__(coordinator, syncthing_identifier(coordinator.config_entry), ERRORS)

    @property
    @override
    def native_value(self) -> int:
        return _errors(self.coordinator)


@dataclass(frozen=True, kw_only=True)
class RemoteDeviceSensorDescription(SensorEntityDescription):
    """A sensor of a remote device and where its value comes from; ``None`` means that nobody knows."""

    value_fn: Callable[[SyncthingCoordinator, str], float | datetime | None]


DEVICE_SENSORS = (
    RemoteDeviceSensorDescription(
        key="last_seen",
        translation_key="last_seen",
        device_class=SensorDeviceClass.TIMESTAMP,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda syncthing, device_id: syncthing.data.last_seen(device_id),
    ),
    RemoteDeviceSensorDescription(
        key="completion",
        translation_key="completion",
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=1,
        state_class=SensorStateClass.MEASUREMENT,
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=lambda syncthing, device_id: syncthing.data.device_completion(device_id, _folder_ids(syncthing)),
    ),
)


class RemoteDeviceSensor(RemoteDeviceEntity, SensorEntity):
    """Something about a device that Syncthing knows."""

    entity_description: RemoteDeviceSensorDescription

    @property
    @override
    def native_value(self) -> float | datetime | None:
        return self.entity_description.value_fn(self.coordinator, self.device_id)


FOLDER_COMPLETION = SensorEntityDescription(
    key="folder_completion",
    translation_key="folder_completion",
    native_unit_of_measurement=PERCENTAGE,
    suggested_display_precision=1,
    state_class=SensorStateClass.MEASUREMENT,
    entity_category=EntityCategory.DIAGNOSTIC,
)


def _completion_prefix(folder: FolderCoordinator) -> str:
    return f"{folder.config_entry.entry_id}_{folder.subentry.subentry_id}_{FOLDER_COMPLETION.key}_"


class FolderCompletion(CoordinatorEntity[SyncthingCoordinator], SensorEntity):
    """How much of a folder one of its devices has, on the folder's device."""

    _attr_has_entity_name = True

    def __init__(self, coordinator: SyncthingCoordinator, folder: FolderCoordinator, device_id: str) -> None:
        """Show it for one folder and the device with this id."""
        super().__init__(coordinator)
        self.entity_description = FOLDER_COMPLETION
        self._folder_id, self._device_id = folder.engine.settings.syncthing_id, device_id
        self._attr_unique_id = f"{_completion_prefix(folder)}{device_id}"
        self._attr_translation_placeholders = {"device": coordinator.data.device_name(device_id)}
        self._attr_device_info = subentry_device(folder)

    @property
    @override
    def native_value(self) -> float | None:
        return self.coordinator.data.completion(self._folder_id, self._device_id)


def sharing_devices(facts: SyncthingFacts, folder: FolderCoordinator) -> Iterator[str]:
    """Yield the ids of the remote devices that share a folder."""
    config = facts.folders.get(folder.engine.settings.syncthing_id)
    for device_id in config.device_ids if config else ():
        if device_id in facts.devices:
            yield device_id


@callback
def async_remove_ended_shares(
    hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, folder: FolderCoordinator
) -> None:
    """Remove what was shown of devices that do not share the folder any more, also of former lives."""
    registry, prefix = er.async_get(hass), _completion_prefix(folder)
    sharing = {f"{prefix}{device_id}" for device_id in sharing_devices(entry.runtime_data.syncthing.data, folder)}
    for one in er.async_entries_for_config_entry(registry, entry.entry_id):
        ours = one.domain == Platform.SENSOR and one.platform == DOMAIN and one.unique_id.startswith(prefix)
        if ours and one.unique_id not in sharing:
            registry.async_remove(one.entity_id)
