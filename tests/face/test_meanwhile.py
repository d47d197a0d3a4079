"""Two people answer at once, and accounts go away while something is under way."""

import asyncio
import threading
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.issues.holds import TOPIC

from .household import FOLDER, Household
from .repairing import opened, shown, submitted

NAMES = {f"IMG_{number}.jpg" for number in range(3)}


async def test_the_second_of_two_answers_is_told_that_it_came_too_late(
    hass: HomeAssistant, all_deleted: Household, hass_client: ClientSessionGenerator
) -> None:
    client, issue = await hass_client(), shown(hass)["hold_many_assets"]
    first, second = await opened(client, issue), await opened(client, issue)
    assert (await submitted(client, first, next_step_id="leave"))["type"] == "create_entry"
    late = await submitted(client, second, next_step_id="approve")
    assert (late["type"], late["reason"]) == ("abort", "unknown_hold")
    await all_deleted.sync()
    assert len(all_deleted.immich.browser.assets(trashed=False)) == 3


async def test_an_answer_to_what_others_answered_already_is_no_success(
    hass: HomeAssistant, all_deleted: Household, hass_client: ClientSessionGenerator
) -> None:
    client, issue = await hass_client(), shown(hass)["hold_many_assets"]
    step = await opened(client, issue)
    [hold] = await all_deleted.runtime.engine.holds()
    all_deleted.take_photo("IMG_late.jpg")
    await all_deleted.notice()
    (all_deleted.photos / "IMG_late.jpg").unlink()
    await all_deleted.notice()
    seen = {"hold_id": hold.id, "revision": hold.revision}
    await hass.services.async_call(DOMAIN, "leave", seen, blocking=True)
    assert [one.count for one in await all_deleted.runtime.engine.holds()] == [1]

    late = await submitted(client, step, next_step_id="approve")
    assert late["type"] == "abort"
    await all_deleted.sync()
    assert len(all_deleted.immich.browser.assets(trashed=False)) == 4
    assert all_deleted.runtime.issues.board.keys() == ["hold_many_assets"]
    assert TOPIC in shown(hass)["hold_many_assets"].issue_id


@pytest.mark.parametrize("action", ["preview", "sync_now", "full_check", "history", "holds", "status", "answers"])
async def test_an_action_ends_in_words_when_its_account_goes(
    hass: HomeAssistant, household: Household, action: str
) -> None:
    entry = await household.set_up()
    call = hass.services.async_call(DOMAIN, action, {}, blocking=True, return_response=True)
    calls: list[asyncio.Task[Any]] = [asyncio.create_task(call)]
    await asyncio.sleep(0)
    await hass.config_entries.async_remove(entry.entry_id)
    async with asyncio.timeout(20):
        [ended] = await asyncio.gather(*calls, return_exceptions=True)
    assert isinstance(ended, dict | HomeAssistantError), repr(ended)
    assert not any(one.name.startswith(DOMAIN) for one in threading.enumerate())


@pytest.mark.parametrize("how", ["approve", "leave", "undo"])
async def test_a_repair_ends_in_words_when_its_account_goes(
    hass: HomeAssistant, all_deleted: Household, hass_client: ClientSessionGenerator, how: str
) -> None:
    client, entry = await hass_client(), all_deleted.entry
    assert entry is not None
    step = await opened(client, shown(hass)["hold_many_assets"])
    await hass.config_entries.async_remove(entry.entry_id)
    ended = await submitted(client, step, next_step_id=how)
    assert (ended["type"], ended["reason"]) == ("abort", "not_loaded")
    assert len(all_deleted.immich.browser.assets(trashed=False)) == 3


async def test_a_question_survives_both_servers_and_is_answered_without_them(
    hass: HomeAssistant, all_deleted: Household, hass_client: ClientSessionGenerator
) -> None:
    client = await hass_client()
    step = await opened(client, shown(hass)["hold_many_assets"])
    all_deleted.immich.faults.database_down = True
    await all_deleted.runtime.folders[FOLDER].async_sync()
    assert (await submitted(client, step, next_step_id="undo"))["type"] == "create_entry"
    assert not list(all_deleted.photos.glob("*.jpg"))
    all_deleted.immich.faults.clear()
    await all_deleted.sync()
    assert {photo.name for photo in all_deleted.photos.glob("*.jpg")} == NAMES
