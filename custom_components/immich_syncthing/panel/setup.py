"""The panel's commands by name, registered once, whether or not an account is loaded."""

from typing import Final

from homeassistant.core import HomeAssistant, callback

from . import folders, history, holds, overview, vault
from .command import Command, Subscription, async_register

COMMANDS: Final[dict[str, Command | Subscription]] = {
    "answers": holds.ANSWERS,
    "folder/control": folders.CONTROL,
    "history": history.HISTORY,
    "history/subscribe": history.SUBSCRIBE,
    "hold/answer": holds.ANSWER,
    "hold/items": holds.ITEMS,
    "overview/subscribe": overview.SUBSCRIBE,
    "preview": folders.PREVIEW,
    "reconsider": holds.RECONSIDER,
    "vault/list": vault.LIST,
    "vault/restore": vault.RESTORE,
}


@callback
def async_setup_commands(hass: HomeAssistant) -> None:
    """Register the commands."""
    for name, command in COMMANDS.items():
        async_register(hass, name, command)
