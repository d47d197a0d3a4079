"""Home Assistant with the integration, an Immich, and a real Syncthing with one folder that Home Assistant sees."""

import asyncio
import shutil
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_socket
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util

import custom_components.immich_syncthing
from custom_components.immich_syncthing import migration_coordinator
from custom_components.immich_syncthing.issues import board
from tests.servers.immich import ImmichStandIn
from tests.servers.syncthing import SyncthingProcess

from .household import Household, Jump


@pytest.fixture(autouse=True)
def _loopback(socket_enabled: None) -> None:
    """All of these tests talk to servers on 127.0.0.1."""


@pytest.fixture(autouse=True)
def _photos_are_complete_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for files to settle: the tests' person writes them in one go."""
    engine = f"{custom_components.immich_syncthing.__name__}.engine."
    patched = [
        module for name, module in sys.modules.items() if name.startswith(engine) and hasattr(module, "SETTLE_SECONDS")
    ]
    assert patched
    for module in patched:
        monkeypatch.setattr(module, "SETTLE_SECONDS", 0.0)


@pytest.fixture(autouse=True)
def _entries_are_noted_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no migration wait for Home Assistant to write what its entries hold."""
    monkeypatch.setattr(migration_coordinator, "NOTED_SECONDS", 0.0)


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Give what lets seconds pass for the board, which waits before it shows what may pass by itself."""
    ahead = 0.0
    monkeypatch.setattr(board, "monotonic", lambda: time.monotonic() + ahead)

    def wait(seconds: float) -> None:
        nonlocal ahead
        ahead += seconds

    return wait


@pytest.fixture
def jump(monkeypatch: pytest.MonkeyPatch) -> Jump:
    """Give what sets the clock of the machine forward, or back, from what it shows."""
    real, ahead = time.time, 0.0
    monkeypatch.setattr(time, "time", lambda: real() + ahead)
    monkeypatch.setattr(dt_util, "utcnow", lambda: datetime.fromtimestamp(real() + ahead, UTC))

    def set_clock(seconds: float) -> None:
        nonlocal ahead
        ahead += seconds

    return set_clock


@pytest.fixture
def hass_config_dir(tmp_path: Path) -> str:
    """Return a configuration directory of this test alone: the ledgers lie in it."""
    directory = tmp_path / "config"
    directory.mkdir()
    return str(directory)


@pytest.fixture
async def immich() -> AsyncIterator[ImmichStandIn]:
    async with ImmichStandIn() as server:
        yield server


@pytest.fixture
def encrypted_immich(_loopback: None) -> Iterator[ImmichStandIn]:
    """Return an Immich with a self-signed certificate.

    It has an event loop of its own: the handshakes that fail there are no faults of the one under test.
    """
    server = ImmichStandIn(tls=True)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    asyncio.run_coroutine_threadsafe(server.start(), loop).result()
    yield server
    asyncio.run_coroutine_threadsafe(server.stop(), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture(scope="session")
def _syncthing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SyncthingProcess]:
    """Start one Syncthing for all tests; each has a folder of its own in it."""
    pytest_socket.enable_socket()
    process = SyncthingProcess(tmp_path_factory.mktemp("syncthing"))
    with asyncio.Runner() as runner:
        runner.run(process.start())
        yield process
        runner.run(process.stop())


@pytest.fixture
async def syncthing(_syncthing: SyncthingProcess) -> AsyncIterator[SyncthingProcess]:
    """Return the Syncthing without folders; whatever a test adds goes with it."""
    yield _syncthing
    if not _syncthing.running:
        await _syncthing.start()
    for folder in await _syncthing.call("GET", "config/folders"):
        await _syncthing.call("DELETE", f"config/folders/{folder['id']}")
    for device in await _syncthing.call("GET", "config/devices"):
        if device["deviceID"] != _syncthing.device_id:
            await _syncthing.call("DELETE", f"config/devices/{device['deviceID']}")


@pytest.fixture
async def household(
    hass: HomeAssistant, immich: ImmichStandIn, syncthing: SyncthingProcess, tmp_path: Path
) -> AsyncIterator[Household]:
    """Return everything a person has who sets this up: both servers, and a folder with three photos."""
    media = tmp_path / "media"
    photos = media / "phone"
    photos.mkdir(parents=True)
    hass.config.media_dirs = {"local": str(media)}
    hass.config.allowlist_external_dirs = {str(media)}
    home = Household(hass, immich, syncthing, photos)
    for number in range(3):
        home.take_photo(f"IMG_{number}.jpg")
    await syncthing.add_folder("photos", "Phone", photos, fsWatcherEnabled=False)
    await syncthing.scan("photos")
    yield home
    shutil.rmtree(media)


@pytest.fixture
async def all_deleted(hass: HomeAssistant, household: Household) -> Household:
    """Return the household after somebody deleted all photos from the folder: that is always asked, by a repair."""
    assert await async_setup_component(hass, "repairs", {})
    await household.set_up(preset="mirror")
    await household.sync()
    for photo in household.photos.glob("*.jpg"):
        photo.unlink()
    await household.notice()
    return household
