"""The diagnostics help, and give away neither who somebody is nor what they photograph."""

import json
import shutil
from http import HTTPStatus
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
    get_diagnostics_for_device,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.immich_syncthing.entity import (
    device_identifier,
    immich_identifier,
    subentry_identifier,
    syncthing_identifier,
)
from custom_components.immich_syncthing.immich.permissions import REQUIRED

from .household import FOLDER, Household

MARK = "Zzyzx"
"""A word that stands wherever somebody can write one."""

PHONE = "P56IOI7-MZJNU2Y-IQGDREY-DM2MGTI-MGL3BXN-PQ6W5BM-TBBZ4TJ-XZWICQ2"


@pytest.fixture
async def marked(hass: HomeAssistant, household: Household) -> Household:
    """Return a household that has put the word everywhere, and in which things wait and fail."""
    assert await async_setup_component(hass, "diagnostics", {})
    assert await async_setup_component(hass, "repairs", {})
    household.allow(*REQUIRED)
    household.immich.admin.name = f"{MARK} Admin"
    household.immich.admin.email = f"{MARK}@example.org".lower()
    household.photos = household.photos.with_name(f"{MARK}-phone")
    household.photos.mkdir()
    for number in range(6):
        household.take_photo(f"{MARK}/IMG_{number}.jpg")
    syncthing = household.syncthing
    await syncthing.call("POST", "config/devices", {"deviceID": PHONE, "name": f"{MARK}'s phone"})
    await syncthing.add_folder(
        f"{MARK}-id", f"{MARK} photos", household.photos, devices=[{"deviceID": PHONE}], fsWatcherEnabled=False
    )
    await syncthing.scan(f"{MARK}-id")
    entry = household.make_entry(folders=False)
    hass.config_entries.async_update_entry(entry, title=f"{MARK} @ home")
    household.add_folder(
        f"{MARK}-id",
        f"{MARK} photos",
        household.photos,
        subentry_id=FOLDER,
        ignore=[f"{MARK}/secret*"],
        include=["*"],
        pass_on_days=30,
        protect_albums=True,
        sorting_rules=[
            {"id": MARK, "name": MARK, "path": f"{MARK}/*", "album": MARK, "tags": [MARK], "description": MARK}
            | {"stack": ["bursts"]},
        ],
    )
    await household.load()
    await household.sync()
    shutil.rmtree(household.photos / MARK)
    await syncthing.scan(f"{MARK}-id")
    household.runtime.folders[FOLDER].engine.note_gap()
    await household.sync()
    await household.runtime.account.async_refresh()
    shutil.rmtree(household.photos / ".stfolder")
    await household.sync()
    return household


def secrets_in(household: Household, told: Any) -> set[str]:
    """Return what of all that nobody else is to know stands in a dump."""
    text = json.dumps(told).lower()
    secrets = {
        MARK,
        PHONE,
        PHONE[:7],
        household.key,
        household.syncthing.api_key,
        household.immich.url,
        household.syncthing.url,
        household.syncthing.device_id,
        household.syncthing.device_id[:7],
        household.immich.admin.email,
        household.immich.admin.id,
        str(household.photos),
        "img_",
        "127.0.0.1",
        "latitude",
    }
    return {secret for secret in secrets if secret.lower() in text}


async def test_diagnostics_say_what_is_wrong_and_no_more(
    hass: HomeAssistant, marked: Household, hass_client: ClientSessionGenerator
) -> None:
    assert marked.entry is not None
    client = await hass_client()
    answer = await client.get(f"/api/diagnostics/config_entry/{marked.entry.entry_id}")
    assert answer.status == HTTPStatus.OK
    file = await answer.json()
    told = file["data"]
    assert told["immich"]["version"] == "3.2.2"
    assert told["immich"]["assets"] == {"images": 6, "videos": 0, "total": 6}
    assert told["immich"]["lacks"]["albums"] == ["album.read"]
    assert told["immich"]["database_backups"] == {
        "every_days": None,
        "keeps": {"number": 14, "days": None},
        "home": "vault",
        "stored": 0,
        "unfinished": 0,
        "last": None,
        "failure": None,
    }
    [folder] = told["folders"]
    assert (folder["preset"], folder["state"]) == ("mirror", "error")
    assert folder["report"]["problem"] == "marker_missing"
    assert folder["syncthing"]["config"]["type"] == "sendreceive"
    assert folder["on_edit"] == "replace"
    assert folder["patterns"] == {"ignore": 1, "include": 1}
    assert folder["rules"]["pass_on_days"] == 30
    assert folder["sorting_rules"] == [
        {
            "pattern": True,
            "type": None,
            "dates": False,
            "album": True,
            "tags": 1,
            "favorite": False,
            "archive": False,
            "description": True,
            "rating": False,
            "location": False,
            "stack": ["bursts"],
        }
    ]
    assert folder["history"]["upload done"] == 6
    assert folder["pulse"]["success"] > 0
    assert told["entry"]["guard"]["number"] == 20
    assert "missing_permissions" in told["repairs"]
    assert [one["connected"] for one in told["syncthing"]["devices"]] == [False]
    assert secrets_in(marked, [told, file["issues"]]) == set()


@pytest.mark.parametrize("which", ["folder", "immich", "syncthing", "phone"])
async def test_diagnostics_of_a_device_say_what_concerns_it(
    hass: HomeAssistant, marked: Household, hass_client: ClientSessionGenerator, which: str
) -> None:
    entry = marked.entry
    assert entry is not None
    identifiers = {
        "folder": subentry_identifier(marked.runtime.folders[FOLDER]),
        "immich": immich_identifier(entry),
        "syncthing": syncthing_identifier(entry),
        "phone": device_identifier(entry, PHONE),
    }
    device = dr.async_get(hass).async_get_device_by_identifier(identifiers[which], entry.entry_id)
    assert device is not None
    told: dict[str, Any] = dict(await get_diagnostics_for_device(hass, hass_client, entry, device))
    parts = {
        "folder": {"entry", "folder", "syncthing", "repairs"},
        "immich": {"entry", "immich", "holds"},
        "syncthing": {"entry", "syncthing"},
        "phone": {"entry", "syncthing"},
    }
    assert told.keys() == parts[which]
    assert len(told.get("syncthing", {"devices": [1]})["devices"]) == 1
    assert secrets_in(marked, told) == set()


async def test_diagnostics_of_a_folder_that_never_ran(
    hass: HomeAssistant, household: Household, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "diagnostics", {})
    await household.syncthing.call("DELETE", "config/folders/photos")
    entry = await household.set_up()
    told: dict[str, Any] = dict(await get_diagnostics_for_config_entry(hass, hass_client, entry))
    [folder] = told["folders"]
    assert folder["syncthing"] == {"config": None, "status": None}


async def test_what_waits_is_counted_by_kind(
    hass: HomeAssistant, household: Household, hass_client: ClientSessionGenerator
) -> None:
    entry = await household.set_up()
    await household.sync()
    for photo in household.photos.glob("*.jpg"):
        photo.unlink()
    await household.notice()
    told: dict[str, Any] = dict(await get_diagnostics_for_config_entry(hass, hass_client, entry))
    assert told["holds"] == {"many_assets": 3}


async def test_a_broken_ledger_keeps_no_diagnostics_back(
    hass: HomeAssistant, household: Household, hass_client: ClientSessionGenerator
) -> None:
    entry = await household.set_up()
    await household.sync()
    await household.runtime.engine.close()
    told: dict[str, Any] = dict(await get_diagnostics_for_config_entry(hass, hass_client, entry))
    assert told["holds"] == "ledger_error"
    assert told["folders"][0]["history"] == "ledger_error"
