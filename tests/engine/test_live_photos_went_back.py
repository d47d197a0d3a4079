"""A live photo whose Immich came back older: what became of the photo meanwhile takes no video's file away."""

import pytest

from custom_components.immich_syncthing.engine.model import FolderState, Preset
from custom_components.immich_syncthing.engine.recovery import Sign

from .living import Life, ten_photos
from .test_recovering import ended
from .test_went_back import later

pytestmark = pytest.mark.usefixtures("socket_enabled")

STILL, MOTION = "Camera/LIVE.HEIC", "Camera/LIVE.MOV"


async def test_a_video_stays_when_its_photo_is_gone_from_both_sides(life: Life) -> None:
    """The older Immich knows the video only, and shows it; its photo was deleted on the phone at the same time."""
    await ten_photos(life)
    motion = life.phone_adds(MOTION)
    await life.settle()
    dump = life.server.world.snapshot()
    later(life)
    life.phone_adds(STILL)
    await life.settle()
    assert life.web.find("LIVE.HEIC").live_photo_video_id is not None
    life.server.world.load(dump)
    life.phone_deletes(STILL)
    await life.folder.run(full=True)
    await life.settle()
    await ended(life, Sign.NEWEST_VANISHED, Sign.SERVER_OLDER)
    report = await life.settle()
    assert life.on_phone()[MOTION] == motion
    assert motion in life.in_immich()
    assert (report.state, report.waiting) == (FolderState.IN_AGREEMENT, 0)


async def test_a_video_stays_when_its_photo_is_in_the_trash_of_an_older_immich(life: Life) -> None:
    await ten_photos(life)
    await life.restart(Preset.BACKUP)
    still, motion = life.phone_adds(STILL), life.phone_adds(MOTION)
    await life.settle()
    life.web.trash(life.web.find("LIVE.HEIC").id)
    await life.settle()
    dump = life.server.world.snapshot()
    later(life)
    life.web.restore(life.web.find("LIVE.HEIC").id)
    await life.settle()
    await life.restart(Preset.MIRROR)
    await life.settle()
    life.server.world.load(dump)
    life.phone_deletes(STILL)
    await life.folder.run(full=True)
    await life.settle()
    await ended(life, Sign.SERVER_OLDER)
    report = await life.settle()
    assert life.in_immich(trashed=True) == {still}
    assert life.on_phone()[MOTION] == motion
    assert (report.state, report.waiting) == (FolderState.IN_AGREEMENT, 0)
