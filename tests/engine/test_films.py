"""What goes wrong with one film costs the other that is under way nothing, nor whoever needs the folder for himself."""

import asyncio

import pytest

from custom_components.immich_syncthing.engine.report import CycleReport, Followers, Tallies
from custom_components.immich_syncthing.immich import models
from custom_components.immich_syncthing.immich.errors import CannotConnectError

from .line import LARGE, PATIENCE_SECONDS, Line, a_film_under_way, becomes, life, line, names
from .living import Life

__all__ = ["life", "line"]

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_whoever_takes_over_waits_for_no_film_that_would_be_next(life: Life, line: Line) -> None:
    """A photo is still on its way when the films are broken off: no other film takes their place."""
    photo_may = asyncio.Event()

    async def photos_wait(_: models.Upload) -> None:
        await photo_may.wait()

    line.held = lambda request: request.size >= LARGE
    line.wait = photos_wait
    for number in range(4):
        life.phone_adds(f"Camera/film_{number}.mp4", b"%d" % number * LARGE)
    life.phone_adds("Camera/photo.jpg")
    running = asyncio.create_task(life.cycle())
    await becomes(lambda: len(line.begun) == 3)
    taking_over = asyncio.create_task(life.folder.take_over())
    await becomes(lambda: len(life.folder._context.active) == 1)  # noqa: SLF001 - the films are broken off
    photo_may.set()
    await asyncio.wait([taking_over], timeout=PATIENCE_SECONDS)
    took_over = taking_over.done()
    line.open.set()
    await asyncio.gather(running, taking_over)
    assert took_over
    await life.settle()
    assert len(names(life)) == 5


async def test_a_film_that_fails_at_once_is_not_begun_over_and_over(life: Life, line: Line) -> None:
    """A proxy that hangs up on it would be asked all along, and Immich and Syncthing with it."""
    told: list[CycleReport] = []

    async def tell(report: CycleReport, _: Tallies) -> None:
        told.append(report)

    async with a_film_under_way(life, line, Followers(lambda: False, tell)):
        line.held = lambda request: request.file_name == "film.mp4"
        line.wait = broken
        life.phone_adds("Camera/broken.mp4", b"broken" * LARGE)
        await becomes(lambda: "broken.mp4" in line.begun)
        cycles = len(told)
        await asyncio.sleep(0.5)
        assert len(told) <= cycles + 3
        life.phone_adds("Camera/today.jpg")
        await becomes(lambda: "today.jpg" in names(life))
        line.wait = None
    await life.settle()
    assert names(life) == {"film.mp4", "broken.mp4", "today.jpg"}


async def test_what_one_film_met_is_not_told_any_more_once_it_is_over(life: Life, line: Line) -> None:
    async with a_film_under_way(life, line) as running:
        line.held = lambda request: request.file_name == "film.mp4"
        line.wait = broken
        life.phone_adds("Camera/broken.mp4", b"broken" * LARGE)
        await becomes(lambda: "broken.mp4" in line.begun)
        line.wait = None
        life.folder.note_hint()
        await becomes(lambda: "broken.mp4" in names(life))
        line.open.set()
        report = await running
        assert (report.problem, report.uploaded) == (None, 2)


async def test_no_cycle_runs_beside_a_film_while_the_ledger_is_copied(
    life: Life, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[CycleReport] = []

    async def tell(report: CycleReport, _: Tallies) -> None:
        told.append(report)

    monkeypatch.setattr("custom_components.immich_syncthing.engine.account.FINISH_SECONDS", 0.1)
    async with a_film_under_way(life, line, Followers(lambda: False, tell)):
        await becomes(lambda: bool(told) and not life.folder._floor.is_taken)  # noqa: SLF001 - only the film is left
        await life.account.begin_copy()
        cycles = len(told)
        life.phone_adds("Camera/today.jpg")
        await asyncio.sleep(0.5)
        assert len(told) == cycles
        assert (await life.folder.preview()).problem is None
        await life.account.end_copy()
        await becomes(lambda: "today.jpg" in names(life))
    await life.settle()
    assert names(life) == {"film.mp4", "today.jpg"}


async def broken(request: models.Upload) -> None:
    if request.file_name == "broken.mp4":
        raise CannotConnectError
