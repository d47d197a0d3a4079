"""What the owner sets for one folder beside its preset: as a form asks it, as it is stored, and as the engine takes it.

Only what differs from the default is stored, so that folders that were set up before there was a choice keep theirs.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import voluptuous as vol
from homeassistant.const import CONF_PATH, UnitOfInformation, UnitOfTime
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
)

from .const import (
    CONF_FOLDER_ID,
    CONF_FREE_AFTER_DAYS,
    CONF_FREED_PER_DAY,
    CONF_IGNORE,
    CONF_INCLUDE,
    CONF_KEEP_GIGABYTES,
    CONF_LABEL,
    CONF_MARKER_NAME,
    CONF_ON_EDIT,
    CONF_PASSED_ON_DAYS,
    CONF_PRESET,
    CONF_PROTECT_ALBUMS,
    CONF_PROTECT_FAVOURITES,
    CONF_SORTING_RULES,
)
from .engine.errors import BadPatternError
from .engine.model import OnEdit, Preset
from .engine.patterns import parse_patterns
from .engine.rules import FREED_PER_DAY, Rules
from .engine.settings import FolderSettings
from .engine.sorting.parsing import understood_rules
from .errors import BadIgnoreError, BadIncludeError
from .markdown import one_line
from .number_field import number_field

AS_PRESET = "as_preset"
"""The choice about edits that leaves them to the preset."""

MAX_DAYS = 36_500
MAX_GIGABYTES = 100_000
MAX_PER_DAY = 100_000

GIGABYTE = 1_000_000_000
"""Bytes, as phones and their shops count them."""

_DAYS = number_field(1, MAX_DAYS, UnitOfTime.DAYS)
_GIGABYTES = number_field(1, MAX_GIGABYTES, UnitOfInformation.GIGABYTES)
_PER_DAY = number_field(1, MAX_PER_DAY)
_LINES = TextSelector(TextSelectorConfig(multiline=True))
_ON_EDIT = SelectSelector(
    SelectSelectorConfig(options=[AS_PRESET, *OnEdit], mode=SelectSelectorMode.LIST, translation_key=CONF_ON_EDIT)
)

_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_ON_EDIT, default=AS_PRESET): _ON_EDIT,
        vol.Optional(CONF_IGNORE): _LINES,
        vol.Optional(CONF_INCLUDE): _LINES,
        vol.Optional(CONF_PASSED_ON_DAYS): _DAYS,
        vol.Required(CONF_PROTECT_FAVOURITES, default=False): BooleanSelector(),
        vol.Required(CONF_PROTECT_ALBUMS, default=False): BooleanSelector(),
        vol.Optional(CONF_FREE_AFTER_DAYS): _DAYS,
        vol.Optional(CONF_KEEP_GIGABYTES): _GIGABYTES,
        vol.Optional(CONF_FREED_PER_DAY): _PER_DAY,
    }
)

SETTINGS = frozenset(str(key) for key in _SCHEMA.schema)
"""The keys of a subentry that belong to this section of its forms."""


def settings_section(*, collapsed: bool) -> section:
    """Return the fields as a part of a form."""
    return section(_SCHEMA, {"collapsed": collapsed})


def as_typed(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the form shows what is stored."""
    shown = {key: value for key, value in data.items() if key in SETTINGS}
    return shown | {key: "\n".join(shown[key]) for key in (CONF_IGNORE, CONF_INCLUDE) if key in shown}


def is_default(typed: Mapping[str, Any]) -> bool:
    """Return whether nothing is set in a form, so that it need not be seen."""
    return not any(value for value in typed.values() if value != AS_PRESET)


def as_stored(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is stored of a filled-in form.

    Raises:
        BadIgnoreError, BadIncludeError: a line is no pattern.
    """
    stored: dict[str, Any] = {}
    if typed.get(CONF_ON_EDIT, AS_PRESET) != AS_PRESET:
        stored[CONF_ON_EDIT] = typed[CONF_ON_EDIT]
    for key, refusal in ((CONF_IGNORE, BadIgnoreError), (CONF_INCLUDE, BadIncludeError)):
        try:
            lines = parse_patterns(_lines(typed.get(key, ""))).lines
        except BadPatternError as err:
            raise refusal(err.line) from err
        if lines:
            stored[key] = list(lines)
    for key in (CONF_PASSED_ON_DAYS, CONF_FREE_AFTER_DAYS, CONF_KEEP_GIGABYTES, CONF_FREED_PER_DAY):
        if typed.get(key) is not None:
            stored[key] = int(typed[key])
    stored |= {key: True for key in (CONF_PROTECT_FAVOURITES, CONF_PROTECT_ALBUMS) if typed.get(key)}
    return stored


def frees(data: Mapping[str, Any]) -> bool:
    """Return whether photos are to leave the folder by themselves, as it is stored."""
    return not data.keys().isdisjoint({CONF_FREE_AFTER_DAYS, CONF_KEEP_GIGABYTES})


def folder_settings(folder_id: str, data: Mapping[str, Any]) -> FolderSettings:
    """Return what the engine takes of a subentry's data. Rules that this release does not understand do nothing.

    Raises:
        BadPatternError: a stored line is no pattern for this release.
    """
    on_edit, gigabytes = data.get(CONF_ON_EDIT), data.get(CONF_KEEP_GIGABYTES)
    label = one_line(data[CONF_LABEL]) or one_line(data[CONF_FOLDER_ID])
    sorting, _ = understood_rules(data.get(CONF_SORTING_RULES, ()), label)
    return FolderSettings(
        id=folder_id,
        syncthing_id=data[CONF_FOLDER_ID],
        label=label,
        root=Path(data[CONF_PATH]),
        marker_name=data[CONF_MARKER_NAME],
        preset=Preset(data[CONF_PRESET]),
        sorting=sorting,
        on_edit=None if on_edit is None else OnEdit(on_edit),
        ignore=tuple(data.get(CONF_IGNORE, ())),
        include=tuple(data.get(CONF_INCLUDE, ())),
        rules=Rules(
            pass_on_days=data.get(CONF_PASSED_ON_DAYS),
            free_after_days=data.get(CONF_FREE_AFTER_DAYS),
            protect_favourites=data.get(CONF_PROTECT_FAVOURITES, False),
            protect_albums=data.get(CONF_PROTECT_ALBUMS, False),
            keep_bytes=None if gigabytes is None else gigabytes * GIGABYTE,
            freed_per_day=data.get(CONF_FREED_PER_DAY, FREED_PER_DAY),
        ),
    )


def _lines(text: str) -> list[str]:
    """Return the lines of a field without the blank ones at its end."""
    lines = [line.removesuffix("\r") for line in text.split("\n")]
    while lines and not lines[-1].strip():
        lines.pop()
    return lines
