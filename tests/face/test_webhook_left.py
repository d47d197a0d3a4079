"""What Immich was not told of a webhook that is used no more is told later, and said until then."""

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.immich_syncthing import webhook
from custom_components.immich_syncthing.immich.permissions import REQUIRED
from custom_components.immich_syncthing.immich.workflows import PERMISSIONS
from custom_components.immich_syncthing.webhook import NAME
from tests.servers.immich import FaultKind

from .household import Household
from .repairing import opened, shown, submitted, told
from .test_webhook import choose, workflows

ADDRESS = "http://homeassistant.local:8123"


@pytest.fixture(autouse=True)
async def _account(household: Household) -> None:
    """Set up an account whose key may have workflows made."""
    household.allow(*REQUIRED, *PERMISSIONS)
    await household.set_up()
    await household.sync()


NOT_TOLD = {"account": "Admin @ 127.0.0.1", "workflow": NAME, "permissions": "`workflow.read`, `workflow.delete`"}


async def test_an_immich_that_is_away_is_told_later_that_it_was_switched_off(
    hass: HomeAssistant, household: Household, caplog: pytest.LogCaptureFixture
) -> None:
    await choose(hass, household, wanted=True, url=ADDRESS)
    [called] = workflows(household)
    household.immich.faults.add(FaultKind.RESET_BEFORE, "workflows")
    await choose(hass, household, wanted=False, url="")
    assert household.entry is not None
    assert "webhook" not in household.entry.data
    assert told(hass, "webhook_not_told") == NOT_TOLD

    before = household.runtime
    household.immich.faults.clear()
    await household.runtime.account.async_refresh()
    await household.becomes(lambda: workflows(household) == [])
    await household.becomes(lambda: "webhook_not_told" not in shown(hass))
    assert "webhooks_left" not in household.entry.data
    assert household.runtime is before
    assert called["headerValue"] not in caplog.text


async def test_what_immich_was_not_told_is_remembered_over_restarts(hass: HomeAssistant, household: Household) -> None:
    await choose(hass, household, wanted=True, url=ADDRESS)
    household.immich.faults.add(FaultKind.RESET_BEFORE, "workflows")
    await choose(hass, household, wanted=True, url="https://home.example")
    await choose(hass, household, wanted=False, url="")
    assert household.entry is not None
    entry_id = household.entry.entry_id
    await hass.config_entries.async_unload(entry_id)
    for issue in shown(hass).values():
        ir.async_delete_issue(hass, issue.domain, issue.issue_id)
    household.allow(*REQUIRED)
    await hass.config_entries.async_setup(entry_id)
    await hass.async_block_till_done()
    assert told(hass, "webhook_not_told") == NOT_TOLD

    household.immich.faults.clear()
    asked = len(household.immich.requests_of("GET", "/api/workflows"))
    await household.runtime.account.async_refresh()
    await hass.async_block_till_done()
    assert len(household.immich.requests_of("GET", "/api/workflows")) == asked
    household.allow(*REQUIRED, *PERMISSIONS)
    await household.runtime.account.async_refresh()
    await household.becomes(lambda: workflows(household) == [])
    await household.becomes(lambda: "webhook_not_told" not in shown(hass))


async def test_who_deletes_the_workflow_himself_is_told_no_more(hass: HomeAssistant, household: Household) -> None:
    await choose(hass, household, wanted=True, url=ADDRESS)
    household.immich.faults.add(FaultKind.RESET_BEFORE, "workflows")
    await choose(hass, household, wanted=False, url="")
    household.immich.faults.clear()
    household.immich.world.tables.workflows.clear()
    await household.runtime.account.async_refresh()
    await household.becomes(lambda: "webhook_not_told" not in shown(hass))


async def test_an_immich_that_never_answers_does_not_keep_an_account_from_being_removed(
    hass: HomeAssistant,
    household: Household,
    monkeypatch: pytest.MonkeyPatch,
    hass_client: ClientSessionGenerator,
) -> None:
    monkeypatch.setattr(webhook, "PATIENCE_SECONDS", 2.0)
    await choose(hass, household, wanted=True, url=ADDRESS)
    rule = household.immich.faults.add(FaultKind.HANG, "workflows")
    assert household.entry is not None
    await hass.config_entries.async_remove(household.entry.entry_id)
    assert rule.hits
    assert told(hass, "webhook_left") == {"account": "Admin @ 127.0.0.1", "workflow": NAME}

    assert await async_setup_component(hass, "repairs", {})
    client = await hass_client()
    asked = await opened(client, shown(hass)["webhook_left"])
    assert asked["description_placeholders"] == {"account": "Admin @ 127.0.0.1", "workflow": NAME}
    assert (await submitted(client, asked))["type"] == "create_entry"
    assert shown(hass) == {}


async def test_a_removed_account_takes_back_what_immich_was_not_told_before(
    hass: HomeAssistant, household: Household
) -> None:
    await choose(hass, household, wanted=True, url=ADDRESS)
    household.immich.faults.add(FaultKind.RESET_BEFORE, "workflows", method="DELETE")
    await choose(hass, household, wanted=True, url="https://home.example")
    assert len(workflows(household)) == 2
    household.immich.faults.clear()
    assert household.entry is not None
    await hass.config_entries.async_remove(household.entry.entry_id)
    await hass.async_block_till_done()
    assert (workflows(household), shown(hass)) == ([], {})
