"""The world moves between plan and action: what was planned is looked at again, and left where it no longer fits."""

from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.model import FolderState, Preset
from custom_components.immich_syncthing.syncthing.errors import SyncthingCannotConnectError
from tests.servers.immich import FaultKind, Rule

from .living import Life, living, ten_photos

pytestmark = pytest.mark.usefixtures("socket_enabled")

THIRD = "Camera/IMG_3.jpg"


async def test_a_file_that_is_back_keeps_its_asset(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes(THIRD)
    life.syncthing.meanwhile.append(lambda: (life.root / THIRD).write_bytes(photos[THIRD]))
    await life.cycle()
    assert life.in_immich() == set(photos.values())
    life.folder.note_change(THIRD, complete=True)
    assert (await life.settle()).state is FolderState.IN_AGREEMENT
    assert life.in_immich() == set(photos.values())


async def test_an_asset_that_its_owner_trashed_first_is_removed_only_once(life: Life) -> None:
    photos = await ten_photos(life)
    asset = life.web.find("IMG_3.jpg").id
    life.phone_deletes(THIRD)
    life.syncthing.meanwhile.append(lambda: life.web.trash(asset))
    report = await life.cycle()
    assert report.trashed == 0
    await life.settle()
    assert life.in_immich(trashed=True) == {photos[THIRD]}


async def test_an_asset_that_was_purged_first_is_gone(life: Life) -> None:
    photos = await ten_photos(life)
    asset = life.web.find("IMG_3.jpg").id
    life.phone_deletes(THIRD)
    life.syncthing.meanwhile.append(lambda: life.web.purge(asset))
    report = await life.settle()
    assert report.state is FolderState.IN_AGREEMENT
    assert photos.pop(THIRD) not in life.in_immich()
    assert life.on_phone() == photos


async def test_a_restored_asset_keeps_its_file(life: Life) -> None:
    photos = await ten_photos(life)
    asset = life.web.find("IMG_3.jpg").id
    life.web.trash(asset)
    life.syncthing.meanwhile.append(lambda: life.web.restore(asset))
    report = await life.cycle()
    assert report.deleted == 0
    await life.settle()
    assert life.on_phone() == photos
    assert life.in_immich() == set(photos.values())


async def test_a_file_rewritten_at_the_last_moment_stays(life: Life) -> None:
    photos = await ten_photos(life)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    life.syncthing.meanwhile.append(lambda: (life.root / THIRD).write_bytes(b"rewritten"))
    await life.settle()
    assert life.on_phone() == {**photos, THIRD: b"rewritten"}
    assert b"rewritten" in life.in_immich()


async def test_a_readded_file_that_left_again_restores_nothing(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes(THIRD)
    await life.settle()
    await life.hear()
    life.phone_adds(THIRD, photos[THIRD], old=False)
    life.syncthing.meanwhile.append((life.root / THIRD).unlink)
    report = await life.settle()
    assert report.restored == 0
    assert life.in_immich(trashed=True) == {photos[THIRD]}


async def test_an_asset_trashed_again_brings_nothing_back(life: Life) -> None:
    photos = await ten_photos(life)
    asset = life.web.find("IMG_3.jpg").id
    life.web.trash(asset)
    await life.settle()
    life.web.restore(asset)
    life.syncthing.meanwhile.append(lambda: life.web.trash(asset))
    await life.settle()
    photos.pop(THIRD)
    assert life.on_phone() == photos


async def test_an_asset_that_is_being_purged_is_waited_for_and_then_uploaded(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes(THIRD)
    await life.settle()
    await life.hear()
    life.server.jobs.pause("backgroundTask")
    life.web.empty_trash()
    life.phone_adds(THIRD, photos[THIRD], old=False)
    await life.settle()
    assert photos[THIRD] not in life.in_immich()
    life.server.jobs.resume("backgroundTask")
    await life.server.jobs.settle()
    life.clock.skip(3600)
    await life.settle()
    assert life.in_immich() == set(photos.values())


async def test_a_deletion_that_syncthing_did_not_hear_of_is_told_until_it_did(life: Life) -> None:
    photos = await ten_photos(life)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    refuse = SyncthingCannotConnectError("refused")
    life.syncthing.scan_failure = refuse
    await life.settle()
    photos.pop(THIRD)
    assert life.on_phone() == photos
    assert life.syncthing.scans == []
    life.syncthing.scan_failure = None
    await life.settle()
    assert ("camera", (THIRD,)) in life.syncthing.scans
    assert life.in_immich() == set(photos.values())


async def test_a_file_that_changed_before_its_upload_goes_up_as_it_is_then(life: Life) -> None:
    await ten_photos(life)
    life.phone_deletes(THIRD)
    life.phone_adds("Camera/new.jpg", b"first")
    life.syncthing.meanwhile.append(lambda: (life.root / "Camera/new.jpg").write_bytes(b"second"))
    await life.settle()
    assert b"second" in life.in_immich()
    assert b"first" not in life.in_immich()


async def test_bytes_that_cannot_be_fetched_keep_their_asset(life: Life) -> None:
    photos = await ten_photos(life)
    life.server.faults.rules.append(Rule(FaultKind.STATUS, r"/original$", status=500))
    life.phone_deletes(THIRD)
    report = await life.settle()
    assert report.counts.failed == 1
    assert photos[THIRD] in life.in_immich()
    life.server.faults.rules.clear()
    life.clock.skip(3600)
    await life.settle()
    assert life.in_immich(trashed=True) == {photos[THIRD]}


async def test_a_file_that_cannot_come_back_is_tried_again(life: Life, tmp_path: Path) -> None:
    photos = await ten_photos(life)
    asset = life.web.find("IMG_3.jpg").id
    life.web.trash(asset)
    await life.settle()
    (tmp_path / "vault").rename(tmp_path / "elsewhere")
    life.server.faults.rules.append(Rule(FaultKind.STATUS, r"/original$", status=500))
    life.web.restore(asset)
    assert (await life.settle()).counts.failed == 1
    life.server.faults.rules.clear()
    life.clock.skip(3600)
    await life.settle()
    assert life.on_phone() == photos


async def test_a_preview_lists_every_kind_of_change(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        photos = await ten_photos(life)
        for path in (THIRD, "Camera/IMG_4.jpg"):
            life.phone_deletes(path)
        await life.settle()
        await life.hear()
        life.phone_adds(THIRD, photos[THIRD], old=False)
        life.web.restore(life.web.find("IMG_4.jpg").id)
        life.web.trash(life.web.find("IMG_5.jpg").id)
        life.phone_deletes("Camera/IMG_6.jpg")
        life.phone_adds("Camera/new.jpg")
        life.web.upload(b"adopted", "adopted.jpg")
        life.phone_adds("Camera/adopted.jpg", b"adopted")
        life.clock.skip(3)
        await life.folder.preview()
        life.clock.skip(3)
        preview = await life.folder.preview()
        assert preview.actions == {
            "restore_asset": 1,
            "bring_back_file": 1,
            "delete_file": 1,
            "trash_asset": 1,
            "upload": 1,
            "link": 1,
        }
        assert {item.path for item in preview.items} == {
            THIRD,
            "Camera/IMG_4.jpg",
            "Camera/IMG_5.jpg",
            "Camera/IMG_6.jpg",
            "Camera/adopted.jpg",
            "Camera/new.jpg",
        }
        report = await life.cycle()
        did = (report.restored, report.brought_back, report.deleted, report.trashed, report.uploaded, report.linked)
        assert did == (1, 1, 1, 1, 1, 1)


async def test_a_preview_tells_what_would_be_asked_and_how_much_would_go_up(tmp_path: Path) -> None:
    async with living(tmp_path, preset=Preset.MIRROR) as life:
        await ten_photos(life)
        for number in range(5):
            life.phone_deletes(f"Camera/IMG_{number}.jpg")
        life.phone_adds("Camera/new.jpg", b"1234567")
        life.clock.skip(3)
        await life.folder.preview()
        life.clock.skip(3)
        preview = await life.folder.preview(limit=2)
        assert preview.held == {"many_assets": 5}
        assert preview.upload_bytes == 7
        assert len(preview.items) == 2
        assert preview.truncated


async def test_an_asset_that_its_owner_restored_first_is_not_restored_again(life: Life) -> None:
    photos = await ten_photos(life)
    asset = life.web.find("IMG_3.jpg").id
    life.phone_deletes(THIRD)
    await life.settle()
    await life.hear()
    life.phone_adds("Found/IMG_3.jpg", photos[THIRD])
    life.syncthing.meanwhile.append(lambda: life.web.restore(asset))
    report = await life.cycle()
    assert report.restored == 0
    assert life.server.requests_of("POST", "/api/trash/restore/assets") == []
    assert (await life.settle()).counts.linked == 10
    assert life.in_immich() == set(photos.values())
