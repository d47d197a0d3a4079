"""What the world does between plan and action, to live photos and their sidecars."""

import pytest

from custom_components.immich_syncthing.engine.actions import PairMotion
from custom_components.immich_syncthing.engine.apply.motions import photos_are_gone
from custom_components.immich_syncthing.engine.apply.pairing import pair_all
from custom_components.immich_syncthing.engine.apply.settle import settle_intents
from custom_components.immich_syncthing.engine.apply.sidecars import doomed_sidecars, take_sidecars
from custom_components.immich_syncthing.engine.ledger.views import IntentKind, Json
from custom_components.immich_syncthing.engine.model import Base, Departure, Preset
from custom_components.immich_syncthing.immich.errors import CannotConnectError
from tests.checksums import sha1
from tests.servers.immich import FaultKind

from .latest import life
from .living import CAMERA, Life
from .test_live_photos import MOTION, STILL, nothing_more, plays, shown, take
from .test_sidecars import PHOTO, SIDECAR, at_rest, described, says
from .within import context_of, run_as

__all__ = ["life"]

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def photo_deleted(life: Life) -> tuple[bytes, bytes]:
    """Let a live photo's own file be deleted because of Immich, and its video's be next."""
    still, motion = take(life)
    for number in range(3):
        life.phone_adds(f"other {number}.jpg")
    await life.settle()
    life.web.trash(life.web.find("IMG_1.HEIC").id)
    await life.cycle()
    assert STILL not in life.on_phone()
    assert MOTION in life.on_phone()
    return still, motion


async def test_a_photo_restored_at_the_last_moment_keeps_its_video(life: Life) -> None:
    still, motion = await photo_deleted(life)
    life.syncthing.meanwhile.append(lambda: life.web.restore(life.web.find("IMG_1.HEIC").id))
    report = await life.cycle()
    assert report.deleted == 0
    await life.settle()
    assert {STILL: still, MOTION: motion}.items() <= life.on_phone().items()


async def test_a_preset_that_brings_nothing_back_holds_before_the_video_is_written(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    still, _ = await photo_deleted(life)
    await life.settle()
    assert not {STILL, MOTION} & life.on_phone().keys()
    life.web.restore(life.web.find("IMG_1.HEIC").id)
    await life.cycle()
    assert life.on_phone()[STILL] == still
    observer = context_of(life).immich_observer
    really = observer.look

    async def look(*args: str) -> object:
        fact = await really(*args)  # type: ignore[arg-type]
        await life.account.set_preset(CAMERA, Preset.PHONE_DECIDES)
        return fact

    monkeypatch.setattr(observer, "look", look)
    await life.settle()
    assert MOTION not in life.on_phone()
    assert plays(life)
    assert await nothing_more(life)


async def test_a_photo_purged_at_the_last_moment_still_takes_its_video_along(life: Life) -> None:
    _, motion = await photo_deleted(life)
    life.syncthing.meanwhile.append(lambda: life.web.purge(life.web.find("IMG_1.HEIC").id))
    await life.settle()
    assert MOTION not in life.on_phone()
    assert await life.in_vault(motion)
    assert await nothing_more(life)


async def apart(life: Life) -> tuple[bytes, bytes, PairMotion]:
    """Let both halves be in Immich, apart, and the plan be to pair them."""
    still, motion = take(life)
    await life.folder.preview()
    ids = life.web.upload(still, "IMG_1.HEIC"), life.web.upload(motion, "IMG_1.MOV")
    row = context_of(life).ledger.file(CAMERA, MOTION)
    assert row is not None
    return still, motion, PairMotion(sha1(motion), ids[1], sha1(still), ids[0], row)


@pytest.mark.parametrize("which", ["IMG_1.MOV", "IMG_1.HEIC"])
async def test_halves_are_paired_only_while_both_are_there(life: Life, which: str) -> None:
    *_, action = await apart(life)
    life.web.trash(life.web.find(which).id)
    await pair_all(context_of(life), run_as(life), [action])
    assert life.web.find("IMG_1.HEIC").live_photo_video_id is None


async def test_a_photo_that_plays_another_video_meanwhile_goes_on_playing_it(life: Life) -> None:
    *_, action = await apart(life)
    other = life.web.upload(b"another", "other.MOV")
    life.web.play(life.web.find("IMG_1.HEIC").id, other)
    await pair_all(context_of(life), run_as(life), [action])
    assert life.web.find("IMG_1.HEIC").live_photo_video_id == other


async def test_what_is_being_done_with_a_video_is_not_disturbed(life: Life) -> None:
    _, motion, action = await apart(life)
    context_of(life).ledger.open_intent(IntentKind.UPLOAD, sha1(motion), CAMERA, {"path": MOTION}, 1.0)
    await pair_all(context_of(life), run_as(life), [action])
    assert not plays(life)


async def test_a_pair_that_immich_refuses_is_counted_and_tried_again(life: Life) -> None:
    *_, action = await apart(life)
    run = run_as(life)
    life.server.faults.add(FaultKind.STATUS, r"/assets/[^/]+$", method="PUT", status=500)
    await pair_all(context_of(life), run, [action])
    assert run.tallies.failed == 1
    assert len(shown(life)) == 2


async def test_an_immich_that_goes_away_is_no_fault_of_the_pair(life: Life) -> None:
    *_, action = await apart(life)
    run = run_as(life)
    life.server.faults.add(FaultKind.RESET_BEFORE, r"/assets/[^/]+$", method="PUT")
    with pytest.raises(CannotConnectError):
        await pair_all(context_of(life), run, [action])
    assert run.tallies.failed == 0


async def test_a_pair_whose_answer_was_lost_is_told_once(life: Life) -> None:
    *_, action = await apart(life)
    life.server.faults.add(FaultKind.RESET_AFTER, r"/assets/[^/]+$", method="PUT")
    with pytest.raises(CannotConnectError):
        await pair_all(context_of(life), run_as(life), [action])
    life.server.faults.clear()
    assert plays(life)
    assert await settle_intents(context_of(life), run_as(life)) == 0
    assert context_of(life).ledger.open_intents() == []
    told = [view.entry for view in await life.account.history()]
    assert [(entry.action, entry.path) for entry in told] == [("pair", MOTION)]


async def test_a_pair_whose_video_is_another_file_by_now_is_planned_again(life: Life) -> None:
    *_, action = await apart(life)
    context = context_of(life)
    payload: dict[str, Json] = {"asset_id": action.asset_id, "path": STILL, "still": action.still.hex()}
    context.ledger.open_intent(IntentKind.PAIR, action.checksum, CAMERA, payload, 1.0)
    assert await settle_intents(context, run_as(life)) == 0
    assert context.ledger.open_intents() == []
    assert not plays(life)
    await life.settle()
    assert plays(life)


async def test_a_video_follows_only_when_every_photo_is_gone_for_good(life: Life) -> None:
    still, motion = take(life)
    other = life.phone_adds("Camera/IMG_1.jpg")
    await life.settle()
    context, run = context_of(life), run_as(life)

    async def gone() -> bool:
        return await photos_are_gone(context, run, sha1(motion))

    assert not await photos_are_gone(context, run, b"?" * 20)
    assert not await gone(), "nothing was decided"
    context.ledger.record(sha1(still), Base.REMOVED, None, 1.0)
    assert not await gone(), "its file is there"
    context.ledger.apply_observation(CAMERA, [], [(STILL, Departure.ABSENT)], 1.0)
    assert not await gone(), "another photo is there"
    context.ledger.apply_observation(CAMERA, [], [("Camera/IMG_1.jpg", Departure.ABSENT)], 1.0)
    assert not await gone(), "another photo is linked"
    context.ledger.record(sha1(other), Base.REMOVED, None, 1.0)
    assert not await gone(), "both are active in Immich"
    context.ledger.set_motions([(sha1(other), life.web.find("IMG_1.MOV").id)], 1.0)
    photos = [life.web.find(name).id for name in ("IMG_1.HEIC", "IMG_1.jpg")]
    for photo in photos:
        life.web.trash(photo)
        assert not await gone(), "the other one is active in Immich"
        life.web.restore(photo)
    life.web.trash(*photos)
    assert await gone()


async def test_a_sidecar_whose_photo_stays_stays(life: Life) -> None:
    life.phone_adds(PHOTO)
    sidecar = life.phone_adds(SIDECAR, says("a cat"))
    await at_rest(life)
    context, row = context_of(life), context_of(life).ledger.file(CAMERA, PHOTO)
    assert row is not None
    doomed = await doomed_sidecars(context, sha1(life.on_phone()[PHOTO]), [row])
    assert [one[1] for one in doomed] == [SIDECAR]
    assert await take_sidecars(context, run_as(life), doomed)
    assert life.on_phone()[SIDECAR] == sidecar


async def test_a_sidecar_that_changed_or_is_on_its_way_stays(life: Life) -> None:
    life.phone_adds(PHOTO)
    life.phone_adds("other.jpg")
    life.phone_adds(SIDECAR, says("a cat"))
    await at_rest(life)
    life.syncthing.on_its_way.add(SIDECAR)
    life.web.trash(life.web.find("IMG_1.jpg").id)
    await at_rest(life)
    assert set(life.on_phone()) == {SIDECAR, "other.jpg"}


async def test_a_sidecar_that_syncthing_does_not_carry_stays(life: Life) -> None:
    life.phone_adds(PHOTO)
    life.phone_adds("other.jpg")
    life.phone_adds(SIDECAR, says("a cat"))
    await at_rest(life)
    life.syncthing.ignored.add(SIDECAR)
    life.web.trash(life.web.find("IMG_1.jpg").id)
    await at_rest(life)
    assert set(life.on_phone()) == {SIDECAR, "other.jpg"}


@pytest.mark.parametrize("asked", [False, True])
async def test_what_a_sidecar_says_is_tried_again_when_immich_fails(life: Life, *, asked: bool) -> None:
    """After an hour by itself, and at once when its owner says so."""
    life.phone_adds(PHOTO)
    await at_rest(life)
    life.server.faults.add(FaultKind.STATUS, r"/assets/[^/]+$", method="PUT", status=500)
    life.phone_adds(SIDECAR, says("a cat"))
    await life.settle()
    assert not described(life)
    life.server.faults.clear()
    if asked:
        await life.folder.run(retry=True)
    else:
        life.clock.skip(3600)
    await at_rest(life)
    assert described(life) == "a cat"


async def test_a_sidecar_waits_until_immich_has_read_the_photo(life: Life) -> None:
    life.server.jobs.pause("metadataExtraction")
    life.phone_adds(PHOTO)
    await life.settle()
    life.phone_adds(SIDECAR, says("a cat"))
    report = await life.cycle()
    assert report.again_in is not None
    assert not described(life)
    life.server.jobs.resume("metadataExtraction")
    await at_rest(life)
    assert described(life) == "a cat"


async def test_a_sidecar_of_a_photo_in_the_trash_is_passed_on_when_it_is_back(life: Life) -> None:
    await life.restart(Preset.BACKUP)
    life.phone_adds(PHOTO)
    await at_rest(life)
    life.web.trash(life.web.find("IMG_1.jpg").id)
    await at_rest(life)
    life.phone_adds(SIDECAR, says("a cat"))
    await at_rest(life)
    life.web.restore(life.web.find("IMG_1.jpg").id)
    await at_rest(life)
    assert described(life) == "a cat"


async def test_an_edited_photo_keeps_its_video(life: Life) -> None:
    still, motion = take(life)
    life.phone_adds("other.jpg")
    await life.settle()
    edited = life.phone_adds(STILL, b"edited on the phone", old=False)
    await life.settle()
    assert {STILL: edited, MOTION: motion}.items() <= life.on_phone().items()
    assert life.in_immich(trashed=True) == {still}
    [new] = [asset for asset in life.web.assets(trashed=False) if asset.name == "IMG_1.HEIC"]
    assert new.live_photo_video_id == life.web.find("IMG_1.MOV").id
    assert await nothing_more(life)
