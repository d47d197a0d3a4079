"""What every command of the panel has: who may give it, what it takes, and how its errors are said."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any, Final

import voluptuous as vol
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.components.websocket_api import async_register_command
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.decorators import async_response
from homeassistant.components.websocket_api.messages import BASE_COMMAND_MESSAGE_SCHEMA
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError, Unauthorized
from homeassistant.generated.languages import LANGUAGES
from homeassistant.helpers import config_validation as cv

from ..const import DOMAIN
from ..coordinator import ImmichSyncthingConfigEntry
from ..errors import KNOWN_ERRORS
from ..folder_coordinator import FolderCoordinator
from ..rights import may
from ..targets import refuse, text
from ..texts import Texts, async_texts

ATTR_ENTRY_ID: Final = "entry_id"
ATTR_FOLDER_ID: Final = "folder_id"
ATTR_LANGUAGE: Final = "language"
ATTR_LIMIT: Final = "limit"

MAX_LIMIT = 500
"""Rows of one page."""
DEFAULT_LIMIT = 100

ACCOUNT: Final[dict[Any, Any]] = {vol.Required(ATTR_ENTRY_ID): cv.string}
FOLDER: Final[dict[Any, Any]] = {**ACCOUNT, vol.Required(ATTR_FOLDER_ID): text}
PAGE: Final[dict[Any, Any]] = {
    vol.Optional(ATTR_LIMIT, default=DEFAULT_LIMIT): vol.All(int, vol.Range(min=1, max=MAX_LIMIT))
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A command that was given, as its schema left it. ``texts``: the words of whoever gave it."""

    hass: HomeAssistant
    connection: ActiveConnection
    data: Mapping[str, Any]
    texts: Texts

    @property
    def entry(self) -> ImmichSyncthingConfigEntry:
        """Return the account that is meant. Raises ``ServiceValidationError`` if it is not there, or does not work."""
        entry: ImmichSyncthingConfigEntry | None = self.hass.config_entries.async_get_entry(self.data[ATTR_ENTRY_ID])
        if entry is None or entry.domain != DOMAIN:
            refuse("account_not_there")
        if entry not in self.hass.config_entries.async_loaded_entries(DOMAIN):
            refuse("account_not_loaded", account=entry.title)
        return entry

    @property
    def folder(self) -> FolderCoordinator:
        """Return the folder that is meant, by the id of its subentry. Raises ``ServiceValidationError``."""
        folder_id: str = self.data[ATTR_FOLDER_ID]
        folder = self.entry.runtime_data.folders.get(folder_id)
        if folder is None:
            refuse("no_such_folder", detail=folder_id)
        return folder

    @callback
    def tell(self, event: Mapping[str, Any]) -> None:
        """Send an event to whoever subscribed."""
        self.connection.send_event(self.data["id"], event)


@dataclass(frozen=True, slots=True)
class Command:
    """What a command does and takes. ``admin``: only administrators may give it; all others only look."""

    handler: Callable[[Asked], Coroutine[Any, Any, Mapping[str, Any]]]
    schema: Mapping[Any, Any]
    admin: bool = False


@dataclass(frozen=True, slots=True)
class Subscription:
    """A command that goes on telling. ``follow`` returns what ends that; it tells nothing before it has returned."""

    follow: Callable[[Asked], CALLBACK_TYPE]
    schema: Mapping[Any, Any]


@callback
def async_register(hass: HomeAssistant, name: str, command: Command | Subscription) -> None:
    """Let ``command`` be given by its name."""

    @async_response
    async def handle(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
        _require(hass, connection, msg.get(ATTR_ENTRY_ID), admin=isinstance(command, Command) and command.admin)
        if isinstance(command, Subscription):
            # Closing the connection meanwhile takes this out, and then nothing is followed.
            connection.subscriptions[msg["id"]] = _nothing
        texts = await async_texts(hass, msg.get(ATTR_LANGUAGE))
        try:
            await _carry_out(command, Asked(hass, connection, msg, texts))
        except KNOWN_ERRORS as err:
            _send_error(connection, msg["id"], texts, err.code, err.placeholders)
        except HomeAssistantError as err:
            if err.translation_domain != DOMAIN or err.translation_key is None:
                raise
            _send_error(connection, msg["id"], texts, err.translation_key, err.translation_placeholders or {})

    whole = {
        vol.Required("type"): f"{DOMAIN}/{name}",
        vol.Optional(ATTR_LANGUAGE): _language,
        **command.schema,
    }
    schema = BASE_COMMAND_MESSAGE_SCHEMA.extend(whole)
    async_register_command(hass, f"{DOMAIN}/{name}", handle, schema)


async def _carry_out(command: Command | Subscription, asked: Asked) -> None:
    connection, number = asked.connection, asked.data["id"]
    if isinstance(command, Command):
        connection.send_result(number, await command.handler(asked))
    elif connection.subscriptions.pop(number, None) is not None:
        connection.subscriptions[number] = command.follow(asked)
        connection.send_result(number)


def _nothing() -> None:
    """End what has not begun."""


def _require(hass: HomeAssistant, connection: ActiveConnection, entry_id: str | None, *, admin: bool) -> None:
    """Return if the user may see the account (``None``: any), and decide if that is wanted. Raises ``Unauthorized``."""
    user = connection.user
    if not may(hass, user, POLICY_READ, entry_id) or (admin and not user.is_admin):
        raise Unauthorized


def _send_error(connection: ActiveConnection, number: int, texts: Texts, code: str, values: Mapping[str, str]) -> None:
    """Say what was the matter, in the words of whoever asked. Nothing is wrong here, so nothing is logged."""
    connection.send_error(
        number,
        code,
        texts.error(code, values),
        translation_domain=DOMAIN,
        translation_key=code,
        translation_placeholders=dict(values),
    )


def _language(value: Any) -> str | None:
    """Return a language that Home Assistant knows; for another one it uses its own. For schemas."""
    wanted = cv.string(value)
    return wanted if wanted in LANGUAGES else None
