"""Entities of folders, as automations meet them."""

from collections.abc import Iterable

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from .const import DOMAIN


def ours(hass: HomeAssistant, entity_ids: Iterable[str], key: str | None = None) -> set[str]:
    """Return the entities that are of this integration, and, with ``key``, of that kind."""
    registry = er.async_get(hass)
    found = {entity_id: registry.async_get(entity_id) for entity_id in entity_ids}
    return {
        entity_id
        for entity_id, entry in found.items()
        if entry is not None and entry.platform == DOMAIN and key in {None, entry.translation_key}
    }
