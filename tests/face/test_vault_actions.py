"""Actions on the vault: listed page by page, and emptied by whoever says how much that is."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import voluptuous as vol
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.immich_syncthing import vault_actions
from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.engine.ledger.views import HistoryFilter
from custom_components.immich_syncthing.vault.model import VaultOrigin, VaultReason
from tests.checksums import sha1
from tests.servers.immich.faults import FaultKind

from .household import Household
from .photo_calls import ask
from .vaulting import delete_in_immich, fill_in, kept, option


async def paths(hass: HomeAssistant, **wanted: Any) -> set[str]:
    return {one["path"] for one in (await ask(hass, "vault_list", **wanted))["entries"]}


@pytest.fixture
async def deleted(hass: HomeAssistant, household: Household) -> Household:
    """Return the household with two photos in the vault: one is in Immich's trash too, the other is nowhere else."""
    await household.set_up()
    await household.sync()
    for number in range(2):
        await delete_in_immich(household, f"IMG_{number}.jpg")
    browser = household.immich.browser
    browser.purge(*(one.id for one in browser.assets(trashed=True) if one.name == "IMG_0.jpg"))
    return household


def held(home: Household) -> int | None:
    """Return how many files the vault is known to have."""
    counted = home.runtime.vault.vaults.counted.counted
    return None if counted is None else counted.objects


async def others_keep(home: Household, content: bytes, account_id: str) -> None:
    """Let another account that shares the vault keep something there."""

    async def chunks() -> Any:
        yield content

    origin = VaultOrigin(
        sha1(content), len(content), "their-folder", "Theirs", "theirs.jpg", 0, None, account_id, VaultReason.FREED
    )
    await home.runtime.vault.vaults.counted.store_stream(chunks(), origin)


# --- listing ---------------------------------------------------------------------------------------------------------


async def test_the_vault_is_listed(hass: HomeAssistant, deleted: Household) -> None:
    answer = await ask(hass, "vault_list", path="img_1")

    assert deleted.entry is not None
    assert (answer["account"], answer["next"]) == (deleted.entry.title, None)
    assert answer["vault"] == deleted.entry.data["vault_path"]
    [one] = answer["entries"]
    content = (b"photo IMG_1.jpg ") * 50
    assert one.pop("at") <= dt_util.utcnow().isoformat()
    assert one.pop("asset_id")
    assert one == {
        "checksum": sha1(content).hex(),
        "path": "IMG_1.jpg",
        "folder": "Phone",
        "size": len(content),
        "reason": "asset_deleted",
    }


async def test_a_list_is_narrowed_down(hass: HomeAssistant, deleted: Household) -> None:
    both = {"IMG_0.jpg", "IMG_1.jpg"}
    assert await paths(hass) == both
    assert await paths(hass, folder="Phone", reason="asset_deleted") == both
    assert await paths(hass, folder="Tablet") == set()
    assert await paths(hass, reason="freed") == set()
    soon = (dt_util.utcnow() + timedelta(hours=1)).isoformat()
    assert await paths(hass, until=soon) == both
    assert await paths(hass, since=soon) == set()


async def test_a_page_ends_between_two_photos_and_the_next_one_goes_on(hass: HomeAssistant, deleted: Household) -> None:
    found: list[str] = []
    after: dict[str, Any] = {}
    for _ in range(2):
        answer = await ask(hass, "vault_list", limit=1, **after)
        found += [one["path"] for one in answer["entries"]]
        after = {"after": answer["next"]}

    assert sorted(found) == ["IMG_0.jpg", "IMG_1.jpg"]
    assert answer["next"] is None


async def test_a_long_vault_is_looked_through_in_several_calls(
    hass: HomeAssistant, deleted: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault_actions, "MOST_LOOKED_AT", 1)
    last = max(await kept(deleted), key=lambda one: one.origin.checksum).origin.path

    first = await ask(hass, "vault_list", path=last)
    assert (first["entries"], first["next"] is None) == ([], False)
    assert await paths(hass, path=last, after=first["next"]) == {last}


async def test_what_was_deleted_before_the_vault_was_changed_is_listed_too(
    hass: HomeAssistant, deleted: Household
) -> None:
    disk = deleted.photos.parent / "disk"
    disk.mkdir()
    await fill_in(hass, await option(hass, deleted, "store", "store_directory"), directory=str(disk))
    deleted.take_photo("IMG_3.jpg")
    await deleted.notice()
    await delete_in_immich(deleted, "IMG_2.jpg")

    assert await paths(hass) == {"IMG_0.jpg", "IMG_1.jpg", "IMG_2.jpg"}
    assert (await ask(hass, "vault_empty"))["count"] == 1, "only the present one is emptied"


async def test_what_another_account_keeps_in_the_same_vault_is_its_own(hass: HomeAssistant, deleted: Household) -> None:
    await others_keep(deleted, b"theirs", "somebody else")
    await others_keep(deleted, (b"photo IMG_1.jpg ") * 50, "somebody else")

    assert await paths(hass) == {"IMG_0.jpg", "IMG_1.jpg"}
    going = await ask(hass, "vault_empty")
    assert (going["count"], going["only_copies"]) == (1, 1)
    await ask(hass, "vault_empty", count=1)
    assert {one.origin.path for one in await kept(deleted)} == {"IMG_1.jpg", "theirs.jpg"}


@pytest.mark.parametrize("wrong", [{"limit": 0}, {"after": "0a"}, {"reason": "boredom"}])
async def test_what_cannot_be_meant_is_refused(hass: HomeAssistant, deleted: Household, wrong: dict[str, Any]) -> None:
    with pytest.raises(vol.Invalid):
        await ask(hass, "vault_list", **wrong)


# --- emptying --------------------------------------------------------------------------------------------------------


async def test_without_a_count_it_is_only_told_what_would_go(hass: HomeAssistant, deleted: Household) -> None:
    going = await ask(hass, "vault_empty")

    assert {name: going[name] for name in ("count", "only_copies", "needed", "removed")} == {
        "count": 2,
        "only_copies": 1,
        "needed": 0,
        "removed": 0,
    }
    assert going["bytes"] == 2 * len(b"photo IMG_1.jpg " * 50)
    await hass.services.async_call(DOMAIN, "vault_empty", {}, blocking=True)
    assert len(await kept(deleted)) == 2


async def test_with_the_right_count_it_goes(hass: HomeAssistant, deleted: Household) -> None:
    gone = await ask(hass, "vault_empty", count=2)

    assert (gone["removed"], gone["freed"], gone["under_way"]) == (2, gone["bytes"], False)
    assert await kept(deleted) == []
    [told] = await deleted.runtime.engine.history(wanted=HistoryFilter(action="unvault"))
    assert (told.entry.path, told.entry.why) == ("IMG_0.jpg", "vault_emptied")


@pytest.mark.parametrize("count", [0, 1, 3])
async def test_with_another_count_nothing_goes(hass: HomeAssistant, deleted: Household, count: int) -> None:
    with pytest.raises(ServiceValidationError) as raised:
        await hass.services.async_call(DOMAIN, "vault_empty", {"count": count}, blocking=True)

    assert raised.value.translation_key == "vault_count"
    assert raised.value.translation_placeholders == {"count": str(count), "found": "2"}
    assert len(await kept(deleted)) == 2


async def test_only_what_is_old_goes(hass: HomeAssistant, deleted: Household) -> None:
    assert (await ask(hass, "vault_empty", older_than_days=1))["count"] == 0
    assert (await ask(hass, "vault_empty", older_than_days=0))["count"] == 2
    await hass.services.async_call(DOMAIN, "vault_empty", {"older_than_days": 0, "count": 2}, blocking=True)
    assert await kept(deleted) == []


async def test_what_a_question_is_about_stays(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    for photo in household.photos.glob("*.jpg"):
        photo.unlink()
    await household.notice()
    [hold] = await household.runtime.engine.holds()
    content = b"photo IMG_1.jpg " * 50
    assert household.entry is not None
    await others_keep(household, content, household.entry.unique_id or "")

    going = await ask(hass, "vault_empty")
    assert (hold.count, going["count"], going["needed"]) == (3, 0, 1)
    assert (await ask(hass, "vault_empty", count=0))["removed"] == 0
    assert len(await kept(household)) == 1


async def test_while_immich_cannot_say_where_else_it_is_nothing_goes(hass: HomeAssistant, deleted: Household) -> None:
    deleted.immich.faults.maintenance = True
    with pytest.raises(HomeAssistantError):
        await ask(hass, "vault_empty")
    with pytest.raises(HomeAssistantError):
        await ask(hass, "vault_empty", count=2)
    assert len(await kept(deleted)) == 2


async def test_a_vault_that_is_away_is_said_to_be(hass: HomeAssistant, deleted: Household) -> None:
    assert deleted.entry is not None
    vault = Path(deleted.entry.data["vault_path"])
    vault.rename(vault.with_name("away"))
    for action in ("vault_list", "vault_empty"):
        with pytest.raises(HomeAssistantError) as raised:
            await ask(hass, action)
        assert raised.value.translation_key == "vault_unavailable"


async def test_who_waits_too_long_is_answered_and_it_goes_on(
    hass: HomeAssistant, deleted: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault_actions, "ANSWER_SECONDS", 0.0)

    answer = await ask(hass, "vault_empty", count=2)

    assert answer["under_way"]
    await deleted.becomes(lambda: held(deleted) == 0)


async def test_an_account_that_is_unloaded_meanwhile_empties_nothing_more(
    hass: HomeAssistant, deleted: Household
) -> None:
    entry = deleted.entry
    assert entry is not None
    rule = deleted.immich.faults.add(FaultKind.HANG, path="/api/assets/bulk-upload-check")
    task = hass.async_create_task(ask(hass, "vault_empty", count=2))
    await deleted.becomes(lambda: rule.hits > 0)

    assert await hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(HomeAssistantError) as raised:
        await task
    assert raised.value.translation_key == "stopped"
    deleted.immich.faults.clear()
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert len(await kept(deleted)) == 2


async def test_only_administrators_empty_a_vault(
    hass: HomeAssistant, deleted: Household, hass_read_only_user: MockUser
) -> None:
    context = Context(user_id=hass_read_only_user.id)
    with pytest.raises(Unauthorized):
        await hass.services.async_call(DOMAIN, "vault_empty", {"count": 2}, blocking=True, context=context)
    assert len(await kept(deleted)) == 2


async def test_one_of_several_accounts_must_be_named(hass: HomeAssistant, deleted: Household) -> None:
    assert deleted.entry is not None
    assert (await ask(hass, "vault_list", config_entry_id=deleted.entry.entry_id))["entries"]
    await hass.config_entries.async_unload(deleted.entry.entry_id)
    with pytest.raises(ServiceValidationError) as raised:
        await ask(hass, "vault_list")
    assert raised.value.translation_key == "no_account"
