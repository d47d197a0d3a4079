"""What is shown of Syncthing, of its devices, and of how far they are: devices come and go without a reload."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import aiohttp
import pytest
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.syncthing.client import SyncthingClient
from custom_components.immich_syncthing.syncthing.errors import FolderFaultError, SyncthingCannotConnectError
from custom_components.immich_syncthing.syncthing.models import Upgrade
from tests.servers.syncthing import SyncthingProcess

from .household import FOLDER, Household

RELEASE = "update.syncthing_release"
ERRORS = "sensor.syncthing_errors"
TABLET = "P56IOI7-MZJNU2Y-IQGDREY-DM2MGTI-MGL3BXN-PQ6W5BM-TBBZ4TJ-XZWICQ2"
"""A device that never comes: the id is that of the example in Syncthing's documentation."""
TABLET_CONNECTION = "binary_sensor.tablet_connection"
TABLET_COMPLETION = "sensor.phone_completion_of_tablet"


async def refresh(household: Household) -> None:
    await household.runtime.syncthing.async_refresh()
    await household.hass.async_block_till_done()


async def shows(household: Household, entity_id: str, state: str) -> None:
    """Wait until an entity shows something, asking Syncthing more often than every minute."""
    async with asyncio.timeout(60):
        while (found := household.hass.states.get(entity_id)) is None or found.state != state:
            await asyncio.sleep(0.2)
            await refresh(household)


def names(registry: dr.DeviceRegistry, household: Household) -> set[str | None]:
    assert household.entry is not None
    return {device.name for device in dr.async_entries_for_config_entry(registry, household.entry.entry_id)}


async def know_tablet(household: Household) -> None:
    await household.syncthing.call("PUT", f"config/devices/{TABLET}", {"deviceID": TABLET, "name": "Tablet"})


async def share_with(household: Household, *device_ids: str) -> None:
    """Share the household's folder with these devices and no others."""
    sharing = [{"deviceID": one} for one in (household.syncthing.device_id, *device_ids)]
    await household.syncthing.change_folder("photos", devices=sharing)


@pytest.fixture
async def phone(household: Household, tmp_path: Path) -> AsyncIterator[SyncthingProcess]:
    """Return a phone that runs, knows the server and its folder, and is not known there."""
    server = household.syncthing
    async with SyncthingProcess(tmp_path / "phone-home", name="phone") as phone:
        peer = {"deviceID": server.device_id, "name": "server", "addresses": [server.sync_address]}
        await phone.call("PUT", f"config/devices/{server.device_id}", peer)
        await phone.add_folder("photos", "Photos", phone.home / "photos", (phone, server))
        yield phone


async def test_a_phone_shows_how_far_it_is(
    hass: HomeAssistant, household: Household, phone: SyncthingProcess, device_registry: dr.DeviceRegistry
) -> None:
    entry = await household.set_up()
    await household.sync()
    assert names(device_registry, household) == {"Admin @ 127.0.0.1", "Syncthing", "Phone"}
    known = {"deviceID": phone.device_id, "name": "Anna's phone", "addresses": [phone.sync_address]}
    await household.syncthing.call("PUT", f"config/devices/{phone.device_id}", known)
    await share_with(household, phone.device_id)

    await shows(household, "binary_sensor.anna_s_phone_connection", STATE_ON)
    await shows(household, "sensor.phone_completion_of_anna_s_phone", "100.0")
    assert household.shown("sensor.anna_s_phone_completion") == "100.0"
    seen = datetime.fromisoformat(household.shown("sensor.anna_s_phone_last_seen"))
    assert dt_util.utcnow() - timedelta(minutes=11) < seen <= dt_util.utcnow()
    devices = {one.name: one for one in dr.async_entries_for_config_entry(device_registry, entry.entry_id)}
    assert devices["Anna's phone"].via_device_id == devices["Syncthing"].id
    assert (devices["Anna's phone"].sw_version or "").startswith("1.29")

    await phone.stop()
    await shows(household, "binary_sensor.anna_s_phone_connection", STATE_OFF)
    household.take_photo("IMG_9.jpg")
    await household.syncthing.scan("photos")
    await refresh(household)
    assert float(household.shown("sensor.phone_completion_of_anna_s_phone")) < 100
    assert float(household.shown("sensor.anna_s_phone_completion")) < 100
    assert datetime.fromisoformat(household.shown("sensor.anna_s_phone_last_seen")) <= dt_util.utcnow()


async def test_what_a_device_has_that_is_away_is_not_counted_again_and_again(
    hass: HomeAssistant, household: Household
) -> None:
    await know_tablet(household)
    await share_with(household, TABLET)
    await household.set_up()
    await household.sync()
    assert {
        household.shown(one) for one in (TABLET_COMPLETION, "sensor.tablet_completion", "sensor.tablet_last_seen")
    } == {STATE_UNKNOWN}
    with patch.object(SyncthingClient, "completion", side_effect=FolderFaultError) as completion:
        await refresh(household)
        completion.assert_not_called()
        household.take_photo("IMG_9.jpg")
        await household.syncthing.scan("photos")
        await refresh(household)
        completion.assert_called()
    assert household.runtime.syncthing.last_update_success


@pytest.mark.parametrize("again", [False, True])
async def test_devices_come_and_go_without_a_reload(
    hass: HomeAssistant,
    household: Household,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
    again: bool,
) -> None:
    await household.set_up()
    await household.sync()
    loaded = household.runtime
    for _ in range(1 + again):
        await know_tablet(household)
        await share_with(household, TABLET)
        await refresh(household)
        assert household.shown(TABLET_CONNECTION) == STATE_OFF
        assert household.shown(TABLET_COMPLETION) == STATE_UNKNOWN
        assert "Tablet" in names(device_registry, household)

        await share_with(household)
        await refresh(household)
        assert hass.states.get(TABLET_COMPLETION) is None
        assert entity_registry.async_get(TABLET_COMPLETION) is None
        assert household.shown(TABLET_CONNECTION) == STATE_OFF

        await household.syncthing.call("DELETE", f"config/devices/{TABLET}")
        await refresh(household)
        assert hass.states.get(TABLET_CONNECTION) is None
        assert "Tablet" not in names(device_registry, household)
    assert household.runtime is loaded


async def test_a_device_that_went_while_nobody_looked_is_gone(
    hass: HomeAssistant, household: Household, device_registry: dr.DeviceRegistry, entity_registry: er.EntityRegistry
) -> None:
    entry = household.make_entry()
    gone = device_registry.async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={(DOMAIN, f"{entry.entry_id}_device_{TABLET}")}, name="Tablet"
    )
    unique_id = f"{entry.entry_id}_{FOLDER}_folder_completion_{TABLET}"
    shared = entity_registry.async_get_or_create("sensor", DOMAIN, unique_id, config_entry=entry)
    await household.load()
    assert device_registry.async_get(gone.id) is None
    assert entity_registry.async_get(shared.entity_id) is None


async def test_a_renamed_device_is_called_by_its_new_name(
    hass: HomeAssistant, household: Household, device_registry: dr.DeviceRegistry
) -> None:
    await know_tablet(household)
    await household.set_up(folders=False)
    assert "Tablet" in names(device_registry, household)
    await household.syncthing.call("PATCH", f"config/devices/{TABLET}", {"name": "Old tablet"})
    await refresh(household)
    assert names(device_registry, household) == {"Admin @ 127.0.0.1", "Syncthing", "Old tablet"}


async def test_a_lost_syncthing_takes_no_device_away(
    hass: HomeAssistant, household: Household, device_registry: dr.DeviceRegistry
) -> None:
    await know_tablet(household)
    await household.set_up(folders=False)
    with patch.object(SyncthingClient, "folders", side_effect=SyncthingCannotConnectError):
        await refresh(household)
    assert "Tablet" in names(device_registry, household)
    assert {household.shown(one) for one in (TABLET_CONNECTION, ERRORS)} == {STATE_UNAVAILABLE}


async def test_what_syncthing_cannot_sync_is_counted(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    assert household.shown(ERRORS) == "0"
    (household.photos / ".stfolder").rename(household.photos / "elsewhere")
    with pytest.raises(aiohttp.ClientError, match="marker missing"):
        await household.syncthing.scan("photos")
    await refresh(household)
    assert household.shown(ERRORS) == "1"


async def test_a_build_that_is_upgraded_by_others_has_no_release_to_show(
    hass: HomeAssistant, household: Household
) -> None:
    with patch.object(SyncthingClient, "upgrade", autospec=True, side_effect=SyncthingClient.upgrade) as upgrade:
        await household.set_up(folders=False)
        await household.becomes(lambda: bool(upgrade.call_count))
    await refresh(household)
    assert hass.states.get(RELEASE) is None


async def test_a_newer_syncthing_is_told_of(hass: HomeAssistant, household: Household) -> None:
    with patch.object(SyncthingClient, "upgrade", return_value=Upgrade("v1.29.5", "v99.0.1")) as upgrade:
        await household.set_up(folders=False)
        await household.becomes(lambda: hass.states.get(RELEASE) is not None)
        await refresh(household)
        assert upgrade.call_count == 1
    state = hass.states.get(RELEASE)
    assert state is not None
    assert state.state == STATE_ON
    assert state.attributes["latest_version"] == "99.0.1"
    assert state.attributes["installed_version"].startswith("1.29")
    assert state.attributes["release_url"] == "https://github.com/syncthing/syncthing/releases/tag/v99.0.1"


async def test_a_syncthing_without_a_way_out_is_no_lost_one(hass: HomeAssistant, household: Household) -> None:
    with patch.object(SyncthingClient, "upgrade", side_effect=FolderFaultError("no such host")) as upgrade:
        await household.set_up(folders=False)
        await household.becomes(lambda: bool(upgrade.call_count))
    await hass.async_block_till_done()
    assert household.runtime.syncthing.last_update_success
    assert hass.states.get(RELEASE) is None
