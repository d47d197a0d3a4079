"""Backups of Immich's database: the latest one is older than was set."""

from collections.abc import Iterator
from datetime import UTC, datetime

from homeassistant.util import dt as dt_util

from ..database_backups import DatabaseBackupCoordinator
from ..markdown import as_text
from .board import Issue
from .words import Words

TOPIC = "backups"

PATIENCE_SECONDS = 1800.0
"""Home Assistant may have been off for a week: what is overdue then is made first."""


def backup_issues(backups: DatabaseBackupCoordinator, title: str, words: Words) -> Iterator[Issue]:
    """Yield what is to be said of an account's backups; ``title`` is the account's."""
    since = backups.overdue_since(backups.config_entry.modified_at.timestamp())
    if since is not None:
        moment = dt_util.as_local(datetime.fromtimestamp(since, UTC)).strftime("%Y-%m-%d %H:%M")
        failure = backups.failure
        reason = "?" if failure is None else words.why(failure)
        told = {"account": as_text(title), "since": moment, "reason": reason}
        yield Issue(key="database_backup_old", placeholders=told, patience=PATIENCE_SECONDS)
