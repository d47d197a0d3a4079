"""What all entities share, and on which devices they are."""

from collections.abc import Callable, Iterable
from typing import override

from homeassistant.core import callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import EntityDescription
from homeassistant.helpers.update_coordinator import CoordinatorEntity

from .album_coordinator import AlbumCoordinator
from .const import DOMAIN
from .coordinator import AccountCoordinator, ImmichSyncthingConfigEntry
from .database_backups import DatabaseBackupCoordinator
from .folder_coordinator import FolderCoordinator
from .markdown import one_line
from .replica_coordinator import ReplicaCoordinator
from .syncthing_coordinator import SyncthingCoordinator
from .vault_coordinator import VaultCoordinator


def immich_identifier(entry: ImmichSyncthingConfigEntry) -> tuple[str, str]:
    """Return what identifies the account's device."""
    return DOMAIN, f"{entry.entry_id}_immich"


def syncthing_identifier(entry: ImmichSyncthingConfigEntry) -> tuple[str, str]:
    """Return what identifies the Syncthing server's device."""
    return DOMAIN, f"{entry.entry_id}_syncthing"


def subentry_identifier(of: AlbumCoordinator | FolderCoordinator | ReplicaCoordinator) -> tuple[str, str]:
    """Return what identifies the device of a folder, an album folder or a replica."""
    return DOMAIN, f"{of.config_entry.entry_id}_{of.subentry.subentry_id}"


def device_identifier(entry: ImmichSyncthingConfigEntry, device_id: str) -> tuple[str, str]:
    """Return what identifies the device of one of Syncthing's remote devices."""
    return DOMAIN, f"{device_prefix(entry)}{device_id}"


def device_prefix(entry: ImmichSyncthingConfigEntry) -> str:
    """Return how the identifiers of all remote devices of an entry begin."""
    return f"{entry.entry_id}_device_"


def subentry_device(of: AlbumCoordinator | FolderCoordinator | ReplicaCoordinator) -> DeviceInfo:
    """Return the device of a folder, an album folder or a replica, below that of its account."""
    entry = of.config_entry
    return DeviceInfo(
        identifiers={subentry_identifier(of)},
        entry_type=DeviceEntryType.SERVICE,
        name=one_line(of.subentry.title),
        model=of.subentry.subentry_type.capitalize().replace("_", " "),
        via_device_id=dr.async_get_device_id_by_identifier(
            of.hass, immich_identifier(entry), config_entry_id=entry.entry_id
        ),
    )


@callback
def async_add_as_they_come[KeyT](
    coordinator: AccountCoordinator | SyncthingCoordinator,
    present: Callable[[], Iterable[KeyT]],
    add: Callable[[list[KeyT]], None],
    *,
    removed: bool,
) -> None:
    """Add what there is now, and whatever comes later; ends with the coordinator's entry.

    ``removed``: what goes is removed, so is added again when it comes back; else it stays and is unavailable meanwhile.
    """
    known: set[KeyT] = set()

    @callback
    def look() -> None:
        now = list(present())
        if removed:
            known.intersection_update(now)
        if new := [key for key in now if key not in known]:
            known.update(new)
            add(new)

    look()
    coordinator.config_entry.async_on_unload(coordinator.async_add_listener(look))


class SubentryEntity[CoordinatorT: AlbumCoordinator | FolderCoordinator | ReplicaCoordinator](
    CoordinatorEntity[CoordinatorT]
):
    """Something about a folder, an album folder or a replica, on its device."""

    _attr_has_entity_name = True

    def __init__(self, coordinator: CoordinatorT, description: EntityDescription) -> None:
        """Show what ``description`` describes."""
        super().__init__(coordinator)
        self.entity_description = description
        self._attr_unique_id = f"{subentry_identifier(coordinator)[1]}_{description.key}"
        self._attr_device_info = subentry_device(coordinator)


class FolderEntity(SubentryEntity[FolderCoordinator]):
    """Something about a folder. What is wrong with a folder is its state; only without a ledger it is unavailable."""


class BackgroundEntity[CoordinatorT: ReplicaCoordinator | AlbumCoordinator](SubentryEntity[CoordinatorT]):
    """Something about what works in the background. Available as soon as what is known of it could be opened."""

    @property
    @override
    def available(self) -> bool:
        return self.coordinator.opened


class ReplicaEntity(BackgroundEntity[ReplicaCoordinator]):
    """Something about a replica. Its store may be away."""


class AlbumFolderEntity(BackgroundEntity[AlbumCoordinator]):
    """Something about an album folder."""


class ServerEntity[
    CoordinatorT: AccountCoordinator | DatabaseBackupCoordinator | SyncthingCoordinator | VaultCoordinator
](CoordinatorEntity[CoordinatorT]):
    """Something about one of the two servers, or about the account's vault."""

    _attr_has_entity_name = True

    def __init__(self, coordinator: CoordinatorT, identifier: tuple[str, str], description: EntityDescription) -> None:
        """Show what ``description`` describes, on the device of the server."""
        super().__init__(coordinator)
        self.entity_description = description
        self._attr_unique_id = f"{coordinator.config_entry.entry_id}_{description.key}"
        self._attr_device_info = DeviceInfo(identifiers={identifier})


class RemoteDeviceEntity(CoordinatorEntity[SyncthingCoordinator]):
    """Something about one of the devices that Syncthing knows."""

    _attr_has_entity_name = True

    def __init__(self, coordinator: SyncthingCoordinator, device_id: str, description: EntityDescription) -> None:
        """Show what ``description`` describes, of the device with this id."""
        super().__init__(coordinator)
        identifier = device_identifier(coordinator.config_entry, device_id)
        self.entity_description = description
        self.device_id = device_id
        self._attr_unique_id = f"{identifier[1]}_{description.key}"
        self._attr_device_info = DeviceInfo(identifiers={identifier})
