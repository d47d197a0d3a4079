"""A vault on a real disk, beside a folder on the same disk, and what does not fit on it."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.workers import ThreadPool
from custom_components.immich_syncthing.vault.directory import DirectoryVault
from custom_components.immich_syncthing.vault.model import Blocking
from tests.mounts import read_only, small_disk
from tests.servers.azure import azurite
from tests.servers.s3 import moto, s3rver

from .kinds import FAR, KINDS, Place, place_in, place_of

__all__ = ["azurite", "moto", "read_only", "s3rver", "small_disk"]


@pytest.fixture
def disk() -> Iterator[ThreadPool]:
    pool = ThreadPool(2, "disk")
    yield pool
    pool.close()


@pytest.fixture
def clock() -> Callable[[], float]:
    """Tell another second each time."""
    return count(1_763_700_000).__next__


@pytest.fixture(params=[*KINDS, *FAR])
async def place(request: pytest.FixtureRequest, tmp_path: Path, disk: Blocking, clock: Callable[[], float]) -> Place:
    """Give a vault of every kind, and in every store."""
    if request.param in FAR:
        request.getfixturevalue("socket_enabled")
        server = request.getfixturevalue(request.param.removeprefix("store in "))
        place = place_in(server, disk, clock)
    else:
        place = place_of(request.param, tmp_path / "place", disk, clock)
    await place.vault.prepare()
    return place


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    return folder


@pytest.fixture
async def vault(tmp_path: Path, disk: Blocking, clock: Callable[[], float]) -> DirectoryVault:
    vault = DirectoryVault(tmp_path / "vault", disk, clock)
    await vault.prepare()
    return vault


@pytest.fixture
async def small_vault(small_disk: Path, disk: Blocking, clock: Callable[[], float]) -> DirectoryVault:
    vault = DirectoryVault(small_disk / "vault", disk, clock)
    await vault.prepare()
    return vault
