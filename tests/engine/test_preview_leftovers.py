"""A preview before the first cycle after a crash: what lies in quarantine stays there, and nothing is concluded."""

import sqlite3
from contextlib import closing

import pytest

from .latest import life
from .living import Life, open_account, ten_photos

__all__ = ["life"]

pytestmark = pytest.mark.usefixtures("socket_enabled")

PLACE = ".stfolder/immich_syncthing/quarantine"
TOKEN = "abandoned"
THIRD = "Camera/IMG_3.jpg"


def on_disk(life: Life) -> dict[str, bytes]:
    files = (path for path in life.root.rglob("*") if path.is_file())
    return {str(path.relative_to(life.root)): path.read_bytes() for path in files}


def in_ledger(life: Life) -> list[str]:
    with closing(sqlite3.connect(life.home / "ledgers" / "ledger.sqlite")) as ledger:
        return list(ledger.iterdump())


async def interrupted(life: Life) -> None:
    """Let a deletion end between quarantine and record, and its intent be lost with it."""
    await life.settle()
    await life.account.close()
    place = life.root / PLACE
    place.mkdir(parents=True, exist_ok=True)
    (life.root / THIRD).rename(place / TOKEN)
    (place / f"{TOKEN}.path").write_text(THIRD)
    (place / "another.path").write_text("Camera/IMG_4.jpg")
    life.account = await open_account(life.home, life)


async def test_a_preview_moves_nothing_out_of_quarantine_and_takes_nothing_for_deleted(life: Life) -> None:
    photos = await ten_photos(life)
    await interrupted(life)
    disk, ledger = on_disk(life), in_ledger(life)

    preview = await life.folder.preview()

    assert (preview.actions, preview.held, preview.problem) == ({}, {}, None)
    assert on_disk(life) == disk
    assert in_ledger(life) == ledger

    await life.settle()
    assert life.on_phone() == photos
    assert life.in_immich() == set(photos.values())
    assert (await life.folder.preview()).actions == {}


async def test_after_that_a_preview_still_sees_what_is_new_once_a_cycle_ran(life: Life) -> None:
    await ten_photos(life)
    await interrupted(life)
    await life.folder.preview()
    await life.cycle()
    life.phone_adds("new.jpg")
    life.clock.skip(3)
    assert (await life.folder.preview()).actions == {"upload": 1}
