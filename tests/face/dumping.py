"""What tests of database backups do: an action is called, and what lies in the directory is looked at."""

from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.immich_syncthing.const import DOMAIN

from .household import Household


async def act(hass: HomeAssistant, action: str, **data: Any) -> dict[str, Any]:
    answer = await hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=True)
    assert answer is not None
    return dict(answer)


def where(household: Household) -> Path:
    assert household.entry is not None
    entry_id: str = household.entry.entry_id
    return household.photos.parent / ".immich-syncthing-backups" / entry_id / "database"


async def set_up(household: Household, options: dict[str, Any]) -> MockConfigEntry:
    entry = household.make_entry(folders=False)
    household.hass.config_entries.async_update_entry(entry, options=options)
    await household.load()
    return entry
