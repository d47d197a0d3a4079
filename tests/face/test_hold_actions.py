"""Actions on questions: listed with what they are about, answered as they were seen, and taken back."""

from typing import Any, cast

import pytest
import voluptuous as vol
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.engine.account import AccountEngine
from custom_components.immich_syncthing.engine.errors import LedgerError
from custom_components.immich_syncthing.vault.errors import VaultUnavailableError

from .household import FOLDER, Household
from .photo_calls import ask

NAMES = {f"IMG_{number}.jpg" for number in range(3)}


async def question(hass: HomeAssistant, **data: Any) -> dict[str, Any]:
    [hold] = (await ask(hass, "holds", **data))["holds"]
    return cast("dict[str, Any]", hold)


def seen(hold: dict[str, Any]) -> dict[str, Any]:
    """Return what an answer needs of a question."""
    return {"hold_id": hold["hold_id"], "revision": hold["revision"]}


@pytest.fixture
async def deleted(household: Household) -> Household:
    """Return the household after somebody deleted all photos from the folder: that is always asked."""
    await household.set_up(preset="mirror")
    await household.sync()
    for photo in household.photos.glob("*.jpg"):
        photo.unlink()
    await household.notice()
    return household


async def test_a_question_is_listed_with_its_photos(hass: HomeAssistant, deleted: Household) -> None:
    hold = await question(hass)
    assert (hold["kind"], hold["count"], hold["folders"]) == ("many_assets", 3, ["Phone"])
    assert hold["question"] == "3 photos were deleted in Phone"
    assert hold["answers"] == {
        "approve": "Move them to Immich's trash",
        "leave": "Leave them in Immich",
        "undo": "Bring the files back",
    }
    assert deleted.entry is not None
    assert (hold["account"], hold["config_entry_id"]) == (deleted.entry.title, deleted.entry.entry_id)
    assert {item["path"] for item in hold["items"]} == NAMES
    assert all(item["places"] == [{"folder": "Phone", "path": item["path"]}] for item in hold["items"])
    assert hold["next"] is None


async def test_its_photos_are_read_page_by_page(hass: HomeAssistant, deleted: Household) -> None:
    first = await question(hass, limit=2)
    second = await question(hass, limit=2, hold_id=first["hold_id"], after=first["next"])
    assert [item["path"] for item in [*first["items"], *second["items"]]] == sorted(NAMES)
    assert (len(second["items"]), second["next"]) == (1, None)
    assert (await question(hass, limit=0))["items"] == []


async def test_a_page_needs_to_know_of_what(hass: HomeAssistant, deleted: Household) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await ask(hass, "holds", after="0" * 40)
    assert refused.value.translation_key == "page_of_what"


async def test_where_nothing_waits_nothing_is_listed(hass: HomeAssistant, household: Household) -> None:
    await household.set_up()
    await household.sync()
    assert (await ask(hass, "holds"))["holds"] == []
    with pytest.raises(ServiceValidationError) as refused:
        await ask(hass, "holds", hold_id="gone")
    assert refused.value.translation_key == "unknown_hold"


async def test_approved_it_is_done(hass: HomeAssistant, deleted: Household) -> None:
    hold = await question(hass)
    told = await ask(hass, "approve", **seen(hold))
    assert told == {"hold_id": hold["hold_id"], "answered": 3, "left": 0}
    await deleted.sync()
    assert len(deleted.immich.browser.assets(trashed=True)) == 3


async def test_left_both_sides_stay_as_they_are(hass: HomeAssistant, deleted: Household) -> None:
    await hass.services.async_call(DOMAIN, "leave", seen(await question(hass)), blocking=True)
    await deleted.sync()
    assert len(deleted.immich.browser.assets(trashed=False)) == 3
    assert list(deleted.photos.glob("*.jpg")) == []


async def test_undone_the_files_come_back(hass: HomeAssistant, deleted: Household) -> None:
    await ask(hass, "undo", **seen(await question(hass)))
    await deleted.sync()
    assert {photo.name for photo in deleted.photos.glob("*.jpg")} == NAMES


async def test_parts_are_answered_by_themselves(hass: HomeAssistant, deleted: Household) -> None:
    hold = await question(hass)
    by_path = {item["path"]: item["item"] for item in hold["items"]}
    told = await ask(hass, "approve", **seen(hold), items=[by_path["IMG_1.jpg"]])
    assert (told["answered"], told["left"]) == (1, 2)
    await deleted.sync()
    assert [asset.name for asset in deleted.immich.browser.assets(trashed=True)] == ["IMG_1.jpg"]
    with pytest.raises(ServiceValidationError) as refused:
        await ask(hass, "undo", **seen(hold), items=by_path["IMG_1.jpg"])
    assert refused.value.translation_key == "nothing_answered"


async def test_what_joined_after_the_owner_looked_is_not_answered(hass: HomeAssistant, deleted: Household) -> None:
    hold = await question(hass)
    deleted.take_photo("IMG_late.jpg")
    await deleted.notice()
    (deleted.photos / "IMG_late.jpg").unlink()
    await deleted.notice()
    now = await question(hass)
    assert (now["hold_id"], now["count"]) == (hold["hold_id"], 4)
    told = await ask(hass, "approve", **seen(hold))
    assert (told["answered"], told["left"]) == (3, 1)
    await deleted.sync()
    assert {asset.name for asset in deleted.immich.browser.assets(trashed=True)} == NAMES


async def test_nobody_can_have_seen_what_is_not_there_yet(hass: HomeAssistant, deleted: Household) -> None:
    hold = await question(hass)
    with pytest.raises(ServiceValidationError) as refused:
        await ask(hass, "approve", hold_id=hold["hold_id"], revision=hold["revision"] + 1)
    assert refused.value.translation_key == "unknown_revision"
    assert (await question(hass))["count"] == 3


@pytest.mark.parametrize("action", ["approve", "leave", "undo"])
async def test_a_question_that_is_closed_is_answered_no_more(
    hass: HomeAssistant, deleted: Household, action: str
) -> None:
    hold = await question(hass)
    for name in NAMES:
        deleted.take_photo(name)
    await deleted.notice()
    with pytest.raises(ServiceValidationError) as refused:
        await ask(hass, action, **seen(hold))
    assert refused.value.translation_key == "unknown_hold"
    assert len(deleted.immich.browser.assets(trashed=False)) == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"revision": 1},
        {"hold_id": "1-1"},
        {"hold_id": "1-1", "revision": 0},
        {"hold_id": "1-1", "revision": 1, "items": []},
        {"hold_id": "1-1", "revision": 1, "items": ["IMG_1.jpg"]},
        {"hold_id": "1-1", "revision": 1, "items": ["ab"]},
    ],
)
async def test_half_an_answer_is_none(hass: HomeAssistant, household: Household, wrong: dict[str, Any]) -> None:
    await household.set_up()
    with pytest.raises(vol.Invalid):
        await ask(hass, "approve", **wrong)


async def test_an_answer_is_taken_back_before_it_was_carried_out(hass: HomeAssistant, deleted: Household) -> None:
    await ask(hass, "pause")
    hold = await question(hass)
    await ask(hass, "approve", **seen(hold))
    [answer] = (await ask(hass, "answers"))["answers"]
    assert (answer["answer"], answer["kind"], answer["count"]) == ("approve", "many_assets", 3)
    assert (answer["hold_id"], answer["folders"]) == (hold["hold_id"], ["Phone"])
    told = await ask(hass, "reconsider", answer_id=answer["answer_id"])
    assert told == {"asked_again": 3, "brought_back": 0, "hindered": []}
    assert (await question(hass))["count"] == 3
    assert (await ask(hass, "answers"))["answers"] == []


async def test_an_answer_is_taken_back_after_it_was_carried_out(hass: HomeAssistant, deleted: Household) -> None:
    hold = await question(hass)
    await ask(hass, "approve", **seen(hold))
    await deleted.sync()
    await hass.services.async_call(DOMAIN, "reconsider", {"answer_id": hold["hold_id"]}, blocking=True)
    await deleted.sync()
    assert {photo.name for photo in deleted.photos.glob("*.jpg")} == NAMES
    assert len(deleted.immich.browser.assets(trashed=False)) == 3


async def test_what_can_no_longer_be_taken_back_says_why(hass: HomeAssistant, deleted: Household) -> None:
    hold = await question(hass)
    await ask(hass, "leave", **seen(hold))
    await deleted.sync()
    deleted.immich.browser.trash(deleted.immich.browser.find("IMG_1.jpg").id)
    await deleted.sync()
    told = await ask(hass, "reconsider", answer_id=hold["hold_id"])
    assert (told["asked_again"], [one["reason"] for one in told["hindered"]]) == (2, ["moved_on"])


async def test_an_answer_that_nobody_gave_is_not_taken_back(hass: HomeAssistant, deleted: Household) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await ask(hass, "reconsider", answer_id="never")
    assert refused.value.translation_key == "unknown_answer"


@pytest.mark.parametrize(
    ("error", "key"), [(LedgerError("gone"), "ledger_error"), (VaultUnavailableError("gone"), "vault_unavailable")]
)
async def test_what_breaks_inside_is_told_in_words(
    hass: HomeAssistant, deleted: Household, monkeypatch: pytest.MonkeyPatch, error: Exception, key: str
) -> None:
    async def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(AccountEngine, "has_answer", fail)
    with pytest.raises(HomeAssistantError) as failed:
        await ask(hass, "reconsider", answer_id="any")
    assert (failed.value.translation_domain, failed.value.translation_key) == (DOMAIN, key)
    assert not isinstance(failed.value, ServiceValidationError)


async def test_questions_of_another_folder_are_not_listed(hass: HomeAssistant, deleted: Household) -> None:
    other = deleted.photos.parent / "tablet"
    await deleted.syncthing.add_folder("tablet", "Tablet", other)
    await deleted.syncthing.scan("tablet")
    deleted.add_folder("tablet", "Tablet", other)
    await hass.async_block_till_done()
    await deleted.becomes(lambda: set(deleted.runtime.folders) == {FOLDER, "tablet"})
    assert (await ask(hass, "holds", folder="Tablet"))["holds"] == []
    assert (await question(hass, folder="Phone"))["count"] == 3
