"""Strict reading of Immich's JSON: what is not as documented becomes ``UnexpectedAnswerError``, never a guess."""

import base64
import binascii
import re
from datetime import datetime
from typing import Never, overload

from . import timestamps
from .errors import UnexpectedAnswerError

SHA1_LENGTH = 20
"""Bytes of Immich's checksums."""

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SHOWN = 60

MADE_UP_SIZE = 1 << 50
"""From this on a size is none: mounts of object stores name one where there is no end (1 PiB, 16 EiB)."""


def is_uuid(text: str) -> bool:
    """Return whether ``text`` has the form of Immich's ids, and so is safe in a path."""
    return _UUID.fullmatch(text) is not None


class Fields:
    """One JSON object; ``what`` names it in errors. Every method raises ``UnexpectedAnswerError``."""

    def __init__(self, value: object, what: str) -> None:
        if not isinstance(value, dict):
            refuse(what, value, "an object")
        self._values: dict[str, object] = value
        self._what = what

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str) -> str:
        """Return a string that UTF-8 can hold."""
        value = self._values.get(key)
        if not isinstance(value, str):
            self._refuse(key, "a text")
        if not value.isascii():
            try:
                value.encode()
            except UnicodeEncodeError:
                self._refuse(key, "a text of whole characters")
        return value

    def optional_text(self, key: str) -> str | None:
        """Return a string, or ``None`` where the field is absent or null."""
        return None if self._values.get(key) is None else self.text(key)

    @overload
    def flag(self, key: str) -> bool: ...
    @overload
    def flag(self, key: str, *, default: bool) -> bool: ...
    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """Return a boolean; ``default`` stands in for an absent field only."""
        if default is not None and key not in self._values:
            return default
        value = self._values.get(key)
        if not isinstance(value, bool):
            self._refuse(key, "true or false")
        return value

    def count(self, key: str) -> int:
        """Return a whole number that is not negative."""
        value = self._values.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            self._refuse(key, "a whole number")
        return value

    def optional_whole(self, key: str) -> int | None:
        """Return a whole number of any sign, or ``None`` where the field is absent or null."""
        value = self._values.get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool):
            self._refuse(key, "a whole number")
        return value

    def plausible_size(self, key: str) -> int | None:
        """Return a number of bytes, or ``None`` for whatever a strange file system made Immich answer."""
        value = self._values.get(key)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < MADE_UP_SIZE:
            return None
        return int(value)

    def is_null(self, key: str) -> bool:
        """Return whether the field is absent or null."""
        return self._values.get(key) is None

    def id(self, key: str) -> str:
        """Return a UUID."""
        value = self._values.get(key)
        if not isinstance(value, str) or not is_uuid(value):
            self._refuse(key, "an id")
        return value

    def optional_id(self, key: str) -> str | None:
        """Return a UUID, or ``None`` where the field is absent or null."""
        return None if self._values.get(key) is None else self.id(key)

    def moment(self, key: str) -> datetime:
        """Return a moment in UTC."""
        value = self._values.get(key)
        if not isinstance(value, str):
            self._refuse(key, "a moment")
        try:
            return timestamps.read(value)
        except ValueError, OverflowError:
            self._refuse(key, "a moment")

    def checksum(self, key: str) -> bytes:
        """Return the 20 bytes of a SHA-1, which Immich writes in base64."""
        value = self._values.get(key)
        if not isinstance(value, str):
            self._refuse(key, "a checksum")
        try:
            digest = base64.b64decode(value, validate=True)
        except ValueError, binascii.Error:
            self._refuse(key, "a checksum")
        if len(digest) != SHA1_LENGTH:
            self._refuse(key, "a checksum")
        return digest

    def items(self, key: str) -> list[object]:
        """Return a list of anything."""
        value = self._values.get(key)
        if not isinstance(value, list):
            self._refuse(key, "a list")
        return value

    def texts(self, key: str) -> list[str]:
        """Return a list of strings."""
        texts = [value for value in self.items(key) if isinstance(value, str)]
        if len(texts) != len(self.items(key)):
            self._refuse(key, "a list of texts")
        return texts

    def object(self, key: str) -> Fields:
        """Return the object inside."""
        return Fields(self._values.get(key), f"{self._what}.{key}")

    def optional_object(self, key: str) -> Fields | None:
        """Return the object inside, or ``None`` where the field is absent or null."""
        return None if self._values.get(key) is None else self.object(key)

    def _refuse(self, key: str, expected: str) -> Never:
        if key not in self._values:
            detail = f"{self._what}.{key} is missing"
            raise UnexpectedAnswerError(detail)
        refuse(f"{self._what}.{key}", self._values[key], expected)


def objects(value: object, what: str) -> tuple[Fields, ...]:
    """Return the objects of a JSON list."""
    if not isinstance(value, list):
        refuse(what, value, "a list")
    return tuple(Fields(item, f"{what}[{index}]") for index, item in enumerate(value))


def refuse(what: str, value: object, expected: str) -> Never:
    """Raise the ``UnexpectedAnswerError`` that says what came instead of ``expected``."""
    shown = repr(value)
    if len(shown) > _SHOWN:
        shown = f"{shown[:_SHOWN]}…"
    detail = f"{what} is {shown}, not {expected}"
    raise UnexpectedAnswerError(detail)
