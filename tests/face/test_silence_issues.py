"""A folder that has not been in order for a day is told, with the reason; so is an account that never came up."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.immich_syncthing.engine.ledger.views import FolderCounts
from custom_components.immich_syncthing.engine.model import FolderState
from custom_components.immich_syncthing.engine.pulse import Pulse
from custom_components.immich_syncthing.engine.report import CycleReport
from custom_components.immich_syncthing.faults.coded import Problem
from custom_components.immich_syncthing.issues import not_loaded
from custom_components.immich_syncthing.issues.silence import PATIENCE_SECONDS, silence_issues

from .household import FOLDER, Household
from .repairing import shown, told

DAY = 24 * 3600.0


def report(state: FolderState = FolderState.IN_AGREEMENT, **more: Any) -> CycleReport:
    return CycleReport("a", state, FolderCounts(), 0.0, successful=True, **more)


def found(pulse: Pulse, last: CycleReport | None, now: float = 10 * DAY) -> dict[str, str]:
    """Return which issues are wanted, with the reason that they give."""
    words = {"immich_cannot_connect": "Immich not reachable"}
    issues = silence_issues(pulse, last, now, folder_id="a", title="Phone", words=words)
    return {one.key: one.placeholders["reason"] for one in issues}


def test_a_day_without_success_is_told_with_the_reason() -> None:
    away = report(FolderState.WAITING_FOR_IMMICH, problem=Problem("immich_cannot_connect"))
    assert found(Pulse(0.0, success=9 * DAY, passing=9 * DAY), away) == {}
    assert found(Pulse(0.0, success=9 * DAY - 1, passing=9 * DAY), away) == {"silent": "Immich not reachable"}


def test_a_folder_that_never_succeeded_counts_from_when_it_was_added() -> None:
    assert found(Pulse(9.5 * DAY), None) == {}
    assert found(Pulse(8.5 * DAY), None) == {"silent": "?"}


def test_deletions_that_do_not_pass_for_a_day_are_told_unless_that_is_told_otherwise() -> None:
    pulse = Pulse(0.0, success=10 * DAY, passing=8 * DAY)
    assert found(pulse, report(wait_reason="syncthing_incomplete")) == {"deletions_blocked": "syncthing_incomplete"}
    assert found(pulse, report(wait_reason="ignore_delete")) == {}
    assert found(pulse, report(FolderState.RECOVERY, wait_reason="paused")) == {}
    assert found(pulse, report()) == {}
    assert found(pulse, None) == {}


@pytest.fixture
async def silent(hass: HomeAssistant, household: Household, passing: Callable[[float], None]) -> Household:
    """Return the household two days after Immich went away."""
    await household.set_up()
    await household.sync()
    await household.immich.stop()
    pulse = household.runtime.folders[FOLDER].engine.pulse
    assert pulse.success is not None
    pulse.success -= 2 * DAY
    await household.sync()
    assert shown(hass) == {}
    passing(PATIENCE_SECONDS)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=61))
    await hass.async_block_till_done(wait_background_tasks=False)
    return household


async def test_silence_is_told_and_ends_with_a_look_that_goes_well(hass: HomeAssistant, silent: Household) -> None:
    said = told(hass, "silent")
    assert (said["folder"], said["reason"]) == ("Phone", "Immich not reachable")
    await silent.immich.start()
    await silent.sync()
    assert shown(hass) == {}


async def test_a_folder_that_its_owner_paused_is_not_silent(hass: HomeAssistant, silent: Household) -> None:
    assert shown(hass).keys() == {"silent"}
    await silent.runtime.folders[FOLDER].engine.pause(None)
    await silent.sync()
    assert shown(hass) == {}


async def test_an_account_that_does_not_come_up_for_a_day_is_told_until_it_does(
    hass: HomeAssistant, household: Household, passing: Callable[[float], None]
) -> None:
    entry = household.make_entry()
    await household.immich.stop()
    assert not await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()

    async def ten_minutes(later: int) -> None:
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=11 * later))
        await hass.async_block_till_done(wait_background_tasks=False)

    await ten_minutes(1)
    assert shown(hass) == {}
    passing(not_loaded.SILENT_SECONDS)
    await ten_minutes(2)
    assert told(hass, "account_not_loaded") == {"account": entry.title}
    await household.immich.start()
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert shown(hass) == {}
    await ten_minutes(3)
    assert shown(hass) == {}
