"""Accounts that have not been loaded for a day: nothing of theirs works, so nothing of theirs can tell."""

from datetime import datetime, timedelta

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.event import async_track_time_interval

from ..const import DOMAIN
from ..markdown import as_text
from .board import Issue, IssueBoard

TOPIC = "loading"

SILENT_SECONDS = 24 * 3600.0

_LOOK_INTERVAL = timedelta(minutes=10)

_STOPPED = frozenset(
    {
        ConfigEntryState.MIGRATION_ERROR,
        ConfigEntryState.SETUP_ERROR,
        ConfigEntryState.SETUP_IN_PROGRESS,
        ConfigEntryState.SETUP_RETRY,
    }
)
"""While it is being tried once more, it is not there yet."""


@callback
def async_watch_entries(hass: HomeAssistant, documentation: str | None) -> None:
    """Look every now and then, until Home Assistant stops, whether each account is loaded."""
    boards: dict[str, IssueBoard] = {}

    @callback
    def look(_: datetime) -> None:
        for entry in hass.config_entries.async_entries(DOMAIN):
            board = boards.setdefault(entry.entry_id, IssueBoard(hass, entry.entry_id, documentation))
            stopped = entry.state in _STOPPED and entry.disabled_by is None
            issue = Issue(
                key="account_not_loaded",
                placeholders={"account": as_text(entry.title)},
                severity=ir.IssueSeverity.ERROR,
                patience=SILENT_SECONDS,
            )
            board.show(TOPIC, [issue] if stopped else [])

    async_track_time_interval(hass, look, _LOOK_INTERVAL, cancel_on_shutdown=True)
