"""What the panel says happens next in a folder: what keeps all from happening, what its owner has to do, or work."""

from datetime import timedelta

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from tests.servers.immich import FaultKind

from .household import FOLDER, Household
from .test_panel_overview import account, next_of, now, opened, phone
from .test_stop import switch as stop_everything


async def test_who_rests_is_said_to_rest(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    await household.set_up()
    await household.sync()
    panel = await opened(hass, hass_ws_client)
    folder = household.runtime.folders[FOLDER]

    await folder.async_pause(None)
    told = await panel.until(lambda told: phone(told)["paused"])
    assert next_of(told) == ("wait", "Paused. Nothing happens until you let it go on.", 0)
    await folder.async_pause((dt_util.utcnow() + timedelta(days=1)).timestamp())
    told = await panel.until(lambda told: phone(told)["paused_until"] is not None)
    assert next_of(told)[1].startswith("Paused until 20")
    await folder.async_resume()
    await panel.until(lambda told: now(told, "nothing"))

    await stop_everything(hass, on=True)
    told = await panel.until(lambda told: bool(told["stopped"]))
    assert next_of(told)[1].startswith("Everything is stopped.")


async def test_a_server_that_is_gone_is_seen(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    await household.set_up()
    await household.sync()
    panel = await opened(hass, hass_ws_client)
    await household.immich.stop()
    await household.runtime.account.async_refresh()
    await household.runtime.folders[FOLDER].async_sync()
    told = await panel.until(lambda told: not account(told)["immich_connected"] and now(told, "wait"))
    assert phone(told)["problem"]["code"] == "immich_cannot_connect"
    assert next_of(told)[1] == phone(told)["problem"]["message"]


async def test_what_needs_its_owner_is_said_first(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    await household.set_up()
    await household.sync()
    panel = await opened(hass, hass_ws_client)
    (household.photos / ".stfolder").rename(household.photos / "elsewhere")
    await household.runtime.folders[FOLDER].async_sync()
    told = await panel.until(lambda told: now(told, "repair"))
    assert next_of(told)[1] == phone(told)["problem"]["message"]


async def test_photos_that_failed_for_good_are_no_agreement(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    household.immich.faults.add(FaultKind.TOO_LARGE, "/assets$", method="POST", limit=10)
    await household.set_up()
    await household.sync()
    panel = await opened(hass, hass_ws_client)
    told = await panel.until(lambda told: now(told, "repair"))
    assert phone(told)["counts"]["failed"] == 3
    assert phone(told)["problem"]["code"] == "items_failed"
    assert next_of(told)[1] == phone(told)["problem"]["message"]


async def test_before_a_folder_was_looked_at_nobody_knows_what_comes(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    household.immich.faults.add(FaultKind.LATENCY, path="/api/assets$", method="POST", seconds=0.5)
    await household.set_up()
    panel = await opened(hass, hass_ws_client)
    first = panel.told[0]
    assert phone(first)["counts"] is None
    assert next_of(first) == ("wait", "Both sides are being looked at.", 0)
    await panel.until(lambda told: phone(told)["counts"] is not None)
