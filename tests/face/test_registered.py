"""How the entities of both servers stand in Home Assistant's registry: names, ids, categories, classes and units."""

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from syrupy.assertion import SnapshotAssertion

from .household import FOLDER, Household

TABLET = "P56IOI7-MZJNU2Y-IQGDREY-DM2MGTI-MGL3BXN-PQ6W5BM-TBBZ4TJ-XZWICQ2"


def shown(entry: er.RegistryEntry, unnamed: dict[str, str]) -> dict[str, str]:
    """Return what should never change by chance; ids that are made anew each time by their names."""
    unique_id = entry.unique_id
    for made, name in unnamed.items():
        unique_id = unique_id.replace(made, name)
    words = {
        "name": entry.original_name,
        "translation_key": entry.translation_key,
        "category": entry.entity_category,
        "device_class": entry.original_device_class,
        "state_class": (entry.capabilities or {}).get("state_class"),
        "unit": entry.unit_of_measurement,
        "disabled_by": entry.disabled_by,
    }
    return {"unique_id": unique_id} | {what: str(word) for what, word in words.items() if word is not None}


@pytest.mark.parametrize("device", ["Admin @ 127.0.0.1", "Syncthing", "Tablet"])
async def test_the_entities_of_the_servers(
    hass: HomeAssistant,
    household: Household,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
    snapshot: SnapshotAssertion,
    device: str,
) -> None:
    household.immich.admin.quota = 2**30
    await household.syncthing.call("PUT", f"config/devices/{TABLET}", {"deviceID": TABLET, "name": "Tablet"})
    entry = await household.set_up()
    await household.sync()
    [of] = [one for one in dr.async_entries_for_config_entry(device_registry, entry.entry_id) if one.name == device]
    unnamed = {entry.entry_id: "ENTRY", FOLDER: "FOLDER", TABLET: "TABLET"}
    entities = er.async_entries_for_device(entity_registry, of.id, include_disabled_entities=True)
    assert {one.entity_id: shown(one, unnamed) for one in sorted(entities, key=lambda one: one.entity_id)} == snapshot
