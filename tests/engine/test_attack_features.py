"""Attacks on edits, live photos, sidecars, rules and answers, and on what they become together."""

import pytest

from custom_components.immich_syncthing.engine.errors import LedgerError
from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.model import FolderState
from tests.servers.immich import FaultKind, Rule

from .living import Life, ten_photos
from .test_sidecars import at_rest, says

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_a_video_beside_a_photo_that_plays_another_is_not_sent_again_after_its_deletion(life: Life) -> None:
    """Immich's own app had sent the photo with its own recording of the video: ours is a clip of its own."""
    still = b"photo IMG_1.HEIC"
    photo = life.web.upload(still, "IMG_1.HEIC")
    life.web.play(photo, life.web.upload(b"the app's recording", "app.MOV"))
    await ten_photos(life)
    life.phone_adds("Camera/IMG_1.HEIC", still)
    motion = life.phone_adds("Camera/IMG_1.MOV")
    await life.settle()
    assert motion in life.in_immich()
    life.web.trash(life.web.find("IMG_1.MOV").id)
    await life.settle()
    life.web.empty_trash()
    await life.server.server.jobs.settle()
    await life.restart()
    await life.settle()
    assert motion not in life.in_immich()
    assert "Camera/IMG_1.MOV" not in life.on_phone()


async def test_a_photo_that_immich_calls_the_video_of_another_is_no_video(life: Life) -> None:
    """It was deleted in the folder with the other, past the guard, although Immich still had it."""
    photos = await ten_photos(life)
    one, other = life.web.find("IMG_3.jpg"), life.web.find("IMG_4.jpg")
    one.live_photo_video_id, other.live_photo_video_id = other.id, one.id
    life.server.server.world.touch(one)
    life.server.server.world.touch(other)
    await life.settle()
    life.web.trash(one.id)
    await life.settle()
    report = await life.settle()
    assert report.waiting == 0
    assert life.on_phone().keys() == photos.keys() - {"Camera/IMG_3.jpg"}


async def test_a_ledger_that_is_full_during_uploads_is_called_by_its_name(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several uploads at once made an error of the integration of it."""

    def full(*_: object) -> int:
        detail = "database or disk is full"
        raise LedgerError(detail)

    for number in range(8):
        life.phone_adds(f"Camera/new_{number}.jpg")
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "open_intent", full)
        report = await life.cycle()
    assert report.problem is not None
    assert report.problem.code == LedgerError.code
    assert (await life.settle()).state is FolderState.IN_AGREEMENT


async def test_a_sidecar_that_immich_refuses_is_told(life: Life) -> None:
    await ten_photos(life)
    await at_rest(life)
    life.server.faults.rules.append(Rule(FaultKind.STATUS, r"/assets/[^/]+$", "PUT", status=400))
    life.phone_adds("Camera/IMG_3.xmp", says("a cat"))
    await life.settle()
    report = await life.cycle()
    assert report.problem is not None
    assert report.problem.code == "sidecar"
    life.server.faults.clear()
    life.clock.skip(3700)
    assert (await life.cycle()).problem is None
    assert life.web.find("IMG_3.jpg").exif.description == "a cat"
