"""Triggers and conditions of folders, in automations as people write them."""

import builtins
import importlib
import sys
from collections.abc import Callable
from datetime import timedelta
from types import ModuleType
from typing import Any

import pytest
import voluptuous as vol
from freezegun.api import FrozenDateTimeFactory
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed, async_mock_service

from custom_components.immich_syncthing import condition, trigger
from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.silence_trigger import SCHEMA, SHORTEST

from .household import Household

FOR_TWO_HOURS: dict[str, Any] = {"for": {"hours": 2}}


async def automation(
    hass: HomeAssistant, name: str, entity_id: str, condition: str | None = None, **options: object
) -> list[ServiceCall]:
    """Set an automation up, and return the calls that it makes."""
    done: list[ServiceCall] = async_mock_service(hass, "test", "done")
    tested = [] if condition is None else [{"condition": f"{DOMAIN}.{condition}", "target": {"entity_id": entity_id}}]
    started: dict[str, object] = {"trigger": "event", "event_type": "now"}
    if condition is None:
        started = {"trigger": f"{DOMAIN}.{name}", "target": {"entity_id": entity_id}, "options": options}
    config = {"automation": {"triggers": [started], "conditions": tested, "actions": [{"action": "test.done"}]}}
    assert await async_setup_component(hass, "automation", config)
    await hass.async_block_till_done()
    return done


def registered(hass: HomeAssistant, platform: str, key: str, state: str, integration: str = DOMAIN) -> str:
    """Return an entity of a folder that has this state."""
    entry = er.async_get(hass).async_get_or_create(
        platform, integration, f"{integration}-{key}", suggested_object_id=f"{integration}_{key}", translation_key=key
    )
    hass.states.async_set(entry.entity_id, state)
    return entry.entity_id


async def test_photos_that_come_to_wait_for_a_decision_start_it(hass: HomeAssistant) -> None:
    held = registered(hass, "sensor", "held", "0")
    calls = await automation(hass, "decision_needed", held)
    for number, started in (("3", 1), ("1", 1), ("2", 2), ("unknown", 2), ("0", 2)):
        hass.states.async_set(held, number)
        await hass.async_block_till_done()
        assert len(calls) == started, number


async def test_a_real_question_starts_it(hass: HomeAssistant, household: Household) -> None:
    await household.set_up(preset="mirror")
    await household.sync()
    calls = await automation(hass, "decision_needed", "sensor.phone_waiting_for_decision")
    for photo in household.photos.glob("*.jpg"):
        photo.unlink()
    await household.notice()
    await household.becomes(lambda: len(calls) == 1)


@pytest.mark.parametrize("what", ["uploaded", "sorted"])
async def test_what_was_done_with_a_photo_starts_it_and_nothing_else_that_happens(
    hass: HomeAssistant, what: str
) -> None:
    events = registered(hass, "event", "activity", "unknown")
    calls = await automation(hass, f"photo_{what}", events)
    for second, kind, started in ((1, what, 1), (2, "trashed", 1), (3, what, 2)):
        hass.states.async_set(events, f"2026-11-21T10:00:0{second}.000+00:00", {"event_type": kind})
        await hass.async_block_till_done()
        assert len(calls) == started, kind


async def test_a_photo_that_really_goes_up_starts_it(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    calls = await automation(hass, "photo_uploaded", "event.phone_activity")
    household.take_photo("IMG_new.jpg")
    await household.notice()
    await household.becomes(lambda: len(calls) == 1)


async def test_a_photo_that_rules_have_really_sorted_starts_it(hass: HomeAssistant, household: Household) -> None:
    await household.set_up(sorting_rules=[{"id": "new", "path": "IMG_new.jpg", "album": "New"}])
    await household.sync()
    calls = await automation(hass, "photo_sorted", "event.phone_activity")
    household.take_photo("IMG_new.jpg")
    await household.notice()
    await household.becomes(lambda: len(calls) == 1)


async def test_a_problem_starts_it_once(hass: HomeAssistant) -> None:
    problem = registered(hass, "binary_sensor", "problem", "off")
    calls = await automation(hass, "had_problem", problem)
    for state, started in (("on", 1), ("off", 1), ("on", 2)):
        hass.states.async_set(problem, state)
        await hass.async_block_till_done()
        assert len(calls) == started, state


@pytest.mark.parametrize(
    ("name", "platform", "key", "before", "after"),
    [
        ("decision_needed", "sensor", "held", "0", "1"),
        ("decision_needed", "sensor", "failed", "0", "1"),
        ("had_problem", "binary_sensor", "problem", "off", "on"),
        ("photo_uploaded", "event", "activity", "unknown", "2026-11-21T10:00:01.000+00:00"),
        ("photo_sorted", "event", "activity", "unknown", "2026-11-21T10:00:01.000+00:00"),
    ],
)
async def test_what_belongs_to_others_starts_nothing(
    hass: HomeAssistant, name: str, platform: str, key: str, before: str, after: str
) -> None:
    integration = DOMAIN if key == "failed" else "another"
    entity_id = registered(hass, platform, key, before, integration)
    calls = await automation(hass, name, entity_id)
    hass.states.async_set(entity_id, after, {"event_type": name.removeprefix("photo_")})
    await hass.async_block_till_done()
    assert calls == []


async def pass_time(hass: HomeAssistant, freezer: FrozenDateTimeFactory, time: timedelta) -> None:
    freezer.tick(time)
    async_fire_time_changed(hass)
    await hass.async_block_till_done()


async def test_silence_starts_it_once_until_the_folder_is_heard_of_again(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    last = registered(hass, "sensor", "last_successful_cycle", dt_util.utcnow().isoformat())
    calls = await automation(hass, "went_silent", last, None, **FOR_TWO_HOURS)
    await pass_time(hass, freezer, timedelta(minutes=119))
    assert calls == []
    await pass_time(hass, freezer, timedelta(minutes=2))
    assert len(calls) == 1
    await pass_time(hass, freezer, timedelta(hours=5))
    assert len(calls) == 1
    hass.states.async_set(last, dt_util.utcnow().isoformat())
    await hass.async_block_till_done()
    await pass_time(hass, freezer, timedelta(minutes=90))
    hass.states.async_set(last, dt_util.utcnow().isoformat())
    await hass.async_block_till_done()
    await pass_time(hass, freezer, timedelta(minutes=90))
    assert len(calls) == 1
    await pass_time(hass, freezer, timedelta(minutes=31))
    assert len(calls) == 2


def test_a_silence_that_the_sensor_could_not_tell_from_work_is_refused() -> None:
    target = {"entity_id": "sensor.phone_last_successful_cycle"}
    with pytest.raises(vol.Invalid):
        SCHEMA({"target": target, "options": {"for": {"minutes": 19}}})
    assert SCHEMA({"target": target, "options": {"for": {"minutes": 20}}})["options"]["for"] == SHORTEST


async def test_who_is_silent_when_it_begins_gets_a_while_to_speak(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory
) -> None:
    last = registered(hass, "sensor", "last_successful_cycle", (dt_util.utcnow() - timedelta(days=3)).isoformat())
    calls = await automation(hass, "went_silent", last)
    await pass_time(hass, freezer, timedelta(minutes=9))
    assert calls == []
    await pass_time(hass, freezer, timedelta(minutes=2))
    assert len(calls) == 1


async def test_an_automation_that_ends_waits_for_nothing(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    last = registered(hass, "sensor", "last_successful_cycle", dt_util.utcnow().isoformat())
    calls = await automation(hass, "went_silent", last)
    [name] = hass.states.async_entity_ids("automation")
    await hass.services.async_call("automation", "turn_off", {"entity_id": name}, blocking=True)
    await pass_time(hass, freezer, timedelta(days=2))
    assert calls == []


async def test_a_folder_that_is_not_meant_any_more_is_not_waited_for(
    hass: HomeAssistant, freezer: FrozenDateTimeFactory, entity_registry: er.EntityRegistry
) -> None:
    last = registered(hass, "sensor", "last_successful_cycle", dt_util.utcnow().isoformat())
    calls = async_mock_service(hass, "test", "done")
    entity_registry.async_update_entity(last, labels={"watched"})
    started = {"trigger": f"{DOMAIN}.went_silent", "target": {"label_id": "watched"}, "options": {}}
    config = {"automation": {"triggers": [started], "actions": [{"action": "test.done"}]}}
    assert await async_setup_component(hass, "automation", config)
    await hass.async_block_till_done()
    entity_registry.async_update_entity(last, labels=set())
    await hass.async_block_till_done()
    await pass_time(hass, freezer, timedelta(days=2))
    assert calls == []


@pytest.mark.parametrize(
    ("name", "key", "passing", "failing"),
    [
        ("is_in_agreement", "status", "in_agreement", "uploading"),
        ("is_paused", "status", "paused", "in_agreement"),
        ("waits_for_decision", "held", "2", "0"),
        ("waits_for_decision", "held", "2", "unknown"),
    ],
)
async def test_a_condition_passes_when_it_holds(
    hass: HomeAssistant, name: str, key: str, passing: str, failing: str
) -> None:
    entity_id = registered(hass, "sensor", key, failing)
    calls = await automation(hass, "", entity_id, condition=name)
    for state, done in ((failing, 0), (passing, 1)):
        hass.states.async_set(entity_id, state)
        hass.bus.async_fire("now")
        await hass.async_block_till_done()
        assert len(calls) == done


@pytest.mark.parametrize("name", ["is_paused", "waits_for_decision"])
async def test_a_condition_about_others_does_not_pass(hass: HomeAssistant, name: str) -> None:
    key, state = ("status", "paused") if name == "is_paused" else ("held", "2")
    entity_id = registered(hass, "sensor", key, state, "another")
    calls = await automation(hass, "", entity_id, condition=name)
    hass.bus.async_fire("now")
    await hass.async_block_till_done()
    assert calls == []


async def test_a_folder_really_is_paused(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    calls = await automation(hass, "", "sensor.phone_status", condition="is_paused")
    hass.bus.async_fire("now")
    await hass.async_block_till_done()
    assert calls == []
    await hass.services.async_call(DOMAIN, "pause", {}, blocking=True)
    await household.becomes(lambda: household.shown("sensor.phone_status") == "paused")
    hass.bus.async_fire("now")
    await hass.async_block_till_done()
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("module", "needed", "ask"),
    [
        (trigger, "folder_triggers", "async_get_triggers"),
        (condition, "folder_conditions", "async_get_conditions"),
    ],
)
async def test_where_home_assistant_makes_them_in_another_way_there_are_none(
    hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch, module: ModuleType, needed: str, ask: str
) -> None:
    assert await getattr(module, ask)(hass)
    importing: Callable[..., ModuleType] = builtins.__import__

    def without(name: str, *rest: Any, **more: Any) -> ModuleType:
        if name == needed:
            message = "cannot import name 'EntityTriggerBase'"
            raise ImportError(message)
        return importing(name, *rest, **more)

    with monkeypatch.context() as patch:
        patch.delitem(sys.modules, f"custom_components.{DOMAIN}.{needed}")
        patch.setattr(builtins, "__import__", without)
        assert await getattr(importlib.reload(module), ask)(hass) == {}
    importlib.reload(module)
    assert await getattr(module, ask)(hass)
