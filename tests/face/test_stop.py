"""One switch for everything, however many accounts there are, and whichever of them come and go."""

from pathlib import Path

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.immich_syncthing.const import DOMAIN

from .household import Household

STOP = "switch.immich_syncthing_stop_everything"


async def switch(hass: HomeAssistant, on: bool) -> None:
    action = "turn_on" if on else "turn_off"
    await hass.services.async_call("switch", action, {"entity_id": STOP}, blocking=True)
    await hass.async_block_till_done()


def carrier(registry: er.EntityRegistry) -> str | None:
    """Return the entry that carries the switch; there is one switch and no more."""
    [only] = [one for one in registry.entities.values() if one.unique_id.endswith("stop_everything")]
    return only.config_entry_id


async def another_account(hass: HomeAssistant, household: Household) -> MockConfigEntry:
    """Let another user of the same Immich have an entry without folders."""
    user = household.immich.world.add_user("Partner")
    key = household.immich.make_key(user=user)
    entry = MockConfigEntry(
        domain=DOMAIN, title="Partner @ 127.0.0.1", unique_id=user.id, data=household.data | {"immich_api_key": key}
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return entry


async def test_everything_stops_and_goes_on(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    assert household.shown(STOP) == "off"
    await switch(hass, on=True)
    assert household.shown(STOP) == "on"
    assert household.shown("sensor.phone_status") == "paused"
    assert household.shown("switch.phone_sync") == "on"
    household.take_photo("IMG_9.jpg")
    await household.notice()
    assert len(household.immich.browser.assets()) == 3

    await switch(hass, on=False)
    await household.notice()
    assert len(household.immich.browser.assets()) == 4
    assert household.shown("sensor.phone_status") == "in_agreement"


async def test_after_a_restart_nothing_moves_before_the_switch_is_off(
    hass: HomeAssistant, household: Household, hass_storage: dict[str, object]
) -> None:
    hass_storage[f"{DOMAIN}.stop"] = {
        "version": 1,
        "minor_version": 1,
        "key": f"{DOMAIN}.stop",
        "data": {"stopped": True},
    }
    await household.set_up()
    assert household.shown(STOP) == "on"
    assert household.shown("sensor.phone_status") == "paused"
    await household.sync()
    assert household.immich.browser.assets() == []
    await switch(hass, on=False)
    await household.sync()
    assert len(household.immich.browser.assets()) == 3
    assert hass_storage[f"{DOMAIN}.stop"]["data"] == {"stopped": False}  # type: ignore[index] # as it is stored


async def test_a_reload_changes_nothing_about_it(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up()
    await switch(hass, on=True)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert (household.shown(STOP), household.shown("sensor.phone_status")) == ("on", "paused")


async def test_it_outlives_the_account_that_carries_it(
    hass: HomeAssistant, household: Household, entity_registry: er.EntityRegistry
) -> None:
    first = await household.set_up()
    second = await another_account(hass, household)
    assert carrier(entity_registry) == first.entry_id
    entity_registry.async_update_entity(STOP, name="Halt")
    await switch(hass, on=True)

    await hass.config_entries.async_unload(first.entry_id)
    await hass.async_block_till_done()
    assert (carrier(entity_registry), household.shown(STOP)) == (second.entry_id, "on")
    await hass.config_entries.async_setup(first.entry_id)
    await hass.async_block_till_done()
    assert carrier(entity_registry) == second.entry_id
    assert household.shown("sensor.phone_status") == "paused"

    await hass.config_entries.async_remove(second.entry_id)
    await hass.async_block_till_done()
    assert (carrier(entity_registry), household.shown(STOP)) == (first.entry_id, "on")
    entity = entity_registry.async_get(STOP)
    assert entity is not None
    assert entity.name == "Halt"
    await switch(hass, on=False)
    assert household.shown("sensor.phone_status") != "paused"


@pytest.mark.parametrize("stopped", [True, False])
async def test_it_goes_with_the_last_account_and_only_a_stop_is_kept(
    hass: HomeAssistant,
    household: Household,
    entity_registry: er.EntityRegistry,
    hass_storage: dict[str, object],
    stopped: bool,
) -> None:
    entry = await household.set_up()
    await switch(hass, on=True)
    await switch(hass, on=stopped)
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert hass.states.get(STOP) is None
    assert entity_registry.async_get(STOP) is None
    assert (f"{DOMAIN}.stop" in hass_storage) is stopped


@pytest.mark.parametrize(
    "kept", [b"", b"{", b"[]", b'{"version": 1, "minor_version": 1, "key": "x", "data": {"stopped": "'], ids=repr
)
async def test_a_file_that_cannot_be_read_may_have_said_stop(
    hass: HomeAssistant, household: Household, kept: bytes
) -> None:
    path = Path(hass.config.path(".storage", f"{DOMAIN}.stop"))
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(kept)
    await household.set_up()
    assert household.shown(STOP) == "on"
    await household.sync()
    assert household.immich.browser.assets() == []
    assert b'"stopped": true' in path.read_bytes() or path.read_bytes() == kept
    await switch(hass, on=False)
    await household.sync()
    assert len(household.immich.browser.assets()) == 3


@pytest.mark.parametrize("data", [[], "stop", {}, {"stopped": None}, {"stopped": "false"}])
async def test_what_is_kept_and_makes_no_sense_may_have_said_stop(
    hass: HomeAssistant, household: Household, hass_storage: dict[str, object], data: object
) -> None:
    hass_storage[f"{DOMAIN}.stop"] = {"version": 1, "minor_version": 1, "key": f"{DOMAIN}.stop", "data": data}
    await household.set_up()
    assert household.shown(STOP) == "on"


async def test_what_a_later_version_kept_may_have_said_stop(
    hass: HomeAssistant, household: Household, hass_storage: dict[str, object]
) -> None:
    hass_storage[f"{DOMAIN}.stop"] = {"version": 2, "minor_version": 1, "key": f"{DOMAIN}.stop", "data": {"off": []}}
    await household.set_up()
    assert household.shown(STOP) == "on"
