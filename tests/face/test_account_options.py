"""What holds for all folders of an account can be set, and holds from the next action on."""

import os
from typing import Any

import pytest
from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.immich_syncthing.account_settings import account_settings
from custom_components.immich_syncthing.diagnostics import async_get_config_entry_diagnostics
from custom_components.immich_syncthing.engine.settings import AccountSettings, GuardLimits, Hashing

from .folder_forms import suggested
from .household import Household

FOLDED: dict[str, Any] = {"database_backups": {}}
"""The folded part, untouched: Home Assistant's page sends it with the defaults of its fields."""
CHOSEN = {"guard_number": 1, "guard_share": 0.5, "vault_phone_deletions": False, "vault_freed": True} | FOLDED


async def settings_form(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    """Open the options, and in them the form of the settings."""
    menu = await hass.config_entries.options.async_init(entry.entry_id)
    assert menu["menu_options"] == ["settings", "reading", "store", "webhook"]
    return await hass.config_entries.options.async_configure(menu["flow_id"], {"next_step_id": "settings"})


def test_without_options_everything_is_as_the_engine_has_it() -> None:
    assert account_settings({}) == AccountSettings()


async def test_the_form_begins_with_the_defaults(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up()
    form = await settings_form(hass, entry)
    done = await hass.config_entries.options.async_configure(form["flow_id"], FOLDED)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert account_settings(entry.options) == AccountSettings()


async def test_what_is_chosen_holds_at_once_and_is_shown_again(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up()
    await household.sync()
    before = household.runtime
    form = await settings_form(hass, entry)
    await hass.config_entries.options.async_configure(form["flow_id"], CHOSEN)
    await hass.async_block_till_done()
    assert household.runtime is not before
    assert account_settings(entry.options) == AccountSettings(
        limits=GuardLimits(number=1, share=0.005), vault_phone_deletions=False, vault_freed=True
    )
    form = await settings_form(hass, entry)
    schema = form["data_schema"]
    assert schema is not None
    assert suggested(schema) == {name: value for name, value in CHOSEN.items() if name not in FOLDED}
    assert suggested(schema.schema["database_backups"].schema)["backup_rhythm"] == "off"

    for number in range(2):
        (household.photos / f"IMG_{number}.jpg").unlink()
    report = await household.notice()
    assert (report.counts.held, len(household.immich.browser.assets(trashed=True))) == (2, 0)
    [issue] = ir.async_get(hass).issues.values()
    assert issue.translation_key == "hold_many_assets"


@pytest.mark.parametrize("wrong", [{"guard_number": -1}, {"guard_share": 26}, {"guard_number": 10_001}])
async def test_the_guard_cannot_be_switched_off(
    hass: HomeAssistant, household: Household, wrong: dict[str, float]
) -> None:
    entry = await household.set_up(folders=False)
    form = await settings_form(hass, entry)
    with pytest.raises(InvalidData):
        await hass.config_entries.options.async_configure(form["flow_id"], CHOSEN | wrong)
    done = await hass.config_entries.options.async_configure(form["flow_id"], CHOSEN)
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()


@pytest.mark.parametrize("chosen", Hashing)
async def test_how_fast_new_photos_are_read_is_chosen_by_itself(
    hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch, chosen: Hashing
) -> None:
    monkeypatch.setattr(os, "process_cpu_count", lambda: 4)
    entry = await household.set_up()
    menu = await hass.config_entries.options.async_init(entry.entry_id)
    form = await hass.config_entries.options.async_configure(menu["flow_id"], {"next_step_id": "reading"})
    await hass.config_entries.options.async_configure(form["flow_id"], {"hashing": chosen.value})
    await hass.async_block_till_done()
    assert account_settings(entry.options) == AccountSettings(hashing=chosen)
    assert household.runtime.workers.readers == {"gentle": 2, "normal": 3, "fast": 5}[chosen]
    assert (await household.sync()).counts.linked == 3
    told = await async_get_config_entry_diagnostics(hass, entry)
    assert told["entry"]["hashing"] == chosen

    form = await settings_form(hass, entry)
    await hass.config_entries.options.async_configure(form["flow_id"], CHOSEN)
    await hass.async_block_till_done()
    assert account_settings(entry.options).hashing is chosen
    assert account_settings(entry.options).limits == GuardLimits(number=1, share=0.005)
