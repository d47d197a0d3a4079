"""Which paths a rule is for, and what their parts are called in its texts.

A *pattern* has three wildcards: ``*`` is anything but a slash, ``**`` is anything, ``?`` is one character. Each star is
a part, ``{1}``, ``{2}`` and so on, and takes as little as it can. A pattern without a slash is for names, in whatever
directory; with one it is for whole paths, from the folder's root. A *regular expression* is for whole paths, and its
groups are the parts. Upper and lower case are the same, and so are the two ways to write an ``é``.

Names come from phones, and some name may be made to keep a machine busy: so a star never takes back what it took,
which is right for a star between two fixed texts and needs a time that only grows with the name.
"""

import re
import unicodedata
from typing import Final

MAX_PATTERN: Final = 500
MAX_STARS: Final = 20
_MAX_OPEN: Final = 3
"""Double stars, which do take back: each may be tried at each slash."""
_MAX_PATH: Final = 4096
_PIECE: Final = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")
_REPEATED: Final = re.compile(r"[*+]|\{\d*,\}")


def understand_pattern(text: str) -> re.Pattern[str]:
    """Return what a pattern matches, as a whole. Raises ``ValueError``."""
    text = normal(text)
    pieces = _PIECE.findall(text.removeprefix("/"))
    stars = sum(piece.startswith("*") for piece in pieces)
    senseless = not pieces or len(text) > MAX_PATTERN or "***" in text or "//" in text or text.endswith("/")
    if senseless or stars > MAX_STARS or sum(piece.startswith("**") for piece in pieces) > _MAX_OPEN:
        raise ValueError(text)
    anywhere = "" if "/" in text else "(?:.*/)?"
    return re.compile(anywhere + _regex(pieces), re.I | re.S)


def understand_regex(text: str) -> re.Pattern[str]:
    """Return a regular expression. Raises ``ValueError`` for none, and for one with a repetition inside of another."""
    try:
        pattern = re.compile(normal(text), re.I | re.S)
    except (re.PatternError, OverflowError, RecursionError) as error:
        raise ValueError(text) from error
    if not text or len(text) > MAX_PATTERN or _repeats_repeated(text):
        raise ValueError(text)
    return pattern


def match(pattern: re.Pattern[str], path: str) -> dict[str, str] | None:
    """Return the parts of a path by number and name, ``None`` where the path is not meant."""
    found = pattern.fullmatch(normal(path)) if len(path) <= _MAX_PATH else None
    if found is None:
        return None
    numbered = {str(number): part or "" for number, part in enumerate(found.groups(), 1)}
    return numbered | {name: part or "" for name, part in found.groupdict().items()}


def part_names(pattern: re.Pattern[str]) -> frozenset[str]:
    """Return what the parts are called."""
    return frozenset(pattern.groupindex) | {str(number) for number in range(1, pattern.groups + 1)}


def normal(text: str) -> str:
    """Return the text as it is compared: an iPhone's ``é`` is two characters, a keyboard's one."""
    return unicodedata.normalize("NFC", text)


def _regex(pieces: list[str]) -> str:
    """Return the expression; a star and the fixed text after it never give back, unless they end the pattern."""
    parts: list[str] = []
    at = 0
    while at < len(pieces):
        piece = pieces[at]
        at += 1
        if piece == "**/":
            parts.append("(?:(.*?)/)?")
        elif piece == "**":
            parts.append("(.*?)")
        elif piece == "*":
            fixed = ""
            while at < len(pieces) and not pieces[at].startswith("*"):
                fixed += _fixed(pieces[at])
                at += 1
            parts.append(f"([^/]*){fixed}" if at == len(pieces) else f"(?>([^/]*?){fixed})")
        else:
            parts.append(_fixed(piece))
    return "".join(parts)


def _fixed(piece: str) -> str:
    return "[^/]" if piece == "?" else re.escape(piece)


def _repeats_repeated(text: str) -> bool:
    """Return whether a group that holds a repetition is itself repeated: that may take for ever."""
    plain = re.sub(r"\[\^?\]?(?:\\.|[^\]\\])*\]", "x", re.sub(r"\\.", "x", text))
    held: list[bool] = []
    for at, character in enumerate(plain):
        if character == "(":
            held.append(False)
        elif character == ")" and held:
            repeats = held.pop()
            repeated = bool(_REPEATED.match(plain, at + 1))
            if repeats and repeated:
                return True
            if held:
                held[-1] |= repeats or repeated
        elif held and _REPEATED.match(plain, at) and plain[at - 1] != "(":
            held[-1] = True
    return False
