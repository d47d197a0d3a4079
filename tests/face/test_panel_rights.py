"""To whom the panel's overview is told, and of what."""

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from .household import Household
from .panel import Panel
from .test_panel_overview import SUBSCRIBE, account, phone
from .test_stop import another_account


async def test_a_guest_looks_and_does_not_decide(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator, hass_read_only_access_token: str
) -> None:
    await household.set_up()
    panel = await Panel.open(hass, hass_ws_client, hass_read_only_access_token)
    await panel.ask(SUBSCRIBE)
    told = await panel.event()
    assert told["may_decide"] is False
    assert phone(told)["label"] == "Phone"


async def test_who_may_see_no_entity_sees_nothing(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator, hass_admin_user: MockUser
) -> None:
    await household.set_up()
    panel = await Panel.open(hass, hass_ws_client)
    hass_admin_user.groups = []
    hass_admin_user.mock_policy({"entities": {"domains": {"light": True}}})
    assert (await panel.refused(SUBSCRIBE))["code"] == "unauthorized"
    assert panel.told == []


async def test_who_may_see_one_account_sees_that_one(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator, hass_admin_user: MockUser
) -> None:
    entry = await household.set_up()
    other = await another_account(hass, household)
    panel = await Panel.open(hass, hass_ws_client)
    hass_admin_user.groups = []
    hass_admin_user.mock_policy({"entities": {"entity_ids": {"sensor.phone_status": True}}})
    await panel.ask(SUBSCRIBE)
    told = await panel.event()
    assert account(told)["entry_id"] == entry.entry_id
    assert {one["entry_id"] for one in told["copies"]} == {entry.entry_id}
    for command in ("history", "history/subscribe", "vault/list", "answers"):
        assert (await panel.try_to(command, entry_id=entry.entry_id))["success"]
        assert (await panel.refused(command, entry_id=other.entry_id))["code"] == "unauthorized"


async def test_what_makes_no_sense_is_refused(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    await household.set_up()
    panel = await Panel.open(hass, hass_ws_client)
    assert (await panel.refused(SUBSCRIBE, everything=True))["code"] == "invalid_format"
    assert (await panel.refused(SUBSCRIBE, language=["de"]))["code"] == "invalid_format"
