"""Who may do and see what: all that goes by an account is for those who may do the like with an entity of it."""

from homeassistant.auth.models import User
from homeassistant.components.http.const import KEY_HASS_USER
from homeassistant.components.websocket_api.connection import current_connection
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.http import current_request

from .const import DOMAIN
from .stop import UNIQUE_ID


def may(hass: HomeAssistant, user: User, permission: str, entry_id: str | None = None) -> bool:
    """Return whether a user may do this with an entity of an account (``None``: of any), and so all that goes by it."""
    if user.permissions.access_all_entities(permission):
        return True
    ours = (one for one in er.async_get(hass).entities.values() if one.platform == DOMAIN)
    if entry_id is not None:
        ours = (one for one in ours if one.config_entry_id == entry_id and one.unique_id != UNIQUE_ID)
    return any(user.permissions.check_entity(one.entity_id, permission) for one in ours)


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
