"""The sentences of Home Assistant's activity: what was done in a folder, to how many photos, and why."""

from collections.abc import Callable, Mapping
from typing import Any

from homeassistant.components.logbook.const import LOGBOOK_ENTRY_ENTITY_ID, LOGBOOK_ENTRY_MESSAGE, LOGBOOK_ENTRY_NAME
from homeassistant.const import ATTR_ENTITY_ID, ATTR_NAME
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.translation import async_get_cached_translations

from .const import DOMAIN
from .lines import EVENT_ACTIVITY
from .markdown import one_line
from .quantities import counted

_LINES = f"component.{DOMAIN}.selector.activity_line.options."
_ENTITY = f"component.{DOMAIN}.entity."
_REASONS = (
    f"{_ENTITY}event.activity.state_attributes.reason.state.",
    f"{_ENTITY}binary_sensor.problem.state_attributes.reason.state.",
)

_OF_DEVICE = "folder: "
"""How the side begins that names who changed a file."""

SENTENCES = {
    ("trashed", "file_deleted", "folder"): "trashed_from_folder",
    ("trashed", "file_deleted", _OF_DEVICE): "trashed_from_device",
    ("file_deleted", "asset_deleted", "immich"): "file_deleted_in_immich",
}
"""Types, reasons and sides that one sentence tells of; with all others the reason follows the type."""

DECIDED = "decided"


@callback
def async_describe_events(
    hass: HomeAssistant,
    async_describe_event: Callable[[str, str, Callable[[Event], dict[str, Any]]], None],
) -> None:
    """Say how our events read, whenever somebody reads them, in the language that Home Assistant then has."""

    @callback
    def describe(event: Event) -> dict[str, Any]:
        return {
            LOGBOOK_ENTRY_NAME: event.data[ATTR_NAME],
            LOGBOOK_ENTRY_MESSAGE: _sentence(hass, event.data),
            LOGBOOK_ENTRY_ENTITY_ID: event.data[ATTR_ENTITY_ID],
        }

    async_describe_event(DOMAIN, EVENT_ACTIVITY, describe)


def _sentence(hass: HomeAssistant, line: Mapping[str, Any]) -> str:
    words, language = _words(hass, "selector"), hass.config.language
    kind, reason, side, count = line["type"], line["reason"], line["side"], line["count"]
    device = one_line(side.removeprefix(_OF_DEVICE)) if side.startswith(_OF_DEVICE) else ""
    whole = SENTENCES.get((kind, reason, _OF_DEVICE if device else side))
    what = words[f"{_LINES}{whole or kind}_{'one' if count == 1 else 'many'}"]
    what = what.format(count=counted(count, language), device=device)
    if whole:
        return what
    why = words[f"{_LINES}{DECIDED}"] if side == "owner" else _reason(hass, reason)
    return f"{what} – {why}" if why else what


def _reason(hass: HomeAssistant, reason: str) -> str | None:
    words = _words(hass, "entity")
    return next((words[f"{prefix}{reason}"] for prefix in _REASONS if f"{prefix}{reason}" in words), None)


def _words(hass: HomeAssistant, category: str) -> Mapping[str, str]:
    """Return our words in Home Assistant's language; in English for the moment after that was changed."""
    spoken = async_get_cached_translations(hass, hass.config.language, category, DOMAIN)
    return spoken or async_get_cached_translations(hass, "en", category, DOMAIN)
