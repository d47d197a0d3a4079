"""What is set for a folder beside its preset: asked in one part of its forms, refused where senseless, and obeyed."""

from datetime import UTC, datetime
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from custom_components.immich_syncthing.engine.model import OnEdit
from custom_components.immich_syncthing.engine.rules import Rules
from custom_components.immich_syncthing.engine.settings import FolderSettings

from .folder_forms import add, advanced, at_location, change, submit, suggested, suggestions
from .household import FOLDER, Household
from .read_only import read_only

EVERYTHING: dict[str, Any] = {
    "on_edit": "stack",
    "ignore": "Screenshots/\n*.[mM][pP]4\n\n",
    "include": "DCIM/\r\n# and what was saved\r\nDownload/*.jpg",
    "pass_on_days": 365,
    "protect_favourites": True,
    "protect_albums": True,
    "free_after_days": 730.0,
    "keep_gigabytes": 64.0,
    "freed_per_day": 50.0,
}
STORED: dict[str, Any] = EVERYTHING | {
    "ignore": ["Screenshots/", "*.[mM][pP]4"],
    "include": ["DCIM/", "# and what was saved", "Download/*.jpg"],
    "free_after_days": 730,
    "keep_gigabytes": 64,
    "freed_per_day": 50,
}


def settings(household: Household) -> FolderSettings:
    [folder] = household.runtime.folders.values()
    return folder.engine.settings


async def test_nothing_needs_to_be_set(hass: HomeAssistant, household: Household) -> None:
    form = await at_location(hass, household)
    assert advanced(form).options == {"collapsed": True}
    await add(hass, form, path=str(household.photos), preset="mirror", advanced={})
    await hass.async_block_till_done()
    assert settings(household).rules == Rules()
    assert settings(household).policy.on_edit is OnEdit.REPLACE


async def test_everything_can_be_set_with_a_new_folder(hass: HomeAssistant, household: Household) -> None:
    form = await at_location(hass, household)
    done = await add(hass, form, path=str(household.photos), preset="mirror", advanced=EVERYTHING)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert {key: done["data"][key] for key in STORED} == STORED
    await hass.async_block_till_done()
    found = settings(household)
    assert found.policy.on_edit is OnEdit.STACK
    assert (found.ignore, found.include) == (tuple(STORED["ignore"]), tuple(STORED["include"]))
    assert found.rules == Rules(
        365, 730, protect_favourites=True, protect_albums=True, keep_bytes=64_000_000_000, freed_per_day=50
    )


async def test_what_is_set_is_shown_and_can_be_taken_back(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up(**STORED)
    form = await change(hass, entry)
    part = advanced(form)
    assert part.options == {"collapsed": False}
    assert suggested(part.schema) == STORED | {
        "ignore": "Screenshots/\n*.[mM][pP]4",
        "include": "DCIM/\n# and what was saved\nDownload/*.jpg",
    }

    done = await submit(hass, form, path=str(household.photos), preset="mirror", advanced={"on_edit": "as_preset"})
    assert done["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert entry.subentries[FOLDER].data.keys() & STORED.keys() == set()
    assert settings(household).rules == Rules()


async def test_another_preset_changes_nothing_else(hass: HomeAssistant, household: Household) -> None:
    """An automation that answers the form without opening its second part."""
    entry = await household.set_up(**STORED)
    form = await change(hass, entry)
    await submit(hass, form, path=str(household.photos), preset="phone_decides")
    assert entry.subentries[FOLDER].data == {**entry.subentries[FOLDER].data, **STORED, "preset": "phone_decides"}


@pytest.mark.parametrize(("field", "code"), [("ignore", "bad_ignore"), ("include", "bad_include")])
async def test_a_line_that_is_no_pattern_is_named(
    hass: HomeAssistant, household: Household, field: str, code: str
) -> None:
    form = await at_location(hass, household)
    typed = {field: "*.jpg\n[z-a].jpg\nDCIM/", "on_edit": "keep_both"}
    form = await submit(hass, form, path=str(household.photos), preset="mirror", advanced=typed)
    assert form["errors"] == {"advanced": code}
    assert (form["description_placeholders"] or {})["detail"] == "[z-a].jpg"
    assert advanced(form).options == {"collapsed": False}
    assert suggested(advanced(form).schema).items() >= typed.items()
    assert suggestions(form) == {"path": str(household.photos), "preset": "mirror"}

    done = await add(
        hass, form, path=str(household.photos), preset="mirror", advanced={**typed, field: "*.jpg\n[a-z].jpg\nDCIM/"}
    )
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_a_line_that_is_no_pattern_is_refused_in_a_change_too(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up(ignore=["*.png"])
    form = await change(hass, entry)
    form = await submit(hass, form, path=str(household.photos), preset="backup", advanced={"ignore": "!"})
    assert form["errors"] == {"advanced": "bad_ignore"}
    assert entry.subentries[FOLDER].data["ignore"] == ["*.png"]


# --- removing old photos deletes files, so it needs what a deletion needs ------------------------------------------


@pytest.mark.parametrize("config", [{"type": "receiveonly"}, {"ignoreDelete": True}])
async def test_old_photos_leave_only_a_folder_that_tells_the_phone(
    hass: HomeAssistant, household: Household, config: dict[str, Any]
) -> None:
    entry = await household.set_up(preset="backup")
    await household.syncthing.change_folder("photos", **config)
    await household.syncthing.scan("photos")
    form = await change(hass, entry)
    typed: dict[str, Any] = {"path": str(household.photos), "preset": "backup"}
    form = await submit(hass, form, **typed, advanced={"free_after_days": 365})
    assert form["errors"] == {"advanced": "free_one_way"}
    done = await submit(hass, form, **typed, advanced={"pass_on_days": 365})
    assert done["reason"] == "reconfigure_successful"


async def test_old_photos_leave_only_a_directory_that_can_be_written_to(
    hass: HomeAssistant, household: Household
) -> None:
    form = await at_location(hass, household)
    with read_only(household.photos):
        form = await submit(hass, form, path=str(household.photos), preset="backup", advanced={"free_after_days": 365})
        assert form["errors"] == {"path": "root_read_only"}
        done = await add(hass, form, path=str(household.photos), preset="backup")
        assert done["type"] is FlowResultType.CREATE_ENTRY
        await hass.async_block_till_done()


# --- what is set is done -------------------------------------------------------------------------------------------


async def test_a_changed_pattern_holds_from_the_next_cycle_on(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up(preset="mirror", ignore=["IMG_2*"])
    await household.sync()
    assert sorted(asset.name for asset in household.immich.browser.assets()) == ["IMG_0.jpg", "IMG_1.jpg"]

    form = await change(hass, entry)
    await submit(
        hass, form, path=str(household.photos), preset="mirror", advanced={"ignore": "IMG_1*", "on_edit": "replace"}
    )
    await hass.async_block_till_done()
    (household.photos / "IMG_1.jpg").unlink()
    await household.notice()
    assert [asset.name for asset in household.immich.browser.assets(trashed=True)] == []
    assert len(household.immich.browser.assets(trashed=False)) == 3


async def test_the_deletion_of_an_old_photo_stays_in_the_folder(hass: HomeAssistant, household: Household) -> None:
    await household.set_up(preset="mirror", pass_on_days=30)
    await household.sync()
    browser = household.immich.browser
    browser.set_date(browser.find("IMG_0.jpg").id, datetime(2001, 1, 1, tzinfo=UTC))
    (household.photos / "IMG_0.jpg").unlink()
    report = await household.notice()
    assert browser.assets(trashed=True) == []
    assert (report.counts.linked, report.counts.files) == (2, 2)
