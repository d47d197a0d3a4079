"""A folder whose directory is gone, unmarked, swapped or on another disk: said after a while, repaired on the spot."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.immich_syncthing.engine.cycle import FolderEngine
from custom_components.immich_syncthing.engine.errors import LedgerError
from custom_components.immich_syncthing.engine.model import FolderState
from custom_components.immich_syncthing.issues.root import PATIENCE_SECONDS
from custom_components.immich_syncthing.state_place import ledger_path

from .household import FOLDER, Household
from .repairing import opened, shown, submitted, told

type Pass = Callable[[float], None]


@pytest.fixture
async def lived(hass: HomeAssistant, household: Household) -> Household:
    """Return the household in agreement."""
    assert await async_setup_component(hass, "repairs", {})
    await household.set_up(preset="mirror")
    await household.sync()
    return household


@pytest.fixture
async def client(hass_client: ClientSessionGenerator, lived: Household) -> Any:
    """Return Home Assistant's page."""
    return await hass_client()


async def look(household: Household) -> None:
    """Let Syncthing and the folder be looked at; Syncthing refuses where it misses the directory as well."""
    with suppress(aiohttp.ClientError):
        await household.syncthing.scan("photos")
    household.runtime.folders[FOLDER].engine.note_gap()
    await household.sync()


async def look_twice(household: Household, passing: Pass) -> None:
    """Let the folder be looked at now, and again after more than the time in which things pass by themselves."""
    await look(household)
    passing(PATIENCE_SECONDS)
    await look(household)


def put_elsewhere(household: Household) -> Path:
    """Move the folder's directory, as when a disk is mounted under another name."""
    elsewhere = household.photos.with_name("elsewhere")
    household.photos.rename(elsewhere)
    return elsewhere


async def test_what_passes_by_itself_is_never_shown(hass: HomeAssistant, lived: Household, passing: Pass) -> None:
    elsewhere = put_elsewhere(lived)
    await look(lived)
    assert lived.shown("sensor.phone_status") == "error"
    assert shown(hass) == {}
    elsewhere.rename(lived.photos)
    await look(lived)
    passing(PATIENCE_SECONDS)
    put_elsewhere(lived)
    await look(lived)
    assert shown(hass) == {}


async def test_a_missing_directory_that_is_back_needs_nobody(
    hass: HomeAssistant, lived: Household, passing: Pass
) -> None:
    elsewhere = put_elsewhere(lived)
    await look_twice(lived, passing)
    assert told(hass, "root_missing") == {"folder": "Phone", "detail": str(lived.photos)}
    elsewhere.rename(lived.photos)
    lived.runtime.folders[FOLDER].engine.note_gap()
    # Syncthing itself would miss the directory until its next scan.
    report = await lived.sync()
    assert (report.state, report.wait_reason) == (FolderState.IN_AGREEMENT, None)
    assert shown(hass) == {}


async def test_a_server_that_is_away_neither_raises_nor_solves_it(
    hass: HomeAssistant, lived: Household, passing: Pass
) -> None:
    elsewhere = put_elsewhere(lived)
    await look_twice(lived, passing)
    elsewhere.rename(lived.photos)
    await lived.immich.stop()
    await lived.sync()
    assert shown(hass).keys() == {"root_missing"}


async def test_a_directory_that_moved_is_found_and_taken(
    hass: HomeAssistant, lived: Household, passing: Pass, client: Any, tmp_path: Path
) -> None:
    elsewhere = put_elsewhere(lived)
    await look_twice(lived, passing)
    await lived.syncthing.add_folder("another", "Another", tmp_path / "media" / "another")
    await lived.syncthing.call("PATCH", "config/folders/photos", {"path": str(elsewhere)})
    await lived.syncthing.scan("photos")
    form = await opened(client, shown(hass)["root_missing"])
    assert form["step_id"] == "path"
    assert form["data_schema"][0]["description"] == {"suggested_value": str(elsewhere)}
    done = await submitted(client, form, path=str(elsewhere))
    assert done["type"] == "create_entry"
    await hass.async_block_till_done()
    assert lived.entry is not None
    assert lived.entry.subentries[FOLDER].data["path"] == str(elsewhere)
    report = await lived.sync()
    assert (report.state, report.counts.linked, report.uploaded) == (FolderState.IN_AGREEMENT, 3, 0)
    assert len(lived.immich.browser.assets(trashed=False)) == 3
    assert shown(hass) == {}


async def test_a_wrong_directory_is_refused_and_said_why_and_the_right_one_taken_after_it(
    hass: HomeAssistant, lived: Household, passing: Pass, client: Any
) -> None:
    elsewhere = put_elsewhere(lived)
    await look_twice(lived, passing)
    form = await opened(client, shown(hass)["root_missing"])
    stranger = lived.photos.with_name("stranger")
    (stranger / ".stfolder").mkdir(parents=True)
    (stranger / "IMG_0.jpg").write_bytes(b"somebody else's")
    again = await submitted(client, form, path=str(stranger))
    assert again["errors"] == {"path": "refused"}
    assert "holds something else" in again["description_placeholders"]["refusal"]
    again = await submitted(client, again, path="relative")
    assert "beginning with a slash" in again["description_placeholders"]["refusal"]
    assert (await submitted(client, again, path=str(elsewhere)))["type"] == "create_entry"
    # The account is loaded anew for that, which must not meet the end of the test.
    await hass.async_block_till_done()


async def test_without_syncthing_the_old_path_is_proposed_and_nothing_taken(
    hass: HomeAssistant, lived: Household, passing: Pass, client: Any
) -> None:
    elsewhere = put_elsewhere(lived)
    await look_twice(lived, passing)
    await lived.syncthing.stop()
    form = await opened(client, shown(hass)["root_missing"])
    assert form["data_schema"][0]["description"] == {"suggested_value": str(lived.photos)}
    again = await submitted(client, form, path=str(elsewhere))
    assert "Syncthing cannot be reached" in again["description_placeholders"]["refusal"]


async def test_a_folder_that_syncthing_has_no_more_proposes_the_old_path(
    hass: HomeAssistant, lived: Household, passing: Pass, client: Any
) -> None:
    put_elsewhere(lived)
    await look_twice(lived, passing)
    issue = shown(hass)["root_missing"]
    await lived.syncthing.call("DELETE", "config/folders/photos")
    form = await opened(client, issue)
    assert form["data_schema"][0]["description"] == {"suggested_value": str(lived.photos)}


async def test_a_marker_that_is_missing_is_made_anew_and_confirmed(
    hass: HomeAssistant, lived: Household, passing: Pass, client: Any
) -> None:
    marker, away = lived.photos / ".stfolder", lived.photos.with_name("marker")
    marker.rename(away)
    await look_twice(lived, passing)
    form = await opened(client, shown(hass)["marker_missing"])
    again = await submitted(client, form, path=str(lived.photos))
    assert "marker" in again["description_placeholders"]["refusal"]
    away.rename(marker)
    await lived.syncthing.scan("photos")
    assert (await submitted(client, again, path=str(lived.photos)))["type"] == "create_entry"
    await lived.sync()
    assert shown(hass) == {}
    assert lived.shown("sensor.phone_status") == "in_agreement"


@pytest.mark.parametrize("removed", [True, False])
async def test_a_flow_about_what_is_not_there_any_more_ends(
    hass: HomeAssistant, lived: Household, passing: Pass, client: Any, removed: bool
) -> None:
    put_elsewhere(lived)
    await look_twice(lived, passing)
    form = await opened(client, shown(hass)["root_missing"])
    assert lived.entry is not None
    if removed:
        hass.config_entries.async_remove_subentry(lived.entry, FOLDER)
        await hass.async_block_till_done()
        assert shown(hass) == {}
    else:
        await hass.config_entries.async_unload(lived.entry.entry_id)
    end = await submitted(client, form, path=str(lived.photos))
    assert (end["type"], end["reason"]) == ("abort", "not_loaded")


async def put_another_disk_there(hass: HomeAssistant, household: Household) -> None:
    """Let the folder's path hold a copy of its files, on a device with another number."""
    assert household.entry is not None
    await hass.config_entries.async_unload(household.entry.entry_id)
    copy = household.photos.with_name("copy")
    shutil.copytree(household.photos, copy)
    shutil.rmtree(household.photos)
    copy.rename(household.photos)

    def renumber() -> None:
        with sqlite3.connect(ledger_path(hass, household.entry.entry_id if household.entry else "")) as db:
            db.execute("UPDATE folders SET root_device = 99")
            db.execute("UPDATE files SET device = 99")
        db.close()

    await hass.async_add_executor_job(renumber)
    await household.load()


async def test_another_disk_is_taken_when_it_is_proven_to_hold_the_folder(
    hass: HomeAssistant, lived: Household, passing: Pass, client: Any
) -> None:
    await put_another_disk_there(hass, lived)
    await look_twice(lived, passing)
    form = await opened(client, shown(hass)["root_changed"])
    assert form["step_id"] == "confirm"
    away = lived.photos.with_name("away")
    (lived.photos / ".stfolder").rename(away)
    again = await submitted(client, form)
    assert again["errors"] == {"base": "refused"}
    assert "marker" in again["description_placeholders"]["refusal"]
    away.rename(lived.photos / ".stfolder")
    assert (await submitted(client, again))["type"] == "create_entry"
    report = await lived.sync()
    assert (report.state, report.counts.linked, report.uploaded) == (FolderState.IN_AGREEMENT, 3, 0)
    assert len(lived.immich.browser.assets(trashed=False)) == 3
    assert shown(hass) == {}


async def test_a_disk_that_cannot_be_taken_is_told(
    hass: HomeAssistant, lived: Household, passing: Pass, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: FolderEngine) -> None:
        raise LedgerError

    await put_another_disk_there(hass, lived)
    await look_twice(lived, passing)
    monkeypatch.setattr(FolderEngine, "take_disk", fail)
    end = await submitted(client, await opened(client, shown(hass)["root_changed"]))
    assert (end["type"], end["reason"]) == ("abort", "not_done")
    assert end["description_placeholders"] == {"detail": "ledger_error"}


async def test_a_folder_that_is_removed_while_it_reports_raises_no_fault(
    hass: HomeAssistant, lived: Household, passing: Pass, caplog: pytest.LogCaptureFixture
) -> None:
    put_elsewhere(lived)
    await look_twice(lived, passing)
    folder = lived.runtime.folders[FOLDER]
    report = await folder.async_sync()
    assert lived.entry is not None
    hass.config_entries.async_remove_subentry(lived.entry, FOLDER)
    await lived.runtime.issues.async_reported(folder, report)
    await hass.async_block_till_done()
    assert shown(hass) == {}
    assert "KeyError" not in caplog.text


async def test_what_syncthing_says_of_its_own_trouble_is_passed_on(
    hass: HomeAssistant, lived: Household, passing: Pass
) -> None:
    await lived.syncthing.call("PATCH", "config/folders/photos", {"markerName": ".not-there"})
    await lived.becomes(lambda: lived.runtime.syncthing.data.folders["photos"].marker_name == ".not-there")
    await look_twice(lived, passing)
    assert "marker" in told(hass, "syncthing_folder_fault")["detail"]
