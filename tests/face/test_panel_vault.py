"""The panel's vault browser: newest first, searched, page by page, and brought back by administrators."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.immich_syncthing import vault_shown
from custom_components.immich_syncthing.vault.model import VaultOrigin, VaultReason
from tests.checksums import sha1

from .household import Household
from .panel import Panel
from .vaulting import delete_in_immich


@pytest.fixture
async def emptied(household: Household) -> Household:
    """Return the household after two of its photos were deleted in Immich, one after the other."""
    await household.set_up()
    await household.sync()
    for name in ("IMG_0.jpg", "IMG_1.jpg"):
        await delete_in_immich(household, name)
    return household


def account(household: Household) -> dict[str, str]:
    assert household.entry is not None
    return {"entry_id": household.entry.entry_id}


async def test_the_newest_come_first(
    hass: HomeAssistant, emptied: Household, hass_ws_client: WebSocketGenerator
) -> None:
    panel = await Panel.open(hass, hass_ws_client)
    told = await panel.ask("vault/list", **account(emptied))
    assert [one["path"] for one in told["entries"]] == ["IMG_1.jpg", "IMG_0.jpg"]
    newest = told["entries"][0]
    assert (newest["folder"], newest["reason"], newest["is_video"]) == ("Phone", "asset_deleted", False)
    assert newest["size"] == len(b"photo IMG_1.jpg " * 50)
    assert (told["next"], told["total"]) == (None, 2)
    [month] = told["months"]
    assert (month["month"], month["count"]) == (newest["at"][:7], 2)


async def test_it_is_read_page_by_page(
    hass: HomeAssistant, emptied: Household, hass_ws_client: WebSocketGenerator
) -> None:
    panel = await Panel.open(hass, hass_ws_client)
    first = await panel.ask("vault/list", **account(emptied), limit=1)
    second = await panel.ask("vault/list", **account(emptied), limit=1, after=first["next"])
    third = await panel.ask("vault/list", **account(emptied), limit=1, after=second["next"])
    assert [one["entries"][0]["path"] for one in (first, second)] == ["IMG_1.jpg", "IMG_0.jpg"]
    assert (third["entries"], third["next"]) == ([], None)
    assert "total" not in second


async def test_it_is_searched_by_name_and_month(
    hass: HomeAssistant, emptied: Household, hass_ws_client: WebSocketGenerator
) -> None:
    panel = await Panel.open(hass, hass_ws_client)
    by_name = await panel.ask("vault/list", **account(emptied), text="img_0")
    assert ([one["path"] for one in by_name["entries"]], by_name["total"]) == (["IMG_0.jpg"], 1)
    [this_month] = by_name["months"]
    both = await panel.ask("vault/list", **account(emptied), text="img", month=this_month["month"])
    assert both["total"] == 2
    assert (await panel.ask("vault/list", **account(emptied), month="1999-12"))["entries"] == []


async def test_what_another_system_named_is_shown(
    hass: HomeAssistant, emptied: Household, hass_ws_client: WebSocketGenerator
) -> None:
    """A name that is no text is kept as it is, and shown as well as that goes."""
    content = b"a photo of another system"

    async def chunks() -> AsyncIterator[bytes]:
        yield content

    user = emptied.immich.admin.id
    origin = VaultOrigin(
        sha1(content), len(content), "photos", "Phone", "caf\udce9.jpg", 0, None, user, VaultReason.FREED
    )
    await emptied.runtime.vault.vaults.counted.store_stream(chunks(), origin)
    panel = await Panel.open(hass, hass_ws_client)
    told = await panel.ask("vault/list", **account(emptied), text="CAF")
    assert [(one["path"], one["reason"]) for one in told["entries"]] == [("caf�.jpg", "freed")]


async def test_some_are_brought_back(
    hass: HomeAssistant, emptied: Household, hass_ws_client: WebSocketGenerator
) -> None:
    panel = await Panel.open(hass, hass_ws_client)
    [one] = (await panel.ask("vault/list", **account(emptied), text="IMG_0"))["entries"]
    told = await panel.ask("vault/restore", **account(emptied), checksums=[one["checksum"]])
    assert (told["count"], told["hindered_count"], told["failures"]) == (1, 0, {})
    await emptied.sync()
    assert sorted(photo.name for photo in emptied.photos.glob("*.jpg")) == ["IMG_0.jpg", "IMG_2.jpg"]
    [asset] = emptied.immich.browser.assets(trashed=True)
    assert asset.name == "IMG_1.jpg"


async def test_what_was_deleted_just_now_is_shown_at_once(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator
) -> None:
    await household.set_up()
    await household.sync()
    panel = await Panel.open(hass, hass_ws_client)
    for count, name in enumerate(("IMG_0.jpg", "IMG_1.jpg"), 1):
        await delete_in_immich(household, name)
        told = await panel.ask("vault/list", **account(household))
        assert (told["total"], told["entries"][0]["path"], told["complete"]) == (count, name, True)


async def test_a_large_vault_is_not_listed_all_the_time_while_things_are_deleted(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    await household.set_up()
    await household.sync()
    await delete_in_immich(household, "IMG_0.jpg")
    panel = await Panel.open(hass, hass_ws_client)
    assert (await panel.ask("vault/list", **account(household)))["total"] == 1
    with monkeypatch.context() as large:
        large.setattr(vault_shown, "RESTS", 1e9)
        large.setattr(vault_shown, "FRESH_SECONDS", 0.0)
        told = await panel.ask("vault/list", **account(household))
        assert (told["total"], told["complete"]) == (1, True)
        await delete_in_immich(household, "IMG_1.jpg")
        told = await panel.ask("vault/list", **account(household))
        assert (told["total"], told["complete"]) == (1, False)
    told = await panel.ask("vault/list", **account(household))
    assert (told["total"], told["complete"]) == (2, True)


async def test_it_is_said_that_a_large_vault_is_still_being_looked_through(
    hass: HomeAssistant, emptied: Household, hass_ws_client: WebSocketGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault_shown, "PATIENCE_SECONDS", 0.0)
    panel = await Panel.open(hass, hass_ws_client)
    told = await panel.ask("vault/list", **account(emptied))
    assert told["complete"] is False
    while not told["complete"]:
        told = await panel.ask("vault/list", **account(emptied))
    assert told["total"] == 2


async def test_who_searches_does_not_wait_until_a_large_vault_was_looked_through(
    hass: HomeAssistant, emptied: Household, hass_ws_client: WebSocketGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault_shown, "SEARCHING_SECONDS", 0.0)
    panel = await Panel.open(hass, hass_ws_client)
    told = await panel.ask("vault/list", **account(emptied), text="IMG_0")
    assert (told["entries"], told["complete"]) == ([], False)
    while not told["complete"]:
        told = await panel.ask("vault/list", **account(emptied), text="IMG_0")
    assert [one["path"] for one in told["entries"]] == ["IMG_0.jpg"]
    assert (await panel.ask("vault/list", **account(emptied)))["complete"] is True


async def test_a_vault_that_is_away_is_shown_as_it_was_seen_last(
    hass: HomeAssistant, emptied: Household, hass_ws_client: WebSocketGenerator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault_shown, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(vault_shown, "RESTS", 0.0)
    panel = await Panel.open(hass, hass_ws_client)
    vault = emptied.photos.parent / ".immich-syncthing-vault"
    aside = vault.rename(vault.with_name("away"))
    error = await panel.refused("vault/list", **account(emptied))
    assert error["code"] == "vault_unavailable"

    aside.rename(vault)
    assert (await panel.ask("vault/list", **account(emptied)))["total"] == 2
    vault.rename(aside)
    assert (await panel.ask("vault/list", **account(emptied)))["total"] == 2


async def test_a_guest_looks_and_brings_nothing_back(
    hass: HomeAssistant, emptied: Household, hass_ws_client: WebSocketGenerator, hass_read_only_access_token: str
) -> None:
    panel = await Panel.open(hass, hass_ws_client, hass_read_only_access_token)
    told = await panel.ask("vault/list", **account(emptied))
    checksums = [one["checksum"] for one in told["entries"]]
    error = await panel.refused("vault/restore", **account(emptied), checksums=checksums)
    assert error["code"] == "unauthorized"
    await emptied.sync()
    assert [photo.name for photo in emptied.photos.glob("*.jpg")] == ["IMG_2.jpg"]


@pytest.mark.parametrize(
    ("command", "data"),
    [
        ("vault/list", {"limit": 0}),
        ("vault/list", {"month": "2026-11' OR 1"}),
        ("vault/list", {"text": "\0"}),
        ("vault/list", {"after": "nowhere"}),
        ("vault/list", {"after": "0x1p0/zz/00/a"}),
        ("vault/restore", {}),
        ("vault/restore", {"checksums": []}),
        ("vault/restore", {"checksums": ["../.."]}),
    ],
)
async def test_what_makes_no_sense_is_refused(
    hass: HomeAssistant, household: Household, hass_ws_client: WebSocketGenerator, command: str, data: dict[str, Any]
) -> None:
    entry = await household.set_up(folders=False)
    panel = await Panel.open(hass, hass_ws_client)
    assert (await panel.refused(command, entry_id=entry.entry_id, **data))["code"] == "invalid_format"
