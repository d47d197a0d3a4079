"""Triggers, where Home Assistant knows of them; it may change how they are made without notice."""

import logging

from homeassistant.core import HomeAssistant

_LOGGER = logging.getLogger(__name__)

try:
    from .folder_triggers import TRIGGERS as _FOUND
except ImportError as err:
    _LOGGER.debug("This Home Assistant makes triggers in another way: %s", err)
    TRIGGERS: dict[str, type] = {}
else:
    TRIGGERS = dict(_FOUND)


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type]:
    """Return the triggers by name; none where Home Assistant makes them in another way."""
    return TRIGGERS
