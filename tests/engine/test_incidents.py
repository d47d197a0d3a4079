"""How others lost photos, and what happens here instead: each story by its name."""

from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.model import (
    Answer,
    FolderState,
    HoldKind,
    Preset,
)
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.models import Upload, UploadResult
from tests.servers.immich import FaultKind, Rule

from .living import Life, living, ten_photos

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_trashed_in_web(life: Life) -> None:
    photos = await ten_photos(life)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    await life.settle()
    deleted = photos.pop("Camera/IMG_3.jpg")
    assert life.on_phone() == photos
    assert await life.in_vault(deleted)
    assert ("camera", ("Camera/IMG_3.jpg",)) in life.syncthing.scans


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
    await life.hear()
    life.phone_adds("Camera/IMG_3.jpg", photos["Camera/IMG_3.jpg"], old=False)
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


async def test_disk_unmounted_while_photos_go_up(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere, really = life.root.with_name("elsewhere"), ImmichClient.upload

    async def uploaded(client: ImmichClient, upload: Upload) -> UploadResult:
        result = await really(client, upload)
        if life.root.exists():
            life.root.rename(elsewhere)
        return result

    photos = {life.phone_adds(f"Camera/IMG_{number}.jpg") for number in range(10)}
    with monkeypatch.context() as unmounting:
        unmounting.setattr(ImmichClient, "upload", uploaded)
        report = await life.cycle()
    assert report.problem is not None
    assert report.problem.code == "root_missing"
    assert life.in_immich() < photos

    elsewhere.rename(life.root)
    life.folder.note_gap()
    life.clock.skip(3600)
    await life.settle()
    assert life.in_immich() == photos


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
    asset = life.web.find("IMG_4.jpg").id
    life.web.lock(asset)
    await life.settle()
    life.web.purge(asset)
    await life.account.note_deleted([asset])
    await life.settle()
    assert "Camera/IMG_4.jpg" not in life.on_phone()
    assert await life.in_vault(photos["Camera/IMG_4.jpg"])


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


async def test_deleted_on_phone_is_not_restored(tmp_path: Path) -> None:
    async with living(tmp_path, preset=Preset.PHONE_DECIDES) as life:
        await ten_photos(life)
        asset = life.web.find("IMG_3.jpg")
        life.phone_deletes("Camera/IMG_3.jpg")
        await life.settle()
        life.web.restore(asset.id)
        await life.settle()
        assert "Camera/IMG_3.jpg" not in life.on_phone()


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


async def test_edit_vs_delete(life: Life) -> None:
    photos = await ten_photos(life)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    life.phone_adds("Camera/IMG_3.jpg", b"edited")
    await life.settle()
    assert life.on_phone()["Camera/IMG_3.jpg"] == b"edited"
    assert b"edited" in life.in_immich()
    assert life.in_immich(trashed=True) == {photos["Camera/IMG_3.jpg"]}


async def test_ledger_lost_while_a_file_lay_in_quarantine(life: Life) -> None:
    photos = await ten_photos(life)
    place = life.root / ".stfolder" / "immich_syncthing" / "quarantine"
    place.mkdir(parents=True)
    (life.root / "Camera/IMG_3.jpg").rename(place / "0123456789abcdef")
    (place / "0123456789abcdef.path").write_text("Camera/IMG_3.jpg")
    await life.lose_ledger()
    await life.settle()
    assert life.on_phone() == photos
    assert life.in_immich() == set(photos.values())
