"""How a copy is called: as the photo is in Immich, in letters that every phone's file system takes.

Where a name is taken, part of the photo's id is put in front of the ending: ``IMG_1 (5ba93c9d).jpg``. A copy keeps its
name as long as it is there, whatever the photo is called later.
"""

import re
import unicodedata
from collections.abc import Iterator

from ..engine.naming import is_internal

LONGEST = 200
"""Bytes of a name, so that a conflict copy's mark still fits into the 255 of most file systems."""

_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f"*/:<>?\\|]|[\ud800-\udfff]')
"""What FAT, exFAT, Windows or Android refuse."""

_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)")
"""What Windows takes for devices."""

_ENDING = re.compile(r"\.[0-9A-Za-z]{1,10}\Z")

_SHORT, _LONG = 8, 36


def ending(name: str) -> str:
    """Return how a name ends, in small letters with the dot; an empty text where it has no such ending."""
    return _ending(name).lower()


def candidates(name: str, asset_id: str, other_ending: str | None = None) -> Iterator[str]:
    """Yield names that a copy may have, the nicest first; the last one is nobody else's.

    ``other_ending``: with the dot, instead of the photo's own, where the copy is of another kind.
    """
    clean = _FORBIDDEN.sub("_", name).strip().rstrip(".")
    own = _ending(clean)
    stem, used = clean.removesuffix(own), own if other_ending is None else other_ending
    if not stem or stem.startswith((".", "~")) or is_internal(clean) or _RESERVED.match(clean):
        stem = f"_{stem}"
    yield _fit(stem, used)
    for length in (_SHORT, _LONG):
        yield _fit(stem, f" ({asset_id[:length].lower()}){used}")


def folded(name: str) -> str:
    """Return what two names have in common that some file system takes for the same."""
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold()).rstrip(" .")


def _ending(name: str) -> str:
    found = _ENDING.search(name, 1)
    return "" if found is None else found[0]


def _fit(stem: str, ending: str) -> str:
    room = LONGEST - len(ending.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip() + ending
