"""What simulated lives found in the engine, each as the short story that showed it; see tests/simulation."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.errors import RootUnreadableError
from custom_components.immich_syncthing.engine.model import Answer, FolderState, HoldKind, Preset
from custom_components.immich_syncthing.engine.observe_folder import FolderObserver
from custom_components.immich_syncthing.engine.rules import Rules
from custom_components.immich_syncthing.syncthing.errors import SyncthingCannotConnectError
from tests.servers.immich import FaultKind

from .living import TABLET, Life, living, ten_photos
from .test_age import HOUR, aged

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_a_photo_locked_unseen_and_then_deleted_on_the_phone_is_let_go(life: Life) -> None:
    """The delta shows no locking, and the oracle answers as before: every cycle planned to trash it, in vain."""
    photos = await ten_photos(life)
    life.web.lock(life.web.find("IMG_3.jpg").id)
    life.phone_deletes("Camera/IMG_3.jpg")
    await life.settle()
    await life.cycle()
    preview = await life.folder.preview()
    assert preview.actions == {}
    assert photos["Camera/IMG_3.jpg"] not in life.in_immich(trashed=True)


async def test_a_rule_does_not_wait_for_what_is_locked(life: Life) -> None:
    """Whether it is a favourite cannot be asked of a locked photo: its deletion waited for ever."""
    await ten_photos(life)
    await life.restart(rules=Rules(protect_favourites=True))
    await life.settle()
    life.web.lock(life.web.find("IMG_3.jpg").id)
    life.phone_deletes("Camera/IMG_3.jpg")
    await life.settle()
    await life.cycle()
    report = await life.cycle()
    assert not report.waiting
    assert life.in_immich(trashed=True) == set()


async def test_an_event_just_now_does_not_hide_that_syncthing_is_away(life: Life) -> None:
    """The folder was called in agreement for a moment: the quiet that is missing replaced the gate that is shut."""
    await ten_photos(life)
    life.syncthing.failure = SyncthingCannotConnectError()
    life.folder.note_change("Camera/IMG_1.jpg", complete=True)
    report = await life.folder.run()
    assert report.state is FolderState.WAITING_FOR_SYNCTHING
    assert report.problem is not None


async def test_a_locked_photo_that_arrives_again_is_no_upload_that_waits(life: Life) -> None:
    """Immich has it where no key reaches: the folder said ``uploading`` for ever."""
    data = b"secret"
    life.web.lock(life.web.upload(data, "IMG_1.jpg"))
    life.phone_adds("Camera/IMG_1.jpg", data)
    report = await life.settle()
    assert report.state is FolderState.IN_AGREEMENT


@pytest.mark.parametrize("answer", list(Answer))
async def test_to_empty_the_trash_answers_no_question(life: Life, answer: Answer) -> None:
    """What was in the trash when its file arrived is asked about; emptied meanwhile, it was uploaded again."""
    data = b"thrown away long ago"
    life.web.trash(life.web.upload(data, "IMG_1.jpg"))
    life.phone_adds("Camera/IMG_1.jpg", data)
    await life.settle()
    life.web.empty_trash()
    report = await life.settle()
    assert report.state is FolderState.WAITING_FOR_DECISION
    assert data not in life.in_immich()
    (hold,) = await life.account.holds()
    assert hold.kind is HoldKind.TRASHED_BEFORE_FIRST_SYNC
    await life.account.answer(hold.id, hold.revision, answer)
    for _ in range(3):
        await life.cycle()
    assert (data in life.in_immich()) == (answer is Answer.UNDO)
    assert ("Camera/IMG_1.jpg" in life.on_phone()) == (answer is not Answer.APPROVE)
    assert answer is not Answer.APPROVE or await life.in_vault(data)


async def test_another_photo_of_the_same_name_does_not_keep_a_deletion_back(life: Life) -> None:
    """Deleted while Immich was away, and its name taken again: the path was there, so the old asset stayed for ever."""
    photos = await ten_photos(life)
    life.phone_deletes("Camera/IMG_3.jpg")
    life.syncthing.state = "syncing"
    await life.cycle()
    life.syncthing.state = "idle"
    life.phone_adds("Camera/IMG_3.jpg", b"another photo of that name")
    await life.settle()
    await life.settle()
    assert life.in_immich(trashed=True) == {photos["Camera/IMG_3.jpg"]}
    assert b"another photo of that name" in life.in_immich()


async def test_the_preview_tells_which_old_photo_is_stacked(life: Life) -> None:
    """It said ``replace`` of both, and then the favourite was stacked."""
    await ten_photos(life)
    await life.restart(rules=Rules(protect_favourites=True))
    life.web.favourite(life.web.find("IMG_3.jpg").id)
    for number in (3, 4):
        life.phone_adds(f"Camera/IMG_{number}.jpg", f"edited {number}".encode())
    await life.cycle()
    life.clock.skip(3)
    assert (await life.folder.preview()).actions == {"stack_asset": 1, "replace_asset": 1}


async def test_a_new_version_is_freed_after_the_old_one_has_made_room(life: Life) -> None:
    """Both were planned at once: the freed file was the only trace of the edit, and the old photo stayed for ever."""
    photos = await ten_photos(life)
    await life.restart(rules=Rules(free_after_days=365))
    life.phone_adds("Camera/IMG_3.jpg", b"edited")
    await life.cycle()
    (new,) = [one for one in life.web.assets(trashed=False) if life.web.content(one.id) == b"edited"]
    life.web.set_date(new.id, datetime.fromtimestamp(life.clock.wall(), UTC) - timedelta(days=400))
    life.clock.skip(2 * HOUR)
    await life.settle()
    await life.settle()
    assert life.in_immich(trashed=True) == {photos["Camera/IMG_3.jpg"]}
    assert "Camera/IMG_3.jpg" not in life.on_phone()
    assert b"edited" in life.in_immich()


async def test_a_new_version_that_its_owner_locks_leaves_the_old_photo_as_it_is(life: Life) -> None:
    """It can take nobody's place where no key reaches, and the old photo waited for that in every cycle."""
    photos = await ten_photos(life)
    life.phone_adds("Camera/IMG_3.jpg", b"edited")
    await life.cycle()
    (new,) = [one for one in life.web.assets(trashed=False) if life.web.content(one.id) == b"edited"]
    life.web.lock(new.id)
    await life.folder.run(full=True)
    await life.settle()
    report = await life.cycle()
    assert (report.state, report.waiting) == (FolderState.IN_AGREEMENT, 0)
    assert set(photos.values()) <= life.in_immich()
    assert life.on_phone()["Camera/IMG_3.jpg"] == b"edited"


async def test_a_copy_that_nobody_has_looked_at_yet_goes_with_the_others(tmp_path: Path) -> None:
    """Found after the last known file was deleted, it passed for a photo added anew, and took the asset back."""
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        photos = await ten_photos(life)
        for number in range(5):
            life.tablet_adds(f"own {number}.jpg", f"own {number}".encode())
        await life.settle()
        life.tablet_adds("copy.jpg", photos["Camera/IMG_3.jpg"])
        life.web.trash(life.web.find("IMG_3.jpg").id)
        await life.cycle()
        await life.settle()
        assert life.in_immich(trashed=True) == {photos["Camera/IMG_3.jpg"]}
        assert "Camera/IMG_3.jpg" not in life.on_phone()
        assert not (life.tablet_root / "copy.jpg").exists()
        assert await life.in_vault(photos["Camera/IMG_3.jpg"])


async def test_a_photo_that_came_to_another_folder_unheard_is_not_trashed(tmp_path: Path) -> None:
    """Its last known file was deleted while its copy was there, and the event that tells of that still on its way."""
    async with living(tmp_path, tablet=Preset.PHONE_DECIDES) as life:
        photos = await ten_photos(life)
        life.tablet_adds("own.jpg", b"own")
        await life.settle()
        life.phone_deletes("Camera/IMG_3.jpg")
        (life.tablet_root / "copy.jpg").write_bytes(photos["Camera/IMG_3.jpg"])
        life.syncthing.tablet_sequence += 1
        report = await life.cycle()
        assert (report.trashed, report.more) == (0, True)
        await life.settle()
        assert not life.in_immich(trashed=True)
        life.tablet_deletes("copy.jpg")
        await life.settle()
        assert life.in_immich(trashed=True) == {photos["Camera/IMG_3.jpg"]}


async def test_what_syncthing_does_in_an_unmounted_folder_keeps_no_other_from_its_work(tmp_path: Path) -> None:
    """Nobody can look there, and so nobody waits for that."""
    async with living(tmp_path, tablet=Preset.PHONE_DECIDES) as life:
        photos = await ten_photos(life)
        (life.tablet_root / ".stfolder").rename(life.home / "unmounted")
        life.syncthing.tablet_sequence += 1
        assert (await life.tablet_cycle()).state is FolderState.ERROR
        life.syncthing.tablet_sequence += 1
        life.phone_deletes("Camera/IMG_3.jpg")
        assert (await life.cycle()).trashed == 1
        assert life.in_immich(trashed=True) == {photos["Camera/IMG_3.jpg"]}


async def test_a_file_that_nobody_can_look_at_now_keeps_no_other_folder_from_its_work(tmp_path: Path) -> None:
    """What may be a copy is waited for only where it will be read."""
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        photos = await ten_photos(life)
        (life.tablet_root / "half.jpg").write_bytes(b"still being written")
        os.utime(life.tablet_root / "half.jpg", (life.clock.wall(), life.clock.wall()))
        life.account.folders[TABLET].note_change("half.jpg", complete=False)
        assert (await life.account.folders[TABLET].run()).counts.unresolved == 1
        (life.tablet_root / ".stfolder").rename(life.home / "unmounted")
        assert (await life.tablet_cycle()).state is FolderState.ERROR
        life.web.trash(life.web.find("IMG_3.jpg").id)
        await life.cycle()
        await life.cycle()
        assert life.on_phone().keys() == photos.keys() - {"Camera/IMG_3.jpg"}


async def test_a_freed_photo_that_a_late_device_brings_back_is_not_taken_out_of_the_trash(life: Life) -> None:
    """Its owner trashed what only Immich had, and a phone that had not heard of the freeing sent the file again."""
    photos = await ten_photos(life)
    aged(life, 400, "IMG_3.jpg")
    await life.restart(rules=Rules(free_after_days=365))
    life.syncthing.behind.add("PHONE")
    life.clock.skip(2 * HOUR)
    await life.settle()
    await life.settle()
    assert "Camera/IMG_3.jpg" not in life.on_phone()
    life.web.trash(life.web.find("IMG_3.jpg").id)
    life.phone_adds("Camera/IMG_3.jpg", photos["Camera/IMG_3.jpg"], old=False)
    report = await life.settle()
    assert report.state is FolderState.WAITING_FOR_DECISION
    (hold,) = await life.account.holds()
    assert hold.kind is HoldKind.CAME_BACK
    assert life.in_immich(trashed=True) == {photos["Camera/IMG_3.jpg"]}
    assert "Camera/IMG_3.jpg" in life.on_phone()


async def test_a_preview_of_a_folder_that_syncthing_works_on_shows_no_deletion_in_another(tmp_path: Path) -> None:
    """It showed the file that the other folder's cycles delete, and that no cycle of this one would touch."""
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        photos = await ten_photos(life)
        for number in range(5):
            life.tablet_adds(f"own {number}.jpg", f"own {number}".encode())
        life.tablet_adds("copy.jpg", photos["Camera/IMG_3.jpg"])
        await life.settle()
        life.phone_deletes("Camera/IMG_3.jpg")
        await life.settle()
        life.web.trash(life.web.find("IMG_3.jpg").id)
        await life.account.folders[TABLET].preview()
        assert (await life.folder.preview()).actions == {"delete_file": 1}
        life.syncthing.need_files = 1
        preview, report = await life.folder.preview(), await life.cycle()
        assert (preview.actions, report.deleted) == ({}, 0)
        life.syncthing.need_files = 0
        await life.settle()
        assert not (life.tablet_root / "copy.jpg").exists()


async def test_a_preview_knows_of_a_favourite_of_this_moment(life: Life) -> None:
    """What a rule wants to know of a photo was remembered for ten minutes: the preview showed what no run does."""
    photos = await ten_photos(life)
    await life.restart(rules=Rules(protect_favourites=True))
    await life.settle()
    life.phone_deletes("Camera/IMG_3.jpg")
    life.clock.skip(3)
    assert (await life.folder.preview()).actions == {"trash_asset": 1}
    life.web.favourite(life.web.find("IMG_3.jpg").id)
    assert (await life.folder.preview()).actions == {"release": 1}
    await life.settle()
    assert photos["Camera/IMG_3.jpg"] in life.in_immich()


async def test_the_newest_photo_gone_is_a_sign_at_once(life: Life) -> None:
    """It was asked about after the look for signs: the cycle went on, and what vanished was recorded as removed."""
    await ten_photos(life)
    await life.restart(rules=Rules(protect_favourites=True))
    await life.settle()
    life.phone_adds("Camera/newest.jpg")
    assert (await life.cycle()).uploaded == 1
    life.web.delete_permanently(life.web.find("newest.jpg").id)
    await life.server.jobs.settle()
    life.phone_deletes("Camera/newest.jpg")
    preview = await life.folder.preview()
    assert preview.problem is not None
    assert preview.problem.code == "recovery"
    assert (await life.cycle()).state is FolderState.RECOVERY


async def test_a_folder_walked_before_immich_told_its_file_types_is_looked_at_again(tmp_path: Path) -> None:
    """What was renamed there passed for deleted: its new name was no photo's yet, and the folder counted as seen."""
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        for number in range(5):
            life.tablet_adds(f"own {number}.jpg", f"own {number}".encode())
        await ten_photos(life)
        await life.settle()
        await life.restart()
        (life.tablet_root / "own 1.jpg").rename(life.tablet_root / "renamed.jpg")
        life.server.faults.add(FaultKind.STATUS, "/server/config", status=500)
        assert (await life.tablet_cycle()).state is FolderState.WAITING_FOR_IMMICH
        life.server.faults.rules.clear()
        await life.cycle()
        assert life.in_immich(trashed=True) == set()
        await life.settle()
        assert b"own 1" in life.in_immich()


async def test_what_was_released_and_then_trashed_is_asked_about_when_a_late_device_sends_it(life: Life) -> None:
    """Syncthing's index was reset, and the phone that knew nothing of the deletion sent the photo again."""
    photos = await ten_photos(life)
    await life.restart(Preset.BACKUP)
    life.phone_deletes("Camera/IMG_3.jpg")
    await life.settle()
    life.web.trash(life.web.find("IMG_3.jpg").id)
    await life.settle()
    life.phone_adds("Camera/IMG_3.jpg")
    report = await life.settle()
    assert report.state is FolderState.WAITING_FOR_DECISION
    (hold,) = await life.account.holds()
    assert hold.kind is HoldKind.CAME_BACK
    assert photos["Camera/IMG_3.jpg"] not in life.in_immich()


async def test_a_file_that_moved_on_before_anybody_told_is_not_deleted(life: Life) -> None:
    """It was renamed twice, and only the first time was told of: where it was, and where it was for a moment."""
    photos = await ten_photos(life)
    life.phone_renames("Camera/IMG_3.jpg", "New/IMG_3.jpg")
    (life.root / "New/IMG_3.jpg").rename(life.root / "Camera/IMG_33.jpg")
    life.syncthing.sequence += 3
    preview = await life.folder.preview()
    report = await life.cycle()
    assert (preview.actions, report.trashed) == ({}, 0)
    assert life.in_immich() == set(photos.values())
    assert life.in_immich(trashed=True) == set()
    report = await life.settle()
    assert (report.state, report.counts.linked) == (FolderState.IN_AGREEMENT, 10)


async def test_what_is_told_late_costs_one_walk_and_is_deleted_all_the_same(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes("Camera/IMG_3.jpg")
    life.syncthing.sequence += 5
    await life.settle()
    assert life.in_immich(trashed=True) == {photos["Camera/IMG_3.jpg"]}


async def test_a_name_that_comes_after_a_walk_accounts_for_nothing_that_moved_since(life: Life) -> None:
    await ten_photos(life)
    life.phone_adds("Camera/late.jpg", b"late")
    life.folder._wishes.take()  # noqa: SLF001 - the event is late
    await life.cycle()
    (life.root / "Camera/IMG_3.jpg").rename(life.root / "Camera/IMG_33.jpg")
    life.syncthing.sequence += 2
    life.folder.note_change("Camera/late.jpg", complete=True)
    life.folder.note_change("Camera/IMG_3.jpg", complete=False)
    assert (await life.cycle()).trashed == 0


async def test_a_walk_that_fails_is_made_before_anything_counts_as_deleted(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise RootUnreadableError(str(life.root))

    await ten_photos(life)
    (life.root / "Camera/IMG_3.jpg").rename(life.root / "Camera/IMG_33.jpg")
    life.syncthing.sequence += 2
    life.folder.note_change("Camera/IMG_3.jpg", complete=False)
    with monkeypatch.context() as broken:
        broken.setattr(FolderObserver, "full", fails)
        await life.cycle()
    assert (await life.cycle()).trashed == 0


async def test_a_moment_without_syncthing_forgets_no_index(life: Life) -> None:
    await ten_photos(life)
    life.syncthing.failure = SyncthingCannotConnectError()
    await life.cycle()
    life.syncthing.failure = None
    (life.root / "Camera/IMG_3.jpg").rename(life.root / "Camera/IMG_33.jpg")
    life.syncthing.sequence += 2
    life.folder.note_change("Camera/IMG_3.jpg", complete=False)
    assert (await life.cycle()).trashed == 0


async def test_what_moved_into_another_folder_unheard_is_not_deleted(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.PHONE_DECIDES) as life:
        await ten_photos(life)
        await life.settle()
        (life.root / "Camera/IMG_3.jpg").rename(life.tablet_root / "IMG_3.jpg")
        life.syncthing.tablet_sequence += 1
        life.tablet_adds("another.jpg", b"another")
        await life.tablet_cycle()
        life.syncthing.sequence += 1
        life.folder.note_change("Camera/IMG_3.jpg", complete=False)
        assert (await life.cycle()).trashed == 0
        report = await life.settle()
        assert report.state is FolderState.IN_AGREEMENT
        assert life.in_immich(trashed=True) == set()
