"""Actions on folders: look, look at all, tell what would happen, rest, go on, try again, tell how it is."""

import asyncio
from dataclasses import asdict
from datetime import timedelta
from typing import Any, Final

import voluptuous as vol
from homeassistant.core import ServiceResponse
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from .engine.report import CycleReport
from .errors import translated
from .folder_coordinator import FolderCoordinator
from .status import account_status, folder_status, moment
from .targets import WHICH_FOLDERS, Call, folders_of, named, refuse, runtime_of

ATTR_LIMIT: Final = "limit"
ATTR_OFFSET: Final = "offset"
ATTR_DURATION: Final = "duration"

DEFAULT_LIMIT = 200
MAX_LIMIT = 10_000
MAX_OFFSET = 10_000_000
SHORTEST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(days=366)


def _duration(value: Any) -> timedelta:
    """Return a time to rest; what no calendar holds is refused as any other nonsense. For a schema."""
    try:
        found: timedelta = cv.positive_time_period(value)
    except OverflowError as err:
        message = "longer than any calendar"
        raise vol.Invalid(message) from err
    return found


FOLDERS_SCHEMA = vol.Schema(WHICH_FOLDERS)
PREVIEW_SCHEMA = vol.Schema(
    {
        **WHICH_FOLDERS,
        vol.Optional(ATTR_LIMIT, default=DEFAULT_LIMIT): vol.All(vol.Coerce(int), vol.Range(min=0, max=MAX_LIMIT)),
        vol.Optional(ATTR_OFFSET, default=0): vol.All(vol.Coerce(int), vol.Range(min=0, max=MAX_OFFSET)),
    }
)
PAUSE_SCHEMA = vol.Schema(
    {
        **WHICH_FOLDERS,
        vol.Optional(ATTR_DURATION): vol.All(_duration, vol.Range(min=SHORTEST_PAUSE, max=LONGEST_PAUSE)),
    }
)


async def async_sync_now(call: Call) -> ServiceResponse:
    """Run a cycle of each folder and wait for it. Without a response, the first failed cycle is raised."""
    return await _run(call, folders_of(call))


async def async_full_check(call: Call) -> ServiceResponse:
    """Look at all files and ask Immich about all of them, and wait for that. Without a response as ``sync_now``."""
    folders = folders_of(call)
    for folder in folders:
        folder.engine.full_check()
    return await _run(call, folders)


async def async_retry_failed(call: Call) -> ServiceResponse:
    """Try at once what failed, for good or not, and tell how much of it still fails."""
    folders = folders_of(call)
    before = [folder.data.counts.failed if folder.data else 0 for folder in folders]
    await _run(call, folders)
    if not call.return_response:
        return None
    after = [folder.data.counts.failed if folder.data else 0 for folder in folders]
    return {
        "folders": [
            named(folder) | {"failed_before": old, "failed": new}
            for folder, old, new in zip(folders, before, after, strict=True)
        ]
    }


async def async_preview(call: Call) -> ServiceResponse:
    """Tell what a cycle of each folder would do, page by page."""
    limit, offset = call.data[ATTR_LIMIT], call.data[ATTR_OFFSET]
    told: list[Any] = []
    for folder in folders_of(call):
        preview = await folder.engine.preview(limit, offset)
        more = {"next_offset": offset + len(preview.items) if preview.truncated else None}
        told.append(asdict(preview) | more | named(folder))
    return {"folders": told}


async def async_pause(call: Call) -> ServiceResponse:
    """Let folders rest, for a while or until they are resumed."""
    duration: timedelta | None = call.data.get(ATTR_DURATION)
    until = None if duration is None else (dt_util.utcnow() + duration).timestamp()
    folders = folders_of(call)
    for folder in folders:
        await folder.async_pause(until)
    return _paused(call, folders)


async def async_resume(call: Call) -> ServiceResponse:
    """Let folders go on. Harmless if they do not rest."""
    folders = folders_of(call)
    for folder in folders:
        await folder.async_resume()
    return _paused(call, folders)


async def async_status(call: Call) -> ServiceResponse:
    """Tell how folders and their accounts are, from what is known: no server is asked."""
    folders = folders_of(call)
    entries = {folder.config_entry.entry_id: folder.config_entry for folder in folders}
    return {
        "accounts": [await account_status(entry) for entry in entries.values()],
        "folders": [await folder_status(folder) for folder in folders],
    }


async def async_removal_preview(call: Call) -> ServiceResponse:
    """Tell what would become of the photos of folders that were removed from the entry."""
    told: list[Any] = []
    for folder in folders_of(call):
        preview = await runtime_of(folder.config_entry).engine.removal_preview(folder.engine.settings.id)
        told.append(
            asdict(preview.contents)
            | {"under_way": preview.under_way, "quarantined": preview.quarantined}
            | named(folder)
        )
    return {"folders": told}


async def _run(call: Call, folders: list[FolderCoordinator]) -> ServiceResponse:
    reports = await asyncio.gather(*(folder.async_sync() for folder in folders))
    if call.return_response:
        return {"folders": [_told(report) | named(folder) for folder, report in zip(folders, reports, strict=True)]}
    for folder, report in zip(folders, reports, strict=True):
        _raise_failure(folder, report)
    return None


def _told(report: CycleReport) -> dict[str, Any]:
    """Return a report as plain values: for which folders another one waits is settled without anybody's help."""
    return {name: value for name, value in asdict(report).items() if name != "waits_for"}


def _raise_failure(folder: FolderCoordinator, report: CycleReport) -> None:
    if folder.engine.paused:
        refuse("folder_paused")
    if report.problem and not report.successful:
        raise HomeAssistantError(**translated(report.problem))


def _paused(call: Call, folders: list[FolderCoordinator]) -> ServiceResponse:
    if not call.return_response:
        return None
    return {
        "folders": [
            {**named(folder), "paused": folder.engine.paused, "paused_until": moment(folder.engine.paused_until)}
            for folder in folders
        ]
    }
