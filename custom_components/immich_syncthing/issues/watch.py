"""Looks at everything that a person may have to know of one account, whenever there is news of it, and every minute."""

import asyncio
import logging
import time
from datetime import datetime, timedelta
from functools import partial

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval

from ..album_coordinator import AlbumCoordinator
from ..coordinator import ImmichSyncthingConfigEntry
from ..engine.errors import EngineError
from ..engine.report import CycleReport
from ..engine.settings import FolderSettings
from ..folder_coordinator import FolderCoordinator
from ..nesting import all_placed, nested_pairs
from ..replica_coordinator import ReplicaCoordinator
from ..roots import RootRules
from ..webhook import NAME, left_behind
from . import (
    account,
    albums,
    backups,
    devices,
    holds,
    migrations,
    nesting,
    not_loaded,
    places,
    recovery,
    replicas,
    root,
    rules,
    silence,
    syncthing,
    webhook,
)
from .board import IssueBoard
from .words import Words

_LOGGER = logging.getLogger(__name__)

LOOK_INTERVAL = timedelta(minutes=1)
"""How often what only time changes is looked at, and the folders' disks."""


class IssueWatch:
    """Keeps the issues of a loaded entry true. What cannot be seen now stays as it was said."""

    def __init__(
        self, hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, words: Words, documentation: str | None
    ) -> None:
        """Watch over ``entry``, from ``async_start`` on."""
        self._hass = hass
        self._entry = entry
        self._words = words
        self._devices = devices.DeviceIssues()
        self._looking: asyncio.Task[None] | None = None
        self._stopped = False
        self.board = IssueBoard(hass, entry.entry_id, documentation)

    @callback
    def async_start(self) -> None:
        """Look at everything that is known, and from now on at what is new; ends with the entry."""
        runtime = self._entry.runtime_data
        self.board.forget_other_folders((*runtime.folders, *runtime.replicas, *runtime.album_folders))
        self.board.show(not_loaded.TOPIC, ())
        for look, listen in (
            (self._look_at_account, runtime.account.async_add_listener),
            (self._look_at_syncthing, runtime.syncthing.async_add_listener),
            (self._look_at_backups, runtime.backups.async_add_listener),
        ):
            self._entry.async_on_unload(listen(look))
            look()
        for folder in runtime.folders.values():
            self._look_at_stored_rules(folder)
        for replica in runtime.replicas.values():
            self._entry.async_on_unload(replica.async_add_listener(partial(self._look_at_replica, replica)))
        for album_folder in runtime.album_folders.values():
            look = partial(self._look_at_album_folder, album_folder)
            self._entry.async_on_unload(album_folder.async_add_listener(look))
        for key, migration in runtime.migrations.items():
            self._entry.async_on_unload(migration.async_add_listener(partial(self._look_at_migration, key)))
        self._entry.async_on_unload(async_track_time_interval(self._hass, self._tick, LOOK_INTERVAL))
        self._look_at_places_soon()

    @callback
    def async_stop(self) -> None:
        """Look no more: what the looks need is about to end."""
        self._stopped = True
        if self._looking is not None:
            self._looking.cancel()

    @callback
    def async_end(self) -> None:
        """Take everything away that nobody looks at any more, unless the account is only loaded anew."""
        if self._entry.disabled_by is not None:
            self.board.clear()

    async def async_reported(self, folder: FolderCoordinator, report: CycleReport) -> None:
        """Look at a folder after its cycle, and at what the account's ledger has for its owner."""
        folder_id = folder.subentry.subentry_id
        if root.tells(report):
            found = root.root_issues(report, folder_id, folder.subentry.title)
            self.board.show(root.TOPIC, found, folder_id)
        failing = rules.rule_issues(report.sorting, folder_id, folder.subentry.title, self._words.reasons)
        self.board.show(rules.TOPIC, failing, folder_id)
        self._look_at_silence(folder)
        engine, titles = self._entry.runtime_data.engine, self._titles()
        try:
            self.board.show(holds.TOPIC, holds.hold_issues(await engine.holds(), titles))
            self.board.show(recovery.TOPIC, recovery.recovery_issues(await engine.recovery(), titles))
        except EngineError as err:
            _LOGGER.debug("What waits for a decision cannot be read: %s", err)

    @callback
    def _look_at_stored_rules(self, folder: FolderCoordinator) -> None:
        subentry = folder.subentry
        refused = rules.refused_issues(subentry.data, subentry.subentry_id, subentry.title)
        self.board.show(rules.REFUSED_TOPIC, refused, subentry.subentry_id)

    @callback
    def _look_at_backups(self) -> None:
        found = backups.backup_issues(self._entry.runtime_data.backups, self._entry.title, self._words)
        self.board.show(backups.TOPIC, found)

    @callback
    def _look_at_replica(self, replica: ReplicaCoordinator) -> None:
        if replica.last is not None or replica.data.problem is not None:
            found = replicas.replica_issues(replica, self._words)
            self.board.show(replicas.TOPIC, found, replica.subentry.subentry_id)

    @callback
    def _look_at_album_folder(self, folder: AlbumCoordinator) -> None:
        if folder.data.ran or folder.data.problem is not None:
            found = albums.album_issues(folder, self._words)
            self.board.show(albums.TOPIC, found, folder.subentry.subentry_id)

    @callback
    def _look_at_migration(self, key: str) -> None:
        runtime = self._entry.runtime_data
        state, replica = runtime.migrations[key].data, runtime.replicas.get(key)
        if migrations.tells(state):
            name, about = (self._entry.title, "") if replica is None else (replica.subentry.title, key)
            found = migrations.migration_issues(state, key, name, about, self._words)
            self.board.show(migrations.TOPIC, found, about)

    @callback
    def _tick(self, _: datetime) -> None:
        self._look_at_backups()
        for key in self._entry.runtime_data.migrations:
            self._look_at_migration(key)
        for replica in self._entry.runtime_data.replicas.values():
            self._look_at_replica(replica)
        for album_folder in self._entry.runtime_data.album_folders.values():
            self._look_at_album_folder(album_folder)
        for folder in self._entry.runtime_data.folders.values():
            self._look_at_silence(folder)
        self._look_at_places_soon()

    @callback
    def _look_at_account(self) -> None:
        coordinator = self._entry.runtime_data.account
        if coordinator.last_update_success:
            words, shown = self._words.features, self.board.keys()
            found = account.account_issues(coordinator.data, self._folders(), words, self._entry.title, shown)
            self.board.show(account.TOPIC, found)
        left = left_behind(self._entry.data)
        self.board.show(webhook.TOPIC, webhook.not_told_issues(self._entry.title, NAME, left))

    @callback
    def _look_at_syncthing(self) -> None:
        runtime = self._entry.runtime_data
        if runtime.syncthing.last_update_success:
            facts = runtime.syncthing.data
            self.board.show(devices.TOPIC, self._devices.wanted(facts, (one.syncthing_id for one in self._folders())))
            found = syncthing.syncthing_issues(facts, self._folders(), runtime.engine.settings)
            self.board.show(syncthing.TOPIC, found)

    @callback
    def _look_at_silence(self, folder: FolderCoordinator) -> None:
        """Look how long ago a folder was in order, unless its owner stopped it or is told of it otherwise."""
        folder_id, engine = folder.subentry.subentry_id, folder.engine
        told = any(self.board.shows(topic, folder_id) for topic in (root.TOPIC, syncthing.TOPIC))
        if told or engine.paused:
            self.board.show(silence.TOPIC, (), folder_id)
            return
        found = silence.silence_issues(
            engine.pulse,
            folder.data,
            time.time(),
            folder_id=folder_id,
            title=folder.subentry.title,
            words=self._words.reasons,
        )
        self.board.show(silence.TOPIC, found, folder_id)

    @callback
    def _look_at_places_soon(self) -> None:
        """Look at the folders' disks, unless a disk that does not answer still keeps the look before."""
        if not self._stopped and (self._looking is None or self._looking.done()):
            self._looking = self._entry.async_create_background_task(
                self._hass, self.async_look_at_places(), "Immich Syncthing looks at its folders' disks"
            )

    async def async_look_at_places(self) -> None:
        """Look at the disks of the folders, and whether places lie in one another."""
        runtime = self._entry.runtime_data
        for folder_id, folder in runtime.folders.items():
            rules = RootRules.of(self._hass, without=folder_id)
            place = await runtime.workers.disk.run(places.look_at, folder.engine.settings, rules)
            if place is not None:
                was_full = "disk_nearly_full" in self.board.keys(folder_id)
                found = places.place_issues(place, folder.engine.settings, was_full=was_full)
                self.board.show(places.TOPIC, found, folder_id)
        placed = list(all_placed(self._hass))
        pairs = await runtime.workers.disk.run(nested_pairs, placed, self._entry.entry_id)
        self.board.show(nesting.TOPIC, nesting.nesting_issues(pairs))

    def _folders(self) -> list[FolderSettings]:
        return [folder.engine.settings for folder in self._entry.runtime_data.folders.values()]

    def _titles(self) -> dict[str, str]:
        folders = self._entry.runtime_data.folders
        return {folder_id: folder.subentry.title for folder_id, folder in folders.items()}
