"""What opens and shuts a folder's gate, and what its owner is told."""

from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.model import FolderState, Preset
from custom_components.immich_syncthing.engine.rules import Rules
from custom_components.immich_syncthing.syncthing.errors import (
    SyncthingCannotConnectError,
    SyncthingUnexpectedAnswerError,
    SyncthingWrongKeyError,
)
from custom_components.immich_syncthing.syncthing.models import FolderErrorEntry, FolderType
from tests.servers.immich import FaultKind, Rule

from .living import Life, living, ten_photos

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def nothing_is_deleted(life: Life, photos: dict[str, bytes]) -> None:
    life.phone_deletes("Camera/IMG_3.jpg")
    life.web.trash(life.web.find("IMG_4.jpg").id)
    await life.cycle()
    await life.cycle()
    assert photos["Camera/IMG_3.jpg"] in life.in_immich()
    assert "Camera/IMG_4.jpg" in life.on_phone()


@pytest.mark.parametrize(
    ("shut", "reason"),
    [
        ({"state": "scanning"}, "syncthing_busy"),
        ({"state": "syncing"}, "syncthing_busy"),
        ({"need_files": 1}, "syncthing_incomplete"),
        ({"need_deletes": 1}, "syncthing_incomplete"),
    ],
)
async def test_deletions_wait_until_syncthing_has_caught_up(life: Life, shut: dict[str, object], reason: str) -> None:
    photos = await ten_photos(life)
    for name, value in shut.items():
        setattr(life.syncthing, name, value)
    await nothing_is_deleted(life, photos)
    report = await life.cycle()
    assert (report.state, report.wait_reason) == (FolderState.WAITING_FOR_SYNCTHING, reason)
    assert report.problem is None
    life.syncthing.state, life.syncthing.need_files, life.syncthing.need_deletes = "idle", 0, 0
    await life.settle()
    assert photos["Camera/IMG_3.jpg"] in life.in_immich(trashed=True)
    assert "Camera/IMG_4.jpg" not in life.on_phone()


@pytest.mark.parametrize(
    ("failure", "state"),
    [
        (SyncthingCannotConnectError("refused"), FolderState.WAITING_FOR_SYNCTHING),
        (SyncthingUnexpectedAnswerError("text/plain"), FolderState.WAITING_FOR_SYNCTHING),
        (SyncthingWrongKeyError(), FolderState.ERROR),
    ],
    ids=["away", "syncthing_migrating", "wrong key"],
)
async def test_without_syncthing_photos_still_go_up(life: Life, failure: Exception, state: FolderState) -> None:
    photos = await ten_photos(life)
    life.syncthing.failure = failure  # type: ignore[assignment] # every parameter is a SyncthingError
    await nothing_is_deleted(life, photos)
    life.phone_adds("Camera/new.jpg")
    report = await life.cycle()
    assert report.state is state
    assert b"photo Camera/new.jpg" in life.in_immich()


@pytest.mark.parametrize(("state", "error"), [("error", ""), ("idle", "folder marker missing"), ("error", "no space")])
async def test_a_folder_that_syncthing_gave_up_is_an_error(life: Life, state: str, error: str) -> None:
    photos = await ten_photos(life)
    life.syncthing.state, life.syncthing.error = state, error
    await nothing_is_deleted(life, photos)
    life.phone_adds("Camera/new.jpg")
    report = await life.cycle()
    assert report.problem is not None
    assert (report.state, report.problem.code) == (FolderState.ERROR, "syncthing_folder_fault")
    assert report.problem.placeholders["detail"] == error
    assert b"photo Camera/new.jpg" in life.in_immich()


async def test_a_backup_does_not_mind_that_nothing_can_come_back(tmp_path: Path) -> None:
    async with living(tmp_path, preset=Preset.BACKUP) as life:
        life.syncthing.type = FolderType.SEND_ONLY
        life.phone_adds("Camera/IMG_1.jpg")
        report = await life.settle()
        assert (report.state, report.problem) == (FolderState.IN_AGREEMENT, None)
        assert len(life.in_immich()) == 1


async def test_a_folder_that_syncthing_does_not_know_is_an_error(life: Life) -> None:
    photos = await ten_photos(life)
    life.syncthing.roots["elsewhere"] = life.syncthing.roots.pop("camera")
    await nothing_is_deleted(life, photos)
    report = await life.cycle()
    assert report.problem is not None
    assert report.problem.code == "syncthing_unknown_folder"


@pytest.mark.parametrize("preset", [Preset.MIRROR, Preset.IMMICH_DECIDES, Preset.PHONE_DECIDES, Preset.BACKUP])
async def test_a_receive_only_folder_still_hears_of_the_phones_deletions(life: Life, preset: Preset) -> None:
    photos = await ten_photos(life)
    await life.restart(preset)
    life.syncthing.type = FolderType.RECEIVE_ONLY
    report = await life.settle()
    needs_to_delete = preset in {Preset.MIRROR, Preset.IMMICH_DECIDES}
    assert (report.problem is not None and report.problem.code == "one_way_folder") is needs_to_delete
    life.phone_deletes("Camera/IMG_3.jpg")
    await life.settle()
    assert (photos["Camera/IMG_3.jpg"] in life.in_immich(trashed=True)) is (preset is Preset.PHONE_DECIDES)


async def test_a_folder_that_is_to_lose_its_old_photos_must_tell_the_phone(life: Life) -> None:
    await ten_photos(life)
    life.syncthing.type = FolderType.RECEIVE_ONLY
    await life.restart(Preset.BACKUP, rules=Rules(free_after_days=1))
    report = await life.settle()
    assert report.problem is not None
    assert report.problem.code == "one_way_folder"
    await life.restart(rules=Rules())
    assert (await life.settle()).problem is None


async def test_paths_at_fault_hold_back_only_what_lies_below_them(life: Life) -> None:
    photos = await ten_photos(life)
    photos["Other/a.jpg"] = life.phone_adds("Other/a.jpg")
    await life.settle()
    life.syncthing.faults = (FolderErrorEntry("Other", "scan: permission denied"),)
    life.phone_deletes("Other/a.jpg")
    life.phone_deletes("Camera/IMG_3.jpg")
    await life.settle()
    assert life.in_immich(trashed=True) == {photos["Camera/IMG_3.jpg"]}


async def test_a_folder_in_the_middle_of_events_waits(life: Life) -> None:
    await ten_photos(life)
    life.phone_deletes("Camera/IMG_3.jpg")
    report = await life.folder.run()
    assert report.wait_reason == "settling"
    assert report.again_in is not None
    assert life.in_immich(trashed=True) == set()


async def test_wrong_key_is_an_error_that_its_owner_must_mend(life: Life) -> None:
    photos = await ten_photos(life)
    key = next(one for one in life.server.world.tables.keys.values() if one.secret == life.server.key)
    life.server.world.tables.keys.clear()
    report = await life.cycle()
    assert report.state is FolderState.ERROR
    assert report.problem is not None
    assert report.problem.code == "immich_wrong_key"
    assert life.on_phone() == photos
    assert key.secret not in repr(report)


async def test_half_an_answer_is_no_observation(life: Life) -> None:
    photos = await ten_photos(life)
    life.server.faults.rules.append(Rule(FaultKind.HALF_JSON, r"/search/metadata$", "POST"))
    life.web.trash(life.web.find("IMG_4.jpg").id)
    report = await life.cycle()
    assert report.state is FolderState.WAITING_FOR_IMMICH
    assert life.on_phone() == photos
