"""A key that allows less than the settings use: it is said beforehand and afterwards, and stops nothing else."""

from datetime import timedelta

import pytest
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.immich.permissions import OPTIONAL, REQUIRED, Feature

from .folder_forms import add, at_location, change, choose, looked, submit
from .household import FOLDER, Household


def issues(hass: HomeAssistant) -> list[ir.IssueEntry]:
    return [issue for issue in ir.async_get(hass).issues.values() if issue.domain == DOMAIN]


async def a_minute_later(hass: HomeAssistant, household: Household) -> None:
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=61))
    await hass.async_block_till_done(wait_background_tasks=False)
    await household.becomes(lambda: household.runtime.account.last_update_success)


# --- in the forms ------------------------------------------------------------------------------------------------


async def test_a_key_that_allows_all_is_not_talked_about(hass: HomeAssistant, household: Household) -> None:
    form = await at_location(hass, household)
    typed = {"on_edit": "stack", "protect_albums": True}
    done = await add(hass, form, path=str(household.photos), preset="mirror", advanced=typed)
    assert done["type"] is FlowResultType.CREATE_ENTRY


async def test_what_is_missing_is_said_and_the_settings_are_taken(hass: HomeAssistant, household: Household) -> None:
    household.allow(*REQUIRED, "asset.copy", "asset.update", "tag.create")
    form = await at_location(hass, household)
    typed = {"on_edit": "stack", "protect_albums": True}
    form = await submit(hass, form, path=str(household.photos), preset="backup", advanced=typed)
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "permissions")
    lines = (form["description_placeholders"] or {})["lacking"].splitlines()
    assert [line.rpartition(": ")[2] for line in lines] == [
        "`tag.asset`",
        "`stack.create`",
        "`album.read`",
        "`tag.asset`",
    ]
    assert [word in line for word, line in zip(("edited", "stack", "album", "sidecar"), lines, strict=True)] == [
        True
    ] * 4

    done = await choose(hass, await looked(hass, await submit(hass, form)), "finish")
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert done["data"]["on_edit"] == "stack"


async def test_it_is_said_when_a_folder_is_changed_too(hass: HomeAssistant, household: Household) -> None:
    household.allow(*REQUIRED)
    entry = await household.set_up(preset="backup")
    form = await change(hass, entry)
    form = await submit(hass, form, path=str(household.photos), preset="backup", advanced={"protect_albums": True})
    assert form["step_id"] == "permissions"
    assert entry.subentries[FOLDER].data.get("protect_albums") is None

    done = await submit(hass, form)
    assert done["reason"] == "reconfigure_successful"
    assert entry.subentries[FOLDER].data["protect_albums"] is True


async def test_a_server_that_does_not_answer_hinders_no_change(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up(preset="backup")
    await household.immich.stop()
    form = await change(hass, entry)
    done = await submit(hass, form, path=str(household.photos), preset="backup", advanced={"on_edit": "stack"})
    assert done["reason"] == "reconfigure_successful"


# --- afterwards --------------------------------------------------------------------------------------------------


async def test_a_repair_comes_with_the_settings_and_goes_with_the_permission(
    hass: HomeAssistant, household: Household
) -> None:
    household.allow(*REQUIRED)
    entry = await household.set_up(preset="backup", protect_albums=True)
    [issue] = issues(hass)
    assert issue.translation_key == "missing_permissions"
    assert not issue.is_fixable
    told = issue.translation_placeholders or {}
    assert told["account"] == entry.title
    [albums, live_photos, sidecars] = told["lacking"].splitlines()
    assert albums.startswith("- protecting photos that are in an album")
    assert albums.endswith(": `album.read`")
    assert live_photos.endswith(": `asset.update`")
    assert sidecars.endswith(": `asset.update`, `tag.create`, `tag.asset`")

    household.allow(*REQUIRED, *OPTIONAL[Feature.ALBUMS])
    await a_minute_later(hass, household)
    await household.becomes(lambda: issues(hass) == [])

    household.allow(*REQUIRED)
    await household.runtime.account.async_refresh()
    assert len(issues(hass)) == 1


async def test_one_repair_tells_of_all_folders(hass: HomeAssistant, household: Household) -> None:
    household.allow(*REQUIRED)
    other = household.photos.parent / "other"
    await household.syncthing.add_folder("other", "Other", other)
    household.make_entry(preset="backup", on_edit="stack")
    household.add_folder("other", "Other", other, preset="backup", protect_albums=True)
    await household.load()
    [issue] = issues(hass)
    lines = (issue.translation_placeholders or {})["lacking"].splitlines()
    assert [line.rpartition(": ")[2] for line in lines] == [
        "`asset.copy`, `asset.update`, `tag.create`, `tag.asset`",
        "`stack.create`",
        "`album.read`",
        "`asset.update`",
        "`asset.update`, `tag.create`, `tag.asset`",
    ]


async def test_what_no_setting_asks_for_is_no_repair(hass: HomeAssistant, household: Household) -> None:
    household.allow(*REQUIRED)
    await household.set_up(preset="backup")
    assert issues(hass) == []


async def test_another_setting_takes_the_repair_away(hass: HomeAssistant, household: Household) -> None:
    household.allow(*REQUIRED)
    entry = await household.set_up(preset="mirror")
    assert len(issues(hass)) == 1
    form = await change(hass, entry)
    await submit(hass, form, path=str(household.photos), preset="mirror", advanced={"on_edit": "keep_both"})
    await hass.async_block_till_done()
    assert issues(hass) == []


async def test_an_account_that_is_disabled_has_no_repair(hass: HomeAssistant, household: Household) -> None:
    household.allow(*REQUIRED)
    entry = await household.set_up(preset="mirror")
    await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    assert issues(hass) == []


async def test_what_somebody_ignores_stays_ignored_when_the_account_is_loaded_anew(
    hass: HomeAssistant, household: Household
) -> None:
    household.allow(*REQUIRED)
    entry = await household.set_up(preset="mirror")
    ir.async_ignore_issue(hass, DOMAIN, issues(hass)[0].issue_id, ignore=True)
    assert await hass.config_entries.async_reload(entry.entry_id)
    [issue] = issues(hass)
    assert issue.dismissed_version is not None


@pytest.mark.parametrize("preset", ["mirror", "backup"])
async def test_without_a_permission_all_else_goes_on(hass: HomeAssistant, household: Household, preset: str) -> None:
    """Whether a photo is in an album cannot be known, so its deletion stays here. New photos go up all the same."""
    household.allow(*REQUIRED)
    await household.set_up(preset=preset, protect_albums=True, protect_favourites=True)
    await household.sync()
    (household.photos / "IMG_0.jpg").unlink()
    household.take_photo("IMG_9.jpg")
    await household.notice()
    assert len(household.immich.browser.assets(trashed=False)) == 4
    assert household.shown("sensor.phone_status") != "error"
    assert household.shown("sensor.phone_last_successful_cycle") != "unknown"


async def test_without_a_permission_an_edited_photo_keeps_its_old_version(
    hass: HomeAssistant, household: Household
) -> None:
    household.allow(*REQUIRED)
    await household.set_up(preset="mirror")
    await household.sync()
    browser = household.immich.browser
    browser.make_album("Holiday", browser.find("IMG_0.jpg").id)
    household.take_photo("IMG_0.jpg", seed="edited")
    household.take_photo("IMG_9.jpg")
    await household.notice()
    assert [asset.name for asset in browser.assets(trashed=True)] == []
    assert sorted(asset.name for asset in browser.assets(trashed=False)) == [
        "IMG_0.jpg",
        "IMG_0.jpg",
        "IMG_1.jpg",
        "IMG_2.jpg",
        "IMG_9.jpg",
    ]
    problem = hass.states.get("binary_sensor.phone_problem")
    assert problem is not None
    assert (problem.state, problem.attributes["reason"]) == ("on", "items_failed")
