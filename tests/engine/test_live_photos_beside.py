"""A live photo, and another photo of the same name beside it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.model import FolderState, Preset
from custom_components.immich_syncthing.immich.permissions import REQUIRED

from .living import Life, living
from .test_live_photos import plays, shown

pytestmark = pytest.mark.usefixtures("socket_enabled")

STILL, MOTION, EXPORT = "Camera/IMG_1.HEIC", "Camera/IMG_1.MOV", "Camera/IMG_1.JPG"


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    async with living(tmp_path) as one:
        for number in range(10, 20):
            one.phone_adds(f"Camera/IMG_{number}.jpg")
        await one.settle()
        yield one


@pytest.mark.parametrize(
    "order",
    [(EXPORT, STILL, MOTION), (EXPORT, MOTION, STILL), (STILL, MOTION, EXPORT), (STILL, EXPORT, MOTION)],
    ids=" ".join,
)
async def test_the_video_is_the_heics(life: Life, order: tuple[str, str, str]) -> None:
    """Each arrives by itself, but the last two: then the JPG is not known to have company."""
    if order[0] == EXPORT:
        life.phone_adds(order[0])
        await life.settle()
        life.phone_adds(order[1])
        life.phone_adds(order[2])
    else:
        for path in order:
            life.phone_adds(path)
            await life.settle()
    await life.settle()
    assert plays(life)
    assert life.web.find("IMG_1.JPG").live_photo_video_id is None
    assert {"IMG_1.HEIC", "IMG_1.JPG"} <= shown(life)
    report = await life.cycle()
    assert (report.state, report.waiting) == (FolderState.IN_AGREEMENT, 0)


async def test_the_other_photo_goes_and_comes_alone(life: Life) -> None:
    """Immich deletes a video with the photo that it plays it for: with two such photos, it was gone with the first."""
    export = life.phone_adds(EXPORT)
    await life.settle()
    life.web.trash(life.web.find("IMG_1.JPG").id)
    await life.settle()
    still, motion = life.phone_adds(STILL), life.phone_adds(MOTION)
    await life.settle()
    life.web.restore(life.web.find("IMG_1.JPG").id)
    await life.settle()
    assert life.on_phone()[EXPORT] == export
    life.phone_deletes(EXPORT)
    await life.settle()
    life.web.empty_trash()
    await life.server.server.jobs.settle()
    await life.restart()
    await life.settle()
    assert plays(life)
    assert {still, motion} <= life.in_immich()
    assert {STILL, MOTION} <= life.on_phone().keys()


async def test_a_video_that_went_up_with_its_jpg_stays_with_it(life: Life) -> None:
    life.phone_adds(EXPORT)
    life.phone_adds(MOTION)
    await life.settle()
    assert plays(life, "IMG_1.JPG")
    life.phone_adds(STILL)
    await life.settle()
    await life.settle()
    assert plays(life, "IMG_1.JPG")
    assert life.web.find("IMG_1.HEIC").live_photo_video_id is None


async def test_a_video_that_its_photo_does_not_play_is_trashed_alone(life: Life) -> None:
    """The key may not join the two, so that Immich shows the video by itself: its trashing was never heard of."""
    [key] = life.server.server.world.tables.keys.values()
    key.permissions[:] = list(REQUIRED)
    life.phone_adds(STILL)
    await life.settle()
    motion = life.phone_adds(MOTION)
    await life.settle()
    assert "IMG_1.MOV" in shown(life)
    life.web.trash(life.web.find("IMG_1.MOV").id)
    life.clock.skip(3600)
    await life.settle()
    life.clock.skip(3600)
    await life.settle()
    assert STILL in life.on_phone()
    assert MOTION not in life.on_phone()
    assert await life.in_vault(motion)


async def test_what_is_left_beside_the_video_keeps_it(life: Life) -> None:
    """The HEIC was exported and then deleted: the JPG and the video are the live photo now."""
    still, motion = life.phone_adds(STILL), life.phone_adds(MOTION)
    await life.settle()
    export = life.phone_adds(EXPORT)
    await life.settle()
    life.phone_deletes(STILL)
    await life.settle()
    await life.settle()
    assert {EXPORT, MOTION} <= life.on_phone().keys()
    assert {export, motion} <= life.in_immich()
    assert life.in_immich(trashed=True) == {still}
    assert plays(life, "IMG_1.JPG")
    life.web.empty_trash()
    await life.server.server.jobs.settle()
    await life.restart()
    await life.settle()
    assert {export, motion} <= life.in_immich()
    assert plays(life, "IMG_1.JPG")


@pytest.mark.parametrize("preset", [Preset.MIRROR, Preset.PHONE_DECIDES])
@pytest.mark.parametrize("beside", [True, False])
async def test_a_video_that_goes_right_after_its_photo_is_kept_and_goes_with_it(
    life: Life, beside: bool, preset: Preset
) -> None:
    """Its photo was passed on before anybody saw the video go: nobody vaulted it, and Immich purged it with the photo.

    With a JPG beside it, it counted as released, and waited for what became of that one.
    """
    await life.restart(preset)
    still, motion = life.phone_adds(STILL), life.phone_adds(MOTION)
    await life.settle()
    if beside:
        life.phone_adds(EXPORT)
        await life.settle()
    life.phone_deletes(STILL)
    (life.root / MOTION).unlink()
    await life.cycle()
    assert life.in_immich(trashed=True) == {still}
    life.syncthing.sequence += 1
    life.folder.note_change(MOTION, complete=False)
    report = await life.settle()
    assert (report.state, report.waiting) == (FolderState.IN_AGREEMENT, 0)
    life.web.empty_trash()
    await life.server.server.jobs.settle()
    await life.folder.run(full=True)
    report = await life.settle()
    assert (report.state, report.waiting) == (FolderState.IN_AGREEMENT, 0)
    assert await life.in_vault(still)
    assert await life.in_vault(motion)
