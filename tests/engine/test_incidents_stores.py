"""How others lost photos, where the vault is an object store."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from custom_components.immich_syncthing.stores import connecting
from custom_components.immich_syncthing.stores.store import Store
from custom_components.immich_syncthing.vault.object_vault import ObjectVault
from tests.servers.s3 import S3Server, moto
from tests.servers.troubled_line import Line, Trouble, troubled_line

from .living import Life, living, ten_photos
from .one_folder import sha1

__all__ = ["moto"]
pytestmark = pytest.mark.usefixtures("socket_enabled")
TRASHED, DELETED = "Camera/IMG_3.jpg", "Camera/IMG_4.jpg"


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
        life.web.trash(life.web.find("IMG_3.jpg").id)
        life.phone_deletes(DELETED)
        report = await life.settle()
        assert TRASHED in life.on_phone()
        assert photos[DELETED] in life.in_immich()
        assert report.counts.failed == 2

        line.troubles.clear()
        life.clock.skip(3600)
        await life.settle()
        assert life.on_phone().keys() == photos.keys() - {TRASHED, DELETED}
        assert life.in_immich(trashed=True) == {photos[TRASHED], photos[DELETED]}
        assert [await vault.find(sha1(photos[path])) is not None for path in (TRASHED, DELETED)] == [True, True]


async def vaulted_in(life: Life, store: Store) -> ObjectVault:
    """Let the vault be in a store from now on."""
    vault = ObjectVault(store, life.clock.wall, life.workers.disk)
    await vault.prepare()
    life.vault = vault  # type: ignore[assignment] # a life begins with a directory
    await life.restart()
    return vault
