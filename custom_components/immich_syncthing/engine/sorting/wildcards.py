"""Which paths a rule is for, and what their parts are called in its texts.

A *pattern* has three wildcards: ``*`` is anything but a slash, ``**`` is anything, ``?`` is one character. Each star is
a part, ``{1}``, ``{2}`` and so on, and takes as little as it can. A pattern without a slash is for names, in whatever
directory; with one it is for whole paths, from the folder's root. A *regular expression* is for whole paths, and its
groups are the parts. Upper and lower case are the same, and so are the two ways to write an ``é``.

Names come from phones, and some name may be made to keep a machine busy. A star between two fixed texts never has to
take back what it took, and needs a time that only grows with the name; all else is left to ``LinearRegex``.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from .linear import LinearRegex
from .regex_tree import FLAGS

MAX_PATTERN: Final = 500
MAX_STARS: Final = 20
MAX_PATH: Final = 1_024
"""Longer paths are no rule's: no phone has them."""

_PIECE: Final = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")


@dataclass(frozen=True, slots=True)
class StarPattern:
    """A pattern without double stars."""

    compiled: re.Pattern[str]

    @property
    def count(self) -> int:
        """Return how many parts there are."""
        return self.compiled.groups

    @property
    def names(self) -> dict[str, int]:
        """Return that no part has a name."""
        return {}

    def groups(self, name: str) -> tuple[str | None, ...] | None:
        """Return the parts of a text; ``None`` if it does not fit."""
        found = self.compiled.fullmatch(name)
        return None if found is None else found.groups()


type PathPattern = StarPattern | LinearRegex


def understand_pattern(text: str) -> PathPattern:
    """Return what a pattern matches, as a whole. Raises ``ValueError``."""
    text = normal(text)
    pieces = _PIECE.findall(text.removeprefix("/"))
    stars = sum(piece.startswith("*") for piece in pieces)
    senseless = not pieces or len(text) > MAX_PATTERN or "***" in text or "//" in text or text.endswith("/")
    if senseless or stars > MAX_STARS:
        raise ValueError(text)
    anywhere = "" if "/" in text else "(?:.*/)?"
    if "**" in text:
        return LinearRegex.of(anywhere + "".join(map(_open, pieces)))
    return StarPattern(re.compile(f"(?>{anywhere}){_closed(pieces)}", FLAGS))


def understand_regex(text: str) -> PathPattern:
    """Return a regular expression. Raises ``ValueError`` for none, and for what a rule may not use of them."""
    text = normal(text)
    if not text or len(text) > MAX_PATTERN:
        raise ValueError(text)
    return LinearRegex.of(text)


def match(pattern: PathPattern, path: str) -> dict[str, str] | None:
    """Return the parts of a path by number and name, ``None`` where the path is not meant."""
    found = pattern.groups(normal(path)) if len(path) <= MAX_PATH else None
    if found is None:
        return None
    numbered = {str(number): part or "" for number, part in enumerate(found, 1)}
    return numbered | {name: numbered[str(number)] for name, number in pattern.names.items()}


def part_names(pattern: PathPattern) -> frozenset[str]:
    """Return what the parts are called."""
    return frozenset(pattern.names) | {str(number) for number in range(1, pattern.count + 1)}


def normal(text: str) -> str:
    """Return the text as it is compared: an iPhone's ``é`` is two characters, a keyboard's one."""
    return unicodedata.normalize("NFC", text)


def _closed(pieces: list[str]) -> str:
    """Return the expression; a star and the fixed text after it never give back, unless they end the pattern."""
    parts: list[str] = []
    at = 0
    while at < len(pieces):
        piece = pieces[at]
        at += 1
        if piece == "*":
            fixed = ""
            while at < len(pieces) and pieces[at] != "*":
                fixed += _fixed(pieces[at])
                at += 1
            parts.append(f"([^/]*){fixed}" if at == len(pieces) else f"(?>([^/]*?){fixed})")
        else:
            parts.append(_fixed(piece))
    return "".join(parts)


def _open(piece: str) -> str:
    match piece:
        case "**/":
            return "(?:(.*?)/)?"
        case "**":
            return "(.*?)"
        case "*":
            return "([^/]*?)"
        case _:
            return _fixed(piece)


def _fixed(piece: str) -> str:
    return "[^/]" if piece == "?" else re.escape(piece)
