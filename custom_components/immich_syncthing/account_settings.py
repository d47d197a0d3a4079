"""What the owner sets for a whole account: the form, and as the engine takes it."""

from collections.abc import Mapping
from typing import Any

import voluptuous as vol
from homeassistant.config_entries import ConfigFlowResult, OptionsFlow
from homeassistant.const import PERCENTAGE
from homeassistant.helpers.selector import BooleanSelector, NumberSelector, NumberSelectorConfig, NumberSelectorMode

from .const import CONF_GUARD_NUMBER, CONF_GUARD_SHARE, CONF_VAULT_FREED, CONF_VAULT_PHONE_DELETIONS
from .engine.settings import AccountSettings, GuardLimits

MAX_GUARD_NUMBER = 10_000
MAX_GUARD_SHARE = 25.0
"""Percent of the library: what passes in an hour without asking should stay something that a person may have done."""

_DEFAULTS = AccountSettings()

OPTIONS_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_GUARD_NUMBER, default=_DEFAULTS.limits.number): NumberSelector(
            NumberSelectorConfig(min=0, max=MAX_GUARD_NUMBER, step=1, mode=NumberSelectorMode.BOX)
        ),
        vol.Required(CONF_GUARD_SHARE, default=100 * _DEFAULTS.limits.share): NumberSelector(
            NumberSelectorConfig(
                min=0, max=MAX_GUARD_SHARE, step=0.5, mode=NumberSelectorMode.BOX, unit_of_measurement=PERCENTAGE
            )
        ),
        vol.Required(CONF_VAULT_PHONE_DELETIONS, default=_DEFAULTS.vault_phone_deletions): BooleanSelector(),
        vol.Required(CONF_VAULT_FREED, default=_DEFAULTS.vault_freed): BooleanSelector(),
    }
)


class AccountOptionsFlow(OptionsFlow):
    """Asks for what holds for all folders of an account. The entry's update listener reloads it."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for everything at once."""
        if self.hass.config_entries.async_get_entry(self.handler) is None:
            return self.async_abort(reason="removed")
        if user_input is not None:
            return self.async_create_entry(data=user_input)
        schema = self.add_suggested_values_to_schema(OPTIONS_SCHEMA, self.config_entry.options)
        return self.async_show_form(step_id="init", data_schema=schema)


def account_settings(options: Mapping[str, Any], instance: str = "") -> AccountSettings:
    """Return what the engine takes, for the Home Assistant ``instance``. What was never set is as the engine has it."""
    number = options.get(CONF_GUARD_NUMBER, _DEFAULTS.limits.number)
    percent = options.get(CONF_GUARD_SHARE, 100 * _DEFAULTS.limits.share)
    return AccountSettings(
        limits=GuardLimits(number=int(number), share=percent / 100),
        vault_phone_deletions=options.get(CONF_VAULT_PHONE_DELETIONS, _DEFAULTS.vault_phone_deletions),
        instance=instance,
        vault_freed=options.get(CONF_VAULT_FREED, _DEFAULTS.vault_freed),
    )
