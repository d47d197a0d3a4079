"""What is served of an account: to who may see it, and as nothing else than it is."""

from typing import Final

from aiohttp import web
from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components.http.const import KEY_HASS_USER
from homeassistant.core import HomeAssistant

from .coordinator import ImmichSyncthingConfigEntry
from .rights import may
from .targets import loaded_account

HEADERS: Final = {
    "Cache-Control": "private, max-age=86400",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Vary": "Authorization",
    "X-Content-Type-Options": "nosniff",
}
"""What is sent is kept for a day, and not for every user of a browser. What a phone sent is never run."""


def account_seen(hass: HomeAssistant, request: web.Request, entry_id: str) -> ImmichSyncthingConfigEntry:
    """Return the account of which something is asked for.

    Raises ``HTTPForbidden`` if who asks may not see it, ``HTTPNotFound`` if it is not loaded.
    """
    user: User = request[KEY_HASS_USER]
    if not may(hass, user, POLICY_READ, entry_id):
        raise web.HTTPForbidden
    entry = loaded_account(hass, entry_id)
    if entry is None:
        raise web.HTTPNotFound
    return entry
