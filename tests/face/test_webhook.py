"""Immich 3 can be made to tell of new photos by a webhook: offered, explained, removable, and never believed."""

import asyncio
from typing import Any

import pytest
from aiohttp import ClientSession
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.immich_syncthing.diagnostics import async_get_config_entry_diagnostics
from custom_components.immich_syncthing.immich.permissions import REQUIRED
from custom_components.immich_syncthing.immich.workflows import PERMISSIONS
from custom_components.immich_syncthing.pace import Pace
from custom_components.immich_syncthing.webhook import HEADER
from tests.servers.immich import FaultKind, ImmichStandIn
from tests.servers.syncthing import NOBODY, SyncthingProcess
from tests.standin.asking import jpeg

from .household import FOLDER, Household
from .repairing import shown

WAY = "sensor.admin_127_0_0_1_immich_changes_arrive_by"


@pytest.fixture(autouse=True)
def _told_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing be found by looking."""
    monkeypatch.setattr(Pace, "seconds", 3600.0)


@pytest.fixture
async def address(hass: HomeAssistant, household: Household, hass_client_no_auth: ClientSessionGenerator) -> str:
    """Return where Home Assistant is reached, by an account whose key may not listen but have workflows made."""
    household.allow(*REQUIRED, *PERMISSIONS)
    await household.set_up()
    await household.sync()
    client = await hass_client_no_auth()
    return str(client.make_url("")).rstrip("/")


async def opened(hass: HomeAssistant, household: Household) -> dict[str, Any]:
    assert household.entry is not None
    return dict(await household.entry.start_reconfigure_flow(hass))


async def choose(hass: HomeAssistant, household: Household, *, wanted: bool, url: str) -> dict[str, Any]:
    """Fill in the form."""
    menu = await opened(hass, household)
    form = await hass.config_entries.flow.async_configure(menu["flow_id"], {"next_step_id": "webhook"})
    assert form["type"] is FlowResultType.FORM
    done = await hass.config_entries.flow.async_configure(form["flow_id"], {"webhook": wanted, "url": url})
    await hass.async_block_till_done()
    return dict(done)


def called_so_far(hass: HomeAssistant) -> str:
    state = hass.states.get(WAY)
    assert state is not None
    return str(state.attributes["webhook"])


def workflows(household: Household) -> list[dict[str, Any]]:
    """Return what Immich calls."""
    every = household.immich.world.tables.workflows.values()
    return [dict(step["config"]) for one in every for step in one.steps]  # type: ignore[call-overload]


async def cycles(household: Household, *, more: bool, photo: int = 7) -> None:
    """Wait for a cycle by itself."""
    folder = household.runtime.folders[FOLDER]
    before = folder.data
    household.immich.browser.upload(jpeg(photo), "new.jpg")
    await household.immich.settle()
    if more:
        await household.becomes(lambda: folder.data is not before)
    else:
        assert folder.data is before


async def test_a_new_photo_is_told_of_and_only_looked_at(
    hass: HomeAssistant, household: Household, address: str
) -> None:
    assert (household.shown(WAY), called_so_far(hass)) == ("polling", "off")
    done = await choose(hass, household, wanted=True, url=f"{address}/")
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    [called] = workflows(household)
    assert called["url"].startswith(f"{address}/api/webhook/")
    assert (called["headerName"], len(called["headerValue"]) > 30) == (HEADER, True)
    assert (household.shown(WAY), called_so_far(hass)) == ("polling", "waiting")
    await household.sync()
    await cycles(household, more=True)
    assert (household.shown(WAY), called_so_far(hass)) == ("webhook", "works")


@pytest.mark.parametrize("secret", [None, "", "wrong", "ü" * 40, "\udcff"])
async def test_a_call_without_the_secret_comes_to_nothing(
    hass: HomeAssistant, household: Household, address: str, secret: str | None
) -> None:
    await choose(hass, household, wanted=True, url=address)
    await household.sync()
    [called] = workflows(household)
    headers = {} if secret is None else {HEADER: secret}
    async with ClientSession() as session:
        try:
            async with session.post(called["url"], headers=headers, json={"type": "AssetV1"}) as answer:
                assert (answer.status, await answer.read()) == (200, b"")
        except UnicodeEncodeError:
            assert secret == "\udcff"
    assert household.runtime.changes.told["uploaded"] == 0
    assert household.shown(WAY) == "polling"


@pytest.mark.parametrize("body", [b"", b"nonsense", b"[" * 10_000, b'{"data": {"asset": {"id": "../.."}}}'])
async def test_what_a_call_says_is_not_read(
    hass: HomeAssistant, household: Household, address: str, body: bytes
) -> None:
    await choose(hass, household, wanted=True, url=address)
    [called] = workflows(household)
    async with (
        ClientSession() as session,
        session.post(called["url"], headers={HEADER: called["headerValue"]}, data=body) as answer,
    ):
        assert answer.status == 200
    assert household.runtime.changes.told["uploaded"] == 1


async def test_it_is_removed_in_immich_too_and_calls_come_to_nothing(
    hass: HomeAssistant, household: Household, address: str
) -> None:
    await choose(hass, household, wanted=True, url=address)
    [called] = workflows(household)
    await choose(hass, household, wanted=False, url="")
    assert workflows(household) == []
    assert household.entry is not None
    assert "webhook" not in household.entry.data
    async with (
        ClientSession() as session,
        session.post(called["url"], headers={HEADER: called["headerValue"]}) as answer,
    ):
        assert answer.status == 200
    assert household.runtime.changes.told["uploaded"] == 0


async def test_another_address_replaces_the_one_before(hass: HomeAssistant, household: Household, address: str) -> None:
    await choose(hass, household, wanted=True, url="http://homeassistant.local:8123")
    [before] = workflows(household)
    await choose(hass, household, wanted=True, url=address)
    [after] = workflows(household)
    assert after["url"].startswith(address)
    assert before["headerValue"] != after["headerValue"]
    await choose(hass, household, wanted=True, url=f"{address}/")
    assert workflows(household) == [after]


async def test_a_removed_account_leaves_no_workflow_behind(
    hass: HomeAssistant, household: Household, address: str
) -> None:
    await choose(hass, household, wanted=True, url=address)
    assert household.entry is not None
    await hass.config_entries.async_remove(household.entry.entry_id)
    await hass.async_block_till_done()
    assert workflows(household) == []


async def test_what_changes_while_immich_is_asked_is_kept(
    hass: HomeAssistant, household: Household, address: str
) -> None:
    rule = household.immich.faults.add(FaultKind.LATENCY, "workflows$", method="POST", seconds=0.5)
    choosing = hass.async_create_task(choose(hass, household, wanted=True, url=address))
    await household.becomes(lambda: bool(rule.hits))
    entry = household.entry
    assert entry is not None
    earlier = [{"kind": "directory", "path": "/an/earlier/vault"}]
    hass.config_entries.async_update_entry(entry, data={**entry.data, "earlier_vaults": earlier})
    assert (await choosing)["reason"] == "reconfigure_successful"
    assert entry.data["earlier_vaults"] == earlier
    assert entry.data["webhook"]["base"] == address


async def test_an_account_that_goes_while_immich_is_asked_leaves_nothing_behind(
    hass: HomeAssistant, household: Household, address: str
) -> None:
    rule = household.immich.faults.add(FaultKind.LATENCY, "workflows$", method="POST", seconds=0.5)
    choosing = hass.async_create_task(choose(hass, household, wanted=True, url=address))
    await household.becomes(lambda: bool(rule.hits))
    assert household.entry is not None
    await hass.config_entries.async_remove(household.entry.entry_id)
    done = await choosing
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "removed")
    assert (workflows(household), shown(hass)) == ([], {})


async def test_two_forms_at_once_make_one_webhook(hass: HomeAssistant, household: Household, address: str) -> None:
    household.immich.faults.add(FaultKind.LATENCY, "workflows$", method="POST", seconds=0.3)
    forms = [choose(hass, household, wanted=True, url=url) for url in (address, "http://homeassistant.local:8123")]
    await asyncio.gather(*forms)
    [called] = workflows(household)
    assert household.entry is not None
    assert called["headerValue"] == household.entry.data["webhook"]["secret"]


@pytest.mark.parametrize("method", ["GET", "PUT", "HEAD", "DELETE"])
async def test_other_methods_come_to_nothing(
    hass: HomeAssistant, household: Household, address: str, method: str
) -> None:
    await choose(hass, household, wanted=True, url=address)
    [called] = workflows(household)
    headers = {HEADER: called["headerValue"]}
    async with ClientSession() as session, session.request(method, called["url"], headers=headers) as answer:
        assert answer.status in {200, 405}
        assert await answer.read() in {b"", b"405: Method Not Allowed"}
    assert household.runtime.changes.told["uploaded"] == 0


async def test_a_flood_of_calls_costs_few_cycles(hass: HomeAssistant, household: Household, address: str) -> None:
    await choose(hass, household, wanted=True, url=address)
    [called] = workflows(household)
    await household.sync()
    folder = household.runtime.folders[FOLDER]
    reports: set[int] = set()
    stop = folder.async_add_listener(lambda: reports.add(id(folder.data)))
    async with ClientSession(headers={HEADER: called["headerValue"]}) as session:
        for _ in range(300):
            async with session.post(called["url"]) as answer:
                assert answer.status == 200
    stop()
    assert household.runtime.changes.told["uploaded"] == 300
    assert len(reports) <= 8


async def test_a_call_with_much_in_it_is_not_kept(hass: HomeAssistant, household: Household, address: str) -> None:
    await choose(hass, household, wanted=True, url=address)
    [called] = workflows(household)
    body = b"x" * 30_000_000
    async with ClientSession() as session, session.post(called["url"], data=body) as answer:
        assert answer.status == 200
    assert household.runtime.changes.told["uploaded"] == 0


async def test_a_call_that_comes_while_the_account_is_unloaded_starts_nothing(
    hass: HomeAssistant, household: Household, address: str
) -> None:
    await choose(hass, household, wanted=True, url=address)
    changes = household.runtime.changes
    assert household.entry is not None
    await hass.config_entries.async_unload(household.entry.entry_id)
    before = changes.way, dict(changes.told)
    changes.async_hear_webhook()
    assert (changes.way, dict(changes.told)) == before


@pytest.mark.parametrize(
    "url", ["", "home", "ftp://home", "http://", "http://user:pw@home", "http://home/?key=1", "http://["]
)
async def test_what_is_no_address_is_refused(hass: HomeAssistant, household: Household, address: str, url: str) -> None:
    form = await choose(hass, household, wanted=True, url=url)
    assert form["errors"] == {"url": "webhook_bad_address"}
    assert workflows(household) == []


async def test_a_key_that_may_not_learns_what_it_lacks(hass: HomeAssistant, household: Household, address: str) -> None:
    household.allow(*REQUIRED, "workflow.read")
    form = await choose(hass, household, wanted=True, url=address)
    assert form["errors"] == {"base": "webhook_missing_permission"}
    assert form["description_placeholders"]["detail"] == "`workflow.create, workflow.delete`"


async def test_an_immich_that_fails_changes_nothing(hass: HomeAssistant, household: Household, address: str) -> None:
    household.immich.faults.add(FaultKind.STATUS, "workflows", status=502)
    form = await choose(hass, household, wanted=True, url=address)
    assert form["errors"] == {"base": "webhook_refused"}
    assert household.entry is not None
    assert "webhook" not in household.entry.data


async def test_that_calls_come_no_more_is_noticed(hass: HomeAssistant, household: Household, address: str) -> None:
    await choose(hass, household, wanted=True, url=address)
    await household.sync()
    account = household.runtime.account
    await cycles(household, more=True)
    assert household.shown(WAY) == "webhook"
    await account.async_refresh()
    household.immich.world.tables.workflows.clear()
    household.immich.browser.upload(jpeg(8), "silent.jpg")
    await account.async_refresh()
    assert household.shown(WAY) == "webhook"
    await account.async_refresh()
    assert (household.shown(WAY), called_so_far(hass)) == ("polling", "silent")

    await choose(hass, household, wanted=True, url=address)
    assert len(workflows(household)) == 1
    await household.sync()
    await cycles(household, more=True, photo=9)
    assert (household.shown(WAY), called_so_far(hass)) == ("webhook", "works")


async def test_an_address_at_which_nobody_is_called_is_noticed(
    hass: HomeAssistant, household: Household, address: str
) -> None:
    await choose(hass, household, wanted=True, url=NOBODY)
    household.immich.browser.upload(jpeg(8), "silent.jpg")
    await household.runtime.account.async_refresh()
    assert called_so_far(hass) == "waiting"
    await household.runtime.account.async_refresh()
    assert (household.shown(WAY), called_so_far(hass)) == ("polling", "silent")


async def test_immich_2_is_not_offered_what_it_cannot(
    hass: HomeAssistant, syncthing: SyncthingProcess, household: Household
) -> None:
    async with ImmichStandIn("2.7.5") as old:
        home = Household(hass, old, syncthing, household.photos)
        await home.set_up()
        assert "webhook" not in (await opened(hass, home))["menu_options"]
        assert await hass.config_entries.async_remove(home.entry.entry_id if home.entry else "")
        await hass.async_block_till_done()


async def test_diagnostics_hold_no_secret(hass: HomeAssistant, household: Household, address: str) -> None:
    await choose(hass, household, wanted=True, url=address)
    [called] = workflows(household)
    assert household.entry is not None
    told = str(await async_get_config_entry_diagnostics(hass, household.entry))
    assert "'webhook': 'waiting'" in told
    assert called["headerValue"] not in told
    assert called["url"].rpartition("/")[2] not in told


async def test_a_form_that_is_open_when_the_account_goes_changes_nothing(
    hass: HomeAssistant, household: Household, address: str
) -> None:
    menu = await opened(hass, household)
    form = await hass.config_entries.flow.async_configure(menu["flow_id"], {"next_step_id": "webhook"})
    assert household.entry is not None
    await hass.config_entries.async_remove(household.entry.entry_id)
    done = await hass.config_entries.flow.async_configure(form["flow_id"], {"webhook": True, "url": address})
    assert (done["type"], done["reason"]) == (FlowResultType.ABORT, "removed")
    assert workflows(household) == []
