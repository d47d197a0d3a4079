"""The forms that ask for a server, and what they say when it does not work."""

from collections.abc import Iterable, Mapping
from typing import Any

import voluptuous as vol
from homeassistant.const import CONF_API_KEY, CONF_SOURCE, CONF_URL, CONF_VERIFY_SSL
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)

from .const import (
    CONF_IMMICH_API_KEY,
    CONF_IMMICH_URL,
    CONF_IMMICH_VERIFY_SSL,
    CONF_SYNCTHING_API_KEY,
    CONF_SYNCTHING_URL,
    CONF_SYNCTHING_VERIFY_SSL,
    DEFAULT_SYNCTHING_URL,
)
from .known_servers import KnownServer

_URL = TextSelector(TextSelectorConfig(type=TextSelectorType.URL, autocomplete="url"))
_KEY = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off"))

SERVER_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_URL): _URL,
        vol.Required(CONF_API_KEY): _KEY,
        vol.Required(CONF_VERIFY_SSL, default=True): BooleanSelector(),
    }
)
CHANGE_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_URL): _URL,
        vol.Optional(CONF_API_KEY): _KEY,
        vol.Required(CONF_VERIFY_SSL): BooleanSelector(),
    }
)
KEY_SCHEMA = vol.Schema({vol.Required(CONF_API_KEY): _KEY})

IMMICH_KEYS = {CONF_URL: CONF_IMMICH_URL, CONF_API_KEY: CONF_IMMICH_API_KEY, CONF_VERIFY_SSL: CONF_IMMICH_VERIFY_SSL}
SYNCTHING_KEYS = {
    CONF_URL: CONF_SYNCTHING_URL,
    CONF_API_KEY: CONF_SYNCTHING_API_KEY,
    CONF_VERIFY_SSL: CONF_SYNCTHING_VERIFY_SSL,
}

TYPED = "typed"
"""The choice to type address and key instead of taking over what is known."""

IMMICH_EXAMPLE = "http://192.168.1.10:2283"
EXAMPLES = {"immich_example": IMMICH_EXAMPLE, "syncthing_example": DEFAULT_SYNCTHING_URL}
"""Addresses as the texts show them; translations hold none."""

_KEYS_PAGE = "/user-settings?isOpen=api-keys"
"""Where Immich makes API keys (2.7.5 and 3.2.2)."""

FORM_ERRORS = frozenset(
    {
        "immich_cannot_connect",
        "immich_certificate",
        "immich_invalid_url",
        "immich_maintenance",
        "immich_missing_permission",
        "immich_server_error",
        "immich_unexpected_answer",
        "immich_wrong_key",
        "syncthing_cannot_connect",
        "syncthing_certificate",
        "syncthing_host_check",
        "syncthing_invalid_url",
        "syncthing_unexpected_answer",
        "syncthing_wrong_key",
    }
)
"""Codes of errors that the forms explain; any other is shown with its detail."""

FIELDS = {
    "immich_certificate": CONF_VERIFY_SSL,
    "immich_missing_permission": CONF_API_KEY,
    "immich_wrong_key": CONF_API_KEY,
    "syncthing_certificate": CONF_VERIFY_SSL,
    "syncthing_wrong_key": CONF_API_KEY,
}
"""Below which field an error is shown, if not below the address."""


def source_schema(servers: Iterable[KnownServer], translation_key: str) -> vol.Schema:
    """Return the choice between known servers and typing."""
    options = [SelectOptionDict(value=server.source, label=server.label) for server in servers]
    config = SelectSelectorConfig(
        options=[*options, SelectOptionDict(value=TYPED, label=TYPED)],
        mode=SelectSelectorMode.LIST,
        translation_key=translation_key,
    )
    return vol.Schema({vol.Required(CONF_SOURCE, default=options[0]["value"]): SelectSelector(config)})


def pages(data: Mapping[str, Any]) -> dict[str, str]:
    """Return where the keys are found: as links where the addresses are known, else as examples."""
    immich, syncthing = data.get(CONF_IMMICH_URL), data.get(CONF_SYNCTHING_URL)
    return {
        "keys_page": _link(f"{str(immich).removesuffix('/api')}{_KEYS_PAGE}")
        if immich
        else f"`{IMMICH_EXAMPLE}{_KEYS_PAGE}`",
        "syncthing_page": _link(str(syncthing)) if syncthing else f"`{DEFAULT_SYNCTHING_URL}`",
    }


def _link(address: str) -> str:
    return f"[{address}]({address})"
