"""A replica in Home Assistant: it copies by itself, shows how far it is, rests when it shall, and goes on."""

import asyncio
import json
from datetime import timedelta

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion

from custom_components.immich_syncthing import replica_coordinator
from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.diagnostics import (
    async_get_config_entry_diagnostics,
    async_get_device_diagnostics,
)
from custom_components.immich_syncthing.entity import subentry_identifier
from custom_components.immich_syncthing.replica.errors import ReplicaIndexError
from custom_components.immich_syncthing.replica.model import Doing, Ending
from custom_components.immich_syncthing.replica.replica import Replica
from custom_components.immich_syncthing.state_place import state_directory

from .household import Household
from .repairing import opened, shown, submitted, told
from .second_house import (
    REPLICA,
    add_replica,
    copied,
    copies,
    happened,
    replica_of,
    run,
    until_complete,
)
from .test_registered import shown as registered
from .test_stop import switch as stop_everything

__all__ = ["copied"]

SWITCH = "switch.second_house_replicate"


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


async def test_its_entities(copied: Household, entity_registry: er.EntityRegistry, snapshot: SnapshotAssertion) -> None:
    assert copied.entry is not None
    found = er.async_entries_for_config_entry(entity_registry, copied.entry.entry_id)
    entities = sorted((one for one in found if REPLICA in one.unique_id), key=lambda one: one.entity_id)
    assert {one.entity_id: registered(one, {copied.entry.entry_id: "ENTRY"}) for one in entities} == snapshot


async def test_diagnostics_tell_how_it_is_and_not_where(
    hass: HomeAssistant, copied: Household, device_registry: dr.DeviceRegistry
) -> None:
    assert copied.entry is not None
    told = await async_get_config_entry_diagnostics(hass, copied.entry)
    [replica] = told["replicas"]
    assert (replica["store"], replica["originals"], replica["state"]["figures"]["objects"]) == ("directory", "all", 2)
    of_entry = dr.async_entries_for_config_entry(device_registry, copied.entry.entry_id)
    [device] = [one for one in of_entry if subentry_identifier(replica_of(copied)) in one.identifiers]
    of_device = await async_get_device_diagnostics(hass, copied.entry, device)
    assert of_device["replica"] == replica
    text = json.dumps([told, of_device], default=str)
    assert [word for word in ("Second house", str(copied.photos.parent)) if word in text] == []


async def test_what_is_new_is_copied_with_the_next_run(household: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replica_coordinator, "REST_SECONDS", 0.05)
    household.make_entry(folders=False)
    disk = add_replica(household)
    await household.load()
    for number in range(3):
        household.immich.browser.upload(f"photo {number}".encode(), f"IMG_{number}.jpg")
        await household.becomes(lambda wanted=number + 1: len(copies(disk)) == wanted)  # type: ignore[misc]


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
    assert replica._worker is not None  # noqa: SLF001
    await replica._worker.see_failures(1)  # noqa: SLF001
    assert replica.data == before
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=30))
    await hass.async_block_till_done()
    assert replica.data.failures_seen == 1
    await async_setup_component(hass, "homeassistant", {})
    await replica.async_refresh()
    assert replica.last_update_success


async def test_only_what_is_linked_is_copied_if_that_is_wanted(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    sidecar = household.photos / "IMG_0.xmp"
    sidecar.write_text("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    await household.notice()
    household.immich.browser.upload(b"only in Immich", "IMG_9.jpg")
    disk = add_replica(household, originals="linked")
    await hass.async_block_till_done()
    await until_complete(household)
    await replica_of(household).async_replicate()
    assert copies(disk) == {path.read_bytes() for path in household.photos.glob("*.jpg")}
    assert [path.read_bytes() for path in disk.rglob("*.xmp")] == [sidecar.read_bytes()]


async def test_a_run_that_is_paused_in_its_midst_says_so(hass: HomeAssistant, household: Household) -> None:
    household.make_entry(folders=False)
    disk = add_replica(household, megabits=0.001)
    await household.load()
    replica = replica_of(household)
    await household.becomes(lambda: replica.last is Ending.COMPLETE)
    household.immich.browser.upload(b"photo" * 10_000, "IMG_1.jpg")
    asked = hass.async_create_task(
        hass.services.async_call(DOMAIN, "replicate", {}, blocking=True), "asked", eager_start=True
    )
    await household.becomes(lambda: replica._state.doing is Doing.COPYING)  # noqa: SLF001
    await hass.services.async_call("switch", "turn_off", {"entity_id": SWITCH}, blocking=True)
    with pytest.raises(ServiceValidationError) as refused:
        await asyncio.wait_for(asked, 30)
    assert refused.value.translation_key == "replica_paused"
    assert copies(disk) == set()


async def test_a_fault_of_ours_is_told_like_any_other(
    hass: HomeAssistant, copied: Household, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    replica = replica_of(copied)

    async def fail(_: Replica) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as broken:
        broken.setattr(Replica, "scrub", fail)
        await replica.async_see_failures(0)
        await replica.async_confirm_retiring(0)
        await copied.becomes(lambda: replica.data.problem is not None)
    assert copied.shown("sensor.second_house_status") == "problem"
    assert "ZeroDivisionError" in caplog.text
    caplog.clear()
    await run(copied)
    assert copied.shown("sensor.second_house_status") == "resting"


async def test_a_switch_that_cannot_be_noted_says_so(
    hass: HomeAssistant, copied: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: Replica, *, off: bool) -> None:
        raise ReplicaIndexError(str(off))

    monkeypatch.setattr(Replica, "switch", fail)
    with pytest.raises(HomeAssistantError) as failed:
        await hass.services.async_call("switch", "turn_off", {"entity_id": SWITCH}, blocking=True)
    assert failed.value.translation_key == "replica_index"


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
