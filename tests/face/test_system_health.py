"""System information says whether the servers answer, and never where they are."""

import asyncio
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import get_system_health_info

from custom_components.immich_syncthing import system_health
from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.engine.account import AccountEngine
from custom_components.immich_syncthing.engine.errors import LedgerError
from custom_components.immich_syncthing.immich.client import ImmichClient

from .household import Household


async def told(hass: HomeAssistant) -> dict[str, Any]:
    """Return what the page shows once everything was asked."""
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    info = await get_system_health_info(hass, DOMAIN)
    return {key: await value if asyncio.iscoroutine(value) else value for key, value in info.items()}


async def test_all_is_well(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    running = household.runtime.syncthing.data.version.version
    assert await told(hass) == {
        "accounts": "1 / 1",
        "immich_reachable": "ok",
        "immich_version": "3.2.2",
        "syncthing_reachable": "ok",
        "syncthing_version": running.removeprefix("v"),
        "folders": 1,
        "folders_in_trouble": 0,
        "holds": 0,
    }


async def test_what_does_not_answer_is_told_without_its_address(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.immich.stop()
    await household.syncthing.stop()
    await household.sync()
    found = await told(hass)
    assert found["immich_reachable"] == {"type": "failed", "error": "immich_cannot_connect"}
    assert found["syncthing_reachable"] == {"type": "failed", "error": "syncthing_cannot_connect"}
    assert found["folders_in_trouble"] == 1
    assert "127.0.0.1" not in str(found)


async def test_a_server_that_hangs_does_not_keep_the_page(
    hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hang(_: ImmichClient) -> None:
        await asyncio.Event().wait()

    await household.set_up()
    monkeypatch.setattr(system_health, "PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(ImmichClient, "server_config", hang)
    assert (await told(hass))["immich_reachable"] == {"type": "failed", "error": "timeout"}


async def test_a_ledger_that_cannot_be_read_is_told(
    hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: AccountEngine) -> None:
        raise LedgerError

    await household.set_up()
    monkeypatch.setattr(AccountEngine, "holds", fail)
    assert (await told(hass))["holds"] == {"type": "failed", "error": "ledger_error"}


async def test_an_account_that_is_not_loaded_is_counted(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up()
    await hass.config_entries.async_unload(entry.entry_id)
    found = await told(hass)
    assert (found["accounts"], found["immich_reachable"], found["immich_version"]) == ("0 / 1", "–", "–")
