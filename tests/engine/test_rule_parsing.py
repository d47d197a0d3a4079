"""Rules as they are stored, and what they mean for a photo."""

from datetime import datetime
from typing import Any

import pytest

from custom_components.immich_syncthing.engine.sorting.errors import BadRule, BadRuleError
from custom_components.immich_syncthing.engine.sorting.model import Effect, Effects, Kind, SortingRules, kind_of
from custom_components.immich_syncthing.engine.sorting.parsing import (
    MAX_RULES,
    MAX_TAGS,
    parse_rule,
    parse_rules,
    understood_rules,
)
from custom_components.immich_syncthing.engine.sorting.stacking import Stacking

from .rule_life import ROOF, SITES, Stored

MAY = datetime(2024, 5, 1, 12)


def effects(*stored: Stored, path: str = ROOF, taken: datetime | None = MAY) -> Effects:
    return parse_rules([{"id": str(number), **one} for number, one in enumerate(stored)], "Camera").effects(path, taken)


@pytest.mark.parametrize(
    ("stored", "field", "reason"),
    [
        ({"colour": "red", "album": "x"}, "colour", BadRule.UNKNOWN_FIELD),
        ({}, "album", BadRule.NOTHING_TO_DO),
        ({"path": "*.jpg", "album": "", "tags": []}, "album", BadRule.NOTHING_TO_DO),
        ({"id": "", "album": "x"}, "id", BadRule.WRONG_TYPE),
        ({"album": 5}, "album", BadRule.WRONG_TYPE),
        ({"favorite": "yes"}, "favorite", BadRule.WRONG_TYPE),
        ({"favorite": [1]}, "favorite", BadRule.WRONG_TYPE),
        ({"path": "*", "regex": ".*", "album": "x"}, "regex", BadRule.TWO_PATTERNS),
        ({"path": "a//b", "album": "x"}, "path", BadRule.BAD_PATTERN),
        ({"regex": "(", "album": "x"}, "regex", BadRule.BAD_PATTERN),
        ({"type": "sound", "album": "x"}, "type", BadRule.WRONG_TYPE),
        ({"taken_from": "May", "album": "x"}, "taken_from", BadRule.BAD_DATE),
        ({"taken_from": "2024-05-02", "taken_to": "2024-05-01", "album": "x"}, "taken_to", BadRule.DATES_REVERSED),
        ({"album": "{site}"}, "album", BadRule.UNKNOWN_PLACE),
        ({"path": "*", "album": "{2}"}, "album", BadRule.UNKNOWN_PLACE),
        ({"description": "{"}, "description", BadRule.BAD_TEMPLATE),
        ({"stack": "raw"}, "stack", BadRule.WRONG_TYPE),
        ({"stack": ["raw", "hay"]}, "stack", BadRule.WRONG_TYPE),
        ({"stack": [1]}, "stack", BadRule.WRONG_TYPE),
        ({"tags": "x"}, "tags", BadRule.WRONG_TYPE),
        ({"tags": [1]}, "tags", BadRule.WRONG_TYPE),
        ({"tags": [" / "]}, "tags", BadRule.BAD_TEMPLATE),
        ({"tags": ["x"] * (MAX_TAGS + 1)}, "tags", BadRule.TOO_MANY),
        ({"rating": 6}, "rating", BadRule.BAD_RATING),
        ({"rating": 2.5}, "rating", BadRule.BAD_RATING),
        ({"rating": True}, "rating", BadRule.BAD_RATING),
        ({"rating": "5"}, "rating", BadRule.BAD_RATING),
        ({"location": {"latitude": 91, "longitude": 0}}, "location", BadRule.BAD_LOCATION),
        ({"location": {"latitude": 1}}, "location", BadRule.BAD_LOCATION),
        ({"location": {"latitude": float("nan"), "longitude": 0}}, "location", BadRule.BAD_LOCATION),
        ({"location": {"latitude": True, "longitude": 0}}, "location", BadRule.BAD_LOCATION),
        ({"location": "here"}, "location", BadRule.BAD_LOCATION),
    ],
)
def test_what_is_wrong_with_a_rule_is_told_with_its_number_and_field(
    stored: dict[str, Any], field: str, reason: BadRule
) -> None:
    with pytest.raises(BadRuleError) as caught:
        parse_rules([{"id": "good", "album": "x"}, {"id": "bad", **stored}], "Camera")
    assert (caught.value.number, caught.value.field, caught.value.reason) == (2, field, reason)
    assert caught.value.placeholders["number"] == "2"


def test_rules_have_ids_of_their_own_and_an_end() -> None:
    with pytest.raises(BadRuleError, match="not_unique"):
        parse_rules([{"id": "a", "album": "x"}, {"id": "a", "album": "y"}], "Camera")
    many = [{"id": str(number), "album": "x"} for number in range(MAX_RULES + 1)]
    with pytest.raises(BadRuleError, match="too_many"):
        parse_rules(many, "Camera")
    assert len(parse_rules(many[:-1], "Camera").rules) == MAX_RULES


def test_rules_that_are_understood_stand_beside_those_that_are_not() -> None:
    stored: list[Stored] = [
        {"id": "a", "regex": "(?=a)", "album": "x"},
        {"id": "b", "album": "y"},
        {"id": "b", "album": "z"},
    ]
    rules, refused = understood_rules(stored, "Camera")
    assert [rule.id for rule in rules.rules] == ["b"]
    assert [(one.number, one.reason) for one in refused] == [(1, BadRule.BAD_PATTERN), (3, BadRule.NOT_UNIQUE)]
    assert rules.effects("a.jpg", None).albums == (("y", "b"),)


def test_the_worked_example() -> None:
    found = effects(SITES)
    assert found == Effects((("Site North", "sites"),), ("Sites/North/Roof", "By/Ana"), rules=("sites",))
    assert found.kinds == {Effect.ALBUM, Effect.TAGS}
    assert effects(SITES, path="cat.jpg") == Effects()


def test_albums_and_tags_add_up_and_of_the_rest_the_first_counts() -> None:
    first: Stored = {"album": "A", "tags": ["x", "y/ z /"], "description": "1", "rating": 1, "favorite": True}
    second: Stored = {"album": "B", "tags": ["y/z"], "description": "2", "rating": 2.0, "archive": True}
    place: Stored = {"location": {"latitude": 1, "longitude": -2, "radius": 3}, "stack": ["raw"]}
    found = effects(first, second, place)
    assert found.albums == (("A", "0"), ("B", "1"))
    assert found.tags == ("x", "y/z")
    assert (found.description, found.rating, found.position) == ("1", 1, (1.0, -2.0))
    assert (found.favourite, found.archive) == (True, True)
    assert found.stack == {Stacking.RAW}
    assert effects({"stack": ["raw"]}, {"stack": ["bursts"]}).stack == frozenset(Stacking)
    assert found.kinds == frozenset(Effect)


def test_type_and_days_of_a_photo() -> None:
    assert effects({"type": "video", "album": "x"}) == Effects()
    assert effects({"type": "photo", "album": "x"}).kinds == {Effect.ALBUM}
    assert effects({"type": "video", "album": "x"}, path="a.MP4").kinds == {Effect.ALBUM}
    assert (kind_of("a.mov"), kind_of("a.heic"), kind_of("noname")) == (Kind.VIDEO, Kind.PHOTO, Kind.PHOTO)
    days: Stored = {"taken_from": "2024-05-01", "taken_to": "2024-05-01", "album": "x"}
    assert effects(days).rules == ("0",)
    assert effects(days, taken=datetime(2024, 5, 2)).rules == ()
    assert effects(days, taken=datetime(2024, 4, 30)).rules == ()


def test_what_asks_for_a_date_waits_for_it() -> None:
    rules = parse_rules([{"id": "a", "album": "{year}"}, {"id": "b", "tags": ["x"]}], "Camera")
    assert rules.effects("a.jpg", None) == Effects(tags=("x",), rules=("b",), undated=("a",))
    assert rules.effects("a.jpg", MAY).albums == (("2024", "a"),)
    assert not effects({"album": "{parent}"}, path="at the root.jpg").kinds


def test_places_of_texts() -> None:
    assert effects({"description": "{folder}|{parent}|{name}|{year}-{month}-{day}"}).description == (
        "Camera|Roof|2024-05-01_Ana_1|2024-05-01"
    )


def test_without_rules_nothing_is_said() -> None:
    assert not SortingRules()
    assert SortingRules().effects("a.jpg", None) == Effects()
    assert parse_rule({"id": "a", "name": " x ", "album": "y", "tags": None}).name == "x"
