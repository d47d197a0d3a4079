"""One rule of a folder as two forms ask for it, and as it is stored: for which photos, and what becomes of them."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final
from uuid import uuid4

import voluptuous as vol
from homeassistant.const import CONF_NAME
from homeassistant.helpers.selector import (
    BooleanSelector,
    DateSelector,
    LocationSelector,
    LocationSelectorConfig,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
)

from .engine.sorting.errors import BadRule, BadRuleError
from .engine.sorting.model import Effect, Kind
from .engine.sorting.parsing import parse_rule
from .engine.sorting.stacking import Stacking
from .markdown import one_line
from .number_field import number_field

CONF_ID: Final = "id"
CONF_PATH_PATTERN: Final = "path"
CONF_REGEX: Final = "regex"
CONF_TYPE: Final = "type"
CONF_TAKEN_FROM: Final = "taken_from"
CONF_TAKEN_TO: Final = "taken_to"
CONF_TAGS: Final = Effect.TAGS.value
CONF_LOCATION: Final = Effect.LOCATION.value
CONF_HAS_LOCATION: Final = "has_location"
"""Whether there is one at all: a map always shows a place."""

ANY_TYPE: Final = "any"

_MOST_STARS = 5
_TEXT = TextSelector()
_TYPES = SelectSelector(
    SelectSelectorConfig(
        options=[ANY_TYPE, *(kind.value for kind in Kind)], mode=SelectSelectorMode.LIST, translation_key="rule_type"
    )
)
_STACKINGS = SelectSelector(
    SelectSelectorConfig(
        options=[kind.value for kind in Stacking],
        multiple=True,
        mode=SelectSelectorMode.LIST,
        translation_key="rule_stack",
    )
)

WHICH_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(CONF_NAME): _TEXT,
        vol.Optional(CONF_PATH_PATTERN): _TEXT,
        vol.Optional(CONF_REGEX): _TEXT,
        vol.Required(CONF_TYPE, default=ANY_TYPE): _TYPES,
        vol.Optional(CONF_TAKEN_FROM): DateSelector(),
        vol.Optional(CONF_TAKEN_TO): DateSelector(),
    }
)
EFFECTS_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(Effect.ALBUM.value): _TEXT,
        vol.Optional(CONF_TAGS): TextSelector(TextSelectorConfig(multiple=True)),
        vol.Required(Effect.FAVOURITE.value, default=False): BooleanSelector(),
        vol.Required(Effect.ARCHIVE.value, default=False): BooleanSelector(),
        vol.Optional(Effect.DESCRIPTION.value): _TEXT,
        vol.Optional(Effect.RATING.value): number_field(1, _MOST_STARS),
        vol.Required(CONF_HAS_LOCATION, default=False): BooleanSelector(),
        vol.Optional(CONF_LOCATION): LocationSelector(LocationSelectorConfig(radius=False)),
        vol.Optional(Effect.STACK.value): _STACKINGS,
    }
)

_WHICH = frozenset(str(key) for key in WHICH_SCHEMA.schema)
_CONDITIONS = _WHICH - {CONF_NAME}
_SINGLE = (Effect.DESCRIPTION.value, Effect.RATING.value, CONF_LOCATION)
"""Of which a photo has one, so that two rules may say different things."""

EXPLAINED: Final = frozenset(
    {
        BadRule.NOTHING_TO_DO,
        BadRule.TWO_PATTERNS,
        BadRule.BAD_PATTERN,
        BadRule.DATES_REVERSED,
        BadRule.UNKNOWN_PLACE,
        BadRule.BAD_TEMPLATE,
        BadRule.TOO_MANY,
        BadRule.BAD_RATING,
        BadRule.BAD_LOCATION,
    }
)
"""What the forms let somebody type that is no rule. Their selectors refuse the rest."""


CONTRADICTS: Final = "rule_contradicts"


class Move(StrEnum):
    """Where a rule goes."""

    UP = "up"
    DOWN = "down"
    FIRST = "first"
    LAST = "last"


class RuleRefusedError(Exception):
    """A rule cannot be like this."""

    def __init__(self, code: str, field: str, detail: str) -> None:
        """Keep what is shown below which field of the form, and what of it differs from case to case."""
        super().__init__(detail)
        self.code = code
        self.field = field
        self.detail = detail


def new_rule() -> dict[str, Any]:
    """Return a rule that says nothing yet, except which one it is for ever."""
    return {CONF_ID: uuid4().hex[:8]}


def which_typed(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return how the first form shows what is stored."""
    return {key: value for key, value in rule.items() if key in _WHICH}


def effects_typed(rule: Mapping[str, Any], home: Mapping[str, float]) -> dict[str, Any]:
    """Return how the second form shows what is stored; its map begins at home."""
    shown = {key: value for key, value in rule.items() if key not in _WHICH and key != CONF_ID}
    return {CONF_LOCATION: home, **shown, CONF_HAS_LOCATION: CONF_LOCATION in rule}


def with_which(rule: Mapping[str, Any], typed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rule for the photos that the first form says.

    Raises:
        RuleRefusedError: that is not to be understood.
    """
    said = {key: value for key, value in typed.items() if value not in {"", ANY_TYPE}}
    if CONF_NAME in said:
        said[CONF_NAME] = one_line(said[CONF_NAME])
    changed = {key: value for key, value in rule.items() if key not in _WHICH} | said
    _understand(only_which(changed))
    return changed


def only_which(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Return a rule for the same photos, of which nothing is known yet but that something becomes of them."""
    return {key: value for key, value in rule.items() if key in _WHICH or key == CONF_ID} | {
        Effect.FAVOURITE.value: True
    }


def with_effects(
    rule: Mapping[str, Any], typed: Mapping[str, Any], others: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the rule with what the second form says; ``others``: all rules, with this one where it stands.

    Raises:
        RuleRefusedError: that is not to be understood, says nothing, or contradicts another rule.
    """
    said = {key: value for key, value in typed.items() if value and key not in {CONF_HAS_LOCATION, CONF_LOCATION}}
    if CONF_TAGS in said:
        said[CONF_TAGS] = [tag for tag in said[CONF_TAGS] if tag.strip()]
    if Effect.RATING.value in said:
        said[Effect.RATING.value] = _whole(said[Effect.RATING.value])
    if typed.get(CONF_HAS_LOCATION):
        said[CONF_LOCATION] = {key: typed[CONF_LOCATION][key] for key in ("latitude", "longitude")}
    changed = {key: value for key, value in rule.items() if key in _WHICH or key == CONF_ID}
    changed |= {key: value for key, value in said.items() if value}
    _understand(changed)
    for number, other in enumerate(others, 1):
        for field in _contradictions(changed, other):
            raise RuleRefusedError(CONTRADICTS, field, str(number))
    return changed


def moved(rules: Sequence[dict[str, Any]], rule_id: str, move: Move) -> list[dict[str, Any]]:
    """Return the rules with one of them elsewhere; the first stays first, and the last last, if it is to go further."""
    at = next(number for number, rule in enumerate(rules) if rule[CONF_ID] == rule_id)
    to = {Move.UP: max(0, at - 1), Move.DOWN: at + 1, Move.FIRST: 0, Move.LAST: len(rules)}[move]
    rest = [*rules[:at], *rules[at + 1 :]]
    return [*rest[:to], rules[at], *rest[to:]]


def _whole(number: float) -> float:
    """Return a number as it is stored: Home Assistant's forms make 5.0 of a 5."""
    return int(number) if number == int(number) else number


def _understand(rule: Mapping[str, Any]) -> None:
    try:
        parse_rule(rule)
    except BadRuleError as err:
        code = f"rule_{err.reason}"
        field = "base" if err.reason is BadRule.NOTHING_TO_DO else err.field
        raise RuleRefusedError(code, field, err.value) from err


def _contradictions(rule: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return what two rules for the very same photos say differently: what comes second would never count."""
    if other[CONF_ID] == rule[CONF_ID] or any(rule.get(key) != other.get(key) for key in _CONDITIONS):
        return []
    return [key for key in _SINGLE if rule.get(key) and other.get(key) and rule[key] != other[key]]
