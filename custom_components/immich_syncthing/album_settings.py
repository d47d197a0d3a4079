"""What can be set of an album folder: how its forms look, what is stored, and what the album folder takes of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import voluptuous as vol
from homeassistant.const import CONF_PATH, UnitOfInformation
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)

from .albums.settings import AlbumFolderSettings, OnDeletedHere, Quality, SearchBy, Source
from .const import CONF_ALBUMS, CONF_FOLDER_ID, CONF_MARKER_NAME
from .markdown import one_line
from .number_field import number_field

CONF_SOURCE: Final = "source"
CONF_SEARCH_BY: Final = "search_by"
CONF_QUERY: Final = "query"
CONF_MOST_FOUND: Final = "most_found"
CONF_QUALITY: Final = "quality"
CONF_SIDE: Final = "side"
"""In pixels; absent where previews stay as Immich makes them."""
CONF_VIDEOS: Final = "videos"
CONF_MOST_GIB: Final = "most_gib"
"""Absent where there is no limit."""
CONF_ON_DELETED_HERE: Final = "on_deleted_here"

ALBUM_SOURCE = "album_source"
ALBUM_QUALITY = "album_quality"

_GIB = 1024**3
_DEFAULTS = AlbumFolderSettings("", Path())
_OF_SOURCE = {
    Source.ALBUMS: {CONF_ALBUMS},
    Source.FAVORITES: set[str](),
    Source.SEARCH: {CONF_SEARCH_BY, CONF_QUERY, CONF_MOST_FOUND},
}
"""What is stored beside each source."""


def _choice(options: type[Source | Quality | OnDeletedHere | SearchBy], key: str) -> SelectSelector:
    values = [one.value for one in options]
    return SelectSelector(SelectSelectorConfig(options=values, mode=SelectSelectorMode.LIST, translation_key=key))


WHAT = vol.Schema(
    {
        vol.Required(CONF_SOURCE, default=_DEFAULTS.source.value): _choice(Source, ALBUM_SOURCE),
        vol.Required(CONF_QUALITY, default=_DEFAULTS.quality.value): _choice(Quality, ALBUM_QUALITY),
        vol.Optional(CONF_SIDE): number_field(64, 8192, "px"),
        vol.Required(CONF_VIDEOS, default=_DEFAULTS.videos): BooleanSelector(),
        vol.Optional(CONF_MOST_GIB): number_field(0.1, 100_000, UnitOfInformation.GIBIBYTES, step=0.1),
        vol.Required(CONF_ON_DELETED_HERE, default=_DEFAULTS.on_deleted_here.value): _choice(
            OnDeletedHere, CONF_ON_DELETED_HERE
        ),
    }
)
SEARCH = vol.Schema(
    {
        vol.Required(CONF_SEARCH_BY, default=_DEFAULTS.search_by.value): _choice(SearchBy, CONF_SEARCH_BY),
        vol.Required(CONF_QUERY): TextSelector(),
        vol.Required(CONF_MOST_FOUND, default=_DEFAULTS.most_found): number_field(1, 1_000),
    }
)


def as_stored(typed: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is stored of the filled-in form ``WHAT``, with what ``before`` says of that source."""
    source = Source(typed[CONF_SOURCE])
    kept = {CONF_FOLDER_ID, CONF_MARKER_NAME, CONF_PATH} | _OF_SOURCE[source]
    stored = {key: value for key, value in before.items() if key in kept}
    stored |= {key: typed[key] for key in (CONF_SOURCE, CONF_QUALITY, CONF_VIDEOS, CONF_ON_DELETED_HERE)}
    if source is not Source.ALBUMS and typed[CONF_ON_DELETED_HERE] == OnDeletedHere.TAKE_OUT:
        stored[CONF_ON_DELETED_HERE] = OnDeletedHere.STAY_AWAY.value
    if typed.get(CONF_SIDE) is not None and typed[CONF_QUALITY] == Quality.PREVIEW:
        stored[CONF_SIDE] = int(typed[CONF_SIDE])
    if typed.get(CONF_MOST_GIB) is not None:
        stored[CONF_MOST_GIB] = typed[CONF_MOST_GIB]
    return stored


def search_stored(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is stored of the filled-in form ``SEARCH``."""
    return {
        CONF_SEARCH_BY: typed[CONF_SEARCH_BY],
        CONF_QUERY: one_line(typed[CONF_QUERY]),
        CONF_MOST_FOUND: int(typed[CONF_MOST_FOUND]),
    }


def album_settings(data: Mapping[str, Any]) -> AlbumFolderSettings:
    """Return what an album folder takes of a subentry's data."""
    most_gib = data.get(CONF_MOST_GIB)
    return AlbumFolderSettings(
        syncthing_id=data[CONF_FOLDER_ID],
        root=Path(data[CONF_PATH]),
        marker_name=data[CONF_MARKER_NAME],
        source=Source(data[CONF_SOURCE]),
        albums=frozenset(data.get(CONF_ALBUMS, ())),
        query=data.get(CONF_QUERY, ""),
        search_by=SearchBy(data.get(CONF_SEARCH_BY, _DEFAULTS.search_by)),
        most_found=data.get(CONF_MOST_FOUND, _DEFAULTS.most_found),
        quality=Quality(data[CONF_QUALITY]),
        side=data.get(CONF_SIDE),
        videos=data[CONF_VIDEOS],
        most_bytes=None if most_gib is None else int(most_gib * _GIB),
        on_deleted_here=OnDeletedHere(data[CONF_ON_DELETED_HERE]),
    )


def permissions_for(settings: AlbumFolderSettings) -> tuple[str, ...]:
    """Return what an API key must allow for these settings, beside what it must allow anyway."""
    of_albums = settings.source is Source.ALBUMS
    wanted = {
        "album.read": of_albums,
        "albumAsset.delete": of_albums and settings.on_deleted_here is OnDeletedHere.TAKE_OUT,
        "asset.view": settings.quality is Quality.PREVIEW,
    }
    return tuple(permission for permission, is_wanted in wanted.items() if is_wanted)
