"""Other people's words – names of folders, devices and users, paths, messages of servers – inside of our own.

Home Assistant shows texts of repairs and forms as Markdown, and the same values in titles as they are. So what means
something to Markdown is replaced by what looks alike, or is broken by a character that is not seen (U+2060).
"""

import re

MOST = 100
"""Longer names are cut off; nobody reads them in a sentence."""

LONG = 500
"""Longer messages of servers are cut off."""

_JOINER = "\u2060"
_WRITTEN = frozenset("\u200c\u200d")
"""Characters without a shape that belong to how names are written: in Persian, and in emoji."""

_LOOK_ALIKES = str.maketrans(
    {
        "*": "\N{ASTERISK OPERATOR}",
        "<": "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK}",
        ">": "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK}",
        "\\": "\N{SET MINUS}",
        "]": f"]{_JOINER}",
        "`": "'",
        "~": "\N{TILDE OPERATOR}",
    }
)
_EMPHASIS = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_ADDRESS = re.compile(r":(?=//)|\bwww(?=\.)", re.IGNORECASE)
_BEGINS_BLOCK = re.compile(r"^(?=[#+=-]|\d+[.)])")


def one_line(name: str, most: int = MOST) -> str:
    """Return a name as one line, without characters that are not seen or turn the direction, and not too long."""
    seen = "".join(one if one.isprintable() or one.isspace() or one in _WRITTEN else "" for one in name)
    line = " ".join(seen.split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def as_text(words: str, most: int = MOST) -> str:
    """Return words to be put into a sentence of Markdown, bold or not, where they mean nothing to it."""
    plain = _EMPHASIS.sub("\N{FULLWIDTH LOW LINE}", one_line(words, most).translate(_LOOK_ALIKES))
    return _BEGINS_BLOCK.sub(_JOINER, _ADDRESS.sub(rf"\g<0>{_JOINER}", plain))


def as_code(path: str) -> str:
    """Return a path to be put between backticks. Whatever differs from the path itself is nothing that can be seen."""
    return "".join("'" if one == "`" else one if one.isprintable() else "?" for one in path)
