"""Everything that works for one entry: opened with it, closed with it."""

import asyncio
import hashlib
import logging
import random
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import instance_id
from homeassistant.loader import async_get_integration

from .account_settings import account_settings
from .album_coordinator import AlbumCoordinator, Around
from .album_folders import async_open_album_folders
from .backup import async_copying
from .const import DOMAIN, SUBENTRY_FOLDER
from .coordinator import AccountCoordinator, ImmichSyncthingConfigEntry
from .database_backups import DatabaseBackupCoordinator
from .engine.account import AccountEngine
from .engine.errors import EngineError
from .engine.workers import Workers
from .folder_coordinator import FolderCoordinator
from .folder_settings import folder_settings
from .immich.client import ImmichClient
from .immich_changes import ImmichChanges
from .issues.watch import IssueWatch
from .issues.words import async_words
from .migration_coordinator import VAULT, MigrationCoordinator
from .movable import Movable
from .pace import Pace
from .preset_change import Taken, presets_of
from .replica_coordinator import ReplicaCoordinator
from .replica_movable import ReplicaMovable
from .replicas import async_open_replicas
from .servers import immich_client
from .state_place import ledger_path, shown_path
from .stop import Stop
from .syncthing.client import SyncthingClient
from .syncthing_coordinator import SyncthingCoordinator
from .vault.notices import Notices
from .vault_coordinator import VaultCoordinator
from .vault_movable import VaultMovable
from .vault_shown import VaultShown
from .vaults import Vaults, async_open_vaults

_LOGGER = logging.getLogger(__name__)


class SystemClock:
    """Time as the machine has it."""

    def wall(self) -> float:
        """Return seconds since 1970."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds since some moment."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


@dataclass(slots=True)
class Runtime:
    """What a loaded entry is made of; ``folders``, ``replicas`` and ``album_folders`` by subentry id."""

    hass: HomeAssistant
    workers: Workers
    engine: AccountEngine
    account: AccountCoordinator
    syncthing: SyncthingCoordinator
    vault: VaultCoordinator
    migrations: dict[str, MigrationCoordinator]
    folders: dict[str, FolderCoordinator]
    changes: ImmichChanges
    replicas: dict[str, ReplicaCoordinator]
    album_folders: dict[str, AlbumCoordinator]
    backups: DatabaseBackupCoordinator
    issues: IssueWatch
    shown: VaultShown
    taken: Taken
    asking: set[asyncio.Task[None]] = field(default_factory=set)
    """What is being asked back, while the ledger is open."""
    making_album: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while an album is looked for and made."""
    closed: bool = False

    @callback
    def async_start(self) -> None:
        """Begin to work: nothing before this costs more than a few requests."""
        by_syncthing_id = {folder.engine.settings.syncthing_id: folder for folder in self.folders.values()}
        self.syncthing.async_listen(by_syncthing_id)
        for folder in self.folders.values():
            folder.async_start()
        self.changes.async_start(self.folders.values(), self.album_folders.values())
        self.vault.async_start()
        self.backups.async_start()
        for replica in self.replicas.values():
            replica.async_start()
        for album_folder in self.album_folders.values():
            album_folder.async_start()
        for migration in self.migrations.values():
            migration.async_start()

    @callback
    def async_heed(self, stop: Stop) -> None:
        """Do as the switch for everything says."""
        if stop.stopped:
            self.engine.stop()
        else:
            self.engine.go_on()
        for replica in self.replicas.values():
            replica.async_heed(stopped=stop.stopped)
        for album_folder in self.album_folders.values():
            album_folder.async_heed(stopped=stop.stopped)
        for migration in self.migrations.values():
            migration.async_heed()
        for folder in self.folders.values():
            folder.async_update_listeners()
            folder.async_wake()

    @callback
    def async_wake(self) -> None:
        """Have a cycle of each folder soon: somebody decided something."""
        for folder in self.folders.values():
            folder.async_wake()

    async def async_take_presets(self, entry: ImmichSyncthingConfigEntry) -> bool:
        """Take other presets up, which needs no reload; return whether nothing else of the entry changed."""
        if Taken.of(entry) != self.taken:
            return False
        try:
            for folder_id, preset in presets_of(entry).items():
                if self.engine.folders[folder_id].settings.preset is not preset:
                    await self.engine.set_preset(folder_id, preset)
        except EngineError as err:
            _LOGGER.debug("A preset cannot be noted: %s", err)
            return False
        for folder in self.folders.values():
            folder.async_update_listeners()
            folder.async_wake()
        self.account.async_update_listeners()
        return True

    async def async_close(self) -> None:
        """End all work, close the ledger and let the threads go. Harmless if that was done."""
        if self.closed:
            return
        self.closed = True
        async_copying(self.hass).async_leave(self.engine)
        self.issues.async_stop()
        for task in self.asking:
            task.cancel()
        if self.asking:
            await asyncio.wait(self.asking)
        await self.changes.async_stop()
        await asyncio.gather(*(one.async_stop() for one in self.migrations.values()))
        await asyncio.gather(
            self.backups.async_stop(),
            self.vault.async_stop(),
            *(folder.async_stop() for folder in self.folders.values()),
            *(replica.async_stop() for replica in self.replicas.values()),
            *(album_folder.async_stop() for album_folder in self.album_folders.values()),
        )
        try:
            await self.syncthing.async_close()
            await self.shown.close()
            await self.engine.close()
        finally:
            await self.hass.async_add_executor_job(self.workers.close)


async def async_open(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry) -> Runtime:
    """Connect to both servers and open the ledger; no folder is looked at yet.

    Raises:
        ConfigEntryAuthFailed, ConfigEntryNotReady: a server does not answer as it should.
        EngineError: the ledger cannot be opened.
    """
    integration = await async_get_integration(hass, DOMAIN)
    issues = IssueWatch(hass, entry, await async_words(hass), integration.documentation)
    immich = immich_client(hass, entry.data)
    account = AccountCoordinator(hass, entry, immich)
    await account.async_config_entry_first_refresh()
    async with AsyncExitStack() as opened:
        syncthing = SyncthingCoordinator(hass, entry)
        opened.push_async_callback(syncthing.async_close)
        await syncthing.async_config_entry_first_refresh()
        workers = Workers.threads(f"{DOMAIN}-{entry.title}", hashing=account_settings(entry.options).hashing)
        opened.push_async_callback(hass.async_add_executor_job, workers.close)
        engine, vaults = await _open_engine(hass, entry, workers, immich, syncthing.client)
        opened.push_async_callback(engine.close)
        opened.callback(async_copying(hass).async_leave, engine)
        replicas = await async_open_replicas(hass, entry, immich, engine.originals, SystemClock())
        around = Around(immich, syncthing.client, workers.disk, SystemClock())
        album_folders = await async_open_album_folders(hass, entry, around)
        moved = ledger_path(hass, entry.entry_id).with_suffix(".moved")
        movables: dict[str, Movable] = {VAULT: VaultMovable(hass, entry, vaults, workers.disk, moved)}
        movables |= {one: ReplicaMovable(hass, replica) for one, replica in replicas.items()}
        pace = Pace()
        runtime = Runtime(
            hass=hass,
            workers=workers,
            engine=engine,
            account=account,
            syncthing=syncthing,
            vault=VaultCoordinator(
                hass,
                entry,
                vaults,
                engine,
                issues.board,
                Notices(ledger_path(hass, entry.entry_id).with_suffix(".notices"), workers.disk),
                workers.disk,
            ),
            migrations={key: MigrationCoordinator(hass, entry, one) for key, one in movables.items()},
            folders={
                one: FolderCoordinator(hass, entry, entry.subentries[one], engine, pace) for one in engine.folders
            },
            changes=ImmichChanges(hass, entry, account, immich.hints, pace, engine.note_deleted),
            replicas=replicas,
            album_folders=album_folders,
            backups=DatabaseBackupCoordinator(hass, entry, immich, workers, SystemClock(), replicas),
            issues=issues,
            shown=VaultShown(
                shown_path(hass, entry.entry_id),
                entry.unique_id,
                workers.disk,
                lambda: [engine.vault],
                lambda: vaults.counted.changes,
                lambda work: entry.async_create_background_task(hass, work, f"{DOMAIN} looks through the vault"),
            ),
            taken=Taken.of(entry),
        )
        # From here on the runtime closes what was opened.
        opened.pop_all()
        return runtime


async def _open_engine(
    hass: HomeAssistant,
    entry: ImmichSyncthingConfigEntry,
    workers: Workers,
    immich: ImmichClient,
    syncthing: SyncthingClient,
) -> tuple[AccountEngine, Vaults]:
    folders = [
        folder_settings(subentry.subentry_id, subentry.data)
        for subentry in entry.get_subentries_of_type(SUBENTRY_FOLDER)
    ]
    path = ledger_path(hass, entry.entry_id)
    await workers.disk.run(path.parent.mkdir, parents=True, exist_ok=True)
    clock = SystemClock()
    vaults = await async_open_vaults(hass, entry, folders, workers.disk, clock.wall)
    engine = await AccountEngine.open(
        ledger_path=path,
        immich=immich,
        syncthing=syncthing,
        vault=vaults.whole,
        workers=workers,
        clock=clock,
        random=random.random,
        settings=account_settings(entry.options, await _instance(hass)),
        folders=folders,
        being_copied=True,
    )
    await async_copying(hass).async_join(engine)
    return engine, vaults


async def _instance(hass: HomeAssistant) -> str:
    """Return what tells this Home Assistant from others in a folder. Its own id is nobody else's business."""
    instance = await instance_id.async_get(hass)
    return hashlib.sha256(f"{DOMAIN} {instance}".encode()).hexdigest()[:32]
