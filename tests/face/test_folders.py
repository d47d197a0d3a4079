"""What a folder's device shows, and what its button does."""

import asyncio
import shutil
from datetime import UTC, datetime

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component

from custom_components.immich_syncthing import folder_coordinator
from custom_components.immich_syncthing.engine.cycle import FolderEngine
from custom_components.immich_syncthing.engine.model import FolderState
from custom_components.immich_syncthing.immich.permissions import REQUIRED
from custom_components.immich_syncthing.pace import Pace
from tests.servers.immich import FaultKind

from .household import FOLDER, Household


@pytest.fixture
def woken_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a folder in agreement rest until something wakes it: otherwise each change is found in a moment anyway."""
    monkeypatch.setattr(Pace, "seconds", 3600.0)


def shown(hass: HomeAssistant) -> dict[str, str]:
    return {
        state.entity_id.partition(".phone_")[2]: state.state
        for state in hass.states.async_all()
        if ".phone_" in state.entity_id
    }


async def test_photos_arrive_and_the_device_says_so(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    found = shown(hass)
    for moment, exact in (("last_successful_cycle", 600), ("last_change", 60)):
        assert datetime.now(UTC).timestamp() - datetime.fromisoformat(found.pop(moment)).timestamp() < exact + 60
    uploaded = sum(photo.stat().st_size for photo in household.photos.glob("*.jpg")) / 1e6
    assert float(found.pop("data_uploaded")) == pytest.approx(uploaded)
    activity, last_photo = found["activity"], found["last_photo"]
    assert found == {
        "status": "in_agreement",
        "files": "3",
        "in_agreement": "3",
        "to_be_read": "0",
        "to_upload": "0",
        "waiting_for_decision": "0",
        "waiting_for_rules": "0",
        "failed": "0",
        "only_in_immich": "0",
        "conflicts": "0",
        "photos_uploaded": "3",
        "upload_progress": "100",
        "sync": "on",
        "pass_deletions_to_immich": "on",
        "pass_deletions_to_the_phone": "on",
        "full_check": "unknown",
        "activity": activity,
        "last_photo": last_photo,
        "problem": "off",
        "sync_now": "unknown",
    }
    assert {asset.name for asset in household.immich.browser.assets()} == {"IMG_0.jpg", "IMG_1.jpg", "IMG_2.jpg"}


@pytest.mark.usefixtures("woken_only")
async def test_a_photo_after_a_rest_waits_for_no_other(
    hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is taken right after it waits for more, unless somebody asks."""
    await household.set_up()
    await household.sync()
    folder = household.runtime.folders[FOLDER]
    monkeypatch.setattr(folder_coordinator, "DEBOUNCE_SECONDS", 3600.0)
    folder._woken_at.clear()  # noqa: SLF001 - so long ago is the last event
    household.take_photo("today.jpg")
    await household.syncthing.scan("photos")
    await household.becomes(lambda: "today.jpg" in {asset.name for asset in household.immich.browser.assets()})
    await household.becomes(lambda: folder.engine.state is FolderState.IN_AGREEMENT)
    report = folder.data
    folder._woken_at.extend([hass.loop.time()] * folder_coordinator.AT_ONCE)  # noqa: SLF001 - many events
    folder.async_wake()
    for _ in range(100):
        await asyncio.sleep(0)
    assert folder.data is report
    assert await household.sync() is not report


async def test_entities_belong_to_the_folder_and_keep_their_identity(
    hass: HomeAssistant, household: Household, entity_registry: er.EntityRegistry
) -> None:
    entry = await household.set_up()
    entities = er.async_entries_for_config_entry(entity_registry, entry.entry_id)
    of_folder = {entity.unique_id: entity for entity in entities if entity.config_subentry_id == FOLDER}
    assert of_folder.keys() == {
        f"{entry.entry_id}_{FOLDER}_{key}"
        for key in (
            "status",
            "files",
            "linked",
            "to_read",
            "to_upload",
            "held",
            "to_sort",
            "failed",
            "last_successful_cycle",
            "released",
            "conflicts",
            "photos_uploaded",
            "bytes_uploaded",
            "progress",
            "current_file",
            "upload_rate",
            "last_change",
            "problem",
            "sync_now",
            "full_check",
            "activity",
            "last_photo",
            "sync",
            "pass_deletions_to_immich",
            "pass_deletions_to_phone",
        )
    }
    diagnostic = {key.rpartition(f"{FOLDER}_")[2] for key, one in of_folder.items() if one.entity_category}
    assert diagnostic == {
        "to_sort",
        "failed",
        "conflicts",
        "current_file",
        "upload_rate",
        "last_change",
        "last_successful_cycle",
        "problem",
        "full_check",
        "pass_deletions_to_immich",
        "pass_deletions_to_phone",
    }
    disabled = {key.rpartition(f"{FOLDER}_")[2] for key, one in of_folder.items() if one.disabled_by}
    assert disabled == {"current_file", "upload_rate"}


@pytest.mark.usefixtures("woken_only")
async def test_a_photo_that_syncthing_tells_of_is_uploaded_without_asking(
    hass: HomeAssistant, household: Household
) -> None:
    await household.set_up()
    await household.sync()
    household.take_photo("IMG_9.jpg")
    await household.syncthing.scan("photos")
    await household.becomes(lambda: len(household.immich.browser.assets()) == 4)


async def test_a_photo_trashed_in_immich_leaves_the_folder(hass: HomeAssistant, household: Household) -> None:
    await household.set_up(preset="mirror")
    await household.sync()
    household.immich.browser.trash(household.immich.browser.find("IMG_1.jpg").id)
    report = await household.sync()
    assert report.counts.files == 2
    assert not (household.photos / "IMG_1.jpg").exists()
    assert shown(hass)["files"] == "2"


@pytest.mark.usefixtures("woken_only")
async def test_the_button_begins_a_cycle(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    household.immich.browser.trash(household.immich.browser.find("IMG_1.jpg").id)
    await hass.services.async_call("button", "press", {"entity_id": "button.phone_sync_now"}, blocking=True)
    await household.becomes(lambda: not (household.photos / "IMG_1.jpg").exists())


async def test_what_is_wrong_is_a_state_and_not_an_absence(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    shutil.move(household.photos / ".stfolder", household.photos.parent / "marker")
    await household.sync()
    problem = hass.states.get("binary_sensor.phone_problem")
    assert problem is not None
    assert (problem.state, problem.attributes["reason"]) == ("on", "marker_missing")
    assert shown(hass)["status"] == "error"
    assert shown(hass)["files"] == "3"

    shutil.move(household.photos.parent / "marker", household.photos / ".stfolder")
    await household.sync()
    problem = hass.states.get("binary_sensor.phone_problem")
    assert problem is not None
    assert (problem.state, problem.attributes["reason"], problem.attributes["detail"]) == ("off", None, None)


async def test_why_deletions_wait_is_said(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.syncthing.change_folder("photos", paused=True)
    await household.sync()
    status = hass.states.get("sensor.phone_status")
    assert status is not None
    assert (status.state, status.attributes["wait_reason"]) == ("paused", "paused")


async def test_a_long_upload_holds_up_nobody_and_shows(hass: HomeAssistant, household: Household) -> None:
    household.immich.faults.add(FaultKind.LATENCY, path="/api/assets$", method="POST", seconds=2.5)
    await household.set_up()
    await household.becomes(lambda: shown(hass)["status"] == "uploading")
    await household.runtime.account.async_refresh()
    assert household.runtime.account.last_update_success
    household.immich.faults.clear()
    await household.sync()
    assert shown(hass)["status"] == "in_agreement"


async def test_cycles_of_one_folder_never_overlap(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    folder = household.runtime.folders[FOLDER]
    await asyncio.gather(*(folder.async_sync() for _ in range(5)))
    await household.sync()
    assert len(household.immich.browser.assets()) == 3
    uploads = household.immich.requests_of("POST", "/api/assets")
    assert len(uploads) == 3


async def test_home_assistants_own_update_action_runs_a_cycle(hass: HomeAssistant, household: Household) -> None:
    assert await async_setup_component(hass, "homeassistant", {})
    await household.set_up()
    await household.sync()
    before = household.runtime.folders[FOLDER].data
    await hass.services.async_call(
        "homeassistant", "update_entity", {"entity_id": "sensor.phone_status"}, blocking=True
    )
    assert household.runtime.folders[FOLDER].data is not before


@pytest.mark.parametrize("polling", [True, False])
async def test_an_undisturbed_folder_has_another_cycle_unless_polling_is_switched_off(
    hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch, polling: bool
) -> None:
    monkeypatch.setattr(Pace, "seconds", 0.1)
    household.allow(*REQUIRED)
    entry = household.make_entry()
    hass.config_entries.async_update_entry(entry, pref_disable_polling=not polling)
    await household.load()
    folder = household.runtime.folders[FOLDER]
    last = await household.sync()
    if polling:
        await household.becomes(lambda: folder.data is not last)
    else:
        await asyncio.sleep(0.5)
        assert folder.data is last


async def test_a_folder_whose_ledger_fails_does_not_go_silent(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    await household.runtime.engine.close()
    report = await household.sync()
    assert report.problem is not None
    assert report.problem.code == "ledger_error"
    assert shown(hass)["status"] == "error"


async def test_a_fault_of_ours_is_told_to_who_waits_and_ends_with_the_next_cycle(
    household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    await household.set_up()
    await household.sync()
    folder = household.runtime.folders[FOLDER]
    with monkeypatch.context() as patch:
        patch.setattr(FolderEngine, "run", None)
        with pytest.raises(TypeError):
            await folder.async_sync()
        assert not folder.last_update_success
    await household.sync()
    assert folder.last_update_success
    assert household.shown("sensor.phone_status") == "in_agreement"


async def test_whoever_waits_for_a_cycle_hears_that_it_was_stopped(hass: HomeAssistant, household: Household) -> None:
    household.immich.faults.add(FaultKind.HANG, path="/api/assets$", method="POST")
    entry = await household.set_up()
    folder = household.runtime.folders[FOLDER]
    await household.becomes(lambda: folder.engine.state == "uploading")
    waiting = asyncio.create_task(folder.async_sync())
    await asyncio.sleep(0)
    await hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(HomeAssistantError) as stopped:
        await waiting
    assert stopped.value.translation_key == "stopped"
    with pytest.raises(HomeAssistantError):
        await folder.async_sync()
