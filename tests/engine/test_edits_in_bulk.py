"""So many photos are changed at once that a program may have spoilt them: the new bytes go up, the old assets stay."""

import pytest

from custom_components.immich_syncthing.engine.model import Answer, FolderState, HoldKind

from .living import Life

pytestmark = pytest.mark.usefixtures("socket_enabled")

PHOTOS = {f"Camera/IMG_{number}.jpg": f"photo {number}".encode() for number in range(22)}
SPOILT = {path: b"spoilt " + data for path, data in PHOTOS.items()}
"""More than the 20 that pass within an hour."""


async def spoil(life: Life) -> tuple[str, int]:
    """Let a program rewrite every photo; return the question's id and revision."""
    for path, data in PHOTOS.items():
        life.phone_adds(path, data)
    await life.settle()
    for path, data in SPOILT.items():
        life.phone_adds(path, data)
    report = await life.settle()
    assert report.state is FolderState.WAITING_FOR_DECISION
    assert life.in_immich() == {*PHOTOS.values(), *SPOILT.values()}
    [hold] = await life.account.holds()
    assert (hold.kind, hold.count) == (HoldKind.CHANGED_IN_BULK, len(PHOTOS))
    return hold.id, hold.revision


async def test_approve_replaces_them_all(life: Life) -> None:
    await life.account.answer(*await spoil(life), Answer.APPROVE)
    await life.settle()
    assert life.in_immich() == set(SPOILT.values())
    assert life.in_immich(trashed=True) == set(PHOTOS.values())
    for data in PHOTOS.values():
        assert await life.in_vault(data)


async def test_leave_keeps_old_and_new(life: Life) -> None:
    await life.account.answer(*await spoil(life), Answer.LEAVE)
    report = await life.settle()
    assert report.state is FolderState.IN_AGREEMENT
    assert life.on_phone() == SPOILT
    assert life.in_immich() == {*PHOTOS.values(), *SPOILT.values()}


async def test_undo_brings_the_old_files_back_beside_the_new_ones(life: Life) -> None:
    await life.account.answer(*await spoil(life), Answer.UNDO)
    report = await life.settle()
    restored = {path.replace(".jpg", " (restored).jpg"): data for path, data in PHOTOS.items()}
    assert life.on_phone() == {**SPOILT, **restored}
    assert life.in_immich() == {*PHOTOS.values(), *SPOILT.values()}
    assert (report.state, report.counts.linked) == (FolderState.IN_AGREEMENT, 2 * len(PHOTOS))


async def test_put_right_again_nobody_is_asked_any_more(life: Life) -> None:
    await spoil(life)
    for path, data in PHOTOS.items():
        life.phone_adds(path, data)
    report = await life.settle()
    assert report.state is FolderState.IN_AGREEMENT
    assert life.on_phone() == PHOTOS
    assert set(PHOTOS.values()) <= life.in_immich()
    assert await life.account.holds() == []


async def test_the_spoilt_files_deleted_the_old_photos_stay(life: Life) -> None:
    await spoil(life)
    for path in list(PHOTOS)[:3]:
        life.phone_deletes(path)
    await life.settle()
    assert set(PHOTOS.values()) <= life.in_immich()


async def test_a_held_photo_that_is_edited_again_is_asked_about_once(life: Life) -> None:
    hold_id, revision = await spoil(life)
    life.phone_adds("Camera/IMG_3.jpg", b"spoilt again")
    await life.settle()
    assert b"spoilt again" in life.in_immich()
    assert set(PHOTOS.values()) <= life.in_immich()
    [hold] = await life.account.holds()
    assert hold.id == hold_id
    assert hold.revision >= revision


async def test_a_deletion_that_waits_for_an_answer_is_over_once_the_photo_is_edited(life: Life) -> None:
    for path, data in PHOTOS.items():
        life.phone_adds(path, data)
    await life.settle()
    life.web.trash(*(asset.id for asset in life.web.assets()))
    await life.settle()
    [hold] = await life.account.holds()
    assert (hold.kind, hold.count) == (HoldKind.MANY_FILES, len(PHOTOS))
    life.phone_adds("Camera/IMG_3.jpg", b"edited")
    await life.settle()
    [hold] = await life.account.holds()
    assert hold.count == len(PHOTOS) - 1
    assert life.in_immich() == {b"edited"}
    assert life.on_phone() == {**PHOTOS, "Camera/IMG_3.jpg": b"edited"}
