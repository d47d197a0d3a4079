"""What the events of all devices share."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.components.event import EventEntity
from homeassistant.core import callback


class TellingEvent(EventEntity):
    """Tells of what happened. Available always: what happened did, whether or not anybody answers now."""

    _attr_has_entity_name = True

    @property
    @override
    def available(self) -> bool:
        return True

    @callback
    def _tell(self, what: str, told: Mapping[str, Any]) -> None:
        """Tell of one happening, with its attributes."""
        self._trigger_event(what, dict(told))
        self.async_write_ha_state()
