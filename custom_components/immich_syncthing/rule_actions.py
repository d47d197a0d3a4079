"""The action that gives photos which are in Immich already what the rules of their folder say now."""

from typing import Any, Final

import voluptuous as vol
from homeassistant.core import ServiceResponse
from homeassistant.helpers import config_validation as cv

from .engine.ruling import Applied, PathEffects
from .folder_actions import ATTR_LIMIT
from .folder_coordinator import FolderCoordinator
from .targets import WHICH_FOLDERS, Call, folders_of, named, refuse

ATTR_DRY_RUN: Final = "dry_run"

DEFAULT_SAMPLE = 20
MAX_SAMPLE = 1_000

APPLY_RULES_SCHEMA = vol.Schema(
    {
        **WHICH_FOLDERS,
        vol.Optional(ATTR_DRY_RUN, default=False): cv.boolean,
        vol.Optional(ATTR_LIMIT, default=DEFAULT_SAMPLE): vol.All(vol.Coerce(int), vol.Range(min=0, max=MAX_SAMPLE)),
    }
)


async def async_apply_rules(call: Call) -> ServiceResponse:
    """Apply the rules of folders to all that they have in Immich; tell what that is, and let the cycles do it.

    Folders without rules are passed over. Raises ``ServiceValidationError`` if none has any, or one of them is paused.
    """
    dry_run: bool = call.data[ATTR_DRY_RUN]
    folders = [folder for folder in folders_of(call) if folder.engine.settings.sorting]
    if not folders:
        refuse("no_rules")
    if not dry_run and any(folder.engine.paused for folder in folders):
        refuse("folder_paused")
    told: list[Any] = []
    for folder in folders:
        applied = await folder.engine.apply_rules(dry_run=dry_run, sample=call.data[ATTR_LIMIT])
        if not dry_run:
            folder.async_wake()
        told.append(_told(folder, applied) | {"dry_run": dry_run})
    return {"folders": told} if call.return_response else None


def _told(folder: FolderCoordinator, applied: Applied) -> dict[str, Any]:
    return named(folder) | {
        "photos": applied.photos,
        "effects": {effect.value: count for effect, count in applied.effects.items()},
        "waiting": applied.waiting,
        "sample": [_sampled(one) for one in applied.sample],
    }


def _sampled(one: PathEffects) -> dict[str, Any]:
    """Return a photo as plain values; ``taken`` is the time on the clock of the place where it was taken."""
    return {"path": one.path, "taken": one.taken.isoformat() if one.taken else None, **_plain(one)}


def _plain(one: PathEffects) -> dict[str, Any]:
    """Return only what happens."""
    effects = one.effects
    said: dict[str, Any] = {
        "albums": [name for name, _ in effects.albums],
        "tags": list(effects.tags),
        "favorite": effects.favourite,
        "archive": effects.archive,
        "description": effects.description,
        "rating": effects.rating,
        "stack": list(one.stacked),
        "location": effects.position and dict(zip(("latitude", "longitude"), effects.position, strict=True)),
    }
    return {key: value for key, value in said.items() if value}
