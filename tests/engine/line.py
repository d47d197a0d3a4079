"""A line to Immich on which uploads can be held up, and a film under way on it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine import under_way
from custom_components.immich_syncthing.engine.report import CycleReport, Followers
from custom_components.immich_syncthing.immich import models
from custom_components.immich_syncthing.immich.errors import CannotConnectError

from .living import Life, living

LARGE = 5_000
PATIENCE_SECONDS = 60


@dataclass
class Line:
    """The line to Immich, on which uploads can be held up. ``begun``: names in the order in which they went off."""

    begun: list[str] = field(default_factory=list)
    open: asyncio.Event = field(default_factory=asyncio.Event)
    held: Callable[[models.Upload], bool] = lambda _: False
    wait: Callable[[models.Upload], Awaitable[None]] | None = None
    broken: bool = False


def lay(line: Line, life: Life) -> None:
    """Have an account send over ``line``."""
    upload = life.folder._context.immich.upload  # noqa: SLF001 - the line between engine and client

    async def held_up(request: models.Upload) -> models.UploadResult:
        line.begun.append(request.file_name)
        if line.held(request):
            await line.open.wait()
        if line.wait is not None:
            await line.wait(request)
        if line.broken:
            raise CannotConnectError
        return await upload(request)

    life.folder._context.immich.upload = held_up  # type: ignore[assignment] # noqa: SLF001


@asynccontextmanager
async def a_film_under_way(
    life: Life, line: Line, followers: Followers | None = None
) -> AsyncIterator[asyncio.Task[CycleReport]]:
    """Let a film be sent until the block ends."""
    line.held = lambda request: request.size >= LARGE
    life.phone_adds("Camera/film.mp4", b"film" * LARGE)
    life.clock.skip(3)
    running = asyncio.create_task(life.folder.run(followers=followers))
    await becomes(lambda: "film.mp4" in line.begun)
    try:
        yield running
    finally:
        line.open.set()
        await asyncio.wait([running])
        if not running.cancelled():
            running.result()


async def becomes(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not condition():
            await asyncio.sleep(0.01)


def names(life: Life, *, trashed: bool = False) -> set[str]:
    return {asset.name for asset in life.web.assets(trashed=trashed)}


@pytest.fixture
def line(monkeypatch: pytest.MonkeyPatch) -> Line:
    """Make films of what is ``LARGE``."""
    monkeypatch.setattr(under_way, "BIG", LARGE)
    return Line()


@pytest.fixture
async def life(tmp_path: Path, line: Line) -> AsyncIterator[Life]:
    async with living(tmp_path) as life:
        lay(line, life)
        yield life
