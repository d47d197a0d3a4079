"""Moments as Immich writes and reads them.

Immich stores microseconds and shows milliseconds (measured on 2.7.5), so searching in time is done on whole
milliseconds since 1970, named ``ms`` here.
"""

import re
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_EXPANDED_YEAR = re.compile(r"([+-])\d{6}-\d\d-\d\dT")
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)


def write(moment: datetime) -> str:
    """Return ``YYYY-MM-DDTHH:MM:SS.mmmZ``, the one form that v2 and every v3 take. Raises ``ValueError`` when naive."""
    if moment.tzinfo is None:
        reason = "a moment without time zone"
        raise ValueError(reason)
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def read(text: str) -> datetime:
    """Return the moment in UTC; ``ValueError`` for anything that is no full date and time with a zone.

    A year beyond 0001 to 9999, which JavaScript writes with a sign and six digits, becomes the nearest one that Python
    has: one photo with a broken date must not hide the others.
    """
    if expanded := _EXPANDED_YEAR.match(text):
        return _LATEST if expanded[1] == "+" else _EARLIEST
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        reason = f"{text!r} has no time zone"
        raise ValueError(reason)
    return moment.astimezone(UTC)


def to_ms(moment: datetime) -> int:
    """Return the milliseconds since 1970, cut off, never rounded up."""
    return (moment - _EPOCH) // _MILLISECOND


def from_ms(ms: int) -> datetime:
    """Return the moment ``ms`` milliseconds after 1970."""
    return _EPOCH + ms * _MILLISECOND
