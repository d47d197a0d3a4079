"""Android's bin, in a folder that lives: a deletion on the way in, its owner's wish on the way out."""

import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.model import HoldKind

from .living import Life, living, ten_photos

pytestmark = pytest.mark.usefixtures("socket_enabled")

THIRD = "Camera/IMG_3.jpg"
MONTH = 30 * 24 * 3600


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    """Return a life in which a second device is away, so that nothing is ever confirmed."""
    async with living(tmp_path) as one:
        one.syncthing.sharing = ("PHONE", "OLD")
        one.syncthing.behind.add("OLD")
        yield one


def binned(seconds: float = MONTH) -> str:
    return f"Camera/.trashed-{int(time.time() + seconds)}-IMG_3.jpg"


def move(life: Life, old: str, new: str) -> None:
    """Move a file without anybody hearing of it yet."""
    (life.root / old).rename(life.root / new)
    life.syncthing.sequence += 1


async def test_out_of_the_bin_is_no_echo(life: Life) -> None:
    photos = await ten_photos(life)
    trashed = binned()
    life.phone_renames(THIRD, trashed)
    await life.settle()
    assert life.in_immich(trashed=True) == {photos[THIRD]}
    assert trashed in life.on_phone()
    life.phone_renames(trashed, THIRD)
    await life.settle()
    assert life.in_immich() == set(photos.values())
    assert life.on_phone() == photos
    assert await life.account.holds() == []


async def test_out_of_the_bin_while_nobody_watched(life: Life) -> None:
    photos = await ten_photos(life)
    trashed = binned()
    move(life, THIRD, trashed)
    await life.restart()
    await life.settle()
    assert life.in_immich(trashed=True) == {photos[THIRD]}
    move(life, trashed, THIRD)
    await life.restart()
    await life.settle()
    assert life.in_immich() == set(photos.values())


@pytest.mark.parametrize("file_first", [True, False])
async def test_the_halves_of_the_move_may_come_in_any_order(life: Life, *, file_first: bool) -> None:
    photos = await ten_photos(life)
    trashed = binned()
    life.phone_renames(THIRD, trashed)
    await life.settle()
    data = (life.root / trashed).read_bytes()
    if file_first:
        life.phone_adds(THIRD, data)
        await life.settle()
        assert [hold.kind for hold in await life.account.holds()] == [HoldKind.CAME_BACK], "in doubt it is an echo"
        life.phone_deletes(trashed)
    else:
        life.phone_deletes(trashed)
        await life.settle()
        life.phone_adds(THIRD, data)
    await life.settle()
    assert life.in_immich() == set(photos.values())
    assert await life.account.holds() == []


async def test_the_bin_was_seen_later_than_the_deletion(life: Life) -> None:
    photos = await ten_photos(life)
    trashed = binned()
    move(life, THIRD, trashed)
    life.folder.note_change(THIRD, complete=False)
    await life.settle()
    life.folder.note_change(trashed, complete=True)
    await life.settle()
    life.phone_renames(trashed, THIRD)
    await life.settle()
    assert life.in_immich() == set(photos.values())


async def test_what_a_late_device_brings_back_lies_beside_the_bin(life: Life) -> None:
    photos = await ten_photos(life)
    trashed = binned()
    life.phone_renames(THIRD, trashed)
    await life.settle()
    life.phone_adds(THIRD, photos[THIRD])
    await life.settle()
    life.clock.skip(3600)
    life.phone_deletes(trashed)
    await life.settle()
    assert [hold.kind for hold in await life.account.holds()] == [HoldKind.CAME_BACK]
    assert life.in_immich(trashed=True) == {photos[THIRD]}


async def test_what_android_deletes_for_good_did_not_come_out_of_the_bin(life: Life) -> None:
    photos = await ten_photos(life)
    trashed = binned(-1)
    life.phone_renames(THIRD, trashed)
    await life.settle()
    life.phone_renames(trashed, THIRD)
    await life.settle()
    assert [hold.kind for hold in await life.account.holds()] == [HoldKind.CAME_BACK]
    assert life.in_immich(trashed=True) == {photos[THIRD]}


async def test_the_bin_itself_is_neither_uploaded_nor_deleted(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_adds("Camera/.trashed-1800000000-other.jpg", b"in the bin before we came")
    life.web.trash(life.web.find("IMG_3.jpg").id)
    await life.settle()
    assert b"in the bin before we came" not in life.in_immich()
    photos.pop(THIRD)
    assert life.on_phone() == photos | {"Camera/.trashed-1800000000-other.jpg": b"in the bin before we came"}
