"""Texts of rules with places to fill: ``{folder}``, ``{year}-{month}``, ``Sites/{1}/{2}``. ``{{`` is a brace."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Final, Self

from .wildcards import normal

DATES: Final = frozenset({"year", "month", "day"})
"""Of when the photo was taken, by the clock on the wall there, as Immich shows it."""

PLACES: Final = DATES | {"folder", "parent", "name"}
"""``{folder}``: its name in Syncthing; ``{parent}``: the directory that the photo is in; ``{name}``: its own name,
without the extension."""

MAX_TEXT: Final = 1_000

_JOINERS: Final = "\u200c\u200d"
"""Of the characters that do not show, those that belong to words, and to the faces of families."""


class UnknownPlaceError(ValueError):
    """A text has a place that nothing fills."""

    def __init__(self, place: str) -> None:
        """Keep what is inside of the braces."""
        super().__init__(place)
        self.place = place


@dataclass(frozen=True, slots=True)
class Template:
    """A text with places; ``_parts`` are fixed text and the place after it, ``None`` after the last.

    ``needs_date``: it cannot be filled before it is known when the photo was taken.
    """

    text: str
    _parts: tuple[tuple[str, str | None], ...]
    needs_date: bool

    @classmethod
    def of(cls, text: str, parts: frozenset[str]) -> Self:
        """Understand a text in a rule whose pattern has these parts.

        Raises:
            UnknownPlaceError: a place is none of ours, and no part.
            ValueError: a single brace, or a text that is too long.
        """
        if len(text) > MAX_TEXT:
            raise ValueError(text)
        found: list[tuple[str, str | None]] = []
        for fixed, place, spec, conversion in Formatter().parse(text):
            if place is not None and (place not in PLACES | parts or spec or conversion):
                raise UnknownPlaceError(place)
            found.append((fixed, place))
        return cls(text, tuple(found), any(place in DATES - parts for _, place in found))

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the text, in one line; ``""`` where nothing is left of it."""
        filled = "".join(fixed + ("" if place is None else values[place]) for fixed, place in self._parts)
        shown = "".join(one if one.isprintable() or one in _JOINERS else " " for one in normal(filled))
        return " ".join(shown.split())[:MAX_TEXT]
