"""Actions on the history: read it, search it, and write it into a file."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import voluptuous as vol
from homeassistant.core import HomeAssistant, ServiceResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from .coordinator import ImmichSyncthingConfigEntry
from .engine.chronicle import line_of
from .engine.ledger.views import HistoryFilter
from .roots import RootRules, inside
from .status import account_of
from .targets import ATTR_FOLDER, WHICH_FOLDERS, Call, account_with_folders, label_of, refuse, runtime_of, text

ATTR_SINCE: Final = "since"
ATTR_UNTIL: Final = "until"
ATTR_KIND: Final = "kind"
ATTR_PATH: Final = "path"
ATTR_LIMIT: Final = "limit"
ATTR_BEFORE: Final = "before"
ATTR_FILE: Final = "file"

KINDS: Final = (
    "answer",
    "ask",
    "ask_back",
    "bring_back",
    "carry_over",
    "close",
    "conflict",
    "delete",
    "forget_folder",
    "free",
    "link",
    "pair",
    "reconsider",
    "recover",
    "replace",
    "restore",
    "sidecar",
    "sort",
    "stack",
    "trash",
    "unvault",
    "upload",
)
"""What the history calls what was done."""

DEFAULT_LIMIT = 100
MAX_LIMIT = 5_000
MAX_ID = 2**63 - 1
"""The largest number that SQLite knows."""
ID: Final = vol.All(vol.Coerce(int), vol.Range(min=1, max=MAX_ID))
"""What an entry of the history is called by."""
SUFFIX = ".jsonl"

_WANTED: Final[dict[Any, Any]] = {
    **WHICH_FOLDERS,
    vol.Optional(ATTR_SINCE): cv.datetime,
    vol.Optional(ATTR_UNTIL): cv.datetime,
    vol.Optional(ATTR_KIND): vol.In(KINDS),
    vol.Optional(ATTR_PATH): text,
}
HISTORY_SCHEMA = vol.Schema(
    {
        **_WANTED,
        vol.Optional(ATTR_LIMIT, default=DEFAULT_LIMIT): vol.All(vol.Coerce(int), vol.Range(min=1, max=MAX_LIMIT)),
        vol.Optional(ATTR_BEFORE): ID,
    }
)
EXPORT_HISTORY_SCHEMA = vol.Schema({**_WANTED, vol.Required(ATTR_FILE): text})


async def async_history(call: Call) -> ServiceResponse:
    """Tell what was done, newest first, page by page."""
    entry, wanted = _wanted(call)
    limit = call.data[ATTR_LIMIT]
    found = await entry.runtime_data.engine.history(limit, call.data.get(ATTR_BEFORE), wanted)
    told = [line_of(one) | {"folder": label_of(entry, one.entry.folder_id)} for one in found]
    return account_of(entry) | {"entries": told, "next_before": found[-1].id if len(found) == limit else None}


async def async_export_history(call: Call) -> ServiceResponse:
    """Write the history into a file, oldest first, one line of JSON each."""
    entry, wanted = _wanted(call)
    workers = entry.runtime_data.workers
    path = await workers.disk.run(_checked, call.hass, call.data[ATTR_FILE], RootRules.of(call.hass))
    lines = await runtime_of(entry).engine.export_history(path, wanted)
    return account_of(entry) | {"file": str(path), "lines": lines} if call.return_response else None


def _wanted(call: Call) -> tuple[ImmichSyncthingConfigEntry, HistoryFilter]:
    """Return whose history is meant, and what of it: that of one folder, or of all of the account."""
    entry, folders = account_with_folders(call)
    everywhere = len(folders) == len(entry.runtime_data.folders)
    if not everywhere and len(folders) > 1:
        refuse("several_folders")
    # Who names the only folder of an account means that folder, and not what concerns the account as a whole.
    named = not everywhere or ATTR_FOLDER in call.data
    data = call.data
    return entry, HistoryFilter(
        since=wall_seconds(data.get(ATTR_SINCE)),
        until=wall_seconds(data.get(ATTR_UNTIL)),
        folder_id=folders[0].engine.settings.id if named else None,
        action=data.get(ATTR_KIND),
        text=data.get(ATTR_PATH),
    )


def wall_seconds(given: datetime | None) -> float | None:
    """Return wall seconds; what names no zone is meant in Home Assistant's."""
    if given is None:
        return None
    try:
        return dt_util.as_utc(given).timestamp()
    except OverflowError:
        # At the ends of the calendar a zone's hours lead out of it; there they matter to nobody.
        return given.replace(tzinfo=UTC).timestamp()


def _checked(hass: HomeAssistant, file: str, rules: RootRules) -> Path:
    """Return where an export may be written: never where photos or their copies lie. Blocks.

    Raises ``ServiceValidationError``.
    """
    path = Path(file)
    if not path.is_absolute() or path.suffix != SUFFIX or not hass.config.is_allowed_path(file):
        refuse("export_not_allowed", file=file, suffix=SUFFIX)
    real = path.parent.resolve() / path.name
    if any(inside(real, one.path) for one in (*rules.taken, *rules.vaults, *rules.replicas)):
        refuse("export_among_photos", file=file)
    return real
