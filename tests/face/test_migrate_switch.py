"""The power fails when the places have just been switched: Home Assistant notes what an entry holds a second later."""

from pathlib import Path
from typing import Any

import pytest
from homeassistant.core import HomeAssistant

from custom_components.immich_syncthing import migration_coordinator
from custom_components.immich_syncthing.const import DOMAIN

from .household import Household
from .migrating import HIDDEN, complete, migrate, places
from .vaulting import delete_in_immich, read

WISHES = f"{DOMAIN}.migrations"


@pytest.fixture
async def moving(hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Begin to move a vault with a photo in it; return where it is to be."""
    disk = household.photos.parent / "disk"
    disk.mkdir()
    for number in range(3, 9):
        household.take_photo(f"IMG_{number}.jpg")
    await household.set_up(preset="mirror")
    await household.notice()
    await delete_in_immich(household, "IMG_0.jpg")
    monkeypatch.setattr(migration_coordinator, "NOTED_SECONDS", 2.0)
    return {"kind": "directory", "directory": str(disk / HIDDEN)}


async def begin(hass: HomeAssistant, household: Household, to: dict[str, Any]) -> None:
    """Have it moved, until the places are switched and all is loaded anew."""
    before, _ = places(household)
    await migrate(hass, kind="directory", directory=str(Path(to["directory"]).parent))
    await household.becomes(lambda: places(household) == (to, [before]))
    await hass.async_block_till_done()


async def test_it_is_not_over_before_the_switch_is_noted(
    hass_storage: dict[str, Any], hass: HomeAssistant, household: Household, moving: dict[str, Any]
) -> None:
    await begin(hass, household, moving)
    assert WISHES in hass_storage, "until then that is all that knows of it"
    assert household.runtime.migrations["vault"].running, "and what was moved must not go from where it was"

    await household.becomes(lambda: WISHES not in hass_storage)
    noted = {one["entry_id"]: one["data"] for one in hass_storage["core.config_entries"]["data"]["entries"]}
    assert household.entry is not None
    assert noted[household.entry.entry_id]["vault"] == moving
    await complete(household)


async def test_what_came_into_the_new_place_before_that_is_not_lost(
    hass: HomeAssistant, household: Household, moving: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert household.entry is not None
    monkeypatch.setattr(migration_coordinator, "NOTED_SECONDS", 600.0)
    as_noted = dict(household.entry.data)
    await begin(hass, household, moving)
    new = await delete_in_immich(household, "IMG_1.jpg")

    await hass.config_entries.async_unload(household.entry.entry_id)
    hass.config_entries.async_update_entry(household.entry, data=as_noted)
    monkeypatch.setattr(migration_coordinator, "NOTED_SECONDS", 0.0)
    await household.load()

    await household.becomes(lambda: places(household)[0] == moving)
    await complete(household)
    assert await read(household, new) == new


async def test_a_place_that_was_emptied_is_not_asked_for_again(
    hass: HomeAssistant, household: Household, moving: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The power fails before it is noted that the earlier place is none any more."""
    assert household.entry is not None
    monkeypatch.setattr(migration_coordinator, "NOTED_SECONDS", 0.0)
    await begin(hass, household, moving)
    await complete(household)
    as_noted = dict(household.entry.data)
    monkeypatch.setattr(migration_coordinator, "NOTED_SECONDS", 600.0)
    told = await migrate(hass, remove_old=0, dry_run=True)
    await migrate(hass, remove_old=told["old_objects"])
    await household.becomes(lambda: places(household) == (moving, []))
    await hass.async_block_till_done()

    await hass.config_entries.async_unload(household.entry.entry_id)
    hass.config_entries.async_update_entry(household.entry, data=as_noted)
    monkeypatch.setattr(migration_coordinator, "NOTED_SECONDS", 0.0)
    await household.load()

    await household.becomes(lambda: places(household) == (moving, []))
    await complete(household)
