"""What the owner says about a replica: the form, what is stored of it, and as the replica takes it."""

from collections.abc import Mapping
from datetime import time
from typing import Any, Final

import voluptuous as vol
from homeassistant.const import CONF_NAME, PERCENTAGE, UnitOfDataRate, UnitOfTime
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TimeSelector,
)
from homeassistant.util import dt as dt_util

from .const import CONF_ALBUMS
from .number_field import number_field
from .replica.settings import Originals, ReplicaSettings

CONF_ORIGINALS: Final = "originals"
CONF_ARCHIVED: Final = "archived"
CONF_GRACE_DAYS: Final = "grace_days"
CONF_PACE: Final = "pace"
"""The section of the form that holds what follows."""
CONF_MEGABITS: Final = "megabits"
"""In Mbit/s; absent where nothing is limited."""
CONF_FROM: Final = "begins"
CONF_UNTIL: Final = "ends"
"""Both absent where copies are made around the clock."""
CONF_VERIFIED_SHARE: Final = "verified_share"
"""In percent of all copies, per day."""

MAX_GRACE_DAYS = 3_650
MAX_MEGABITS = 100_000
LEAST_SHARE, MOST_SHARE = 0.5, 100.0

_BYTES_PER_MEGABIT = 125_000
_DEFAULTS = ReplicaSettings()
DEFAULT_SHARE = 3.5
"""All of them in 29 days."""

_ORIGINALS = SelectSelector(
    SelectSelectorConfig(
        options=[one.value for one in Originals], mode=SelectSelectorMode.LIST, translation_key=CONF_ORIGINALS
    )
)

_PACE = vol.Schema(
    {
        vol.Optional(CONF_MEGABITS): number_field(0.1, MAX_MEGABITS, UnitOfDataRate.MEGABITS_PER_SECOND, step=0.1),
        vol.Optional(CONF_FROM): TimeSelector(),
        vol.Optional(CONF_UNTIL): TimeSelector(),
        vol.Required(CONF_VERIFIED_SHARE, default=DEFAULT_SHARE): number_field(
            LEAST_SHARE, MOST_SHARE, PERCENTAGE, step=0.5
        ),
    }
)


def replica_schema(*, collapsed: bool) -> vol.Schema:
    """Return the form of a replica, without its store and its albums."""
    return vol.Schema(
        {
            vol.Required(CONF_NAME): TextSelector(),
            vol.Required(CONF_ORIGINALS, default=_DEFAULTS.originals.value): _ORIGINALS,
            vol.Required(CONF_ARCHIVED, default=_DEFAULTS.archived): BooleanSelector(),
            vol.Required(CONF_GRACE_DAYS, default=_DEFAULTS.grace_days): number_field(
                1, MAX_GRACE_DAYS, UnitOfTime.DAYS
            ),
            vol.Required(CONF_PACE): section(_PACE, {"collapsed": collapsed}),
        }
    )


def as_typed(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return how the form shows what is stored."""
    inner = {str(key) for key in _PACE.schema}
    outer = {key: data[key] for key in (CONF_ORIGINALS, CONF_ARCHIVED, CONF_GRACE_DAYS)}
    return {CONF_NAME: name, **outer, CONF_PACE: {key: value for key, value in data.items() if key in inner}}


def as_stored(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is stored of a filled-in form."""
    pace = {key: value for key, value in typed[CONF_PACE].items() if value is not None}
    stored = {
        CONF_ORIGINALS: typed[CONF_ORIGINALS],
        CONF_ARCHIVED: typed[CONF_ARCHIVED],
        CONF_GRACE_DAYS: int(typed[CONF_GRACE_DAYS]),
    }
    return stored | pace


def form_errors(typed: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with a filled-in form, by field."""
    if not typed[CONF_NAME].strip():
        return {CONF_NAME: "no_name"}
    pace = typed[CONF_PACE]
    if (pace.get(CONF_FROM) is None) is not (pace.get(CONF_UNTIL) is None):
        return {"base": "half_window"}
    return {}


def replica_settings(data: Mapping[str, Any]) -> ReplicaSettings:
    """Return what a replica takes of a subentry's data; the window is meant in Home Assistant's time zone."""
    megabits, begins, ends = data.get(CONF_MEGABITS), data.get(CONF_FROM), data.get(CONF_UNTIL)
    return ReplicaSettings(
        originals=Originals(data[CONF_ORIGINALS]),
        albums=frozenset(data.get(CONF_ALBUMS, ())),
        archived=data[CONF_ARCHIVED],
        grace_days=int(data[CONF_GRACE_DAYS]),
        bytes_per_second=None if megabits is None else int(megabits * _BYTES_PER_MEGABIT),
        window=None if begins is None or ends is None else (time.fromisoformat(begins), time.fromisoformat(ends)),
        zone=dt_util.get_default_time_zone(),
        verify_days=100.0 / data.get(CONF_VERIFIED_SHARE, DEFAULT_SHARE),
    )
