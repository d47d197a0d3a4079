"""An account is loaded, unloaded and removed, and what it does when a server is away."""

import asyncio
import shutil
import sqlite3
import threading
import time
from pathlib import Path
from unittest.mock import patch

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP, STATE_OFF, STATE_ON
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.helpers.update_coordinator import UpdateFailed

from custom_components.immich_syncthing.backup import async_post_backup
from custom_components.immich_syncthing.runtime import SystemClock
from custom_components.immich_syncthing.state_place import ledger_path
from custom_components.immich_syncthing.syncthing.client import SyncthingClient
from custom_components.immich_syncthing.syncthing.errors import (
    FolderFaultError,
    FolderPausedError,
    SyncthingError,
    UnknownFolderError,
)
from tests.servers.syncthing import NOBODY

from .household import FOLDER, Household
from .second_house import add_replica

IMMICH = "binary_sensor.admin_127_0_0_1_connection"
SYNCTHING = "binary_sensor.syncthing_connection"


async def test_an_account_is_loaded_and_leaves_nothing_behind(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up()
    await household.sync()
    threads = {thread.name for thread in threading.enumerate()}
    assert any(name.startswith("immich_syncthing") for name in threads)

    assert await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    threads = {thread.name for thread in threading.enumerate()}
    assert not any(name.startswith("immich_syncthing") for name in threads)


async def test_what_was_agreed_survives_a_reload(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up()
    assert (await household.sync()).counts.linked == 3
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    report = await household.sync()
    assert (report.counts.linked, report.uploaded) == (3, 0)


async def test_devices_hang_together(
    hass: HomeAssistant, household: Household, device_registry: dr.DeviceRegistry
) -> None:
    entry = await household.set_up()
    devices = {device.name: device for device in dr.async_entries_for_config_entry(device_registry, entry.entry_id)}
    assert devices.keys() == {"Admin @ 127.0.0.1", "Syncthing", "Phone"}
    assert devices["Phone"].via_device_id == devices["Admin @ 127.0.0.1"].id
    assert devices["Admin @ 127.0.0.1"].sw_version == "3.2.2"
    assert devices["Admin @ 127.0.0.1"].configuration_url == household.immich.url
    assert (devices["Syncthing"].sw_version or "").startswith("1.29")


async def test_removing_an_account_takes_its_ledger_and_leaves_its_vault(
    hass: HomeAssistant, household: Household
) -> None:
    entry = await household.set_up()
    await household.sync()
    ledger, vault = ledger_path(hass, entry.entry_id), Path(entry.data["vault_path"])
    assert ledger.is_file()
    assert vault.parent == household.photos.parent

    await hass.config_entries.async_remove(entry.entry_id)
    assert not ledger.parent.exists()
    assert (vault / "README.txt").is_file()


async def test_removing_a_folder_forgets_its_files_and_deletes_none(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up()
    await household.sync()
    hass.config_entries.async_remove_subentry(entry, FOLDER)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    assert household.runtime.folders == {}
    with sqlite3.connect(ledger_path(hass, entry.entry_id)) as ledger:
        assert ledger.execute("SELECT count(*) FROM files").fetchone() == (0,)
    assert len(household.immich.browser.assets(trashed=False)) == 3
    assert len(list(household.photos.glob("*.jpg"))) == 3


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({"immich_url": f"{NOBODY}/api"}, ConfigEntryState.SETUP_RETRY),
        ({"immich_api_key": "revoked"}, ConfigEntryState.SETUP_ERROR),
        ({"syncthing_url": NOBODY}, ConfigEntryState.SETUP_RETRY),
        ({"syncthing_api_key": "changed"}, ConfigEntryState.SETUP_ERROR),
    ],
)
async def test_a_server_that_cannot_be_used_keeps_the_account_from_loading(
    hass: HomeAssistant, household: Household, change: dict[str, str], state: ConfigEntryState
) -> None:
    entry = household.make_entry()
    hass.config_entries.async_update_entry(entry, data=household.data | change)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is state
    asked_for_a_key = bool(hass.config_entries.flow.async_progress())
    assert asked_for_a_key is (state is ConfigEntryState.SETUP_ERROR)


async def test_an_immich_in_maintenance_is_waited_for(hass: HomeAssistant, household: Household) -> None:
    household.immich.faults.maintenance = True
    entry = household.make_entry()
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "immich_maintenance"


async def test_the_key_of_another_user_is_not_worked_with(hass: HomeAssistant, household: Household) -> None:
    entry = household.make_entry()
    stranger = household.immich.make_key(user=household.immich.world.add_user("Stranger"))
    hass.config_entries.async_update_entry(entry, data=household.data | {"immich_api_key": stranger})
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "other_account"


async def test_a_broken_ledger_is_not_worked_with(hass: HomeAssistant, household: Household) -> None:
    entry = household.make_entry()
    path = ledger_path(hass, entry.entry_id)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not a database" * 100)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert entry.error_reason_translation_key == "ledger_error"


async def test_a_set_up_that_fails_at_the_end_leaves_nothing_behind(hass: HomeAssistant, household: Household) -> None:
    entry = household.make_entry()
    with patch.object(hass.config_entries, "async_forward_entry_setups", side_effect=RuntimeError):
        assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert not any(thread.name.startswith("immich_syncthing") for thread in threading.enumerate())


async def test_settings_of_a_later_release_leave_nothing_open(hass: HomeAssistant, household: Household) -> None:
    entry = household.make_entry()
    add_replica(household, store={"kind": "tape"})
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert not any(thread.name.startswith("immich_syncthing") for thread in threading.enumerate())
    await async_post_backup(hass)


async def test_folders_wait_until_home_assistant_has_started(hass: HomeAssistant, household: Household) -> None:
    hass.set_state(CoreState.starting)
    await household.set_up()
    assert household.immich.browser.assets() == []
    assert household.shown("sensor.phone_files") == "unknown"

    hass.set_state(CoreState.running)
    hass.bus.async_fire("homeassistant_started")
    await hass.async_block_till_done()
    await household.sync()
    assert len(household.immich.browser.assets()) == 3


async def test_so_does_whoever_asks_for_a_cycle_meanwhile(hass: HomeAssistant, household: Household) -> None:
    hass.set_state(CoreState.starting)
    await household.set_up()
    asking = [asyncio.create_task(household.runtime.folders[FOLDER].async_sync()) for _ in range(2)]
    await hass.async_block_till_done()
    assert not any(one.done() for one in asking)
    assert household.immich.browser.assets() == []

    asking[1].cancel()
    hass.set_state(CoreState.running)
    hass.bus.async_fire("homeassistant_started")
    assert (await asking[0]).problem is None


async def test_who_asks_for_a_cycle_and_loses_the_account_before_the_start_hears_of_it(
    hass: HomeAssistant, household: Household
) -> None:
    hass.set_state(CoreState.starting)
    entry = await household.set_up()
    asking = asyncio.create_task(household.runtime.folders[FOLDER].async_sync())
    await asyncio.sleep(0)
    await hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(HomeAssistantError, match="stopped"):
        await asking


@pytest.mark.parametrize("expected_lingering_timers", [True])
async def test_it_goes_on_where_home_assistant_cannot_let_go_of_its_entities(
    hass: HomeAssistant, household: Household
) -> None:
    entry = await household.set_up()
    with patch.object(hass.config_entries, "async_unload_platforms", return_value=False):
        assert not await hass.config_entries.async_unload(entry.entry_id)
    assert (await household.sync()).counts.linked == 3
    await household.runtime.async_close()


async def test_the_engine_lives_in_the_time_of_the_machine() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    await clock.sleep(0.01)
    assert clock.monotonic() > before
    assert abs(clock.wall() - time.time()) < 60


async def test_it_ends_with_home_assistant(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()
    assert household.runtime.closed
    await household.runtime.async_close()


async def test_a_lost_immich_is_said_once_and_its_return_once(
    hass: HomeAssistant, household: Household, caplog: pytest.LogCaptureFixture
) -> None:
    await household.set_up()
    assert household.shown(IMMICH) == STATE_ON
    household.immich.faults.database_down = True
    for _ in range(2):
        await household.runtime.account.async_refresh()
        assert household.shown(IMMICH) == STATE_OFF
    household.immich.faults.clear()
    for _ in range(2):
        await household.runtime.account.async_refresh()
    assert household.shown(IMMICH) == STATE_ON
    assert caplog.text.count("Error fetching Immich data") == 1
    assert caplog.text.count("Fetching Immich data recovered") == 1


async def test_a_lost_syncthing_shows_at_once_and_its_return_too(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    await household.syncthing.stop()
    await household.becomes(lambda: household.shown(SYNCTHING) == STATE_OFF)
    report = await household.sync()
    assert report.problem is not None
    assert report.problem.code == "syncthing_cannot_connect"
    assert household.shown("sensor.phone_status") == "waiting_for_syncthing"

    await household.syncthing.start()
    await household.runtime.syncthing.async_refresh()
    assert household.shown(SYNCTHING) == STATE_ON
    assert (await household.sync()).problem is None


@pytest.mark.no_fail_on_log_exception
async def test_a_fault_of_ours_makes_syncthing_unavailable_in_words(
    household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    await household.set_up()
    monkeypatch.setattr(household.runtime.syncthing.client, "status", None)
    await household.runtime.syncthing.async_refresh()
    assert household.shown(SYNCTHING) == STATE_OFF
    told = household.runtime.syncthing.last_exception
    assert isinstance(told, UpdateFailed)
    assert told.translation_key == "syncthing_error"
    assert told.translation_placeholders == {"detail": "TypeError"}


@pytest.mark.parametrize("fault", [FolderFaultError, FolderPausedError, UnknownFolderError])
async def test_a_folder_that_syncthing_cannot_tell_of_is_no_lost_syncthing(
    hass: HomeAssistant, household: Household, fault: type[SyncthingError]
) -> None:
    with patch.object(SyncthingClient, "folder_status", side_effect=fault("photos")):
        await household.set_up()
        assert household.shown(SYNCTHING) == STATE_ON
        assert household.runtime.syncthing.data.statuses == {}


async def test_a_key_revoked_later_is_asked_for(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    household.immich.world.tables.keys.clear()
    await household.runtime.account.async_refresh()
    await hass.async_block_till_done()
    [form] = hass.config_entries.flow.async_progress()
    assert form["step_id"] == "reauth_immich"


async def test_a_vault_that_is_not_there_any_more_stops_deletions_and_nothing_else(
    hass: HomeAssistant, household: Household, caplog: pytest.LogCaptureFixture
) -> None:
    entry = await household.set_up()
    await household.sync()
    await hass.config_entries.async_unload(entry.entry_id)
    shutil.rmtree(entry.data["vault_path"])
    await hass.config_entries.async_setup(entry.entry_id)
    assert "Nothing will be deleted until the vault is in order" in caplog.text

    household.take_photo("IMG_3.jpg")
    household.immich.browser.trash(household.immich.browser.find("IMG_0.jpg").id)
    await household.notice()
    assert (household.photos / "IMG_0.jpg").is_file()
    assert "IMG_3.jpg" in {asset.name for asset in household.immich.browser.assets(trashed=False)}


@pytest.mark.parametrize(("allowed", "made"), [("media/phone", "plain"), ("media", ".stfolder")])
async def test_a_vault_lies_in_the_media_directory_where_it_may_not_lie_beside_the_folder(
    hass: HomeAssistant, household: Household, tmp_path: Path, allowed: str, made: str
) -> None:
    hass.config.media_dirs = {"local": str(tmp_path / "elsewhere")}
    hass.config.allowlist_external_dirs = {str(tmp_path / allowed)}
    (household.photos.parent / made).mkdir()
    entry = await household.set_up()
    assert Path(entry.data["vault_path"]).parent == tmp_path / "elsewhere"


async def test_open_questions_go_with_the_account(
    hass: HomeAssistant, household: Household, issue_registry: ir.IssueRegistry
) -> None:
    entry = await household.set_up()
    await household.sync()
    for photo in household.photos.glob("*.jpg"):
        photo.unlink()
    await household.notice()
    assert len(issue_registry.issues) == 1
    await hass.config_entries.async_remove(entry.entry_id)
    assert len(issue_registry.issues) == 0
