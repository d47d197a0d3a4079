"""What the vault notes of a live photo's video when its photo is deleted on the phone."""

import os
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.apply.context import LONGEST_RETRY_SECONDS
from tests.checksums import sha1

from .living import Life, living
from .test_live_photos import MOTION, STILL, take
from .test_sidecars import fill_vault

pytestmark = pytest.mark.usefixtures("socket_enabled")

NEWER = 1_700_000_003_000_000_000


@pytest.mark.parametrize("before", [None, "IMG_1.HEIC", "img_1.heic"])
async def test_the_video_is_vaulted_under_its_own_name(tmp_path: Path, before: str | None) -> None:
    """Also where its file is still there, or went ``before`` its photo, of this name, so that nobody knows its name."""
    still = f"Camera/{before or 'IMG_1.HEIC'}"
    motion = still.replace("HEIC", "MOV").replace("heic", "mov")
    async with living(tmp_path) as life:
        _, data = take(life, still=still, motion=motion)
        os.utime(life.root / motion, ns=(NEWER, NEWER))
        life.phone_adds("other.jpg")
        life.folder.note_change(motion, complete=True)
        await life.settle()
        if before is not None:
            life.phone_deletes(motion)
            await life.settle()
        life.phone_deletes(still)
        await life.settle()
        kept = [entry.origin for entry in await life.vault.entries_of(sha1(data))]
        assert kept
        assert {one.path for one in kept} == {motion}
        assert before is not None or {one.mtime_ns for one in kept} == {NEWER}


async def parted(life: Life) -> tuple[bytes, bytes]:
    """Have a live photo whose video lies under a name that is not beside it; return the bytes of both."""
    still, motion = take(life)
    await life.settle()
    life.phone_renames(MOTION, "film.jpg")
    await life.settle()
    return still, motion


async def test_a_video_that_lies_elsewhere_is_vaulted_when_its_photo_is_edited(tmp_path: Path) -> None:
    """Immich keeps it no longer than the old photo, and the file of it may be deleted before anybody looks again."""
    async with living(tmp_path) as life:
        still, motion = await parted(life)
        life.phone_adds(STILL, b"edited")
        await life.settle()
        assert life.in_immich(trashed=True) == {still}
        assert await life.in_vault(motion)


async def test_while_the_vault_refuses_such_a_video_the_old_photo_stays(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        still, motion = await parted(life)
        fill_vault(life, motion)
        life.phone_adds(STILL, b"edited")
        await life.settle()
        assert {still, b"edited"} <= life.in_immich()
        fill_vault(life, motion, full=False)
        life.clock.skip(LONGEST_RETRY_SECONDS)
        await life.settle()
        assert life.in_immich(trashed=True) == {still}
        assert await life.in_vault(motion)


async def test_a_video_beside_its_edited_photo_is_not_vaulted(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        still, motion = take(life)
        await life.settle()
        life.phone_adds(STILL, b"edited")
        await life.settle()
        assert life.in_immich(trashed=True) == {still}
        assert not await life.in_vault(motion)
