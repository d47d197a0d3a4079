"""The panel's preview of a folder, and what administrators can have a folder do."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.immich_syncthing.panel import folders
from tests.checksums import sha1

from .household import FOLDER, Household
from .panel import Panel


def phone(household: Household) -> dict[str, str]:
    assert household.entry is not None
    return {"entry_id": household.entry.entry_id, "folder_id": FOLDER}


async def resting(household: Household) -> None:
    """Load an account whose folder rests, so that all that is to be done is still ahead."""
    await household.set_up()
    await household.sync()
    await household.runtime.folders[FOLDER].async_pause(None)


async def foretold(
    hass: HomeAssistant, household: Household, connect: WebSocketGenerator, condition: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """Return a preview of which ``condition`` is true, once Syncthing has seen all and rests."""
    await household.syncthing.scan("photos")
    household.runtime.folders[FOLDER].engine.note_gap()
    panel = await Panel.open(hass, connect)
    async with asyncio.timeout(30):
        while not condition(told := await panel.ask("preview", **phone(household))):
            await asyncio.sleep(0.2)
    return told


async def test_a_preview_shows_what_comes_and_to_which_photos(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    await resting(household)
    fresh = household.take_photo("fresh.jpg").read_bytes()
    (household.photos / "film.mp4").write_bytes(b"a film")
    (household.photos / "IMG_0.jpg").unlink()
    told = await foretold(hass, household, hass_ws_client, lambda told: "trash_asset" in told["actions"])

    assert (told["folder"], told["folder_id"], told["problem"]) == ("Phone", FOLDER, None)
    assert told["actions"]["upload"] == 2
    assert told["upload_bytes"] == len(fresh) + len(b"a film")
    groups = {(one["action"], one["reason"]): one for one in told["groups"]}
    uploads = groups["upload", "new_file"]
    assert uploads["count"] == 2
    assert {one["path"]: (one["checksum"], one["is_video"]) for one in uploads["items"]} == {
        "fresh.jpg": (sha1(fresh).hex(), False),
        "film.mp4": (sha1(b"a film").hex(), True),
    }
    assert [one["path"] for one in groups["trash_asset", "file_deleted"]["items"]] == ["IMG_0.jpg"]
    assert len(household.immich.browser.assets(trashed=False)) == 3, "a preview does nothing"


async def test_a_preview_shows_what_would_be_asked(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    await resting(household)
    for photo in household.photos.glob("*.jpg"):
        photo.unlink()
    told = await foretold(hass, household, hass_ws_client, lambda told: bool(told["held"]))
    assert told["held"] == {"many_assets": 3}
    [group] = told["groups"]
    assert (group["action"], group["reason"], group["count"]) == ("ask_many_assets", "many_assets", 3)
    assert {one["path"] for one in group["items"]} == {f"IMG_{number}.jpg" for number in range(3)}


async def test_of_many_the_first_are_shown(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "SHOWN", 2)
    await resting(household)
    for number in range(5):
        household.take_photo(f"fresh_{number}.jpg")
    household.runtime.folders[FOLDER].engine.note_gap()
    panel = await Panel.open(hass, hass_ws_client)
    [group] = (await panel.ask("preview", **phone(household)))["groups"]
    assert (group["count"], len(group["items"])) == (5, 2)


async def test_what_hinders_everything_is_told_with_the_preview(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    await resting(household)
    await household.immich.stop()
    panel = await Panel.open(hass, hass_ws_client)
    told = await panel.ask("preview", **phone(household))
    assert "Immich" in told["problem"]
    assert told["groups"] == []


async def test_a_folder_looks_when_it_is_told_to(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    await household.set_up()
    await household.sync()
    household.take_photo("IMG_9.jpg")
    household.runtime.folders[FOLDER].engine.note_gap()
    panel = await Panel.open(hass, hass_ws_client)
    assert await panel.ask("folder/control", **phone(household), do="sync_now") == {
        "paused": False,
        "paused_until": None,
    }
    await household.becomes(lambda: len(household.immich.browser.assets()) == 4)


async def test_a_folder_rests_and_goes_on(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    await household.set_up()
    await household.sync()
    panel = await Panel.open(hass, hass_ws_client)
    assert (await panel.ask("folder/control", **phone(household), do="pause"))["paused"]
    told = await panel.ask("folder/control", **phone(household), do="pause", hours=0.5)
    until = dt_util.parse_datetime(told["paused_until"])
    assert until is not None
    assert until - dt_util.utcnow() <= timedelta(minutes=30)
    assert household.runtime.folders[FOLDER].engine.paused_until is not None
    told = await panel.ask("folder/control", **phone(household), do="resume")
    assert (told["paused"], household.runtime.folders[FOLDER].engine.paused) == (False, False)


async def test_who_only_looks_controls_nothing(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator, hass_read_only_access_token: str
) -> None:
    await household.set_up()
    await household.sync()
    panel = await Panel.open(hass, hass_ws_client, hass_read_only_access_token)
    for deed in ("sync_now", "pause", "resume"):
        assert (await panel.refused("folder/control", **phone(household), do=deed))["code"] == "unauthorized"
    assert not household.runtime.folders[FOLDER].engine.paused
    assert (await panel.ask("preview", **phone(household)))["actions"] == {}


@pytest.mark.parametrize(
    ("command", "data", "code"),
    [
        ("preview", {"folder_id": "another"}, "no_such_folder"),
        ("folder/control", {"folder_id": "another", "do": "pause"}, "no_such_folder"),
        ("folder/control", {"folder_id": FOLDER, "do": "burn"}, "invalid_format"),
        ("folder/control", {"folder_id": FOLDER, "do": "pause", "hours": 0}, "invalid_format"),
        ("folder/control", {"folder_id": FOLDER, "do": "pause", "hours": 1e9}, "invalid_format"),
    ],
)
async def test_what_makes_no_sense_is_refused(
    hass: HomeAssistant,
    household: Household,
    hass_ws_client: WebSocketGenerator,
    command: str,
    data: dict[str, Any],
    code: str,
) -> None:
    entry = await household.set_up()
    panel = await Panel.open(hass, hass_ws_client)
    assert (await panel.refused(command, entry_id=entry.entry_id, **data))["code"] == code
