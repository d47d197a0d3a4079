"""Rules as they are stored with a folder's other settings: a list of JSON objects, one for each rule."""

from collections.abc import Iterable, Mapping
from datetime import date
from math import isfinite
from typing import Any, Final, NoReturn

from .errors import BadRule, BadRuleError
from .model import Kind, Rule, SortingRules
from .stacking import Stacking
from .templates import Template, UnknownPlaceError
from .wildcards import PathPattern, part_names, understand_pattern, understand_regex

MAX_RULES: Final = 100
MAX_TAGS: Final = 20

_DOES: Final = ("album", "tags", "favorite", "archive", "description", "rating", "location", "stack")
_FIELDS: Final = frozenset({"id", "name", "path", "regex", "type", "taken_from", "taken_to", *_DOES})
_RATINGS: Final = range(1, 6)


def parse_rules(stored: Iterable[Mapping[str, Any]], folder: str) -> SortingRules:
    """Return the rules of the folder with this name.

    Raises:
        BadRuleError: one is none, or there are too many.
    """
    rules, refused = understood_rules(stored, folder)
    if refused:
        raise refused[0]
    return rules


def understood_rules(stored: Iterable[Mapping[str, Any]], folder: str) -> tuple[SortingRules, tuple[BadRuleError, ...]]:
    """Return the rules of the folder with this name that can be understood, and what is wrong with the others."""
    rules: dict[str, Rule] = {}
    refused: list[BadRuleError] = []
    for number, one in enumerate(stored, 1):
        try:
            rule = parse_rule(one, number)
        except BadRuleError as error:
            refused.append(error)
            continue
        if rule.id in rules:
            refused.append(BadRuleError(number, "id", BadRule.NOT_UNIQUE, rule.id))
        elif number > MAX_RULES:
            refused.append(BadRuleError(number, "id", BadRule.TOO_MANY, str(MAX_RULES)))
        else:
            rules[rule.id] = rule
    return SortingRules(tuple(rules.values()), folder), tuple(refused)


def parse_rule(stored: Mapping[str, Any], number: int = 1) -> Rule:
    """Return one rule, the ``number``-th. Fields that are missing, ``None`` or empty say nothing.

    Raises:
        BadRuleError: it is none.
    """
    reader = _Reader(stored, number)
    for key in stored:
        if key not in _FIELDS:
            raise BadRuleError(number, str(key), BadRule.UNKNOWN_FIELD, str(key))
    if not any(_says(stored.get(key)) for key in _DOES):
        raise BadRuleError(number, "album", BadRule.NOTHING_TO_DO)
    pattern = reader.pattern()
    parts = frozenset[str]() if pattern is None else part_names(pattern)
    since, until = reader.day("taken_from"), reader.day("taken_to")
    if since is not None and until is not None and until < since:
        raise BadRuleError(number, "taken_to", BadRule.DATES_REVERSED, f"{since} > {until}")
    return Rule(
        id=reader.id(),
        name=reader.text("name"),
        pattern=pattern,
        kind=reader.kind(),
        since=since,
        until=until,
        album=reader.template("album", parts),
        tags=reader.tags(parts),
        favourite=reader.flag("favorite"),
        archive=reader.flag("archive"),
        description=reader.template("description", parts),
        rating=reader.rating(),
        position=reader.position(),
        stack=reader.stack(),
    )


def _says(value: object) -> bool:
    return bool(value.strip() if isinstance(value, str) else value)


class _Reader:
    """Reads one rule's fields; what is wrong raises ``BadRuleError`` with the field's name."""

    def __init__(self, stored: Mapping[str, Any], number: int) -> None:
        self._stored = stored
        self._number = number

    def id(self) -> str:
        found = self.text("id")
        if not found:
            self._refuse("id", BadRule.WRONG_TYPE, "")
        return found

    def text(self, key: str) -> str:
        value = self._stored.get(key)
        if value is not None and not isinstance(value, str):
            self._refuse(key, BadRule.WRONG_TYPE, value)
        return (value or "").strip()

    def flag(self, key: str) -> bool:
        value = self._stored.get(key)
        if value is not None and not isinstance(value, bool):
            self._refuse(key, BadRule.WRONG_TYPE, value)
        return bool(value)

    def pattern(self) -> PathPattern | None:
        path, regex = self.text("path"), self.text("regex")
        if path and regex:
            self._refuse("regex", BadRule.TWO_PATTERNS, regex)
        try:
            if path:
                return understand_pattern(path)
            return understand_regex(regex) if regex else None
        except ValueError:
            self._refuse("path" if path else "regex", BadRule.BAD_PATTERN, path or regex)

    def kind(self) -> Kind | None:
        value = self.text("type")
        if value and value not in Kind:
            self._refuse("type", BadRule.WRONG_TYPE, value)
        return Kind(value) if value else None

    def day(self, key: str) -> date | None:
        value = self.text(key)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self._refuse(key, BadRule.BAD_DATE, value)

    def template(self, key: str, parts: frozenset[str]) -> Template | None:
        text = self.text(key)
        return self._template(key, text, parts) if text else None

    def tags(self, parts: frozenset[str]) -> tuple[Template, ...]:
        value = self._stored.get("tags") or []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            self._refuse("tags", BadRule.WRONG_TYPE, value)
        if len(value) > MAX_TAGS:
            self._refuse("tags", BadRule.TOO_MANY, MAX_TAGS)
        if not all(one.strip("/ ") for one in value):
            self._refuse("tags", BadRule.BAD_TEMPLATE, "/")
        return tuple(self._template("tags", one, parts) for one in value)

    def rating(self) -> int | None:
        value = self._stored.get("rating")
        if not value:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or value not in _RATINGS:
            self._refuse("rating", BadRule.BAD_RATING, value)
        return int(value)

    def position(self) -> tuple[float, float] | None:
        value = self._stored.get("location")
        if not value:
            return None
        found = [value.get("latitude"), value.get("longitude")] if isinstance(value, Mapping) else []
        numbers = [float(one) for one in found if isinstance(one, int | float) and not isinstance(one, bool)]
        fits = len(numbers) == len(_LIMITS) and all(isfinite(one) for one in numbers)
        if not fits or any(abs(one) > limit for one, limit in zip(numbers, _LIMITS, strict=True)):
            self._refuse("location", BadRule.BAD_LOCATION, value)
        return numbers[0], numbers[1]

    def stack(self) -> frozenset[Stacking]:
        value = self._stored.get("stack") or []
        if not isinstance(value, list) or not all(isinstance(one, str) and one in Stacking for one in value):
            self._refuse("stack", BadRule.WRONG_TYPE, value)
        return frozenset(Stacking(one) for one in value)

    def _template(self, key: str, text: str, parts: frozenset[str]) -> Template:
        try:
            return Template.of(text, parts)
        except UnknownPlaceError as error:
            self._refuse(key, BadRule.UNKNOWN_PLACE, error.place)
        except ValueError:
            self._refuse(key, BadRule.BAD_TEMPLATE, text)

    def _refuse(self, key: str, reason: BadRule, value: object) -> NoReturn:
        raise BadRuleError(self._number, key, reason, str(value))


_LIMITS: Final = (90.0, 180.0)
