"""Fixtures of the engine's tests."""

import errno
import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine import placing
from custom_components.immich_syncthing.engine.scan import Root
from tests.mounts import mounted, read_only, small_disk

from .living import Life, living
from .one_folder import OneFolder

__all__ = ["folder", "life", "mounted", "moving", "read_only", "root", "small_disk"]


@pytest.fixture(params=["2.7.5", "3.2.2"])
async def life(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Life]:
    """Return an account that lives with an Immich of either version."""
    async with living(tmp_path, version=request.param) as one:
        yield one


@pytest.fixture
def folder(tmp_path: Path) -> OneFolder:
    return OneFolder.made(tmp_path / "folder")


@pytest.fixture
def root(folder: OneFolder) -> Iterator[Root]:
    with folder.opened() as root:
        yield root


@pytest.fixture(params=["renameat2", "link"])
def moving(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run on file systems that can rename without replacing, and on those that cannot."""
    if request.param == "link":
        monkeypatch.setattr(placing, "rename_no_replace", _unknown_here)


def _unknown_here(*_: object) -> None:
    raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
