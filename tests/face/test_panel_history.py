"""The panel's history: page by page, filtered, and live."""

from datetime import timedelta
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from tests.checksums import sha1

from .household import FOLDER, Household
from .panel import Panel
from .vaulting import delete_in_immich


def told_of(answer: dict[str, Any]) -> list[str]:
    return [one["path"] for one in answer["entries"]]


@pytest.fixture
async def busy(household: Household) -> Household:
    """Return the household after three photos and a film went up, and one photo was deleted."""
    (household.photos / "film.mp4").write_bytes(b"a film " * 99)
    await household.set_up()
    await household.notice()
    await delete_in_immich(household, "IMG_1.jpg")
    return household


async def test_it_is_read_page_by_page(
    hass: HomeAssistant, busy: Household, hass_ws_client: WebSocketGenerator
) -> None:
    assert busy.entry is not None
    panel, account = await Panel.open(hass, hass_ws_client), {"entry_id": busy.entry.entry_id}
    whole = await panel.ask("history", **account)
    assert whole["next_before"] is None
    assert whole["entries"][0]["action"] == "delete"
    numbers = [one["id"] for one in whole["entries"]]
    assert numbers == sorted(numbers, reverse=True)

    first = await panel.ask("history", **account, limit=2)
    second = await panel.ask("history", **account, limit=500, before=first["next_before"])
    assert [*first["entries"], *second["entries"]] == whole["entries"]


async def test_an_entry_names_the_photo_and_why(
    hass: HomeAssistant, busy: Household, hass_ws_client: WebSocketGenerator
) -> None:
    assert busy.entry is not None
    panel = await Panel.open(hass, hass_ws_client)
    [film] = (await panel.ask("history", entry_id=busy.entry.entry_id, text="FILM"))["entries"]
    content = (busy.photos / "film.mp4").read_bytes()
    assert (film["action"], film["path"], film["folder"], film["folder_id"]) == ("upload", "film.mp4", "Phone", FOLDER)
    assert (film["checksum"], film["asset_id"]) == (sha1(content).hex(), busy.immich.browser.find("film.mp4").id)
    assert (film["why"], film["result"], film["items"]) == ("new_file", "done", 1)
    assert film["origin"].startswith("folder")
    assert film["is_video"] is True
    assert dt_util.parse_datetime(film["at"]) is not None


async def test_it_is_filtered(hass: HomeAssistant, busy: Household, hass_ws_client: WebSocketGenerator) -> None:
    assert busy.entry is not None
    panel, account = await Panel.open(hass, hass_ws_client), {"entry_id": busy.entry.entry_id}
    assert told_of(await panel.ask("history", **account, action="delete")) == ["IMG_1.jpg"]
    assert set(told_of(await panel.ask("history", **account, text="img_1"))) == {"IMG_1.jpg"}
    of_folder = await panel.ask("history", **account, folder_id=FOLDER, action="upload")
    assert len(of_folder["entries"]) == 4
    later = (dt_util.utcnow() + timedelta(hours=1)).isoformat()
    assert (await panel.ask("history", **account, since=later))["entries"] == []
    assert len((await panel.ask("history", **account, until=later, action="upload"))["entries"]) == 4


async def test_what_is_done_is_told_as_it_is_done(
    hass: HomeAssistant, busy: Household, hass_ws_client: WebSocketGenerator
) -> None:
    assert busy.entry is not None
    panel, account = await Panel.open(hass, hass_ws_client), {"entry_id": busy.entry.entry_id}
    assert await panel.ask("history/subscribe", **account) is None
    busy.take_photo("IMG_9.jpg")
    await busy.notice()
    assert (await panel.until(lambda one: one["path"] == "IMG_9.jpg"))["action"] == "upload"

    await hass.config_entries.async_reload(busy.entry.entry_id)
    await hass.async_block_till_done()
    busy.take_photo("IMG_10.jpg")
    await busy.notice()
    last = await panel.until(lambda one: one["path"] == "IMG_10.jpg")
    [newest] = (await panel.ask("history", **account, limit=1))["entries"]
    assert newest == last

    await panel.ask("unsubscribe_events", subscription=1)
    count = len(panel.told)
    busy.take_photo("IMG_11.jpg")
    await busy.notice()
    assert told_of(await panel.ask("history", **account, limit=1)) == ["IMG_11.jpg"]
    assert len(panel.told) == count


async def test_a_guest_may_read_it(
    hass: HomeAssistant, busy: Household, hass_ws_client: WebSocketGenerator, hass_read_only_access_token: str
) -> None:
    assert busy.entry is not None
    panel = await Panel.open(hass, hass_ws_client, hass_read_only_access_token)
    assert (await panel.ask("history", entry_id=busy.entry.entry_id))["entries"]
    await panel.ask("history/subscribe", entry_id=busy.entry.entry_id)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"folder_id": "another"}, "no_such_folder"),
        ({"action": "burn"}, "invalid_format"),
        ({"text": "\0"}, "invalid_format"),
        ({"since": "yesterday"}, "invalid_format"),
        ({"before": 0}, "invalid_format"),
        ({"before": 2**63}, "invalid_format"),
        ({"limit": 501}, "invalid_format"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator, data: dict[str, Any], code: str
) -> None:
    entry = await household.set_up()
    panel = await Panel.open(hass, hass_ws_client)
    assert (await panel.refused("history", entry_id=entry.entry_id, **data))["code"] == code
    assert (await panel.refused("history/subscribe", entry_id="gone"))["code"] == "account_not_there"
