"""Recovery and foreign folders are repairs: they say what happened, and one tap is all they ask for."""

import json
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from homeassistant.config_entries import ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.helpers import instance_id, issue_registry as ir
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.engine.account import AccountEngine
from custom_components.immich_syncthing.engine.cycle import FolderEngine
from custom_components.immich_syncthing.engine.errors import LedgerError, NoFenceError
from custom_components.immich_syncthing.issues import recovery
from custom_components.immich_syncthing.issues.board import IssueBoard

from .household import FOLDER, Household

type Fix = Callable[[str], Awaitable[dict[str, Any]]]


@pytest.fixture
async def lived(hass: HomeAssistant, household: Household) -> Household:
    """Return the household in agreement."""
    assert await async_setup_component(hass, "repairs", {})
    await household.set_up(preset="mirror")
    await household.sync()
    return household


@pytest.fixture
async def fix(hass: HomeAssistant, hass_client: ClientSessionGenerator) -> Fix:
    """Give what opens an issue's form and confirms it."""
    client = await hass_client()

    async def confirm(issue_id: str) -> dict[str, Any]:
        opened = await client.post("/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": issue_id})
        assert opened.status == HTTPStatus.OK
        form = await opened.json()
        assert (form["type"], form["step_id"]) == ("form", "confirm")
        confirmed = await client.post(f"/api/repairs/issues/fix/{form['flow_id']}", json={})
        assert confirmed.status == HTTPStatus.OK
        told: dict[str, Any] = await confirmed.json()
        return told

    return confirm


def issues(hass: HomeAssistant) -> dict[str, ir.IssueEntry]:
    found = [issue for issue in ir.async_get(hass).issues.values() if issue.domain == DOMAIN]
    return {issue.translation_key or "": issue for issue in found}


def mark_of(household: Household) -> Path:
    return household.photos / ".stfolder" / "immich_syncthing" / "fence.json"


def hand_to_another(household: Household) -> None:
    """Let another Home Assistant work in the folder."""
    mark_of(household).write_text(json.dumps({"instance": "cabin", "generation": 100}))


def lose_photos(household: Household) -> None:
    """Let Immich be restored from a backup that lacks everything."""
    world = household.immich.world
    for asset in household.immich.browser.assets():
        world.remove_asset(asset.id)


async def test_the_mark_tells_this_home_assistant_from_others_and_gives_no_id_away(
    hass: HomeAssistant, lived: Household
) -> None:
    instance = json.loads(mark_of(lived).read_text())["instance"]
    assert len(instance) == 32
    assert await instance_id.async_get(hass) not in instance


async def test_a_folder_of_another_home_assistant_is_taken_over_in_one_tap(
    hass: HomeAssistant, lived: Household, fix: Fix
) -> None:
    hand_to_another(lived)
    lived.take_photo("new.jpg")
    await lived.notice()
    issue = issues(hass)["other_instance"]
    assert (issue.is_fixable, issue.severity) == (True, ir.IssueSeverity.ERROR)
    assert (issue.translation_placeholders or {})["folder"] == "Phone"
    assert lived.shown("sensor.phone_status") == "error"
    before = len(lived.immich.browser.assets())
    assert (await fix(issue.issue_id))["type"] == "create_entry"
    await lived.sync()
    assert len(lived.immich.browser.assets()) == before + 1
    assert issues(hass).keys() == {"recovered_ledger"}
    assert (await fix(issues(hass)["recovered_ledger"].issue_id))["type"] == "create_entry"
    await lived.sync()
    assert issues(hass) == {}


async def test_a_restored_server_is_told_and_the_telling_confirmed(
    hass: HomeAssistant, lived: Household, fix: Fix
) -> None:
    lose_photos(lived)
    await lived.sync()
    assert issues(hass).keys() == {"recovered_immich", "hold_vanished"}
    issue = issues(hass)["recovered_immich"]
    assert issue.translation_placeholders == {"asked": "3", "released": "0"}
    assert len(list(lived.photos.glob("*.jpg"))) == 3
    await fix(issue.issue_id)
    await lived.sync()
    assert issues(hass).keys() == {"hold_vanished"}


async def test_what_was_not_confirmed_is_told_again_after_a_restart(hass: HomeAssistant, lived: Household) -> None:
    lose_photos(lived)
    await lived.sync()
    assert lived.entry is not None
    await hass.config_entries.async_unload(lived.entry.entry_id)
    IssueBoard(hass, lived.entry.entry_id).clear()
    await lived.load()
    await lived.sync()
    assert "recovered_immich" in issues(hass)


async def test_a_recovery_that_waits_for_a_folder_is_told_after_a_while(
    hass: HomeAssistant, lived: Household, passing: Callable[[float], None]
) -> None:
    lose_photos(lived)
    folder = lived.runtime.folders[FOLDER]
    await folder.async_sync()
    assert lived.shown("sensor.phone_status") == "recovery"
    assert issues(hass) == {}
    away = lived.photos.with_name("away")
    lived.photos.rename(away)
    await folder.async_sync()
    passing(recovery.PATIENCE_SECONDS)
    await folder.async_sync()
    waits = issues(hass)["recovery_waits"]
    assert not waits.is_fixable
    assert waits.translation_placeholders == {"folders": "Phone"}
    away.rename(lived.photos)
    await lived.sync()
    assert issues(hass).keys() == {"recovered_immich", "hold_vanished"}


async def test_a_folder_of_another_one_is_told_of_until_its_account_is_disabled(
    hass: HomeAssistant, lived: Household
) -> None:
    hand_to_another(lived)
    await lived.notice()
    assert issues(hass).keys() == {"other_instance"}
    assert lived.entry is not None
    await hass.config_entries.async_set_disabled_by(lived.entry.entry_id, ConfigEntryDisabler.USER)
    assert issues(hass) == {}


async def test_confirmed_while_the_account_is_not_loaded(
    hass: HomeAssistant, lived: Household, hass_client: ClientSessionGenerator
) -> None:
    hand_to_another(lived)
    await lived.notice()
    client = await hass_client()
    body = {"handler": DOMAIN, "issue_id": issues(hass)["other_instance"].issue_id}
    form = await (await client.post("/api/repairs/issues/fix", json=body)).json()
    assert lived.entry is not None
    await hass.config_entries.async_unload(lived.entry.entry_id)
    told = await (await client.post(f"/api/repairs/issues/fix/{form['flow_id']}", json={})).json()
    assert (told["type"], told["reason"]) == ("abort", "not_loaded")


async def test_a_take_over_that_fails_says_why(
    hass: HomeAssistant, lived: Household, fix: Fix, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: FolderEngine) -> None:
        detail = "the disk"
        raise NoFenceError(detail)

    hand_to_another(lived)
    await lived.notice()
    monkeypatch.setattr(FolderEngine, "take_over", fail)
    told = await fix(issues(hass)["other_instance"].issue_id)
    assert (told["type"], told["reason"], told["description_placeholders"]) == (
        "abort",
        "not_done",
        {"detail": "the disk"},
    )


async def test_a_ledger_that_cannot_be_read_changes_nothing_that_is_told(
    hass: HomeAssistant, lived: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: AccountEngine) -> None:
        raise LedgerError

    lose_photos(lived)
    await lived.sync()
    before = issues(hass)["recovered_immich"]
    monkeypatch.setattr(AccountEngine, "recovery", fail)
    await lived.sync()
    assert issues(hass)["recovered_immich"] == before
