"""When the next backup is due."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from homeassistant.util import dt as dt_util

from custom_components.immich_syncthing.backup_schedule import BACKUPS_SCHEMA, CONF_BACKUPS, BackupSchedule
from custom_components.immich_syncthing.replica.dump_shelf import Keeping

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(autouse=True)
def _in_berlin() -> Iterator[None]:
    before = dt_util.get_default_time_zone()
    dt_util.set_default_time_zone(BERLIN)
    yield
    dt_util.set_default_time_zone(before)


def schedule(**typed: Any) -> BackupSchedule:
    return BackupSchedule.of({CONF_BACKUPS: typed})


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def due(now: str, last: str | None = None, **typed: Any) -> str | None:
    made = None if last is None else local(last).timestamp()
    moment = schedule(**{"backup_rhythm": "daily", "at": "04:00:00"} | typed).due(made, local(now).astimezone(UTC))
    return None if moment is None else moment.astimezone(BERLIN).strftime("%m-%d %H:%M")


def test_without_options_nothing_happens_by_itself() -> None:
    found = BackupSchedule.of({})
    assert (found.every_days, found.at, found.keeping) == (None, time(4), Keeping(14, None))
    assert found.due(None, dt_util.utcnow()) is None
    assert not found.overdue(0, 10**9)


def test_what_is_typed_is_taken() -> None:
    found = schedule(backup_rhythm="every_days", every_days=3.0, at="23:30:00", keep_number=0, keep_days=30)
    assert (found.every_days, found.at, found.keeping) == (3, time(23, 30), Keeping(None, 30))
    assert BACKUPS_SCHEMA({})["backup_rhythm"] == "off"


@pytest.mark.parametrize(
    ("now", "last", "expected"),
    [
        ("2026-11-21T03:00", None, "11-21 04:00"),
        ("2026-11-21T05:00", None, "11-22 04:00"),
        ("2026-11-21T05:00", "2026-11-21T04:00", "11-22 04:00"),
        ("2026-11-21T05:00", "2026-11-20T17:00", "11-21 05:00"),
        ("2026-11-21T03:00", "2026-11-20T17:00", "11-21 04:00"),
        ("2026-11-21T03:00", "2026-11-21T02:00", "11-22 04:00"),
        ("2026-11-21T12:00", "2026-11-10T04:00", "11-21 12:00"),
    ],
)
def test_daily(now: str, last: str | None, expected: str) -> None:
    assert due(now, last) == expected


def test_every_few_days() -> None:
    weekly = {"backup_rhythm": "every_days", "every_days": 7}
    assert due("2026-11-21T12:00", "2026-11-20T17:00", **weekly) == "11-27 04:00"
    assert due("2026-11-29T12:00", "2026-11-20T17:00", **weekly) == "11-29 12:00"


@pytest.mark.parametrize(
    ("last", "expected"), [("2026-03-28T04:00", "03-29 04:00"), ("2026-10-24T02:30", "10-25 04:00")]
)
def test_the_hour_stays_when_the_clocks_change(last: str, expected: str) -> None:
    assert due(last.replace("T0", "T1"), last) == expected


def test_it_is_overdue_after_a_day_of_grace() -> None:
    daily = schedule(backup_rhythm="daily")
    day = timedelta(days=1).total_seconds()
    assert not daily.overdue(0, 2 * day)
    assert daily.overdue(0, 2 * day + 1)
    weekly = schedule(backup_rhythm="every_days", every_days=7)
    assert (weekly.overdue(0, 8 * day), weekly.overdue(0, 8 * day + 1)) == (False, True)
