"""The blueprints, run by Home Assistant's own automations: what they make the integration do, and what they tell."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from .automations import Automations, Phone, phone
from .household import FOLDER, Household

WAITING = "sensor.phone_waiting_for_decision"
LAST_CYCLE = "sensor.phone_last_successful_cycle"
NAMES = {f"IMG_{number}.jpg" for number in range(3)}

REPORT = [{"event": "reported", "event_data": {"title": "{{ title }}", "message": "{{ message }}"}}]
"""What a person may have done with a report."""


@pytest.fixture
async def automations(hass: HomeAssistant) -> AsyncIterator[Automations]:
    made = Automations(hass)
    yield made
    await made.stop()


@pytest.fixture
def annas(hass: HomeAssistant) -> Phone:
    return phone(hass)


@pytest.fixture
def reports(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Return what was reported, and goes on being."""
    heard: list[dict[str, Any]] = []
    hass.bus.async_listen("reported", lambda event: heard.append(dict(event.data)))
    return heard


def folder_device(hass: HomeAssistant) -> str:
    entity = er.async_get(hass).async_get(WAITING)
    assert entity is not None
    assert entity.device_id is not None
    return entity.device_id


async def delete_all(household: Household) -> None:
    """Delete all photos from the folder: that is always asked."""
    for photo in household.photos.glob("*.jpg"):
        photo.unlink()
    await household.notice()


# --- ask me on my phone ------------------------------------------------------------------------------------------


@pytest.fixture
async def asked(household: Household, annas: Phone, automations: Automations) -> dict[str, Any]:
    """Return the notification that came after somebody deleted all photos."""
    await household.set_up(preset="mirror")
    await household.sync()
    await automations.make("ask_me_on_my_phone", waiting=WAITING, phone=annas.device_id, patience=0)
    await delete_all(household)
    [notification] = (await annas.becomes(lambda shown: len(shown) == 1)).values()
    return notification


async def test_the_phone_says_what_is_asked(asked: dict[str, Any]) -> None:
    assert asked["title"] == "3 photos were deleted in Phone"
    assert set(asked["message"].split(", ")) == NAMES
    buttons = [one["title"] for one in asked["data"]["actions"]]
    assert buttons == ["Move them to Immich's trash", "Leave them in Immich", "Bring the files back"]


async def test_approved_on_the_phone_it_is_done(household: Household, annas: Phone, asked: dict[str, Any]) -> None:
    await annas.tap(asked, "Move them to Immich's trash")
    await household.sync()
    assert {asset.name for asset in household.immich.browser.assets(trashed=True)} == NAMES
    await annas.becomes(lambda shown: not shown)


async def test_left_on_the_phone_both_sides_stay(household: Household, annas: Phone, asked: dict[str, Any]) -> None:
    await annas.tap(asked, "Leave them in Immich")
    await household.sync()
    assert {asset.name for asset in household.immich.browser.assets(trashed=False)} == NAMES
    assert list(household.photos.glob("*.jpg")) == []
    await annas.becomes(lambda shown: not shown)


async def test_undone_on_the_phone_the_files_come_back(
    household: Household, annas: Phone, asked: dict[str, Any]
) -> None:
    await annas.tap(asked, "Bring the files back")
    await household.sync()
    assert {photo.name for photo in household.photos.glob("*.jpg")} == NAMES


async def test_a_tap_answers_what_was_counted_and_the_rest_is_asked(
    household: Household, annas: Phone, asked: dict[str, Any]
) -> None:
    household.take_photo("IMG_late.jpg")
    await household.notice()
    (household.photos / "IMG_late.jpg").unlink()
    await household.notice()
    await annas.becomes(lambda shown: any(one["title"].startswith("4 ") for one in shown.values()))
    await annas.tap(asked, "Move them to Immich's trash")
    await household.sync()
    assert {asset.name for asset in household.immich.browser.assets(trashed=True)} == NAMES
    [left] = (await annas.becomes(lambda shown: any(one["title"].startswith("1 ") for one in shown.values()))).values()
    assert left["message"] == "IMG_late.jpg"


async def test_a_tap_on_another_automations_button_is_none_of_its_business(
    hass: HomeAssistant, household: Household, asked: dict[str, Any]
) -> None:
    for button in asked["data"]["actions"]:
        other = button["action"].replace(WAITING, "sensor.tablet_waiting_for_decision")
        hass.bus.async_fire("mobile_app_notification_action", {"action": other})
    hass.bus.async_fire("mobile_app_notification_action", {})
    forged = asked["data"]["actions"][0]["action"].replace("|approve|", "|pause|")
    hass.bus.async_fire("mobile_app_notification_action", {"action": forged})
    await hass.async_block_till_done()
    await household.sync()
    assert household.shown(WAITING) == "3"
    assert household.shown("switch.phone_sync") == "on"


# --- pause on mobile data ----------------------------------------------------------------------------------------


@pytest.fixture
async def careful(hass: HomeAssistant, household: Household, automations: Automations) -> Household:
    """Return the household that pauses on mobile data, at home with a full battery."""
    await household.set_up()
    await household.sync()
    hass.states.async_set("sensor.annas_network_type", "wifi")
    hass.states.async_set("sensor.annas_battery", "80")
    await automations.make(
        "pause_on_mobile_data",
        folders={"device_id": [folder_device(hass)]},
        network="sensor.annas_network_type",
        battery="sensor.annas_battery",
        quiet=0,
    )
    return household


@pytest.mark.parametrize(
    ("sensor", "bad", "good"),
    [("sensor.annas_network_type", "Cellular", "wifi"), ("sensor.annas_battery", "19", "20")],
    ids=["mobile data", "low battery"],
)
async def test_the_folder_rests_while_the_phone_has_it_hard(
    hass: HomeAssistant, careful: Household, sensor: str, bad: str, good: str
) -> None:
    engine = careful.runtime.folders[FOLDER].engine
    assert not engine.paused
    hass.states.async_set(sensor, bad)
    await careful.becomes(lambda: engine.paused)
    assert engine.paused_until == pytest.approx(dt_util.utcnow().timestamp() + 7200, abs=60)
    hass.states.async_set(sensor, good)
    await careful.becomes(lambda: not engine.paused)


async def test_a_pause_is_renewed_before_it_ends(hass: HomeAssistant, careful: Household) -> None:
    engine = careful.runtime.folders[FOLDER].engine
    hass.states.async_set("sensor.annas_network_type", "cellular")
    await careful.becomes(lambda: engine.paused)
    first = engine.paused_until
    assert first is not None
    async_fire_time_changed(hass, _next(minute=15))
    await careful.becomes(lambda: (engine.paused_until or 0.0) > first)


async def test_who_paused_the_folder_decides_when_it_goes_on(hass: HomeAssistant, careful: Household) -> None:
    folder = careful.runtime.folders[FOLDER]
    await folder.async_pause(None)
    for kind in ("cellular", "wifi"):
        hass.states.async_set("sensor.annas_network_type", kind)
        await hass.async_block_till_done()
        assert folder.engine.paused
        assert folder.engine.paused_until is None


async def test_a_phone_that_is_fine_unpauses_nothing_by_itself(hass: HomeAssistant, careful: Household) -> None:
    folder = careful.runtime.folders[FOLDER]
    await folder.async_pause(dt_util.utcnow().timestamp() + 600)
    async_fire_time_changed(hass, _next(minute=15))
    await hass.async_block_till_done()
    assert folder.engine.paused


# --- check every night -------------------------------------------------------------------------------------------


async def test_every_night_all_is_checked_and_reported(
    hass: HomeAssistant, household: Household, automations: Automations, reports: list[dict[str, Any]]
) -> None:
    await household.set_up()
    await automations.make("check_every_night", at="03:30:00", report=REPORT)
    asked = _asked_of_immich(household)
    async_fire_time_changed(hass, _next(hour=3, minute=30))
    await household.becomes(lambda: len(reports) == 1)
    assert reports[0]["title"] == "Photos: all is well"
    assert reports[0]["message"].startswith("Phone: 3 files,")
    assert _asked_of_immich(household) > asked


async def test_the_report_tells_what_waits(
    hass: HomeAssistant, household: Household, automations: Automations, reports: list[dict[str, Any]]
) -> None:
    await household.set_up()
    await household.sync()
    await delete_all(household)
    await automations.make(
        "check_every_night", folders={"device_id": [folder_device(hass)]}, only_if_needed=True, report=REPORT
    )
    async_fire_time_changed(hass, _next(hour=3, minute=30))
    await household.becomes(lambda: len(reports) == 1)
    assert reports[0]["title"] == "Photos: something needs you"
    assert "3 waiting for your decision" in reports[0]["message"]


async def test_where_nothing_needs_anybody_nothing_is_reported(
    hass: HomeAssistant, household: Household, automations: Automations, reports: list[dict[str, Any]]
) -> None:
    await household.set_up()
    await household.sync()
    entity_id = await automations.make("check_every_night", only_if_needed=True, report=REPORT)
    await automations.run(entity_id)
    assert reports == []


async def test_a_report_says_why_a_folder_could_not_be_checked(
    hass: HomeAssistant, household: Household, automations: Automations, reports: list[dict[str, Any]]
) -> None:
    await household.set_up()
    await household.sync()
    await household.immich.stop()
    entity_id = await automations.make("check_every_night", only_if_needed=True, report=REPORT)
    await automations.run(entity_id)
    await household.becomes(lambda: len(reports) == 1)
    assert "Immich" in reports[0]["message"]


# --- warn when silent --------------------------------------------------------------------------------------------


@pytest.fixture
async def quiet(household: Household) -> Household:
    """Return the household after its account was unloaded: its sensor shows what a test sets."""
    entry = await household.set_up()
    await household.sync()
    await household.hass.config_entries.async_unload(entry.entry_id)
    return household


async def test_a_silent_folder_is_told_when_its_time_is_up(
    hass: HomeAssistant, quiet: Household, automations: Automations, reports: list[dict[str, Any]]
) -> None:
    await automations.make("warn_when_silent", last_cycle=LAST_CYCLE, hours=2, warning=REPORT)
    hass.states.async_set(LAST_CYCLE, (dt_util.utcnow() - timedelta(hours=1)).isoformat())
    await hass.async_block_till_done()
    assert reports == []
    hass.states.async_set(LAST_CYCLE, (dt_util.utcnow() - timedelta(hours=3)).isoformat())
    await quiet.becomes(lambda: len(reports) == 1)
    assert reports[0]["title"] == "Photos are not synchronised"
    assert reports[0]["message"].startswith("Phone: nothing was compared since 20")


async def test_it_is_told_again_every_day(
    hass: HomeAssistant, quiet: Household, automations: Automations, reports: list[dict[str, Any]]
) -> None:
    hass.states.async_set(LAST_CYCLE, (dt_util.utcnow() - timedelta(hours=3)).isoformat())
    await automations.make("warn_when_silent", last_cycle=LAST_CYCLE, hours=2, warning=REPORT)
    assert reports == []
    async_fire_time_changed(hass, _next(hour=12))
    await quiet.becomes(lambda: len(reports) == 1)


async def test_a_folder_that_is_not_loaded_is_not_silent_at_once(
    hass: HomeAssistant, quiet: Household, automations: Automations, reports: list[dict[str, Any]]
) -> None:
    await automations.make("warn_when_silent", last_cycle=LAST_CYCLE, hours=2, warning=REPORT)
    async_fire_time_changed(hass, _next(hour=12))
    await hass.async_block_till_done()
    assert reports == []


def _next(hour: int | None = None, minute: int = 0) -> datetime:
    """Return the next moment at which a clock in Home Assistant's time zone shows this; just after it."""
    now = dt_util.now()
    then = now.replace(minute=minute, second=0, microsecond=500_000)
    if hour is not None:
        then = then.replace(hour=hour)
    step = timedelta(hours=1) if hour is None else timedelta(days=1)
    return dt_util.as_utc(then if then > now else then + step)


def _asked_of_immich(household: Household) -> int:
    return sum("bulk-upload-check" in request.path for request in household.immich.log)
