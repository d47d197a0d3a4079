"""Who only freed the phone's space keeps the photo in Immich, whoever deletes another copy of it later."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.ledger.views import ContentView
from custom_components.immich_syncthing.engine.model import (
    Base,
    Preset,
)
from custom_components.immich_syncthing.engine.rules import Rules, Space
from tests.checksums import sha1

from .living import CAMERA, TABLET, Life, living
from .test_age import DAY, HOUR, aged
from .within import context_of

pytestmark = pytest.mark.usefixtures("socket_enabled")

PATH = "Camera/IMG_1.jpg"
PHOTO = b"the photo"
ALL = Space(after_days=0)


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    """A phone and a tablet that hold the same photo, of which Immich knows the age."""
    async with living(tmp_path, tablet=Preset.MIRROR) as one:
        await same_photo(one)
        yield one


async def same_photo(life: Life) -> None:
    """Have the photo in both folders, and others, so that no folder is emptied by the end of one."""
    life.phone_adds(PATH, PHOTO)
    life.tablet_adds("copy.jpg", PHOTO)
    for number in range(4):
        life.phone_adds(f"Camera/other_{number}.jpg")
        life.tablet_adds(f"tablet_{number}.jpg", b"of the tablet %d" % number)
    await life.settle()
    aged(life, 400, "IMG_1.jpg")
    life.clock.skip(2 * HOUR)
    await life.settle()


async def phone_frees(life: Life) -> None:
    request = life.folder.free(ALL, await life.folder.to_free(ALL, 9))
    await life.settle()
    assert request.files == 1
    assert not (life.root / PATH).exists()


async def tablet_frees(life: Life) -> None:
    tablet = life.account.folders[TABLET]
    request = tablet.free(ALL, await tablet.to_free(ALL, 9))
    await life.settle()
    assert request.files == 1
    assert not (life.tablet_root / "copy.jpg").exists()


async def in_ledger(life: Life) -> ContentView:
    context = context_of(life)
    view = await context.workers.ledger.run(context.ledger.content, sha1(PHOTO))
    assert view is not None
    return view


async def stays_in_immich(life: Life) -> None:
    await life.settle()
    assert PHOTO in life.in_immich()
    assert life.in_immich(trashed=True) == set()


async def test_a_photo_that_one_folder_freed_stays_when_another_deletes_it(life: Life) -> None:
    await phone_frees(life)
    assert (life.tablet_root / "copy.jpg").exists()
    life.tablet_deletes("copy.jpg")
    await stays_in_immich(life)
    assert (await in_ledger(life)).base is Base.RELEASED


async def test_what_no_folder_freed_goes_when_the_last_of_them_deletes_it(life: Life) -> None:
    life.phone_deletes(PATH)
    await life.settle()
    life.tablet_deletes("copy.jpg")
    await life.settle()
    assert life.in_immich(trashed=True) == {PHOTO}


async def test_that_survives_a_restart_and_another_rule(life: Life) -> None:
    await phone_frees(life)
    await life.restart(rules=Rules(free_after_days=30))
    await life.settle()
    await life.restart(rules=Rules())
    life.tablet_deletes("copy.jpg")
    await stays_in_immich(life)


async def test_that_survives_the_photos_return_to_the_other_folder(life: Life) -> None:
    """Released everywhere, then linked again in one folder: the other has not changed its mind."""
    await phone_frees(life)
    life.tablet_deletes("copy.jpg")
    await life.settle()
    life.tablet_adds("again.jpg", PHOTO)
    await life.settle()
    assert (await in_ledger(life)).base is Base.LINKED
    life.tablet_deletes("again.jpg")
    await stays_in_immich(life)


async def test_what_both_freed_is_nobodys_deletion(life: Life) -> None:
    await phone_frees(life)
    await tablet_frees(life)
    life.phone_adds("Camera/again.jpg", PHOTO)
    await life.settle()
    assert (await in_ledger(life)).freed == {TABLET}
    life.phone_deletes("Camera/again.jpg")
    await stays_in_immich(life)


async def test_who_has_it_again_and_deletes_it_wishes_it_gone(life: Life) -> None:
    await phone_frees(life)
    life.phone_adds("Camera/again.jpg", PHOTO)
    await life.settle()
    life.phone_deletes("Camera/again.jpg")
    await life.settle()
    life.tablet_deletes("copy.jpg")
    await life.settle()
    assert life.in_immich(trashed=True) == {PHOTO}


async def test_who_trashes_it_in_immich_wishes_it_gone(life: Life) -> None:
    await phone_frees(life)
    life.web.trash(life.web.find("IMG_1.jpg").id)
    await life.settle()
    assert not (life.tablet_root / "copy.jpg").exists()
    view = await in_ledger(life)
    assert (view.base, view.freed) == (Base.REMOVED, frozenset())


async def test_an_edit_elsewhere_does_not_trash_what_a_folder_freed(life: Life) -> None:
    assert life.preset is Preset.MIRROR
    await phone_frees(life)
    life.tablet_adds("copy.jpg", b"the photo, edited")
    await life.settle()
    assert life.in_immich(trashed=True) == set()
    assert {PHOTO, b"the photo, edited"} <= life.in_immich()
    stacked = [asset.stack_id for asset in life.web.assets() if asset.stack_id is not None]
    assert len(stacked) == 2
    assert stacked[0] == stacked[1]


async def test_the_wish_of_a_folder_that_is_removed_goes_with_it(life: Life) -> None:
    await phone_frees(life)
    life.without.add(CAMERA)
    await life.restart()
    life.tablet_deletes("copy.jpg")
    await life.settle()
    assert life.in_immich(trashed=True) == {PHOTO}


async def test_the_wish_of_a_folder_that_lies_elsewhere_now_stays(life: Life) -> None:
    await phone_frees(life)
    elsewhere = life.home / "elsewhere"
    life.root.rename(elsewhere)
    life.root = elsewhere
    life.syncthing.roots[CAMERA] = elsewhere
    await life.restart()
    await life.settle()
    life.tablet_deletes("copy.jpg")
    await stays_in_immich(life)


async def test_a_photo_that_stays_after_all_was_not_freed(life: Life) -> None:
    """Something newer is on its way there when it should go."""
    life.folder.free(ALL, await life.folder.to_free(ALL, 9))
    life.syncthing.on_its_way.add(PATH)
    await life.settle()
    assert (life.root / PATH).exists()
    assert not (await in_ledger(life)).freed
    life.syncthing.on_its_way.clear()
    life.phone_deletes(PATH)
    life.tablet_deletes("copy.jpg")
    await life.settle()
    assert life.in_immich(trashed=True) == {PHOTO}


@pytest.mark.parametrize("tablet", [Preset.PHONE_DECIDES, Preset.BACKUP])
async def test_whatever_the_other_folders_preset(tmp_path: Path, tablet: Preset) -> None:
    async with living(tmp_path, tablet=tablet) as life:
        await same_photo(life)
        await life.restart(rules=Rules(free_after_days=30))
        await life.settle()
        assert not (life.root / PATH).exists()
        life.clock.skip(DAY)
        life.tablet_deletes("copy.jpg")
        await stays_in_immich(life)


async def test_a_live_photo_that_one_folder_freed_stays_whole(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        parts = {"IMG_1.HEIC": b"the still", "IMG_1.MOV": b"the moving part"}
        for name, data in parts.items():
            life.phone_adds(f"Camera/{name}", data)
        await life.settle()
        for name, data in parts.items():
            life.tablet_adds(name, data)
        await life.settle()
        aged(life, 400, "IMG_1.HEIC")
        life.clock.skip(2 * HOUR)
        await life.settle()
        life.folder.free(ALL, await life.folder.to_free(ALL, 9))
        await life.settle()
        assert "Camera/IMG_1.HEIC" not in life.on_phone()
        for name in parts:
            life.tablet_deletes(name)
        await life.settle()
        assert life.in_immich(trashed=True) == set()
        assert b"the still" in life.in_immich()
