"""The panel's commands by name, registered once, whether or not an account is loaded."""

from typing import Final

from homeassistant.core import HomeAssistant, callback

from . import overview
from .command import Command, Subscription, async_register

COMMANDS: Final[dict[str, Command | Subscription]] = {
    "overview/subscribe": overview.SUBSCRIBE,
}


@callback
def async_setup_commands(hass: HomeAssistant) -> None:
    """Register the commands."""
    for name, command in COMMANDS.items():
        async_register(hass, name, command)
