"""A client of the real code against the stand-in, once as 2.7.5 and once as 3.2.2."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_socket

from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.wire import with_key
from tests.servers.immich import ImmichStandIn

from .pauses import Pauses


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Let these tests speak on the loopback, also to a second host."""
    pytest_socket.socket_allow_hosts(["127.0.0.1", "127.0.0.2"])


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), middlewares=(with_key,)) as session:
        yield session


@pytest.fixture(params=["2.7.5", "3.2.2"])
async def immich(request: pytest.FixtureRequest) -> AsyncIterator[ImmichStandIn]:
    async with ImmichStandIn(version=request.param) as server:
        yield server


@pytest.fixture
def pauses() -> Pauses:
    """The pauses that the client made: recorded, not waited for."""
    return Pauses()


@pytest.fixture
def client(session: aiohttp.ClientSession, immich: ImmichStandIn, pauses: Pauses) -> ImmichClient:
    return ImmichClient(session, f"{immich.url}/api", immich.key, sleep=pauses.sleep, random=lambda: 0.5)


@pytest.fixture
async def ssh_port() -> AsyncIterator[int]:
    """The port of a program that speaks, but not HTTP."""

    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]
