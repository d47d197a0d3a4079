"""Everything stopped at once, and a preset that changes while a folder works."""

import asyncio
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.errors import LedgerError
from custom_components.immich_syncthing.engine.model import FolderState, Preset
from tests.servers.immich import FaultKind

from .living import CAMERA, TABLET, Life, living, ten_photos

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_while_everything_is_stopped_nothing_moves_anywhere(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        photos = await ten_photos(life)
        life.account.stop()
        life.phone_adds("new.jpg")
        life.tablet_adds("new too.jpg", b"new too")
        life.phone_deletes("Camera/IMG_1.jpg")
        life.web.trash(life.web.find("IMG_2.jpg").id)
        report = await life.settle()
        assert (report.state, report.again_in) == (FolderState.PAUSED, None)
        assert {life.account.folders[one].state for one in (CAMERA, TABLET)} == {FolderState.PAUSED}
        assert len(life.in_immich()) == len(photos) - 1
        assert len(life.in_immich(trashed=True)) == 1
        assert "Camera/IMG_2.jpg" in life.on_phone()

        life.account.go_on()
        await life.settle()
        assert life.folder.state is FolderState.IN_AGREEMENT
        assert b"new too" in life.in_immich()
        assert photos["Camera/IMG_1.jpg"] in life.in_immich(trashed=True)
        assert "Camera/IMG_2.jpg" not in life.on_phone()


async def test_a_folder_that_was_paused_by_itself_stays_so_when_all_others_go_on(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        await life.folder.pause(life.clock.wall() + 60)
        life.account.stop()
        tablet = life.account.folders[TABLET]
        assert (life.folder.paused, life.folder.paused_alone, life.folder.paused_until) == (True, True, None)
        assert (tablet.paused, tablet.paused_alone) == (True, False)
        life.account.go_on()
        life.account.go_on()
        assert (life.folder.paused, tablet.paused) == (True, False)
        assert life.folder.paused_until is not None

        life.account.stop()
        life.clock.skip(61)
        report = await life.cycle()
        assert (report.state, report.again_in) == (FolderState.PAUSED, None)
        assert not life.folder.paused_alone


async def test_an_upload_is_broken_off_where_everything_is_stopped(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        hanging = life.server.faults.add(FaultKind.HANG, path="/api/assets$", method="POST", times=1)
        life.phone_adds("a.jpg")
        running = asyncio.create_task(life.cycle())
        async with asyncio.timeout(60):
            while not hanging.hits:
                await asyncio.sleep(0.01)
            life.account.stop()
            assert (await running).state is FolderState.PAUSED
        life.account.go_on()
        await life.settle()
        assert len(life.in_immich()) == 1


async def deleted_on_both_sides(life: Life) -> None:
    life.phone_deletes("Camera/IMG_1.jpg")
    life.web.trash(life.web.find("IMG_2.jpg").id)
    await life.settle()


async def test_another_preset_holds_at_once_and_over_a_restart(tmp_path: Path) -> None:
    async with living(tmp_path, preset=Preset.MIRROR) as life:
        photos = await ten_photos(life)
        await life.account.set_preset(CAMERA, Preset.BACKUP)
        await deleted_on_both_sides(life)
        assert life.folder.settings.preset is Preset.BACKUP
        assert photos["Camera/IMG_1.jpg"] in life.in_immich()
        assert "Camera/IMG_2.jpg" in life.on_phone()
        await life.restart(Preset.BACKUP)
        await life.settle()
        assert photos["Camera/IMG_1.jpg"] in life.in_immich()


async def test_what_was_left_under_another_preset_stays_as_it_is(tmp_path: Path) -> None:
    async with living(tmp_path, preset=Preset.BACKUP) as life:
        photos = await ten_photos(life)
        await deleted_on_both_sides(life)
        await life.account.set_preset(CAMERA, Preset.MIRROR)
        await life.settle()
        assert photos["Camera/IMG_1.jpg"] in life.in_immich()
        assert "Camera/IMG_2.jpg" in life.on_phone()

        life.phone_deletes("Camera/IMG_3.jpg")
        await life.settle()
        assert photos["Camera/IMG_3.jpg"] in life.in_immich(trashed=True)


async def test_a_preset_that_cannot_be_noted_holds_nevertheless(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await life.account.close()
        with pytest.raises(LedgerError):
            await life.account.set_preset(CAMERA, Preset.BACKUP)
        assert life.folder.settings.preset is Preset.BACKUP
        await life.restart(Preset.BACKUP)
