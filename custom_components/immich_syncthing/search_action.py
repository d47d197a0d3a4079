"""The action that looks for photos in Immich, page by page."""

from datetime import UTC, datetime
from typing import Any, Final

import voluptuous as vol
from homeassistant.core import HomeAssistant, ServiceResponse
from homeassistant.helpers import config_validation as cv

from .album_action import ATTR_ALBUM, album_name
from .asset_view import async_signed_picture, link_of
from .coordinator import ImmichSyncthingConfigEntry
from .history_actions import wall_seconds
from .immich.fields import is_uuid
from .immich.finding import FIRST_MS, LAST_MS, Found, Wanted
from .immich.models import Asset, Visibility
from .immich.search import MAX_PAGE
from .media_types import is_video
from .photo_calls import Account, account_that_may
from .status import account_of, moment
from .tag_action import ATTR_TAGS, tag_values
from .targets import WHICH_ACCOUNT, Call, refuse, text

ATTR_QUERY: Final = "query"
ATTR_TEXT: Final = "text"
ATTR_NAME: Final = "name"
ATTR_DESCRIPTION: Final = "description"
ATTR_CITY: Final = "city"
ATTR_COUNTRY: Final = "country"
ATTR_CAMERA: Final = "camera"
ATTR_KIND: Final = "kind"
ATTR_FAVOURITE: Final = "favourite"
ATTR_ARCHIVED: Final = "archived"
ATTR_RATING: Final = "rating"
ATTR_SINCE: Final = "since"
ATTR_UNTIL: Final = "until"
ATTR_LIMIT: Final = "limit"
ATTR_AFTER: Final = "after"

IMAGE, VIDEO = "image", "video"
DEFAULT_LIMIT: Final = 50
MAX_STARS: Final = 5
LONGEST: Final = 500

_WORDS = vol.All(text, vol.Strip, vol.Length(min=1, max=LONGEST))

SEARCH_SCHEMA = vol.Schema(
    {
        **WHICH_ACCOUNT,
        vol.Optional(ATTR_QUERY): _WORDS,
        vol.Optional(ATTR_TEXT): _WORDS,
        vol.Optional(ATTR_NAME): _WORDS,
        vol.Optional(ATTR_DESCRIPTION): _WORDS,
        vol.Optional(ATTR_ALBUM): album_name,
        vol.Optional(ATTR_TAGS): tag_values,
        vol.Optional(ATTR_CITY): _WORDS,
        vol.Optional(ATTR_COUNTRY): _WORDS,
        vol.Optional(ATTR_CAMERA): _WORDS,
        vol.Optional(ATTR_KIND): vol.In((IMAGE, VIDEO)),
        vol.Optional(ATTR_FAVOURITE): cv.boolean,
        vol.Optional(ATTR_ARCHIVED, default=False): cv.boolean,
        vol.Optional(ATTR_RATING): vol.All(vol.Coerce(int), vol.Range(min=1, max=MAX_STARS)),
        vol.Optional(ATTR_SINCE): cv.datetime,
        vol.Optional(ATTR_UNTIL): cv.datetime,
        vol.Optional(ATTR_LIMIT, default=DEFAULT_LIMIT): vol.All(vol.Coerce(int), vol.Range(min=1, max=MAX_PAGE)),
        vol.Optional(ATTR_AFTER): vol.All(vol.Coerce(int), vol.Range(min=FIRST_MS, max=LAST_MS)),
    }
)


async def async_search(call: Call) -> ServiceResponse:
    """Return a page of photos: those that show something, the likeliest first; or all that match, newest first."""
    data = call.data
    if ATTR_QUERY in data and (ATTR_NAME in data or ATTR_DESCRIPTION in data):
        refuse("search_mixed")
    account = await account_that_may(call, *_permissions(data))
    await _require_features(account, data)
    wanted = await _wanted(account, data)
    if ATTR_QUERY in data:
        page = max(1, data.get(ATTR_AFTER, 1))
        found = await account.immich.find_similar(wanted, data[ATTR_QUERY], data[ATTR_LIMIT], page)
    else:
        found = await account.immich.find(wanted, data[ATTR_LIMIT], data.get(ATTR_AFTER))
    return _told(call.hass, account.entry, found)


def _permissions(data: dict[str, Any]) -> list[str]:
    needed = {ATTR_ALBUM: "album.read", ATTR_TAGS: "tag.read"}
    return [permission for field, permission in needed.items() if field in data]


async def _require_features(account: Account, data: dict[str, Any]) -> None:
    """Return if Immich can look for this. Raises ``ServiceValidationError``."""
    if ATTR_QUERY not in data and ATTR_TEXT not in data:
        return
    features = await account.immich.server_features()
    if ATTR_QUERY in data and not features.smart_search:
        refuse("smart_search_off")
    if ATTR_TEXT in data and not features.ocr:
        refuse("ocr_off")


async def _wanted(account: Account, data: dict[str, Any]) -> Wanted:
    since, until = wall_seconds(data.get(ATTR_SINCE)), wall_seconds(data.get(ATTR_UNTIL))
    return Wanted(
        name=data.get(ATTR_NAME),
        description=data.get(ATTR_DESCRIPTION),
        text=data.get(ATTR_TEXT),
        city=data.get(ATTR_CITY),
        country=data.get(ATTR_COUNTRY),
        camera=data.get(ATTR_CAMERA),
        album_ids=() if ATTR_ALBUM not in data else (await _album_id(account, data[ATTR_ALBUM]),),
        tag_ids=() if ATTR_TAGS not in data else await _tag_ids(account, data[ATTR_TAGS]),
        is_favorite=data.get(ATTR_FAVOURITE),
        is_video=None if ATTR_KIND not in data else data[ATTR_KIND] == VIDEO,
        rating=data.get(ATTR_RATING),
        visibility=Visibility.ARCHIVE if data[ATTR_ARCHIVED] else Visibility.TIMELINE,
        since=None if since is None else datetime.fromtimestamp(since, UTC),
        until=None if until is None else datetime.fromtimestamp(until, UTC),
    )


async def _album_id(account: Account, album: str) -> str:
    if is_uuid(album):
        return album
    found = [one.id for one in await account.immich.albums() if one.name == album]
    if not found:
        refuse("no_such_album", album=album)
    if len(found) > 1:
        refuse("several_albums", album=album)
    return found[0]


async def _tag_ids(account: Account, values: list[str]) -> list[str]:
    known = {tag.value: tag.id for tag in await account.immich.tags()}
    if missing := [value for value in values if value not in known]:
        refuse("no_such_tag", tag=", ".join(missing))
    return [known[value] for value in values]


def _told(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, found: Found) -> dict[str, Any]:
    # Partners' photos are found as well; they are another account's.
    photos = [_photo(hass, entry, one) for one in found.assets if one.owner_id == entry.unique_id]
    return {**account_of(entry), "photos": photos, "next": found.after, "incomplete": found.cut}


def _photo(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, asset: Asset) -> dict[str, Any]:
    return {
        "asset_id": asset.id,
        "name": asset.file_name,
        "kind": VIDEO if is_video(asset.file_name) else IMAGE,
        "taken_at": moment(asset.file_created_at.timestamp()),
        "local_time": None if asset.local_time is None else asset.local_time.replace(tzinfo=None).isoformat(),
        "size": asset.size,
        "favourite": asset.is_favorite,
        "checksum": asset.checksum.hex(),
        "link": link_of(entry, asset.id),
        "thumbnail": async_signed_picture(hass, entry, asset.id),
    }
