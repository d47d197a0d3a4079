"""A tablet's folder, and the Immich that fills it."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.servers.immich import ImmichStandIn

from .tablet import Tablet, tablet_of


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Let these tests speak on the loopback."""


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


@pytest.fixture
async def immich(request: pytest.FixtureRequest) -> AsyncIterator[ImmichStandIn]:
    async with ImmichStandIn(version=getattr(request, "param", "3.2.2")) as server:
        yield server


@pytest.fixture
def tablet(immich: ImmichStandIn, session: aiohttp.ClientSession, tmp_path: Path) -> Tablet:
    return tablet_of(immich, session, tmp_path)
