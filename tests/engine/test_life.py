"""Folders move, phones change, settings come and go: nothing is sent again, and nothing is deleted by that."""

import shutil
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.ledger.views import RemovalView
from custom_components.immich_syncthing.engine.model import Answer, FolderState, HoldKind, Preset
from custom_components.immich_syncthing.engine.removal import RemovalPreview

from .living import CAMERA, Life, living, ten_photos

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def unchanged(life: Life, photos: dict[str, bytes]) -> None:
    """Both sides have exactly these photos, nobody is asked, and nothing was sent or deleted lately."""
    assert life.on_phone() == photos
    assert life.in_immich() == set(photos.values())
    assert life.in_immich(trashed=True) == set()
    assert await life.account.holds() == []


def uploads(life: Life) -> int:
    return len(life.server.requests_of("POST", "/api/assets"))


async def move(life: Life, *, but: tuple[str, ...] = ()) -> None:
    """Let the folder lie elsewhere from now on, with the same files but some."""
    await life.account.close()
    elsewhere = life.home / "elsewhere"
    shutil.copytree(life.root, elsewhere)
    for path in but:
        (elsewhere / path).unlink()
    life.root = elsewhere
    life.syncthing.roots[CAMERA] = elsewhere
    await life.restart()


async def without_the_folder(life: Life) -> None:
    life.without.add(CAMERA)
    await life.restart()


async def with_the_folder_again(life: Life) -> None:
    life.without.clear()
    await life.restart()


async def test_a_folder_that_moves_sends_and_deletes_nothing(life: Life) -> None:
    photos = await ten_photos(life)
    sent = uploads(life)
    await move(life)
    report = await life.settle()
    assert (report.state, report.counts.linked) == (FolderState.IN_AGREEMENT, 10)
    await unchanged(life, photos)
    assert uploads(life) == sent


async def test_files_missing_where_a_folder_moved_to_are_no_deletions(life: Life) -> None:
    photos = await ten_photos(life)
    missing = tuple(list(photos)[:8])
    await move(life, but=missing)
    await life.settle()
    assert life.in_immich() == set(photos.values())
    assert await life.account.holds() == []
    assert len(life.on_phone()) == 2


async def test_an_empty_place_where_a_folder_moved_to_deletes_nothing(life: Life) -> None:
    photos = await ten_photos(life)
    await move(life, but=tuple(photos))
    await life.settle()
    assert life.in_immich() == set(photos.values())
    assert await life.account.holds() == []


async def test_what_was_kept_is_not_sent_again_after_a_move(tmp_path: Path) -> None:
    async with living(tmp_path, preset=Preset.BACKUP) as life:
        photos = await ten_photos(life)
        life.web.trash(life.web.find("IMG_3.jpg").id)
        life.web.purge(life.web.find("IMG_4.jpg").id)
        await life.settle()
        [hold] = await life.account.holds()
        await life.account.answer(hold.id, hold.revision, Answer.LEAVE)
        assert (await life.settle()).counts.kept == 2
        await move(life)
        assert (await life.settle()).counts.kept == 2
        assert life.on_phone() == photos
        assert len(life.in_immich()) == 8
        assert await life.account.holds() == []


async def test_another_syncthing_folder_over_the_same_files_changes_nothing(life: Life) -> None:
    photos = await ten_photos(life)
    sent = uploads(life)
    life.syncthing_id = "another"
    life.syncthing.roots = {"another": life.root}
    await life.restart()
    assert (await life.settle()).state is FolderState.IN_AGREEMENT
    await unchanged(life, photos)
    assert uploads(life) == sent


async def test_a_new_phone_with_the_same_photos_sends_none_again(tmp_path: Path) -> None:
    """It gets a folder of its own; then the old phone's is removed, and later its directory as well."""
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        photos = await ten_photos(life)
        sent = uploads(life)
        for path, data in photos.items():
            life.tablet_adds(path.rpartition("/")[2], data)
        await life.settle()
        assert uploads(life) == sent
        preview = await life.account.removal_preview(CAMERA)
        assert preview == RemovalPreview(RemovalView(0, 10, 0, 0, 0, 0), under_way=0, quarantined=0)
        await without_the_folder(life)
        shutil.rmtree(life.root)
        await life.settle()
        assert life.in_immich() == set(photos.values())
        assert await life.account.holds() == []
        assert len(list(life.tablet_root.glob("*.jpg"))) == 10


async def test_what_stays_is_said_before_a_folder_is_removed(tmp_path: Path) -> None:
    async with living(tmp_path, preset=Preset.MIRROR, tablet=Preset.MIRROR) as life:
        photos = await ten_photos(life)
        life.tablet_adds("IMG_9.jpg", photos["Camera/IMG_9.jpg"])
        for number in range(4):
            life.phone_deletes(f"Camera/IMG_{number}.jpg")
        await life.settle()
        preview = await life.account.removal_preview(CAMERA)
        assert preview == RemovalPreview(RemovalView(9, 1, 0, 0, 1, 4), under_way=0, quarantined=0)
        assert await life.account.removal_preview("nobody") == RemovalPreview(RemovalView(0, 0, 0, 0, 0, 0), 0, 0)
        shutil.rmtree(life.root / ".stfolder")
        assert (await life.account.removal_preview(CAMERA)).quarantined is None
        await without_the_folder(life)
        assert await life.account.holds() == []
        await life.settle()
        assert life.in_immich() == set(photos.values())


async def test_a_folder_removed_and_added_again_sends_and_deletes_nothing(life: Life) -> None:
    photos = await ten_photos(life)
    sent = uploads(life)
    await without_the_folder(life)
    assert life.account.folders == {}
    await with_the_folder_again(life)
    assert (await life.settle()).counts.linked == 10
    await unchanged(life, photos)
    assert uploads(life) == sent


async def test_files_deleted_while_their_folder_was_removed_stay_in_immich(life: Life) -> None:
    photos = await ten_photos(life)
    await without_the_folder(life)
    for path in photos:
        (life.root / path).unlink()
    await with_the_folder_again(life)
    await life.settle()
    assert life.in_immich() == set(photos.values())
    assert life.on_phone() == {}


@pytest.mark.parametrize("purged", [False, True])
@pytest.mark.parametrize("watched", [False, True])
async def test_what_was_trashed_while_its_folder_was_removed_is_asked_about(
    tmp_path: Path, *, purged: bool, watched: bool
) -> None:
    """``watched``: another folder of the account lives on meanwhile, so that the trashing is seen as it happens."""
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        photos = await ten_photos(life)
        await without_the_folder(life)
        await life.settle()
        asset = life.web.find("IMG_3.jpg").id
        life.web.trash(asset)
        if watched:
            await life.settle()
        if purged:
            life.web.purge(asset)
        await with_the_folder_again(life)
        await life.settle()
        [hold] = await life.account.holds()
        assert (hold.kind, hold.count) == (HoldKind.CAME_BACK, 1)
        assert life.on_phone() == photos
        assert len(life.in_immich()) == 9
        await life.account.answer(hold.id, hold.revision, Answer.APPROVE)
        await life.settle()
        assert "Camera/IMG_3.jpg" not in life.on_phone()
        assert await life.in_vault(photos["Camera/IMG_3.jpg"])


async def test_questions_end_with_their_folder_and_are_asked_no_more(life: Life) -> None:
    photos = await ten_photos(life)
    for number in range(5):
        life.phone_deletes(f"Camera/IMG_{number}.jpg")
    await life.settle()
    assert len(await life.account.holds()) == 1
    await without_the_folder(life)
    assert await life.account.holds() == []
    await with_the_folder_again(life)
    await life.settle()
    assert await life.account.holds() == []
    assert life.in_immich() == set(photos.values())


async def test_a_question_whose_answer_is_in_the_settings_by_now_closes(life: Life) -> None:
    photos = await ten_photos(life)
    for number in range(5):
        life.phone_deletes(f"Camera/IMG_{number}.jpg")
    await life.settle()
    await life.restart(Preset.BACKUP)
    await life.cycle()
    assert await life.account.holds() == []
    assert life.in_immich() == set(photos.values())


async def test_a_question_about_trashed_assets_closes_when_files_are_kept(life: Life) -> None:
    photos = await ten_photos(life)
    for number in range(5):
        life.web.trash(life.web.find(f"IMG_{number}.jpg").id)
    await life.settle()
    assert len(await life.account.holds()) == 1
    await life.restart(Preset.PHONE_DECIDES)
    await life.cycle()
    assert await life.account.holds() == []
    assert life.on_phone() == photos


async def test_a_folder_removed_while_a_deletion_is_under_way_keeps_the_photo(life: Life) -> None:
    photos = await ten_photos(life)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    life.syncthing.scan_failure = None
    life.syncthing.on_its_way.add("Camera/IMG_3.jpg")
    await life.cycle()
    await without_the_folder(life)
    await with_the_folder_again(life)
    life.syncthing.on_its_way.clear()
    await life.settle()
    assert len(life.in_immich()) == 9
    assert life.on_phone() == photos
    assert [hold.kind for hold in await life.account.holds()] == [HoldKind.CAME_BACK]
