"""Removed photos that are in the folder again: re-added by their owner, or brought back by a device that spoke late."""

from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.model import Answer, FolderState, HoldKind, Preset

from .latest import life
from .living import Life, living, ten_photos

__all__ = ["life"]

pytestmark = pytest.mark.usefixtures("socket_enabled")

THIRD = "Camera/IMG_3.jpg"


async def trashed_in_web(life: Life) -> dict[str, bytes]:
    """Let the third of ten photos be trashed in Immich, and its file follow; all photos as they were before."""
    photos = await ten_photos(life)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    await life.settle()
    assert THIRD not in life.on_phone()
    return photos


async def held(life: Life) -> tuple[HoldKind, int]:
    [hold] = await life.account.holds()
    return hold.kind, hold.count


async def answer(life: Life, decision: Answer) -> None:
    [hold] = await life.account.holds()
    await life.account.answer(hold.id, hold.revision, decision)
    await life.settle()


async def test_what_a_late_device_brings_back_is_asked_about(life: Life) -> None:
    photos = await trashed_in_web(life)
    life.phone_adds(THIRD)
    report = await life.settle()
    assert report.state is FolderState.WAITING_FOR_DECISION
    assert await held(life) == (HoldKind.CAME_BACK, 1)
    assert life.on_phone() == photos
    assert life.in_immich(trashed=True) == {photos[THIRD]}


async def test_approve_deletes_it_again(life: Life) -> None:
    photos = await trashed_in_web(life)
    life.phone_adds(THIRD)
    await life.settle()
    await answer(life, Answer.APPROVE)
    deleted = photos.pop(THIRD)
    assert life.on_phone() == photos
    assert life.in_immich(trashed=True) == {deleted}
    assert await life.in_vault(deleted)
    assert await life.account.holds() == []


async def test_approve_deletes_it_again_when_immichs_trash_is_empty(life: Life) -> None:
    photos = await trashed_in_web(life)
    life.web.empty_trash()
    await life.server.jobs.settle()
    life.phone_adds(THIRD)
    await life.settle()
    await answer(life, Answer.APPROVE)
    deleted = photos.pop(THIRD)
    assert life.on_phone() == photos
    assert life.in_immich() == set(photos.values())
    assert await life.in_vault(deleted)


async def test_leave_keeps_it_on_the_phone_only(life: Life) -> None:
    photos = await trashed_in_web(life)
    life.phone_adds(THIRD)
    await life.settle()
    await answer(life, Answer.LEAVE)
    assert life.on_phone() == photos
    assert life.in_immich(trashed=True) == {photos[THIRD]}
    life.folder.note_gap()
    report = await life.settle()
    assert (report.state, report.counts.kept) == (FolderState.IN_AGREEMENT, 1)


async def test_undo_takes_the_asset_out_of_the_trash(life: Life) -> None:
    photos = await trashed_in_web(life)
    life.phone_adds(THIRD)
    await life.settle()
    await answer(life, Answer.UNDO)
    assert life.on_phone() == photos
    assert life.in_immich() == set(photos.values())
    assert (await life.settle()).counts.linked == 10


async def test_undo_uploads_it_anew_when_immichs_trash_is_empty(life: Life) -> None:
    photos = await trashed_in_web(life)
    life.web.empty_trash()
    await life.server.jobs.settle()
    life.phone_adds(THIRD)
    await life.settle()
    await answer(life, Answer.UNDO)
    assert life.in_immich() == set(photos.values())
    assert (await life.settle()).counts.linked == 10


async def test_an_echo_that_goes_away_by_itself_needs_no_answer(life: Life) -> None:
    await trashed_in_web(life)
    life.phone_adds(THIRD)
    await life.settle()
    life.phone_deletes(THIRD)
    report = await life.settle()
    assert report.state is FolderState.IN_AGREEMENT
    assert await life.account.holds() == []


async def test_a_conflict_copy_of_what_was_removed_is_an_echo(life: Life) -> None:
    photos = await trashed_in_web(life)
    await life.hear()
    life.phone_adds("Camera/IMG_3.sync-conflict-20261120-144020-E74PNSZ.jpg", photos[THIRD])
    await life.settle()
    assert await held(life) == (HoldKind.CAME_BACK, 1)


async def test_re_added_under_another_name_is_a_wish_once_all_devices_have_heard(life: Life) -> None:
    photos = await trashed_in_web(life)
    await life.hear()
    life.phone_adds("Found/again.jpg", photos[THIRD])
    report = await life.settle()
    assert report.counts.linked == 10
    assert life.in_immich() == set(photos.values())


async def test_re_added_with_another_date_after_the_purge_is_uploaded_anew(life: Life) -> None:
    photos = await trashed_in_web(life)
    await life.hear()
    life.web.empty_trash()
    await life.server.jobs.settle()
    life.phone_adds(THIRD, photos[THIRD], old=False)
    report = await life.settle()
    assert report.counts.linked == 10
    assert life.in_immich() == set(photos.values())


async def test_while_a_device_is_away_whatever_comes_back_is_asked_about(life: Life) -> None:
    photos = await ten_photos(life)
    life.syncthing.sharing = ("PHONE", "OLD")
    life.syncthing.behind.add("OLD")
    life.phone_deletes(THIRD)
    await life.settle()
    await life.hear()
    life.phone_adds("Camera/renamed.jpg", photos[THIRD], old=False)
    await life.settle()
    assert await held(life) == (HoldKind.CAME_BACK, 1)
    life.syncthing.behind.clear()
    await life.hear()
    await life.settle()
    assert await held(life) == (HoldKind.CAME_BACK, 1), "what came back before all had heard stays in doubt"
    life.phone_deletes("Camera/renamed.jpg")
    await life.settle()
    await life.hear()
    life.phone_adds("Camera/again.jpg", photos[THIRD], old=False)
    await life.settle()
    assert life.in_immich() == set(photos.values())


async def test_phone_ignores_deletes(life: Life) -> None:
    """Such a phone keeps what we deleted, and may send it again with the next change of its own."""
    photos = await ten_photos(life)
    life.syncthing.behind.add("PHONE")
    life.web.trash(life.web.find("IMG_3.jpg").id)
    await life.settle()
    await life.hear()
    life.phone_adds(THIRD, photos[THIRD], old=False)
    await life.settle()
    assert await held(life) == (HoldKind.CAME_BACK, 1)
    assert life.on_phone() == photos


async def test_mixed_syncthing_versions(life: Life) -> None:
    """A phone that edited what we deleted wins in 1.x and in 2.x: its bytes are new, and nobody asks about them."""
    photos = await trashed_in_web(life)
    life.phone_adds(THIRD, b"edited on the phone")
    life.phone_adds("Camera/IMG_3.sync-conflict-20261120-144020-E74PNSZ.jpg", b"edited as well")
    await life.settle()
    assert {b"edited on the phone", b"edited as well"} <= life.in_immich()
    assert life.in_immich(trashed=True) == {photos[THIRD]}
    assert await life.account.holds() == []


async def test_a_tablets_own_copy_is_a_wish_whatever_the_phone_has_heard(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        photos = await ten_photos(life)
        life.phone_deletes(THIRD)
        await life.settle()
        life.tablet_adds("mine.jpg", photos[THIRD])
        await life.settle()
        assert life.in_immich() == set(photos.values())


async def let_go(life: Life, preset: Preset) -> bytes:
    """Let the phone delete the third of ten photos, which stays in Immich, before an old device has heard of it."""
    photos = await ten_photos(life)
    await life.restart(preset)
    life.syncthing.sharing = ("PHONE", "OLD")
    life.syncthing.behind.add("OLD")
    life.phone_deletes(THIRD)
    assert (await life.settle()).counts.released == 1
    return photos[THIRD]


@pytest.mark.parametrize("preset", [Preset.IMMICH_DECIDES, Preset.BACKUP])
@pytest.mark.parametrize("path", [THIRD, "New/IMG_3.jpg"], ids=["touched", "touched and renamed"])
@pytest.mark.parametrize("purged", [False, True], ids=["trashed", "purged"])
async def test_what_was_let_go_and_comes_back_at_the_moment_it_is_deleted_in_immich_is_asked_about(
    life: Life, preset: Preset, path: str, *, purged: bool
) -> None:
    """The engine finds both at once, and has never seen it away from both sides."""
    photo = await let_go(life, preset)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    if purged:
        life.web.empty_trash()
        await life.server.jobs.settle()
    life.phone_adds(path, photo, old=False)
    await life.settle()
    assert await held(life) == (HoldKind.CAME_BACK, 1)
    assert photo not in life.in_immich()
    assert life.on_phone()[path] == photo
    await answer(life, Answer.UNDO)
    assert photo in life.in_immich()


async def test_what_was_let_go_and_comes_back_before_its_owner_said_why_it_vanished_is_asked_about(life: Life) -> None:
    photo = await let_go(life, Preset.IMMICH_DECIDES)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    life.web.empty_trash()
    await life.server.jobs.settle()
    await life.settle()
    assert await held(life) == (HoldKind.VANISHED, 1)
    life.phone_adds("New/IMG_3.jpg", photo, old=False)
    await life.settle()
    assert await held(life) == (HoldKind.CAME_BACK, 1)
    await answer(life, Answer.LEAVE)
    assert photo not in life.in_immich()
    assert life.on_phone()["New/IMG_3.jpg"] == photo
