"""A folder's life, told from outside: what the phone and Immich's owner see in the end."""

from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.model import FolderState, Preset
from tests.servers.immich import FaultKind, Rule

from .living import Life, living, ten_photos

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_photos_arrive(life: Life) -> None:
    photos = await ten_photos(life)
    assert life.in_immich() == set(photos.values())
    report = await life.cycle()
    assert report.state is FolderState.IN_AGREEMENT
    assert report.successful
    assert (report.counts.files, report.counts.linked, report.counts.to_upload) == (10, 10, 0)


async def test_a_photo_has_the_name_of_its_file_however_deep_it_lies(life: Life) -> None:
    life.phone_adds("DCIM/Camera/2026/IMG_1.jpg")
    await life.settle()
    assert [asset.name for asset in life.web.assets()] == ["IMG_1.jpg"]
    [last] = await life.account.history(1)
    assert (last.entry.action, last.entry.asset_id) == ("upload", life.web.find("IMG_1.jpg").id)


async def test_a_photo_deleted_on_the_phone_goes_to_the_trash_and_into_the_vault(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes("Camera/IMG_3.jpg")
    await life.settle()
    deleted = photos.pop("Camera/IMG_3.jpg")
    assert life.in_immich() == set(photos.values())
    assert life.in_immich(trashed=True) == {deleted}
    assert await life.in_vault(deleted)


async def test_restored_in_immich_comes_back_under_its_old_path(life: Life) -> None:
    photos = await ten_photos(life)
    asset = life.web.find("IMG_3.jpg")
    life.web.trash(asset.id)
    await life.settle()
    assert "Camera/IMG_3.jpg" not in life.on_phone()
    life.web.restore(asset.id)
    await life.settle()
    assert life.on_phone() == photos
    assert life.in_immich() == set(photos.values())


async def test_an_answer_lost_after_the_upload_is_found_out(life: Life) -> None:
    life.server.faults.rules.append(Rule(FaultKind.RESET_AFTER, r"/assets$", "POST", times=1))
    life.phone_adds("Camera/IMG_1.jpg")
    await life.cycle()
    await life.settle()
    assert len(life.web.assets()) == 1
    assert (await life.cycle()).counts.linked == 1


@pytest.mark.parametrize(
    ("preset", "kept"), [(Preset.PHONE_DECIDES, True), (Preset.BACKUP, True), (Preset.IMMICH_DECIDES, False)]
)
async def test_preset_keeps_files_of_trashed_assets(tmp_path: Path, preset: Preset, *, kept: bool) -> None:
    async with living(tmp_path, preset=preset) as life:
        await ten_photos(life)
        life.web.trash(life.web.find("IMG_3.jpg").id)
        await life.settle()
        assert ("Camera/IMG_3.jpg" in life.on_phone()) is kept


async def test_preview_is_what_the_cycle_then_does(life: Life) -> None:
    await ten_photos(life)
    life.phone_adds("Camera/IMG_new.jpg")
    life.phone_deletes("Camera/IMG_3.jpg")
    life.clock.skip(3)
    await life.folder.preview()
    life.clock.skip(3)
    preview = await life.folder.preview()
    assert preview.actions == {"upload": 1, "trash_asset": 1}
    report = await life.cycle()
    assert (report.uploaded, report.trashed) == (1, 1)


async def test_a_preview_is_read_page_by_page_and_says_why(life: Life) -> None:
    await ten_photos(life)
    for number in range(8):
        life.phone_deletes(f"Camera/IMG_{number}.jpg")
    new = {f"Camera/new {number}.jpg" for number in range(3)}
    for path in new:
        life.phone_adds(path)
    life.clock.skip(3)
    await life.folder.preview()
    life.clock.skip(3)
    pages = [await life.folder.preview(limit=4, offset=offset) for offset in (0, 4, 8)]
    assert [(len(page.items), page.truncated) for page in pages] == [(4, True), (4, True), (3, False)]
    items = [item for page in pages for item in page.items]
    assert {item.path for item in items if item.reason == "new_file"} == new
    asked = {(item.path, item.reason) for item in items if item.action == "ask_many_assets"}
    assert asked == {(f"Camera/IMG_{number}.jpg", "many_assets") for number in range(8)}


async def test_a_missing_permission_for_one_thing_leaves_the_others_alone(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await ten_photos(life)
        life.server.faults.rules.append(Rule(FaultKind.STATUS, r"/assets$", "DELETE", status=500))
        life.phone_deletes("Camera/IMG_3.jpg")
        life.phone_adds("Camera/IMG_new.jpg")
        report = await life.cycle()
        assert report.uploaded == 1
        assert not report.successful
        life.server.faults.rules.clear()
        await life.settle()
        assert life.in_immich(trashed=True) == {b"photo Camera/IMG_3.jpg"}


async def test_an_edited_photo_takes_the_place_of_the_old_one(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_adds("Camera/IMG_3.jpg", b"edited")
    await life.settle()
    old = photos.pop("Camera/IMG_3.jpg")
    assert life.in_immich() == {*photos.values(), b"edited"}
    assert life.in_immich(trashed=True) == {old}
    assert await life.in_vault(old)


async def test_a_ledger_that_fails_is_told_in_the_report(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        photos = await ten_photos(life)
        await life.account.close()
        life.phone_deletes("Camera/IMG_3.jpg")
        report = await life.cycle()
        assert report.state is FolderState.ERROR
        assert report.problem is not None
        assert report.problem.code == "ledger_error"
        assert life.in_immich() == set(photos.values())


async def test_what_failed_for_good_is_tried_again_when_its_owner_asks(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        life.server.faults.rules.append(Rule(FaultKind.TOO_LARGE, r"/assets$", "POST", limit=10))
        life.phone_adds("Camera/IMG_1.jpg")
        report = await life.settle()
        assert report.counts.failed == 1
        life.server.faults.rules.clear()
        assert (await life.settle()).counts.failed == 1
        await life.folder.run(retry=True)
        assert (await life.settle()).counts.failed == 0
        assert life.in_immich() == {b"photo Camera/IMG_1.jpg"}
