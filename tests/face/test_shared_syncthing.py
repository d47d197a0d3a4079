"""Several accounts over one Syncthing: it is asked once for all of them, and let go of with the last."""

from collections.abc import AsyncIterator
from datetime import timedelta
from types import MappingProxyType
from unittest.mock import patch

import pytest
from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.syncthing.client import SyncthingClient
from custom_components.immich_syncthing.syncthing.errors import SyncthingWrongKeyError
from custom_components.immich_syncthing.syncthing_facts import SyncthingFacts

from .household import Household
from .proxy import Proxy

POLL = "/rest/system/version"
"""Asked once in every poll and nowhere else."""
EVENTS = "/rest/events"
LOST, BACK = "Error fetching Syncthing data", "Fetching Syncthing data recovered"


@pytest.fixture
async def proxy(household: Household) -> AsyncIterator[Proxy]:
    """Return the one door to Syncthing that all accounts use."""
    async with Proxy(household.syncthing.url) as proxy:
        yield proxy


@pytest.fixture
async def anna(household: Household, proxy: Proxy) -> MockConfigEntry:
    """Return an account with the folder of the household, not loaded yet."""
    entry = household.make_entry()
    household.hass.config_entries.async_update_entry(entry, data=household.data | {"syncthing_url": proxy.url})
    return entry


@pytest.fixture
async def bert(household: Household, proxy: Proxy) -> MockConfigEntry:
    """Return somebody else's account, with a folder of his own in the same Syncthing, not loaded yet."""
    photos = household.photos.parent / "tablet"
    photos.mkdir()
    (photos / "IMG_1.jpg").write_bytes(b"by Bert" * 50)
    await household.syncthing.add_folder("tablet", "Tablet", photos, fsWatcherEnabled=False)
    await household.syncthing.scan("tablet")
    user = household.immich.world.add_user("Bert")
    data = household.data | {"immich_api_key": household.immich.make_key(user=user), "syncthing_url": proxy.url}
    entry = MockConfigEntry(domain=DOMAIN, title="Bert @ 127.0.0.1", unique_id=user.id, data=data)
    entry.add_to_hass(household.hass)
    folder = {"folder_id": "tablet", "label": "Tablet", "marker_name": ".stfolder", "path": str(photos)}
    household.hass.config_entries.async_add_subentry(
        entry,
        ConfigSubentry(
            data=MappingProxyType(folder | {"preset": "mirror"}),
            subentry_type="folder",
            title="Tablet",
            unique_id="tablet",
        ),
    )
    return entry


async def load(hass: HomeAssistant, *entries: MockConfigEntry) -> None:
    """Load some accounts; the first takes along all others that there are."""
    assert await hass.config_entries.async_setup(entries[0].entry_id)
    await hass.async_block_till_done()
    assert {entry.state for entry in entries} == {ConfigEntryState.LOADED}


async def test_two_accounts_poll_one_syncthing_once(
    hass: HomeAssistant,
    household: Household,
    proxy: Proxy,
    anna: MockConfigEntry,
    bert: MockConfigEntry,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server = "custom_components.immich_syncthing.syncthing_server"
    monkeypatch.setattr(f"{server}.SERVER_INTERVAL", timedelta(seconds=0.2))
    await load(hass, anna, bert)
    told: dict[str, list[SyncthingFacts]] = {"anna": [], "bert": []}
    for name, entry in (("anna", anna), ("bert", bert)):
        coordinator = entry.runtime_data.syncthing
        coordinator.async_add_listener(lambda name=name, one=coordinator: told[name].append(one.data))
    before = proxy.asked[POLL] - proxy.waiting[POLL]
    await household.becomes(lambda: len(told["anna"]) >= 3)
    assert told["anna"] == told["bert"]
    assert proxy.asked[POLL] - before <= len(told["anna"]) + 1
    assert told["anna"][-1].statuses.keys() == {"photos", "tablet"}


async def test_two_accounts_listen_to_one_syncthing_once(
    hass: HomeAssistant, household: Household, proxy: Proxy, anna: MockConfigEntry, bert: MockConfigEntry
) -> None:
    await load(hass, anna, bert)
    await household.sync()
    await household.becomes(lambda: proxy.waiting[EVENTS] == 2)
    household.take_photo("IMG_9.jpg")
    (household.photos.parent / "tablet" / "IMG_9.jpg").write_bytes(b"also by Bert" * 50)
    await household.syncthing.scan("photos")
    await household.syncthing.scan("tablet")
    uploaded = household.immich.world.tables.assets
    await household.becomes(lambda: len(uploaded) == 6)
    assert proxy.waiting[EVENTS] <= 2


async def test_one_account_goes_and_the_other_stays(
    hass: HomeAssistant, household: Household, proxy: Proxy, anna: MockConfigEntry, bert: MockConfigEntry
) -> None:
    await load(hass, anna, bert)
    await household.sync()
    await hass.config_entries.async_unload(bert.entry_id)
    await anna.runtime_data.syncthing.async_refresh()
    assert anna.runtime_data.syncthing.data.statuses.keys() == {"photos"}
    household.take_photo("IMG_9.jpg")
    await household.syncthing.scan("photos")
    await household.becomes(lambda: "IMG_9.jpg" in {asset.name for asset in household.immich.browser.assets()})

    left = anna.runtime_data.syncthing
    await hass.config_entries.async_unload(anna.entry_id)
    await household.becomes(lambda: not proxy.waiting.total())
    asked = proxy.asked.total()
    await left.async_close()
    await left.async_refresh()
    assert proxy.asked.total() == asked


async def test_a_lost_syncthing_is_said_once_for_all_and_its_return_once(
    hass: HomeAssistant,
    household: Household,
    anna: MockConfigEntry,
    bert: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await load(hass, anna, bert)
    both = [entry.runtime_data.syncthing for entry in (anna, bert)]
    await household.syncthing.stop()
    await household.becomes(lambda: not any(one.last_update_success for one in both))
    for one in both:
        await one.async_refresh()
    await household.syncthing.start()
    for one in both:
        await one.async_request_refresh()
    await household.becomes(lambda: all(one.last_update_success for one in both))
    assert caplog.text.count(LOST) == 1
    assert caplog.text.count(BACK) == 1


async def test_a_changed_key_is_asked_for_by_all(
    hass: HomeAssistant, household: Household, anna: MockConfigEntry, bert: MockConfigEntry
) -> None:
    await load(hass, anna, bert)
    with patch.object(SyncthingClient, "folders", side_effect=SyncthingWrongKeyError):
        await anna.runtime_data.syncthing.async_refresh()
        await hass.async_block_till_done()
    forms = hass.config_entries.flow.async_progress()
    assert {form["context"]["entry_id"] for form in forms} == {anna.entry_id, bert.entry_id}
    assert {form["step_id"] for form in forms} == {"reauth_syncthing"}

    await bert.runtime_data.syncthing.async_refresh()
    assert anna.runtime_data.syncthing.last_update_success


async def test_a_fault_of_our_own_is_no_reason_to_ask_for_a_key(
    hass: HomeAssistant, household: Household, anna: MockConfigEntry
) -> None:
    await load(hass, anna)
    with patch.object(SyncthingClient, "folders", side_effect=RuntimeError):
        await anna.runtime_data.syncthing.async_refresh()
    assert not anna.runtime_data.syncthing.last_update_success
    assert not hass.config_entries.flow.async_progress()


async def test_an_account_that_cannot_be_loaded_does_not_disturb_the_other(
    hass: HomeAssistant,
    household: Household,
    proxy: Proxy,
    anna: MockConfigEntry,
    bert: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    household.immich.world.tables.keys.clear()
    await hass.config_entries.async_setup(bert.entry_id)
    assert bert.state is ConfigEntryState.SETUP_ERROR
    assert not proxy.asked.total()

    hass.config_entries.async_update_entry(anna, data=anna.data | {"immich_api_key": household.immich.make_key()})
    await household.syncthing.stop()
    assert not await hass.config_entries.async_reload(anna.entry_id)
    assert anna.state is ConfigEntryState.SETUP_RETRY
    assert LOST not in caplog.text

    await household.syncthing.start()
    assert await hass.config_entries.async_reload(anna.entry_id)
    assert anna.runtime_data.syncthing.data.statuses.keys() == {"photos"}


@pytest.mark.parametrize("disabled", [{"anna"}, {"anna", "bert"}])
async def test_nobody_polls_where_all_have_forbidden_it(
    hass: HomeAssistant, household: Household, anna: MockConfigEntry, bert: MockConfigEntry, disabled: set[str]
) -> None:
    for name, entry in (("anna", anna), ("bert", bert)):
        hass.config_entries.async_update_entry(entry, pref_disable_polling=name in disabled)
    await load(hass, anna, bert)
    polled = anna.runtime_data.syncthing.polled
    assert polled is (disabled == {"anna"})
