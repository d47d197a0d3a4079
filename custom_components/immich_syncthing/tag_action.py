"""The action that gives photos tags in Immich."""

from typing import Any, Final

import voluptuous as vol
from homeassistant.core import ServiceResponse
from homeassistant.helpers import config_validation as cv

from .immich.tags import normal
from .photo_calls import ATTR_ASSET_IDS, WHICH_PHOTOS, Account, Failure, account_that_may, told, when_read
from .targets import Call, text

ATTR_TAGS: Final = "tags"
MAX_TAGS: Final = 50
PERMISSIONS: Final = ("tag.create", "tag.asset")


def tag_value(value: Any) -> str:
    """Return a tag as Immich writes it, such as ``Places/Bilbao``. For schemas."""
    try:
        return normal(text(value))
    except ValueError as err:
        raise vol.Invalid(str(err)) from err


tag_values = vol.All(cv.ensure_list, vol.Length(min=1, max=MAX_TAGS), [tag_value])
TAG_SCHEMA = vol.Schema({**WHICH_PHOTOS, vol.Required(ATTR_TAGS): tag_values})


async def async_tag(call: Call) -> ServiceResponse:
    """Give photos tags, and tell which of them had them before."""
    account = await account_that_may(call, *PERMISSIONS)
    answer, failed = await give_tags(account, call.data[ATTR_TAGS], call.data[ATTR_ASSET_IDS])
    return told(call, account, answer, failed)


async def give_tags(
    account: Account, tags: list[str], asset_ids: list[str]
) -> tuple[dict[str, Any], dict[str, Failure]]:
    """Give tags to photos once Immich has read these; return what to tell, and why some did not get them.

    Reading a photo replaces its tags by those of the file.
    """
    photos = await when_read(account.immich, asset_ids)
    failed = dict(photos.failed)
    given = await account.immich.tag_all(photos.read, tags) if photos.read else {}
    for result in given.values():
        failed |= dict.fromkeys(result.refused, Failure.NOT_FOUND)
    rows = [
        {"tag": value, "added": list(result.added), "already": list(result.already)} for value, result in given.items()
    ]
    return {"tags": rows}, failed
