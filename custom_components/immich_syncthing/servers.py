"""The two servers of an entry: their clients, and what is asked of them before an entry is made or changed."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from homeassistant.const import EVENT_HOMEASSISTANT_CLOSE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_create_clientsession
from homeassistant.util.hass_dict import HassKey

from .const import (
    CONF_IMMICH_API_KEY,
    CONF_IMMICH_URL,
    CONF_IMMICH_VERIFY_SSL,
    CONF_SYNCTHING_API_KEY,
    CONF_SYNCTHING_URL,
    CONF_SYNCTHING_VERIFY_SSL,
    DOMAIN,
)
from .immich import permissions
from .immich.client import ImmichClient
from .immich.discover import discover
from .immich.errors import MissingPermissionError
from .immich.models import ApiKeyInfo, User
from .immich.wire import with_key
from .syncthing.client import SyncthingClient
from .syncthing.url import normalize_url


@dataclass(frozen=True, slots=True)
class ImmichAccount:
    """Who answers, where, and what the key allows."""

    api_root: str
    user: User
    key: ApiKeyInfo


_SESSIONS: HassKey[dict[bool, aiohttp.ClientSession]] = HassKey(f"{DOMAIN}_sessions")


@callback
def async_session(hass: HomeAssistant, *, verify_ssl: bool) -> aiohttp.ClientSession:
    """Return a session on Home Assistant's connections but without its cookies: keys alone decide who we are."""
    sessions = hass.data.setdefault(_SESSIONS, {})
    if verify_ssl not in sessions:
        # Not cleaned up by itself: that would be with the entry that happens to ask first.
        session = async_create_clientsession(
            hass, verify_ssl, auto_cleanup=False, cookie_jar=aiohttp.DummyCookieJar(), middlewares=(with_key,)
        )

        @callback
        def detach(_: Event) -> None:
            session.detach()

        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_CLOSE, detach)
        sessions[verify_ssl] = session
    return sessions[verify_ssl]


def immich_client(hass: HomeAssistant, data: Mapping[str, Any]) -> ImmichClient:
    """Return the client for an entry's Immich."""
    verify_ssl = data[CONF_IMMICH_VERIFY_SSL]
    session = async_session(hass, verify_ssl=verify_ssl)
    return ImmichClient(session, data[CONF_IMMICH_URL], data[CONF_IMMICH_API_KEY], verify_ssl=verify_ssl)


def syncthing_client(hass: HomeAssistant, data: Mapping[str, Any]) -> SyncthingClient:
    """Return the client for an entry's Syncthing."""
    verify_ssl = data[CONF_SYNCTHING_VERIFY_SSL]
    session = async_session(hass, verify_ssl=verify_ssl)
    return SyncthingClient(session, data[CONF_SYNCTHING_URL], data[CONF_SYNCTHING_API_KEY], verify_ssl=verify_ssl)


def require_permissions(key: ApiKeyInfo) -> None:
    """Return if the key allows all that is needed; else raise ``MissingPermissionError`` naming all that it lacks."""
    if lacking := permissions.missing(key):
        raise MissingPermissionError(", ".join(lacking))


async def async_check_immich(hass: HomeAssistant, data: Mapping[str, Any]) -> ImmichAccount:
    """Find Immich at the address that was typed and return whose key it is.

    Raises:
        ImmichError: it cannot be used; each subclass is one reason.
    """
    verify_ssl = data[CONF_IMMICH_VERIFY_SSL]
    api_root = await discover(async_session(hass, verify_ssl=verify_ssl), data[CONF_IMMICH_URL], ssl=verify_ssl)
    client = immich_client(hass, {**data, CONF_IMMICH_URL: api_root})
    key = await client.api_key()
    require_permissions(key)
    return ImmichAccount(api_root, await client.me(), key)


async def async_check_syncthing(hass: HomeAssistant, data: Mapping[str, Any]) -> str:
    """Return the root of Syncthing at the address that was typed, if it answers to the key.

    Raises:
        SyncthingError: it cannot be used; each subclass is one reason.
    """
    url = normalize_url(data[CONF_SYNCTHING_URL])
    client = syncthing_client(hass, {**data, CONF_SYNCTHING_URL: url})
    await asyncio.gather(client.status(), client.folders())
    return url
