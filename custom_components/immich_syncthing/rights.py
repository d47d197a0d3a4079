"""Who may do and see what: all that goes by an account is for those who may do the like with an entity of it."""

from homeassistant.auth.models import User
from homeassistant.components.http.const import KEY_HASS_USER
from homeassistant.components.websocket_api.connection import current_connection
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.http import current_request

from .const import DOMAIN
from .stop import STOP_UNIQUE_ID


def may(hass: HomeAssistant, user: User, permission: str, entry_id: str | None = None) -> bool:
    """Return whether a user may do this with an entity of an account (``None``: of any), and so all that goes by it."""
    if user.permissions.access_all_entities(permission):
        return True
    entry_ids = [one.entry_id for one in hass.config_entries.async_entries(DOMAIN)] if entry_id is None else [entry_id]
    registry = er.async_get(hass)
    return any(
        user.permissions.check_entity(one.entity_id, permission)
        for each in entry_ids
        for one in er.async_entries_for_config_entry(registry, each)
        if one.platform == DOMAIN and (entry_id is None or one.unique_id != STOP_UNIQUE_ID)
    )


def who_asks() -> User | None:
    """Return the user whose request is being answered; ``None``: nobody's, as of an automation.

    For what Home Assistant asks without a word about the user, as it does a media source. It finds in the same way
    for whom it signs addresses.
    """
    if connection := current_connection.get():
        return connection.user
    request = current_request.get()
    user: User | None = None if request is None else request.get(KEY_HASS_USER)
    return user
