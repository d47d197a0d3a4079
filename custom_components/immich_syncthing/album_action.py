"""The action that puts photos into an album of Immich, which is made if it is missing."""

from typing import Any, Final

import voluptuous as vol
from homeassistant.core import ServiceResponse

from .immich.fields import is_uuid
from .photo_calls import ATTR_ASSET_IDS, WHICH_PHOTOS, Account, Failure, account_that_may, told
from .targets import Call, refuse, runtime_of, text

ATTR_ALBUM: Final = "album"
PERMISSIONS: Final = ("album.read", "album.create", "albumAsset.create")

album_name = vol.All(text, vol.Strip, vol.Length(min=1, max=200))
"""The name of an album, or its id. For schemas."""

ADD_TO_ALBUM_SCHEMA = vol.Schema({**WHICH_PHOTOS, vol.Required(ATTR_ALBUM): album_name})


async def async_add_to_album(call: Call) -> ServiceResponse:
    """Put photos into an album, and tell which of them were there before."""
    account = await account_that_may(call, *PERMISSIONS)
    answer, failed = await put_into_album(account, call.data[ATTR_ALBUM], call.data[ATTR_ASSET_IDS])
    return told(call, account, answer, failed)


async def put_into_album(
    account: Account, album: str, asset_ids: list[str]
) -> tuple[dict[str, Any], dict[str, Failure]]:
    """Put photos into the album with this name or id; return what to tell, and why some are not in it.

    Raises:
        ServiceValidationError: several albums have the name.
        NotFoundError: no album has the id.
    """
    album_id, made = (album, False) if is_uuid(album) else await _found_or_made(account, album)
    result = await account.immich.add_to_album(album_id, asset_ids)
    answer = {
        "album_id": album_id,
        "created": made,
        "added": list(result.added),
        "already": list(result.already),
    }
    return answer, dict.fromkeys(result.refused, Failure.NOT_FOUND)


async def _found_or_made(account: Account, name: str) -> tuple[str, bool]:
    """Return the id of the album with a name, and whether it was made. One at a time: two calls would make two."""
    async with runtime_of(account.entry).making_album:
        found = [one.id for one in await account.immich.own_albums() if one.name == name]
        if len(found) > 1:
            refuse("several_albums", album=name)
        if found:
            return found[0], False
        return (await account.immich.create_album(name)).id, True
