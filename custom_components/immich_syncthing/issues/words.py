"""Words of ours that stand inside the text of an issue, in Home Assistant's language."""

from collections.abc import Mapping
from dataclasses import dataclass

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from ..const import DOMAIN
from ..engine.apply.sorting_steps import NO_ALBUM
from ..faults.coded import Coded
from ..features import async_feature_words
from ..immich.permissions import Feature
from ..markdown import LONG, as_text
from ..texts import Texts, async_texts

_ENTITY = f"component.{DOMAIN}.entity."
_PROBLEMS = f"{_ENTITY}binary_sensor.problem.state_attributes.reason.state."
_REASONS = f"{_ENTITY}sensor.status.state_attributes.wait_reason.state."


@dataclass(frozen=True, slots=True)
class Words:
    """``features``: what a permission is for. ``reasons``: by the code of a problem, or of a reason to wait."""

    features: Mapping[Feature, str]
    reasons: Mapping[str, str]
    texts: Texts

    def why(self, problem: Coded) -> str:
        """Return what an error says, to be put into a text."""
        return as_text(self.texts.error(problem.code, problem.placeholders), LONG)


async def async_words(hass: HomeAssistant) -> Words:
    """Return the words."""
    found = await async_get_translations(hass, hass.config.language, "entity", [DOMAIN])
    reasons = {
        key.removeprefix(prefix): word
        for prefix in (_REASONS, _PROBLEMS)
        for key, word in found.items()
        if key.startswith(prefix)
    }
    choices = await async_get_translations(hass, hass.config.language, "selector", [DOMAIN])
    reasons[NO_ALBUM] = choices[f"component.{DOMAIN}.selector.rule.options.{NO_ALBUM}"]
    return Words(await async_feature_words(hass), reasons, await async_texts(hass))
