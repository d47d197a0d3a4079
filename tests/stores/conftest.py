"""The four stores of the tests: two S3 servers, memory and a directory."""

from pathlib import Path

import pytest

from custom_components.immich_syncthing.stores.settings import StoreKind, StoreSettings
from custom_components.immich_syncthing.stores.store import Store
from tests.mounts import small_disk
from tests.servers.s3 import S3Kind, S3Server, moto, s3rver

__all__ = ["moto", "s3rver", "small_disk"]


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Let these tests speak on the loopback."""


@pytest.fixture(params=list(S3Kind))
def s3(request: pytest.FixtureRequest) -> S3Server:
    server: S3Server = request.getfixturevalue(request.param.value)
    return server


@pytest.fixture(params=["memory", "directory", *S3Kind])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "memory":
        return Store.memory()
    if request.param == "directory":
        return Store(StoreSettings(StoreKind.DIRECTORY, prefix="photos/mine", directory=str(tmp_path)))
    server: S3Server = request.getfixturevalue(request.param.value)
    return Store(server.settings(server.new_bucket(), prefix="photos/mine"))
