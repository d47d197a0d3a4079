"""A video that its owner trashes in the moment in which it becomes its photo's: it is in the trash, and not hidden."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.apply.pairing import pair_all
from custom_components.immich_syncthing.engine.apply.settle import settle_intents
from custom_components.immich_syncthing.engine.model import HoldKind, Preset
from custom_components.immich_syncthing.immich.errors import CannotConnectError
from custom_components.immich_syncthing.immich.models import Asset, Upload, UploadResult
from tests.servers.immich import FaultKind

from .living import Life, living
from .test_live_photos import MOTION, STILL, nothing_more, plays, take
from .test_live_photos_look_again import apart
from .within import context_of, run_as

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    async with living(tmp_path) as life:
        for number in range(5):
            life.phone_adds(f"other {number}.jpg")
        await life.settle()
        yield life


def trash_video(life: Life) -> None:
    life.web.trash(life.web.find("IMG_1.MOV").id)


@pytest.fixture
def trashed_on_the_way(life: Life, monkeypatch: pytest.MonkeyPatch) -> Life:
    """Let the owner trash the video once it is there, and before Immich is told of its photo."""
    return _trashing(life, monkeypatch)


def _trashing(life: Life, monkeypatch: pytest.MonkeyPatch) -> Life:
    immich = context_of(life).immich
    upload, link = immich.upload, immich.link_motion

    async def upload_late(one: Upload) -> UploadResult:
        if one.live_photo_video_id is not None:
            trash_video(life)
        return await upload(one)

    async def link_late(still_id: str, video_id: str) -> Asset:
        trash_video(life)
        return await link(still_id, video_id)

    monkeypatch.setattr(immich, "upload", upload_late)
    monkeypatch.setattr(immich, "link_motion", link_late)
    return life


async def is_parted(life: Life, still: bytes, motion: bytes, *, kept: bool = False) -> bool:
    """Whether the photo is there by itself, and its video in the trash where its owner sees it."""
    apart = life.web.find("IMG_1.HEIC").live_photo_video_id is None and not plays(life)
    seen = still in life.in_immich() and motion in life.in_immich(trashed=True)
    decided = (MOTION in life.on_phone()) == kept and (kept or await life.in_vault(motion))
    return apart and seen and decided and life.on_phone()[STILL] == still and await nothing_more(life)


async def test_it_is_its_owners_decision_about_the_video_alone(trashed_on_the_way: Life) -> None:
    life = trashed_on_the_way
    still, motion = take(life)
    await life.settle()
    assert await is_parted(life, still, motion)


async def test_a_folder_that_keeps_files_keeps_it(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    await life.restart(Preset.BACKUP)
    _trashing(life, monkeypatch)
    still, motion = take(life)
    await life.settle()
    assert await is_parted(life, still, motion, kept=True)


async def test_one_taken_back_out_of_the_trash_is_played_again(trashed_on_the_way: Life) -> None:
    life = trashed_on_the_way
    still, motion = take(life)
    await life.settle()
    await life.restart()
    life.web.restore(life.web.find("IMG_1.MOV").id)
    await life.settle()
    assert {STILL: still, MOTION: motion}.items() <= life.on_phone().items()
    assert plays(life)
    assert await nothing_more(life)


async def test_an_upload_whose_answer_was_lost_is_looked_at_all_the_same(trashed_on_the_way: Life) -> None:
    life = trashed_on_the_way
    motion = life.phone_adds(MOTION)
    await life.settle()
    still = life.phone_adds(STILL)
    life.server.faults.add(FaultKind.RESET_AFTER, r"/assets$", method="POST")
    await life.cycle()
    assert plays(life)
    life.server.faults.clear()
    await life.settle()
    assert await is_parted(life, still, motion)


async def test_an_immich_that_goes_away_is_told_later(trashed_on_the_way: Life) -> None:
    life = trashed_on_the_way
    still, motion = take(life)
    rule = life.server.faults.add(FaultKind.RESET_BEFORE, r"/assets/[^/]+$", method="PUT")
    await life.cycle()
    assert rule.hits
    assert life.web.find("IMG_1.HEIC").live_photo_video_id is not None
    life.server.faults.clear()
    await life.settle()
    assert await is_parted(life, still, motion)


async def test_an_immich_that_refuses_leaves_them_together(trashed_on_the_way: Life) -> None:
    life = trashed_on_the_way
    still, motion = take(life)
    rule = life.server.faults.add(FaultKind.STATUS, r"/assets/[^/]+$", method="PUT", status=500)
    await life.settle()
    assert rule.hits
    assert still in life.in_immich()
    assert {STILL: still, MOTION: motion}.items() <= life.on_phone().items()


async def is_asked_about(life: Life) -> bool:
    """Whether the photo is there by itself, and its owner asked about the file of a video he trashed before."""
    await life.settle()
    (hold,) = await life.account.holds()
    parted = life.web.find("IMG_1.HEIC").live_photo_video_id is None and not plays(life)
    return parted and hold.kind is HoldKind.TRASHED_BEFORE_FIRST_SYNC and {STILL, MOTION} <= life.on_phone().keys()


async def test_halves_that_are_paired_late_are_parted_again(trashed_on_the_way: Life) -> None:
    life = trashed_on_the_way
    *_, action = await apart(life)
    await pair_all(context_of(life), run_as(life), [action])
    assert await is_asked_about(life)


async def test_a_pair_whose_answer_was_lost_is_parted_again(trashed_on_the_way: Life) -> None:
    life = trashed_on_the_way
    *_, action = await apart(life)
    life.server.faults.add(FaultKind.RESET_AFTER, r"/assets/[^/]+$", method="PUT")
    with pytest.raises(CannotConnectError):
        await pair_all(context_of(life), run_as(life), [action])
    assert plays(life)
    life.server.faults.clear()
    assert await settle_intents(context_of(life), run_as(life)) == 0
    assert await is_asked_about(life)


async def test_a_photo_that_plays_another_video_by_now_goes_on_playing_it(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    *_, action = await apart(life)
    link = context_of(life).immich.link_motion
    other = life.web.upload(b"another", "other.MOV")

    async def link_and_change(still_id: str, video_id: str) -> Asset:
        linked = await link(still_id, video_id)
        life.web.play(still_id, other)
        trash_video(life)
        return linked

    monkeypatch.setattr(context_of(life).immich, "link_motion", link_and_change)
    await pair_all(context_of(life), run_as(life), [action])
    assert life.web.find("IMG_1.HEIC").live_photo_video_id == other


async def test_a_video_deleted_for_good_on_the_way_is_asked_about(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = context_of(life).immich.upload

    async def upload_and_purge(one: Upload) -> UploadResult:
        result = await upload(one)
        if one.live_photo_video_id is not None:
            life.web.delete_permanently(one.live_photo_video_id)
            await life.server.jobs.settle()
        return result

    monkeypatch.setattr(context_of(life).immich, "upload", upload_and_purge)
    still, motion = take(life)
    await life.settle()
    assert life.in_immich() >= {still}
    assert motion not in life.in_immich() | life.in_immich(trashed=True)
    assert {STILL: still, MOTION: motion}.items() <= life.on_phone().items()
    assert [hold.kind for hold in await life.account.holds()] == [HoldKind.VANISHED]
