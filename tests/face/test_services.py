"""The actions: which folders they mean, what they answer, how they fail."""

import asyncio
import shutil
from pathlib import Path
from typing import Any, cast

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er

from custom_components.immich_syncthing.const import DOMAIN

from . import photo_calls
from .household import FOLDER, REST_SECONDS, Household


async def ask(hass: HomeAssistant, action: str, **data: Any) -> list[dict[str, Any]]:
    """Call an action and return its answer about each folder."""
    return cast("list[dict[str, Any]]", (await photo_calls.ask(hass, action, **data))["folders"])


async def test_sync_now_waits_and_tells_what_it_did(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    household.immich.browser.trash(household.immich.browser.find("IMG_1.jpg").id)
    [told] = await ask(hass, "sync_now")
    assert (told["folder"], told["folder_id"]) == ("Phone", "photos")
    deleted = told["deleted"]
    async with asyncio.timeout(REST_SECONDS):
        while told["again_in"] is not None:
            # Syncthing still moves, and deletions wait for it.
            [told] = await ask(hass, "sync_now")
            deleted += told["deleted"]
    assert (deleted, told["problem"]) == (1, None)
    assert not (household.photos / "IMG_1.jpg").exists()


async def test_sync_now_without_an_answer_raises_what_went_wrong(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    await hass.services.async_call(DOMAIN, "sync_now", {}, blocking=True)
    shutil.rmtree(household.photos / ".stfolder")
    with pytest.raises(HomeAssistantError) as failed:
        await hass.services.async_call(DOMAIN, "sync_now", {}, blocking=True)
    assert failed.value.translation_key == "marker_missing"

    [told] = await ask(hass, "sync_now")
    assert told["problem"]["code"] == "marker_missing"


async def test_a_preview_tells_what_would_happen_and_does_nothing(hass: HomeAssistant, household: Household) -> None:
    await household.set_up(preset="mirror")
    await household.sync()
    household.immich.browser.trash(household.immich.browser.find("IMG_1.jpg").id)
    [told] = await ask(hass, "preview")
    assert told["actions"] == {"delete_file": 1}
    [item] = told["items"]
    assert (item["action"], item["path"]) == ("delete_file", "IMG_1.jpg")
    assert (household.photos / "IMG_1.jpg").exists()

    [told] = await ask(hass, "preview", limit=0)
    assert (told["items"], told["truncated"]) == ([], True)
    assert household.runtime.folders[FOLDER].engine.state == "in_agreement"


@pytest.mark.parametrize(
    "target",
    ["phone_device", "account_device", "syncthing_device", "entity", "entry", "name", "id", "nothing"],
)
async def test_a_folder_can_be_meant_in_many_ways(hass: HomeAssistant, household: Household, target: str) -> None:
    entry = await household.set_up()
    await household.sync()
    devices = {one.name: one.id for one in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)}
    meant: dict[str, dict[str, Any]] = {
        "phone_device": {"device_id": devices["Phone"]},
        "account_device": {"device_id": [devices["Admin @ 127.0.0.1"]]},
        "syncthing_device": {"device_id": [devices["Syncthing"]]},
        "entity": {"entity_id": "sensor.phone_status"},
        "entry": {"config_entry_id": entry.entry_id},
        "name": {"folder": "Phone"},
        "id": {"config_entry_id": entry.entry_id, "folder": "photos"},
        "nothing": {},
    }
    [told] = await ask(hass, "sync_now", **meant[target])
    assert told["folder_id"] == "photos"


@pytest.mark.parametrize(
    "target",
    [
        {"folder": "Cellar"},
        {"device_id": "no-such-device"},
        {"entity_id": "sensor.of_somebody_else"},
        # A template that found nothing means nothing, and not everything.
        {"device_id": []},
        {"entity_id": "none"},
    ],
)
async def test_what_means_no_folder_is_refused(
    hass: HomeAssistant, household: Household, entity_registry: er.EntityRegistry, target: dict[str, Any]
) -> None:
    await household.set_up()
    with pytest.raises(ServiceValidationError) as refused:
        await ask(hass, "sync_now", **target)
    assert refused.value.translation_key == "no_such_folder"


async def test_an_unknown_account_is_refused(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    with pytest.raises(ServiceValidationError):
        await ask(hass, "preview", config_entry_id="nobody")


async def test_actions_are_there_before_any_account_works(hass: HomeAssistant, household: Household) -> None:
    household.immich.faults.database_down = True
    entry = household.make_entry()
    await hass.config_entries.async_setup(entry.entry_id)
    with pytest.raises(ServiceValidationError):
        await ask(hass, "sync_now")


async def test_two_folders_are_told_one_by_one(hass: HomeAssistant, household: Household, tmp_path: Path) -> None:
    other = household.photos.parent / "tablet"
    await household.syncthing.add_folder("tablet", "Tablet", other)
    await household.syncthing.scan("tablet")
    household.make_entry()
    household.add_folder("tablet", "Tablet", other)
    await household.load()
    assert [told["folder"] for told in await ask(hass, "sync_now")] == ["Phone", "Tablet"]
    assert [told["folder"] for told in await ask(hass, "sync_now", folder="Tablet")] == ["Tablet"]
