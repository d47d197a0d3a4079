"""What helps to understand a fault, without anything that says who somebody is or what they photograph.

Nothing is taken over as a whole: each value is named here, so that nothing new gets out by itself. There is no key, no
address, no path, no file name, no name of a person, folder or device, and no id that a server gave.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.device_registry import DeviceEntry

from .account_settings import account_settings, retention_of
from .album_coordinator import AlbumCoordinator
from .const import CONF_IMMICH_VERIFY_SSL, CONF_SYNCTHING_VERIFY_SSL
from .coordinator import ImmichSyncthingConfigEntry
from .engine.account import AccountEngine
from .engine.errors import EngineError
from .engine.ledger.views import HistoryFilter
from .engine.sorting.model import Rule
from .entity import device_identifier, immich_identifier, subentry_identifier
from .features import features_for, lacking
from .folder_coordinator import FolderCoordinator
from .migration_coordinator import MigrationState
from .migration_sensors import attributes_of
from .replica_coordinator import ReplicaCoordinator
from .replica_settings import replica_settings
from .syncthing.models import FolderConfig, FolderStatus

HISTORY_LINES = 1000
"""How many of the newest lines of the history are summed up."""

_STATUS_NUMBERS = (
    "errors",
    "local_bytes",
    "local_deleted",
    "local_files",
    "global_files",
    "need_bytes",
    "need_deletes",
    "need_files",
    "receive_only_changed",
    "sequence",
)


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry) -> dict[str, Any]:
    """Return the entry, what the servers are like, and each folder's last report."""
    runtime = entry.runtime_data
    return {
        "entry": _entry(entry),
        "immich": _immich(entry),
        "syncthing": _syncthing(entry, runtime.syncthing.data.devices),
        "folders": [await _folder(entry, folder) for folder in runtime.folders.values()],
        "replicas": [_replica(replica) for replica in runtime.replicas.values()],
        "album_folders": [_album_folder(one) for one in runtime.album_folders.values()],
        "holds": await _holds(runtime.engine),
        "repairs": runtime.issues.board.keys(),
    }


async def async_get_device_diagnostics(
    hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, device: DeviceEntry
) -> dict[str, Any]:
    """Return what concerns a folder, the account, Syncthing, or one of Syncthing's devices."""
    runtime = entry.runtime_data
    for folder_id, folder in runtime.folders.items():
        if subentry_identifier(folder) in device.identifiers:
            sharing = _config(entry, folder)
            return {
                "entry": _entry(entry),
                "folder": await _folder(entry, folder),
                "syncthing": _syncthing(entry, sharing.device_ids if sharing else ()),
                "repairs": runtime.issues.board.keys(folder_id),
            }
    for replica_id, replica in runtime.replicas.items():
        if subentry_identifier(replica) in device.identifiers:
            shown = runtime.issues.board.keys(replica_id)
            return {"entry": _entry(entry), "replica": _replica(replica), "repairs": shown}
    for one_id, album_folder in runtime.album_folders.items():
        if subentry_identifier(album_folder) in device.identifiers:
            shown = runtime.issues.board.keys(one_id)
            return {"entry": _entry(entry), "album_folder": _album_folder(album_folder), "repairs": shown}
    if immich_identifier(entry) in device.identifiers:
        return {"entry": _entry(entry), "immich": _immich(entry), "holds": await _holds(runtime.engine)}
    known = runtime.syncthing.data.devices
    one = [device_id for device_id in known if device_identifier(entry, device_id) in device.identifiers]
    return {"entry": _entry(entry), "syncthing": _syncthing(entry, one or known)}


def _entry(entry: ImmichSyncthingConfigEntry) -> dict[str, Any]:
    settings = account_settings(entry.options)
    return {
        "version": f"{entry.version}.{entry.minor_version}",
        "state": entry.state.value,
        "folders": len(entry.runtime_data.folders),
        "polling_disabled": entry.pref_disable_polling,
        "immich_certificate_verified": entry.data[CONF_IMMICH_VERIFY_SSL],
        "syncthing_certificate_verified": entry.data[CONF_SYNCTHING_VERIFY_SSL],
        "guard": asdict(settings.limits),
        "hashing": settings.hashing.value,
        "vault": _vault(entry),
        "migrations": [_migration(one.data) for one in entry.runtime_data.migrations.values()],
    }


def _vault(entry: ImmichSyncthingConfigEntry) -> dict[str, Any]:
    settings, vault = account_settings(entry.options), entry.runtime_data.vault
    return {
        "phone_deletions": settings.vault_phone_deletions,
        "freed": settings.vault_freed,
        "kind": vault.vaults.stored["kind"],
        "earlier": [one["kind"] for one, _ in vault.vaults.earlier],
        "keeps": asdict(retention_of(entry.options)),
        "holds": asdict(vault.data) if vault.data else None,
    }


def _migration(state: MigrationState) -> dict[str, Any]:
    """Return how far it is; which objects fail nobody else need know."""
    told = attributes_of(state)
    del told["failures"]
    return told


def _immich(entry: ImmichSyncthingConfigEntry) -> dict[str, Any]:
    coordinator = entry.runtime_data.account
    facts, changes = coordinator.data, entry.runtime_data.changes
    return {
        "working": coordinator.last_update_success,
        "version": str(facts.version),
        "trash_days": facts.trash_days,
        "assets": asdict(facts.assets),
        "trash": asdict(facts.trash),
        "disk": asdict(facts.storage) if facts.storage else None,
        "quota": {"size": facts.user.quota_size, "used": facts.user.quota_usage},
        "waiting_jobs": facts.waiting_jobs,
        "admin": facts.user.is_admin,
        "changes": {
            "arrive_by": changes.way.value,
            "websocket": changes.websocket.value,
            "webhook": changes.webhook.value,
            "told": dict(changes.told),
        },
        "database_backups": _backups(entry),
        "lacks": {feature.value: found for feature, found in lacking(facts.key, features_for(facts.user)).items()},
    }


def _backups(entry: ImmichSyncthingConfigEntry) -> dict[str, Any]:
    backups = entry.runtime_data.backups
    failure = backups.failure
    return {
        "every_days": backups.schedule.every_days,
        "keeps": asdict(backups.schedule.keeping),
        "home": backups.schedule.home.value,
        "stored": len(backups.data.dumps),
        "unfinished": len(backups.data.unfinished),
        "last": {"size": backups.last.size, "made_at": backups.last.made_at} if backups.last else None,
        "failure": None if failure is None else failure.code,
    }


def _syncthing(entry: ImmichSyncthingConfigEntry, device_ids: Iterable[str]) -> dict[str, Any]:
    """Return how Syncthing is, and these of its devices, numbered in its order."""
    coordinator = entry.runtime_data.syncthing
    facts = coordinator.data
    return {
        "working": coordinator.last_update_success,
        "version": asdict(facts.version),
        "devices": [
            {
                "connected": facts.connected(one),
                "version": facts.connections[one].client_version if one in facts.connections else None,
                "folders": [
                    {
                        "completion": completion.completion,
                        "need_deletes": completion.need_deletes,
                        "need_items": completion.need_items,
                        "remote_state": completion.remote_state,
                    }
                    for (_, device_id), completion in facts.completions.items()
                    if device_id == one
                ],
            }
            for one in device_ids
            if one in facts.devices
        ],
    }


async def _folder(entry: ImmichSyncthingConfigEntry, folder: FolderCoordinator) -> dict[str, Any]:
    settings, engine, report = folder.engine.settings, folder.engine, folder.data
    config = _config(entry, folder)
    status = entry.runtime_data.syncthing.data.statuses.get(settings.syncthing_id)
    return {
        "id": settings.id,
        "preset": settings.preset.value,
        "on_edit": settings.policy.on_edit.value,
        "patterns": {"ignore": len(settings.ignore), "include": len(settings.include)},
        "rules": asdict(settings.rules),
        "sorting_rules": [_rule(rule) for rule in settings.sorting.rules],
        "state": engine.state.value,
        "paused": engine.paused,
        "pulse": asdict(engine.pulse),
        "report": asdict(report) | {"problem": report.problem and report.problem.code} if report else None,
        "history": await _history(entry.runtime_data.engine, settings.id),
        "syncthing": {
            "config": _described(config) if config else None,
            "status": _numbers(status) if status else None,
        },
    }


def _rule(rule: Rule) -> dict[str, Any]:
    """Return what a rule asks and does, and none of its names, texts and places."""
    return {
        "pattern": rule.pattern is not None,
        "type": rule.kind,
        "dates": rule.since is not None or rule.until is not None,
        "album": rule.album is not None,
        "tags": len(rule.tags),
        "favorite": rule.favourite,
        "archive": rule.archive,
        "description": rule.description is not None,
        "rating": rule.rating is not None,
        "location": rule.position is not None,
        "stack": sorted(rule.stack),
    }


def _replica(replica: ReplicaCoordinator) -> dict[str, Any]:
    state, settings = replica.data, replica_settings(replica.subentry.data)
    return {
        "id": replica.subentry.subentry_id,
        "store": replica.store.kind.value,
        "originals": settings.originals.value,
        "albums": len(settings.albums),
        "archived": settings.archived,
        "grace_days": settings.grace_days,
        "bytes_per_second": settings.bytes_per_second,
        "has_window": settings.window is not None,
        "verify_days": settings.verify_days,
        "last_ending": replica.last,
        "state": asdict(state) | {"problem": state.problem and state.problem.code},
    }


def _album_folder(folder: AlbumCoordinator) -> dict[str, Any]:
    state, settings = folder.data, folder.settings
    return {
        "id": folder.subentry.subentry_id,
        "source": settings.source.value,
        "albums": len(settings.albums),
        "search_by": settings.search_by.value,
        "quality": settings.made_as,
        "videos": settings.videos,
        "most_bytes": settings.most_bytes,
        "on_deleted_here": settings.on_deleted_here.value,
        "state": asdict(state) | {"problem": state.problem and state.problem.code},
    }


def _config(entry: ImmichSyncthingConfigEntry, folder: FolderCoordinator) -> FolderConfig | None:
    return entry.runtime_data.syncthing.data.folders.get(folder.engine.settings.syncthing_id)


def _described(config: FolderConfig) -> dict[str, Any]:
    return {
        "type": config.type.value,
        "paused": config.paused,
        "devices": len(config.device_ids),
        "ignore_delete": config.ignore_delete,
        "usual_marker": config.marker_name == ".stfolder",
        "versioning": config.versioning_type,
        "watcher": config.watcher_enabled,
    }


def _numbers(status: FolderStatus) -> dict[str, Any]:
    return {name: getattr(status, name) for name in _STATUS_NUMBERS} | {
        "state": status.state,
        "has_error": bool(status.error),
        "watcher_works": not status.watch_error,
    }


async def _holds(engine: AccountEngine) -> dict[str, int] | str:
    """Count what waits, by kind; a broken ledger is told, because that is when diagnostics are wanted."""
    waiting: Counter[str] = Counter()
    try:
        for hold in await engine.holds():
            waiting[hold.kind.value] += hold.count
    except EngineError as err:
        return err.code
    return dict(waiting)


async def _history(engine: AccountEngine, folder_id: str) -> dict[str, int] | str:
    """Count the newest lines of a folder's history, by what was done and how it ended."""
    try:
        lines = await engine.history(limit=HISTORY_LINES, wanted=HistoryFilter(folder_id=folder_id))
    except EngineError as err:
        return err.code
    return dict(Counter(f"{line.entry.action} {line.entry.result}" for line in lines))
