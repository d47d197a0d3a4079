"""The panel's overview: told at once, kept true whatever comes, goes or is loaded anew."""

import asyncio
import gc
import logging
from datetime import timedelta
from typing import Any

import pytest
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.http import WebSocketAdapter
from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockUser, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.engine.account import AccountEngine
from custom_components.immich_syncthing.engine.errors import LedgerError
from custom_components.immich_syncthing.engine.model import Answer
from custom_components.immich_syncthing.panel import overview
from custom_components.immich_syncthing.texts import async_texts
from tests.checksums import sha1
from tests.servers.immich import FaultKind

from .household import FOLDER, Household
from .panel import PATIENCE_SECONDS, Panel
from .test_stop import another_account
from .test_syncthing_entities import TABLET, know_tablet, share_with
from .test_unloaded_meanwhile import followed_by, unload

SUBSCRIBE = "overview/subscribe"


async def opened(hass: HomeAssistant, connect: WebSocketGenerator, **data: Any) -> Panel:
    """Open the page; return it once it was told how all is."""
    panel = await Panel.open(hass, connect)
    assert await panel.ask(SUBSCRIBE, **data) is None
    await panel.event()
    return panel


def phone(told: dict[str, Any]) -> dict[str, Any]:
    [folder] = told["folders"]
    assert isinstance(folder, dict)
    return folder


def account(told: dict[str, Any]) -> dict[str, Any]:
    [found] = told["accounts"]
    assert isinstance(found, dict)
    return found


def next_of(told: dict[str, Any]) -> tuple[str, str, int]:
    step = phone(told)["next"]
    return step["kind"], step["text"], step["count"]


def now(told: dict[str, Any], kind: str) -> bool:
    """Return whether this is what happens next."""
    return bool(told["folders"]) and phone(told)["next"]["kind"] == kind


async def test_all_is_told_at_once(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    entry = await household.set_up()
    await household.sync()
    await household.becomes(lambda: household.runtime.changes.way == "websocket")
    panel = await opened(hass, hass_ws_client)

    told = panel.told[-1]
    assert (told["may_decide"], told["stopped"], told["holds"]) == (True, False, [])
    version = household.immich.server.version
    assert account(told) == {
        "entry_id": entry.entry_id,
        "title": entry.title,
        "immich_url": household.immich.url,
        "loaded": True,
        "problem": None,
        "immich_connected": True,
        "syncthing_connected": True,
        "changes": "websocket",
        "recovering": False,
        "version": f"{version.major}.{version.minor}.{version.patch}",
    }
    folder = phone(told)
    assert (folder["entry_id"], folder["folder_id"], folder["label"]) == (entry.entry_id, FOLDER, "Phone")
    assert (folder["state"], folder["problem"], folder["paused"]) == ("in_agreement", None, False)
    assert folder["counts"]["linked"] == folder["counts"]["files"] == 3
    assert (folder["uploads"], folder["rate"], folder["devices"], folder["device"]) == ([], 0, [], None)
    assert next_of(told) == ("nothing", "Both sides agree. There is nothing to do.", 0)
    assert dt_util.parse_datetime(folder["last_success"]) is not None
    assert {one["kind"]: one["state"] for one in told["copies"]} == {"vault": "empty", "database": "none"}


async def test_it_is_told_in_the_language_of_whoever_looks(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    await household.set_up()
    await household.sync()
    german = await opened(hass, hass_ws_client, language="de")
    assert phone(german.told[-1])["next"]["text"] == "Beide Seiten stimmen überein. Es ist nichts zu tun."
    unheard_of = await opened(hass, hass_ws_client, language="../en")
    assert phone(unheard_of.told[-1])["next"]["text"] == "Both sides agree. There is nothing to do."


async def test_what_goes_up_is_seen_while_it_does(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    household.immich.faults.add(FaultKind.LATENCY, path="/api/assets$", method="POST", seconds=1.0)
    await household.set_up()
    panel = await opened(hass, hass_ws_client)
    folder = phone(await panel.until(lambda told: bool(phone(told)["uploads"])))
    assert folder["state"] == "uploading"
    upload = folder["uploads"][0]
    content = (household.photos / upload["path"]).read_bytes()
    assert (upload["size"], upload["checksum"]) == (len(content), sha1(content).hex())
    assert 0 <= upload["sent"] <= upload["size"]
    told = await panel.until(lambda told: now(told, "nothing"))
    assert phone(told)["uploads"] == []


async def test_the_devices_of_a_folder_are_told(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    await know_tablet(household)
    await share_with(household, TABLET)
    await household.set_up()
    panel = await opened(hass, hass_ws_client)
    folder = phone(panel.told[-1])
    assert folder["devices"] == [{"name": "Tablet", "connected": False, "completion": None, "last_seen": None}]
    assert (folder["device"], folder["completion"]) == ("Tablet", None)
    await share_with(household)
    await household.runtime.syncthing.async_refresh()
    assert phone(await panel.until(lambda told: not phone(told)["devices"]))["device"] is None


async def test_a_question_comes_and_goes(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    entry = await household.set_up()
    await household.sync()
    panel = await opened(hass, hass_ws_client)
    for photo in household.photos.glob("*.jpg"):
        photo.unlink()
    await household.notice()

    told = await panel.until(lambda told: bool(told["holds"]))
    [hold] = told["holds"]
    assert (hold["entry_id"], hold["kind"], hold["count"]) == (entry.entry_id, "many_assets", 3)
    assert (hold["question"], hold["folders"]) == ("3 photos were deleted in Phone", ["Phone"])
    assert set(hold["answers"]) == {"approve", "leave", "undo"}
    told = await panel.until(lambda told: now(told, "decide"))
    assert next_of(told)[2] == 3

    await household.runtime.engine.answer(hold["hold_id"], hold["revision"], Answer.UNDO)
    await panel.until(lambda told: not told["holds"])
    await household.sync()
    await panel.until(lambda told: now(told, "nothing"))


async def test_an_account_that_is_loaded_anew_goes_on_being_told(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    entry = await household.set_up()
    await household.sync()
    panel = await opened(hass, hass_ws_client)
    await hass.config_entries.async_unload(entry.entry_id)
    told = await panel.until(lambda told: not account(told)["loaded"])
    assert (told["folders"], told["copies"], told["holds"]) == ([], [], [])
    assert (account(told)["problem"], account(told)["changes"]) == (None, None)

    await household.load()
    await panel.until(lambda told: account(told)["loaded"])
    await household.runtime.folders[FOLDER].async_pause(None)
    await panel.until(lambda told: bool(told["folders"]) and phone(told)["paused"])

    assert await hass.config_entries.async_reload(entry.entry_id)
    await household.runtime.folders[FOLDER].async_resume()
    await panel.until(lambda told: bool(told["folders"]) and not phone(told)["paused"])


async def test_an_account_that_does_not_work_says_why(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    entry = household.make_entry()
    await household.immich.stop()
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    panel = await opened(hass, hass_ws_client)
    assert "Immich" in account(panel.told[-1])["problem"]

    await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    told = await panel.until(lambda told: "does not work" in account(told)["problem"])
    assert account(told)["problem"].startswith(entry.title)
    assert await hass.config_entries.async_remove(entry.entry_id)
    told = await panel.until(lambda told: told["accounts"] == [])
    assert told["folders"] == []


async def test_every_account_is_shown(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    await household.set_up()
    panel = await opened(hass, hass_ws_client)
    partner = await another_account(hass, household)
    told = await panel.until(lambda told: len(told["accounts"]) == 2)
    told = await panel.until(lambda told: all(one["loaded"] for one in told["accounts"]))
    assert told["accounts"][1]["entry_id"] == partner.entry_id
    assert {one["entry_id"] for one in told["copies"]} == {one["entry_id"] for one in told["accounts"]}


async def test_a_ledger_that_cannot_be_read_is_said_and_all_else_shown(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: object) -> None:
        raise broken_ledger

    broken_ledger = LedgerError("gone")
    await household.set_up()
    await household.sync()
    with monkeypatch.context() as broken:
        broken.setattr(AccountEngine, "holds", fail)
        panel = await opened(hass, hass_ws_client)
        assert "gone" in account(panel.told[-1])["problem"]
        assert phone(panel.told[-1])["counts"]["linked"] == 3
    await household.sync()
    await panel.until(lambda told: account(told)["problem"] is None)


async def test_an_account_that_goes_while_it_is_looked_at_is_not_loaded(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    await household.set_up()
    await household.sync()
    monkeypatch.setattr(AccountEngine, "recovery", followed_by(AccountEngine.recovery, lambda: unload(hass, household)))
    panel = await opened(hass, hass_ws_client)
    assert account(panel.told[-1])["loaded"] is False
    assert panel.told[-1]["folders"] == []


async def test_all_pages_are_told_and_a_closed_one_hinders_none(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    await household.set_up()
    await household.sync()
    first, second = await opened(hass, hass_ws_client), await opened(hass, hass_ws_client)
    folder = household.runtime.folders[FOLDER]
    await folder.async_pause(None)
    for panel in (first, second):
        await panel.until(lambda told: phone(told)["paused"])
    await first.close()
    await folder.async_resume()
    await second.until(lambda told: not phone(told)["paused"])


async def test_who_ends_it_is_told_nothing_more(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overview, "LEAST_SECONDS", 0.0)
    await household.set_up()
    await household.sync()
    panel, other = await opened(hass, hass_ws_client), await opened(hass, hass_ws_client)
    await panel.ask("unsubscribe_events", subscription=panel.last_id)
    count = len(panel.told)
    await household.runtime.folders[FOLDER].async_pause(None)
    await other.until(lambda told: phone(told)["paused"])
    await panel.try_to("nothing")
    assert len(panel.told) == count


async def test_who_ends_it_in_the_midst_of_a_change_ends_it_for_good(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The telling that is broken off must not begin another one."""
    monkeypatch.setattr(overview, "LEAST_SECONDS", 0.0)
    await household.set_up()
    await household.sync()
    panel = await Panel.open(hass, hass_ws_client)
    failures: list[dict[str, Any]] = []
    begun = asyncio.Event()

    async def hang(_: AccountEngine) -> None:
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(AccountEngine, "recovery", hang)
    await panel.ask(SUBSCRIBE)
    async with asyncio.timeout(PATIENCE_SECONDS):
        await begun.wait()
    household.runtime.folders[FOLDER].async_update_listeners()
    hass.loop.set_exception_handler(lambda _, context: failures.append(context))
    await panel.ask("unsubscribe_events", subscription=panel.last_id)
    await panel.try_to("nothing")
    await panel.try_to("nothing")
    gc.collect()
    assert failures == []


async def test_a_connection_that_closes_before_it_is_told_is_followed_by_nothing(
    hass: HomeAssistant, household: Household, hass_admin_user: MockUser
) -> None:
    await household.set_up()
    logger = WebSocketAdapter(logging.getLogger(__name__), {"connid": 1})
    connection = ActiveConnection(logger, hass, lambda _: None, hass_admin_user, None, None)
    # The words of a language that nobody read yet come from the disk, and meanwhile the page is closed.
    connection.async_handle({"id": 1, "type": f"{DOMAIN}/{SUBSCRIBE}", "language": "pl"})
    assert set(connection.subscriptions) == {1}
    connection.async_handle_close()
    await async_texts(hass, "pl")
    await hass.async_block_till_done()
    assert connection.subscriptions == {}


async def test_much_at_once_is_told_together(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    await household.set_up()
    await household.sync()
    monkeypatch.setattr(overview, "LEAST_SECONDS", 3600.0)
    panel = await opened(hass, hass_ws_client)
    folder = household.runtime.folders[FOLDER]
    for _ in range(20):
        await folder.async_pause(None)
        await folder.async_resume()
    await folder.async_pause(None)
    await panel.try_to("nothing")
    assert len(panel.told) == 1
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=3601))
    assert phone(await panel.event())["paused"]
    await panel.try_to("nothing")
    assert len(panel.told) == 2
