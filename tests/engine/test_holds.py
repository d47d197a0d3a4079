"""Questions to the owner: when they are asked, what each answer does, and what it leaves alone."""

import pytest

from custom_components.immich_syncthing.engine.model import Answer, FolderState, HoldKind

from .living import Life, ten_photos

pytestmark = pytest.mark.usefixtures("socket_enabled")


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
