"""What a person switches of a folder: its work, and which deletions are passed on."""

import asyncio
import shutil
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from tests.servers.immich import FaultKind

from .household import FOLDER, Household

SYNC = "switch.phone_sync"
TO_IMMICH = "switch.phone_pass_deletions_to_immich"
TO_PHONE = "switch.phone_pass_deletions_to_the_phone"


async def switch(hass: HomeAssistant, entity_id: str, on: bool) -> None:
    action = "turn_on" if on else "turn_off"
    await hass.services.async_call("switch", action, {"entity_id": entity_id}, blocking=True)
    await hass.async_block_till_done()


def preset(household: Household) -> tuple[str, str]:
    """Return the preset that is stored, and the one that holds."""
    assert household.entry is not None
    stored: str = household.entry.subentries[FOLDER].data["preset"]
    return stored, household.runtime.folders[FOLDER].engine.settings.preset.value


async def test_a_folder_rests_until_it_is_switched_on_again_also_over_a_reload(
    hass: HomeAssistant, household: Household
) -> None:
    entry = await household.set_up()
    await household.sync()
    await switch(hass, SYNC, on=False)
    assert (household.shown(SYNC), household.shown("sensor.phone_status")) == ("off", "paused")
    household.take_photo("IMG_9.jpg")
    await household.notice()
    assert len(household.immich.browser.assets()) == 3

    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert (household.shown(SYNC), household.shown("sensor.phone_status")) == ("off", "paused")

    await switch(hass, SYNC, on=True)
    await household.notice()
    assert household.shown(SYNC) == "on"
    assert len(household.immich.browser.assets()) == 4


async def test_a_pause_by_other_means_shows_on_the_switch(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.runtime.folders[FOLDER].async_pause(None)
    assert household.shown(SYNC) == "off"


@pytest.mark.parametrize("on", [True, False])
async def test_a_pause_that_cannot_be_noted_is_an_error(hass: HomeAssistant, household: Household, on: bool) -> None:
    await household.set_up()
    await household.sync()
    await household.runtime.engine.close()
    with pytest.raises(HomeAssistantError) as raised:
        await switch(hass, SYNC, on=on)
    assert raised.value.translation_key == "ledger_error"


@pytest.mark.parametrize(
    ("before", "entity_id", "on", "after"),
    [
        ("backup", TO_IMMICH, True, "phone_decides"),
        ("backup", TO_PHONE, True, "immich_decides"),
        ("phone_decides", TO_PHONE, True, "mirror"),
        ("immich_decides", TO_IMMICH, True, "mirror"),
        ("mirror", TO_IMMICH, False, "immich_decides"),
        ("mirror", TO_PHONE, False, "phone_decides"),
        ("immich_decides", TO_PHONE, False, "backup"),
        ("phone_decides", TO_IMMICH, False, "backup"),
        ("mirror", TO_IMMICH, True, "mirror"),
        ("backup", TO_PHONE, False, "backup"),
    ],
)
async def test_the_two_deletions_together_name_the_preset(
    hass: HomeAssistant, household: Household, before: str, entity_id: str, on: bool, after: str
) -> None:
    await household.set_up(preset=before)
    await household.sync()
    engine = household.runtime.engine
    await switch(hass, entity_id, on=on)
    assert preset(household) == (after, after)
    assert household.shown(TO_IMMICH) == ("on" if after in {"mirror", "phone_decides"} else "off")
    assert household.shown(TO_PHONE) == ("on" if after in {"mirror", "immich_decides"} else "off")
    assert household.runtime.engine is engine, "nothing was loaded anew"


async def test_both_at_once_are_both_taken(hass: HomeAssistant, household: Household) -> None:
    await household.set_up(preset="backup")
    await household.sync()
    await asyncio.gather(switch(hass, TO_IMMICH, on=True), switch(hass, TO_PHONE, on=True))
    assert preset(household) == ("mirror", "mirror")


async def test_an_upload_goes_on_while_a_preset_changes(hass: HomeAssistant, household: Household) -> None:
    household.immich.faults.add(FaultKind.LATENCY, path="/api/assets$", method="POST", seconds=2.0)
    await household.set_up(preset="mirror")
    await household.becomes(lambda: household.runtime.folders[FOLDER].engine.transfer.current_file is not None)
    await switch(hass, TO_PHONE, on=False)
    assert household.runtime.folders[FOLDER].engine.transfer.current_file is not None
    await household.sync()
    assert len(household.immich.requests_of("POST", "/api/assets")) == 3


async def test_what_syncthing_does_not_carry_is_refused(hass: HomeAssistant, household: Household) -> None:
    await household.set_up(preset="phone_decides")
    await household.sync()
    await household.syncthing.change_folder("photos", type="receiveonly")
    with pytest.raises(ServiceValidationError) as refused:
        await switch(hass, TO_PHONE, on=True)
    assert (refused.value.translation_key, preset(household)[0]) == ("preset_one_way", "phone_decides")
    assert refused.value.translation_placeholders == {"detail": "Phone"}


async def test_a_directory_that_is_not_the_folder_is_refused(hass: HomeAssistant, household: Household) -> None:
    await household.set_up(preset="backup")
    shutil.move(household.photos / ".stfolder", household.photos.parent / "marker")
    with pytest.raises(ServiceValidationError) as refused:
        await switch(hass, TO_IMMICH, on=True)
    assert (refused.value.translation_key, preset(household)[0]) == ("root_unmarked", "backup")


async def test_what_nobody_can_tell_is_not_switched_on_but_switched_off(
    hass: HomeAssistant, household: Household
) -> None:
    await household.set_up(preset="phone_decides")
    await household.sync()
    await household.syncthing.stop()
    with pytest.raises(HomeAssistantError) as raised:
        await switch(hass, TO_PHONE, on=True)
    assert raised.value.translation_key == "syncthing_cannot_connect"
    await switch(hass, TO_IMMICH, on=False)
    assert preset(household) == ("backup", "backup")


async def test_a_preset_that_cannot_be_noted_is_taken_up_by_a_reload(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up(preset="mirror")
    await household.sync()
    engine = household.runtime.engine
    await engine.close()
    await switch(hass, TO_PHONE, on=False)
    assert entry.state is ConfigEntryState.LOADED
    assert household.runtime.engine is not engine
    assert preset(household) == ("phone_decides", "phone_decides")


@pytest.mark.parametrize(
    "change", [{"title": "Another name"}, {"data": {"syncthing_verify_ssl": False}}, {"options": {"guard_number": 5}}]
)
async def test_any_other_change_is_taken_up_by_a_reload(
    hass: HomeAssistant, household: Household, change: dict[str, Any]
) -> None:
    entry = await household.set_up()
    engine = household.runtime.engine
    change = {key: {**entry.data, **value} if key == "data" else value for key, value in change.items()}
    hass.config_entries.async_update_entry(entry, **change)
    await hass.async_block_till_done()
    assert household.runtime.engine is not engine


async def test_a_full_check_looks_at_everything(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    asked = len(household.immich.requests_of("POST", "/api/assets/bulk-upload-check"))
    (household.photos / "IMG_1.jpg").unlink()
    await household.syncthing.scan("photos")
    await hass.services.async_call("button", "press", {"entity_id": "button.phone_full_check"}, blocking=True)
    await household.becomes(lambda: len(household.immich.requests_of("POST", "/api/assets/bulk-upload-check")) > asked)
    await household.becomes(lambda: household.shown("sensor.phone_files") == "2")
