"""A folder's rules, and what they make of a photo, in the words of Home Assistant's language."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from .const import DOMAIN
from .engine.ruling import PathEffects
from .engine.sorting.errors import BadRuleError
from .engine.sorting.model import Effect, Effects
from .engine.sorting.parsing import parse_rule
from .engine.sorting.stacking import Stacking
from .engine.sorting.wildcards import MAX_STARS, PathPattern, match, part_names
from .markdown import LONG, as_code, as_text, one_line
from .rule_form import CONF_TAKEN_FROM, CONF_TAKEN_TO, only_which

OWN_WORDS = frozenset(
    {
        *("any", "photo", "video", "path", "regex", "taken_from", "taken_to", "taken_between"),
        *("nothing", "broken", "no_album", "no_rules", "no_paths", "not_loaded"),
        *("one_stack", *(f"stack_{kind}" for kind in Stacking)),
    }
)
"""What is said beside the effects."""


class RuleWords:
    """Says rules and their effects: as Markdown for texts, and plain for lists to choose from."""

    def __init__(self, words: Mapping[str, str]) -> None:
        """Take the words by their keys."""
        self._words = words

    def say(self, key: str, **values: str) -> str:
        """Return the words for something."""
        return self._words[key].format(**values)

    def rules(self, stored: Sequence[Mapping[str, Any]]) -> str:
        """Return a numbered list of rules, as they are stored, as Markdown."""
        lines = [f"{number}. {self._marked(one)}" for number, one in enumerate(stored, 1)]
        return "\n".join(lines) or self.say("no_rules")

    def label(self, number: int, rule: Mapping[str, Any]) -> str:
        """Return a rule as a line of a list to choose from, which knows no Markdown."""
        name = one_line(str(rule.get("name") or ""))
        return one_line(f"{number}. {f'{name} – ' if name else ''}{self._sentence(rule).replace('`', '')}", LONG)

    def tried(self, found: Sequence[PathEffects]) -> str:
        """Return a list of paths and what rules make of each, as Markdown."""
        lines = [f"- `{as_code(one.path)}` → {self._made(one.effects, one.stacked)}" for one in found]
        return "\n".join(lines) or self.say("no_paths")

    def _marked(self, rule: Mapping[str, Any]) -> str:
        name = as_text(str(rule.get("name") or ""))
        return f"{f'**{name}** – ' if name else ''}{self._sentence(rule)}{self._broken(rule)}"

    def _broken(self, rule: Mapping[str, Any]) -> str:
        """Return what is said of a rule that another release has stored, and this one cannot understand."""
        try:
            parse_rule(rule)
        except BadRuleError as err:
            return f" ⚠ {self.say('broken', detail=as_code(err.value or err.field))}"
        return ""

    def _sentence(self, rule: Mapping[str, Any]) -> str:
        does = {effect: rule[effect.value] for effect in Effect if rule.get(effect.value)}
        if Effect.STACK in does:
            does[Effect.STACK] = [self.say(f"stack_{kind}") for kind in Stacking if kind in does[Effect.STACK]]
        return f"{', '.join(self._which(rule))} → {self._effects(does)}"

    def _which(self, rule: Mapping[str, Any]) -> Iterator[str]:
        yield self.say("any" if not rule.get("type") else str(rule["type"]))
        for key in ("path", "regex"):
            if value := rule.get(key):
                yield self.say(key, value=as_code(str(value)))
        days = {field: str(rule[field]) for field in (CONF_TAKEN_FROM, CONF_TAKEN_TO) if rule.get(field)}
        if days:
            yield self.say("taken_between" if len(days) > 1 else next(iter(days)), **days)

    def _made(self, effects: Effects, stacked: Sequence[str]) -> str:
        does: dict[Effect, Any] = {
            Effect.ALBUM: [name for name, _ in effects.albums],
            Effect.TAGS: effects.tags,
            Effect.FAVOURITE: effects.favourite,
            Effect.ARCHIVE: effects.archive,
            Effect.DESCRIPTION: effects.description,
            Effect.RATING: effects.rating,
            Effect.LOCATION: effects.position,
        }
        made = self._effects(does)
        if not stacked:
            return made
        names = ", ".join(f"`{as_code(PurePosixPath(path).name)}`" for path in stacked[:_STACK_SHOWN])
        stack = self.say("one_stack", value=f"{names}, …" if len(stacked) > _STACK_SHOWN else names)
        return f"{made}, {stack}" if any(does.values()) else stack

    def _effects(self, does: Mapping[Effect, Any]) -> str:
        said = [self.say(effect.value, value=_shown(effect, does[effect])) for effect in Effect if does.get(effect)]
        return ", ".join(said) or self.say("nothing")


def places_in_words(rule: Mapping[str, Any]) -> str:
    """Return what stands for something in the texts of a rule, the parts of its pattern first."""
    pattern = parse_rule(only_which(rule)).pattern
    parts = sorted(part_names(pattern), key=_number) if pattern is not None else ()
    return ", ".join(f"`{{{place}}}`" for place in (*parts, *_PLACES))


def example_lines(rule: Mapping[str, Any], paths: Sequence[str]) -> str:
    """Return a list of paths, as Markdown, and what the parts of the rule's pattern are in each."""
    pattern = parse_rule(only_which(rule)).pattern
    return "\n".join(f"- `{as_code(path)}`{_parts(pattern, path)}" for path in paths)


def _parts(pattern: PathPattern | None, path: str) -> str:
    found = (pattern is not None and match(pattern, path)) or {}
    shown = [f"`{{{part}}}` = `{as_code(text)}`" for part, text in found.items() if text]
    return f": {', '.join(shown)}" if shown else ""


def _number(part: str) -> tuple[int, str]:
    """Return what sorts the parts: by number, then those with names."""
    return (int(part), "") if part.isdecimal() else (MAX_STARS + 1, part)


_STACK_SHOWN = 4
"""Of how many photos of a burst the names are shown."""

_PLACES = ("folder", "parent", "name", "year", "month", "day")


def _shown(effect: Effect, value: Any) -> str:
    """Return the value of an effect: of a rule as it is stored, or of what it makes of a photo."""
    match effect:
        case Effect.ALBUM | Effect.TAGS:
            texts = [value] if isinstance(value, str) else value
            return ", ".join(f"`{as_code(str(one))}`" for one in texts)
        case Effect.LOCATION:
            degrees = value.values() if isinstance(value, Mapping) else value
            return ", ".join(f"{number:.5f}" for number in degrees)
        case Effect.STACK:
            return ", ".join(value)
        case _:
            return as_code(str(value))


async def async_rule_words(hass: HomeAssistant) -> RuleWords:
    """Return the words in Home Assistant's language."""
    prefix = f"component.{DOMAIN}.selector.rule.options."
    words = await async_get_translations(hass, hass.config.language, "selector", [DOMAIN])
    return RuleWords({key.removeprefix(prefix): text for key, text in words.items() if key.startswith(prefix)})
