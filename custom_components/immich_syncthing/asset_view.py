"""Serves pictures of photos that are in Immich: to who may see the account, and without its key."""

import logging
from datetime import timedelta
from typing import Final

from aiohttp import web
from homeassistant.components.http.auth import async_sign_path
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.http import HomeAssistantView

from .account_view import HEADERS, account_seen
from .const import CONF_IMMICH_URL, DOMAIN
from .coordinator import ImmichSyncthingConfigEntry
from .immich.errors import ImmichError
from .immich.permissions import Feature
from .immich.pictures import PictureSize
from .servers import immich_client

_LOGGER = logging.getLogger(__name__)

SIGNED_FOR: Final = timedelta(days=1)
"""How long whoever has the address of a picture may see it."""


class AssetView(HomeAssistantView):
    """Small pictures, as Immich makes them."""

    url = f"/api/{DOMAIN}/asset/{{entry_id}}/{{asset_id}}/{{size:thumbnail|preview}}"
    name = f"api:{DOMAIN}:asset"

    def __init__(self, hass: HomeAssistant) -> None:
        """Serve what the accounts of ``hass`` show when somebody asks."""
        self._hass = hass

    async def get(self, request: web.Request, entry_id: str, asset_id: str, size: str) -> web.Response:
        """Answer with a picture."""
        entry = account_seen(self._hass, request, entry_id)
        try:
            picture = await immich_client(self._hass, entry.data).picture(asset_id, PictureSize(size))
        except ImmichError as err:
            _LOGGER.debug("A picture cannot be shown: %s", err.code)
            raise web.HTTPNotFound from err
        return web.Response(body=picture.content, content_type=picture.content_type, headers=HEADERS)


@callback
def async_signed_picture(
    hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, asset_id: str, size: PictureSize = PictureSize.THUMBNAIL
) -> str | None:
    """Return the address of a picture below Home Assistant's own, good for a day; ``None`` if the key may see none."""
    if not entry.runtime_data.account.data.allows(Feature.LAST_PHOTO):
        return None
    path = f"/api/{DOMAIN}/asset/{entry.entry_id}/{asset_id}/{size}"
    # Whoever caused it may log out meanwhile, and the one who looks may be another.
    return async_sign_path(hass, path, SIGNED_FOR, use_content_user=True)


def link_of(entry: ImmichSyncthingConfigEntry, asset_id: str) -> str:
    """Return where Immich shows a photo."""
    return f"{entry.data[CONF_IMMICH_URL].removesuffix('/api')}/photos/{asset_id}"
