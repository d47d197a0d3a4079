"""What simulated lives found in the engine about live photos, each as the short story that showed it."""

from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.model import Answer, FolderState, HoldKind, Preset
from custom_components.immich_syncthing.immich.permissions import REQUIRED
from tests.servers.immich import FaultKind

from .living import Life, living, ten_photos

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.mark.parametrize("answer", [Answer.LEAVE, Answer.UNDO])
async def test_a_video_is_not_sent_for_one_photo_while_another_of_its_is_asked_about(
    life: Life, answer: Answer
) -> None:
    """Both halves had vanished; a new photo of that name took the video along to Immich, whatever the answer was."""
    await ten_photos(life)
    still, motion = life.phone_adds("Camera/LIVE.HEIC"), life.phone_adds("Camera/LIVE.MOV")
    await life.settle()
    life.web.delete_permanently(life.web.find("LIVE.HEIC").id)
    await life.server.jobs.settle()
    await life.folder.run(full=True)
    await life.settle()
    copy = life.phone_adds("Camera/LIVE.jpg")
    await life.settle()
    await life.settle()
    assert {one.count for one in await life.account.holds()} == {1}
    assert life.in_immich().isdisjoint({still, motion})
    assert copy in life.in_immich()
    (hold,) = await life.account.holds()
    await life.account.answer(hold.id, hold.revision, answer)
    for _ in range(3):
        await life.settle()
    assert life.in_immich() >= {still, motion} if answer is Answer.UNDO else motion not in life.in_immich()
    assert {"Camera/LIVE.HEIC", "Camera/LIVE.MOV"} <= life.on_phone().keys()
    assert (await life.cycle()).waiting == 0


async def test_a_video_trashed_before_its_photo_came_is_not_forgotten(life: Life) -> None:
    """With its photo in Immich it was taken for that one's hidden part, and its file stayed for ever."""
    await ten_photos(life)
    motion = life.phone_adds("Camera/LIVE.MOV")
    await life.settle()
    life.web.trash(life.web.find("LIVE.MOV").id)
    still = life.phone_adds("Camera/LIVE.HEIC")
    await life.settle()
    assert still in life.in_immich()
    assert life.in_immich(trashed=True) == {motion}
    assert "Camera/LIVE.MOV" not in life.on_phone()
    assert await life.in_vault(motion)


async def apart(life: Life) -> tuple[bytes, bytes]:
    """Let a live photo go up in halves that Immich shows one by one; the bytes of the photo and of its video."""
    [key] = life.server.server.world.tables.keys.values()
    key.permissions[:] = list(REQUIRED)
    still = life.phone_adds("Camera/LIVE.HEIC")
    await life.settle()
    motion = life.phone_adds("Camera/LIVE.MOV")
    await life.settle()
    assert {still, motion} <= life.in_immich()
    return still, motion


async def test_a_video_that_its_trashed_photo_did_not_play_stays_where_it_is(life: Life) -> None:
    """Its file was deleted with the photo's, and what Immich went on showing was called removed."""
    await ten_photos(life)
    still, motion = await apart(life)
    life.web.trash(life.web.find("LIVE.HEIC").id)
    for _ in range(3):
        await life.settle()
    assert life.in_immich(trashed=True) == {still}
    assert motion in life.in_immich()
    assert life.on_phone().keys() & {"Camera/LIVE.HEIC", "Camera/LIVE.MOV"} == {"Camera/LIVE.MOV"}
    assert (await life.cycle()).waiting == 0


async def test_a_video_deleted_with_the_photo_that_does_not_play_it_is_trashed_as_well(life: Life) -> None:
    """Nothing purges such a video with its photo: it stayed in Immich's timeline for ever."""
    await ten_photos(life)
    still, motion = await apart(life)
    life.phone_deletes("Camera/LIVE.HEIC")
    life.phone_deletes("Camera/LIVE.MOV")
    for _ in range(3):
        await life.settle()
    assert life.in_immich(trashed=True) == {still, motion}
    assert (await life.cycle()).waiting == 0


async def test_a_video_that_vanished_before_its_photo_came_is_not_sent_with_it(life: Life) -> None:
    """Its owner trashed it and emptied the trash unseen: a deletion, for all that anybody knows."""
    await ten_photos(life)
    motion = life.phone_adds("Camera/LIVE.MOV")
    await life.settle()
    life.phone_adds("Camera/later.jpg")
    await life.settle()
    life.web.delete_permanently(life.web.find("LIVE.MOV").id)
    await life.server.jobs.settle()
    still = life.phone_adds("Camera/LIVE.HEIC")
    await life.folder.run(full=True)
    report = await life.settle()
    assert still in life.in_immich()
    assert motion not in life.in_immich()
    assert report.state is FolderState.WAITING_FOR_DECISION
    (hold,) = await life.account.holds()
    assert hold.kind is HoldKind.VANISHED
    await life.account.answer(hold.id, hold.revision, Answer.UNDO)
    for _ in range(3):
        await life.settle()
    assert {still, motion} <= life.in_immich()


@pytest.mark.parametrize("answer", list(Answer))
async def test_a_video_whose_photo_another_folder_asks_about_waits_for_the_answer(
    tmp_path: Path, answer: Answer
) -> None:
    """Nothing was on its way, and nothing asked there: its folder said ``uploading`` for ever."""
    async with living(tmp_path, preset=Preset.IMMICH_DECIDES, tablet=Preset.BACKUP) as life:
        still, motion = life.phone_adds("Camera/IMG_7.jpg"), b"motion part"
        await life.settle()
        life.web.trash(life.web.find("IMG_7.jpg").id)
        life.tablet_adds("LIVE.jpg", still)
        life.tablet_adds("LIVE.MOV", motion)
        await life.settle()
        report = await life.tablet_cycle()
        assert report.state is FolderState.WAITING_FOR_DECISION
        assert motion not in life.in_immich()
        (hold,) = await life.account.holds()
        assert (hold.kind, hold.folder_ids) == (HoldKind.MANY_FILES, ("camera",))
        await life.account.answer(hold.id, hold.revision, answer)
        for _ in range(3):
            await life.settle()
        report = await life.tablet_cycle()
        assert (report.state, report.waiting) == (FolderState.IN_AGREEMENT, 0)
        assert life.in_immich() == ({still, motion} if answer is Answer.UNDO else set())
        assert ("Camera/IMG_7.jpg" in life.on_phone()) == (answer is not Answer.APPROVE)
        assert {one.name for one in life.tablet_root.iterdir()} >= {"LIVE.jpg", "LIVE.MOV"}


async def test_a_video_whose_photo_was_deleted_where_nobody_looked_waits_for_nothing(life: Life) -> None:
    """Its photo stays kept, without a file: the video counted as undecided, and its folder was busy for ever."""
    motion = life.phone_adds("Camera/LIVE.MOV")
    life.phone_adds("Camera/LIVE.HEIC")
    life.phone_adds("other.jpg")
    await life.settle()
    life.ignore = ("Camera/",)
    await life.restart()
    await life.settle()
    life.phone_deletes("Camera/LIVE.HEIC")
    life.web.trash(life.web.find("LIVE.HEIC").id)
    await life.folder.run(full=True)
    await life.settle()
    life.ignore = ()
    await life.restart()
    await life.folder.run(full=True)
    report = await life.settle()
    assert (report.state, report.waiting) == (FolderState.IN_AGREEMENT, 0)
    assert life.on_phone()["Camera/LIVE.MOV"] == motion
    assert motion in life.in_immich()


async def test_a_video_trashed_before_its_photo_could_be_sent_is_not_sent_with_it(life: Life) -> None:
    """It was kept by then, as its folder says, and came back to Immich with the photo that failed so far."""
    await life.restart(Preset.BACKUP)
    still, motion = life.phone_adds("Camera/LIVE.HEIC", bytes(50_000)), life.phone_adds("Camera/LIVE.MOV")
    rule = life.server.faults.add(FaultKind.TOO_LARGE, limit=40_000)
    report = await life.settle()
    assert rule.hits
    assert (report.counts.failed, life.in_immich()) == (1, {motion})
    life.web.trash(life.web.find("LIVE.MOV").id)
    await life.settle()
    life.web.empty_trash()
    await life.server.jobs.settle()
    life.server.faults.rules.clear()
    await life.folder.run(full=True, retry=True)
    await life.settle()
    assert life.in_immich() == {still}


async def test_a_removed_video_that_was_a_photo_by_name_for_a_moment_does_not_come_back(tmp_path: Path) -> None:
    """What Immich hid all the time was taken for restored there, and the file that its owner had deleted came back."""
    async with living(tmp_path, preset=Preset.IMMICH_DECIDES) as life:
        await ten_photos(life)
        life.phone_adds("Camera/LIVE.HEIC")
        motion = life.phone_adds("Camera/LIVE.MOV")
        await life.settle()
        life.web.trash(life.web.find("LIVE.HEIC").id)
        life.phone_deletes("Camera/LIVE.HEIC")
        life.phone_deletes("Camera/LIVE.MOV")
        await life.settle()
        life.phone_adds("Camera/copy.jpg", motion)
        await life.folder.preview()
        life.phone_deletes("Camera/copy.jpg")
        for _ in range(3):
            await life.settle()
        assert motion not in life.on_phone().values()
        assert (await life.cycle()).waiting == 0
