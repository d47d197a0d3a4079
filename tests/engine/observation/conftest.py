"""A watched folder for each test."""

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from .watched import Watched, own_by_nobody, permissions_count, watch


@pytest.fixture
async def folder(tmp_path: Path) -> AsyncIterator[Watched]:
    async with watch(tmp_path) as watched:
        yield watched


@pytest.fixture
def open_place() -> Iterator[Path]:
    """A directory that any user may use: pytest's own lies where only the present one may go."""
    place = Path(tempfile.mkdtemp(prefix="observation-"))
    place.chmod(0o755)
    own_by_nobody(place)
    yield place
    for path in place.rglob("*"):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o700)
    shutil.rmtree(place)


@pytest.fixture
async def guarded_folder(open_place: Path) -> AsyncIterator[Watched]:
    """A folder whose permissions count, even for tests that root runs."""
    with permissions_count():
        async with watch(open_place) as watched:
            yield watched
