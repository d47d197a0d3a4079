"""What happened in a folder reads as sentences in Home Assistant's activity: of the entity, of the device, of all."""

from datetime import timedelta
from typing import Any

import pytest
from homeassistant.components.recorder.core import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, translation
from homeassistant.helpers.recorder import get_instance
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_capture_events, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.engine.model import Answer
from custom_components.immich_syncthing.event import Happening, line_of
from custom_components.immich_syncthing.lines import EVENT_ACTIVITY, MOST_ROUNDS, QUIET_SECONDS, Line, Lines
from custom_components.immich_syncthing.logbook import DECIDED, SENTENCES
from tests.servers.immich import FaultKind

from .household import Household
from .words import WORDS

ACTIVITY = "event.phone_activity"


@pytest.fixture
async def logbook(recorder_mock: Recorder, hass: HomeAssistant) -> None:
    """Have Home Assistant's own logbook and recorder. The pages that show it are no part of the harness."""
    hass.config.components.add("frontend")
    assert await async_setup_component(hass, "logbook", {})


async def nothing_more_comes(hass: HomeAssistant) -> None:
    """Let it be quiet twice: the first time something had just come."""
    for _ in range(2):
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=QUIET_SECONDS + 1))
        await hass.async_block_till_done()


async def messages(hass: HomeAssistant, hass_ws_client: WebSocketGenerator) -> list[str]:
    """Return how what happened since reads, once nothing more comes."""
    await nothing_more_comes(hass)
    return [one["message"] for one in await read(hass, hass_ws_client)]


async def read(hass: HomeAssistant, hass_ws_client: WebSocketGenerator, **where: Any) -> list[dict[str, Any]]:
    """Return our lines as the frontend asks for them."""
    await get_instance(hass).async_block_till_done()
    socket = await hass_ws_client(hass)
    since = (dt_util.utcnow() - timedelta(hours=1)).isoformat()
    await socket.send_json_auto_id({"type": "logbook/get_events", "start_time": since, **where})
    answer = await socket.receive_json()
    assert answer["success"]
    return [one for one in answer["result"] if one.get("domain") == DOMAIN]


@pytest.mark.usefixtures("logbook")
async def test_what_happened_can_be_read_where_one_looks_for_it(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    entry = await household.set_up()
    await household.sync()
    for number in range(2):
        (household.photos / f"IMG_{number}.jpg").unlink()
    await household.notice()
    await nothing_more_comes(hass)
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    [phone] = [device.id for device in devices if device.name == "Phone"]
    of_entity = await read(hass, hass_ws_client, entity_ids=[ACTIVITY])
    assert [(one["name"], one["entity_id"], one["message"]) for one in of_entity] == [
        ("Phone", ACTIVITY, "3 photos uploaded"),
        ("Phone", ACTIVITY, "2 photos moved to Immich's trash, because they were deleted on server"),
    ]
    assert await read(hass, hass_ws_client, device_ids=[phone]) == of_entity
    assert await read(hass, hass_ws_client) == of_entity
    assert await read(hass, hass_ws_client, entity_ids=["sensor.phone_status"]) == []


@pytest.mark.usefixtures("logbook")
async def test_a_line_says_what_was_done_and_why(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    await household.set_up()
    await household.sync()
    photo = household.immich.browser.find("IMG_1.jpg")
    household.immich.browser.trash(photo.id)
    await household.notice()
    household.immich.browser.restore(photo.id)
    await household.notice()
    household.take_photo("IMG_2.sync-conflict-20261120-144020-E74PNSZ.jpg")
    await household.notice()
    household.immich.faults.add(FaultKind.STATUS, path="/api/assets$", method="POST", status=500)
    household.take_photo("IMG_9.jpg")
    await household.notice()
    assert await messages(hass, hass_ws_client) == [
        "4 photos uploaded",
        "1 photo deleted in the folder, because it was deleted in Immich",
        "1 photo brought back – Restored in Immich",
        "1 conflict copy found – Changed on two devices",
        "1 photo failed – Internal error of Immich",
    ]


@pytest.mark.usefixtures("logbook")
async def test_a_question_and_its_answer_can_be_read(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    await household.set_up()
    await household.sync()
    for photo in household.photos.glob("*.jpg"):
        photo.unlink()
    await household.notice()
    asked = (await messages(hass, hass_ws_client))[1:]
    [hold] = await household.runtime.engine.holds()
    await household.runtime.engine.answer(hold.id, hold.revision, Answer.APPROVE)
    await household.sync()
    done = (await messages(hass, hass_ws_client))[2:]
    assert asked == ["3 photos wait for your decision – Many deletions in the folder"]
    assert done == ["3 photos moved to Immich's trash – As you decided"]


@pytest.mark.usefixtures("logbook")
async def test_what_was_recorded_reads_in_the_language_of_now(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    await household.set_up()
    await household.sync()
    await nothing_more_comes(hass)
    hass.config.language = "eo"
    assert [one["message"] for one in await read(hass, hass_ws_client)] == ["3 photos uploaded"]
    hass.config.language = "de"
    await translation.async_load_integrations(hass, {DOMAIN})
    assert [one["message"] for one in await read(hass, hass_ws_client)] == ["3 Fotos hochgeladen"]


async def test_an_unloaded_account_still_tells_what_was_counted(hass: HomeAssistant, household: Household) -> None:
    fired = async_capture_events(hass, EVENT_ACTIVITY)
    entry = await household.set_up()
    await household.sync()
    assert fired == []
    await hass.config_entries.async_unload(entry.entry_id)
    assert [(event.data["type"], event.data["count"]) for event in fired] == [("uploaded", 3)]


async def test_what_goes_on_for_hours_is_told_meanwhile(hass: HomeAssistant) -> None:
    told: list[tuple[Line, int]] = []
    lines = Lines(hass, lambda line, items: told.append((line, items)))
    photo = line_of(Happening.UPLOADED, "new_file", "folder: phone")
    lines.async_add(photo, 1)
    for _ in range(MOST_ROUNDS):
        assert told == []
        lines.async_add(photo, 1)
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=QUIET_SECONDS + 1))
    assert told == [(photo, MOST_ROUNDS + 1)]
    lines.async_end()
    assert len(told) == 1


def test_every_line_has_its_sentences_and_there_are_no_others() -> None:
    sentences = {happening.value for happening in Happening} | set(SENTENCES.values())
    wanted = {f"{sentence}_{number}" for sentence in sentences for number in ("one", "many")}
    assert WORDS["selector"]["activity_line"]["options"].keys() == {*wanted, DECIDED}
