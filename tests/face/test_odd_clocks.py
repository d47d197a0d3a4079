"""The clock of Home Assistant's machine jumps while everything runs: one without a battery starts anywhere in time."""

import asyncio
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.immich_syncthing.engine.model import FolderState
from custom_components.immich_syncthing.issues.silence import PATIENCE_SECONDS
from tests.servers.immich import FaultKind

from .household import FOLDER, Household, Jump
from .repairing import shown, told

DAY = 24 * 3600.0
YEAR = 365 * DAY


async def a_minute(hass: HomeAssistant) -> None:
    """Let what happens every minute happen."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=61))
    await hass.async_block_till_done(wait_background_tasks=False)


def age(household: Household, key: str) -> float:
    """Return how many seconds ago a moment was that a sensor of the folder shows."""
    moment = datetime.fromisoformat(household.shown(f"sensor.phone_{key}"))
    return (dt_util.utcnow() - moment).total_seconds()


@pytest.mark.parametrize("seconds", [-DAY, YEAR], ids=["back by a day", "forward by a year"])
async def test_a_clock_that_jumps_changes_nothing_but_the_time(
    hass: HomeAssistant, household: Household, jump: Jump, passing: Callable[[float], None], seconds: float
) -> None:
    await household.set_up()
    await household.sync()
    jump(seconds)
    await a_minute(hass)
    assert shown(hass) == {}

    household.take_photo("IMG_late.jpg")
    async with asyncio.timeout(60):
        report = await household.notice()
    passing(PATIENCE_SECONDS)
    await a_minute(hass)
    assert (report.state, report.again_in, report.counts.linked) == (FolderState.IN_AGREEMENT, None, 4)
    assert shown(hass) == {}
    assert -60 < age(household, "last_change") < 120
    assert -60 < age(household, "last_successful_cycle") < 720

    household.immich.browser.trash(household.immich.browser.find("IMG_late.jpg").id)
    async with asyncio.timeout(60):
        report = await household.sync()
    assert (report.state, report.again_in) == (FolderState.IN_AGREEMENT, None)
    assert not (household.photos / "IMG_late.jpg").exists()


async def test_a_pause_ends_when_the_clock_has_passed_its_end(household: Household, jump: Jump) -> None:
    await household.set_up()
    await household.sync()
    folder = household.runtime.folders[FOLDER]
    await folder.async_pause(time.time() + 7200)
    assert (await folder.async_sync()).state is FolderState.PAUSED
    jump(YEAR)
    assert (await household.sync()).state is FolderState.IN_AGREEMENT
    assert not folder.engine.paused


async def test_a_pause_lasts_to_its_moment_and_is_ended_by_hand(household: Household, jump: Jump) -> None:
    await household.set_up()
    await household.sync()
    folder, until = household.runtime.folders[FOLDER], time.time() + 7200
    await folder.async_pause(until)
    jump(-DAY)
    assert (await folder.async_sync()).state is FolderState.PAUSED
    assert folder.engine.paused_until == until
    await folder.async_resume()
    assert (await household.sync()).state is FolderState.IN_AGREEMENT


async def test_what_failed_is_tried_again_soon_after_the_clock_went_back(household: Household, jump: Jump) -> None:
    rule = household.immich.faults.add(FaultKind.STATUS, path="/api/assets$", method="POST", status=500)
    await household.set_up()
    folder = household.runtime.folders[FOLDER]
    await household.becomes(lambda: rule.hits >= 3)
    assert (await folder.async_sync()).counts.linked == 0
    jump(-DAY)
    household.immich.faults.clear()
    folder.async_wake()
    await household.becomes(lambda: len(household.immich.browser.assets(trashed=False)) == 3)


async def test_silence_is_told_after_a_day_although_the_clock_was_ahead_by_a_year(
    hass: HomeAssistant, household: Household, jump: Jump, passing: Callable[[float], None]
) -> None:
    jump(YEAR)
    await household.set_up()
    await household.sync()
    await household.immich.stop()
    jump(-YEAR)
    await household.sync()
    assert age(household, "last_successful_cycle") > -60

    jump(DAY + 120)
    await a_minute(hass)
    assert shown(hass) == {}
    passing(PATIENCE_SECONDS)
    await a_minute(hass)
    assert told(hass, "silent")["folder"] == "Phone"
