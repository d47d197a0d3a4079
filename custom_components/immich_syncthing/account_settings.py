"""What the owner sets for a whole account: the forms, and as the engine takes it."""

from collections.abc import Mapping
from typing import Any

import voluptuous as vol
from homeassistant.const import PERCENTAGE, UnitOfInformation, UnitOfTime
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import BooleanSelector, SelectSelector, SelectSelectorConfig, SelectSelectorMode

from .backup_schedule import BACKUPS_SCHEMA, CONF_BACKUPS
from .const import (
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
