"""Attacks on edits, live photos, sidecars, rules and answers, and on what they become together."""

import time
from collections.abc import Callable

import pytest

from custom_components.immich_syncthing.engine.apply import free
from custom_components.immich_syncthing.engine.errors import LedgerError
from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.model import FolderState
from custom_components.immich_syncthing.engine.rules import Rules
from tests.crashing import Killed
from tests.servers.immich import FaultKind, Rule

from .living import Life, ten_photos
from .test_age import aged, freed
from .test_live_photos import plays
from .test_sidecars import at_rest, says

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_a_video_beside_a_photo_that_plays_another_is_not_sent_again_after_its_deletion(life: Life) -> None:
    """Immich's own app had sent the photo with its own recording of the video: ours is a clip of its own."""
    still = b"photo LIVE.HEIC"
    photo = life.web.upload(still, "LIVE.HEIC")
    life.web.play(photo, life.web.upload(b"the app's recording", "app.MOV"))
    await ten_photos(life)
    life.phone_adds("Camera/LIVE.HEIC", still)
    motion = life.phone_adds("Camera/LIVE.MOV")
    await life.settle()
    assert motion in life.in_immich()
    life.web.trash(life.web.find("LIVE.MOV").id)
    await life.settle()
    life.web.empty_trash()
    await life.server.server.jobs.settle()
    await life.restart()
    await life.settle()
    assert motion not in life.in_immich()
    assert "Camera/LIVE.MOV" not in life.on_phone()


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


def to_the_bin_and_back(life: Life, *paths: str) -> tuple[Callable[[], None], Callable[[], None]]:
    """What moves files into Android's bin, and what takes them out again."""
    expires_at = int(life.clock.wall()) + 30 * 24 * 3600
    moves = [(path, "{0}/.trashed-{2}-{1}".format(*path.split("/"), expires_at)) for path in paths]

    def bin_them() -> None:
        for path, binned in moves:
            life.phone_renames(path, binned)

    def take_them_out() -> None:
        for path, binned in moves:
            life.phone_renames(binned, path)

    return bin_them, take_them_out


async def test_a_live_photo_that_leaves_the_bin_after_immich_emptied_its_trash_is_one_again(life: Life) -> None:
    """The photo was sent anew, without its video, which was taken for unlinked by its owner."""
    await ten_photos(life)
    still, motion = "Live/LIVE.HEIC", "Live/LIVE.MOV"
    life.phone_adds(still)
    life.phone_adds(motion)
    await life.settle()
    bin_them, take_them_out = to_the_bin_and_back(life, still, motion)
    bin_them()
    await life.settle()
    life.web.empty_trash()
    await life.server.server.jobs.settle()
    await life.restart()
    await life.settle()
    take_them_out()
    report = await life.settle()
    assert (report.state, report.waiting) == (FolderState.IN_AGREEMENT, 0)
    assert plays(life, "LIVE.HEIC", "LIVE.MOV")


async def test_a_freed_photo_takes_its_sidecar_with_it(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_adds("Camera/IMG_3.xmp", says("a cat"))
    life.phone_adds("Camera/IMG_4.xmp", says("a dog"))
    await at_rest(life)
    aged(life, 400, "IMG_3.jpg")
    await freed(life, Rules(free_after_days=365))
    assert life.on_phone().keys() == photos.keys() - {"Camera/IMG_3.jpg"} | {"Camera/IMG_4.xmp"}
    assert await life.in_vault(says("a cat"))
    assert life.in_immich() == set(photos.values())


@pytest.mark.parametrize("step", ["_free_file", "note_freed", "confirmed_by_syncthing", "take_sidecars"])
async def test_a_sidecar_goes_with_its_freed_photo_whenever_that_is_interrupted(
    life: Life, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    photos = await ten_photos(life)
    life.phone_adds("Camera/IMG_3.xmp", says("a cat"))
    await at_rest(life)
    aged(life, 400, "IMG_3.jpg")
    await life.restart(rules=Rules(free_after_days=365))
    life.clock.skip(2 * 3600)

    async def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(free, step, die)
        with pytest.raises(Killed):
            await life.settle()
    await life.restart()
    await life.settle()
    await life.settle()
    assert life.on_phone().keys() == photos.keys() - {"Camera/IMG_3.jpg"}
    assert await life.in_vault(says("a cat"))
    assert life.in_immich() == set(photos.values())


async def test_a_sidecar_put_off_while_the_clock_was_ahead_is_tried_again(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ten_photos(life)
    await at_rest(life)
    life.server.faults.rules.append(Rule(FaultKind.STATUS, r"/assets/[^/]+$", "PUT", status=500))
    life.phone_adds("Camera/IMG_3.xmp", says("a cat"))
    with monkeypatch.context() as patch:
        patch.setattr(life.clock, "wall", lambda: time.time() + 365 * 24 * 3600)
        await life.cycle()
    life.server.faults.clear()
    await life.settle()
    assert life.web.find("IMG_3.jpg").exif.description == "a cat"
