"""What is wrong with a folder, and whether the servers answer."""

from typing import override

from homeassistant.components.binary_sensor import BinarySensorEntity, BinarySensorEntityDescription
from homeassistant.components.binary_sensor.const import BinarySensorDeviceClass
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import AccountCoordinator, ImmichSyncthingConfigEntry
from .entity import ServerEntity, immich_identifier, syncthing_identifier
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


async def async_setup_entry(
    hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up one problem for each folder and one connection for each server."""
    runtime = entry.runtime_data
    async_add_entities(
        [
            Connection(runtime.account, immich_identifier(entry), IMMICH_CONNECTED),
            Connection(runtime.syncthing, syncthing_identifier(entry), SYNCTHING_CONNECTED),
        ]
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
