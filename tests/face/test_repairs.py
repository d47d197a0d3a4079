"""A hold is a repair: it names what waits, is answered in one tap, and goes when it is settled."""

from http import HTTPStatus
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.engine.account import AccountEngine
from custom_components.immich_syncthing.engine.errors import LedgerError
from custom_components.immich_syncthing.engine.ledger.hold_views import HoldItemView, HoldView
from custom_components.immich_syncthing.engine.ledger.views import Place
from custom_components.immich_syncthing.repair_flows.answers import HoldFlow, sample_of

from .household import Household


def issue_of(hass: HomeAssistant) -> ir.IssueEntry:
    [issue] = [issue for issue in ir.async_get(hass).issues.values() if issue.domain == DOMAIN]
    return issue


async def fix(client: Any, path: str, **body: str) -> dict[str, Any]:
    answer = await client.post(f"/api/repairs/issues/fix{path}", json=body)
    assert answer.status == HTTPStatus.OK
    told: dict[str, Any] = await answer.json()
    return told


async def answer(hass: HomeAssistant, hass_client: ClientSessionGenerator, how: str) -> dict[str, Any]:
    client = await hass_client()
    menu = await fix(client, "", handler=DOMAIN, issue_id=issue_of(hass).issue_id)
    assert (menu["type"], menu["menu_options"]) == ("menu", ["approve", "leave", "undo"])
    told = menu["description_placeholders"]
    assert (told["count"], told["folders"]) == ("3", "Phone")
    assert sorted(told["sample"].splitlines()) == ["- `IMG_0.jpg`", "- `IMG_1.jpg`", "- `IMG_2.jpg`"]
    return await fix(client, f"/{menu['flow_id']}", next_step_id=how)


async def test_a_mass_deletion_asks_and_nothing_happens_before_the_answer(
    hass: HomeAssistant, all_deleted: Household
) -> None:
    issue = issue_of(hass)
    assert issue.translation_key == "hold_many_assets"
    assert issue.translation_placeholders == {"count": "3", "folders": "Phone"}
    assert issue.is_fixable
    assert all_deleted.shown("sensor.phone_status") == "waiting_for_decision"
    assert all_deleted.shown("sensor.phone_waiting_for_decision") == "3"
    assert len(all_deleted.immich.browser.assets(trashed=False)) == 3


async def test_approved_it_is_done(
    hass: HomeAssistant, all_deleted: Household, hass_client: ClientSessionGenerator
) -> None:
    assert (await answer(hass, hass_client, "approve"))["type"] == "create_entry"
    await all_deleted.sync()
    assert len(all_deleted.immich.browser.assets(trashed=True)) == 3
    assert ir.async_get(hass).issues == {}


async def test_left_both_sides_stay_as_they_are(
    hass: HomeAssistant, all_deleted: Household, hass_client: ClientSessionGenerator
) -> None:
    assert (await answer(hass, hass_client, "leave"))["type"] == "create_entry"
    report = await all_deleted.sync()
    assert report.counts.held == 0
    assert len(all_deleted.immich.browser.assets(trashed=False)) == 3
    assert list(all_deleted.photos.glob("*.jpg")) == []
    assert ir.async_get(hass).issues == {}


async def test_undone_the_files_come_back(
    hass: HomeAssistant, all_deleted: Household, hass_client: ClientSessionGenerator
) -> None:
    assert (await answer(hass, hass_client, "undo"))["type"] == "create_entry"
    await all_deleted.sync()
    assert len(list(all_deleted.photos.glob("*.jpg"))) == 3
    assert len(all_deleted.immich.browser.assets(trashed=False)) == 3


async def test_a_question_that_settles_itself_goes_away(hass: HomeAssistant, all_deleted: Household) -> None:
    for number in range(3):
        all_deleted.take_photo(f"IMG_{number}.jpg")
    await all_deleted.notice()
    assert ir.async_get(hass).issues == {}
    assert all_deleted.shown("sensor.phone_status") == "in_agreement"


async def test_an_answer_that_comes_too_late_says_so(
    hass: HomeAssistant, all_deleted: Household, hass_client: ClientSessionGenerator
) -> None:
    client = await hass_client()
    menu = await fix(client, "", handler=DOMAIN, issue_id=issue_of(hass).issue_id)
    for number in range(3):
        all_deleted.take_photo(f"IMG_{number}.jpg")
    await all_deleted.notice()
    told = await fix(client, f"/{menu['flow_id']}", next_step_id="approve")
    assert (told["type"], told["reason"]) == ("abort", "unknown_hold")
    assert len(all_deleted.immich.browser.assets(trashed=False)) == 3


async def test_an_answer_while_the_account_is_not_loaded_says_so(
    hass: HomeAssistant, all_deleted: Household, hass_client: ClientSessionGenerator
) -> None:
    client = await hass_client()
    menu = await fix(client, "", handler=DOMAIN, issue_id=issue_of(hass).issue_id)
    assert all_deleted.entry is not None
    await hass.config_entries.async_unload(all_deleted.entry.entry_id)
    told = await fix(client, f"/{menu['flow_id']}", next_step_id="approve")
    assert (told["type"], told["reason"]) == ("abort", "not_loaded")


async def test_opened_while_the_account_is_not_loaded_it_says_so(
    hass: HomeAssistant, all_deleted: Household, hass_client: ClientSessionGenerator
) -> None:
    client = await hass_client()
    assert all_deleted.entry is not None
    await hass.config_entries.async_unload(all_deleted.entry.entry_id)
    told = await fix(client, "", handler=DOMAIN, issue_id=issue_of(hass).issue_id)
    assert (told["type"], told["reason"]) == ("abort", "not_loaded")


async def test_opened_when_nothing_waits_any_more_it_says_so(
    hass: HomeAssistant, all_deleted: Household, hass_client: ClientSessionGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(_: AccountEngine) -> list[HoldView]:
        return []

    client = await hass_client()
    monkeypatch.setattr(AccountEngine, "holds", nothing)
    told = await fix(client, "", handler=DOMAIN, issue_id=issue_of(hass).issue_id)
    assert (told["type"], told["reason"]) == ("abort", "unknown_hold")


async def test_an_answer_that_cannot_be_noted_says_so(
    hass: HomeAssistant, all_deleted: Household, hass_client: ClientSessionGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> int:
        raise LedgerError

    client = await hass_client()
    menu = await fix(client, "", handler=DOMAIN, issue_id=issue_of(hass).issue_id)
    monkeypatch.setattr(AccountEngine, "answer", fail)
    told = await fix(client, f"/{menu['flow_id']}", next_step_id="approve")
    assert (told["type"], told["reason"]) == ("abort", "not_done")
    assert told["description_placeholders"] == {"detail": "ledger_error"}


async def test_an_answer_to_nothing_of_what_was_seen_says_so_and_the_question_stays(
    hass: HomeAssistant, all_deleted: Household, hass_client: ClientSessionGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await hass_client()
    # What waits now joined after the question was shown.
    monkeypatch.setattr(HoldFlow, "_revision", property(lambda _: 0, lambda *_: None))
    menu = await fix(client, "", handler=DOMAIN, issue_id=issue_of(hass).issue_id)
    told = await fix(client, f"/{menu['flow_id']}", next_step_id="approve")
    assert (told["type"], told["reason"]) == ("abort", "unknown_hold")
    assert issue_of(hass).active
    assert len(all_deleted.immich.browser.assets(trashed=False)) == 3


def test_a_name_breaks_no_text_and_says_its_folder_where_there_are_several() -> None:
    items = [
        HoldItemView(b"1", 1, 1, (Place("a", "Camera/IMG `1`\n.jpg"),), "a/1"),
        HoldItemView(b"2", 1, 1, (), "~"),
        HoldItemView(b"3", 1, 1, (Place("unknown", "IMG_3.jpg"), Place("a", "IMG_4.jpg")), "z"),
    ]
    titles = {"a": "Phone", "b": "Tablet"}
    assert sample_of(items, titles).splitlines() == ["- Phone: `Camera/IMG '1'?.jpg`", "- `IMG_3.jpg`"]
    assert sample_of(items[:1], {"a": "Phone"}) == "- `Camera/IMG '1'?.jpg`"
    assert sample_of([], titles) == "–"


async def test_a_ledger_that_cannot_be_read_changes_no_question(
    hass: HomeAssistant, all_deleted: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_: AccountEngine) -> None:
        raise LedgerError

    before = issue_of(hass)
    monkeypatch.setattr(AccountEngine, "holds", fail)
    await all_deleted.sync()
    assert issue_of(hass) == before
