"""Who goes up first: the newest, beside films that take hours, and whatever happens meanwhile is seen."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from custom_components.immich_syncthing.engine.actions import Upload
from custom_components.immich_syncthing.engine.apply.context import Run
from custom_components.immich_syncthing.engine.apply.sending import Beside, _Batch
from custom_components.immich_syncthing.engine.model import FolderState, Preset
from custom_components.immich_syncthing.engine.planning import Draft
from custom_components.immich_syncthing.engine.report import CycleReport, Followers, Tallies
from custom_components.immich_syncthing.immich import models
from tests.servers.immich.faults import FaultKind

from .line import LARGE, PATIENCE_SECONDS, Line, a_film_under_way, becomes, lay, life, line, names
from .living import TABLET, Life, living, ten_photos

__all__ = ["life", "line"]

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_a_fresh_photo_does_not_wait_for_a_film(life: Life, line: Line) -> None:
    async with a_film_under_way(life, line):
        life.phone_adds("Camera/today.jpg")
        await becomes(lambda: "today.jpg" in names(life))
        assert "film.mp4" not in names(life)
    await life.settle()
    assert names(life) == {"film.mp4", "today.jpg"}
    assert line.begun.count("film.mp4") == 1


async def test_a_deletion_does_not_wait_for_a_film(life: Life, line: Line) -> None:
    await ten_photos(life)
    async with a_film_under_way(life, line):
        life.phone_deletes("Camera/IMG_3.jpg")
        life.clock.skip(3)
        await becomes(lambda: "IMG_3.jpg" in names(life, trashed=True))
    await life.settle()
    assert "film.mp4" in names(life)


async def test_what_is_trashed_in_immich_is_found_when_somebody_hints_at_it(life: Life, line: Line) -> None:
    await ten_photos(life)
    async with a_film_under_way(life, line):
        life.web.trash(life.web.find("IMG_3.jpg").id)
        life.folder.note_hint()
        await becomes(lambda: "Camera/IMG_3.jpg" not in life.on_phone())
    assert "film.mp4" in names(life)


async def test_films_without_end_go_up_one_into_another(
    life: Life, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is sent until the next was begun, as in an archive of them that takes days. No cycle waits for another."""
    films = {f"{number:03}.mp4" for number in range(24)}
    for name in films:
        life.phone_adds(f"Camera/{name}", name.encode() * LARGE)
    films_now, cycles_now, most_films, most_cycles = 0, 0, 0, 0
    cycle = life.folder._cycle  # noqa: SLF001 - cycles within cycles show nowhere else

    async def overlapping(_: models.Upload) -> None:
        nonlocal films_now, most_films
        films_now += 1
        most_films = max(most_films, films_now)
        number = len(line.begun)
        await becomes(lambda: len(line.begun) > number or len(line.begun) == len(films))
        films_now -= 1

    async def counted(run: Run, beside: Beside) -> CycleReport:
        nonlocal cycles_now, most_cycles
        cycles_now += 1
        most_cycles = max(most_cycles, cycles_now)
        try:
            return await cycle(run, beside)
        finally:
            cycles_now -= 1

    line.wait = overlapping
    monkeypatch.setattr(life.folder, "_cycle", counted)
    report = await life.cycle()
    assert report.problem is None
    await life.settle()
    assert names(life) == films
    assert len(line.begun) == len(films)
    assert (most_films, most_cycles) == (2, 2)


async def test_what_goes_wrong_beside_a_film_is_told_and_does_not_end_it(life: Life, line: Line) -> None:
    await ten_photos(life)
    told: list[CycleReport] = []

    async def tell(report: CycleReport, _: Tallies) -> None:
        told.append(report)

    async with a_film_under_way(life, line, Followers(lambda: False, tell)):
        broken = life.server.faults.add(FaultKind.STATUS, "search/metadata", status=500)
        life.folder.note_hint()
        await becomes(lambda: bool(told and told[-1].problem))
        assert broken.hits
        life.server.faults.clear()
        life.phone_adds("Camera/today.jpg")
        await becomes(lambda: "today.jpg" in names(life))
        await becomes(lambda: told[-1].problem is None and told[-1].uploaded == 1)
        assert life.folder.state is FolderState.UPLOADING
    assert line.begun.count("film.mp4") == 1
    await life.settle()
    assert names(life) >= {"film.mp4", "today.jpg"}


async def test_a_pause_breaks_off_a_film_also_after_cycles_beside_it(life: Life, line: Line) -> None:
    async with a_film_under_way(life, line) as running:
        life.phone_adds("Camera/today.jpg")
        await becomes(lambda: "today.jpg" in names(life))
        await life.folder.pause(None)
        report = await running
        assert report.state is FolderState.PAUSED
    assert names(life) == {"today.jpg"}
    await life.folder.resume()
    await life.settle()
    assert names(life) == {"film.mp4", "today.jpg"}


async def test_a_preview_does_not_wait_for_a_film_and_does_not_end_it(life: Life, line: Line) -> None:
    await ten_photos(life)
    async with a_film_under_way(life, line) as running:
        await becomes(lambda: not life.folder._floor.is_taken)  # noqa: SLF001 - nothing but the film is under way
        life.web.trash(life.web.find("IMG_3.jpg").id)
        async with asyncio.timeout(PATIENCE_SECONDS):
            preview = await life.folder.preview()
        assert (preview.problem, preview.actions) == (None, {"delete_file": 1})
        assert not running.done()
        assert life.folder.state is FolderState.UPLOADING
        life.folder.note_hint()
        await becomes(lambda: "Camera/IMG_3.jpg" not in life.on_phone())
    await life.settle()
    assert line.begun.count("film.mp4") == 1
    assert "film.mp4" in names(life)


async def test_no_cycle_runs_while_somebody_previews(life: Life, line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    await ten_photos(life)
    draft, at_once, most = life.folder._draft, 0, 0  # noqa: SLF001 - the heart of both

    async def counted(**how: Any) -> Draft:
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        await asyncio.sleep(0.05)
        try:
            return await draft(**how)
        finally:
            at_once -= 1

    monkeypatch.setattr(life.folder, "_draft", counted)
    async with a_film_under_way(life, line):
        for number in range(3):
            life.phone_adds(f"Camera/today_{number}.jpg")
            await asyncio.gather(*(life.folder.preview() for _ in range(3)))
    await life.settle()
    assert most == 1
    assert len(names(life)) == 14


async def test_a_cycle_that_is_broken_off_while_somebody_previews_leaves_the_preview_alone(
    life: Life, line: Line
) -> None:
    await ten_photos(life)
    async with a_film_under_way(life, line) as running:
        await becomes(lambda: not life.folder._floor.is_taken)  # noqa: SLF001 - nothing but the film is under way
        async with life.folder._floor.taken():  # noqa: SLF001
            running.cancel()
            await asyncio.sleep(0.05)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            assert life.folder._floor.is_taken  # noqa: SLF001
        line.open.set()
        await life.settle()
    assert "film.mp4" in names(life)


async def test_whoever_takes_over_does_not_wait_for_a_film(life: Life, line: Line) -> None:
    async with a_film_under_way(life, line) as running:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await life.folder.take_over()
        line.open.set()
        await running
    await life.settle()
    assert names(life) == {"film.mp4"}


async def test_a_film_that_is_broken_off_ends_within_a_moment(life: Life, line: Line) -> None:
    """What shuts Home Assistant down cancels the cycle, in the midst of whatever it does."""
    async with living(life.home / "other") as other:
        lay(line, other)
        line.held = lambda request: request.size >= LARGE
        other.phone_adds("Camera/film.mp4", b"film" * LARGE)
        running = asyncio.create_task(other.cycle())
        await becomes(lambda: "film.mp4" in line.begun)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        assert not other.folder._context.active  # noqa: SLF001 - nothing is left under way
        line.open.set()
        await other.settle()
        assert names(other) == {"film.mp4"}


async def test_the_newest_photos_go_up_first(life: Life, line: Line) -> None:
    """One after the other: of so few, nothing is found out yet of how many to send at once."""
    for number in range(7):
        life.phone_adds(f"Camera/IMG_{number:02}.jpg")
        os.utime(life.root / f"Camera/IMG_{number:02}.jpg", (1_700_000_000 + number, 1_700_000_000 + number))
    life.folder._context.under_way.pace.limit = 1  # noqa: SLF001
    await life.settle()
    assert line.begun == [f"IMG_{number:02}.jpg" for number in reversed(range(7))]


async def test_a_plan_that_cannot_hold_all_holds_the_newest(life: Life) -> None:
    for number in range(12):
        life.phone_adds(f"Camera/IMG_{number:02}.jpg")
        os.utime(life.root / f"Camera/IMG_{number:02}.jpg", (1_700_000_000 + number, 1_700_000_000 + number))
    await life.folder.pause(None)
    await life.folder.resume()
    preview = await life.folder.preview()
    assert preview.actions == {"upload": 12}
    draft = await life.folder._draft(uploads=5)  # noqa: SLF001
    uploads = [one for one in draft.verdict.allowed if isinstance(one, Upload)]
    assert {one.file.path for one in uploads} == {f"Camera/IMG_{number:02}.jpg" for number in range(7, 12)}
    assert draft.unlisted[life.folder.settings.id][0] == 7


async def test_a_photo_that_arrives_while_an_archive_goes_up_is_next(life: Life, line: Line) -> None:
    archive = {f"IMG_{number:02}.jpg" for number in range(40)}
    for name in archive:
        life.phone_adds(f"Camera/{name}")
    life.folder._context.under_way.pace.limit = 1  # noqa: SLF001
    line.held = lambda _: True
    running = asyncio.create_task(life.cycle())
    await becomes(lambda: bool(line.begun))
    life.phone_adds("Camera/today.jpg", old=False)
    life.clock.skip(5)
    line.open.set()
    await running
    await life.settle()
    assert line.begun[1] == "today.jpg"
    assert names(life) == {*archive, "today.jpg"}


async def test_what_happens_too_early_to_interrupt_is_waited_for_in_peace(
    life: Life, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a minute of planning, photos are sent for a minute. An event meanwhile is no reason to look all along."""
    begin, looks = _Batch.begin, 0

    def counted(batch: _Batch, group: asyncio.TaskGroup, *, interrupted: bool) -> bool:
        nonlocal looks
        looks += 1
        return begin(batch, group, interrupted=interrupted)

    draft = life.folder._draft  # noqa: SLF001 - what takes long in a large library

    async def slow() -> Draft:
        drafted = await draft()
        life.clock.skip(60)
        return drafted

    monkeypatch.setattr(_Batch, "begin", counted)
    monkeypatch.setattr(life.folder, "_draft", slow)
    life.phone_adds("Camera/IMG_1.jpg")
    line.held = lambda _: True
    running = asyncio.create_task(life.cycle())
    await becomes(lambda: bool(line.begun))
    life.folder.note_hint()
    for _ in range(1000):
        await asyncio.sleep(0)
    line.open.set()
    await running
    assert looks < 10
    assert names(life) == {"IMG_1.jpg"}


async def test_each_folder_may_send_however_busy_the_others_are(tmp_path: Path, line: Line) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        lay(line, life)
        async with a_film_under_way(life, line):
            life.tablet_adds("tablet.jpg", b"from the tablet")
            life.tablet_adds("tablet.mp4", b"tablet" * LARGE)
            running = asyncio.create_task(life.account.folders[TABLET].run())
            await becomes(lambda: {"tablet.jpg", "tablet.mp4"} <= set(line.begun))
            await becomes(lambda: "tablet.jpg" in names(life))
            line.open.set()
            await running
        await life.settle()
        assert names(life) == {"film.mp4", "tablet.jpg", "tablet.mp4"}


async def test_a_line_that_breaks_slows_uploads_down_and_loses_none(life: Life, line: Line) -> None:
    for number in range(12):
        life.phone_adds(f"Camera/IMG_{number:02}.jpg")
    line.broken = True
    report = await life.cycle()
    assert report.state is FolderState.WAITING_FOR_IMMICH
    assert life.folder._context.under_way.pace.limit < 4  # noqa: SLF001
    assert len(line.begun) <= 4
    line.broken = False
    life.clock.skip(3600)
    await life.settle()
    assert len(names(life)) == 12
