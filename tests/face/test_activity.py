"""What happens in a folder is told as it happens, once, and never in thousands."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any, cast

import pytest
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_capture_events, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.immich_syncthing.bursts import ONE_BY_ONE, WINDOW_SECONDS
from custom_components.immich_syncthing.engine.ledger.views import HistoryEntry
from custom_components.immich_syncthing.event import Happening, happening_of
from custom_components.immich_syncthing.immich.permissions import REQUIRED
from tests.immich.photos import photo as jpeg
from tests.servers.immich import FaultKind

from .household import FOLDER, Household

ACTIVITY = "event.phone_activity"


def happened(events: list[Event[EventStateChangedData]]) -> list[dict[str, Any]]:
    """Return what the entity told, in its order."""
    states: list[State] = [
        event.data["new_state"]
        for event in events
        if event.data["entity_id"] == ACTIVITY and event.data["new_state"] is not None
    ]
    told = [state for state in states if state.state not in {"unknown", "unavailable"}]
    shown = ("event_type", "path", "asset_id", "reason", "side", "count")
    return [{key: state.attributes[key] for key in shown} for state in told]


def types(events: list[Event[EventStateChangedData]]) -> list[str]:
    return [one["event_type"] for one in happened(events)]


async def a_minute_passes(hass: HomeAssistant) -> None:
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=WINDOW_SECONDS + 1))
    await hass.async_block_till_done()


async def settled(hass: HomeAssistant, household: Household) -> list[Event[EventStateChangedData]]:
    """Have a folder in agreement, and listen from then on."""
    await household.set_up()
    await household.sync()
    await a_minute_passes(hass)
    events: list[Event[EventStateChangedData]] = async_capture_events(hass, "state_changed")
    return events


async def test_an_upload_is_told_with_what_it_is(hass: HomeAssistant, household: Household) -> None:
    events = async_capture_events(hass, "state_changed")
    for photo in list(household.photos.glob("*.jpg"))[1:]:
        photo.unlink()
    await household.set_up()
    await household.sync()
    [asset] = household.immich.browser.assets()
    assert happened(events) == [
        {
            "event_type": "uploaded",
            "path": asset.name,
            "asset_id": asset.id,
            "reason": "new_file",
            "side": "folder: server",
            "count": 1,
        }
    ]


async def test_a_photo_is_told_with_its_page_and_a_picture_without_a_key(
    hass: HomeAssistant, household: Household, hass_client_no_auth: ClientSessionGenerator
) -> None:
    for number, file in enumerate(household.photos.glob("*.jpg")):
        file.write_bytes(jpeg(number))
    await household.set_up()
    client = await hass_client_no_auth()
    await household.sync()
    await household.immich.settle()
    state = hass.states.get(ACTIVITY)
    assert state is not None
    told = state.attributes
    assert told["link"] == f"{household.immich.url}/photos/{told['asset_id']}"
    assert household.key not in str(told)
    assert (await client.get(told["thumbnail"])).status == HTTPStatus.OK


async def test_what_rules_gave_a_photo_is_told_once_they_have(hass: HomeAssistant, household: Household) -> None:
    await household.set_up(
        sorting_rules=[{"id": "s", "path": "*/*.jpg", "album": "Site {1}", "tags": ["Sites/{1}"], "favorite": True}]
    )
    await household.sync()
    events = async_capture_events(hass, "state_changed")
    household.take_photo("North/roof.jpg")
    await household.notice()
    await household.becomes(lambda: "sorted" in types(events))
    assert types(events) == ["uploaded", "sorted"]
    state = hass.states.get(ACTIVITY)
    assert state is not None
    told = {key: state.attributes[key] for key in ("path", "asset_id", "reason", "side", "albums", "tags", "given")}
    assert told == {
        "path": "North/roof.jpg",
        "asset_id": household.immich.browser.find("roof.jpg").id,
        "reason": "rules",
        "side": "folder",
        "albums": ["Site North"],
        "tags": ["Sites/North"],
        "given": ["album", "tags", "favorite"],
    }
    assert state.attributes["link"] == f"{household.immich.url}/photos/{told['asset_id']}"
    assert state.attributes["thumbnail"]

    answer = await hass.services.async_call(
        "immich_syncthing", "history", {"kind": "sort"}, blocking=True, return_response=True
    )
    assert answer is not None
    [line] = cast("list[dict[str, Any]]", answer["entries"])
    assert (line["path"], line["why"], line["result"]) == ("North/roof.jpg", "rules", "done")
    assert line["given"] == {
        "effects": ["album", "tags", "favorite"],
        "albums": ["Site North"],
        "left": [],
        "tags": ["Sites/North"],
    }


async def test_without_the_permission_there_is_no_picture(hass: HomeAssistant, household: Household) -> None:
    household.allow(*REQUIRED)
    await household.set_up()
    await household.sync()
    state = hass.states.get(ACTIVITY)
    assert state is not None
    assert state.attributes["link"]
    assert state.attributes["thumbnail"] is None


async def test_a_deletion_is_told_on_either_side_and_so_is_its_end(hass: HomeAssistant, household: Household) -> None:
    events = await settled(hass, household)
    (household.photos / "IMG_0.jpg").unlink()
    await household.notice()
    asset = household.immich.browser.find("IMG_1.jpg")
    household.immich.browser.trash(asset.id)
    await household.notice()
    household.immich.browser.restore(asset.id)
    await household.notice()
    told = [(one["event_type"], one["path"], one["reason"]) for one in happened(events)]
    assert told == [
        ("trashed", "IMG_0.jpg", "file_deleted"),
        ("file_deleted", "IMG_1.jpg", "asset_deleted"),
        ("restored", "IMG_1.jpg", "asset_back"),
    ]


async def test_what_waits_for_a_decision_is_told_once_with_its_number(
    hass: HomeAssistant, household: Household
) -> None:
    events = await settled(hass, household)
    for photo in household.photos.glob("*.jpg"):
        photo.unlink()
    await household.notice()
    await household.notice()
    assert [(one["event_type"], one["reason"], one["count"]) for one in happened(events)] == [
        ("held", "many_assets", 3)
    ]


async def test_what_fails_is_told_with_its_code(hass: HomeAssistant, household: Household) -> None:
    events = await settled(hass, household)
    household.immich.faults.add(FaultKind.STATUS, path="/api/assets$", method="POST", status=500)
    household.take_photo("IMG_9.jpg")
    await household.notice()
    assert [(one["event_type"], one["path"], one["reason"]) for one in happened(events)] == [
        ("failed", "IMG_9.jpg", "immich_server_error")
    ]


async def test_a_conflict_is_told_beside_the_upload(hass: HomeAssistant, household: Household) -> None:
    events = await settled(hass, household)
    household.take_photo("IMG_1.sync-conflict-20261120-144020-E74PNSZ.jpg")
    await household.notice()
    assert types(events) == ["conflict", "uploaded"]


async def test_many_at_once_are_told_as_a_few_and_a_number(hass: HomeAssistant, household: Household) -> None:
    events = await settled(hass, household)
    for number in range(ONE_BY_ONE + 5):
        household.take_photo(f"burst/{number}.jpg")
    await household.notice()
    assert types(events) == ["uploaded"] * ONE_BY_ONE

    await a_minute_passes(hass)
    summary = happened(events)[-1]
    last = hass.states.get(ACTIVITY)
    assert last is not None
    assert (last.attributes["link"], last.attributes["thumbnail"]) == (None, None)
    assert len(happened(events)) == ONE_BY_ONE + 1
    nothing = {"path": None, "asset_id": None, "reason": None, "side": None}
    assert summary == {"event_type": "uploaded", "count": 5, **nothing}

    household.take_photo("later.jpg")
    await household.notice()
    assert happened(events)[-1]["path"] == "later.jpg"


async def test_an_unloaded_account_tells_no_more(hass: HomeAssistant, household: Household) -> None:
    events = await settled(hass, household)
    for number in range(ONE_BY_ONE + 2):
        household.take_photo(f"burst/{number}.jpg")
    await household.notice()
    assert household.entry is not None
    await hass.config_entries.async_unload(household.entry.entry_id)
    await a_minute_passes(hass)
    assert [one["count"] for one in happened(events)] == [1] * ONE_BY_ONE


async def test_another_folder_tells_of_its_own_only(hass: HomeAssistant, household: Household) -> None:
    household.make_entry()
    tablet = household.photos.parent / "tablet"
    tablet.mkdir()
    (tablet / "t.jpg").write_bytes(b"tablet" * 50)
    await household.syncthing.add_folder("tablet", "Tablet", tablet, fsWatcherEnabled=False)
    await household.syncthing.scan("tablet")
    household.add_folder("tablet", "Tablet", tablet)
    await household.load()
    await household.sync()
    await household.runtime.folders["tablet"].async_sync()
    await household.becomes(lambda: len(household.immich.browser.assets()) == 4)
    await hass.async_block_till_done()
    state = hass.states.get("event.tablet_activity")
    assert state is not None
    assert state.attributes["path"] == "t.jpg"
    assert FOLDER in household.runtime.folders


@pytest.mark.parametrize(
    ("action", "result", "happening"),
    [
        ("upload", "done", Happening.UPLOADED),
        ("upload", "failed:immich_quota", Happening.FAILED),
        ("replace", "done", Happening.TRASHED),
        ("free", "done", Happening.FREED),
        ("restore", "done", Happening.RESTORED),
        ("ask", "waiting", Happening.HELD),
        ("answer", "approve", None),
        ("link", "done", None),
    ],
)
def test_every_line_of_the_history_has_its_event_or_none(action: str, result: str, happening: Happening | None) -> None:
    assert happening_of(HistoryEntry(action, None, None, None, None, "why", "folder", result)) is happening
