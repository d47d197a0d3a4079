"""The two servers of an entry: their clients, and what is asked of them before an entry is made or changed."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from .const import (
    CONF_IMMICH_API_KEY,
    CONF_IMMICH_URL,
    CONF_IMMICH_VERIFY_SSL,
    CONF_SYNCTHING_API_KEY,
    CONF_SYNCTHING_URL,
    CONF_SYNCTHING_VERIFY_SSL,
    REQUIRED_PERMISSIONS,
)
from .immich.client import ImmichClient
from .immich.discover import discover
from .immich.errors import MissingPermissionError
from .immich.models import ApiKeyInfo, User
from .syncthing.client import SyncthingClient
from .syncthing.url import normalize_url


@dataclass(frozen=True, slots=True)
class ImmichAccount:
    """Who answers, and where."""

    api_root: str
    user: User


def immich_client(hass: HomeAssistant, data: Mapping[str, Any]) -> ImmichClient:
    """Return the client for an entry's Immich."""
    verify_ssl = data[CONF_IMMICH_VERIFY_SSL]
    session = async_get_clientsession(hass, verify_ssl)
    return ImmichClient(session, data[CONF_IMMICH_URL], data[CONF_IMMICH_API_KEY], verify_ssl=verify_ssl)


def syncthing_client(hass: HomeAssistant, data: Mapping[str, Any]) -> SyncthingClient:
    """Return the client for an entry's Syncthing."""
    verify_ssl = data[CONF_SYNCTHING_VERIFY_SSL]
    session = async_get_clientsession(hass, verify_ssl)
    return SyncthingClient(session, data[CONF_SYNCTHING_URL], data[CONF_SYNCTHING_API_KEY], verify_ssl=verify_ssl)


def require_permissions(key: ApiKeyInfo) -> None:
    """Return if the key allows all that is needed; else raise ``MissingPermissionError`` naming all that it lacks."""
    missing = [permission for permission in REQUIRED_PERMISSIONS if not key.allows(permission)]
    if missing:
        raise MissingPermissionError(", ".join(missing))


async def async_check_immich(hass: HomeAssistant, data: Mapping[str, Any]) -> ImmichAccount:
    """Find Immich at the address that was typed and return whose key it is.

    Raises:
        ImmichError: it cannot be used; each subclass is one reason.
    """
    verify_ssl = data[CONF_IMMICH_VERIFY_SSL]
    api_root = await discover(async_get_clientsession(hass, verify_ssl), data[CONF_IMMICH_URL], ssl=verify_ssl)
    client = immich_client(hass, {**data, CONF_IMMICH_URL: api_root})
    require_permissions(await client.api_key())
    return ImmichAccount(api_root, await client.me())


async def async_check_syncthing(hass: HomeAssistant, data: Mapping[str, Any]) -> str:
    """Return the root of Syncthing at the address that was typed, if it answers to the key.

    Raises:
        SyncthingError: it cannot be used; each subclass is one reason.
    """
    url = normalize_url(data[CONF_SYNCTHING_URL])
    client = syncthing_client(hass, {**data, CONF_SYNCTHING_URL: url})
    await asyncio.gather(client.status(), client.folders())
    return url
