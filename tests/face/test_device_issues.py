"""What is said of Syncthing's devices where they keep deletions from travelling."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from custom_components.immich_syncthing import device_issues
from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.device_issues import DEAF, MIXED, DeviceIssues
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
        version: str = "v1.29.5", phone: str = "v1.29.5", needed: int = 0, *, connected: bool = True
    ) -> SyncthingFacts:
        return replace(
            real,
            version=SystemVersion(version, "linux", "amd64"),
            folders={folder_id: replace(folder, device_ids=(*folder.device_ids, PHONE))},
            connections={PHONE: Connection(connected, paused=False, address="", client_version=phone)},
            devices={PHONE: DeviceConfig(PHONE, "Anna's phone", paused=False)},
            completions={(folder_id, PHONE): Completion(100.0, needed, needed, 0, "valid", 7)},
        )

    return say


@pytest.fixture
def issues(household: Household, facts: Callable[..., SyncthingFacts]) -> DeviceIssues:
    assert household.entry is not None
    return DeviceIssues(household.hass, household.entry)


async def test_mixed_syncthing_versions_are_told(
    hass: HomeAssistant, facts: Callable[..., SyncthingFacts], issues: DeviceIssues
) -> None:
    issues.async_update(facts())
    assert told(hass) == {}
    issues.async_update(facts("v2.1.3"))
    assert told(hass) == {MIXED: {"devices": "Anna's phone", "version": "v2.1.3"}}
    issues.async_update(facts("v2.1.3", connected=False))
    assert told(hass) == {}


@pytest.mark.parametrize("unreadable", ["", "unknown", "v"])
async def test_a_version_that_cannot_be_read_is_no_other(
    hass: HomeAssistant, facts: Callable[..., SyncthingFacts], issues: DeviceIssues, unreadable: str
) -> None:
    issues.async_update(facts("v2.1.3", phone=unreadable))
    assert told(hass) == {}


async def test_a_phone_that_ignores_deletes_is_told_of_after_an_hour(
    hass: HomeAssistant,
    facts: Callable[..., SyncthingFacts],
    issues: DeviceIssues,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1_000.0
    monkeypatch.setattr("custom_components.immich_syncthing.device_issues.monotonic", lambda: now)
    issues.async_update(facts(needed=3))
    now += device_issues.DEAF_SECONDS
    issues.async_update(facts(needed=2))
    assert told(hass) == {}
    now += 1
    issues.async_update(facts(needed=2))
    assert told(hass) == {DEAF: {"devices": "Anna's phone"}}
    issues.async_update(facts())
    assert told(hass) == {}
    now += device_issues.DEAF_SECONDS
    issues.async_update(facts(needed=2))
    assert told(hass) == {}


async def test_nothing_is_told_of_devices_once_the_account_is_unloaded(
    hass: HomeAssistant, household: Household, facts: Callable[..., SyncthingFacts], issues: DeviceIssues
) -> None:
    issues.async_update(facts("v2.1.3"))
    assert household.entry is not None
    await hass.config_entries.async_unload(household.entry.entry_id)
    assert told(hass) == {}
