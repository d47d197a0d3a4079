"""Attacks that once succeeded: each story by what its attacker wanted."""

import errno
import os
import time
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.model import FolderState, Preset
from tests.servers.immich import FaultKind, Rule

from .living import Life, living, ten_photos

pytestmark = pytest.mark.usefixtures("socket_enabled")


def lose_answers(life: Life, method: str, path: str) -> None:
    """Let the server do what it is asked, and never hear that it did."""
    life.server.faults.rules.append(Rule(FaultKind.RESET_AFTER, path, method))


async def test_a_photo_added_again_while_its_trashing_was_unconfirmed_stays(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes("Camera/IMG_3.jpg")
    lose_answers(life, "DELETE", r"/assets$")
    await life.cycle()
    life.server.faults.clear()
    assert life.in_immich(trashed=True) == {photos["Camera/IMG_3.jpg"]}
    life.phone_adds("Camera/IMG_3.jpg", photos["Camera/IMG_3.jpg"])
    await life.settle()
    assert life.on_phone() == photos
    assert life.in_immich() == set(photos.values())


async def test_a_photo_added_again_after_a_crash_while_trashing_stays(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes("Camera/IMG_3.jpg")
    lose_answers(life, "DELETE", r"/assets$")
    await life.cycle()
    life.server.faults.clear()
    life.phone_adds("Camera/IMG_3.jpg", photos["Camera/IMG_3.jpg"])
    await life.restart()
    await life.settle()
    assert life.on_phone() == photos
    assert life.in_immich() == set(photos.values())


async def test_lost_answers_do_not_slip_past_the_guard(life: Life) -> None:
    for number in range(60):
        life.phone_adds(f"Camera/IMG_{number}.jpg")
    await life.settle()
    for batch in range(4):
        for number in range(batch * 10, batch * 10 + 10):
            life.phone_deletes(f"Camera/IMG_{number}.jpg")
        lose_answers(life, "DELETE", r"/assets$")
        await life.cycle()
        life.server.faults.clear()
        await life.cycle()
    assert len(life.in_immich(trashed=True)) <= 20
    [hold] = await life.account.holds()
    assert hold.count == 40 - len(life.in_immich(trashed=True))


async def test_a_photo_deleted_in_the_locked_folder_stays_on_the_phone(life: Life) -> None:
    photos = await ten_photos(life)
    asset = life.web.find("IMG_3.jpg").id
    life.web.lock(asset)
    await life.restart()
    await life.settle()
    life.web.trash(asset)
    await life.restart()
    await life.settle()
    life.web.purge(asset)
    await life.restart()
    await life.settle()
    assert life.on_phone() == photos
    assert await life.account.holds() == []


async def test_a_photo_locked_and_deleted_unseen_stays_on_the_phone(life: Life) -> None:
    photos = await ten_photos(life)
    asset = life.web.find("IMG_3.jpg").id
    life.web.lock(asset)
    life.web.trash(asset)
    await life.restart()
    await life.settle()
    life.web.purge(asset)
    await life.restart()
    await life.settle()
    assert life.on_phone() == photos


def stumble_over(life: Life, asset_id: str) -> None:
    """Let the server answer 500 whenever it is asked for this one asset."""
    life.server.faults.rules.append(Rule(FaultKind.STATUS, rf"/assets/{asset_id}$", "GET", status=500))


async def test_one_asset_that_immich_stumbles_over_does_not_stop_other_deletions_on_the_phone(life: Life) -> None:
    photos = await ten_photos(life)
    for name in ("IMG_3.jpg", "IMG_4.jpg"):
        stumble_over(life, life.web.find(name).id)
    for name in ("IMG_3.jpg", "IMG_4.jpg", "IMG_5.jpg"):
        life.phone_deletes(f"Camera/{name}")
    await life.settle()
    assert life.in_immich(trashed=True) == {photos["Camera/IMG_5.jpg"]}


async def test_one_asset_that_immich_stumbles_over_does_not_stop_other_deletions_in_immich(life: Life) -> None:
    photos = await ten_photos(life)
    for name in ("IMG_3.jpg", "IMG_4.jpg"):
        stumble_over(life, life.web.find(name).id)
    for name in ("IMG_3.jpg", "IMG_4.jpg", "IMG_5.jpg"):
        life.web.trash(life.web.find(name).id)
    report = await life.settle()
    photos.pop("Camera/IMG_5.jpg")
    assert life.on_phone() == photos
    assert report.counts.failed == 2


async def test_one_asset_that_immich_stumbles_over_does_not_hide_the_others(life: Life) -> None:
    await ten_photos(life)
    stumble_over(life, life.web.find("IMG_3.jpg").id)
    life.server.world.clock.jump(3600)
    life.phone_adds("Camera/later.jpg")
    await life.settle()
    await life.lose_ledger()
    life.phone_adds("Camera/IMG_new.jpg")
    report = await life.settle()
    assert b"photo Camera/IMG_new.jpg" in life.in_immich()
    assert (report.counts.linked, report.waiting) == (11, 1)


async def test_a_folder_whose_disk_went_away_while_a_file_came_back_does_not_stop_the_others(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        await ten_photos(life)
        for number in range(5):
            life.tablet_adds(f"tablet_{number}.jpg", f"tablet {number}".encode())
        await life.settle()
        life.tablet_deletes("tablet_3.jpg")
        await life.settle()
        asset = life.web.find("tablet_3.jpg").id
        life.web.restore(asset)
        life.server.faults.rules.append(Rule(FaultKind.RESET_BEFORE, rf"/assets/{asset}$", "GET"))
        await life.tablet_cycle()
        life.server.faults.clear()
        life.tablet_root.rename(tmp_path / "unplugged")
        life.phone_adds("Camera/IMG_new.jpg")
        report = await life.settle()
        assert report.state is FolderState.IN_AGREEMENT
        assert b"photo Camera/IMG_new.jpg" in life.in_immich()
        (tmp_path / "unplugged").rename(life.tablet_root)
        await life.settle()
        assert (life.tablet_root / "tablet_3.jpg").read_bytes() == b"tablet 3"


async def test_what_failed_while_the_clock_was_ahead_is_tried_again(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    life.server.faults.rules.append(Rule(FaultKind.STATUS, r"/assets$", "POST", times=1, status=500))
    life.phone_adds("Camera/IMG_1.jpg")
    with monkeypatch.context() as patch:
        patch.setattr(life.clock, "wall", lambda: time.time() + 365 * 24 * 3600)
        await life.cycle()
    assert life.in_immich() == set()
    await life.settle()
    assert life.in_immich() == {b"photo Camera/IMG_1.jpg"}


async def test_a_move_to_another_folder_is_no_deletion(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        photos = await ten_photos(life)
        life.tablet_adds("other.jpg", b"other")
        await life.settle()
        life.phone_deletes("Camera/IMG_3.jpg")
        life.tablet_adds("IMG_3.jpg", photos["Camera/IMG_3.jpg"])
        await life.cycle()
        await life.cycle()
        assert life.in_immich(trashed=True) == set()
        await life.settle()
        assert life.in_immich(trashed=True) == set()
        assert life.in_immich() == {*photos.values(), b"other"}


async def test_a_file_that_syncthing_ignores_is_not_deleted_and_told(life: Life) -> None:
    await ten_photos(life)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    life.syncthing.ignored.add("Camera/IMG_3.jpg")
    report = await life.settle()
    assert "Camera/IMG_3.jpg" in life.on_phone()
    assert report.counts.failed == 1
    assert report.problem is not None
    assert report.problem.code == "items_failed"


async def test_what_is_too_large_is_sent_once(life: Life) -> None:
    life.server.faults.rules.append(Rule(FaultKind.TOO_LARGE, r"/assets$", "POST", limit=10))
    life.phone_adds("Camera/IMG_1.jpg")
    for _ in range(5):
        await life.settle()
        life.clock.skip(2 * 3600)
    uploads = [seen for seen in life.server.log if (seen.method, seen.path) == ("POST", "/api/assets")]
    assert len(uploads) == 1


async def test_a_file_that_cannot_be_read_is_told(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    await ten_photos(life)
    really_open = os.open

    def refuse(path: str, *args: int, **kwargs: int) -> int:
        if path == "secret.jpg":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return really_open(path, *args, **kwargs)

    life.phone_adds("Camera/secret.jpg")
    with monkeypatch.context() as locked:
        locked.setattr(os, "open", refuse)
        report = await life.settle()
    assert report.problem is not None
    assert (report.problem.code, report.problem.placeholders["detail"]) == ("unreadable", "Camera/secret.jpg")
    life.folder.note_change("Camera/secret.jpg", complete=True)
    assert (await life.settle()).problem is None
    assert b"photo Camera/secret.jpg" in life.in_immich()


async def test_a_date_beyond_all_calendars_stops_nothing(life: Life) -> None:
    life.phone_adds("Camera/IMG_1.jpg")
    os.utime(life.root / "Camera/IMG_1.jpg", (2**31, -(2**31)))
    life.phone_adds("Camera/IMG_2.jpg")
    await life.settle()
    assert len(life.in_immich()) == 2


async def test_a_copy_that_could_not_be_deleted_with_the_others_is_deleted_later(tmp_path: Path) -> None:
    """One folder keeps its copy; of the two in the other, the second fails when the first has gone already."""
    async with living(tmp_path, tablet=Preset.BACKUP) as life:
        photos = await ten_photos(life)
        content = photos["Camera/IMG_3.jpg"]
        life.phone_adds("Camera/copy.jpg", content)
        life.tablet_adds("copy.jpg", content)
        await life.settle()
        life.syncthing.ignored.add("Camera/copy.jpg")
        life.web.trash(life.web.find("IMG_3.jpg").id)
        await life.settle()
        assert "Camera/IMG_3.jpg" not in life.on_phone()
        assert life.on_phone()["Camera/copy.jpg"] == content

        life.syncthing.ignored.clear()
        life.clock.skip(3600)
        await life.settle()
        assert "Camera/copy.jpg" not in life.on_phone()
        assert (life.tablet_root / "copy.jpg").read_bytes() == content
