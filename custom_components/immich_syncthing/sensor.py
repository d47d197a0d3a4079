"""Numbers, words and times of the account, of Syncthing and of the folders."""

from collections.abc import Callable
from functools import partial

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account_sensors import SENSORS, AccountSensor, ChangesSensor
from .album_entities import ALBUM_SENSORS, AlbumSensor
from .backup_entities import BACKUP_SENSORS, BackupSensor
from .coordinator import ImmichSyncthingConfigEntry
from .entity import async_add_as_they_come
from .folder_coordinator import FolderCoordinator
from .folder_sensors import folder_sensors
from .immich.permissions import Feature
from .migration_coordinator import VAULT
from .migration_sensors import ReplicaMigrationSensor, VaultMigrationSensor
from .replica_entities import REPLICA_SENSORS, ReplicaSensor
from .syncthing_sensors import (
    DEVICE_SENSORS,
    FolderCompletion,
    RemoteDeviceSensor,
    SyncthingErrors,
    async_remove_ended_shares,
    sharing_devices,
)
from .vault_sensors import SENSORS as VAULT_SENSORS, VaultSensor

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the sensors of both servers, of Syncthing's devices, and of each folder."""
    account, syncthing = entry.runtime_data.account, entry.runtime_data.syncthing
    async_add_as_they_come(
        account,
        lambda: (one for one in SENSORS if one.exists_fn(account.data)),
        lambda new: async_add_entities(AccountSensor(account, one) for one in new),
        removed=False,
    )
    async_add_as_they_come(
        account,
        lambda: BACKUP_SENSORS if account.data.allows(Feature.DATABASE_BACKUPS) else (),
        lambda new: async_add_entities(BackupSensor(entry.runtime_data.backups, one) for one in new),
        removed=False,
    )
    async_add_entities([ChangesSensor(account), SyncthingErrors(syncthing)])
    async_add_entities([VaultMigrationSensor(entry.runtime_data.migrations[VAULT])])
    async_add_entities(VaultSensor(entry.runtime_data.vault, one) for one in VAULT_SENSORS)
    async_add_as_they_come(
        syncthing,
        lambda: syncthing.data.devices,
        lambda new: async_add_entities(
            RemoteDeviceSensor(syncthing, one, what) for one in new for what in DEVICE_SENSORS
        ),
        removed=True,
    )
    for subentry_id, replica in entry.runtime_data.replicas.items():
        async_add_entities((ReplicaSensor(replica, one) for one in REPLICA_SENSORS), config_subentry_id=subentry_id)
        migration = entry.runtime_data.migrations[subentry_id]
        async_add_entities([ReplicaMigrationSensor(migration, replica)], config_subentry_id=subentry_id)
    for subentry_id, album_folder in entry.runtime_data.album_folders.items():
        async_add_entities((AlbumSensor(album_folder, one) for one in ALBUM_SENSORS), config_subentry_id=subentry_id)
    for subentry_id, folder in entry.runtime_data.folders.items():
        async_add_entities(folder_sensors(folder), config_subentry_id=subentry_id)
        _follow_shares(hass, entry, folder, partial(async_add_entities, config_subentry_id=subentry_id))


def _follow_shares(
    hass: HomeAssistant,
    entry: ImmichSyncthingConfigEntry,
    folder: FolderCoordinator,
    add: Callable[[list[FolderCompletion]], None],
) -> None:
    """Show how far each device is that shares the folder."""
    syncthing = entry.runtime_data.syncthing
    look = partial(async_remove_ended_shares, hass, entry, folder)
    look()
    entry.async_on_unload(syncthing.async_add_listener(look))
    async_add_as_they_come(
        syncthing,
        lambda: sharing_devices(syncthing.data, folder),
        lambda new: add([FolderCompletion(syncthing, folder, device_id) for device_id in new]),
        removed=True,
    )
