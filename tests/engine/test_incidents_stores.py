"""How others lost photos, where the vault is an object store."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from custom_components.immich_syncthing.stores import connecting
from custom_components.immich_syncthing.stores.store import Store
from custom_components.immich_syncthing.vault.object_vault import ObjectVault
from tests.checksums import sha1
from tests.servers.s3 import S3Server, moto
from tests.servers.troubled_line import Line, Trouble, troubled_line

from .living import Life, living, ten_photos
from .two_deletions import DELETED, TRASHED, goes_on, nothing_is_deleted

__all__ = ["moto"]
pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a server be asked three times within a blink."""
    monkeypatch.setitem(connecting.RETRIES, "max_retries", 2)
    monkeypatch.setitem(connecting.RETRIES["backoff"], "init_backoff", timedelta(milliseconds=1))


@pytest.fixture
async def line(moto: S3Server, impatient: None) -> AsyncIterator[Line]:
    """The line to the vault's server."""
    async with troubled_line(moto.url) as one:
        yield one


async def test_vault_unavailable_because_its_server_is_down(tmp_path: Path, moto: S3Server, line: Line) -> None:
    """Without a copy nothing is deleted, on either side; when it is back, all goes on."""
    async with living(tmp_path) as life:
        vault = await vaulted_in(life, Store(moto.settings(moto.new_bucket(), url=line.url)))
        photos = await ten_photos(life)
        line.trouble(Trouble("", times=-1, status="503 Service Unavailable"))
        await nothing_is_deleted(life, photos, "vault_unavailable")
        line.troubles.clear()
        await goes_on(life, photos)
        assert [await vault.find(sha1(photos[path])) is not None for path in (TRASHED, DELETED)] == [True, True]


async def vaulted_in(life: Life, store: Store) -> ObjectVault:
    """Let the vault be in a store from now on."""
    vault = ObjectVault(store, life.clock.wall, life.workers.disk)
    await vault.prepare()
    life.vault = vault  # type: ignore[assignment] # a life begins with a directory
    await life.restart()
    return vault
