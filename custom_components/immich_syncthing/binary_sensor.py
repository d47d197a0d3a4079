"""What is wrong with a folder, whether the servers answer, and which devices are there."""

from typing import override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import AccountCoordinator, ImmichSyncthingConfigEntry
from .entity import (
    RemoteDeviceEntity,
    ServerEntity,
    async_add_as_they_come,
    immich_identifier,
    syncthing_identifier,
)
from .folder_binary_sensors import folder_binary_sensors
from .syncthing_coordinator import SyncthingCoordinator

PARALLEL_UPDATES = 0

IMMICH_CONNECTED = BinarySensorEntityDescription(
    key="immich_connected",
    translation_key="immich_connected",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)
SYNCTHING_CONNECTED = BinarySensorEntityDescription(
    key="syncthing_connected",
    translation_key="syncthing_connected",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)

MAINTENANCE = BinarySensorEntityDescription(
    key="maintenance",
    translation_key="maintenance",
    entity_category=EntityCategory.DIAGNOSTIC,
)
DEVICE_CONNECTED = BinarySensorEntityDescription(
    key="connected",
    translation_key="device_connected",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
)


async def async_setup_entry(
    hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up what there is of both servers, of Syncthing's devices, and of each folder."""
    runtime = entry.runtime_data
    syncthing = runtime.syncthing
    async_add_entities(
        [
            Connection(runtime.account, immich_identifier(entry), IMMICH_CONNECTED),
            Connection(syncthing, syncthing_identifier(entry), SYNCTHING_CONNECTED),
            Maintenance(runtime.account, immich_identifier(entry), MAINTENANCE),
        ]
    )
    async_add_as_they_come(
        syncthing,
        lambda: syncthing.data.devices,
        lambda new: async_add_entities(DeviceConnection(syncthing, one, DEVICE_CONNECTED) for one in new),
        removed=True,
    )
    for subentry_id, folder in runtime.folders.items():
        async_add_entities(folder_binary_sensors(folder), config_subentry_id=subentry_id)


class Connection(ServerEntity[AccountCoordinator | SyncthingCoordinator], BinarySensorEntity):
    """On while the server answers as it should; this is known even while it does not."""

    @property
    @override
    def available(self) -> bool:
        return True

    @property
    @override
    def is_on(self) -> bool:
        return self.coordinator.last_update_success


class Maintenance(ServerEntity[AccountCoordinator], BinarySensorEntity):
    """On while Immich is in maintenance mode, when it tells nothing else."""

    @property
    @override
    def available(self) -> bool:
        return self.coordinator.in_maintenance is not None

    @property
    @override
    def is_on(self) -> bool | None:
        return self.coordinator.in_maintenance


class DeviceConnection(RemoteDeviceEntity, BinarySensorEntity):
    """On while a device is connected to Syncthing."""

    @property
    @override
    def is_on(self) -> bool:
        return self.coordinator.data.connected(self.device_id)
