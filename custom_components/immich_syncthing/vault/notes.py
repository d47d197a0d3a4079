"""What a note in the vault may be called, and how long it may be."""

import re

LONGEST_NOTE = 64 * 1024
"""Bytes of a note that are read; a longer one is not whole."""

_NOTE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,99}")


def note_name(name: str) -> str:
    """Return ``name``. Raises ``ValueError`` unless it is letters, digits and ``.-_``."""
    if not _NOTE.fullmatch(name):
        message = f"not the name of a note: {name!r}"
        raise ValueError(message)
    return name
