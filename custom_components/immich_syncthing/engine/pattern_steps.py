"""Regular expressions of patterns that no path keeps busy: an owner writes ``*a*a*a*b``, and a phone sends ``aaaa…``.

A star would try every way to share a name with the stars behind it, and all of Home Assistant waits while Python does
that. None of it is needed: what is between two stars has one length, so where it is found first leaves the most to what
follows; and so it is with the directories between two ``**``. Each of these is looked for once (``(?>…)``), but for the
last, which has to end where the name ends, or the path.
"""

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Final

_TOKEN: Final = re.compile(
    r"(?P<begin>\^(?:\(\?:\.\+/\)\?)?)|(?P<gap>\(\?:/\.\+\)\?)|(?P<end>\(\?P<ps_d>/\)|\(\?:\(\?P<ps_d>/\)\|\$\))"
    r"|(?P<slash>/)|(?P<star>\[\^/\]\*)|(?P<one>\[\^/\]\+?|\[\^?\]?[^\]]*\]|\\?.)",
    re.DOTALL,
)
"""What the expressions consist of that pathspec 1.1.1 makes of git's patterns."""

_FEW: Final = {"^(?:.+/)?": "^(?:.+?/)??", "(?:/.+)?": "(?:/.+?)??"}
"""Any number of directories, and the same as few at a time as will do."""

_STAR: Final = "[^/]*"

type _Token = tuple[str, str]
"""What it is, by the names in ``_TOKEN``, and its text."""


def steady(regex: str) -> str:
    """Return an expression that fits the same paths as pathspec's, in steps that only grow with a path's length.

    But for brackets such as ``[!a]``: a slash is none of their characters, as in git.

    Raises:
        re.PatternError: what is in brackets is nothing that Python understands.
    """
    *early, last = _blocks([(found.lastgroup or "", found[0]) for found in _TOKEN.finditer(regex)])
    return "".join(f"(?>{_text(block, few=True)}(?=/))" for block in early) + _text(last, few=False)


def _blocks(tokens: Sequence[_Token]) -> list[list[_Token]]:
    """Return what is between the places where there may be any number of directories, each place with what follows."""
    blocks: list[list[_Token]] = [[]]
    for token in tokens:
        if token[0] == "gap":
            blocks.append([])
        blocks[-1].append(token)
    return blocks


def _text(block: Sequence[_Token], *, few: bool) -> str:
    parts: list[str] = []
    for is_name, some in groupby(block, lambda token: token[0] in {"star", "one"}):
        texts = [text for _, text in some]
        parts += [_name(texts)] if is_name else [_FEW.get(text, text) if few else text for text in texts]
    return "".join(parts)


def _name(texts: Sequence[str]) -> str:
    """Return the expression of one name, or of a directory's."""
    first, *others = _between_stars(texts)
    if not others:
        return first
    *early, last = others
    return first + "".join(f"(?>[^/]*?{piece})" for piece in early) + f"{_STAR}{last}"


def _between_stars(texts: Sequence[str]) -> list[str]:
    pieces = [""]
    for text in texts:
        if text == _STAR:
            pieces.append("")
        else:
            pieces[-1] += _one(text)
    return pieces


def _one(text: str) -> str:
    is_class = text.startswith("[") and text not in {"[^/]", "[^/]+"}
    return f"(?!/){text}" if is_class and re.fullmatch(text, "/") else text
