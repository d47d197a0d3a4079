"""Who only freed the phone's space keeps the photo in Immich, also where the ledger does not know that any more."""

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.model import Preset
from custom_components.immich_syncthing.engine.settings import AccountSettings
from tests.checksums import sha1

from .living import CAMERA, Life, living, open_account
from .test_age import HOUR, aged
from .test_freed_votes import ALL, PATH, PHOTO, in_ledger, life, phone_frees, stays_in_immich

__all__ = ["life"]

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_after_a_lost_ledger_nobodys_deletion_takes_what_may_have_been_freed(life: Life) -> None:
    await phone_frees(life)
    await life.lose_ledger()
    await life.settle()
    life.tablet_adds("new.jpg", b"new")
    await life.settle()
    life.tablet_deletes("copy.jpg")
    await stays_in_immich(life)
    life.tablet_deletes("new.jpg")
    await life.settle()
    assert life.in_immich(trashed=True) == {b"new"}


async def test_after_a_lost_ledger_what_a_folder_still_holds_was_not_freed(life: Life) -> None:
    life.phone_adds("Camera/old.jpg", b"freed instead")
    await life.settle()
    aged(life, 500, "old.jpg")
    life.clock.skip(2 * HOUR)
    request = life.folder.free(ALL, await life.folder.to_free(ALL, 1))
    await life.settle()
    assert request.freed == {sha1(b"freed instead")}
    await life.lose_ledger()
    await life.settle()
    assert not (await in_ledger(life)).freed
    life.phone_deletes(PATH)
    life.tablet_deletes("copy.jpg")
    await life.settle()
    assert life.in_immich(trashed=True) == {PHOTO}


async def test_after_a_lost_ledger_folders_that_never_freed_anything_pass_all_on(life: Life) -> None:
    life.phone_deletes(PATH)
    await life.settle()
    await life.lose_ledger()
    await life.settle()
    life.tablet_deletes("copy.jpg")
    await life.settle()
    assert life.in_immich(trashed=True) == {PHOTO}


async def test_after_a_lost_ledger_what_is_downloaded_from_immich_is_nothing_new(life: Life) -> None:
    await phone_frees(life)
    life.tablet_deletes("copy.jpg")
    await life.settle()
    await life.lose_ledger()
    await life.settle()
    life.clock.skip(2 * HOUR)
    await tablet_downloads(life)
    life.tablet_deletes("downloaded.jpg")
    await stays_in_immich(life)


async def test_after_a_lost_ledger_what_is_downloaded_before_the_folder_is_to_be_seen_again_is_nothing_new(
    life: Life,
) -> None:
    """The phone's folder lies on a disk that is back only later, and with it the mark which tells that it freed."""
    await phone_frees(life)
    life.tablet_deletes("copy.jpg")
    await life.settle()
    away = life.home / "unplugged"
    life.root.rename(away)
    await life.lose_ledger()
    await life.settle()
    life.clock.skip(2 * HOUR)
    await tablet_downloads(life)
    life.tablet_adds("new.jpg", b"new")
    await life.settle()
    away.rename(life.root)
    await life.settle()
    life.tablet_deletes("downloaded.jpg")
    await stays_in_immich(life)
    life.tablet_deletes("new.jpg")
    await life.settle()
    assert life.in_immich(trashed=True) == {b"new"}


async def test_a_mark_that_an_earlier_version_wrote_tells_at_once_that_photos_were_freed(life: Life) -> None:
    await phone_frees(life)
    mark = life.root / ".stfolder" / "immich_syncthing" / "fence.json"
    today = mark.read_bytes()
    mark.write_bytes(today.replace(b', "freed": true', b""))
    assert mark.read_bytes() != today
    await life.restart()
    await life.cycle()
    assert mark.read_bytes() == today
    await life.lose_ledger()
    await life.settle()
    life.tablet_deletes("copy.jpg")
    await stays_in_immich(life)


async def tablet_downloads(life: Life) -> None:
    life.tablet_adds("downloaded.jpg", PHOTO)
    now = life.clock.wall()
    os.utime(life.tablet_root / "downloaded.jpg", (now, now))
    await life.settle()
    life.clock.skip(2 * HOUR)


@asynccontextmanager
async def older_ledger(life: Life) -> AsyncIterator[None]:
    """Have the ledger restored afterwards from a backup that is made now."""
    await life.account.close()
    shutil.copytree(life.home / "ledgers", life.home / "backup")
    life.account = await open_account(life.home, life)
    yield
    await life.account.close()
    shutil.rmtree(life.home / "ledgers")
    (life.home / "backup").rename(life.home / "ledgers")
    life.account = await open_account(life.home, life)
    await life.settle()
    recovery = await life.account.recovery()
    assert recovery is not None
    assert recovery.of_ledger


async def test_an_old_ledger_does_not_know_what_was_freed_since(life: Life) -> None:
    async with older_ledger(life):
        await phone_frees(life)
    life.tablet_deletes("copy.jpg")
    await stays_in_immich(life)


async def test_an_old_ledger_does_not_know_what_came_to_the_folder_since_and_was_freed_there(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        life.tablet_adds("copy.jpg", PHOTO)
        for number in range(4):
            life.phone_adds(f"Camera/other_{number}.jpg")
            life.tablet_adds(f"tablet_{number}.jpg", b"of the tablet %d" % number)
        await life.settle()
        aged(life, 400, "copy.jpg")
        life.clock.skip(2 * HOUR)
        await life.settle()
        async with older_ledger(life):
            life.phone_adds(PATH, PHOTO)
            await life.settle()
            life.clock.skip(2 * HOUR)
            await life.settle()
            await phone_frees(life)
        life.tablet_deletes("copy.jpg")
        await stays_in_immich(life)


async def test_after_an_old_ledger_what_is_downloaded_from_immich_is_nothing_new(life: Life) -> None:
    life.tablet_deletes("copy.jpg")
    await life.settle()
    async with older_ledger(life):
        await phone_frees(life)
    await tablet_downloads(life)
    life.tablet_deletes("downloaded.jpg")
    await stays_in_immich(life)


async def test_an_old_ledger_of_one_folder_tells_nothing_of_another(life: Life) -> None:
    """The mark of the phone's folder is as the ledger says: it has missed nothing there."""
    life.phone_adds("Camera/old.jpg", b"freed instead")
    await life.settle()
    aged(life, 500, "old.jpg")
    life.clock.skip(2 * HOUR)
    life.folder.free(ALL, await life.folder.to_free(ALL, 1))
    await life.settle()
    mark = life.tablet_root / ".stfolder" / "immich_syncthing" / "fence.json"
    mark.write_text(mark.read_text().replace('"generation": ', '"generation": 9'))
    await life.restart()
    await life.settle()
    recovery = await life.account.recovery()
    assert recovery is not None
    assert recovery.of_ledger
    life.tablet_deletes("tablet_0.jpg")
    await life.settle()
    assert life.in_immich(trashed=True) == {b"of the tablet 0"}


async def test_what_an_earlier_ledger_knew_of_a_folder_outlives_its_move(life: Life) -> None:
    """Its mark stays where it was."""
    await phone_frees(life)
    life.tablet_deletes("copy.jpg")
    await life.settle()
    await life.lose_ledger()
    await life.settle()
    elsewhere = life.home / "elsewhere"
    shutil.copytree(life.root, elsewhere, ignore=shutil.ignore_patterns("*.json"))
    life.root = elsewhere
    life.syncthing.roots[CAMERA] = elsewhere
    await life.restart()
    await life.settle()
    await tablet_downloads(life)
    life.tablet_deletes("downloaded.jpg")
    await stays_in_immich(life)


async def test_another_home_assistant_that_takes_over_hears_that_photos_were_freed(life: Life) -> None:
    await phone_frees(life)
    life.more = AccountSettings(instance="another house")
    await life.lose_ledger()
    for folder in life.account.folders.values():
        await folder.take_over()
    await life.settle()
    life.tablet_deletes("copy.jpg")
    await stays_in_immich(life)
