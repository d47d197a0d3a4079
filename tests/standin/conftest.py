"""A running stand-in and somebody to ask it."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from tests.servers.immich import ImmichStandIn

from .asking import Asker


@pytest.fixture(autouse=True)
def _real_sockets(socket_enabled: None) -> None:
    """The stand-in serves on a real loopback socket."""


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


@pytest.fixture
async def v2() -> AsyncIterator[ImmichStandIn]:
    async with ImmichStandIn("2.7.5") as server:
        yield server


@pytest.fixture
async def v3() -> AsyncIterator[ImmichStandIn]:
    async with ImmichStandIn("3.2.2") as server:
        yield server


@pytest.fixture(params=["2.7.5", "3.2.2"])
async def server(request: pytest.FixtureRequest) -> AsyncIterator[ImmichStandIn]:
    """Both generations, one after the other."""
    async with ImmichStandIn(request.param) as server:
        yield server


@pytest.fixture
def asker(server: ImmichStandIn, session: aiohttp.ClientSession) -> Asker:
    return Asker(server, session)


@pytest.fixture
def asker2(v2: ImmichStandIn, session: aiohttp.ClientSession) -> Asker:
    return Asker(v2, session)


@pytest.fixture
def asker3(v3: ImmichStandIn, session: aiohttp.ClientSession) -> Asker:
    return Asker(v3, session)
