"""A folder's life, told from outside: what the phone and Immich's owner see in the end."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.model import FolderState, HoldKind, Preset
from tests.servers.immich import FaultKind, Rule

from .living import Life, living

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture(params=["2.7.5", "3.2.2"])
async def life(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Life]:
    async with living(tmp_path, version=request.param) as one:
        yield one


async def ten_photos(life: Life) -> dict[str, bytes]:
    photos = {f"Camera/IMG_{number}.jpg": b"" for number in range(10)}
    for path in photos:
        photos[path] = life.phone_adds(path)
    await life.settle()
    return photos


async def test_photos_arrive(life: Life) -> None:
    photos = await ten_photos(life)
    assert life.in_immich() == set(photos.values())
    report = await life.cycle()
    assert report.state is FolderState.IN_AGREEMENT
    assert report.successful
    assert (report.counts.files, report.counts.linked, report.counts.to_upload) == (10, 10, 0)


async def test_a_photo_deleted_on_the_phone_goes_to_the_trash_and_into_the_vault(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes("Camera/IMG_3.jpg")
    await life.settle()
    deleted = photos.pop("Camera/IMG_3.jpg")
    assert life.in_immich() == set(photos.values())
    assert life.in_immich(trashed=True) == {deleted}
    assert await life.in_vault(deleted)


async def test_trashed_in_web(life: Life) -> None:
    photos = await ten_photos(life)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    await life.settle()
    deleted = photos.pop("Camera/IMG_3.jpg")
    assert life.on_phone() == photos
    assert await life.in_vault(deleted)
    assert ("camera", ("Camera/IMG_3.jpg",)) in life.syncthing.scans


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


async def test_rename_is_not_deletion(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_renames("Camera/IMG_3.jpg", "Holiday/beach.jpg")
    report = await life.settle()
    assert life.in_immich() == set(photos.values())
    assert life.in_immich(trashed=True) == set()
    assert report.counts.linked == 10


async def test_duplicate_file_deleted(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_adds("Copies/IMG_3.jpg", photos["Camera/IMG_3.jpg"])
    await life.settle()
    life.phone_deletes("Camera/IMG_3.jpg")
    await life.settle()
    assert life.in_immich(trashed=True) == set()
    life.phone_deletes("Copies/IMG_3.jpg")
    await life.settle()
    assert life.in_immich(trashed=True) == {photos["Camera/IMG_3.jpg"]}


async def test_upload_hits_trash(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes("Camera/IMG_3.jpg")
    await life.settle()
    life.phone_adds("Camera/IMG_3.jpg", photos["Camera/IMG_3.jpg"])
    await life.settle()
    assert life.in_immich() == set(photos.values())


async def test_purged_stays_deleted(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes("Camera/IMG_3.jpg")
    await life.settle()
    life.web.empty_trash()
    await life.server.jobs.settle()
    await life.settle()
    photos.pop("Camera/IMG_3.jpg")
    assert life.on_phone() == photos
    assert life.in_immich() == set(photos.values())


async def test_half_of_all_photos_deleted_asks_first(life: Life) -> None:
    photos = await ten_photos(life)
    for number in range(5):
        life.phone_deletes(f"Camera/IMG_{number}.jpg")
    report = await life.settle()
    assert report.state is FolderState.WAITING_FOR_DECISION
    assert life.in_immich() == set(photos.values())
    [hold] = await life.account.holds()
    assert (hold.kind, hold.count) == (HoldKind.MANY_ASSETS, 5)


async def test_all_files_absent_asks_first(life: Life) -> None:
    photos = await ten_photos(life)
    for path in photos:
        life.phone_deletes(path)
    report = await life.settle()
    assert report.counts.held == 10
    assert life.in_immich() == set(photos.values())


async def test_restored_server(life: Life) -> None:
    before = life.server.world.snapshot()
    photos = await ten_photos(life)
    life.server.world.load(before)
    await life.restart()
    await life.settle()
    assert life.on_phone() == photos
    [hold] = await life.account.holds()
    assert (hold.kind, hold.count) == (HoldKind.VANISHED, 10)


async def test_ledger_lost(life: Life) -> None:
    photos = await ten_photos(life)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    await life.lose_ledger()
    await life.settle()
    assert life.on_phone() == photos
    [hold] = await life.account.holds()
    assert (hold.kind, hold.count) == (HoldKind.TRASHED_BEFORE_FIRST_SYNC, 1)


async def test_deleted_while_stopped(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes("Camera/IMG_3.jpg")
    await life.restart()
    await life.settle()
    assert life.in_immich(trashed=True) == {photos["Camera/IMG_3.jpg"]}


async def test_unmounted_disk(life: Life) -> None:
    photos = await ten_photos(life)
    life.root.rename(life.root.with_name("elsewhere"))
    life.folder.note_gap()
    report = await life.cycle()
    assert report.state is FolderState.ERROR
    assert report.problem is not None
    assert report.problem.code == "root_missing"
    assert life.in_immich() == set(photos.values())


async def test_paused_folder_looks_empty(life: Life) -> None:
    photos = await ten_photos(life)
    life.syncthing.paused = True
    life.phone_deletes("Camera/IMG_3.jpg")
    report = await life.cycle()
    assert report.state is FolderState.PAUSED
    assert life.in_immich() == set(photos.values())


async def test_maintenance_mode(life: Life) -> None:
    photos = await ten_photos(life)
    life.server.faults.maintenance = True
    life.phone_deletes("Camera/IMG_3.jpg")
    life.phone_adds("Camera/IMG_new.jpg")
    report = await life.cycle()
    assert report.state is FolderState.WAITING_FOR_IMMICH
    life.server.faults.maintenance = False
    await life.settle()
    assert photos["Camera/IMG_3.jpg"] in life.in_immich(trashed=True)
    assert b"photo Camera/IMG_new.jpg" in life.in_immich()


async def test_locked_folder(life: Life) -> None:
    photos = await ten_photos(life)
    life.web.lock(life.web.find("IMG_3.jpg").id)
    await life.restart()
    await life.settle()
    assert life.on_phone() == photos
    life.phone_deletes("Camera/IMG_3.jpg")
    await life.settle()
    assert life.in_immich(trashed=True) == set()


async def test_one_bad_item(life: Life) -> None:
    life.server.faults.rules.append(Rule(FaultKind.STATUS, r"/assets$", "POST", times=1, status=500))
    for number in range(10):
        life.phone_adds(f"Camera/IMG_{number}.jpg")
    report = await life.settle()
    assert len(life.in_immich()) == 9
    assert report.counts.failed == 1
    life.clock.skip(3600)
    await life.settle()
    assert len(life.in_immich()) == 10


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


async def test_deleted_on_phone_is_not_restored(tmp_path: Path) -> None:
    async with living(tmp_path, preset=Preset.PHONE_DECIDES) as life:
        await ten_photos(life)
        asset = life.web.find("IMG_3.jpg")
        life.phone_deletes("Camera/IMG_3.jpg")
        await life.settle()
        life.web.restore(asset.id)
        await life.settle()
        assert "Camera/IMG_3.jpg" not in life.on_phone()


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
