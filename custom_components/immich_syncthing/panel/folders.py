"""One folder: what its next cycle would do, and having it look now, rest, or go on."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from typing import Any, Final

import voluptuous as vol
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..engine.errors import EngineError
from ..engine.report import PreviewItem
from ..folder_actions import LONGEST_PAUSE
from ..folder_coordinator import FolderCoordinator
from ..media_types import is_video
from ..status import moment
from .command import FOLDER, Asked, Command

ATTR_DO: Final = "do"
ATTR_HOURS: Final = "hours"

MOST_LISTED: Final = 10_000
"""Actions that are looked through for those that are shown."""
SHOWN: Final = 200
"""Photos shown of each sort."""

HOUR_SECONDS: Final = 3600.0
LONGEST_HOURS: Final = LONGEST_PAUSE.total_seconds() / HOUR_SECONDS


class Deed(StrEnum):
    """What a folder can be told to do."""

    SYNC_NOW = "sync_now"
    PAUSE = "pause"
    RESUME = "resume"


async def _preview(asked: Asked) -> Mapping[str, Any]:
    """Tell what a cycle would do if the world stood still: in numbers, and of each sort the first photos."""
    folder = asked.folder
    preview = await folder.engine.preview(MOST_LISTED)
    counts = preview.actions | {f"ask_{kind}": count for kind, count in preview.held.items()}
    groups = _groups(preview.items)
    reasons = Counter(action for action, _ in groups)
    problem = preview.problem
    return {
        "folder": folder.engine.settings.label,
        "folder_id": folder.subentry.subentry_id,
        "actions": preview.actions,
        "held": preview.held,
        "upload_bytes": preview.upload_bytes,
        "waiting": preview.waiting,
        "problem": None if problem is None else asked.texts.error(problem.code, problem.placeholders),
        "groups": [
            {"action": action, "reason": reason, "items": items}
            # Of an action with several reasons, nobody counted each.
            | {"count": counts[action] if reasons[action] == 1 else None}
            for (action, reason), items in groups.items()
        ],
    }


def _groups(items: tuple[PreviewItem, ...]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Return the first items of each sort, by action and reason."""
    groups: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for one in items:
        group = groups[one.action, one.reason]
        if len(group) < SHOWN:
            group.append({"checksum": one.checksum, "path": one.path, "is_video": is_video(one.path)})
    return groups


async def _control(asked: Asked) -> Mapping[str, Any]:
    """Have a folder look now, which takes as long as it takes, or rest, or go on."""
    folder, deed = asked.folder, Deed(asked.data[ATTR_DO])
    if deed is Deed.PAUSE:
        hours = asked.data.get(ATTR_HOURS)
        await folder.async_pause(None if hours is None else dt_util.utcnow().timestamp() + hours * HOUR_SECONDS)
    elif deed is Deed.RESUME:
        await folder.async_resume()
    else:
        _ = folder.config_entry.async_create_background_task(asked.hass, _sync(folder), f"{DOMAIN} sync for the panel")
    return {"paused": folder.engine.paused, "paused_until": moment(folder.engine.paused_until)}


async def _sync(folder: FolderCoordinator) -> None:
    """Have a cycle; how it ended is shown, whoever asked for it."""
    with suppress(EngineError, HomeAssistantError):
        await folder.async_sync()


PREVIEW: Final = Command(_preview, FOLDER)
CONTROL: Final = Command(
    _control,
    {
        **FOLDER,
        vol.Required(ATTR_DO): vol.In([deed.value for deed in Deed]),
        vol.Optional(ATTR_HOURS): vol.All(vol.Any(int, float), vol.Range(min=0, max=LONGEST_HOURS, min_included=False)),
    },
    admin=True,
)
