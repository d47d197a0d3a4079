"""A replica in Home Assistant: it copies by itself, shows how far it is, rests when it shall, and goes on."""

import sqlite3
from datetime import timedelta
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.immich_syncthing.replica_place import state_directory

from .household import Household
from .repairing import opened, shown, submitted, told
from .second_house import REPLICA, add_replica, copies, replica_of
from .test_stop import switch as stop_everything

SWITCH = "switch.second_house_replicate"


def happened(hass: HomeAssistant) -> list[tuple[str, dict[str, Any]]]:
    """Follow what the replica's event tells."""
    heard: list[tuple[str, dict[str, Any]]] = []

    @callback
    def hear(event: Any) -> None:
        state = event.data["new_state"]
        if state and state.entity_id == "event.second_house_activity" and state.attributes.get("event_type"):
            heard.append((state.attributes["event_type"], dict(state.attributes)))

    hass.bus.async_listen("state_changed", hear)
    return heard


async def until_complete(household: Household) -> None:
    await household.becomes(lambda: household.shown("sensor.second_house_complete") == "100.0")


@pytest.fixture
async def copied(hass: HomeAssistant, household: Household) -> Household:
    """Return a household with two photos in Immich and in a replica."""
    assert await async_setup_component(hass, "repairs", {})
    household.immich.browser.upload(b"one", "IMG_1.jpg")
    household.immich.browser.upload(b"two", "IMG_2.jpg")
    household.make_entry(folders=False)
    add_replica(household)
    await household.load()
    await until_complete(household)
    await replica_of(household).async_replicate()
    return household


async def run(household: Household) -> None:
    """Have a run, and Home Assistant hear of it."""
    await replica_of(household).async_replicate()
    await household.hass.async_block_till_done()


async def test_it_copies_by_itself_and_shows_how_far_it_is(hass: HomeAssistant, household: Household) -> None:
    heard = happened(hass)
    await household.set_up()
    await household.sync()
    disk = add_replica(household)
    await hass.async_block_till_done()
    await until_complete(household)
    photos = {path.read_bytes() for path in household.photos.glob("*.jpg")}
    assert copies(disk) == photos
    assert household.shown("sensor.second_house_copies") == "3"
    assert household.shown("sensor.second_house_not_copied_yet") == "0"
    await household.becomes(lambda: household.shown("sensor.second_house_status") == "resting")
    await household.becomes(lambda: bool(heard))
    [(kind, attributes)] = heard
    assert (kind, attributes["copied"], attributes["retired"]) == ("completed", 3, 0)
    downloads = [one for one in household.immich.log if one.path.endswith("/original")]
    assert downloads == [], "what is linked is read from the folder"


async def test_its_device_stands_below_the_account(copied: Household, device_registry: dr.DeviceRegistry) -> None:
    assert copied.entry is not None
    devices = dr.async_entries_for_config_entry(device_registry, copied.entry.entry_id)
    [device] = [one for one in devices if one.name == "Second house"]
    [account] = [one for one in devices if one.model == "Immich account"]
    assert (device.model, device.via_device_id) == ("Replica", account.id)
    assert device.config_subentry_id == REPLICA


async def test_it_goes_on_after_a_restart_where_it_was(hass: HomeAssistant, copied: Household) -> None:
    assert copied.entry is not None
    copied.immich.browser.upload(b"three", "IMG_3.jpg")
    assert await hass.config_entries.async_unload(copied.entry.entry_id)
    assert await hass.config_entries.async_setup(copied.entry.entry_id)
    await copied.becomes(lambda: copied.shown("sensor.second_house_copies") == "3")
    assert (await replica_of(copied).async_replicate()).reused == 0


async def test_it_rests_while_it_is_switched_off_also_over_a_restart(hass: HomeAssistant, copied: Household) -> None:
    assert copied.entry is not None
    await hass.services.async_call("switch", "turn_off", {"entity_id": SWITCH}, blocking=True)
    assert copied.shown(SWITCH) == "off"
    assert copied.shown("sensor.second_house_status") == "paused"
    assert await hass.config_entries.async_reload(copied.entry.entry_id)
    await copied.becomes(lambda: copied.shown("sensor.second_house_status") == "paused")
    assert copied.shown(SWITCH) == "off"
    copied.immich.browser.upload(b"three", "IMG_3.jpg")
    await hass.services.async_call("switch", "turn_on", {"entity_id": SWITCH}, blocking=True)
    await copied.becomes(lambda: copied.shown("sensor.second_house_copies") == "3")


async def test_it_rests_while_everything_is_stopped(hass: HomeAssistant, copied: Household) -> None:
    await stop_everything(hass, on=True)
    await copied.becomes(lambda: copied.shown("sensor.second_house_status") == "paused")
    assert copied.shown(SWITCH) == "on"
    copied.immich.browser.upload(b"three", "IMG_3.jpg")
    await stop_everything(hass, on=False)
    await copied.becomes(lambda: copied.shown("sensor.second_house_copies") == "3")


async def test_outside_its_hours_it_waits(hass: HomeAssistant, household: Household) -> None:
    now = dt_util.now()
    begins, ends = (now.replace(hour=(now.hour + more) % 24, minute=0).strftime("%H:%M:%S") for more in (3, 4))
    household.immich.browser.upload(b"one", "IMG_1.jpg")
    household.make_entry(folders=False)
    disk = add_replica(household, begins=begins, ends=ends)
    await household.load()
    await household.becomes(lambda: household.shown("sensor.second_house_status") == "outside_window")
    assert copies(disk) == set()


async def test_progress_is_followed(hass: HomeAssistant, copied: Household) -> None:
    replica = replica_of(copied)
    before = replica.data
    assert replica._replica is not None  # noqa: SLF001
    await replica._replica.see_failures(1)  # noqa: SLF001
    assert replica.data == before
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=30))
    await hass.async_block_till_done()
    assert replica.data.failures_seen == 1
    await async_setup_component(hass, "homeassistant", {})
    await replica.async_refresh()
    assert replica.last_update_success


async def test_an_index_that_cannot_be_opened_is_told_and_tried_again(
    hass: HomeAssistant, household: Household
) -> None:
    household.make_entry(folders=False)
    add_replica(household)
    state = state_directory(hass)
    state.mkdir(parents=True)
    household.immich.browser.upload(b"one", "IMG_1.jpg")
    await household.load()
    await until_complete(household)
    assert household.entry is not None
    await hass.config_entries.async_unload(household.entry.entry_id)
    [index] = state.glob("*.replica-*.sqlite")
    for path in state.glob("*.replica-*.sqlite*"):
        path.unlink()
    index.mkdir()
    await hass.config_entries.async_setup(household.entry.entry_id)
    await household.becomes(lambda: replica_of(household).data.problem is not None)
    assert household.shown("sensor.second_house_complete") == "unavailable"
    assert household.entry.state is ConfigEntryState.LOADED
    index.rmdir()
    await replica_of(household).async_switch(on=True)
    await run(household)
    assert household.shown("sensor.second_house_complete") == "100.0"


# --- what is left ----------------------------------------------------------------------------------------------------


async def test_removing_it_leaves_the_copies_and_says_so(
    hass: HomeAssistant, copied: Household, hass_client: ClientSessionGenerator
) -> None:
    assert copied.entry is not None
    disk = copied.photos.parent / "disk"
    hass.config_entries.async_remove_subentry(copied.entry, REPLICA)
    await hass.async_block_till_done()
    assert copies(disk) == {b"one", b"two"}
    assert told(hass, "replica_removed") == {"name": "Second house", "place": str(disk)}
    assert list(state_directory(hass).glob("*.replica-*")) == []
    await hass.config_entries.async_reload(copied.entry.entry_id)
    client = await hass_client()
    done = await submitted(client, await opened(client, shown(hass)["replica_removed"]))
    assert done["type"] == "create_entry"
    assert "replica_removed" not in shown(hass)


async def test_with_the_account_goes_what_was_known_and_no_copy(hass: HomeAssistant, copied: Household) -> None:
    assert copied.entry is not None
    await hass.config_entries.async_remove(copied.entry.entry_id)
    await hass.async_block_till_done()
    assert copies(copied.photos.parent / "disk") == {b"one", b"two"}
    assert not state_directory(hass).exists()


# --- repairs ---------------------------------------------------------------------------------------------------------


async def test_a_store_that_is_away_is_told_after_an_hour(hass: HomeAssistant, copied: Household, passing: Any) -> None:
    heard = happened(hass)
    disk = copied.photos.parent / "disk"
    disk.rename(disk.with_name("unplugged"))
    await run(copied)
    assert "replica_unreachable" not in shown(hass)
    assert copied.shown("sensor.second_house_status") == "problem"
    passing(3700)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=2))
    await hass.async_block_till_done()
    assert told(hass, "replica_unreachable") == {"name": "Second house", "place": str(disk)}
    await run(copied)
    assert [(kind, attributes["reason"]) for kind, attributes in heard] == [("failed", "store_unreachable")]
    disk.with_name("unplugged").rename(disk)
    await run(copied)
    assert "replica_unreachable" not in shown(hass)


async def test_what_else_stops_it_is_told_in_words(hass: HomeAssistant, copied: Household, passing: Any) -> None:
    about = copied.photos.parent / "disk" / "manifest" / "about.json"
    about.write_text('{"format": 1, "user": "somebody else"}')
    await run(copied)
    passing(3700)
    await run(copied)
    assert "another account" in told(hass, "replica_stopped")["reason"]


async def test_damaged_copies_are_told_until_somebody_has_read_it(
    hass: HomeAssistant, copied: Household, hass_client: ClientSessionGenerator
) -> None:
    heard = happened(hass)
    [path] = (copied.photos.parent / "disk").rglob("IMG_1.jpg")
    path.write_bytes(b"eno")
    report = await replica_of(copied).async_verify(1.0)
    assert (report.damaged, report.healed) == (1, 1)
    await hass.async_block_till_done()
    [(kind, attributes)] = heard
    assert (kind, attributes["damaged"], attributes["healed"]) == ("verification_failed", 1, 1)
    assert copied.shown("sensor.second_house_verification_failures") == "1"
    issue = shown(hass)["replica_verification_failed"]
    assert issue.severity is ir.IssueSeverity.ERROR
    assert {key: told(hass, "replica_verification_failed")[key] for key in ("count", "missing")} == {
        "count": "1",
        "missing": "0",
    }
    client = await hass_client()
    assert (await submitted(client, await opened(client, issue)))["type"] == "create_entry"
    await run(copied)
    assert "replica_verification_failed" not in shown(hass)


async def test_a_round_of_reading_has_an_end_that_is_told(hass: HomeAssistant, copied: Household) -> None:
    heard = happened(hass)
    await replica_of(copied).async_verify(1.0)
    await hass.async_block_till_done()
    [(kind, attributes)] = heard
    assert (kind, attributes["objects"]) == ("verified", 2)
    assert copied.shown("sensor.second_house_last_verified") != "unknown"


async def test_a_lost_library_is_asked_about_and_believed_when_its_owner_says_so(
    hass: HomeAssistant, copied: Household, hass_client: ClientSessionGenerator
) -> None:
    for asset in copied.immich.browser.assets():
        copied.immich.browser.purge(asset.id)
    await run(copied)
    issue = shown(hass)["replica_library"]
    assert "Nothing is removed" in told(hass, "replica_library")["reason"]
    client = await hass_client()
    assert (await submitted(client, await opened(client, issue)))["type"] == "create_entry"
    assert len(copies(copied.photos.parent / "disk")) == 2
    await run(copied)


async def test_many_copies_leave_only_with_the_owners_word(
    hass: HomeAssistant, household: Household, hass_client: ClientSessionGenerator
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    web = household.immich.browser
    ids = [web.upload(f"photo {number}".encode(), f"IMG_{number}.jpg") for number in range(25)]
    household.make_entry(folders=False)
    disk = add_replica(household, grace_days=1)
    await household.load()
    await until_complete(household)
    await run(household)
    web.trash(*ids[:22])
    await run(household)
    index_forgets_when(household, days=2)
    await run(household)
    issue = shown(hass)["replica_waits"]
    assert {key: told(hass, "replica_waits")[key] for key in ("count", "copies")} == {"count": "22", "copies": "25"}
    client = await hass_client()
    assert (await submitted(client, await opened(client, issue)))["type"] == "create_entry"
    await household.becomes(lambda: len(copies(disk)) == 3)


def index_forgets_when(household: Household, days: int) -> None:
    """Let the photos have been deleted earlier."""
    [index] = state_directory(household.hass).glob("*.replica-*.sqlite")
    with sqlite3.connect(index) as database:
        database.execute("UPDATE copies SET gone_since = gone_since - ?", (days * 86_400,))
    database.close()


async def test_a_repair_of_a_replica_that_was_removed_ends_well(
    hass: HomeAssistant, copied: Household, hass_client: ClientSessionGenerator
) -> None:
    for asset in copied.immich.browser.assets():
        copied.immich.browser.purge(asset.id)
    await run(copied)
    client = await hass_client()
    form = await opened(client, shown(hass)["replica_library"])
    assert copied.entry is not None
    hass.config_entries.async_remove_subentry(copied.entry, REPLICA)
    await hass.async_block_till_done()
    assert (await submitted(client, form))["type"] == "create_entry"
