"""Actions as odd owners, broken templates and people who may only look call them: refused in words, never a fault."""

from contextlib import suppress
from typing import Any

import pytest
import voluptuous as vol
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized, UnknownUser
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.services import ACTIONS, Action

from .household import Household

LOOKING = {
    Action.ANSWERS,
    Action.DATABASE_BACKUPS,
    Action.HISTORY,
    Action.HOLDS,
    Action.PREVIEW,
    Action.REMOVAL_PREVIEW,
    Action.SEARCH,
    Action.STATUS,
    Action.VAULT_LIST,
}
NEEDED: dict[str, dict[str, Any]] = {
    Action.APPROVE: {"hold_id": "one", "revision": 1},
    Action.LEAVE: {"hold_id": "one", "revision": 1},
    Action.UNDO: {"hold_id": "one", "revision": 1},
    Action.RECONSIDER: {"answer_id": "one"},
    Action.RESTORE: {"last_operation": True},
    Action.EXPORT_HISTORY: {"file": "/media/history.jsonl"},
    Action.ADD_TO_ALBUM: {"asset_ids": "one", "album": "Holiday"},
    Action.DESCRIBE: {"asset_ids": "one", "rating": 5},
    Action.DOWNLOAD: {"asset_ids": "one", "directory": "/media/frame"},
    Action.RUN_JOB: {"job": "metadata"},
    Action.TAG: {"asset_ids": "one", "tags": "Places/Bilbao"},
}


async def call(hass: HomeAssistant, action: str, context: Context | None = None, **data: Any) -> Any:
    return await hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=True, context=context)


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("history", {"since": "0001-01-01 00:00:00"}),
        ("history", {"until": "9999-12-31 23:59:59"}),
        ("history", {"since": "0001-01-01T00:00:00+14:00"}),
        ("history", {"path": "%s {x} ' OR 1=1 --"}),
        ("history", {"path": "x" * 100_000}),
        ("history", {"before": 2**63 - 1}),
        ("holds", {"limit": True}),
        ("answers", {"before": "'; --"}),
        ("preview", {"limit": 0, "offset": 10_000_000}),
        ("restore", {"since": "0001-01-01 00:00:00", "until": "9999-12-31 23:59:59"}),
        ("restore", {"since": "9999-12-31 23:59:59"}),
        ("restore", {"path": ["../../etc/passwd", "a//b", "x" * 100_000, ".stfolder"], "pattern": "!*"}),
        ("restore", {"path": "%s {x} ' OR 1=1 --", "dry_run": True}),
        ("restore", {"checksum": "0" * 40, "at_most": 10_000_000}),
    ],
)
async def test_what_is_odd_is_answered_with_nothing(
    hass: HomeAssistant, household: Household, action: str, data: dict[str, Any]
) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    await household.set_up()
    await household.sync()
    assert isinstance(await call(hass, action, **data), dict)


@pytest.mark.parametrize(
    ("action", "data"),
    [
        ("history", {"before": 10**30}),
        ("history", {"before": float("inf")}),
        ("history", {"limit": float("inf")}),
        ("history", {"limit": float("nan")}),
        ("history", {"limit": [5]}),
        ("history", {"kind": ["upload"]}),
        ("history", {"since": {"a": 1}}),
        ("history", {"path": ["a"]}),
        ("history", {"path": "\0"}),
        ("history", {"path": "\udcff"}),
        ("holds", {"limit": "many"}),
        ("holds", {"folder": {"a": 1}}),
        ("preview", {"limit": float("inf")}),
        ("preview", {"offset": 10**30}),
        ("pause", {"duration": float("inf")}),
        ("pause", {"duration": "1e400"}),
        ("pause", {"duration": {"days": 10**30}}),
        ("approve", {"hold_id": "one", "revision": float("inf")}),
        ("approve", {"hold_id": "one", "revision": 1, "items": "not-hex"}),
        ("approve", {"hold_id": "one", "revision": 1, "items": {"a": 1}}),
        ("approve", {"hold_id": ["one"], "revision": 1}),
        ("export_history", {"file": "/\0.jsonl"}),
        ("export_history", {"file": "\udcff.jsonl"}),
        ("export_history", {"file": "/" + "x" * 5_000 + ".jsonl"}),
        ("export_history", {"file": ["/a.jsonl"]}),
        ("restore", {}),
        ("restore", {"dry_run": True, "folder": "Phone"}),
        ("restore", {"path": []}),
        ("restore", {"path": ["/"]}),
        ("restore", {"path": "\0"}),
        ("restore", {"path": {"a": 1}}),
        ("restore", {"pattern": ["", "# all"]}),
        ("restore", {"pattern": "", "since": "2026-01-01"}),
        ("restore", {"pattern": "[[:alpha:]]"}),
        ("restore", {"checksum": "not-hex"}),
        ("restore", {"since": "yesterday"}),
        ("restore", {"last_operation": True, "at_most": 0}),
        ("restore", {"last_operation": True, "limit": float("inf")}),
        ("status", {"config_entry_id": ["x"]}),
        ("status", {"config_entry_id": "\0"}),
        ("status", {"entity_id": "not an entity"}),
    ],
)
async def test_what_makes_no_sense_is_refused(
    hass: HomeAssistant, household: Household, action: str, data: dict[str, Any]
) -> None:
    await household.set_up()
    await household.sync()
    with pytest.raises((vol.Invalid, ServiceValidationError)):
        await call(hass, action, **data)


@pytest.mark.parametrize("name", ["\0", "x" * 300, "\udcff"])
async def test_an_export_under_a_name_that_no_disk_takes_is_refused(
    hass: HomeAssistant, household: Household, name: str
) -> None:
    await household.set_up()
    await household.sync()
    with pytest.raises((HomeAssistantError, vol.Invalid)):
        await call(hass, "export_history", file=str(household.photos.parent / f"{name}.jsonl"))


@pytest.mark.parametrize("action", sorted(set(ACTIONS) - LOOKING))
async def test_who_may_only_look_changes_nothing(
    hass: HomeAssistant, household: Household, hass_read_only_user: MockUser, action: Action
) -> None:
    await household.set_up()
    await household.sync()
    with pytest.raises(Unauthorized):
        await call(hass, action, Context(user_id=hass_read_only_user.id), **NEEDED.get(action, {}))


async def test_nobody_knows_who_asks(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    with pytest.raises(UnknownUser):
        await call(hass, "sync_now", Context(user_id="gone"))


@pytest.mark.parametrize("action", sorted(LOOKING))
async def test_who_may_only_look_looks(
    hass: HomeAssistant, household: Household, hass_read_only_user: MockUser, action: Action
) -> None:
    await household.set_up()
    await household.sync()
    assert await call(hass, action, Context(user_id=hass_read_only_user.id))


async def test_who_runs_the_house_need_not_be_an_administrator(
    hass: HomeAssistant, household: Household, hass_admin_user: MockUser
) -> None:
    member = MockUser(groups=[await _group(hass, "system-users")]).add_to_hass(hass)
    await household.set_up()
    await household.sync()
    assert await call(hass, "sync_now", Context(user_id=member.id))
    with pytest.raises(Unauthorized):
        await call(hass, "export_history", Context(user_id=member.id), file="/media/history.jsonl")


@pytest.mark.parametrize("action", [Action.APPROVE, Action.LEAVE, Action.UNDO, Action.RECONSIDER, Action.RESTORE])
async def test_only_administrators_and_automations_decide(
    hass: HomeAssistant, household: Household, hass_admin_user: MockUser, action: Action
) -> None:
    member = MockUser(groups=[await _group(hass, "system-users")]).add_to_hass(hass)
    await household.set_up()
    await household.sync()
    with pytest.raises(Unauthorized):
        await call(hass, action, Context(user_id=member.id), **NEEDED[action])
    caused_by_a_member = Context(parent_id=Context(user_id=member.id).id)
    for context in (Context(user_id=hass_admin_user.id), caused_by_a_member):
        # They are let through: then it is looked up, and nothing waits here.
        with suppress(ServiceValidationError):
            await call(hass, action, context, **NEEDED[action])


async def _group(hass: HomeAssistant, group_id: str) -> Any:
    group = await hass.auth.async_get_group(group_id)
    assert group is not None
    return group
