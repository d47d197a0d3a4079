"""The action that applies rules to what is in Immich already, and what is told where rules do not work."""

from collections.abc import Callable
from typing import Any

import pytest
import voluptuous as vol
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import issue_registry as ir

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.immich.permissions import OPTIONAL, REQUIRED, Feature
from tests.servers.immich import FaultKind

from .household import FOLDER, Household
from .rule_forms import rule
from .test_services import ask

FIELD = rule(path="*/*/*_*_*.jpg", album="Site {1}", tags=["Sites/{1}/{2}", "Installers/{4}"], rating=4)
ROOF, CELLAR = "20240501_Ada_1.jpg", "20240502_Bob_2.jpg"
NORTH, SOUTH = f"North/Roof/{ROOF}", f"South/Cellar/{CELLAR}"


@pytest.fixture
async def lived(household: Household) -> Household:
    """Return a household whose photos of building sites went up before there was a rule for them."""
    for path in (NORTH, SOUTH):
        household.take_photo(path)
    await household.syncthing.scan("photos")
    await household.set_up(preset="backup")
    await household.sync()
    return household


async def rules_are(household: Household, *rules: dict[str, Any]) -> None:
    entry = household.entry
    assert entry is not None
    subentry = entry.subentries[FOLDER]
    data = {**subentry.data, "sorting_rules": list(rules)}
    household.hass.config_entries.async_update_subentry(entry, subentry, data=data)
    await household.hass.async_block_till_done()
    await household.sync()


def albums(household: Household) -> dict[str, list[str]]:
    """Return the albums in Immich with the names of their photos."""
    tables = household.immich.world.tables
    return {one.name: sorted(tables.assets[asset].name for asset in one.asset_ids) for one in tables.albums.values()}


def tags(household: Household, name: str) -> list[str]:
    """Return the tags of a photo in Immich."""
    tables = household.immich.world.tables
    return sorted(tables.tags[one].value for one in household.immich.browser.find(name).tag_ids)


def becomes_sorted(household: Household) -> bool:
    return household.shown("sensor.phone_waiting_for_rules") == "0"


async def test_photos_that_arrive_are_sorted(hass: HomeAssistant, household: Household) -> None:
    await household.set_up(preset="backup", sorting_rules=[FIELD])
    household.take_photo(NORTH)
    await household.notice()
    await household.becomes(lambda: albums(household) == {"Site North": [ROOF]})
    await household.becomes(lambda: tags(household, ROOF) == ["Installers/Ada", "Sites/North/Roof"])
    await household.becomes(lambda: becomes_sorted(household))


async def test_a_changed_rule_changes_nothing_until_it_is_applied(hass: HomeAssistant, lived: Household) -> None:
    await rules_are(lived, FIELD)
    assert albums(lived) == {}
    [dry] = await ask(hass, "apply_rules", dry_run=True)
    await lived.sync()
    assert albums(lived) == {}
    assert dry["sample"] == [
        {
            "path": path,
            "taken": dry["sample"][number]["taken"],
            "albums": [f"Site {site}"],
            "tags": [f"Sites/{site}/{stage}", f"Installers/{who}"],
            "rating": 4,
        }
        for number, (path, site, stage, who) in enumerate(
            sorted(
                [(NORTH, "North", "Roof", "Ada"), (SOUTH, "South", "Cellar", "Bob")],
                key=lambda one: [found["path"] for found in dry["sample"]].index(one[0]),
            )
        )
    ]
    assert {key: dry[key] for key in ("folder", "photos", "effects", "waiting", "dry_run")} == {
        "folder": "Phone",
        "photos": 2,
        "effects": {"album": 2, "tags": 2, "rating": 2},
        "waiting": 0,
        "dry_run": True,
    }

    [told] = await ask(hass, "apply_rules")
    assert told == dry | {"dry_run": False}
    await lived.becomes(lambda: albums(lived) == {"Site North": [ROOF], "Site South": [CELLAR]})
    await lived.becomes(lambda: tags(lived, CELLAR) == ["Installers/Bob", "Sites/South/Cellar"])


async def test_an_automation_need_not_want_an_answer(hass: HomeAssistant, lived: Household) -> None:
    await rules_are(lived, rule(path="IMG_1.jpg", favorite=True, archive=True, description="One"))
    [dry] = await ask(hass, "apply_rules", dry_run=True, limit=1)
    [sample] = dry["sample"]
    assert sample == {
        "path": "IMG_1.jpg",
        "taken": sample["taken"],
        "favorite": True,
        "archive": True,
        "description": "One",
    }
    await hass.services.async_call(DOMAIN, "apply_rules", {"entity_id": "sensor.phone_status"}, blocking=True)
    await lived.becomes(lambda: lived.immich.browser.find("IMG_1.jpg").is_favorite)
    assert not lived.immich.browser.find("IMG_0.jpg").is_favorite


async def test_a_place_is_told_as_a_map_takes_it(hass: HomeAssistant, lived: Household) -> None:
    await rules_are(lived, rule(path="IMG_1.jpg", location={"latitude": 47.3, "longitude": 8.5}))
    [dry] = await ask(hass, "apply_rules", dry_run=True)
    [sample] = dry["sample"]
    assert sample["location"] == {"latitude": 47.3, "longitude": 8.5}


async def test_a_stack_is_told_with_all_that_is_in_it(hass: HomeAssistant, household: Household) -> None:
    pair = ["A/1.jpg", "A/1.dng"]
    for path in pair:
        household.take_photo(path)
    await household.set_up(preset="backup")
    await household.sync()
    await rules_are(household, rule(stack=["raw"]))
    [dry] = await ask(hass, "apply_rules", dry_run=True)
    assert dry["effects"] == {"stack": 2}
    assert {one["path"]: one["stack"] for one in dry["sample"]} == dict.fromkeys(pair, pair)
    await ask(hass, "apply_rules")
    tables = household.immich.server.world.tables
    await household.becomes(lambda: len(tables.stacks) == 1)
    (stack,) = tables.stacks.values()
    assert [tables.assets[one].name for one in stack.asset_ids] == ["1.jpg", "1.dng"]


async def test_a_folder_without_rules_has_nothing_to_apply(hass: HomeAssistant, lived: Household) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await ask(hass, "apply_rules")
    assert refused.value.translation_key == "no_rules"


async def test_a_paused_folder_only_tells_what_would_be_done(hass: HomeAssistant, lived: Household) -> None:
    await rules_are(lived, FIELD)
    await hass.services.async_call(DOMAIN, "pause", {}, blocking=True)
    [dry] = await ask(hass, "apply_rules", dry_run=True)
    assert dry["photos"] == 2
    with pytest.raises(ServiceValidationError) as refused:
        await ask(hass, "apply_rules")
    assert refused.value.translation_key == "folder_paused"


@pytest.mark.parametrize("limit", [-1, 1001, "many"])
async def test_a_sample_of_no_sensible_size_is_refused(hass: HomeAssistant, lived: Household, limit: object) -> None:
    with pytest.raises(vol.Invalid):
        await ask(hass, "apply_rules", limit=limit)


# --- what does not work --------------------------------------------------------------------------------------------


def issues(hass: HomeAssistant) -> dict[str, dict[str, str]]:
    return {
        issue.translation_key or "": issue.translation_placeholders or {}
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == DOMAIN
    }


async def test_a_missing_permission_is_named_and_all_else_goes_on(hass: HomeAssistant, household: Household) -> None:
    household.allow(*REQUIRED, *OPTIONAL[Feature.RULE_TAGS])
    await household.set_up(preset="backup", sorting_rules=[FIELD])
    household.take_photo(NORTH)
    await household.notice()
    await household.becomes(lambda: tags(household, ROOF) == ["Installers/Ada", "Sites/North/Roof"])
    assert albums(household) == {}
    lines = issues(hass)["missing_permissions"]["lacking"].splitlines()
    assert lines[-2].startswith("- putting photos into albums by rules: `album.read`, `album.create`, ")
    assert lines[-1].endswith("by rules: `asset.update`")
    await household.becomes(lambda: bool(told(hass)["missing_permissions"]))
    assert (told(hass)["failed"], "album.read" in told(hass)["missing_permissions"]) == (1, True)
    assert "rules_failing" not in issues(hass)


def told(hass: HomeAssistant) -> dict[str, Any]:
    """Return what the sensor tells beside its number."""
    state = hass.states.get("sensor.phone_waiting_for_rules")
    assert state is not None
    return dict(state.attributes)


async def test_rules_that_fail_for_long_are_told_until_they_work(
    hass: HomeAssistant, household: Household, passing: Callable[[float], None]
) -> None:
    household.immich.faults.add(FaultKind.STATUS, "/api/albums$", method="POST", status=400)
    await household.set_up(preset="backup", sorting_rules=[rule(path="IMG_1.jpg", album="One")])
    await household.sync()
    await household.becomes(lambda: told(hass)["failed"] == 1)
    assert "rules_failing" not in issues(hass)
    passing(601.0)
    await household.sync()
    placeholders = issues(hass)["rules_failing"]
    assert placeholders == {"folder": "Phone", "count": "1", "detail": "the album could not be made"}
    household.immich.faults.clear()
    await hass.services.async_call(DOMAIN, "retry_failed", {}, blocking=True)
    await household.sync()
    await household.becomes(lambda: albums(household) == {"One": ["IMG_1.jpg"]})
    await household.becomes(lambda: "rules_failing" not in issues(hass))


async def test_a_stored_rule_that_is_not_understood_does_nothing_and_is_told(
    hass: HomeAssistant, household: Household
) -> None:
    endless, good = rule("bad", regex="(?=a)(a*)*`x", album="Bad"), rule(path="IMG_1.jpg", album="One")
    entry = await household.set_up(preset="backup", sorting_rules=[endless, good])
    await household.sync()
    await household.becomes(lambda: albums(household) == {"One": ["IMG_1.jpg"]})
    assert issues(hass)["rules_refused"] == {"folder": "Phone", "rules": "- 1: `(?=a)(a*)*'x`"}

    data = {**entry.subentries[FOLDER].data, "sorting_rules": [good]}
    hass.config_entries.async_update_subentry(entry, entry.subentries[FOLDER], data=data)
    await hass.async_block_till_done()
    assert "rules_refused" not in issues(hass)
