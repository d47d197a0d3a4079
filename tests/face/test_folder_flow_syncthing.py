"""What Syncthing can have against adding a folder, and how a folder is changed later."""

import shutil
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from tests.servers.syncthing import NOBODY

from .folder_forms import add, at_location, begin, change, offered, submit, suggestions
from .household import FOLDER, Household


async def test_a_syncthing_without_folders(hass: HomeAssistant, household: Household) -> None:
    await household.syncthing.call("DELETE", "config/folders/photos")
    entry = await household.set_up(folders=False)
    assert (await begin(hass, entry))["reason"] == "no_folders"


async def test_each_folder_is_offered_once(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up()
    assert (await begin(hass, entry))["reason"] == "no_more_folders"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"syncthing_url": NOBODY}, "syncthing_cannot_connect"),
        ({"syncthing_api_key": "old"}, "syncthing_wrong_key"),
    ],
)
async def test_a_syncthing_that_cannot_be_asked(
    hass: HomeAssistant, household: Household, change: dict[str, Any], reason: str
) -> None:
    entry = household.make_entry(folders=False)
    hass.config_entries.async_update_entry(entry, data=household.data | change)
    done = await begin(hass, entry)
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, reason)


async def test_something_else_in_syncthings_place(hass: HomeAssistant, household: Household) -> None:
    entry = household.make_entry(folders=False)
    hass.config_entries.async_update_entry(entry, data=household.data | {"syncthing_url": household.immich.url})
    assert (await begin(hass, entry))["reason"] == "other"


async def test_a_folder_that_vanishes_while_the_list_is_open(hass: HomeAssistant, household: Household) -> None:
    await household.syncthing.add_folder("going", "Going", household.photos.parent / "going")
    entry = await household.set_up(folders=False)
    form = await begin(hass, entry)
    await household.syncthing.call("DELETE", "config/folders/going")
    form = await submit(hass, form, folder_id="going")
    assert form["errors"] == {"folder_id": "syncthing_unknown_folder"}

    form = await submit(hass, form, folder_id="photos")
    assert form["step_id"] == "location"


async def test_a_folder_that_vanishes_while_its_path_is_typed(hass: HomeAssistant, household: Household) -> None:
    form = await at_location(hass, household)
    config = await household.syncthing.call("GET", "config/folders/photos")
    await household.syncthing.call("DELETE", "config/folders/photos")
    form = await submit(hass, form, path=str(household.photos), preset="backup")
    assert form["errors"] == {"base": "syncthing_unknown_folder"}

    (household.photos / ".stfolder").mkdir(exist_ok=True)
    await household.syncthing.call("PUT", "config/folders/photos", config)
    await household.syncthing.scan("photos")
    done = await add(hass, form, path=str(household.photos), preset="backup")
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_a_paused_folder_is_marked_and_must_be_resumed(hass: HomeAssistant, household: Household) -> None:
    await household.syncthing.change_folder("photos", paused=True)
    entry = await household.set_up(folders=False)
    form = await begin(hass, entry)
    assert offered(form) == [f"Phone (photos) – {household.photos} ⏸"]
    form = await submit(hass, form, folder_id="photos")
    form = await submit(hass, form, path=str(household.photos), preset="backup")
    assert form["errors"] == {"base": "syncthing_folder_paused"}

    await household.syncthing.change_folder("photos", paused=False)
    await household.syncthing.scan("photos")
    done = await add(hass, form, path=str(household.photos), preset="backup")
    assert done["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("change", "warning"),
    [
        ({"type": "receiveonly"}, "receive_only"),
        ({"type": "sendonly"}, "send_only"),
        ({"ignoreDelete": True}, "ignore_delete"),
    ],
)
async def test_what_syncthing_will_not_do_is_said_and_limits_the_choice(
    hass: HomeAssistant, household: Household, change: dict[str, Any], warning: str
) -> None:
    await household.syncthing.change_folder("photos", **change)
    await household.syncthing.scan("photos")
    entry = await household.set_up(folders=False)
    form = await submit(hass, await begin(hass, entry), folder_id="photos")
    assert form["step_id"] == warning
    assert form["description_placeholders"] == {"folder": "Phone"}

    form = await submit(hass, form)
    form = await submit(hass, form, path=str(household.photos), preset="mirror")
    assert form["errors"] == {"preset": "preset_one_way"}

    done = await add(hass, form, path=str(household.photos), preset="backup")
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_a_receive_only_folder_may_let_the_phone_decide(hass: HomeAssistant, household: Household) -> None:
    await household.syncthing.change_folder("photos", type="receiveonly")
    await household.syncthing.scan("photos")
    entry = await household.set_up(folders=False)
    form = await submit(hass, await begin(hass, entry), folder_id="photos")
    form = await submit(hass, form)
    done = await add(hass, form, path=str(household.photos), preset="phone_decides")
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_an_encrypted_folder_holds_no_photos(hass: HomeAssistant, household: Household) -> None:
    locked = household.photos.parent / "locked"
    await household.syncthing.add_folder("locked", "Locked", locked, type="receiveencrypted")
    entry = await household.set_up(folders=False)
    form = await submit(hass, await begin(hass, entry), folder_id="locked")
    assert form["errors"] == {"folder_id": "folder_encrypted"}

    form = await submit(hass, form, folder_id="photos")
    assert form["step_id"] == "location"


# --- changing a folder -------------------------------------------------------------------------------------------


async def test_who_may_delete_can_be_changed(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up(preset="backup")
    form = await change(hass, entry)
    assert form["step_id"] == "settings"
    assert suggestions(form) == {"path": str(household.photos), "preset": "backup"}

    done = await submit(hass, form, path=str(household.photos), preset="mirror")
    assert done["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert entry.subentries[FOLDER].data["preset"] == "mirror"
    assert household.runtime.folders[FOLDER].engine.settings.preset == "mirror"


async def test_deletions_can_be_stopped_whatever_is_out_of_order(hass: HomeAssistant, household: Household) -> None:
    entry = household.make_entry(preset="mirror")
    unreachable = {"syncthing_url": NOBODY}
    hass.config_entries.async_update_entry(entry, data=household.data | unreachable)
    shutil.rmtree(household.photos / ".stfolder")
    form = await change(hass, entry)
    done = await submit(hass, form, path=str(household.photos), preset="backup")
    assert done["reason"] == "reconfigure_successful"
    assert entry.subentries[FOLDER].data["preset"] == "backup"


async def test_a_folder_can_move_to_where_it_really_is(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up(preset="backup")
    copy = household.photos.parent / "copy"
    shutil.copytree(household.photos, copy)
    form = await change(hass, entry)
    unmarked = copy / "Camera"
    unmarked.mkdir(exist_ok=True)
    form = await submit(hass, form, path=str(unmarked), preset="backup")
    assert form["errors"] == {"path": "root_unmarked"}

    done = await submit(hass, form, path=str(copy), preset="backup")
    assert done["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert entry.subentries[FOLDER].data["path"] == str(copy)
