"""What Immich deletes for good while somebody listens: an owner's wish, of that very asset and of no other."""

import uuid
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.errors import LedgerError
from custom_components.immich_syncthing.engine.model import Answer, Base, FolderState, HoldKind, Preset
from custom_components.immich_syncthing.engine.recovery import Sign
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.models import AssetCounts
from tests.checksums import sha1

from .living import Life, living, ten_photos
from .test_recovering import answer, asked, ended
from .test_went_back import later

pytestmark = pytest.mark.usefixtures("socket_enabled")

THIRD = "Camera/IMG_3.jpg"


async def hear(life: Life) -> list[str]:
    """Let the engine hear what Immich told of permanent deletions; return the ids."""
    told = [event.arguments[0] for event in life.server.world.rooms.log if event.name == "on_asset_delete"]
    await life.account.note_deleted([str(one) for one in told])
    return [str(one) for one in told]


async def delete_for_good(life: Life, *names: str) -> None:
    """Delete assets as their owner does past the trash, and hear of it."""
    life.web.delete_permanently(*(life.web.find(name).id for name in names))
    await life.server.jobs.settle()
    assert len(await hear(life)) >= len(names)


async def bases(life: Life, *contents: bytes) -> list[Base]:
    found = await life.account.bases([sha1(one) for one in contents])
    return [found[sha1(one)] for one in contents]


async def test_its_file_goes_into_the_vault_and_nobody_is_asked(life: Life) -> None:
    photos = await ten_photos(life)
    await delete_for_good(life, "IMG_3.jpg")
    report = await life.cycle()
    assert (report.deleted, report.counts.held) == (1, 0)
    assert life.on_phone() == {path: data for path, data in photos.items() if path != THIRD}
    assert await life.in_vault(photos[THIRD])
    assert await bases(life, photos[THIRD]) == [Base.REMOVED]
    assert (await life.settle()).state is FolderState.IN_AGREEMENT
    assert await life.account.recovery() is None


async def test_the_newest_photo_of_all_is_no_sign_of_an_older_immich(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_adds("Camera/last.jpg")
    await life.settle()
    await delete_for_good(life, "last.jpg")
    await life.settle()
    assert life.on_phone() == photos
    assert await life.account.recovery() is None


@pytest.mark.parametrize("told", ["nothing", "a stranger's", "another photo's"])
async def test_what_nobody_told_of_is_asked_about(life: Life, told: str) -> None:
    photos = await ten_photos(life)
    life.web.purge(life.web.find("IMG_3.jpg").id)
    ids = {"nothing": [], "a stranger's": [str(uuid.uuid4())], "another photo's": [life.web.find("IMG_4.jpg").id]}
    await life.account.note_deleted(ids[told])
    await life.settle()
    assert life.on_phone() == photos
    assert await asked(life) == {HoldKind.VANISHED: 1}
    assert (await life.settle()).counts.linked == 10


async def test_it_outlives_a_crash_and_is_told_twice_in_vain(life: Life) -> None:
    photos = await ten_photos(life)
    await delete_for_good(life, "IMG_3.jpg")
    await life.restart()
    await hear(life)
    await life.settle()
    assert life.on_phone() == {path: data for path, data in photos.items() if path != THIRD}
    await hear(life)
    assert (await life.settle()).state is FolderState.IN_AGREEMENT
    life.phone_adds(THIRD, photos[THIRD])
    await life.hear()
    await hear(life)
    await life.settle()
    assert len(life.on_phone()) == 10


async def test_an_asset_that_is_there_all_the_same_stays_and_takes_the_evidence_away(life: Life) -> None:
    photos = await ten_photos(life)
    asset = life.web.find("IMG_3.jpg").id
    await life.account.note_deleted([asset])
    report = await life.cycle()
    assert (report.deleted, report.state) == (0, FolderState.IN_AGREEMENT)
    life.web.purge(asset)
    await life.settle()
    assert life.on_phone() == photos
    assert await asked(life) == {HoldKind.VANISHED: 1}


async def test_the_same_photo_uploaded_anew_is_another_asset(life: Life) -> None:
    photos = await ten_photos(life)
    await delete_for_good(life, "IMG_3.jpg")
    again = life.web.upload(photos[THIRD], "IMG_3.jpg")
    await life.settle()
    assert life.on_phone() == photos
    assert await bases(life, photos[THIRD]) == [Base.LINKED]
    life.web.purge(again)
    await life.settle()
    assert life.on_phone() == photos
    assert await asked(life) == {HoldKind.VANISHED: 1}


async def test_many_are_as_many_as_from_the_trash_and_can_be_sent_again(life: Life) -> None:
    photos = await ten_photos(life)
    await delete_for_good(life, *(f"IMG_{number}.jpg" for number in range(8)))
    await life.settle()
    assert life.on_phone() == photos
    assert await asked(life) == {HoldKind.MANY_FILES: 8}
    await answer(life, Answer.UNDO)
    assert (life.on_phone(), life.in_immich()) == (photos, set(photos.values()))


@pytest.mark.parametrize("known", [False, True])
async def test_a_photo_in_the_locked_folder_goes_unless_it_was_known_to_be_there(life: Life, known: bool) -> None:
    photos = await ten_photos(life)
    asset = life.web.find("IMG_3.jpg").id
    life.web.lock(asset)
    if known:
        # Looked at by itself, it does not show, and yet the oracle knows it.
        await life.account.note_deleted([asset])
        assert (await life.settle()).state is FolderState.IN_AGREEMENT
    life.web.purge(asset)
    await hear(life)
    await life.settle()
    assert (THIRD in life.on_phone()) is known
    assert await life.in_vault(photos[THIRD]) is not known
    assert await bases(life, photos[THIRD]) == [Base.KEPT if known else Base.REMOVED]
    await hear(life)
    assert (await life.settle()).state is FolderState.IN_AGREEMENT


async def test_where_files_are_kept_it_is_kept(tmp_path: Path) -> None:
    async with living(tmp_path, preset=Preset.BACKUP) as life:
        photos = await ten_photos(life)
        await delete_for_good(life, "IMG_3.jpg")
        assert (await life.settle()).counts.kept == 1
        assert life.on_phone() == photos
        assert await hear(life)
        assert (await life.settle()).counts.kept == 1


async def test_what_was_only_in_immich_is_gone_without_a_question(tmp_path: Path) -> None:
    async with living(tmp_path, preset=Preset.IMMICH_DECIDES) as life:
        photos = await ten_photos(life)
        life.phone_deletes(THIRD)
        assert (await life.settle()).counts.released == 1
        await delete_for_good(life, "IMG_3.jpg")
        assert (await life.settle()).counts.released == 0
        assert await bases(life, photos[THIRD]) == [Base.REMOVED]
        assert await life.account.holds() == []


async def test_a_live_photo_goes_whole(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_adds("Camera/LIVE.HEIC", b"the photo")
    life.phone_adds("Camera/LIVE.MOV", b"the video")
    await life.settle()
    await delete_for_good(life, "LIVE.HEIC")
    await life.settle()
    assert life.on_phone() == photos
    assert await life.account.holds() == []


async def test_a_live_photo_of_which_only_the_videos_end_was_heard_is_not_sent_in_part(life: Life) -> None:
    photos = await ten_photos(life)
    halves = {still: life.phone_adds(still) for still in ("Camera/IMG_20.HEIC", "Camera/IMG_20.MOV")}
    await life.settle()
    photo, video = life.web.find("IMG_20.HEIC"), life.web.find("IMG_20.MOV")
    assert photo.live_photo_video_id == video.id
    life.web.delete_permanently(photo.id)
    # As many as before, so that numbers tell nothing.
    life.web.upload(b"from elsewhere", "elsewhere.jpg")
    await life.server.jobs.settle()
    await life.account.note_deleted([video.id])
    assert (await life.settle()).uploaded == 0
    assert life.in_immich() == {*photos.values(), b"from elsewhere"}
    assert life.on_phone() == photos | halves
    assert await asked(life) == {HoldKind.VANISHED: 1}


async def test_what_was_asked_about_just_before_it_was_told_is_not_asked_any_more(life: Life) -> None:
    photos = await ten_photos(life)
    life.web.purge(life.web.find("IMG_3.jpg").id)
    await life.settle()
    assert await asked(life) == {HoldKind.VANISHED: 1}
    await hear(life)
    await life.settle()
    assert await life.account.holds() == []
    assert life.on_phone() == {path: data for path, data in photos.items() if path != THIRD}


async def test_what_its_owner_wants_sent_again_is_even_if_it_is_told_after_that(life: Life) -> None:
    photos = await ten_photos(life)
    life.web.purge(life.web.find("IMG_3.jpg").id)
    await life.settle()
    [hold] = await life.account.holds()
    await life.account.answer(hold.id, hold.revision, Answer.UNDO)
    await hear(life)
    await life.settle()
    assert (life.on_phone(), life.in_immich()) == (photos, set(photos.values()))


async def test_an_older_immich_that_empties_its_trash_at_once_deletes_no_file(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is back, and its nightly job tells of a deletion, between the look for changes and all else."""
    photos = await ten_photos(life)
    life.preset = Preset.BACKUP
    await life.restart()
    asset = life.web.find("IMG_3.jpg").id
    life.web.trash(asset)
    dump = life.server.world.snapshot()
    later(life)
    life.web.restore(asset)
    await life.settle()
    later(life)
    life.web.favourite(life.web.find("IMG_4.jpg").id)
    await life.settle()
    await life.restart(Preset.MIRROR)
    await life.settle()
    count, counted = ImmichClient.asset_statistics, list[None]()

    async def counted_late(client: ImmichClient, *, trashed: bool = False) -> AssetCounts:
        if not counted:
            counted.append(None)
            life.server.world.load(dump)
            life.web.purge(asset)
            await hear(life)
        return await count(client, trashed=trashed)

    monkeypatch.setattr(ImmichClient, "asset_statistics", counted_late)
    assert (await life.cycle()).deleted == 0
    await life.settle()
    await ended(life, Sign.SERVER_OLDER)
    assert life.on_phone() == photos
    assert await asked(life) == {HoldKind.VANISHED: 1}


async def test_a_look_that_began_before_it_was_told_does_not_take_the_evidence_away(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = await ten_photos(life)
    asset = life.web.find("IMG_3.jpg").id
    changes = ImmichClient.changes_since

    async def answered_late(client: ImmichClient, *asked_for: object) -> object:
        delta = await changes(client, *asked_for)  # type: ignore[arg-type]
        if any(one.id == asset for one in life.web.assets()):
            life.web.purge(asset)
            await hear(life)
        return delta

    monkeypatch.setattr(ImmichClient, "changes_since", answered_late)
    life.web.favourite(asset)
    assert (await life.cycle()).waiting == 1
    await life.settle()
    assert life.on_phone() == {path: data for path, data in photos.items() if path != THIRD}
    assert await life.account.holds() == []


async def test_while_everything_is_compared_anew_it_is_passed_over(life: Life) -> None:
    photos = await ten_photos(life)
    dump = life.server.world.snapshot()
    life.phone_adds("Camera/last.jpg")
    await life.settle()
    life.server.world.load(dump)
    assert (await life.cycle()).state is FolderState.RECOVERY
    await delete_for_good(life, "IMG_3.jpg")
    await life.settle()
    assert life.on_phone().keys() == photos.keys() | {"Camera/last.jpg"}
    assert await asked(life) == {HoldKind.VANISHED: 2}


async def test_what_cannot_be_noted_is_asked_about(life: Life) -> None:
    photos = await ten_photos(life)
    await life.account.close()
    life.web.purge(life.web.find("IMG_3.jpg").id)
    with pytest.raises(LedgerError):
        await hear(life)
    await life.restart()
    await life.settle()
    assert life.on_phone() == photos
    assert await asked(life) == {HoldKind.VANISHED: 1}


async def test_a_video_that_immich_replaced_by_one_out_of_the_photo_is_asked_about(tmp_path: Path) -> None:
    """Immich plays what it extracts from a photo, and deletes for good what was played before: its owner did not."""
    async with living(tmp_path) as life:
        await ten_photos(life)
        life.phone_adds("Camera/LIVE.JPG", b"the photo")
        life.phone_adds("Camera/LIVE.MOV", b"the video")
        await life.settle()
        still, video = life.web.find("LIVE.JPG"), life.web.find("LIVE.MOV")
        extracted = next(one for one in life.server.world.tables.assets if one not in {still.id, video.id})
        life.web.play(still.id, extracted)
        life.clock.skip(1)
        life.web.delete_permanently(video.id)
        await life.server.jobs.settle()
        await hear(life)
        await life.settle()
        assert "Camera/LIVE.MOV" in life.on_phone()
        assert [hold.kind for hold in await life.account.holds()] == [HoldKind.VANISHED]
