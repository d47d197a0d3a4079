"""Real Syncthing instances, started once per session and release, and small servers that answer what a test says."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from custom_components.immich_syncthing.syncthing.client import SyncthingClient

from ..servers.syncthing import Release, SyncthingProcess
from ..servers.syncthing_pair import SyncthingPair


@pytest.fixture(autouse=True)
def _loopback(socket_enabled: None) -> None:
    """All of these tests talk to servers on 127.0.0.1."""


@pytest.fixture(params=list(Release), ids=str)
def release(request: pytest.FixtureRequest) -> Release:
    return Release(request.param)


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture(scope="session")
def _pairs() -> Iterator[dict[Release, SyncthingPair]]:
    pairs: dict[Release, SyncthingPair] = {}
    yield pairs
    _stop_all(pairs.values())


@pytest.fixture(scope="session")
def _processes() -> Iterator[dict[Release, SyncthingProcess]]:
    processes: dict[Release, SyncthingProcess] = {}
    yield processes
    _stop_all(processes.values())


def _stop_all(started: Iterable[SyncthingPair | SyncthingProcess]) -> None:
    async def stop() -> None:
        await asyncio.gather(*(entry.stop() for entry in started))

    with asyncio.Runner() as runner:
        runner.run(stop())


@pytest.fixture
async def pair(
    release: Release, _pairs: dict[Release, SyncthingPair], tmp_path_factory: pytest.TempPathFactory
) -> SyncthingPair:
    """A server and a phone in sync, shared: each test stays in its own ``corner`` and leaves no setting behind."""
    if release not in _pairs:
        started = SyncthingPair(
            tmp_path_factory.mktemp(f"pair-{release}"), server_release=release, phone_release=release
        )
        await started.start()
        _pairs[release] = started
    return _pairs[release]


@pytest.fixture
def client(pair: SyncthingPair, session: aiohttp.ClientSession) -> SyncthingClient:
    """A client of the pair's server."""
    return SyncthingClient(session, pair.server.url, pair.server.api_key)


@pytest.fixture
def corner(request: pytest.FixtureRequest) -> str:
    """A directory of the shared folder that belongs to this test."""
    return str(request.node.originalname)


@dataclass(frozen=True, slots=True)
class Lone:
    """A Syncthing without peers, with an empty folder ``photos`` whose changes nobody watches.

    A test may restart it, flood it and change its settings, and puts the settings back.
    """

    process: SyncthingProcess
    directory: Path

    def client(
        self, session: aiohttp.ClientSession, *, key: str | None = None, verify_ssl: bool = True
    ) -> SyncthingClient:
        return SyncthingClient(session, self.process.url, key or self.process.api_key, verify_ssl=verify_ssl)


@pytest.fixture
async def lone(
    release: Release,
    _processes: dict[Release, SyncthingProcess],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Lone]:
    if release not in _processes:
        _processes[release] = SyncthingProcess(tmp_path_factory.mktemp(f"lone-{release}"), release=release)
    process = _processes[release]
    if not process.running:
        await process.start()
    directory = tmp_path / "photos"
    directory.mkdir()
    await process.add_folder("photos", "Photos", directory, fsWatcherEnabled=False)
    yield Lone(process, directory)
    if process.running:
        await process.call("DELETE", "config/folders/photos")
