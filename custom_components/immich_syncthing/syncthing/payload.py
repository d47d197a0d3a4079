"""Typed access to JSON from Syncthing: a field of the wrong type is an odd answer, never a ``KeyError``.

Syncthing leaves out what is empty (1.19) or sends ``null`` for it (empty lists), so absent and ``null`` are equal.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import StrEnum

from .errors import SyncthingUnexpectedAnswerError

NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""What Syncthing says for "never"; Go's zero time (year 1) lies before it."""

MISSING = object()


def odd(what: str) -> SyncthingUnexpectedAnswerError:
    """Return the error for an answer that has something else where ``what`` belongs."""
    return SyncthingUnexpectedAnswerError(f"no usable {what} in the answer")


def mapping(value: object, what: str) -> Mapping[str, object]:
    """Return a JSON object, ``{}`` for ``null``."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise odd(what)
    return value


def items(value: object, what: str) -> Iterable[object]:
    """Return a JSON array, ``[]`` for ``null``."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise odd(what)
    return value


def _field[T: (str, bool)](data: Mapping[str, object], key: str, kind: type[T], default: object) -> T:
    value = data.get(key)
    if value is None:
        value = default
    if not isinstance(value, kind):
        raise odd(key)
    return value


def text(data: Mapping[str, object], key: str, default: object = "") -> str:
    """Return a string; ``default=MISSING`` for one that must be there."""
    return _field(data, key, str, default)


def choice[E: StrEnum](data: Mapping[str, object], key: str, kind: type[E]) -> E:
    """Return one of the words that a field may hold."""
    try:
        return kind(text(data, key, MISSING))
    except ValueError:
        raise odd(key) from None


def flag(data: Mapping[str, object], key: str, default: object = False) -> bool:
    """Return a boolean; ``default=MISSING`` for one that must be there."""
    return _field(data, key, bool, default)


def number(data: Mapping[str, object], key: str, default: object = 0) -> int:
    """Return an integer; ``default=MISSING`` for one that must be there."""
    value = data.get(key)
    if value is None:
        value = default
    if not isinstance(value, int) or isinstance(value, bool):
        raise odd(key)
    return value


def percentage(data: Mapping[str, object], key: str) -> float:
    """Return a number that Go writes as ``100`` or ``95.5``."""
    value = data.get(key)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise odd(key)
    return float(value)


def texts(data: Mapping[str, object], key: str) -> tuple[str, ...]:
    """Return an array of strings."""
    found = tuple(items(data.get(key), key))
    if not all(isinstance(entry, str) for entry in found):
        raise odd(key)
    return tuple(str(entry) for entry in found)


def moment(data: Mapping[str, object], key: str) -> datetime | None:
    """Return a point in time in UTC, ``None`` for "never" and Go's zero time.

    Syncthing writes RFC 3339 with up to nine decimals and the server's local offset; microseconds are kept.
    """
    written = text(data, key)
    if not written:
        return None
    try:
        parsed = datetime.fromisoformat(written)
    except ValueError:
        raise odd(key) from None
    if parsed.tzinfo is None:
        raise odd(key)
    return parsed.astimezone(UTC) if parsed > NEVER else None


def required_moment(data: Mapping[str, object], key: str) -> datetime:
    """Return a point in time that must be there."""
    found = moment(data, key)
    if found is None:
        raise odd(key)
    return found


def file_moment(data: Mapping[str, object], key: str) -> datetime | None:
    """Return a file's own time, which may be anything, 1970 included.

    ``None`` for Go's zero time, and for years that no ``datetime`` holds: a file with an odd date is still a file.
    """
    written = text(data, key)
    try:
        parsed = datetime.fromisoformat(written) if written else None
        return parsed.astimezone(UTC) if parsed and parsed.tzinfo and parsed.year > 1 else None
    except ValueError, OverflowError:
        return None
