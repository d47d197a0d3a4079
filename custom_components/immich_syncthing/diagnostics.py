"""What helps to understand a fault, without anything that says who somebody is or what they photograph."""

from collections import Counter
from dataclasses import asdict
from typing import Any

from homeassistant.components.diagnostics import REDACTED, async_redact_data
from homeassistant.const import CONF_PATH
from homeassistant.core import HomeAssistant

from .account_settings import account_settings
from .const import (
    CONF_FOLDER_ID,
    CONF_IGNORE,
    CONF_IMMICH_API_KEY,
    CONF_IMMICH_URL,
    CONF_INCLUDE,
    CONF_LABEL,
    CONF_SYNCTHING_API_KEY,
    CONF_SYNCTHING_URL,
    CONF_VAULT_PATH,
)
from .coordinator import ImmichSyncthingConfigEntry
from .engine.account import AccountEngine
from .engine.errors import EngineError
from .features import features_for, lacking
from .folder_coordinator import FolderCoordinator

TO_REDACT = {
    CONF_FOLDER_ID,
    CONF_IGNORE,
    CONF_IMMICH_API_KEY,
    CONF_IMMICH_URL,
    CONF_INCLUDE,
    CONF_LABEL,
    CONF_PATH,
    CONF_SYNCTHING_API_KEY,
    CONF_SYNCTHING_URL,
    CONF_VAULT_PATH,
    "title",
    "unique_id",
}


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry) -> dict[str, Any]:
    """Return the entry, the servers' versions and each folder's last report."""
    runtime = entry.runtime_data
    immich, syncthing = runtime.account.data, runtime.syncthing.data
    return {
        "entry": async_redact_data(entry.as_dict(), TO_REDACT),
        "immich": {
            "working": runtime.account.last_update_success,
            "version": str(immich.version),
            "trash_days": immich.trash_days,
            "assets": asdict(immich.assets),
            "lacks": lacking(immich.key, features_for(immich.user)),
        },
        "syncthing": {
            "working": runtime.syncthing.last_update_success,
            "version": asdict(syncthing.version),
            "devices": {
                "known": len(syncthing.connections),
                "connected": sum(one.connected for one in syncthing.connections.values()),
            },
        },
        "settings": asdict(account_settings(entry.options)),
        "folders": [_folder(folder, entry) for folder in runtime.folders.values()],
        "holds": await _holds(runtime.engine),
    }


async def _holds(engine: AccountEngine) -> dict[str, int] | str:
    """Count the open decisions by kind; a broken ledger is told, because that is when diagnostics are wanted."""
    try:
        return dict(Counter(hold.kind.value for hold in await engine.holds()))
    except EngineError as err:
        return err.code


def _folder(folder: FolderCoordinator, entry: ImmichSyncthingConfigEntry) -> dict[str, Any]:
    settings = folder.engine.settings
    syncthing = entry.runtime_data.syncthing.data
    config = syncthing.folders.get(settings.syncthing_id)
    status = syncthing.statuses.get(settings.syncthing_id)
    report = asdict(folder.data) if folder.data else None
    if report and report["problem"]:
        report["problem"]["placeholders"] = REDACTED
    return {
        "id": settings.id,
        "preset": settings.preset,
        "on_edit": settings.policy.on_edit,
        "patterns": {"ignore": len(settings.ignore), "include": len(settings.include)},
        "rules": asdict(settings.rules),
        "state": folder.engine.state,
        "last_success": folder.engine.last_success,
        "report": report,
        "syncthing": {
            "config": async_redact_data(asdict(config), {"id", "label", "path", "device_ids"}) if config else None,
            "status": async_redact_data(asdict(status), {"error", "watch_error"}) if status else None,
        },
    }
