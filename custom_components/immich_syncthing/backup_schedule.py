"""When Immich's database is backed up by itself, and how many backups are kept: the form, and what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final, Self

import voluptuous as vol
from homeassistant.const import UnitOfTime
from homeassistant.helpers.selector import (
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TimeSelector,
)
from homeassistant.util import dt as dt_util

from .number_field import number_field
from .replica.dump_shelf import Keeping

CONF_BACKUPS: Final = "database_backups"
"""The section of the account's settings that holds what follows."""
CONF_RHYTHM: Final = "backup_rhythm"
CONF_EVERY_DAYS: Final = "every_days"
CONF_AT: Final = "at"
CONF_HOME: Final = "backup_home"
CONF_KEEP_NUMBER: Final = "keep_number"
CONF_KEEP_DAYS: Final = "keep_days"

MAX_DAYS = 90
MAX_KEPT = 1_000
MAX_KEPT_DAYS = 3_650

_DAY = timedelta(days=1)


class Rhythm(StrEnum):
    """How often."""

    OFF = "off"
    DAILY = "daily"
    EVERY_DAYS = "every_days"


class Home(StrEnum):
    """Where they lie."""

    VAULT = "vault"
    REPLICA = "replica"


def _choice(options: type[StrEnum], key: str) -> SelectSelector:
    config = SelectSelectorConfig(options=list(options), mode=SelectSelectorMode.LIST, translation_key=key)
    return SelectSelector(config)


BACKUPS_SCHEMA = vol.Schema(
    {
        vol.Required(CONF_RHYTHM, default=Rhythm.OFF.value): _choice(Rhythm, CONF_RHYTHM),
        vol.Required(CONF_EVERY_DAYS, default=7): number_field(1, MAX_DAYS, UnitOfTime.DAYS),
        vol.Required(CONF_AT, default="04:00:00"): TimeSelector(),
        vol.Required(CONF_HOME, default=Home.VAULT.value): _choice(Home, CONF_HOME),
        vol.Required(CONF_KEEP_NUMBER, default=14): number_field(0, MAX_KEPT),
        vol.Required(CONF_KEEP_DAYS, default=0): number_field(0, MAX_KEPT_DAYS, UnitOfTime.DAYS),
    }
)


@dataclass(frozen=True, slots=True)
class BackupSchedule:
    """``every_days`` is ``None`` where nothing happens by itself; ``at``: o'clock, where Home Assistant is."""

    every_days: int | None
    at: time
    keeping: Keeping
    home: Home = Home.VAULT

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Return what an account's options say; what was never set is as the form has it."""
        typed = BACKUPS_SCHEMA(dict(options.get(CONF_BACKUPS, {})))
        days = {Rhythm.OFF: None, Rhythm.DAILY: 1, Rhythm.EVERY_DAYS: int(typed[CONF_EVERY_DAYS])}
        return cls(
            every_days=days[Rhythm(typed[CONF_RHYTHM])],
            at=time.fromisoformat(typed[CONF_AT]),
            keeping=Keeping(int(typed[CONF_KEEP_NUMBER]) or None, int(typed[CONF_KEEP_DAYS]) or None),
            home=Home(typed[CONF_HOME]),
        )

    def due(self, last: float | None, now: datetime) -> datetime | None:
        """Return when the next backup is due, at ``now`` the latest one was made at ``last`` (wall seconds).

        The first one waits for the time of day. One that was missed is due now.
        """
        if self.every_days is None:
            return None
        if last is None:
            today = self._on(now)
            return today if today > now else self._on(now + _DAY)
        return max(now, self._on(datetime.fromtimestamp(last, UTC) + self.every_days * _DAY))

    def overdue(self, last: float, now: float) -> bool:
        """Return whether the latest one is older than was set: by more than a day, so that a missed hour is none."""
        return self.every_days is not None and now - last > (self.every_days + 1) * _DAY.total_seconds()

    def _on(self, day: datetime) -> datetime:
        return dt_util.as_utc(datetime.combine(dt_util.as_local(day).date(), self.at, dt_util.get_default_time_zone()))
