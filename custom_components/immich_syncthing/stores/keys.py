"""Names of files as parts of keys, and back, without loss.

A file's name may hold what no key can: bytes that are no text, control characters, or it is ``..``. What a key of any
store and a name on any disk can hold as it is stays readable: letters and digits of all scripts, ``._-`` and, inside,
spaces, ``()+,=@``. Each other byte becomes ``%`` and two hexadecimal digits, as in a URL.

A disk takes names of 255 bytes, and an escaped one may be three times as long. A longer one is therefore broken
into directories, each but the last ending in ``%``, which is never the end of anything else.
"""

import os
import unicodedata
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

LONGEST = 200
"""Bytes of a part of a key: a disk takes 255, and programs that write a copy first put something to its end."""

_PLAIN = frozenset("._-()+,=@ ")


def encode_name(name: str) -> str:
    """Return a name of a file as Python has it (lone surrogates for bytes that are no text) as part of a key.

    Raises ``ValueError`` for what is no name: one that is empty or holds a NUL.
    """
    if not name or "\0" in name:
        message = f"not the name of a file: {name!r}"
        raise ValueError(message)
    # A disk may turn one form of a letter into the other; what is not in the usual form is escaped, and stays as it is.
    usual = unicodedata.is_normalized("NFC", name)
    pieces = [one if _is_plain(one, usual=usual) else _escaped(one) for one in name]
    # "." and ".." are no names, and some disks and servers drop dots and spaces at the ends.
    if name[0] == " ":
        pieces[0] = _escaped(" ")
    if name[-1] in " .":
        pieces[-1] = _escaped(name[-1])
    return "%/".join(_broken(pieces))


def decode_name(encoded: str) -> str:
    """Return the name that ``encode_name`` was given. Raises ``ValueError`` for what it never returns."""
    joined = encoded.replace("%/", "")
    if not joined or "/" in joined:
        message = f"not an encoded name: {encoded!r}"
        raise ValueError(message)
    name = os.fsdecode(unquote_to_bytes(joined))
    if encode_name(name) != encoded:
        message = f"not an encoded name: {encoded!r}"
        raise ValueError(message)
    return name


def _is_plain(one: str, *, usual: bool) -> bool:
    return one in _PLAIN or (one.isalnum() and (one.isascii() or usual))


def _escaped(one: str) -> str:
    return "".join(f"%{byte:02X}" for byte in os.fsencode(one))


def _broken(pieces: list[str]) -> Iterator[str]:
    part, size = "", 0
    for piece in pieces:
        length = len(piece.encode())
        if size + length > LONGEST:
            yield part
            part, size = "", 0
        part += piece
        size += length
    yield part
