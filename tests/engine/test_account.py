"""A folder's life, told from outside: what the phone and Immich's owner see in the end."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.model import Answer, FolderState, HoldKind, Preset
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


async def test_approve_carries_out_what_was_held(life: Life) -> None:
    photos = await ten_photos(life)
    for number in range(5):
        life.phone_deletes(f"Camera/IMG_{number}.jpg")
    await life.settle()
    [hold] = await life.account.holds()
    assert await life.account.answer(hold.id, hold.revision, Answer.APPROVE) == 5
    await life.settle()
    assert life.in_immich(trashed=True) == {photos[f"Camera/IMG_{number}.jpg"] for number in range(5)}
    assert await life.account.holds() == []


async def test_hold_rejected(life: Life) -> None:
    photos = await ten_photos(life)
    for number in range(5):
        life.phone_deletes(f"Camera/IMG_{number}.jpg")
    await life.settle()
    [hold] = await life.account.holds()
    await life.account.answer(hold.id, hold.revision, Answer.LEAVE)
    await life.settle()
    assert life.in_immich() == set(photos.values())
    assert len(life.on_phone()) == 5
    assert await life.account.holds() == []


async def test_undo_brings_the_missing_side_back(life: Life) -> None:
    photos = await ten_photos(life)
    for number in range(5):
        life.phone_deletes(f"Camera/IMG_{number}.jpg")
    await life.settle()
    [hold] = await life.account.holds()
    await life.account.answer(hold.id, hold.revision, Answer.UNDO)
    await life.settle()
    assert life.on_phone() == photos
    assert life.in_immich() == set(photos.values())


async def test_an_answer_touches_only_what_its_owner_saw(life: Life) -> None:
    photos = await ten_photos(life)
    for number in range(4):
        life.phone_deletes(f"Camera/IMG_{number}.jpg")
    await life.settle()
    [seen] = await life.account.holds()
    life.web.trash(life.web.find("IMG_3.jpg").id)
    for number in range(4, 9):
        life.phone_deletes(f"Camera/IMG_{number}.jpg")
    await life.settle()
    await life.account.answer(seen.id, seen.revision, Answer.APPROVE)
    await life.settle()
    assert life.in_immich(trashed=True) == {photos[f"Camera/IMG_{number}.jpg"] for number in range(4)}
    [rest] = await life.account.holds()
    assert rest.count == 5


async def test_a_file_that_comes_back_leaves_the_hold(life: Life) -> None:
    photos = await ten_photos(life)
    for number in range(5):
        life.phone_deletes(f"Camera/IMG_{number}.jpg")
    await life.settle()
    for number in range(5):
        path = f"Camera/IMG_{number}.jpg"
        life.phone_adds(path, photos[path])
    report = await life.settle()
    assert await life.account.holds() == []
    assert report.state is FolderState.IN_AGREEMENT


async def test_hold_never_blocks_uploads(life: Life) -> None:
    await ten_photos(life)
    for number in range(5):
        life.phone_deletes(f"Camera/IMG_{number}.jpg")
    life.phone_adds("Camera/IMG_new.jpg")
    await life.settle()
    assert b"photo Camera/IMG_new.jpg" in life.in_immich()


async def test_android_trash_and_restore(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_renames("Camera/IMG_3.jpg", "Camera/.trashed-1800000000-IMG_3.jpg")
    await life.settle()
    assert life.in_immich(trashed=True) == {photos["Camera/IMG_3.jpg"]}
    life.phone_renames("Camera/.trashed-1800000000-IMG_3.jpg", "Camera/IMG_3.jpg")
    await life.settle()
    assert life.in_immich() == set(photos.values())


async def test_policy_switched_off_mid_plan(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes("Camera/IMG_3.jpg")
    await life.restart(Preset.BACKUP)
    await life.settle()
    assert life.in_immich() == set(photos.values())


async def test_symlink_exfiltration(life: Life, tmp_path: Path) -> None:
    await ten_photos(life)
    secret = tmp_path / "secret.jpg"
    secret.write_bytes(b"secret")
    (life.root / "Camera" / "link.jpg").symlink_to(secret)
    (life.root / "linked").symlink_to(tmp_path)
    life.folder.note_change("Camera/link.jpg", complete=True)
    life.folder.note_change("linked/secret.jpg", complete=True)
    life.folder.note_gap()
    await life.settle()
    assert b"secret" not in life.in_immich()


async def test_other_account(life: Life) -> None:
    photos = await ten_photos(life)
    other = life.server.world.add_user("Other")
    life.server.world.hand_over(life.server.key, other)
    life.phone_deletes("Camera/IMG_3.jpg")
    report = await life.cycle()
    assert report.state is FolderState.ERROR
    assert report.problem is not None
    assert report.problem.code == "other_account"
    assert life.in_immich() == set(photos.values())


async def test_world_changed_after_plan(life: Life) -> None:
    photos = await ten_photos(life)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    life.syncthing.on_its_way.add("Camera/IMG_3.jpg")
    await life.settle()
    assert life.on_phone() == photos


async def test_vault_unavailable(life: Life, tmp_path: Path) -> None:
    photos = await ten_photos(life)
    (tmp_path / "vault").rename(tmp_path / "elsewhere")
    life.web.trash(life.web.find("IMG_3.jpg").id)
    life.phone_deletes("Camera/IMG_4.jpg")
    report = await life.settle()
    assert "Camera/IMG_3.jpg" in life.on_phone()
    assert photos["Camera/IMG_4.jpg"] in life.in_immich()
    assert report.counts.failed > 0


async def test_batch_with_one_bad_id(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_adds("Camera/spare.jpg")
    await life.settle()
    for number in range(2):
        life.phone_deletes(f"Camera/IMG_{number}.jpg")
    life.web.purge(life.web.find("IMG_0.jpg").id)
    await life.settle()
    assert life.in_immich(trashed=True) == {photos["Camera/IMG_1.jpg"]}


async def test_mass_rename(life: Life) -> None:
    photos = await ten_photos(life)
    for number in range(10):
        life.phone_renames(f"Camera/IMG_{number}.jpg", f"Sorted/{number}.jpg")
    report = await life.settle()
    assert report.state is FolderState.IN_AGREEMENT
    assert life.in_immich() == set(photos.values())
    assert await life.account.holds() == []


async def test_an_edited_photo_is_uploaded_and_the_old_one_stays(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_adds("Camera/IMG_3.jpg", b"edited")
    await life.settle()
    assert life.in_immich() == {*photos.values(), b"edited"}


async def test_edit_vs_delete(life: Life) -> None:
    photos = await ten_photos(life)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    life.phone_adds("Camera/IMG_3.jpg", b"edited")
    await life.settle()
    assert life.on_phone()["Camera/IMG_3.jpg"] == b"edited"
    assert b"edited" in life.in_immich()
    assert life.in_immich(trashed=True) == {photos["Camera/IMG_3.jpg"]}
