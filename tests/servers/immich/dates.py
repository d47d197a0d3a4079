"""Timestamps as Immich reads and writes them."""

import re
from datetime import UTC, datetime

_V3 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(?P<zone>Z|[+-]\d\d:\d\d)")


def milliseconds(moment: datetime) -> str:
    """``2026-11-20T14:41:10.952Z``: what the API shows of a column that holds microseconds (cut, not rounded)."""
    moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def database(moment: datetime) -> str:
    """``2026-11-20T14:39:00.088004+00:00``: fields that PostgreSQL renders as JSON by itself (measured on 2.7.5)."""
    text = f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}".rstrip("0").rstrip(".")
    return f"{text}+00:00"


def lenient(text: str) -> datetime | None:
    """Read what 2.7.5 takes (measured): with or without zone, date only, a space; no bare numbers, no year 0."""
    if text.strip().isdigit():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def strict(text: str, *, offsets: bool) -> datetime | None:
    """Read what 3.x takes (SDK 3.0.0 and server source 3.0.3): full date, time and zone; offsets by quirk."""
    found = _V3.fullmatch(text)
    if found is None or (found["zone"] != "Z" and not offsets):
        return None
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None
