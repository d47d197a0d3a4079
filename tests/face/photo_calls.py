"""Calls of the actions on photos in Immich."""

from typing import Any, cast

from homeassistant.core import HomeAssistant
from homeassistant.helpers.json import json_bytes
from homeassistant.util.json import json_loads

from custom_components.immich_syncthing.const import DOMAIN

from .household import Household

NOBODY = "11111111-1111-4111-8111-111111111111"
"""The id of no photo."""


async def ask(hass: HomeAssistant, action: str, **data: Any) -> dict[str, Any]:
    """Call an action and return its answer, as Home Assistant sends it over the network."""
    answer = await hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=True)
    return cast("dict[str, Any]", json_loads(json_bytes(answer)))


async def do(hass: HomeAssistant, action: str, **data: Any) -> None:
    """Call an action whose answer nobody reads."""
    await hass.services.async_call(DOMAIN, action, data, blocking=True)


async def in_immich(household: Household, count: int = 3) -> list[str]:
    """Give Immich photos that it has read; their ids."""
    browser = household.immich.browser
    ids = [browser.upload(f"photo {number}".encode() * 50, f"IMG_{number}.jpg") for number in range(count)]
    await household.immich.settle()
    return ids
