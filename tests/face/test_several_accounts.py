"""Actions where two accounts are at work: what concerns one account needs its name."""

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.engine.account import AccountEngine
from custom_components.immich_syncthing.engine.ledger.hold_views import HoldView
from custom_components.immich_syncthing.engine.model import HoldKind

from .household import Household
from .photo_calls import ask


@pytest.fixture
async def partner(hass: HomeAssistant, household: Household) -> MockConfigEntry:
    """Return the entry of another user, beside that of the household; each has a folder."""
    await household.set_up()
    await household.sync()
    directory = household.photos.parent / "partner"
    await household.syncthing.add_folder("partner", "Partner", directory)
    await household.syncthing.scan("partner")
    user = household.immich.world.add_user("Partner")
    data = household.data | {"immich_api_key": household.immich.make_key(user=user)}
    entry = MockConfigEntry(domain=DOMAIN, title="Partner @ 127.0.0.1", unique_id=user.id, data=data)
    entry.add_to_hass(hass)
    own, household.entry = household.entry, entry
    household.add_folder("partner", "Partner", directory)
    await household.load()
    household.entry = own
    return entry


async def test_the_history_is_that_of_one_account(
    hass: HomeAssistant, household: Household, partner: MockConfigEntry
) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await ask(hass, "history")
    assert refused.value.translation_key == "several_accounts"
    assert household.entry is not None
    assert len((await ask(hass, "history", config_entry_id=household.entry.entry_id))["entries"]) == 3
    assert (await ask(hass, "history", folder="Partner"))["account"] == "Partner @ 127.0.0.1"


async def test_each_account_is_told_of_its_own_changes_alone(household: Household, partner: MockConfigEntry) -> None:
    immich = household.immich
    await household.becomes(lambda: len(immich.server.lines) == 2)
    own, others = household.runtime.changes, partner.runtime_data.changes
    await household.becomes(lambda: own.way == others.way == "websocket")
    immich.browser.trash(immich.browser.find("IMG_1.jpg").id)
    await household.becomes(lambda: own.told["trashed"] == 1)
    assert others.told["trashed"] == 0
    immich.cut_lines()
    await household.becomes(lambda: own.told["opened"] == others.told["opened"] == 2)
    assert len(immich.server.lines) == 2


async def test_the_account_of_a_question_is_found_by_itself(
    hass: HomeAssistant, household: Household, partner: MockConfigEntry
) -> None:
    for photo in household.photos.glob("*.jpg"):
        photo.unlink()
    await household.notice()
    [hold] = (await ask(hass, "holds"))["holds"]
    seen = {"hold_id": hold["hold_id"], "revision": hold["revision"]}
    with pytest.raises(ServiceValidationError) as refused:
        await ask(hass, "leave", **seen, config_entry_id=partner.entry_id)
    assert refused.value.translation_key == "unknown_hold"
    assert (await ask(hass, "leave", **seen))["answered"] == 3
    assert (await ask(hass, "reconsider", answer_id=hold["hold_id"]))["asked_again"] == 3


async def test_where_two_accounts_know_of_it_one_must_be_named(
    hass: HomeAssistant, household: Household, partner: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def both(_: AccountEngine) -> list[HoldView]:
        return [HoldView("1-1", HoldKind.MANY_ASSETS, (), 1, 0.0, 1)]

    async def yes(*_: object) -> bool:
        return True

    with monkeypatch.context() as patch:
        patch.setattr(AccountEngine, "holds", both)
        patch.setattr(AccountEngine, "has_answer", yes)
        for action, data in (("approve", {"hold_id": "1-1", "revision": 1}), ("reconsider", {"answer_id": "1-1"})):
            with pytest.raises(ServiceValidationError) as refused:
                await ask(hass, action, **data)
            assert refused.value.translation_key == "several_accounts"


async def test_a_folder_of_each_may_be_meant_at_once(
    hass: HomeAssistant, household: Household, partner: MockConfigEntry
) -> None:
    told = await ask(hass, "status")
    assert [one["account"] for one in told["accounts"]] == ["Admin @ 127.0.0.1", "Partner @ 127.0.0.1"]
    assert [one["folder"] for one in told["folders"]] == ["Phone", "Partner"]
