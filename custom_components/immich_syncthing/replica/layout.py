"""Where an original lies in the replica, so that a person finds it with nothing but a file manager.

``originals/YYYY/MM/<name>`` by the clock on the wall where the photo was taken, ``originals/undated/<name>`` where that
is unknown. Where a name is taken, part of the checksum is put in front of the ending: ``IMG_1 (5ba93c9db0).jpg``. Names
that look like that already always get one, so that taking off the last is always right. Names that are the same to a
file system that ignores case, or how an accent is written, count as taken.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date

from ..stores.keys import decode_name, encode_name

ORIGINALS = "originals/"
UNDATED = "undated"
SIDECAR = ".xmp"

_SHORT, _LONG = 10, 40
"""Hexadecimal digits of the checksum: some, and if even these are taken all of them."""

_KEY = re.compile(rf"(?s){ORIGINALS}(?:{UNDATED}|[0-9]{{4}}/[0-9]{{2}})/(?P<name>.+)")
_ENDING = re.compile(r"\.[0-9A-Za-z]{1,10}\Z")
_SUFFIXED = re.compile(r"(?s)(?P<stem>.*) \((?:[0-9a-f]{40}|[0-9a-f]{10})\)(?P<ending>\.[0-9A-Za-z]{1,10})?\Z")


def candidates(name: str, taken_on: date | None, checksum: bytes) -> Iterator[str]:
    """Yield the keys that an original may have, the nicest first. The last one is nobody else's.

    Raises ``ValueError`` for a name that cannot be one, i.e. with a NUL.
    """
    folder = f"{ORIGINALS}{UNDATED}/" if taken_on is None else f"{ORIGINALS}{taken_on.year:04}/{taken_on.month:02}/"
    if not _is_odd(name):
        yield folder + encode_name(name)
    ending = _ending(name)
    for length in (_SHORT, _LONG):
        yield folder + encode_name(f"{name.removesuffix(ending)} ({checksum.hex()[:length]}){ending}")


def original_name(key: str) -> str:
    """Return the name that the original of a key had in Immich. Raises ``ValueError`` for no key of an original."""
    # A long name is several parts: only the folder is taken off.
    if (below := _KEY.fullmatch(key)) is None:
        message = f"not the key of an original: {key!r}"
        raise ValueError(message)
    name = decode_name(below["name"])
    found = _SUFFIXED.fullmatch(name)
    return name if found is None else found["stem"] + (found["ending"] or "")


def sidecar_of(key: str) -> str:
    """Return the key of the XMP file beside an original."""
    return key + SIDECAR


def folded(key: str) -> str:
    """Return what two keys have in common that some file system takes for the same."""
    same = unicodedata.normalize("NFD", unicodedata.normalize("NFD", key).casefold())
    return same.rstrip(" .")


def _is_odd(name: str) -> bool:
    """Return whether a name would be read as something else if it stood as it is."""
    return not name or _SUFFIXED.fullmatch(name) is not None or folded(name).endswith(SIDECAR)


def _ending(name: str) -> str:
    found = _ENDING.search(name, 1)
    return "" if found is None else found[0]
