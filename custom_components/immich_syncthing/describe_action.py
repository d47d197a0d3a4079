"""The action that says something about photos in Immich: a text, stars, a heart, a place."""

from typing import Any, Final

import voluptuous as vol
from homeassistant.const import ATTR_LATITUDE, ATTR_LOCATION, ATTR_LONGITUDE
from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.helpers import config_validation as cv

from .immich.models import Change, Visibility
from .photo_calls import ATTR_ASSET_IDS, WHICH_PHOTOS, Failure, account_that_may, told, when_read
from .targets import refuse, text

ATTR_DESCRIPTION: Final = "description"
ATTR_RATING: Final = "rating"
ATTR_FAVOURITE: Final = "favourite"
ATTR_ARCHIVED: Final = "archived"
MAX_STARS: Final = 5
LONGEST_TEXT: Final = 10_000
PERMISSION: Final = "asset.update"

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
    }
)


async def async_describe(call: ServiceCall) -> ServiceResponse:
    """Change what is given of photos, once Immich has read them."""
    change = _change(call.data)
    if not change:
        refuse("describe_what")
    account = await account_that_may(call, PERMISSION)
    photos = await when_read(account.immich, call.data[ATTR_ASSET_IDS])
    result = await account.immich.update_all(photos.read, **change)
    failed = dict(photos.failed) | dict.fromkeys(result.refused, Failure.NOT_FOUND)
    return told(call, account, {"changed": list(result.done)}, failed)


def _change(data: dict[str, Any]) -> Change:
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
    return change
