"""What is said of Syncthing's devices where they keep deletions from travelling."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.issues.board import IssueBoard
from custom_components.immich_syncthing.issues.devices import DEAF, DEAF_SECONDS, MIXED, TOPIC, DeviceIssues
from custom_components.immich_syncthing.syncthing.models import Completion, Connection, DeviceConfig, SystemVersion
from custom_components.immich_syncthing.syncthing_facts import SyncthingFacts

from .household import Household

PHONE = "PHONEID-" * 8


def told(hass: HomeAssistant) -> dict[str, dict[str, str] | None]:
    """Return the issues about devices, with what is filled in."""
    issues = ir.async_get(hass).issues.values()
    return {
        str(issue.translation_key): issue.translation_placeholders
        for issue in issues
        if issue.domain == DOMAIN and issue.translation_key in {MIXED, DEAF}
    }


@pytest.fixture
async def facts(household: Household) -> Callable[..., SyncthingFacts]:
    """Return what Syncthing would say if a phone shared the folder."""
    household.make_entry()
    await household.load()
    real = household.runtime.syncthing.data
    [(folder_id, folder)] = [(one, real.folders[one]) for one in real.statuses]

    def say(
        version: str = "v1.29.5", phone: str = "v1.29.5", needed: int | None = 0, *, connected: bool = True
    ) -> SyncthingFacts:
        return replace(
            real,
            version=SystemVersion(version, "linux", "amd64"),
            folders={folder_id: replace(folder, device_ids=(*folder.device_ids, PHONE))},
            connections={PHONE: Connection(connected, paused=False, address="", client_version=phone)},
            devices={PHONE: DeviceConfig(PHONE, "Anna's phone", paused=False)},
            completions={}
            if needed is None
            else {(folder_id, PHONE): Completion(100.0, needed, needed, 0, "valid", 7)},
        )

    return say


@pytest.fixture
def say(hass: HomeAssistant, household: Household, facts: Callable[..., SyncthingFacts]) -> Callable[..., None]:
    """Give what lets Syncthing say something of its phone, as an account that was loaded just now hears it."""
    assert household.entry is not None
    board, devices = IssueBoard(hass, household.entry.entry_id), DeviceIssues()

    def tell(*args: Any, **more: Any) -> None:
        board.show(TOPIC, devices.wanted(facts(*args, **more), ["photos", "another"]))

    return tell


async def test_mixed_syncthing_versions_are_told_until_the_phone_has_the_same(
    hass: HomeAssistant, say: Callable[..., None]
) -> None:
    say()
    assert told(hass) == {}
    say("v2.1.3")
    assert told(hass) == {MIXED: {"devices": "Anna's phone", "version": "v2.1.3"}}
    say("v2.1.3", connected=False)
    assert told(hass) == {MIXED: {"devices": "Anna's phone", "version": "v2.1.3"}}
    say("v2.1.3", phone="v2.0.1")
    assert told(hass) == {}


@pytest.mark.parametrize("unreadable", ["", "unknown", "v"])
async def test_a_version_that_cannot_be_read_is_no_other(
    hass: HomeAssistant, say: Callable[..., None], unreadable: str
) -> None:
    say("v2.1.3", phone=unreadable)
    assert told(hass) == {}


async def test_a_phone_that_ignores_deletes_is_told_of_after_an_hour(
    hass: HomeAssistant, say: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    monkeypatch.setattr("custom_components.immich_syncthing.issues.devices.monotonic", lambda: now)
    say(needed=3)
    now += DEAF_SECONDS
    say(needed=2)
    assert told(hass) == {}
    now += 1
    say(needed=2)
    assert told(hass) == {DEAF: {"devices": "Anna's phone"}}
    say(connected=False, needed=None)
    assert told(hass) == {DEAF: {"devices": "Anna's phone"}}
    say()
    assert told(hass) == {}
    now += DEAF_SECONDS
    say(needed=2)
    assert told(hass) == {}


async def test_a_phone_that_was_away_has_an_hour_again(
    hass: HomeAssistant, say: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000.0
    monkeypatch.setattr("custom_components.immich_syncthing.issues.devices.monotonic", lambda: now)
    say(needed=3)
    now += DEAF_SECONDS / 2
    say(connected=False, needed=None)
    now += DEAF_SECONDS
    say(needed=3)
    assert told(hass) == {}


async def test_nothing_is_told_of_devices_once_the_account_is_disabled(
    hass: HomeAssistant, household: Household, say: Callable[..., None]
) -> None:
    assert household.entry is not None
    await hass.config_entries.async_unload(household.entry.entry_id)
    say("v2.1.3")
    assert told(hass).keys() == {MIXED}
    await hass.config_entries.async_set_disabled_by(household.entry.entry_id, ConfigEntryDisabler.USER)
    await hass.config_entries.async_remove(household.entry.entry_id)
    assert told(hass) == {}
