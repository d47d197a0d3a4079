"""Devices, and what all entities share."""

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .const import CONF_IMMICH_URL, CONF_SYNCTHING_URL, DOMAIN
from .coordinator import AccountCoordinator, ImmichSyncthingConfigEntry
from .folder_coordinator import FolderCoordinator
from .syncthing_coordinator import SyncthingCoordinator


@callback
def async_register_servers(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry) -> None:
    """Register the account and the Syncthing server, to which folders and entities then refer."""
    registry = dr.async_get(hass)
    registry.async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={immich_identifier(entry)},
        entry_type=DeviceEntryType.SERVICE,
        name=entry.title,
        manufacturer="Immich",
        model="Immich account",
        sw_version=str(entry.runtime_data.account.data.version),
        configuration_url=entry.data[CONF_IMMICH_URL].removesuffix("/api"),
    )
    registry.async_get_or_create(
        config_entry_id=entry.entry_id,
        identifiers={syncthing_identifier(entry)},
        entry_type=DeviceEntryType.SERVICE,
        name="Syncthing",
        manufacturer="Syncthing",
        model="Syncthing server",
        sw_version=entry.runtime_data.syncthing.data.version.version.removeprefix("v"),
        configuration_url=entry.data[CONF_SYNCTHING_URL],
    )


def immich_identifier(entry: ImmichSyncthingConfigEntry) -> tuple[str, str]:
    """Return what identifies the account's device."""
    return DOMAIN, f"{entry.entry_id}_immich"


def syncthing_identifier(entry: ImmichSyncthingConfigEntry) -> tuple[str, str]:
    """Return what identifies the Syncthing server's device."""
    return DOMAIN, f"{entry.entry_id}_syncthing"


def folder_identifier(folder: FolderCoordinator) -> tuple[str, str]:
    """Return what identifies a folder's device."""
    return DOMAIN, f"{folder.config_entry.entry_id}_{folder.subentry.subentry_id}"


class FolderEntity(CoordinatorEntity[FolderCoordinator]):
    """Something about a folder. Always available: what is wrong with a folder is its state, not its absence."""

    _attr_has_entity_name = True

    def __init__(self, coordinator: FolderCoordinator, description: EntityDescription) -> None:
        """Show what ``description`` describes."""
        super().__init__(coordinator)
        entry, subentry = coordinator.config_entry, coordinator.subentry
        self.entity_description = description
        self._attr_unique_id = f"{entry.entry_id}_{subentry.subentry_id}_{description.key}"
        self._attr_device_info = DeviceInfo(
            identifiers={folder_identifier(coordinator)},
            entry_type=DeviceEntryType.SERVICE,
            name=subentry.title,
            model="Folder",
            via_device_id=dr.async_get_device_id_by_identifier(
                coordinator.hass, immich_identifier(entry), config_entry_id=entry.entry_id
            ),
        )


class ServerEntity[CoordinatorT: AccountCoordinator | SyncthingCoordinator](CoordinatorEntity[CoordinatorT]):
    """Something about one of the two servers."""

    _attr_has_entity_name = True

    def __init__(self, coordinator: CoordinatorT, identifier: tuple[str, str], description: EntityDescription) -> None:
        """Show what ``description`` describes, on the device of the server."""
        super().__init__(coordinator)
        self.entity_description = description
        self._attr_unique_id = f"{coordinator.config_entry.entry_id}_{description.key}"
        self._attr_device_info = DeviceInfo(identifiers={identifier})
