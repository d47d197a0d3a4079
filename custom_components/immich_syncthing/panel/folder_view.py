"""A folder as the overview shows it: all from what its coordinator knows, so that it costs the same at any size."""

from typing import Any

from ..folder_coordinator import FolderCoordinator
from ..runtime import Runtime
from ..status import folder_status, moment
from ..texts import Texts
from .next_step import next_step

_COUNTS = ("files", "bytes", "linked", "released", "kept", "to_upload", "unresolved", "failed", "held")
_STATUS = (
    *("state", "problem", "wait_reason", "step", "done", "total", "preset"),
    *("paused", "paused_until", "last_success", "percent"),
)


async def folder_view(runtime: Runtime, folder: FolderCoordinator, texts: Texts, *, stopped: bool) -> dict[str, Any]:
    """Return how a folder is, what goes up, which devices have it, and what happens next."""
    entry, engine = folder.config_entry, folder.engine
    status = await folder_status(folder, texts)
    devices = _devices(runtime, engine.settings.syncthing_id)
    behind = min(devices, key=lambda one: -1.0 if one["completion"] is None else one["completion"], default=None)
    going = engine.transfer.going
    return {
        "entry_id": entry.entry_id,
        "account": entry.title,
        "folder_id": folder.subentry.subentry_id,
        "label": engine.settings.label,
        **{name: status[name] for name in _STATUS},
        "last_change": moment(engine.totals.changed_at),
        "counts": {name: status[name] for name in _COUNTS} if folder.data else None,
        "uploads": [
            {"path": one.path, "checksum": one.checksum.hex(), "sent": one.sent, "size": one.size} for one in going
        ],
        "rate": int(engine.transfer.rate) if going else 0,
        "devices": devices,
        "device": behind["name"] if behind else None,
        "completion": behind["completion"] if behind else None,
        "next": next_step(folder, texts, stopped=stopped).told(),
    }


def _devices(runtime: Runtime, syncthing_id: str) -> list[dict[str, Any]]:
    """Return the other devices that share a folder, and how much of it each has."""
    facts, reached = runtime.syncthing.data, runtime.syncthing.last_update_success
    folder = facts.folders.get(syncthing_id)
    found = []
    for device_id in folder.device_ids if folder is not None else ():
        if device_id in facts.devices:
            seen = facts.last_seen(device_id)
            found.append(
                {
                    "name": facts.device_name(device_id),
                    "connected": reached and facts.connected(device_id),
                    "completion": facts.completion(syncthing_id, device_id),
                    "last_seen": None if seen is None else moment(seen.timestamp()),
                }
            )
    return found
