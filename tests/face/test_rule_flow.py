"""The rules of a folder in its forms: read, made, changed, put in order, tried, and saved."""

from typing import Any

import pytest
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from custom_components.immich_syncthing.engine.sorting.parsing import MAX_RULES, MAX_TAGS
from custom_components.immich_syncthing.immich.permissions import REQUIRED

from .folder_forms import change, choose, submit, suggestions
from .household import FOLDER, Household
from .rule_forms import EITHER, FIELD, GIVEN, NO_EFFECT, add_rule, fill_in, labels, listed, rule, rules_menu, save


async def test_a_folder_without_rules_offers_to_make_one(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up()
    menu = await rules_menu(hass, entry)
    assert menu["menu_options"] == ["add_rule", "save_rules"]
    assert listed(menu) == ["There is no rule yet: photos go up and stay as they are."]


async def test_a_rule_is_made_read_and_saved(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up()
    menu = await add_rule(hass, await rules_menu(hass, entry), FIELD, GIVEN)
    assert listed(menu) == [
        "1. **Field photos** – photos and videos, path `*/*/*_*_*.jpg`"
        " → album `Site {1}`, tags `Sites/{1}/{2}`, `Installers/{4}`"
    ]
    assert "sorting_rules" not in entry.subentries[FOLDER].data

    done = await save(hass, menu)
    assert done["reason"] == "reconfigure_successful"
    [stored] = entry.subentries[FOLDER].data["sorting_rules"]
    assert stored == {"id": stored["id"], **FIELD, **GIVEN}
    assert len(stored["id"]) == 8
    [held] = household.runtime.folders[FOLDER].engine.settings.sorting.rules
    assert held.id == stored["id"]


async def test_all_that_a_rule_can_say_is_stored_and_shown_again(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up()
    which = {"regex": "(?P<site>[^/]+)/.*", "type": "photo", "taken_from": "2024-05-01", "taken_to": "2024-05-31"}
    effects = {
        "album": "{site}",
        "tags": ["{year}", " "],
        "favorite": True,
        "archive": True,
        "description": "At {site}",
        "rating": 5.0,
        "has_location": True,
        "location": {"latitude": 47.3, "longitude": 8.5, "radius": 10.0},
        "stack": ["bursts", "raw"],
    }
    stored = {**which, **effects, "tags": ["{year}"], "rating": 5, "location": {"latitude": 47.3, "longitude": 8.5}}
    del stored["has_location"]
    menu = await add_rule(hass, await rules_menu(hass, entry), which, {**effects, "location": stored["location"]})
    assert listed(menu) == [
        "1. photos, path as `(?P<site>[^/]+)/.*` (regular expression), taken from 2024-05-01 to 2024-05-31"
        " → album `{site}`, tags `{year}`, favourite, archived, description `At {site}`, 5 of 5 stars,"
        " location 47.30000, 8.50000, stacked: RAW with picture, bursts"
    ]
    await save(hass, menu)
    [found] = entry.subentries[FOLDER].data["sorting_rules"]
    assert {key: value for key, value in found.items() if key != "id"} == stored
    assert type(found["rating"]) is int

    form = await submit(hass, await choose(hass, await rules_menu(hass, entry), "change_rule"), rule=found["id"])
    assert suggestions(form) == which
    form = await submit(hass, form, **which)
    assert suggestions(form) == {**{key: stored[key] for key in effects if key in stored}, "has_location": True}


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"taken_from": "2024-05-01"}, "taken from 2024-05-01 on"),
        ({"taken_to": "2024-05-31"}, "taken until 2024-05-31"),
    ],
)
async def test_a_rule_may_know_one_of_its_days(
    hass: HomeAssistant, household: Household, days: dict[str, str], words: str
) -> None:
    entry = await household.set_up(sorting_rules=[rule(favorite=True, type="video", **days)])
    assert listed(await rules_menu(hass, entry)) == [f"1. videos, {words} → favourite"]


# --- what cannot be meant ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "errors", "detail"),
    [
        ({"path": "a//b"}, {"path": "rule_bad_pattern"}, "a//b"),
        ({"regex": "(a"}, {"regex": "rule_bad_pattern"}, "(a"),
        ({"path": "a*", "regex": "a.*"}, {"regex": "rule_two_patterns"}, "a.\N{ASTERISK OPERATOR}"),
        (
            {"taken_from": "2024-05-02", "taken_to": "2024-05-01"},
            {"taken_to": "rule_dates_reversed"},
            "2024-05-02 \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} 2024-05-01",
        ),
    ],
)
async def test_for_whom_a_rule_cannot_be_is_said_below_the_field(
    hass: HomeAssistant, household: Household, wrong: dict[str, str], errors: dict[str, str], detail: str
) -> None:
    entry = await household.set_up()
    form = await choose(hass, await rules_menu(hass, entry), "add_rule")
    form = await submit(hass, form, **EITHER | wrong)
    assert (form["step_id"], form["errors"]) == ("rule", errors)
    assert (form["description_placeholders"] or {})["detail"] == detail
    assert suggestions(form).items() >= wrong.items()
    menu = await fill_in(hass, form, {"path": "a*"}, {"favorite": True})
    assert listed(menu) == ["1. photos and videos, path `a*` → favourite"]


@pytest.mark.parametrize(
    ("wrong", "errors", "detail"),
    [
        ({}, {"base": "rule_nothing_to_do"}, ""),
        ({"album": "{site}"}, {"album": "rule_unknown_place"}, "site"),
        ({"album": "{2}"}, {"album": "rule_unknown_place"}, "2"),
        ({"tags": ["good", "{year"]}, {"tags": "rule_bad_template"}, "{year"),
        ({"tags": ["/"]}, {"tags": "rule_bad_template"}, "/"),
        ({"tags": ["a"] * (MAX_TAGS + 1)}, {"tags": "rule_too_many"}, str(MAX_TAGS)),
        ({"description": "}"}, {"description": "rule_bad_template"}, "}"),
        ({"rating": 2.5}, {"rating": "rule_bad_rating"}, "\u20602.5"),
    ],
)
async def test_what_a_rule_cannot_do_is_said_below_the_field(
    hass: HomeAssistant, household: Household, wrong: dict[str, Any], errors: dict[str, str], detail: str
) -> None:
    entry = await household.set_up()
    form = await choose(hass, await rules_menu(hass, entry), "add_rule")
    form = await submit(hass, form, **EITHER, path="a*")
    form = await submit(hass, form, **NO_EFFECT | wrong)
    assert (form["step_id"], form["errors"]) == ("rule_effects", errors)
    assert (form["description_placeholders"] or {})["detail"] == detail
    assert suggestions(form).items() >= wrong.items()
    menu = await submit(hass, form, **NO_EFFECT, album="{1}")
    assert listed(menu) == ["1. photos and videos, path `a*` → album `{1}`"]


async def test_a_place_that_is_not_on_earth_is_said(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up()
    form = await submit(hass, await choose(hass, await rules_menu(hass, entry), "add_rule"), **EITHER)
    nowhere = {"has_location": True, "location": {"latitude": 91.0, "longitude": 8.5}}
    form = await submit(hass, form, **NO_EFFECT | nowhere)
    assert form["errors"] == {"location": "rule_bad_location"}


async def test_a_map_that_shows_home_gives_no_location_by_itself(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up()
    form = await submit(hass, await choose(hass, await rules_menu(hass, entry), "add_rule"), **EITHER)
    home = {"latitude": hass.config.latitude, "longitude": hass.config.longitude}
    assert suggestions(form) == {"location": home, "has_location": False}
    menu = await submit(hass, form, **NO_EFFECT | {"favorite": True, "location": home})
    assert listed(menu) == ["1. photos and videos → favourite"]


@pytest.mark.parametrize(
    ("mine", "other", "field"),
    [
        ({"description": "A"}, {"description": "B"}, "description"),
        ({"rating": 1}, {"rating": 2}, "rating"),
        (
            {"has_location": True, "location": {"latitude": 1.0, "longitude": 2.0}},
            {"location": {"latitude": 2.0, "longitude": 2.0}},
            "location",
        ),
    ],
)
async def test_two_rules_for_the_same_photos_must_not_contradict_each_other(
    hass: HomeAssistant, household: Household, mine: dict[str, Any], other: dict[str, Any], field: str
) -> None:
    entry = await household.set_up(sorting_rules=[rule(path="x*", **other), rule("two", path="a*", **other)])
    form = await submit(hass, await choose(hass, await rules_menu(hass, entry), "add_rule"), **EITHER, path="a*")
    form = await submit(hass, form, **NO_EFFECT | mine)
    assert form["errors"] == {field: "rule_contradicts"}
    assert (form["description_placeholders"] or {})["detail"] == "2"
    menu = await submit(hass, form, **NO_EFFECT | {"favorite": True})
    assert len(listed(menu)) == 3


async def test_two_rules_for_the_same_photos_may_agree(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up(sorting_rules=[rule(path="a*", rating=3, album="A")])
    menu = await add_rule(hass, await rules_menu(hass, entry), {"path": "a*"}, {"rating": 3, "album": "B"})
    assert len(listed(menu)) == 2


# --- which rules there are -----------------------------------------------------------------------------------------

THREE = [rule(number, path=f"{number}*", album=number) for number in ("one", "two", "three")]


def order(menu: Any) -> list[str]:
    """Return the albums of the rules as they are listed."""
    return [line.rpartition("album `")[2].rstrip("`") for line in listed(menu)]


async def test_a_rule_that_is_changed_stays_the_same_one_in_its_place(
    hass: HomeAssistant, household: Household
) -> None:
    entry = await household.set_up(sorting_rules=THREE)
    form = await choose(hass, await rules_menu(hass, entry), "change_rule")
    assert labels(form) == [
        "1. photos and videos, path one* → album one",
        "2. photos and videos, path two* → album two",
        "3. photos and videos, path three* → album three",
    ]
    form = await submit(hass, form, rule="two")
    assert suggestions(form) == {"path": "two*"}
    menu = await fill_in(hass, form, {"path": "2*", "name": "Second"}, {"album": "Two", "archive": True})
    assert order(menu) == ["one", "Two`, archived", "three"]
    await save(hass, menu)
    assert entry.subentries[FOLDER].data["sorting_rules"] == [
        THREE[0],
        {"id": "two", "path": "2*", "name": "Second", "album": "Two", "archive": True},
        THREE[2],
    ]


@pytest.mark.parametrize(
    ("which", "to", "becomes"),
    [
        ("two", "up", ["two", "one", "three"]),
        ("two", "down", ["one", "three", "two"]),
        ("three", "first", ["three", "one", "two"]),
        ("one", "last", ["two", "three", "one"]),
        ("one", "up", ["one", "two", "three"]),
        ("three", "down", ["one", "two", "three"]),
    ],
)
async def test_rules_are_put_in_order(
    hass: HomeAssistant, household: Household, which: str, to: str, becomes: list[str]
) -> None:
    entry = await household.set_up(sorting_rules=THREE)
    form = await choose(hass, await rules_menu(hass, entry), "move_rule")
    menu = await submit(hass, form, rule=which, to=to)
    assert order(menu) == becomes
    await save(hass, menu)
    assert [one["id"] for one in entry.subentries[FOLDER].data["sorting_rules"]] == becomes


async def test_rules_are_removed(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up(sorting_rules=THREE)
    form = await choose(hass, await rules_menu(hass, entry), "remove_rule")
    menu = await submit(hass, form, rules=["one", "three"])
    assert order(menu) == ["two"]
    assert menu["menu_options"] == ["add_rule", "change_rule", "remove_rule", "try_rules", "save_rules"]
    menu = await submit(hass, await choose(hass, menu, "remove_rule"), rules=["two"])
    await save(hass, menu)
    assert "sorting_rules" not in entry.subentries[FOLDER].data
    assert not household.runtime.folders[FOLDER].engine.settings.sorting


async def test_there_are_only_so_many_rules(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up(sorting_rules=[rule(f"{number}", favorite=True) for number in range(MAX_RULES)])
    menu = await rules_menu(hass, entry)
    assert "add_rule" not in menu["menu_options"]
    menu = await submit(hass, await choose(hass, menu, "remove_rule"), rules=["7"])
    assert "add_rule" in menu["menu_options"]


async def test_a_rule_of_another_release_is_named_and_can_be_taken_out(
    hass: HomeAssistant, household: Household
) -> None:
    entry = household.make_entry(sorting_rules=[rule(favorite=True), rule("two", favorite=True, magic="yes")])
    menu = await rules_menu(hass, entry)
    assert listed(menu)[1] == "2. photos and videos → favourite ⚠ this release does not understand: magic"
    assert menu["menu_options"] == ["add_rule", "change_rule", "move_rule", "remove_rule"]
    menu = await submit(hass, await choose(hass, menu, "remove_rule"), rules=["two"])
    done = await save(hass, menu)
    assert done["reason"] == "reconfigure_successful"
    assert entry.subentries[FOLDER].data["sorting_rules"] == [rule(favorite=True)]


async def test_what_else_is_set_meanwhile_stays_set(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up(preset="mirror")
    menu = await add_rule(hass, await rules_menu(hass, entry), {}, {"favorite": True})
    subentry = entry.subentries[FOLDER]
    hass.config_entries.async_update_subentry(entry, subentry, data={**subentry.data, "preset": "backup"})
    await hass.async_block_till_done()
    await save(hass, menu)
    assert entry.subentries[FOLDER].data["preset"] == "backup"
    assert len(entry.subentries[FOLDER].data["sorting_rules"]) == 1


async def test_rules_outlive_a_change_of_the_other_settings(hass: HomeAssistant, household: Household) -> None:
    entry = await household.set_up(preset="backup", sorting_rules=THREE)
    form = await change(hass, entry)
    await submit(hass, form, path=str(household.photos), preset="backup", advanced={"protect_albums": True})
    assert entry.subentries[FOLDER].data["sorting_rules"] == THREE


async def test_what_the_key_lacks_for_the_rules_is_said_first(hass: HomeAssistant, household: Household) -> None:
    household.allow(*REQUIRED, "album.read", "album.create", "tag.create", "tag.asset")
    entry = await household.set_up(preset="backup")
    effects = {"album": "A", "tags": ["b"], "favorite": True}
    menu = await add_rule(hass, await rules_menu(hass, entry), {}, effects)
    form = await save(hass, menu)
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "permissions")
    lines = (form["description_placeholders"] or {})["lacking"].splitlines()
    assert [line.rpartition(": ")[2] for line in lines if "rules" in line] == [
        "`albumAsset.create`, `albumAsset.delete`",
        "`asset.update`",
    ]
    done = await submit(hass, form)
    assert done["reason"] == "reconfigure_successful"
    assert len(entry.subentries[FOLDER].data["sorting_rules"]) == 1
