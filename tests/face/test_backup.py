"""Home Assistant's own backups: the ledger in them is whole, and a restored one costs no photo."""

import tarfile
from datetime import timedelta
from pathlib import Path

import pytest
from homeassistant.components.backup.const import DATA_MANAGER
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.immich_syncthing import backup
from custom_components.immich_syncthing.engine.errors import LedgerError
from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.state_place import ledger_path

from .household import FOLDER, Household
from .repairing import shown


@pytest.fixture
async def lived(hass: HomeAssistant, household: Household) -> Household:
    """Return the household in agreement, with Home Assistant's own backups set up."""
    assert await async_setup_component(hass, "repairs", {})
    assert await async_setup_component(hass, "backup", {})
    await household.set_up(preset="mirror")
    await household.sync()
    return household


def ledger_of(household: Household) -> Path:
    assert household.entry is not None
    return ledger_path(household.hass, household.entry.entry_id)


async def back_up(hass: HomeAssistant, tmp_path: Path) -> Path:
    """Have Home Assistant make a backup, and return where its configuration was unpacked."""
    await hass.services.async_call("backup", "create", blocking=True)
    await hass.async_block_till_done()
    [made] = Path(hass.config.path("backups")).glob("*.tar")

    def unpack() -> Path:
        target = tmp_path / "unpacked"
        with tarfile.open(made) as outer:
            outer.extractall(target / "outer", filter="data")
        [inner] = (target / "outer").glob("homeassistant.tar*")
        with tarfile.open(inner) as archive:
            archive.extractall(target / "inner", filter="data")
        return target / "inner" / "data"

    return await hass.async_add_executor_job(unpack)


async def test_home_assistant_calls_us_around_its_backups(hass: HomeAssistant, lived: Household) -> None:
    assert hass.data[DATA_MANAGER].platforms["immich_syncthing"] is backup


async def test_the_ledger_in_a_backup_is_whole_and_everything_goes_on_after_it(
    hass: HomeAssistant, lived: Household, tmp_path: Path
) -> None:
    copy = await back_up(hass, tmp_path) / ledger_of(lived).relative_to(hass.config.config_dir)
    ledger = Ledger.open(copy)
    assert ledger.totals(FOLDER).uploads == 3
    ledger.close()
    lived.take_photo("after.jpg")
    await lived.notice()
    assert len(lived.immich.browser.assets()) == 4


async def test_a_restored_home_assistant_loses_nothing(hass: HomeAssistant, lived: Household, tmp_path: Path) -> None:
    """After the backup one photo is taken, one deleted on the phone, and one in Immich."""
    restored = await back_up(hass, tmp_path)
    lived.take_photo("after.jpg")
    (lived.photos / "IMG_0.jpg").unlink()
    lived.immich.browser.trash(lived.immich.browser.find("IMG_1.jpg").id)
    await lived.notice()
    assert lived.entry is not None
    await hass.config_entries.async_unload(lived.entry.entry_id)

    ledger = ledger_of(lived)
    for file in ledger.parent.glob(f"{ledger.name}*"):
        file.unlink()
    for file in (restored / ledger.parent.relative_to(hass.config.config_dir)).glob(f"{ledger.name}*"):
        (ledger.parent / file.name).write_bytes(file.read_bytes())
    await hass.config_entries.async_setup(lived.entry.entry_id)
    await hass.async_block_till_done()
    await lived.sync()

    assert "recovered_ledger" in shown(hass)
    active = {asset.name for asset in lived.immich.browser.assets(trashed=False)}
    assert active == {"after.jpg", "IMG_2.jpg"}
    assert {asset.name for asset in lived.immich.browser.assets(trashed=True)} == {"IMG_0.jpg", "IMG_1.jpg"}
    assert {path.name for path in lived.photos.glob("*.jpg")} == {"after.jpg", "IMG_2.jpg"}


async def test_photos_wait_for_a_backup_but_not_for_ever(hass: HomeAssistant, lived: Household) -> None:
    """Nobody says that it is done."""
    await backup.async_pre_backup(hass)
    lived.take_photo("after.jpg")
    await lived.syncthing.scan("photos")
    lived.runtime.folders[FOLDER].engine.note_gap()
    lived.runtime.folders[FOLDER].async_wake()
    standstill = lived.runtime.engine._context.standstill  # noqa: SLF001 - what nobody shows
    assert standstill.holds
    assert len(lived.immich.browser.assets()) == 3

    later(hass, backup.HOLD)
    assert not standstill.holds
    await lived.becomes(lambda: len(lived.immich.browser.assets()) == 4)
    log = ledger_of(lived).with_name(f"{ledger_of(lived).name}-wal")
    assert log.stat().st_size > 0

    later(hass, backup.FORGET)
    await hass.async_block_till_done()
    await lived.sync()
    await backup.async_post_backup(hass)


def later(hass: HomeAssistant, when: timedelta) -> None:
    async_fire_time_changed(hass, dt_util.utcnow() + when + timedelta(seconds=1))


async def test_an_account_that_is_loaded_anew_during_a_backup_waits_too(hass: HomeAssistant, lived: Household) -> None:
    await backup.async_pre_backup(hass)
    assert lived.entry is not None
    before = ledger_of(lived).read_bytes()
    await hass.config_entries.async_reload(lived.entry.entry_id)
    await hass.async_block_till_done()
    assert lived.runtime.engine._context.standstill.holds  # noqa: SLF001 - what nobody shows
    assert ledger_of(lived).read_bytes() == before
    await backup.async_post_backup(hass)
    assert not lived.runtime.engine._context.standstill.holds  # noqa: SLF001
    lived.take_photo("after.jpg")
    await lived.notice()
    assert len(lived.immich.browser.assets()) == 4


async def test_an_account_that_is_loaded_anew_late_in_a_backup_works(hass: HomeAssistant, lived: Household) -> None:
    await backup.async_pre_backup(hass)
    later(hass, backup.HOLD)
    assert lived.entry is not None
    await hass.config_entries.async_reload(lived.entry.entry_id)
    lived.take_photo("after.jpg")
    await lived.notice()
    assert len(lived.immich.browser.assets()) == 4
    await backup.async_post_backup(hass)


async def test_no_fault_of_ours_keeps_a_backup_from_being_made(
    hass: HomeAssistant, lived: Household, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: object) -> None:
        reason = "disk I/O error"
        raise LedgerError(reason)

    monkeypatch.setattr(Ledger, "keep_still", broken)
    await backup.async_pre_backup(hass)
    assert "may not be whole in Home Assistant's backup: disk I/O error" in caplog.text
    await backup.async_post_backup(hass)


async def test_without_an_account_there_is_nothing_to_do(hass: HomeAssistant) -> None:
    await backup.async_pre_backup(hass)
    await backup.async_pre_backup(hass)
    await backup.async_post_backup(hass)
    await backup.async_post_backup(hass)
