"""The action that frees the phone's space: the oldest photos that Immich has leave their folder, or are only listed."""

import asyncio
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import voluptuous as vol
from homeassistant.core import ServiceResponse
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import config_validation as cv

from .engine.freeing import Choice
from .engine.leaving import Request
from .engine.rules import Space
from .errors import translated
from .folder_coordinator import FolderCoordinator
from .folder_settings import GIGABYTE, MAX_DAYS, MAX_GIGABYTES
from .history_actions import ATTR_LIMIT
from .restore_action import ATTR_AT_MOST, ATTR_DRY_RUN
from .status import account_of, moment
from .syncthing.errors import SyncthingError
from .targets import WHICH_FOLDERS, Call, account_with_folders, named, refuse, runtime_of

ATTR_OLDER_THAN_DAYS: Final = "older_than_days"
ATTR_KEEP_GIGABYTES: Final = "keep_gigabytes"
ATTR_KEEP_FAVOURITES: Final = "keep_favourites"

PATIENCE_SECONDS = 30.0
"""How long a call is answered later: what has not left by then goes on by itself."""

DEFAULT_MOST = 1_000
MOST = 100_000
DEFAULT_LISTED = 100
MAX_LISTED = 1_000

FREE_SCHEMA = vol.Schema(
    {
        **WHICH_FOLDERS,
        vol.Optional(ATTR_OLDER_THAN_DAYS): vol.All(vol.Coerce(float), vol.Range(min=0, max=MAX_DAYS)),
        vol.Optional(ATTR_KEEP_GIGABYTES): vol.All(vol.Coerce(float), vol.Range(min=0, max=MAX_GIGABYTES)),
        vol.Optional(ATTR_KEEP_FAVOURITES, default=False): cv.boolean,
        vol.Optional(ATTR_AT_MOST, default=DEFAULT_MOST): vol.All(vol.Coerce(int), vol.Range(min=1, max=MOST)),
        vol.Optional(ATTR_LIMIT, default=DEFAULT_LISTED): vol.All(vol.Coerce(int), vol.Range(min=0, max=MAX_LISTED)),
        vol.Optional(ATTR_DRY_RUN, default=False): cv.boolean,
    }
)


async def async_free_up_space(call: Call) -> ServiceResponse:
    """Let the oldest photos leave their folders once Immich has confirmed them; tell what left, and what did not."""
    entry, folders = account_with_folders(call)
    space = _space(call.data)
    found = [_Freed(folder, await _chosen(folder, space, call.data[ATTR_AT_MOST])) for folder in folders]
    if not call.data[ATTR_DRY_RUN]:
        runtime = runtime_of(entry)
        for one in found:
            one.request = one.folder.engine.free(space, one.choice)
        runtime.async_wake()
        await _wait(found)
    if not call.return_response:
        _require_all(found)
        return None
    listed = call.data[ATTR_LIMIT]
    engine = runtime_of(entry).engine
    return account_of(entry) | {
        ATTR_DRY_RUN: call.data[ATTR_DRY_RUN],
        "folders": [one.told(listed, engine.waits_for(one.folder.engine.settings.id)) for one in found],
    }


def _space(data: dict[str, Any]) -> Space:
    days, gigabytes = data.get(ATTR_OLDER_THAN_DAYS), data.get(ATTR_KEEP_GIGABYTES)
    if days is None and gigabytes is None:
        refuse("free_what")
    size = None if gigabytes is None else int(gigabytes * GIGABYTE)
    return Space(days, size, favourites_stay=data[ATTR_KEEP_FAVOURITES])


async def _chosen(folder: FolderCoordinator, space: Space, most: int) -> Choice:
    try:
        return await folder.engine.to_free(space, most)
    except SyncthingError as err:
        raise HomeAssistantError(**translated(err)) from err


@dataclass(slots=True)
class _Freed:
    """What was chosen in one folder. ``request``: what became of it so far; ``None`` of a dry run."""

    folder: FolderCoordinator
    choice: Choice
    request: Request | None = None

    def told(self, listed: int, waits_for: str | None) -> dict[str, Any]:
        """Return it as an answer: of a dry run what would leave, else what has left. ``waits_for``: the folder does."""
        request, chosen = self.request, self.choice.chosen
        left = chosen if request is None else [one for one in chosen if one.checksum in request.freed]
        dates = [one.captured_at for one in left]
        told = {
            **named(self.folder),
            "photos": len(left),
            "files": sum(one.files for one in left) if request is None else request.files,
            "bytes": sum(one.size for one in left) if request is None else request.size,
            "oldest": moment(min(dates, default=None)),
            "newest": moment(max(dates, default=None)),
            "kept": {why.value: count for why, count in sorted(self.choice.kept.items())},
            "items": [
                {
                    "item": one.checksum.hex(),
                    "asset_id": one.asset_id,
                    "captured_at": moment(one.captured_at),
                    "files": one.files,
                    "bytes": one.size,
                }
                for one in left[:listed]
            ],
        }
        if request is None:
            return told
        stayed = dict(sorted(Counter(map(str, request.refused.values())).items()))
        under_way = len(request.left)
        return told | {"stayed": stayed, "under_way": under_way, "reason": waits_for if under_way else None}


async def _wait(found: list[_Freed]) -> None:
    """Wait until all is done, but not for long, and not for folders that rest."""
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            for one in found:
                if one.request is not None and not one.folder.engine.paused:
                    await one.request.ended.wait()


def _require_all(found: list[_Freed]) -> None:
    """Raise ``HomeAssistantError`` for whoever wants no answer, if something did not leave as chosen."""
    stayed = sum(len(one.request.refused) for one in found if one.request is not None)
    if stayed:
        refuse("not_all_freed", count=str(stayed))
