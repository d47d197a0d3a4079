"""Where the backups of Immich's database lie: in the account's vault or in its replica."""

from collections.abc import Mapping
from pathlib import Path

from homeassistant.core import HomeAssistant

from .backup_schedule import Home
from .coordinator import ImmichSyncthingConfigEntry
from .engine.workers import Workers
from .replica_coordinator import ReplicaCoordinator
from .roots import RootRules
from .store_choice import store_settings
from .stores.errors import StoreUnreachableError
from .stores.settings import StoreKind, StoreSettings
from .stores.store import Store
from .vault.location import touches_folder
from .vault_choice import present_vault

DIRECTORY_NAME = ".immich-syncthing-backups"


def store_of(
    hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, home: Home, replicas: Mapping[str, ReplicaCoordinator]
) -> Store:
    """Return the store of an account's backups.

    With a replica that is the first one's, if the owner wants that. Else it is the vault's, if that is no directory: a
    vault in one takes nothing else in, so beside it there is a hidden directory in the media directory.
    """
    if home is Home.REPLICA and replicas:
        first = min(replicas.values(), key=lambda one: (one.subentry.title, one.subentry.subentry_id))
        return first.objects
    vault = present_vault(entry.data)
    if vault is not None and (settings := store_settings(vault)).kind is not StoreKind.DIRECTORY:
        return Store(settings)
    return Store(StoreSettings(StoreKind.DIRECTORY, directory=str(_directory(hass, entry))))


async def async_is_made(store: Store, workers: Workers) -> bool:
    """Return whether there can be anything in a store: a directory that nobody needed yet is not there."""
    directory = store.settings.directory
    return directory is None or await workers.disk.run(Path(directory).is_dir)


async def async_make(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, store: Store, workers: Workers) -> None:
    """Make the directory that is ours when it is needed; one that somebody chose must be there.

    Raises:
        StoreUnreachableError: it cannot be made, or Syncthing would sync it.
    """
    directory = _directory(hass, entry)
    if store.settings.directory == str(directory):
        await workers.disk.run(_made, directory, RootRules.of(hass))


def _directory(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry) -> Path:
    media = RootRules.of(hass).media
    return (media[0] if media else Path(hass.config.path("media"))) / DIRECTORY_NAME / entry.entry_id


def _made(directory: Path, rules: RootRules) -> None:
    if touches_folder(directory, [taken.path for taken in rules.taken]):
        raise StoreUnreachableError(str(directory))
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as err:
        raise StoreUnreachableError(err.strerror or str(directory)) from err
