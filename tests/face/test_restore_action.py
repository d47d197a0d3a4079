"""The action that brings back what was deleted: what comes back where, what does not and why, and what goes on."""

import asyncio
import hashlib
from datetime import timedelta
from typing import Any, cast

import pytest
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util

from custom_components.immich_syncthing import restore_action
from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.engine import losses
from custom_components.immich_syncthing.engine.account import AccountEngine
from custom_components.immich_syncthing.engine.errors import LedgerError
from custom_components.immich_syncthing.engine.losses import Losses

from .household import Household


async def restore(hass: HomeAssistant, **wanted: Any) -> dict[str, Any]:
    answer = await hass.services.async_call(DOMAIN, "restore", wanted, blocking=True, return_response=True)
    return cast("dict[str, Any]", answer)


def checksum_of(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def on_disk(household: Household) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in household.photos.glob("*.jpg")}


def in_immich(household: Household) -> set[str]:
    return {asset.name for asset in household.immich.browser.assets(trashed=False)}


@pytest.fixture
async def one_deleted(household: Household) -> Household:
    """Return the household after one photo was deleted in the folder, and that was passed on."""
    for number in range(3, 12):
        household.take_photo(f"IMG_{number}.jpg")
    await household.syncthing.scan("photos")
    await household.set_up(preset="mirror")
    await household.sync()
    (household.photos / "IMG_1.jpg").unlink()
    await household.notice()
    assert "IMG_1.jpg" not in in_immich(household)
    return household


async def test_it_is_told_what_came_back_and_where(hass: HomeAssistant, one_deleted: Household) -> None:
    content = b"photo IMG_1.jpg " * 50
    told = await restore(hass, path="IMG_1.jpg")
    assert one_deleted.entry is not None
    assert told["config_entry_id"] == one_deleted.entry.entry_id
    [item] = told["items"]
    assert item == {
        "item": checksum_of(content),
        "folder": "Phone",
        "paths": ["IMG_1.jpg"],
        "size": len(content),
        "source": "vault",
        "immich": "from_trash",
        "state": "back",
        "reason": None,
    }
    assert (told["dry_run"], told["complete"], told["more"], told["problem"]) == (False, True, False, None)
    assert (told["count"], told["back"], told["under_way"], told["moved_on"]) == (1, 1, 0, 0)
    assert (told["immich"], told["failures"], told["waiting"]) == ({"from_trash": 1}, {}, [])
    assert (told["hindered_count"], told["hindrances"], told["hindered"]) == (0, {}, [])
    assert on_disk(one_deleted)["IMG_1.jpg"] == content
    assert "IMG_1.jpg" in in_immich(one_deleted)


async def test_a_dry_run_tells_the_same_and_changes_nothing(hass: HomeAssistant, one_deleted: Household) -> None:
    before = on_disk(one_deleted), in_immich(one_deleted)
    told = await restore(hass, last_operation=True, dry_run=True)
    await one_deleted.sync()
    assert (on_disk(one_deleted), in_immich(one_deleted)) == before
    assert (told["dry_run"], told["complete"], told["count"]) == (True, True, 1)
    assert told.keys().isdisjoint({"back", "under_way", "moved_on", "failures", "waiting"})
    [foreseen] = told["items"]
    [done] = (await restore(hass, last_operation=True))["items"]
    assert done == foreseen | {"state": "back", "reason": None}


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"path": ["IMG_1.jpg", "/IMG_0.jpg/"]}, 1),
        ({"path": "img_1.jpg"}, 0),
        ({"pattern": "*_1.*"}, 1),
        ({"pattern": ["*", "!*.jpg"]}, 0),
        ({"checksum": checksum_of(b"photo IMG_1.jpg " * 50)}, 1),
        ({"checksum": "0" * 40}, 0),
        ({"last_operation": True}, 1),
        ({"last_operation": True, "pattern": "*_2.jpg"}, 0),
        ({"since": timedelta(minutes=-5)}, 1),
        ({"since": timedelta(minutes=-5), "until": timedelta(minutes=5), "folder": "Phone"}, 1),
        ({"since": timedelta(minutes=5)}, 0),
        ({"until": timedelta(minutes=-5)}, 0),
    ],
)
async def test_what_is_wanted_can_be_said_in_many_ways(
    hass: HomeAssistant, one_deleted: Household, wanted: dict[str, Any], count: int
) -> None:
    now = dt_util.now()
    said = {key: now + value if isinstance(value, timedelta) else value for key, value in wanted.items()}
    assert (await restore(hass, dry_run=True, **said))["count"] == count


async def test_what_is_there_and_what_nobody_has_is_said_with_the_reason(
    hass: HomeAssistant, one_deleted: Household
) -> None:
    one_deleted.immich.browser.purge(one_deleted.immich.browser.find("IMG_1.jpg").id)
    await one_deleted.notice()
    for thing in (one_deleted.photos.parent / ".immich-syncthing-vault" / "objects").rglob("*"):
        if thing.is_file():
            thing.unlink()
    told = await restore(hass, path=["IMG_0.jpg", "IMG_1.jpg", "IMG_99.jpg"])
    assert (told["count"], told["items"]) == (0, [])
    reasons = {one["path"]: (one["folder"], one["reason"]) for one in told["hindered"]}
    assert reasons == {"IMG_0.jpg": ("Phone", "already_there"), "IMG_1.jpg": ("Phone", "no_bytes")}
    assert (told["hindered_count"], told["hindrances"]) == (2, {"already_there": 1, "no_bytes": 1})
    with pytest.raises(ServiceValidationError) as refused:
        await hass.services.async_call(DOMAIN, "restore", {"path": "IMG_1.jpg"}, blocking=True)
    assert refused.value.translation_key == "nothing_to_restore"


async def test_a_name_that_is_taken_is_not_written_over(hass: HomeAssistant, one_deleted: Household) -> None:
    other = one_deleted.take_photo("IMG_1.jpg", seed="another").read_bytes()
    await one_deleted.notice()
    [item] = (await restore(hass, checksum=checksum_of(b"photo IMG_1.jpg " * 50)))["items"]
    assert (item["state"], item["paths"]) == ("back", ["IMG_1 (restored).jpg"])
    assert on_disk(one_deleted)["IMG_1.jpg"] == other
    assert on_disk(one_deleted)["IMG_1 (restored).jpg"] == b"photo IMG_1.jpg " * 50


async def test_the_list_is_cut_off_and_the_counts_are_not(hass: HomeAssistant, one_deleted: Household) -> None:
    (one_deleted.photos / "IMG_2.jpg").unlink()
    await one_deleted.notice()
    told = await restore(hass, pattern="*", limit=1, dry_run=True)
    assert (len(told["items"]), told["count"], told["more"]) == (1, 2, False)
    told = await restore(hass, pattern="*", at_most=1, dry_run=True)
    assert (len(told["items"]), told["count"], told["more"]) == (1, 1, True)


async def test_a_paused_folder_gets_it_when_it_goes_on(hass: HomeAssistant, one_deleted: Household) -> None:
    await hass.services.async_call(DOMAIN, "pause", {}, blocking=True)
    told = await restore(hass, path="IMG_1.jpg")
    [item] = told["items"]
    assert (item["state"], item["reason"], told["under_way"]) == ("under_way", "paused", 1)
    assert told["waiting"] == [{"folder": "Phone", "reason": "paused"}]
    await hass.services.async_call(DOMAIN, "resume", {}, blocking=True)
    await one_deleted.sync()
    assert "IMG_1.jpg" in on_disk(one_deleted)
    [again] = (await restore(hass, path="IMG_1.jpg"))["hindered"]
    assert again["reason"] == "already_there"


async def test_what_takes_long_goes_on_by_itself(
    hass: HomeAssistant, one_deleted: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on = asyncio.Event()
    pages = Losses.pages

    async def slowly(self: Losses) -> Any:
        yield []
        await goes_on.wait()
        async for page in pages(self):
            yield page

    monkeypatch.setattr(Losses, "pages", slowly)
    monkeypatch.setattr(restore_action, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(restore_action, "DRY_RUN_SECONDS", 0.1)
    told = await restore(hass, path="IMG_1.jpg", dry_run=True)
    assert (told["complete"], told["count"]) == (False, 0)
    told = await restore(hass, path="IMG_1.jpg")
    assert (told["complete"], told["count"]) == (False, 0)
    [asking] = one_deleted.runtime.asking
    goes_on.set()
    await asking
    await one_deleted.sync()
    assert "IMG_1.jpg" in on_disk(one_deleted)
    assert not one_deleted.runtime.asking


async def test_what_takes_long_is_broken_off_with_the_account(
    hass: HomeAssistant, one_deleted: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(losses, "PAGE", 1)
    (one_deleted.photos / "IMG_2.jpg").unlink()
    await one_deleted.notice()
    pages = Losses.pages

    async def half(self: Losses) -> Any:
        async for page in pages(self):
            yield page
            if page:
                await asyncio.Event().wait()

    monkeypatch.setattr(Losses, "pages", half)
    monkeypatch.setattr(restore_action, "PATIENCE_SECONDS", 0.1)
    assert (await restore(hass, pattern="*"))["complete"] is False
    # What was asked for until then comes back meanwhile.
    await one_deleted.becomes(lambda: len(on_disk(one_deleted)) == 11)
    assert one_deleted.entry is not None
    assert await hass.config_entries.async_unload(one_deleted.entry.entry_id)
    assert one_deleted.entry.state is ConfigEntryState.NOT_LOADED
    monkeypatch.undo()
    await one_deleted.load()
    await one_deleted.sync()
    assert len(on_disk(one_deleted)) == 11
    lines = (await hass.services.async_call(DOMAIN, "history", {}, blocking=True, return_response=True) or {})[
        "entries"
    ]
    asked = [line for line in cast("list[dict[str, Any]]", lines) if line["action"] == "ask_back"]
    assert [(line["items"], line["folder"]) for line in asked] == [(1, "Phone")]


async def test_whoever_wants_no_answer_reads_what_fails(hass: HomeAssistant, one_deleted: Household) -> None:
    one_deleted.immich.browser.purge(one_deleted.immich.browser.find("IMG_1.jpg").id)
    await one_deleted.notice()
    for thing in (one_deleted.photos.parent / ".immich-syncthing-vault" / "objects").rglob("*"):
        if thing.is_file():
            size = thing.stat().st_size
            thing.unlink()
            thing.write_bytes(b"?" * size)
    with pytest.raises(HomeAssistantError) as failed:
        await hass.services.async_call(DOMAIN, "restore", {"path": "IMG_1.jpg"}, blocking=True)
    assert failed.value.translation_key == "not_all_restored"
    assert (failed.value.translation_placeholders or {})["count"] == "1"
    assert "IMG_1.jpg" not in on_disk(one_deleted)


async def test_whoever_wants_no_answer_gets_it_done(hass: HomeAssistant, one_deleted: Household) -> None:
    await hass.services.async_call(DOMAIN, "restore", {"path": "IMG_1.jpg"}, blocking=True)
    assert "IMG_1.jpg" in on_disk(one_deleted)
    assert "IMG_1.jpg" in in_immich(one_deleted)


async def fail(*_: Any, **__: Any) -> Any:
    detail = "the disk"
    raise LedgerError(detail)


@pytest.mark.parametrize("step", ["restore", "still_under_way", "returned"])
async def test_a_broken_ledger_is_said(
    hass: HomeAssistant, one_deleted: Household, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(AccountEngine, step, fail)
    with pytest.raises(HomeAssistantError) as failed:
        await restore(hass, path="IMG_1.jpg")
    assert failed.value.translation_key == LedgerError.code


async def test_what_fails_when_nobody_waits_any_more_is_in_the_log(
    hass: HomeAssistant, one_deleted: Household, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    goes_on = asyncio.Event()

    async def fails_late(self: Losses) -> Any:
        await goes_on.wait()
        yield await fail()

    monkeypatch.setattr(Losses, "pages", fails_late)
    monkeypatch.setattr(restore_action, "PATIENCE_SECONDS", 0.1)
    assert (await restore(hass, path="IMG_1.jpg"))["complete"] is False
    [asking] = one_deleted.runtime.asking
    goes_on.set()
    await asyncio.wait([asking])
    assert "A restore ended before all was asked back" in caplog.text


async def test_an_account_that_is_unloaded_meanwhile_is_said(
    hass: HomeAssistant, one_deleted: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = one_deleted.entry
    assert entry is not None
    asked = AccountEngine.restore
    unloading: list[asyncio.Task[bool]] = []

    async def then_unloaded(*args: Any, **given: Any) -> Any:
        told = await asked(*args, **given)
        unloading.append(hass.async_create_task(hass.config_entries.async_unload(entry.entry_id)))
        return told

    monkeypatch.setattr(AccountEngine, "restore", then_unloaded)
    with pytest.raises(HomeAssistantError):
        await restore(hass, path="IMG_1.jpg")
    assert await unloading[0]
    await one_deleted.load()
    await one_deleted.sync()
    assert "IMG_1.jpg" in on_disk(one_deleted)
