"""What holds for all folders of an account can be set, and holds from the next action on."""

import os
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult
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
SERVERS = ("reconfigure_immich", "reconfigure_syncthing")
CHOSEN = {"guard_number": 1, "guard_share": 0.5, "vault_phone_deletions": False, "vault_freed": True} | FOLDED


async def settings_form(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    """Begin to reconfigure the account, and open the form of the settings."""
    menu = await entry.start_reconfigure_flow(hass)
    assert menu["menu_options"] == [*SERVERS, "settings", "reading", "store", "webhook"]
    return await hass.config_entries.flow.async_configure(menu["flow_id"], {"next_step_id": "settings"})


def test_without_options_everything_is_as_the_engine_has_it() -> None:
    assert account_settings({}) == AccountSettings()


async def test_the_form_begins_with_the_defaults(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up()
    form = await settings_form(hass, entry)
    done = await hass.config_entries.flow.async_configure(form["flow_id"], FOLDED)
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    await hass.async_block_till_done()
    assert account_settings(entry.options) == AccountSettings()


async def test_what_is_chosen_holds_at_once_and_is_shown_again(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up()
    await household.sync()
    before = household.runtime
    form = await settings_form(hass, entry)
    await hass.config_entries.flow.async_configure(form["flow_id"], CHOSEN)
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


async def test_a_change_reloads_once_and_none_not_at_all(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up()
    starts: list[bool] = []
    entry.async_on_state_change(lambda: starts.append(entry.state is ConfigEntryState.SETUP_IN_PROGRESS))
    for _ in range(2):
        form = await settings_form(hass, entry)
        done = await hass.config_entries.flow.async_configure(form["flow_id"], CHOSEN)
        assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
        await hass.async_block_till_done()
        assert starts.count(True) == 1


async def test_all_settings_are_behind_reconfigure(hass: HomeAssistant, household: Household) -> None:
    """Home Assistant's page shows one gear per account."""
    entry = await household.set_up()
    assert not entry.supports_options
    assert entry.supports_reconfigure


@pytest.mark.parametrize("wrong", [{"guard_number": -1}, {"guard_share": 26}, {"guard_number": 10_001}])
async def test_the_guard_cannot_be_switched_off(
    hass: HomeAssistant, household: Household, wrong: dict[str, float]
) -> None:
    entry = await household.set_up(folders=False)
    form = await settings_form(hass, entry)
    with pytest.raises(InvalidData):
        await hass.config_entries.flow.async_configure(form["flow_id"], CHOSEN | wrong)
    done = await hass.config_entries.flow.async_configure(form["flow_id"], CHOSEN)
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    await hass.async_block_till_done()


@pytest.mark.parametrize("chosen", Hashing)
async def test_how_fast_new_photos_are_read_is_chosen_by_itself(
    hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch, chosen: Hashing
) -> None:
    monkeypatch.setattr(os, "process_cpu_count", lambda: 4)
    entry = await household.set_up()
    menu = await entry.start_reconfigure_flow(hass)
    form = await hass.config_entries.flow.async_configure(menu["flow_id"], {"next_step_id": "reading"})
    await hass.config_entries.flow.async_configure(form["flow_id"], {"hashing": chosen.value})
    await hass.async_block_till_done()
    assert account_settings(entry.options) == AccountSettings(hashing=chosen)
    assert household.runtime.workers.readers == {"gentle": 2, "normal": 3, "fast": 5}[chosen]
    assert (await household.sync()).counts.linked == 3
    told = await async_get_config_entry_diagnostics(hass, entry)
    assert told["entry"]["hashing"] == chosen

    form = await settings_form(hass, entry)
    await hass.config_entries.flow.async_configure(form["flow_id"], CHOSEN)
    await hass.async_block_till_done()
    assert account_settings(entry.options).hashing is chosen
    assert account_settings(entry.options).limits == GuardLimits(number=1, share=0.005)
