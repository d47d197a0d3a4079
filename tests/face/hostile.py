"""Names that somebody may give to a folder, a device or a photo so that our texts say something else."""

import unicodedata

LINK = "[x](http://evil.example)"
NAMES = {
    "link": LINK,
    "reference": "[x][y]\n\n[y]: http://evil.example",
    "address": "Open http://evil.example or www.evil.example",
    "bold": "**all** __is__ *well* _now_",
    "code": "`a` ``b``",
    "lines": "Phone\n\n# Heading\r\n\t- item",
    "heading": "# Heading",
    "list": "1. first",
    "image": '<img src="http://evil.example/seen.png">',
    "picture": "![x](http://evil.example/seen.png)",
    "comment": "<!-- gone",
    "escape": "Phone\\",
    "long": "x" * 300,
    "direction": "photos \u202egpj.exe\u202c \u2066x\u2069",
    "unseen": "Ph\u200bone\x00\x1b[31m\ufeff",
    "braces": "{braces} {{ states }} {count}",
}
EVERYTHING = "{braces} **b** `c` <img src=x> [x](http://evil.example)\n\u202e# " + "x" * 300

_SEEN_OTHERWISE = {"\u200c", "\u200d", "\u2060"}


def is_readable(line: str, most: int = 120) -> bool:
    """Return whether a name is one line of no more than what can be seen."""
    return len(line) <= most and not any(
        unicodedata.category(one) in {"Cc", "Cf", "Zl", "Zp"} and one not in _SEEN_OTHERWISE for one in line
    )


def is_harmless(text: str, most: int = 120) -> bool:
    """Return whether Markdown finds nothing in a text but the text."""
    begins_block = text[:1] in {"#", "-", "+", "="} or text[:3] == "1. "
    marks = ("*", "`", "<", ">", "~", "\\", "](", "][", "]:", "://", "www.", " _", "_ ", "__")
    return is_readable(text, most) and not begins_block and not any(mark in f" {text} " for mark in marks)
