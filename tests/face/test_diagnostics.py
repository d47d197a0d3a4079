"""The diagnostics help, and give away neither who somebody is nor what they photograph."""

import json
import shutil

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.immich_syncthing.immich.permissions import REQUIRED

from .household import Household


async def test_diagnostics_say_what_is_wrong_and_no_more(
    hass: HomeAssistant, household: Household, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "diagnostics", {})
    household.allow(*REQUIRED)
    entry = await household.set_up(ignore=["Anna/", "secret*"], include=["*"], pass_on_days=30, protect_albums=True)
    await household.sync()
    await household.runtime.account.async_refresh()
    shutil.rmtree(household.photos / ".stfolder")
    await household.sync()

    told = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    assert told["immich"]["version"] == "3.2.2"
    assert told["immich"]["assets"] == {"images": 3, "videos": 0, "total": 3}
    [folder] = told["folders"]
    assert (folder["preset"], folder["state"]) == ("mirror", "error")
    assert folder["report"]["problem"] == {"code": "marker_missing", "placeholders": "**REDACTED**"}
    assert folder["report"]["counts"]["linked"] == 3
    assert folder["syncthing"]["config"]["type"] == "sendreceive"
    assert folder["on_edit"] == "replace"
    assert folder["patterns"] == {"ignore": 2, "include": 1}
    assert folder["rules"]["pass_on_days"] == 30
    assert told["settings"]["limits"]["number"] == 20
    assert told["immich"]["lacks"]["albums"] == ["album.read"]

    text = json.dumps(told)
    secrets = {
        household.key,
        household.syncthing.api_key,
        household.immich.url,
        household.syncthing.url,
        household.syncthing.device_id,
        household.immich.admin.email,
        household.immich.admin.id,
        str(household.photos),
        "Phone",
        "IMG_",
        "Anna",
        "secret",
        "Admin",
        "127.0.0.1",
    }
    assert {secret for secret in secrets if secret in text} == set()


async def test_diagnostics_of_a_folder_that_never_ran(
    hass: HomeAssistant, household: Household, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "diagnostics", {})
    await household.syncthing.call("DELETE", "config/folders/photos")
    entry = await household.set_up()
    told = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    [folder] = told["folders"]
    assert folder["syncthing"] == {"config": None, "status": None}


async def test_a_broken_ledger_keeps_no_diagnostics_back(
    hass: HomeAssistant, household: Household, hass_client: ClientSessionGenerator
) -> None:
    entry = await household.set_up()
    await household.sync()
    await household.runtime.engine.close()
    told = await get_diagnostics_for_config_entry(hass, hass_client, entry)
    assert told["holds"] == "ledger_error"
