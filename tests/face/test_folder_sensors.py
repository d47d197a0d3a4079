"""What a folder's numbers say while photos go up, and after a restart."""

import threading
from typing import Any

import pytest
from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.entity import Entity
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.immich_syncthing import folder_coordinator
from custom_components.immich_syncthing.engine import hashing, observe
from custom_components.immich_syncthing.engine.scan import Root
from tests.servers.immich import FaultKind

from .household import FOLDER, Household

LONG = f"{'a' * 200}/{'b' * 100}.jpg"


@pytest.fixture
def everything_enabled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the entities that are noisy, too."""
    monkeypatch.setattr(Entity, "entity_registry_enabled_default", True)


@pytest.mark.usefixtures("everything_enabled")
async def test_an_upload_shows_what_goes_up_and_how_far_it_is(hass: HomeAssistant, household: Household) -> None:
    household.immich.faults.add(FaultKind.LATENCY, path="/api/assets$", method="POST", seconds=2.5)
    for photo in household.photos.glob("*.jpg"):
        photo.unlink()
    household.take_photo(LONG)
    await household.set_up()
    await household.becomes(lambda: household.shown("sensor.phone_current_file").endswith("b.jpg"))
    current = household.shown("sensor.phone_current_file")
    assert (current[0], len(current)) == ("…", 255)
    assert household.shown("sensor.phone_status") == "uploading"
    assert 0 <= int(household.shown("sensor.phone_upload_progress")) <= 100
    assert float(household.shown("sensor.phone_upload_rate")) >= 0

    await household.sync()
    assert household.shown("sensor.phone_current_file") == "unknown"
    assert household.shown("sensor.phone_upload_progress") == "100"
    assert float(household.shown("sensor.phone_upload_rate")) == 0


async def test_a_long_upload_shows_its_numbers_now_and_then_and_at_its_end(
    hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder_coordinator, "NUMBERS_SECONDS", 3600.0)
    household.immich.faults.add(FaultKind.LATENCY, path="/api/assets$", method="POST", seconds=0.5)
    for number in range(37):
        household.take_photo(f"many/{number}.jpg")
    await household.set_up()
    await household.syncthing.scan("photos")
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    await household.sync()
    percents = [
        one.data["new_state"].state for one in events if one.data["entity_id"] == "sensor.phone_upload_progress"
    ]
    assert percents[-1] == "100"
    assert len(percents) <= 3
    assert household.shown("sensor.phone_last_change").endswith(":00+00:00")


async def test_progress_is_unknown_while_photos_wait_and_nothing_moves(
    hass: HomeAssistant, household: Household
) -> None:
    household.immich.faults.add(FaultKind.STATUS, path="/api/assets$", method="POST", status=500)
    await household.set_up()
    await household.sync()
    assert household.shown("sensor.phone_to_upload") == "3"
    assert household.shown("sensor.phone_upload_progress") == "unknown"


def looking(hass: HomeAssistant) -> tuple[Any, ...]:
    status = hass.states.get("sensor.phone_status")
    assert status is not None
    return status.state, status.attributes["step"], status.attributes["done"], status.attributes["total"]


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have entities follow each step, however short it is."""
    monkeypatch.setattr(folder_coordinator, "PROGRESS_SECONDS", 0.0)
    monkeypatch.setattr(folder_coordinator, "NUMBERS_SECONDS", 0.0)


@pytest.mark.usefixtures("at_once")
async def test_an_archive_that_is_read_shows_how_far_it_is(
    hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(observe, "HASH_FILES", 20)
    monkeypatch.setattr(hashing, "HASHES_PER_TRANSACTION", 8)
    await household.set_up()
    await household.sync()
    go_on, read = threading.Semaphore(0), Root.hash_file

    def slowly(*args: Any, **how: Any) -> bytes | None:
        assert go_on.acquire(timeout=60)
        return read(*args, **how)

    monkeypatch.setattr(Root, "hash_file", slowly)
    for number in range(47):
        household.take_photo(f"archive/{number}.jpg")
    await household.syncthing.scan("photos")
    await household.becomes(lambda: looking(hass)[1:] == ("reading", 0, 47))
    assert household.shown("sensor.phone_upload_progress") == "unknown"
    go_on.release(10)
    await household.becomes(lambda: looking(hass)[1:] == ("reading", 8, 47))
    go_on.release(30)
    await household.becomes(lambda: household.shown("sensor.phone_to_be_read") == "7")
    go_on.release(100)
    await household.sync()
    assert household.shown("sensor.phone_to_be_read") == "0"
    assert household.shown("sensor.phone_upload_progress") == "100"
    assert looking(hass) == ("in_agreement", None, None, None)


@pytest.mark.usefixtures("at_once")
async def test_a_walk_and_a_comparison_show_how_far_they_are(
    hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    await household.set_up()
    await household.sync()
    household.immich.faults.add(FaultKind.LATENCY, "bulk-upload-check", seconds=0.3)
    events = async_capture_events(hass, EVENT_STATE_CHANGED)
    household.runtime.folders[FOLDER].engine.full_check()
    await household.sync()
    shown = [one.data["new_state"].attributes for one in events if one.data["entity_id"] == "sensor.phone_status"]
    steps = {(one["step"], one["total"]) for one in shown}
    assert ("comparing", None) in steps
    assert steps <= {("walking", 3), ("walking", None), ("comparing", None), (None, None)}


async def test_what_was_counted_is_shown_again_before_anything_is_looked_at(
    hass: HomeAssistant, household: Household
) -> None:
    entry = await household.set_up()
    await household.sync()
    names = ("photos_uploaded", "data_uploaded", "last_change", "last_successful_cycle")
    before = [household.shown(f"sensor.phone_{name}") for name in names]
    assert "unknown" not in before

    await hass.config_entries.async_unload(entry.entry_id)
    hass.set_state(CoreState.starting)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert household.shown("sensor.phone_files") == "unknown"
    assert [household.shown(f"sensor.phone_{name}") for name in names] == before


async def test_a_conflict_copy_is_counted(hass: HomeAssistant, household: Household) -> None:
    household.take_photo("IMG_1.sync-conflict-20261120-144020-E74PNSZ.jpg")
    await household.set_up()
    await household.sync()
    assert household.shown("sensor.phone_conflicts") == "1"


async def test_statistics_can_be_kept_of_numbers_only(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    registry = er.async_get(hass)
    of_folder = [one for one in registry.entities.values() if one.config_subentry_id == FOLDER]
    classes = {one.translation_key: (one.capabilities or {}).get("state_class") for one in of_folder}
    assert {key for key, kind in classes.items() if kind == "total_increasing"} == {"photos_uploaded", "bytes_uploaded"}
    assert {key for key, kind in classes.items() if kind == "measurement"} == {
        "files",
        "linked",
        "released",
        "to_read",
        "to_upload",
        "held",
        "failed",
        "to_sort",
        "conflicts",
        "progress",
        "upload_rate",
    }
