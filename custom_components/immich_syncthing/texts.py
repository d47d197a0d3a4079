"""Words of the translations, in the language of whoever reads them."""

from collections.abc import Mapping
from dataclasses import dataclass

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from .const import DOMAIN
from .faults.coded import Coded

CATEGORIES = ("entity", "exceptions", "issues", "selector")


@dataclass(frozen=True, slots=True)
class Texts:
    """The words of ``language``, and English ones where it has none."""

    language: str
    _found: Mapping[str, Mapping[str, str]]
    """By category."""

    def text(self, key: str, **values: str) -> str:
        """Return a text by its key below the integration, e.g. ``exceptions.stopped.message``, with its values."""
        return self._of(key)[f"component.{DOMAIN}.{key}"].format(**values)

    def name(self, key: str, otherwise: str) -> str:
        """Return a text that need not be there."""
        return self._of(key).get(f"component.{DOMAIN}.{key}", otherwise)

    def error(self, code: str, values: Mapping[str, str]) -> str:
        """Return what an error says, by its code."""
        return self.text(f"exceptions.{code}.message", **values)

    def told(self, error: Coded) -> dict[str, str]:
        """Return an error as answers of actions tell it."""
        return {"code": error.code, "message": self.error(error.code, error.placeholders)}

    def _of(self, key: str) -> Mapping[str, str]:
        return self._found[key.partition(".")[0]]


async def async_texts(hass: HomeAssistant, language: str | None = None) -> Texts:
    """Return the words of a language that Home Assistant knows, else of its own."""
    wanted = language or hass.config.language
    found = {one: await async_get_translations(hass, wanted, one, [DOMAIN]) for one in CATEGORIES}
    return Texts(wanted, found)
