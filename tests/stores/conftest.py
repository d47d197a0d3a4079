"""The five stores of the tests: two S3 servers, Azure's stand-in, memory and a directory."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from custom_components.immich_syncthing.stores import connecting
from custom_components.immich_syncthing.stores.settings import StoreKind, StoreSettings
from custom_components.immich_syncthing.stores.store import Store
from tests.mounts import small_disk
from tests.servers.azure import AzureServer, azurite
from tests.servers.s3 import S3Kind, S3Server, moto, s3rver

from .things import CROWD

__all__ = ["azurite", "moto", "s3rver", "small_disk"]


@pytest.fixture(autouse=True)
def _sockets(socket_enabled: None) -> None:
    """Let these tests speak on the loopback."""


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask three times within a blink, not seven times in six seconds."""
    monkeypatch.setitem(connecting.RETRIES, "max_retries", 2)
    monkeypatch.setitem(connecting.RETRIES["backoff"], "init_backoff", timedelta(milliseconds=1))


@pytest.fixture(params=list(S3Kind))
def s3(request: pytest.FixtureRequest) -> S3Server:
    server: S3Server = request.getfixturevalue(request.param.value)
    return server


@pytest.fixture(params=["memory", "directory", *S3Kind, "azurite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "memory":
        return Store.memory()
    if request.param == "directory":
        return Store(StoreSettings(StoreKind.DIRECTORY, prefix="photos/mine", directory=str(tmp_path)))
    server: S3Server | AzureServer = request.getfixturevalue(str(request.param))
    return Store(server.settings(server.new_bucket(), prefix="photos/mine"))


@pytest.fixture(scope="session")
def crowded_moto(moto: S3Server) -> tuple[S3Server, str]:
    return moto, _crowded(moto)


@pytest.fixture(scope="session")
def crowded_s3rver(s3rver: S3Server) -> tuple[S3Server, str]:
    return s3rver, _crowded(s3rver)


@pytest.fixture(params=list(S3Kind))
def crowded(request: pytest.FixtureRequest) -> tuple[S3Server, str]:
    """Give a server with a bucket of more objects below ``many`` than a page of a list has."""
    found: tuple[S3Server, str] = request.getfixturevalue(f"crowded_{request.param.value}")
    return found


def _crowded(server: S3Server) -> str:
    bucket = server.new_bucket()
    with ThreadPoolExecutor(8) as pool:
        for number in range(CROWD):
            pool.submit(server.client.put_object, Bucket=bucket, Key=f"many/{number:04}", Body=b"1")
    return bucket
