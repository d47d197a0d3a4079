"""What the owner sets for a whole account: the form, and as the engine takes it."""

from collections.abc import Mapping
from typing import Any, override

import voluptuous as vol
from homeassistant.config_entries import ConfigFlowContext, ConfigFlowResult
from homeassistant.const import PERCENTAGE, UnitOfInformation, UnitOfTime
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    BooleanSelector,
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)

from .backup_schedule import BACKUPS_SCHEMA, CONF_BACKUPS
from .chosen_vaults import async_forget_choice
from .const import (
    CONF_EARLIER_VAULTS,
    CONF_GUARD_NUMBER,
    CONF_GUARD_SHARE,
    CONF_HASHING,
    CONF_VAULT_FREED,
    CONF_VAULT_KEEP_DAYS,
    CONF_VAULT_KEEP_GIB,
    CONF_VAULT_PHONE_DELETIONS,
)
from .engine.settings import AccountSettings, GuardLimits, Hashing
from .number_field import number_field
from .vault.retention import Retention
from .vault_change import NoPlaceError, async_changed
from .vault_choice import earlier_vaults, place_of, present_vault, with_earlier
from .vault_steps import VaultSteps
from .webhook_steps import WebhookSteps

MAX_GUARD_NUMBER = 10_000
MAX_GUARD_SHARE = 25.0
"""Percent of the library: what passes in an hour without asking should stay something that a person may have done."""

MAX_KEEP_DAYS = 36_500
MAX_KEEP_GIB = 1_000_000
GIB = 1024**3

_DEFAULTS = AccountSettings()

OPTIONS_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_GUARD_NUMBER, default=_DEFAULTS.limits.number): number_field(0, MAX_GUARD_NUMBER),
        vol.Required(CONF_GUARD_SHARE, default=100 * _DEFAULTS.limits.share): number_field(
            0, MAX_GUARD_SHARE, PERCENTAGE, step=0.5
        ),
        vol.Required(CONF_VAULT_PHONE_DELETIONS, default=_DEFAULTS.vault_phone_deletions): BooleanSelector(),
        vol.Required(CONF_VAULT_FREED, default=_DEFAULTS.vault_freed): BooleanSelector(),
        vol.Optional(CONF_VAULT_KEEP_DAYS): number_field(1, MAX_KEEP_DAYS, UnitOfTime.DAYS),
        vol.Optional(CONF_VAULT_KEEP_GIB): number_field(1, MAX_KEEP_GIB, UnitOfInformation.GIBIBYTES),
        vol.Required(CONF_BACKUPS): section(BACKUPS_SCHEMA, {"collapsed": True}),
    }
)

READING_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_HASHING, default=_DEFAULTS.hashing.value): SelectSelector(
            SelectSelectorConfig(options=list(Hashing), mode=SelectSelectorMode.LIST, translation_key=CONF_HASHING)
        )
    }
)


class AccountOptionsFlow(VaultSteps[ConfigFlowContext, ConfigFlowResult, str], WebhookSteps):
    """Asks for what holds for all folders of an account, and for its vault. The entry's update listener reloads it."""

    _earlier: list[dict[str, Any]]

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what is to be changed."""
        if self._is_removed():
            return self.async_abort(reason="removed")
        self._store_before = present_vault(self.config_entry.data)
        self._earlier = earlier_vaults(self.config_entry.data)
        more = ["earlier_vaults"] if earlier_vaults(self.config_entry.data) else []
        more += ["webhook"] if self._offers_webhook else []
        return self.async_show_menu(step_id="init", menu_options=["settings", "reading", "store", *more])

    async def async_step_settings(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the guard, and for what the vault keeps."""
        if self._is_removed():
            return self.async_abort(reason="removed")
        if user_input is not None:
            # A field that was emptied is not in there: it is set no more.
            other = {key: value for key, value in self.config_entry.options.items() if key == CONF_HASHING}
            return self.async_create_entry(data={**other, **user_input})
        schema = self.add_suggested_values_to_schema(OPTIONS_SCHEMA, self.config_entry.options)
        return self.async_show_form(step_id="settings", data_schema=schema)

    async def async_step_reading(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask how much of the machine may go into reading new photos."""
        if self._is_removed():
            return self.async_abort(reason="removed")
        if user_input is not None:
            return self.async_create_entry(data={**self.config_entry.options, **user_input})
        schema = self.add_suggested_values_to_schema(READING_SCHEMA, self.config_entry.options)
        return self.async_show_form(step_id="reading", data_schema=schema)

    async def async_step_earlier_vaults(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which of the earlier vaults are still read."""
        if self._is_removed():
            return self.async_abort(reason="removed")
        entry = self.config_entry
        # By number: two that are called the same (on two ports of a server, say) are two.
        known = {str(number): one for number, one in enumerate(self._earlier)}
        if user_input is not None:
            left = [one for number, one in known.items() if number not in user_input[CONF_EARLIER_VAULTS]]
            kept = [one for one in earlier_vaults(entry.data) if one not in left]
            await async_forget_choice(self.hass, entry.entry_id)
            return self._store(with_earlier(entry.data, kept))
        choice = SelectSelectorConfig(
            options=[SelectOptionDict(value=number, label=place_of(one)) for number, one in known.items()],
            multiple=True,
            mode=SelectSelectorMode.LIST,
        )
        schema = vol.Schema({vol.Required(CONF_EARLIER_VAULTS, default=list(known)): SelectSelector(choice)})
        return self.async_show_form(step_id="earlier_vaults", data_schema=schema)

    @override
    async def _async_vault_chosen(self, stored: dict[str, Any] | None) -> ConfigFlowResult:
        if self._is_removed():
            return self.async_abort(reason="removed")
        try:
            return self._store(await async_changed(self.hass, self.config_entry, stored))
        except NoPlaceError as err:
            return self.async_abort(reason="no_place", description_placeholders={"detail": err.detail})

    def _store(self, data: dict[str, Any]) -> ConfigFlowResult:
        """Store the entry's data; its options stay as they are."""
        self.hass.config_entries.async_update_entry(self.config_entry, data=data)
        return self.async_create_entry(data=dict(self.config_entry.options))


def account_settings(options: Mapping[str, Any], instance: str = "") -> AccountSettings:
    """Return what the engine takes, for the Home Assistant ``instance``. What was never set is as the engine has it."""
    number = options.get(CONF_GUARD_NUMBER, _DEFAULTS.limits.number)
    percent = options.get(CONF_GUARD_SHARE, 100 * _DEFAULTS.limits.share)
    return AccountSettings(
        limits=GuardLimits(number=int(number), share=percent / 100),
        vault_phone_deletions=options.get(CONF_VAULT_PHONE_DELETIONS, _DEFAULTS.vault_phone_deletions),
        instance=instance,
        vault_freed=options.get(CONF_VAULT_FREED, _DEFAULTS.vault_freed),
        hashing=Hashing(options.get(CONF_HASHING, _DEFAULTS.hashing)),
    )


def retention_of(options: Mapping[str, Any]) -> Retention:
    """Return what the vault keeps; what was never set is no limit."""
    days, gib = options.get(CONF_VAULT_KEEP_DAYS), options.get(CONF_VAULT_KEEP_GIB)
    return Retention(None if days is None else int(days), None if gib is None else int(gib * GIB))
