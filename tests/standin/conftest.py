"""A running stand-in and somebody to ask it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.generations import server, v2, v3
from tests.servers.immich import ImmichStandIn

from .asking import Asker

__all__ = ["server", "v2", "v3"]


@pytest.fixture(autouse=True)
def _real_sockets(socket_enabled: None) -> None:
    """The stand-in serves on a real loopback socket."""


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


@pytest.fixture
def asker(server: ImmichStandIn, session: aiohttp.ClientSession) -> Asker:
    return Asker(server, session)


@pytest.fixture
def asker2(v2: ImmichStandIn, session: aiohttp.ClientSession) -> Asker:
    return Asker(v2, session)


@pytest.fixture
def asker3(v3: ImmichStandIn, session: aiohttp.ClientSession) -> Asker:
    return Asker(v3, session)
