"""The session that both servers are asked through."""

import aiohttp
from homeassistant.core import HomeAssistant
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from custom_components.immich_syncthing.servers import async_session


async def test_no_cookie_is_shared_with_home_assistant(hass: HomeAssistant) -> None:
    for verify_ssl in (True, False):
        session = async_session(hass, verify_ssl=verify_ssl)
        assert isinstance(session.cookie_jar, aiohttp.DummyCookieJar)
        assert session is async_session(hass, verify_ssl=verify_ssl)
        assert session.connector is async_get_clientsession(hass, verify_ssl).connector
