"""The action that says something about photos in Immich: a text, stars, a heart, a place, a date."""

import re
from datetime import datetime, timedelta, tzinfo
from typing import Any, Final

import voluptuous as vol
from homeassistant.const import ATTR_LATITUDE, ATTR_LOCATION, ATTR_LONGITUDE
from homeassistant.core import ServiceResponse
from homeassistant.helpers import config_validation as cv
from homeassistant.util import dt as dt_util

from .immich.models import Change, Visibility
from .photo_calls import ATTR_ASSET_IDS, WHICH_PHOTOS, Failure, account_that_may, told, when_read
from .targets import Call, refuse, text

ATTR_DESCRIPTION: Final = "description"
ATTR_RATING: Final = "rating"
ATTR_FAVOURITE: Final = "favourite"
ATTR_ARCHIVED: Final = "archived"
ATTR_TAKEN: Final = "taken"
ATTR_TIME_ZONE: Final = "time_zone"
MAX_STARS: Final = 5
LONGEST_TEXT: Final = 10_000
LONGEST_ZONE: Final = 64
PERMISSION: Final = "asset.update"

_ZONE: Final = re.compile(r"UTC|[A-Z][\w+-]*(?:/[\w+-]+)+", re.ASCII)
"""Names that mean the same everywhere: what else lies among the zones, such as localtime, only this machine knows."""
_YEARS: Final = range(1000, 9999)
"""At the ends of the calendar a zone's hours lead out of it."""
_HOUR: Final = timedelta(hours=1)
_HOURS: Final = range(-12, 15)
"""The offsets that zones by the hour have."""


def _of_this_calendar(taken: datetime) -> datetime:
    if taken.year not in _YEARS:
        reason = f"nothing was taken in the year {taken.year}"
        raise vol.Invalid(reason)
    return taken


DESCRIBE_SCHEMA = vol.Schema(
    {
        **WHICH_PHOTOS,
        vol.Optional(ATTR_DESCRIPTION): vol.All(text, vol.Length(max=LONGEST_TEXT)),
        vol.Optional(ATTR_RATING): vol.All(vol.Coerce(int), vol.Range(min=0, max=MAX_STARS)),
        vol.Optional(ATTR_FAVOURITE): cv.boolean,
        vol.Optional(ATTR_ARCHIVED): cv.boolean,
        # What the selector for a place adds, such as a radius, means nothing here.
        vol.Optional(ATTR_LOCATION): vol.Schema(
            {vol.Required(ATTR_LATITUDE): cv.latitude, vol.Required(ATTR_LONGITUDE): cv.longitude},
            extra=vol.REMOVE_EXTRA,
        ),
        vol.Optional(ATTR_TAKEN): vol.All(cv.datetime, _of_this_calendar),
        vol.Optional(ATTR_TIME_ZONE): vol.All(text, vol.Length(max=LONGEST_ZONE)),
    }
)


async def async_describe(call: Call) -> ServiceResponse:
    """Change what is given of photos, once Immich has read them."""
    change = await _change(call.data)
    if not change:
        refuse("describe_what")
    account = await account_that_may(call, PERMISSION)
    photos = await when_read(account.immich, call.data[ATTR_ASSET_IDS])
    result = await account.immich.update_all(photos.read, **change)
    failed = dict(photos.failed) | dict.fromkeys(result.refused, Failure.NOT_FOUND)
    return told(call, account, {"changed": list(result.done)}, failed)


async def _change(data: dict[str, Any]) -> Change:
    if ATTR_TIME_ZONE in data and ATTR_TAKEN not in data:
        refuse("taken_zone_alone")
    change = Change()
    if ATTR_DESCRIPTION in data:
        change["description"] = data[ATTR_DESCRIPTION]
    if ATTR_RATING in data:
        change["rating"] = data[ATTR_RATING] or None
    if ATTR_FAVOURITE in data:
        change["is_favorite"] = data[ATTR_FAVOURITE]
    if ATTR_ARCHIVED in data:
        change["visibility"] = Visibility.ARCHIVE if data[ATTR_ARCHIVED] else Visibility.TIMELINE
    if ATTR_LOCATION in data:
        change["position"] = (data[ATTR_LOCATION][ATTR_LATITUDE], data[ATTR_LOCATION][ATTR_LONGITUDE])
    if ATTR_TAKEN in data:
        change["captured_at"], change["time_zone"] = await _moment(data[ATTR_TAKEN], data.get(ATTR_TIME_ZONE))
    return change


async def _moment(taken: datetime, zone_name: str | None) -> tuple[datetime, str]:
    """Return when something was taken, and in which time zone: without that, Immich shows it at Greenwich's hour.

    What names no offset is the clock on the wall in the zone that is named, else in Home Assistant's.

    Raises:
        ServiceValidationError: the zone is not known, or there is an offset, and no zone that has it.
    """
    home = dt_util.get_default_time_zone()
    zone = home if zone_name is None else await _zone(zone_name)
    if taken.tzinfo is None:
        taken = taken.replace(tzinfo=zone)
    offset = taken.utcoffset() or timedelta()
    if zone_name is not None or taken.astimezone(home).utcoffset() == offset:
        return taken, str(zone)
    hours, rest = divmod(offset, _HOUR)
    if rest or hours not in _HOURS:
        refuse("taken_where", taken=taken.isoformat())
    # These names count westwards.
    return taken, f"Etc/GMT{-hours:+d}"


async def _zone(name: str) -> tzinfo:
    zone = await dt_util.async_get_time_zone(name) if _ZONE.fullmatch(name) else None
    if zone is None:
        refuse("taken_zone_unknown", zone=name)
    return zone
