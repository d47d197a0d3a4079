"""Actions on folders: rest and go on, look at everything, try again, and tell how things are."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import voluptuous as vol
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.engine.errors import LedgerError
from custom_components.immich_syncthing.engine.ledger import Ledger

from .household import FOLDER, Household
from .test_services import ask


async def tell(hass: HomeAssistant, action: str, **data: Any) -> None:
    await hass.services.async_call(DOMAIN, action, data, blocking=True)


async def test_a_paused_folder_rests_until_it_is_resumed(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    [told] = await ask(hass, "pause")
    assert told == {"folder": "Phone", "folder_id": "photos", "paused": True, "paused_until": None}
    household.take_photo("IMG_new.jpg")
    await household.notice()
    assert household.shown("sensor.phone_status") == "paused"
    assert len(household.immich.browser.assets(trashed=False)) == 3

    [told] = await ask(hass, "resume")
    assert told["paused"] is False
    await household.notice()
    assert len(household.immich.browser.assets(trashed=False)) == 4


async def test_a_pause_may_have_an_end(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    before = datetime.now(UTC).replace(microsecond=0)
    [told] = await ask(hass, "pause", duration={"hours": 2})
    until = datetime.fromisoformat(told["paused_until"])
    assert timedelta(hours=2) <= until - before < timedelta(hours=2, minutes=5)
    await tell(hass, "resume")
    assert not household.runtime.folders[FOLDER].engine.paused
    await tell(hass, "pause", duration="00:00:01")
    await household.becomes(lambda: not household.runtime.folders[FOLDER].engine.paused)


@pytest.mark.parametrize("duration", [0, {"days": 400}, "soon", {"hours": -1}])
async def test_a_pause_of_no_sensible_length_is_refused(
    hass: HomeAssistant, household: Household, duration: object
) -> None:
    await household.set_up()
    with pytest.raises(vol.Invalid):
        await tell(hass, "pause", duration=duration)
    assert not household.runtime.folders[FOLDER].engine.paused


async def test_a_paused_folder_says_so_to_who_wants_a_cycle(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    await tell(hass, "pause")
    with pytest.raises(ServiceValidationError) as refused:
        await tell(hass, "sync_now")
    assert refused.value.translation_key == "folder_paused"
    [told] = await ask(hass, "sync_now")
    assert told["state"] == "paused"


async def test_what_the_ledger_cannot_note_is_told(
    hass: HomeAssistant, household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        message = "the disk is gone"
        raise LedgerError(message)

    await household.set_up()
    await household.sync()
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "set", fail)
        with pytest.raises(HomeAssistantError) as failed:
            await tell(hass, "pause")
    assert (failed.value.translation_key, failed.value.translation_placeholders) == (
        "ledger_error",
        {"detail": "the disk is gone"},
    )
    assert not household.runtime.folders[FOLDER].engine.paused


async def test_a_full_check_finds_what_nobody_told(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    household.take_photo("IMG_silent.jpg")
    [told] = await ask(hass, "full_check")
    assert told["problem"] is None
    await household.sync()
    assert len(household.immich.browser.assets(trashed=False)) == 4


async def test_what_failed_for_good_is_tried_again(hass: HomeAssistant, household: Household) -> None:
    household.immich.faults.add("too_large", "/assets$", method="POST", limit=10)
    await household.set_up()
    await household.sync()
    assert household.shown("sensor.phone_failed") == "3"
    [told] = await ask(hass, "retry_failed")
    assert (told["failed_before"], told["failed"]) == (3, 3)
    household.immich.faults.clear()
    await tell(hass, "retry_failed")
    await household.sync()
    assert len(household.immich.browser.assets(trashed=False)) == 3


async def test_a_status_tells_how_things_are(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up()
    await household.sync()
    answer = await hass.services.async_call(DOMAIN, "status", {}, blocking=True, return_response=True)
    assert answer is not None
    assert answer["accounts"] == [
        {
            "account": "Admin @ 127.0.0.1",
            "config_entry_id": entry.entry_id,
            "immich_connected": True,
            "syncthing_connected": True,
            "recovering": False,
            "holds": 0,
            "held": 0,
        }
    ]
    [folder] = await ask(hass, "status")
    assert folder | {"last_success": None} == {
        "folder": "Phone",
        "folder_id": "photos",
        "config_entry_id": entry.entry_id,
        "state": "in_agreement",
        "problem": None,
        "wait_reason": None,
        "step": None,
        "done": None,
        "total": None,
        "preset": "mirror",
        "paused": False,
        "paused_until": None,
        "last_success": None,
        "current_file": None,
        "percent": None,
        "files": 3,
        "bytes": folder["bytes"],
        "linked": 3,
        "released": 0,
        "kept": 0,
        "to_upload": 0,
        "failed": 0,
        "held": 0,
        "unresolved": 0,
    }
    assert folder["last_success"] is not None


async def test_a_status_tells_what_is_wrong_in_words(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    (household.photos / ".stfolder").rename(household.photos / "elsewhere")
    await ask(hass, "sync_now")
    [folder] = await ask(hass, "status")
    assert (folder["state"], folder["problem"]["code"]) == ("error", "marker_missing")
    assert "marker" in folder["problem"]["message"]
    assert "{" not in folder["problem"]["message"]


async def test_before_the_first_cycle_nothing_is_known_yet(hass: HomeAssistant, household: Household) -> None:
    household.make_entry()
    hass.set_state(type(hass.state).starting)
    await household.load()
    [folder] = await ask(hass, "status")
    assert (folder["state"], folder["files"], folder["problem"]) == ("scanning", None, None)


async def test_what_removing_a_folder_would_do_is_told_before(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    [told] = await ask(hass, "removal_preview")
    assert told == {
        "folder": "Phone",
        "folder_id": "photos",
        "released": 3,
        "elsewhere": 0,
        "kept": 0,
        "forgotten": 0,
        "holds": 0,
        "asked": 0,
        "under_way": 0,
        "quarantined": 0,
    }


async def test_a_preview_is_read_page_by_page(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    for number in range(5):
        household.take_photo(f"new {number}.jpg")
    await household.syncthing.scan("photos")
    await tell(hass, "pause")
    household.runtime.folders[FOLDER].engine.note_gap()
    first: dict[str, Any] = {}
    async with asyncio.timeout(30):
        while first.get("actions") != {"upload": 5}:
            [first] = await ask(hass, "preview", limit=3)
    assert (len(first["items"]), first["next_offset"]) == (3, 3)
    [second] = await ask(hass, "preview", limit=3, offset=first["next_offset"])
    assert (len(second["items"]), second["next_offset"]) == (2, None)
    items = [*first["items"], *second["items"]]
    assert {item["path"] for item in items} == {f"new {number}.jpg" for number in range(5)}
    assert {item["reason"] for item in items} == {"new_file"}


async def test_one_folder_of_two_may_rest(hass: HomeAssistant, household: Household) -> None:
    other = household.photos.parent / "tablet"
    await household.syncthing.add_folder("tablet", "Tablet", other)
    await household.syncthing.scan("tablet")
    household.make_entry()
    household.add_folder("tablet", "Tablet", other)
    await household.load()
    await tell(hass, "pause", folder="Tablet")
    assert [told["paused"] for told in await ask(hass, "status")] == [False, True]
