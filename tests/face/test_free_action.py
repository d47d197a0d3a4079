"""The action that frees the phone's space: what leaves, what stays and why, and what goes on when nobody waits."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from custom_components.immich_syncthing import free_action
from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.engine import freeing

from .household import FOLDER, Household

OLD = ("IMG_3.jpg", "IMG_4.jpg", "IMG_5.jpg")


async def free(hass: HomeAssistant, **wanted: Any) -> dict[str, Any]:
    """Call the action; the answer about its one folder, with what it says of all."""
    answer = await hass.services.async_call(DOMAIN, "free_up_space", wanted, blocking=True, return_response=True)
    told = cast("dict[str, Any]", answer)
    [folder] = told.pop("folders")
    told.update(folder)
    return told


def on_disk(household: Household) -> set[str]:
    return {path.name for path in household.photos.glob("*.jpg")}


@pytest.fixture
async def old(household: Household, monkeypatch: pytest.MonkeyPatch) -> Household:
    """Return a household with photos of which some are old: the first of them the oldest."""
    monkeypatch.setattr(freeing, "READ_SECONDS", -1.0)
    for name in OLD:
        household.take_photo(name)
    await household.syncthing.scan("photos")
    await household.set_up(preset="mirror")
    await household.sync()
    browser = household.immich.browser
    for number, name in enumerate(OLD):
        browser.set_date(browser.find(name).id, datetime.now(UTC) - timedelta(days=400 - number))
    return household


async def test_a_dry_run_tells_what_would_leave_and_changes_nothing(hass: HomeAssistant, old: Household) -> None:
    before = on_disk(old)
    told = await free(hass, older_than_days=365, at_most=2, dry_run=True)
    await old.sync()
    assert on_disk(old) == before
    assert (told["dry_run"], told["photos"], told["files"]) == (True, 2, 2)
    assert told["bytes"] == sum((old.photos / name).stat().st_size for name in OLD[:2])
    assert [item["asset_id"] for item in told["items"]] == [old.immich.browser.find(name).id for name in OLD[:2]]
    assert told["oldest"] == told["items"][0]["captured_at"] < told["items"][1]["captured_at"] == told["newest"]
    assert told["kept"] == {"over_limit": 1, "unknown_age": len(before) - len(OLD)}
    assert told.keys().isdisjoint({"stayed", "under_way", "reason"})


async def test_the_run_does_what_the_dry_run_told(hass: HomeAssistant, old: Household) -> None:
    before = on_disk(old)
    foreseen = await free(hass, older_than_days=365, dry_run=True)
    done = await free(hass, older_than_days=365)
    assert done == foreseen | {"dry_run": False, "stayed": {}, "under_way": 0, "reason": None}
    assert on_disk(old) == before - set(OLD)
    assert {asset.name for asset in old.immich.browser.assets(trashed=False)} == before
    assert (await free(hass, keep_gigabytes=100))["photos"] == 0


async def test_the_room_and_favourites_count(hass: HomeAssistant, old: Household) -> None:
    browser = old.immich.browser
    browser.favourite(browser.find(OLD[0]).id)
    told = await free(hass, keep_gigabytes=0, keep_favourites=True, limit=1)
    assert (told["photos"], len(told["items"])) == (2, 1)
    assert told["kept"]["favourite"] == 1
    assert OLD[0] in on_disk(old)
    assert on_disk(old).isdisjoint(OLD[1:])


async def test_each_freed_photo_is_told_as_an_event(hass: HomeAssistant, old: Household) -> None:
    await free(hass, older_than_days=365, at_most=1)
    await hass.async_block_till_done()
    state = hass.states.get("event.phone_activity")
    assert state is not None
    found = state.attributes
    assert (found["event_type"], found["path"], found["reason"], found["count"]) == ("freed", OLD[0], "old", 1)


async def test_who_does_not_say_what_is_refused(hass: HomeAssistant, old: Household) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await free(hass)
    assert refused.value.translation_key == "free_what"
    assert on_disk(old) >= set(OLD)


async def test_a_folder_that_rests_is_not_waited_for(hass: HomeAssistant, old: Household) -> None:
    folder = old.runtime.folders[FOLDER]
    await folder.async_pause(None)
    told = await free(hass, older_than_days=365)
    assert (told["photos"], told["under_way"], told["reason"]) == (0, 3, "paused")
    await folder.async_resume()
    await old.becomes(lambda: on_disk(old).isdisjoint(OLD))


async def test_nobody_waits_for_ever(hass: HomeAssistant, old: Household, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(free_action, "PATIENCE_SECONDS", 0.0)
    told = await free(hass, older_than_days=365)
    assert told["under_way"] + told["photos"] == 3
    await old.becomes(lambda: on_disk(old).isdisjoint(OLD))


async def test_without_an_answer_what_stayed_is_an_error(hass: HomeAssistant, old: Household) -> None:
    (old.photos / ".stignore").write_text(f"{OLD[0]}\n")
    await old.syncthing.scan("photos")
    with pytest.raises(HomeAssistantError) as told:
        await hass.services.async_call(DOMAIN, "free_up_space", {"older_than_days": 365}, blocking=True)
    assert told.value.translation_key == "not_all_freed"
    assert on_disk(old) & set(OLD) == {OLD[0]}
    await hass.services.async_call(DOMAIN, "free_up_space", {"keep_gigabytes": 1}, blocking=True)


async def test_while_syncthing_is_away_nothing_is_chosen(hass: HomeAssistant, old: Household) -> None:
    await old.syncthing.stop()
    with pytest.raises(HomeAssistantError) as told:
        await free(hass, older_than_days=365)
    assert told.value.translation_key == "syncthing_cannot_connect"
    assert on_disk(old) >= set(OLD)
