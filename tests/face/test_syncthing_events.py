"""Syncthing's events: what they wake, and what happens when they are lost."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import pytest
from homeassistant.core import HomeAssistant

from custom_components.immich_syncthing.engine.model import FolderState
from custom_components.immich_syncthing.syncthing.models import Event, EventBatch, EventType
from custom_components.immich_syncthing.syncthing_events import DiskEvents, StateEvents

from .household import FOLDER, Household


def event(kind: EventType, **data: Any) -> Event:
    return Event(id=1, type=kind, time=datetime.now(UTC), data=data)


def batch(*events: Event, gap: bool = False) -> EventBatch:
    return EventBatch(events=events, gap=gap)


@pytest.fixture
async def resting(household: Household, monkeypatch: pytest.MonkeyPatch) -> Household:
    """Return the household with a folder that only an event can wake."""
    for name in ("DISK_EVENTS", "STATE_EVENTS"):
        # The streams listen to what never happens, so that the tests alone tell what does.
        monkeypatch.setattr(f"custom_components.immich_syncthing.syncthing_events.{name}", ("StartupComplete",))
    entry = household.make_entry()
    household.hass.config_entries.async_update_entry(entry, pref_disable_polling=True)
    await household.load()
    await household.sync()
    return household


async def wakes(household: Household, listener: DiskEvents | StateEvents, told: EventBatch) -> None:
    """Tell the listener and wait for the cycle that this must begin."""
    before = household.runtime.folders[FOLDER].data
    listener.handle(told)
    await household.becomes(lambda: household.runtime.folders[FOLDER].data is not before)


def disk(household: Household) -> DiskEvents:
    return DiskEvents({"photos": [household.runtime.folders[FOLDER]]})


def state(household: Household, refreshed: list[bool]) -> StateEvents:
    return StateEvents({"photos": [household.runtime.folders[FOLDER]]}, lambda: refreshed.append(True))


async def test_a_changed_file_wakes_its_folder(hass: HomeAssistant, resting: Household) -> None:
    resting.take_photo("IMG_9.jpg")
    change = event(EventType.REMOTE_CHANGE_DETECTED, folder="photos", path="IMG_9.jpg", action="modified", type="file")
    await wakes(resting, disk(resting), batch(change))
    await resting.sync()
    assert "IMG_9.jpg" in {asset.name for asset in resting.immich.browser.assets()}


async def test_a_folder_is_looked_at_for_which_another_ones_deletion_waits(
    hass: HomeAssistant, resting: Household
) -> None:
    """Syncthing 2 counts by larger steps, so that more seems to have changed there than it told of."""
    tablet = resting.photos.parent / "tablet"
    tablet.mkdir()
    await resting.syncthing.add_folder("tablet", "Tablet", tablet, fsWatcherEnabled=False)
    resting.add_folder("tablet", "Tablet", tablet)
    await hass.async_block_till_done()
    await resting.sync()
    other = resting.runtime.folders["tablet"]
    await other.async_sync()
    for name in ("one.jpg", "two.jpg"):
        (tablet / name).write_bytes(name.encode() * 50)
    await resting.syncthing.scan("tablet")
    change = event(EventType.LOCAL_CHANGE_DETECTED, folder="tablet", path="one.jpg", action="modified", type="file")
    DiskEvents({"tablet": [other]}).handle(batch(change))
    await resting.becomes(lambda: len(resting.immich.browser.assets()) == 4)
    while (await other.async_sync()).again_in is not None:
        await asyncio.sleep(0.2)
    assert resting.runtime.engine.folders["tablet"].state is FolderState.IN_AGREEMENT

    (resting.photos / "IMG_1.jpg").unlink()
    await resting.syncthing.scan("photos")
    gone = event(EventType.LOCAL_CHANGE_DETECTED, folder="photos", path="IMG_1.jpg", action="deleted", type="file")
    disk(resting).handle(batch(gone))
    await resting.becomes(lambda: "IMG_1.jpg" in {asset.name for asset in resting.immich.browser.assets(trashed=True)})


async def test_missed_events_make_it_look_at_everything(hass: HomeAssistant, resting: Household) -> None:
    resting.take_photo("IMG_9.jpg")
    await wakes(resting, disk(resting), batch(gap=True))
    await resting.sync()
    assert "IMG_9.jpg" in {asset.name for asset in resting.immich.browser.assets()}


async def test_an_event_that_names_no_path_makes_it_look_at_everything(hass: HomeAssistant, resting: Household) -> None:
    resting.take_photo("IMG_9.jpg")
    await wakes(resting, disk(resting), batch(event(EventType.LOCAL_CHANGE_DETECTED, folder="photos")))
    await resting.sync()
    assert "IMG_9.jpg" in {asset.name for asset in resting.immich.browser.assets()}


@pytest.mark.parametrize(
    "told",
    [
        event(EventType.STATE_CHANGED, folder="photos", to="idle"),
        event(EventType.STATE_CHANGED, folder="photos", to="error"),
        event(EventType.FOLDER_RESUMED, id="photos"),
    ],
    ids=["idle", "error", "resumed"],
)
async def test_what_opens_or_shuts_the_gate_wakes_the_folder(
    hass: HomeAssistant, resting: Household, told: Event
) -> None:
    await wakes(resting, state(resting, []), batch(told))


async def test_nothing_else_wakes_it(hass: HomeAssistant, resting: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    woken: list[bool] = []
    monkeypatch.setattr(resting.runtime.folders[FOLDER], "async_wake", lambda: woken.append(True))
    refreshed: list[bool] = []
    of_another = event(EventType.REMOTE_CHANGE_DETECTED, folder="music", path="a.mp3", action="modified", type="file")
    disk(resting).handle(batch(of_another, event(EventType.DEVICE_CONNECTED, id="ABC")))
    state(resting, refreshed).handle(
        batch(
            event(EventType.STATE_CHANGED, folder="photos", to="scanning"),
            event(EventType.STATE_CHANGED, folder="music", to="idle"),
        )
    )
    assert woken == refreshed == []


@pytest.mark.parametrize("told", [batch(gap=True), batch(event(EventType.DEVICE_CONNECTED, id="ABC"))])
async def test_what_is_shown_of_the_server_is_asked_for_anew(
    hass: HomeAssistant, resting: Household, told: EventBatch
) -> None:
    refreshed: list[bool] = []
    state(resting, refreshed).handle(told)
    assert refreshed == [True]


async def test_events_go_on_after_syncthing_was_away(
    hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.immich_syncthing.syncthing_events.EVENT_RETRY_SECONDS", 0.1)
    await household.set_up()
    await household.sync()
    await household.syncthing.stop()
    await household.becomes(lambda: household.shown("binary_sensor.syncthing_connection") == "off")
    await household.syncthing.start()
    household.take_photo("IMG_9.jpg")
    await household.syncthing.scan("photos")
    await household.becomes(lambda: len(household.immich.browser.assets()) == 4)
