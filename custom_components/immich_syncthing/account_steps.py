"""The steps of *Reconfigure* that change what holds for all folders of an account."""

from typing import Any

import voluptuous as vol
from homeassistant.config_entries import ConfigEntry, ConfigFlowContext, ConfigFlowResult
from homeassistant.helpers.selector import SelectOptionDict, SelectSelector, SelectSelectorConfig, SelectSelectorMode

from .account_settings import OPTIONS_SCHEMA, READING_SCHEMA
from .chosen_vaults import async_forget_choice
from .const import CONF_EARLIER_VAULTS, CONF_HASHING
from .markdown import LONG, as_text
from .vault_change import NoPlaceError, async_changed
from .vault_choice import earlier_vaults, place_of, present_vault, with_earlier
from .vault_steps import VaultSteps
from .webhook_steps import WebhookSteps, offers_webhook


class AccountSteps(VaultSteps[ConfigFlowContext, ConfigFlowResult, str], WebhookSteps):
    """Asks for an account's settings, and for its vault. The entry's update listener reloads it."""

    _earlier: list[dict[str, Any]]

    def _account_choices(self, entry: ConfigEntry) -> list[str]:
        """Begin with an account; return the steps that it has."""
        self._store_before = present_vault(entry.data)
        self._earlier = earlier_vaults(entry.data)
        more = ["earlier_vaults"] if self._earlier else []
        more += ["webhook"] if offers_webhook(entry) else []
        return ["settings", "reading", "store", *more]

    async def async_step_settings(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the guard, and for what the vault keeps."""
        entry = self._get_reconfigure_entry()
        if user_input is not None:
            # A field that was emptied is not in there: it is set no more.
            other = {key: value for key, value in entry.options.items() if key == CONF_HASHING}
            return self.async_update_and_abort(entry, options={**other, **user_input})
        schema = self.add_suggested_values_to_schema(OPTIONS_SCHEMA, entry.options)
        return self.async_show_form(step_id="settings", data_schema=schema)

    async def async_step_reading(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask how much of the machine may go into reading new photos."""
        entry = self._get_reconfigure_entry()
        if user_input is not None:
            return self.async_update_and_abort(entry, options={**entry.options, **user_input})
        schema = self.add_suggested_values_to_schema(READING_SCHEMA, entry.options)
        return self.async_show_form(step_id="reading", data_schema=schema)

    async def async_step_earlier_vaults(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which of the earlier vaults are still read."""
        entry = self._get_reconfigure_entry()
        # By number: two that are called the same (on two ports of a server, say) are two.
        known = {str(number): one for number, one in enumerate(self._earlier)}
        if user_input is not None:
            await async_forget_choice(self.hass, entry.entry_id)
            entry = self._get_reconfigure_entry()
            left = [one for number, one in known.items() if number not in user_input[CONF_EARLIER_VAULTS]]
            kept = [one for one in earlier_vaults(entry.data) if one not in left]
            return self.async_update_and_abort(entry, data=with_earlier(entry.data, kept))
        choice = SelectSelectorConfig(
            options=[SelectOptionDict(value=number, label=place_of(one)) for number, one in known.items()],
            multiple=True,
            mode=SelectSelectorMode.LIST,
        )
        schema = vol.Schema({vol.Required(CONF_EARLIER_VAULTS, default=list(known)): SelectSelector(choice)})
        return self.async_show_form(step_id="earlier_vaults", data_schema=schema)

    async def _change_vault(self, stored: dict[str, Any] | None) -> ConfigFlowResult:
        """Store another vault; ``None``: the place beside the first folder."""
        try:
            data = await async_changed(self.hass, self._get_reconfigure_entry(), stored)
        except NoPlaceError as err:
            return self.async_abort(reason="no_place", description_placeholders={"detail": as_text(err.detail, LONG)})
        return self._replace(self._get_reconfigure_entry(), data)

    def _replace(self, entry: ConfigEntry, data: dict[str, Any]) -> ConfigFlowResult:
        """Store an entry's data.

        A loaded entry reloads by its update listener, but not when nothing changed: for instance when a permission was
        added to the same key.
        """
        reloads = data != dict(entry.data) and bool(entry.update_listeners)
        result = self.async_update_and_abort(entry, data=data)
        if not reloads:
            self.hass.config_entries.async_schedule_reload(entry.entry_id)
        return result
