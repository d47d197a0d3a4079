"""The steps of a folder's flow that hold its rules: read them, change them, try them on real photos, save them."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any

import voluptuous as vol
from homeassistant.config_entries import ConfigEntryState, SubentryFlowResult
from homeassistant.core import callback
from homeassistant.helpers.selector import SelectOptionDict, SelectSelector, SelectSelectorConfig, SelectSelectorMode

from .const import CONF_SORTING_RULES
from .engine.cycle import FolderEngine
from .engine.errors import EngineError
from .engine.ruling import PathEffects
from .engine.sorting.errors import BadRuleError
from .engine.sorting.parsing import MAX_RULES, parse_rules
from .first_preview import async_hindrance
from .immich.errors import ImmichError
from .markdown import as_text
from .removed import EndingSubentryFlow
from .rule_form import (
    CONF_ID,
    EFFECTS_SCHEMA,
    WHICH_SCHEMA,
    Move,
    RuleRefusedError,
    effects_typed,
    moved,
    new_rule,
    only_which,
    which_typed,
    with_effects,
    with_which,
)
from .rule_words import RuleWords, async_rule_words, example_lines, places_in_words

CONF_RULE = "rule"
CONF_RULES = "rules"
CONF_TO = "to"

TRIED = 20
"""On how many photos rules are tried."""

_EXAMPLES = 3
"""Of how many photos the form of a rule shows what the parts of its pattern are."""

_PLAIN_EXAMPLES = {"pattern_example": "*/*/*_*_*.jpg", "regex_example": "(?P<site>[^/]+)/(?P<stage>[^/]+)/.*"}
_TEXT_EXAMPLES = {"album_example": "Site {1}", "tag_example": "Sites/{1}/{2}", "month_example": "{year}-{month}"}

type _Rule = dict[str, Any]


class RuleSteps(EndingSubentryFlow):
    """Holds a draft of the rules, which the folder takes once it is saved."""

    _draft: list[_Rule] | None = None
    _rule: _Rule

    @abstractmethod
    async def _say_what_is_lacking(self, data: dict[str, Any]) -> SubentryFlowResult:
        """Store the folder's data; say first what of it the API key does not allow."""

    async def async_step_rules(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Show the rules, and ask what is to be done with them."""
        rules, sound = self._rules, self._are_sound
        offered = {
            "add_rule": len(rules) < MAX_RULES,
            "change_rule": bool(rules),
            "move_rule": len(rules) > 1,
            "remove_rule": bool(rules),
            "try_rules": bool(rules) and sound,
            "save_rules": sound,
        }
        return self.async_show_menu(
            step_id="rules",
            menu_options=[step for step, is_offered in offered.items() if is_offered],
            description_placeholders={**self._titled, "rules": (await async_rule_words(self.hass)).rules(rules)},
        )

    async def async_step_try_rules(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Show what the rules would make of some photos of the folder. Nothing is changed by that."""
        words = await async_rule_words(self.hass)
        return self.async_show_menu(
            step_id="try_rules",
            menu_options=["rules", "save_rules"],
            description_placeholders={**self._titled, "tried": await self._tried(words)},
        )

    async def async_step_save_rules(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Have the folder take the rules, beside what else was set meanwhile."""
        data = {key: one for key, one in self._get_reconfigure_subentry().data.items() if key != CONF_SORTING_RULES}
        return await self._say_what_is_lacking(data | ({CONF_SORTING_RULES: self._rules} if self._rules else {}))

    # --- which rules there are, and in which order -------------------------------------------------------------------

    async def async_step_add_rule(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Begin a rule, which will be the last one."""
        self._rule = new_rule()
        return await self.async_step_rule()

    async def async_step_change_rule(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask which rule is to be changed."""
        if user_input is None:
            return await self._choose("change_rule", {vol.Required(CONF_RULE): await self._choice()})
        self._rule = next(rule for rule in self._rules if rule[CONF_ID] == user_input[CONF_RULE])
        return await self.async_step_rule()

    async def async_step_move_rule(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask which rule is to stand elsewhere."""
        if user_input is None:
            where = SelectSelectorConfig(
                options=[move.value for move in Move], mode=SelectSelectorMode.LIST, translation_key="rule_move"
            )
            fields = {vol.Required(CONF_RULE): await self._choice(), vol.Required(CONF_TO): SelectSelector(where)}
            return await self._choose("move_rule", fields)
        self._draft = moved(self._rules, user_input[CONF_RULE], Move(user_input[CONF_TO]))
        return await self.async_step_rules()

    async def async_step_remove_rule(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask which rules are to go."""
        if user_input is None:
            return await self._choose("remove_rule", {vol.Required(CONF_RULES): await self._choice(multiple=True)})
        self._draft = [rule for rule in self._rules if rule[CONF_ID] not in user_input[CONF_RULES]]
        return await self.async_step_rules()

    async def _choose(self, step_id: str, fields: dict[Any, Any]) -> SubentryFlowResult:
        return self.async_show_form(
            step_id=step_id, data_schema=vol.Schema(fields), description_placeholders=self._titled
        )

    async def _choice(self, *, multiple: bool = False) -> SelectSelector:
        words = await async_rule_words(self.hass)
        options = [
            SelectOptionDict(value=rule[CONF_ID], label=words.label(number, rule))
            for number, rule in enumerate(self._rules, 1)
        ]
        return SelectSelector(SelectSelectorConfig(options=options, multiple=multiple, mode=SelectSelectorMode.LIST))

    # --- one rule ----------------------------------------------------------------------------------------------------

    async def async_step_rule(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask for which photos the rule is."""
        err = None
        if user_input is not None:
            try:
                self._rule = with_which(self._rule, user_input)
            except RuleRefusedError as refused:
                err = refused
            else:
                return await self.async_step_rule_effects()
        shown = which_typed(self._rule) if user_input is None else user_input
        return self._rule_form("rule", WHICH_SCHEMA, shown, _PLAIN_EXAMPLES, err)

    async def async_step_rule_effects(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Ask what becomes of them."""
        err = None
        if user_input is not None:
            try:
                self._take(with_effects(self._rule, user_input, self._rules))
            except RuleRefusedError as refused:
                err = refused
            else:
                return await self.async_step_rules()
        home = {"latitude": self.hass.config.latitude, "longitude": self.hass.config.longitude}
        shown = effects_typed(self._rule, home) if user_input is None else user_input
        about = {
            **_TEXT_EXAMPLES,
            "places": places_in_words(self._rule),
            "examples": example_lines(self._rule, await self._examples()),
        }
        return self._rule_form("rule_effects", EFFECTS_SCHEMA, shown, about, err)

    def _rule_form(
        self,
        step_id: str,
        schema: vol.Schema,
        shown: Mapping[str, Any],
        about: Mapping[str, str],
        err: RuleRefusedError | None,
    ) -> SubentryFlowResult:
        detail = "" if err is None else as_text(err.detail)
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, shown),
            errors={} if err is None else {err.field: err.code},
            description_placeholders={**self._titled, **about, "detail": detail},
        )

    @callback
    def _take(self, rule: _Rule) -> None:
        """Put the rule where it stood, or behind all others."""
        if any(one[CONF_ID] == rule[CONF_ID] for one in self._rules):
            self._draft = [rule if one[CONF_ID] == rule[CONF_ID] else one for one in self._rules]
        else:
            self._draft = [*self._rules, rule]

    # --- the folder --------------------------------------------------------------------------------------------------

    @property
    def _rules(self) -> list[_Rule]:
        """Return the draft, which begins as what the folder has."""
        if self._draft is None:
            self._draft = [dict(rule) for rule in self._get_reconfigure_subentry().data.get(CONF_SORTING_RULES, ())]
        return self._draft

    @property
    def _are_sound(self) -> bool:
        """Return whether this release understands all rules: the forms make no others, yet another one may have."""
        try:
            parse_rules(self._rules, "")
        except BadRuleError:
            return False
        return True

    @property
    def _titled(self) -> dict[str, str]:
        return {"folder": as_text(self._get_reconfigure_subentry().title)}

    async def _tried(self, words: RuleWords) -> str:
        """Return a list of photos and what becomes of them, or why there is none."""
        try:
            found = await self._try(self._rules, TRIED)
        except (EngineError, ImmichError) as err:
            return await async_hindrance(self.hass, err)
        return words.say("not_loaded") if found is None else words.tried(found)

    async def _examples(self) -> list[str]:
        """Return some paths of photos that the rule is for, as far as that can be told."""
        try:
            found = await self._try([only_which(self._rule)], _EXAMPLES)
        except EngineError, ImmichError:
            return []
        return [one.path for one in found or () if one.effects.rules]

    async def _try(self, rules: list[_Rule], limit: int) -> tuple[PathEffects, ...] | None:
        """Return what rules make of some photos of the folder; ``None`` while it does not work.

        Raises:
            EngineError, ImmichError: that cannot be told.
        """
        entry, folder_id = self._get_entry(), self._get_reconfigure_subentry().subentry_id
        if entry.state is not ConfigEntryState.LOADED or folder_id not in entry.runtime_data.folders:
            return None
        engine: FolderEngine = entry.runtime_data.folders[folder_id].engine
        return await engine.preview_rules(parse_rules(rules, engine.settings.label), limit)
