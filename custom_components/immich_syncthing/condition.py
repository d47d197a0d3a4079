"""Conditions, where Home Assistant knows of them; it may change how they are made without notice."""

import logging

from homeassistant.core import HomeAssistant

_LOGGER = logging.getLogger(__name__)

try:
    from .folder_conditions import CONDITIONS as _FOUND
except ImportError as err:
    _LOGGER.debug("This Home Assistant makes conditions in another way: %s", err)
    CONDITIONS: dict[str, type] = {}
else:
    CONDITIONS = dict(_FOUND)


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type]:
    """Return the conditions by name; none where Home Assistant makes them in another way."""
    return CONDITIONS
