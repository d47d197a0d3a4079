"""An administrator's client, and time that passes when somebody sleeps."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from custom_components.immich_syncthing.engine.workers import InlinePool
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.replica.dumps import DatabaseBackups
from custom_components.immich_syncthing.stores.settings import StoreKind, StoreSettings
from custom_components.immich_syncthing.stores.store import Store
from tests.servers.immich import ImmichStandIn

from .house import House
from .shelves import OWNER


class QuickClock:
    """Nobody waits long, but the servers get their turn while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Let these tests speak on the loopback."""


@pytest.fixture
def clock() -> QuickClock:
    return QuickClock()


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        yield session


@pytest.fixture(params=["2.7.5", "3.2.2"])
async def immich(request: pytest.FixtureRequest) -> AsyncIterator[ImmichStandIn]:
    async with ImmichStandIn(version=request.param) as server:
        yield server


@pytest.fixture
def client(session: aiohttp.ClientSession, immich: ImmichStandIn, clock: QuickClock) -> ImmichClient:
    return ImmichClient(session, f"{immich.url}/api", immich.key, sleep=clock.sleep, random=lambda: 0.5)


@pytest.fixture(params=["memory", "directory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "memory":
        return Store.memory()
    (tmp_path / "store").mkdir()
    return Store(StoreSettings(StoreKind.DIRECTORY, directory=str(tmp_path / "store")))


@pytest.fixture
def backups(client: ImmichClient, store: Store, clock: QuickClock) -> DatabaseBackups:
    return DatabaseBackups(client, store, InlinePool(), clock, OWNER)


@pytest.fixture
def house(
    immich: ImmichStandIn, session: aiohttp.ClientSession, client: ImmichClient, store: Store, tmp_path: Path
) -> House:
    """Everything of a replica."""
    return House(immich, session, client, store, tmp_path)
