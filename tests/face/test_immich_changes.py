"""Changes in Immich arrive by its websocket where the key allows that, else by looking; each fills in for the other."""

import asyncio
import json
import uuid
from collections.abc import Collection
from typing import Any

import pytest
from engineio import base_client  # type: ignore[import-untyped]
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant

from custom_components.immich_syncthing import deletions_told
from custom_components.immich_syncthing.diagnostics import async_get_config_entry_diagnostics
from custom_components.immich_syncthing.engine.errors import DiskFullError
from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.model import FolderState, HoldKind
from custom_components.immich_syncthing.immich import hints
from custom_components.immich_syncthing.immich.hints import Hint, HintKind
from custom_components.immich_syncthing.immich.permissions import REQUIRED
from custom_components.immich_syncthing.pace import Pace
from tests.servers.immich import FaultKind

from .household import FOLDER, Household

WAY = "sensor.admin_127_0_0_1_immich_changes_arrive_by"


@pytest.fixture
def told_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be found by looking."""
    monkeypatch.setattr(Pace, "seconds", 3600.0)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a broken line be opened again in a moment."""
    monkeypatch.setattr(hints, "FIRST_PAUSE", 0.05)
    monkeypatch.setattr(hints, "LONGEST_PAUSE", 0.2)


async def listen(household: Household) -> None:
    """Set up, and wait until the line is open and what could be missed before that is found."""
    await household.set_up()
    await household.becomes(lambda: household.shown(WAY) == "websocket")
    await household.sync()


def line(household: Household) -> tuple[str, str]:
    """Return by which way changes arrive, and how it stands with the websocket."""
    state = household.hass.states.get(WAY)
    assert state is not None
    return state.state, state.attributes["websocket"]


def there(household: Household, name: str) -> bool:
    return (household.photos / name).exists()


@pytest.mark.usefixtures("told_only")
async def test_a_photo_trashed_in_immich_leaves_the_folder_without_being_looked_for(household: Household) -> None:
    await listen(household)
    household.immich.browser.trash(household.immich.browser.find("IMG_1.jpg").id)
    await household.becomes(lambda: not there(household, "IMG_1.jpg"))


@pytest.mark.usefixtures("told_only")
async def test_a_photo_restored_in_immich_comes_back_without_being_looked_for(household: Household) -> None:
    await listen(household)
    asset_id = household.immich.browser.find("IMG_1.jpg").id
    household.immich.browser.trash(asset_id)
    await household.becomes(lambda: not there(household, "IMG_1.jpg"))
    household.immich.browser.restore(asset_id)
    await household.becomes(lambda: there(household, "IMG_1.jpg"))


@pytest.mark.usefixtures("told_only")
async def test_a_photo_deleted_for_good_leaves_the_folder_and_nobody_is_asked(household: Household) -> None:
    await listen(household)
    household.immich.browser.delete_permanently(household.immich.browser.find("IMG_1.jpg").id)
    await household.becomes(lambda: not there(household, "IMG_1.jpg"))
    assert await household.runtime.engine.holds() == []


@pytest.mark.usefixtures("told_only")
async def test_deletions_told_of_one_by_one_are_noted_together(
    household: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Thousands, of which the ledger knows none, and one of which it knows: that one is not lost among them."""
    await listen(household)
    witness, transactions = Ledger.witness, list[int]()

    def counted(ledger: Ledger, asset_ids: Collection[str], now: float) -> frozenset[str]:
        transactions.append(len(asset_ids))
        return witness(ledger, asset_ids, now)

    monkeypatch.setattr(Ledger, "witness", counted)
    asset_id = household.immich.browser.find("IMG_1.jpg").id
    for _ in range(2_000):
        household.immich.say("42" + json.dumps(["on_asset_delete", str(uuid.uuid4())]))
    household.immich.browser.purge(asset_id)
    await household.becomes(lambda: not there(household, "IMG_1.jpg"))
    assert sum(transactions) == 2_001
    assert len(transactions) < 2_001


async def test_a_flood_of_deletions_is_cut_off(household: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deletions_told, "MOST", 2)
    await household.set_up()
    noted: list[str] = []

    async def note(asset_ids: Collection[str]) -> None:
        noted.extend(asset_ids)

    assert household.entry is not None
    deletions = deletions_told.DeletionsTold(household.hass, household.entry, note, lambda: None)
    for asset_id in ("1", "2", "3"):
        deletions.async_hear(asset_id)
    await deletions.async_stop()
    await deletions.async_stop()
    assert noted == ["1", "2"]
    deletions.async_hear("4")
    await deletions.async_stop()
    assert noted == ["1", "2", "4"]


async def test_a_deletion_that_cannot_be_noted_is_asked_about(
    household: Household, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def full(*_: object) -> frozenset[str]:
        raise DiskFullError

    await listen(household)
    monkeypatch.setattr(Ledger, "witness", full)
    household.immich.browser.purge(household.immich.browser.find("IMG_1.jpg").id)
    await household.becomes(lambda: "cannot be noted" in caplog.text)
    await household.sync()
    assert there(household, "IMG_1.jpg")
    assert [hold.kind for hold in await household.runtime.engine.holds()] == [HoldKind.VANISHED]


async def test_a_deletion_told_of_just_before_the_end_is_noted(household: Household) -> None:
    await listen(household)
    asset_id = household.immich.browser.find("IMG_1.jpg").id
    assert household.entry is not None
    household.runtime.changes._tell(Hint(HintKind.DELETED, asset_id))  # noqa: SLF001 - the socket is too slow for that
    household.immich.browser.purge(asset_id)
    assert await household.hass.config_entries.async_unload(household.entry.entry_id)
    assert there(household, "IMG_1.jpg")
    household.immich.faults.add(FaultKind.STATUS, "socket.io", status=502)
    assert await household.hass.config_entries.async_setup(household.entry.entry_id)
    await household.sync()
    await household.becomes(lambda: not there(household, "IMG_1.jpg"))


@pytest.mark.usefixtures("told_only")
async def test_what_happened_while_the_line_was_down_is_found_once_it_is_open_again(household: Household) -> None:
    await listen(household)
    rule = household.immich.faults.add(FaultKind.STATUS, "socket.io", status=502)
    household.immich.cut_lines()
    await household.becomes(lambda: household.shown(WAY) == "polling")
    await household.sync()
    household.immich.browser.trash(household.immich.browser.find("IMG_1.jpg").id)
    hits = rule.hits
    await household.becomes(lambda: rule.hits >= hits + 2)
    assert there(household, "IMG_1.jpg")
    household.immich.faults.clear()
    await household.becomes(lambda: not there(household, "IMG_1.jpg"))


async def test_a_line_that_breaks_is_replaced_by_looking_until_it_is_open_again(household: Household) -> None:
    await listen(household)
    household.immich.faults.add(FaultKind.STATUS, "socket.io", status=502)
    household.immich.cut_lines()
    await household.becomes(lambda: household.shown(WAY) == "polling")
    household.immich.browser.trash(household.immich.browser.find("IMG_1.jpg").id)
    await household.becomes(lambda: not there(household, "IMG_1.jpg"))
    assert line(household) == ("polling", "closed")
    household.immich.faults.clear()
    await household.becomes(lambda: line(household) == ("websocket", "open"))


@pytest.mark.parametrize(
    ("fault", "websocket"),
    [
        ({"kind": FaultKind.STATUS, "status": 400}, "closed"),
        ({"kind": FaultKind.STATUS, "status": 502}, "closed"),
        ({"kind": FaultKind.LOGIN_PAGE}, "closed"),
        (None, "refused"),
    ],
)
async def test_whoever_wonders_why_it_is_no_websocket_reads_it(
    household: Household, fault: dict[str, Any] | None, websocket: str
) -> None:
    """As where a proxy knows none, or takes the key away."""
    if fault is None:
        household.immich.faults.socket.unauthorized = True
    else:
        household.immich.faults.add(path="socket.io", **fault)
    await household.set_up()
    await household.becomes(lambda: line(household) == ("polling", websocket))
    await household.sync()
    household.immich.browser.trash(household.immich.browser.find("IMG_1.jpg").id)
    await household.becomes(lambda: not there(household, "IMG_1.jpg"))
    assert household.runtime.account.last_update_success


async def test_a_restart_of_immich_is_outlived(household: Household) -> None:
    await listen(household)
    trashed = household.immich.browser.find("IMG_1.jpg").id
    await household.immich.stop()
    await household.becomes(lambda: line(household) == ("polling", "closed"))
    report = await household.runtime.folders[FOLDER].async_sync()
    assert report.state is FolderState.WAITING_FOR_IMMICH
    await household.runtime.account.async_refresh()
    assert household.shown(WAY) == "unavailable"
    household.immich.browser.trash(trashed)
    await household.immich.start()
    await household.becomes(lambda: not there(household, "IMG_1.jpg"))
    await household.runtime.account.async_refresh()
    await household.becomes(lambda: line(household) == ("websocket", "open"))


async def test_a_key_that_may_not_listen_looks(household: Household) -> None:
    household.allow(*REQUIRED)
    await household.set_up()
    await household.sync()
    assert line(household) == ("polling", "needs_all")
    assert household.immich.requests_of("GET", "/api/socket.io/") == []
    household.immich.browser.trash(household.immich.browser.find("IMG_1.jpg").id)
    await household.becomes(lambda: not there(household, "IMG_1.jpg"))


async def test_what_the_key_may_is_noticed_when_it_changes(household: Household) -> None:
    household.allow(*REQUIRED)
    await household.set_up()
    for permissions, way in ((("all",), "websocket"), (REQUIRED, "polling"), (("all",), "websocket")):
        household.allow(*permissions)
        await household.runtime.account.async_refresh()
        await household.becomes(lambda way=way: household.shown(WAY) == way)  # type: ignore[misc]
    assert len(household.immich.server.lines) == 1


async def test_with_polling_switched_off_it_is_said_that_nobody_looks(
    hass: HomeAssistant, household: Household
) -> None:
    household.allow(*REQUIRED)
    entry = household.make_entry()
    hass.config_entries.async_update_entry(entry, pref_disable_polling=True)
    await household.load()
    assert household.shown(WAY) == "on_request"


@pytest.mark.usefixtures("told_only")
async def test_what_nobody_tells_of_shows_in_the_accounts_numbers(household: Household) -> None:
    await listen(household)
    browser = household.immich.browser
    asset_id = browser.find("IMG_1.jpg").id
    browser.trash(asset_id)
    await household.becomes(lambda: not there(household, "IMG_1.jpg"))
    await household.runtime.account.async_refresh()
    await household.sync()
    browser.restore_everything()
    await household.runtime.account.async_refresh()
    await household.becomes(lambda: there(household, "IMG_1.jpg"))


@pytest.mark.usefixtures("told_only")
async def test_a_flood_of_events_costs_few_cycles(household: Household) -> None:
    await listen(household)
    folder = household.runtime.folders[FOLDER]
    reports: set[int] = set()
    stop = folder.async_add_listener(lambda: reports.add(id(folder.data)))
    for _ in range(500):
        household.immich.say('42["on_asset_trash",[]]')
    await household.becomes(lambda: household.runtime.changes.told[HintKind.TRASHED] == 500)
    await asyncio.sleep(0.5)
    stop()
    assert len(reports) <= 5


async def test_diagnostics_tell_the_way_and_name_nothing(hass: HomeAssistant, household: Household) -> None:
    await listen(household)
    asset_id = household.immich.browser.find("IMG_1.jpg").id
    household.immich.browser.trash(asset_id)
    await household.becomes(lambda: bool(household.runtime.changes.told[HintKind.TRASHED]))
    assert household.entry is not None
    told = await async_get_config_entry_diagnostics(hass, household.entry)
    assert told["immich"]["changes"]["arrive_by"] == "websocket"
    assert told["immich"]["changes"]["told"]["trashed"] == 1
    assert asset_id not in str(told)
    assert household.key not in str(told)


async def test_an_account_that_is_unloaded_listens_no_more(hass: HomeAssistant, household: Household) -> None:
    await listen(household)
    assert household.entry is not None
    await hass.config_entries.async_unload(household.entry.entry_id)
    assert household.entry.state is ConfigEntryState.NOT_LOADED
    await household.becomes(lambda: household.immich.server.lines == [])


async def test_an_account_is_unloaded_at_once_while_it_is_being_let_in(
    hass: HomeAssistant, household: Household
) -> None:
    rule = household.immich.faults.add(FaultKind.HANG, "socket.io")
    entry = await household.set_up()
    await household.becomes(lambda: bool(rule.hits))
    async with asyncio.timeout(20):
        await hass.config_entries.async_unload(entry.entry_id)
    assert base_client.connected_clients == []


async def test_home_assistant_stops_while_it_is_being_let_in(hass: HomeAssistant, household: Household) -> None:
    rule = household.immich.faults.add(FaultKind.HANG, "socket.io")
    await household.set_up()
    await household.becomes(lambda: bool(rule.hits))
    async with asyncio.timeout(20):
        hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
        await household.becomes(lambda: household.runtime.closed)
        await hass.async_block_till_done()
    assert [task for task in asyncio.all_tasks() if "Immich websocket" in task.get_name()] == []
