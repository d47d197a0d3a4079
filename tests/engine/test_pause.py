"""A paused folder rests: nothing is begun in it, also not after a restart, and it goes on by itself when told to."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.model import FolderState, Preset
from custom_components.immich_syncthing.engine.report import CycleReport

from .living import CAMERA, TABLET, Life, living, ten_photos

pytestmark = pytest.mark.usefixtures("socket_enabled")

HOUR = 3600.0


async def test_nothing_is_uploaded_deleted_or_brought_back_in_a_paused_folder(life: Life) -> None:
    photos = await ten_photos(life)
    await life.folder.pause(None)
    life.phone_adds("Camera/new.jpg")
    life.phone_deletes("Camera/IMG_1.jpg")
    life.web.trash(life.web.find("IMG_2.jpg").id)
    report = await life.cycle()
    assert (report.state, report.successful, report.problem, report.again_in) == (
        FolderState.PAUSED,
        False,
        None,
        None,
    )
    assert life.in_immich() == set(photos.values()) - {photos["Camera/IMG_2.jpg"]}
    assert "Camera/IMG_2.jpg" in life.on_phone()
    assert life.folder.paused
    assert life.folder.paused_until is None


async def test_resumed_it_does_all_that_had_waited(life: Life) -> None:
    photos = await ten_photos(life)
    await life.folder.pause(None)
    new = life.phone_adds("Camera/new.jpg")
    life.phone_deletes("Camera/IMG_1.jpg")
    await life.cycle()
    await life.folder.resume()
    assert not life.folder.paused
    assert (await life.settle()).state is FolderState.IN_AGREEMENT
    assert life.in_immich() == {new, *photos.values()} - {photos["Camera/IMG_1.jpg"]}


async def test_a_pause_survives_a_restart_and_is_shown_before_the_first_cycle(life: Life) -> None:
    until = life.clock.wall() + HOUR
    await life.folder.pause(until)
    life.phone_adds("Camera/new.jpg")
    await life.restart()
    assert (life.folder.state, life.folder.paused_until) == (FolderState.PAUSED, until)
    assert (await life.cycle()).state is FolderState.PAUSED
    assert life.in_immich() == set()


async def test_it_goes_on_by_itself_when_its_time_is_over(life: Life) -> None:
    await life.folder.pause(life.clock.wall() + HOUR)
    new = life.phone_adds("Camera/new.jpg")
    report = await life.cycle()
    assert report.again_in is not None
    assert 0 < report.again_in <= HOUR
    life.clock.skip(HOUR)
    assert not life.folder.paused
    await life.settle()
    assert life.in_immich() == {new}
    await life.restart()
    assert not life.folder.paused


async def test_a_pause_that_is_over_already_stops_nothing(life: Life) -> None:
    await life.folder.pause(life.clock.wall() - 1)
    new = life.phone_adds("Camera/new.jpg")
    await life.settle()
    assert life.in_immich() == {new}


async def test_a_running_upload_is_broken_off_and_done_later(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server takes the photo in as slowly as the owner needs to press the button."""
    begun, held_up = asyncio.Event(), asyncio.Event()
    upload = life.folder._context.immich.upload  # noqa: SLF001

    async def slowly(request: object) -> object:
        begun.set()
        await held_up.wait()
        return await upload(request)  # type: ignore[arg-type]

    monkeypatch.setattr(life.folder._context.immich, "upload", slowly)  # noqa: SLF001
    new = life.phone_adds("Camera/new.jpg")
    running = asyncio.create_task(life.cycle())
    await begun.wait()
    await life.folder.pause(life.clock.wall() + HOUR)
    await life.folder.pause(None)
    report = await running
    assert (report.state, report.uploaded) == (FolderState.PAUSED, 0)
    assert life.in_immich() == set()
    held_up.set()
    await life.folder.resume()
    await life.settle()
    assert life.in_immich() == {new}


async def paused_in_the_midst(life: Life, monkeypatch: pytest.MonkeyPatch) -> CycleReport:
    """Run a cycle whose first action is followed by a pause."""
    context = life.folder._context  # noqa: SLF001
    commit = context.commit
    pauses: list[bool] = []

    async def and_then_pause[T](_: object, change: Callable[[], T]) -> T:
        made = await commit(change)
        if made is None and not pauses:
            # It was recorded; what gives a number is only begun.
            pauses.append(True)
            await life.folder.pause(None)
        return made

    monkeypatch.setattr(type(context), "commit", and_then_pause)
    return await life.cycle()


async def test_no_further_file_is_deleted_once_the_owner_pauses(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    photos = await ten_photos(life)
    for number in range(2):
        life.web.trash(life.web.find(f"IMG_{number}.jpg").id)
    report = await paused_in_the_midst(life, monkeypatch)
    assert (report.state, report.deleted) == (FolderState.PAUSED, 1)
    assert len(life.on_phone()) == 9
    await life.cycle()
    assert len(life.on_phone()) == 9
    await life.folder.resume()
    await life.settle()
    assert len(life.on_phone()) == 8
    assert set(life.on_phone()) <= set(photos)


async def test_another_folder_goes_on_and_does_nothing_in_the_paused_one(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        photos = await ten_photos(life)
        shared = life.on_phone()["Camera/IMG_3.jpg"]
        life.tablet_adds("IMG_3.jpg", shared)
        for number in range(5):
            life.tablet_adds(f"other {number}.jpg", f"another {number}".encode())
        await life.settle()
        await life.folder.pause(None)
        life.web.trash(life.web.find("IMG_3.jpg").id)
        life.web.trash(life.web.find("IMG_4.jpg").id)
        new = b"a photo of the tablet alone"
        life.tablet_adds("new.jpg", new)
        for _ in range(3):
            report = await life.tablet_cycle()
        assert report.state is not FolderState.PAUSED
        assert new in life.in_immich()
        assert life.on_phone() == photos
        await life.folder.resume()
        await life.settle()
        assert life.on_phone().keys() == photos.keys() - {"Camera/IMG_3.jpg", "Camera/IMG_4.jpg"}


async def test_what_a_paused_folder_may_still_hold_is_not_trashed(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        photos = await ten_photos(life)
        shared = photos["Camera/IMG_3.jpg"]
        life.tablet_adds("IMG_3.jpg", shared)
        await life.settle()
        await life.folder.pause(None)
        life.phone_deletes("Camera/IMG_3.jpg")
        life.tablet_deletes("IMG_3.jpg")
        for _ in range(3):
            await life.tablet_cycle()
        assert shared in life.in_immich()
        await life.account.folders[TABLET].pause(None)
        await life.folder.resume()
        await life.settle()
        assert shared in life.in_immich(), "the other folder has to be looked at, too"
        await life.account.folders[TABLET].resume()
        await life.settle()
        assert shared not in life.in_immich()


async def test_a_preview_tells_what_a_paused_folder_would_do_and_opens_nothing(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        await ten_photos(life)
        await life.folder.pause(None)
        life.web.trash(life.web.find("IMG_4.jpg").id)
        life.clock.skip(3)
        preview = await life.folder.preview()
        assert (preview.problem, preview.actions) == (None, {"delete_file": 1})
        assert life.folder.state is FolderState.PAUSED
        await life.tablet_cycle()
        assert len(life.on_phone()) == 10


async def test_a_folder_that_is_removed_and_added_again_is_not_paused(life: Life) -> None:
    await life.folder.pause(None)
    life.without.add(CAMERA)
    await life.restart()
    life.without.clear()
    await life.restart()
    assert not life.folder.paused
