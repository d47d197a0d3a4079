"""How the servers are set up: what Syncthing keeps from travelling, what nothing keeps, versions that nobody tried."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from homeassistant.core import HomeAssistant

from custom_components.immich_syncthing.coordinator import AccountFacts
from custom_components.immich_syncthing.engine.model import Preset
from custom_components.immich_syncthing.engine.rules import Rules
from custom_components.immich_syncthing.engine.settings import AccountSettings, FolderSettings
from custom_components.immich_syncthing.immich.models import ServerStorage, ServerVersion
from custom_components.immich_syncthing.issues import account, syncthing
from custom_components.immich_syncthing.syncthing.models import FolderConfig, FolderType, SystemVersion
from custom_components.immich_syncthing.syncthing_facts import SyncthingFacts

from .household import Household
from .repairing import shown

CONFIG = FolderConfig(
    id="photos",
    label="Phone",
    path="/phone",
    type=FolderType.SEND_RECEIVE,
    paused=False,
    device_ids=(),
    ignore_delete=False,
    marker_name=".stfolder",
    versioning_type="",
    watcher_enabled=True,
)
MIRROR = FolderSettings("a", "photos", "Phone", Path("/phone"), preset=Preset.MIRROR)
BACKUP = replace(MIRROR, preset=Preset.BACKUP)
KEEPING = AccountSettings()
GIB = 1024**3


def keys(
    folder: FolderSettings = MIRROR, settings: AccountSettings = KEEPING, version: str = "v1.29.5", **config: Any
) -> set[str]:
    facts = SyncthingFacts(SystemVersion(version, "", ""), {"photos": replace(CONFIG, **config)}, {}, {})
    return {one.key for one in syncthing.syncthing_issues(facts, [folder], settings)}


def test_a_folder_as_it_should_be_is_not_talked_about() -> None:
    assert keys() == set()


def test_ignored_deletions_matter_where_deletions_are_passed_on() -> None:
    assert keys(ignore_delete=True) == {"ignore_delete"}
    assert keys(BACKUP, ignore_delete=True) == set()
    freeing = replace(BACKUP, rules=Rules(keep_bytes=1))
    assert keys(freeing, ignore_delete=True) == {"ignore_delete"}


def test_a_folder_in_one_direction_matters_where_the_preset_needs_both() -> None:
    assert keys(type=FolderType.RECEIVE_ONLY) == {"one_way_folder"}
    assert keys(replace(MIRROR, preset=Preset.PHONE_DECIDES), type=FolderType.RECEIVE_ONLY) == set()
    assert keys(BACKUP, type=FolderType.SEND_ONLY) == set()


def test_somebody_must_keep_what_the_phone_deletes() -> None:
    careless = AccountSettings(vault_phone_deletions=False)
    assert keys(settings=careless) == {"no_versioning"}
    assert keys(settings=careless, versioning_type="trashcan") == set()
    assert keys(BACKUP, settings=careless) == set()


def test_a_folder_that_syncthing_has_no_more_is_told() -> None:
    assert keys(replace(MIRROR, syncthing_id="removed")) == {"syncthing_unknown_folder"}


@pytest.mark.parametrize(
    ("version", "tried"),
    [
        ("v1.18.6", False),
        ("v1.19.2", True),
        ("v1.30.0-rc.1", True),
        ("v2.1.3", True),
        ("v3.0.0", False),
        ("unknown-dev", True),
    ],
)
def test_a_syncthing_that_was_never_tried_is_told(version: str, tried: bool) -> None:
    assert keys(version=version) == (set() if tried else {"syncthing_unsupported"})


@pytest.mark.parametrize(
    ("version", "tried"),
    [((2, 6, 9), False), ((2, 7, 0), True), ((3, 99, 0), True), ((4, 0, 0), False), ((1, 200, 0), False)],
)
async def test_an_immich_that_was_never_tried_is_told(
    household: Household, version: tuple[int, int, int], tried: bool
) -> None:
    await household.set_up()
    facts: AccountFacts = replace(household.runtime.account.data, version=ServerVersion(*version))
    found = {one.key for one in account.account_issues(facts, [], {}, "Anna", ())}
    assert found == (set() if tried else {"immich_unsupported"})


@pytest.mark.parametrize(
    ("storage", "quota", "shown_before", "expected"),
    [
        (None, (None, None), (), set()),
        (ServerStorage(100 * GIB, 99 * GIB, GIB), (None, None), (), {"immich_disk_nearly_full"}),
        (ServerStorage(100 * GIB, 90 * GIB, 10 * GIB), (None, None), (), set()),
        (ServerStorage(100 * GIB, 97 * GIB, int(2.1 * GIB)), (None, None), (), set()),
        (
            ServerStorage(100 * GIB, 97 * GIB, int(2.1 * GIB)),
            (None, None),
            ("immich_disk_nearly_full",),
            {"immich_disk_nearly_full"},
        ),
        (ServerStorage(None, None, 0), (0, 5), (), set()),
        (ServerStorage(0, 0, 0), (50 * GIB, None), (), set()),
        (None, (50 * GIB, 51 * GIB), (), {"immich_quota_nearly_full"}),
        (None, (50 * GIB, 10 * GIB), (), set()),
    ],
)
async def test_an_immich_without_room_is_told(
    household: Household,
    storage: ServerStorage | None,
    quota: tuple[int | None, int | None],
    shown_before: tuple[str, ...],
    expected: set[str],
) -> None:
    await household.set_up()
    known = household.runtime.account.data
    user = replace(known.user, quota_size=quota[0], quota_usage=quota[1])
    facts: AccountFacts = replace(known, storage=storage, user=user)
    found = {one.key: one.placeholders for one in account.account_issues(facts, [], {}, "Anna", shown_before)}
    assert found.keys() == expected
    assert all(float(one["free"]) >= 0 for one in found.values())


async def test_what_is_wrong_in_syncthing_comes_and_goes_with_it(
    hass: HomeAssistant, household: Household, passing: Callable[[float], None]
) -> None:
    await household.set_up(preset="mirror")
    coordinator = household.runtime.syncthing
    await household.syncthing.call("PATCH", "config/folders/photos", {"ignoreDelete": True})
    await coordinator.async_refresh()
    assert shown(hass) == {}
    passing(syncthing.PATIENCE_SECONDS)
    await coordinator.async_refresh()
    assert shown(hass).keys() == {"ignore_delete"}
    await household.syncthing.call("PATCH", "config/folders/photos", {"ignoreDelete": False})
    await coordinator.async_refresh()
    assert shown(hass) == {}
