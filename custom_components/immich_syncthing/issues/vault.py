"""The vault: that it cannot be used now, and that photos leave it which are nowhere else."""

from collections.abc import Iterator, Mapping
from typing import Any

from homeassistant.helpers import issue_registry as ir

from ..markdown import LONG, as_code, as_text
from ..store_choice import store_settings
from ..vault.errors import (
    VaultBucketMissingError,
    VaultClockSkewError,
    VaultCredentialsError,
    VaultError,
    VaultFullError,
)
from ..vault_choice import place_of
from .board import Issue

TOPIC = "vault"
COPIES_TOPIC = "vault_copies"

PATIENCE_SECONDS = 600.0
"""A store that is away for less comes back by itself: what waits for it is done then."""

KEYS: dict[type[VaultError], str] = {
    VaultBucketMissingError: "vault_bucket_missing",
    VaultClockSkewError: "vault_clock_skew",
    VaultCredentialsError: "vault_credentials",
    VaultFullError: "vault_full",
}
UNREACHABLE = "vault_unreachable"
EARLIER = "vault_earlier_unreachable"


def vault_issue(stored: Mapping[str, Any], err: VaultError) -> Issue:
    """Return what is to be said of the vault that refused."""
    key = KEYS.get(type(err), UNREACHABLE)
    patience = PATIENCE_SECONDS if key == UNREACHABLE else 0.0
    return Issue(key=key, placeholders=_told(stored, err), severity=ir.IssueSeverity.ERROR, patience=patience)


def earlier_issue(stored: Mapping[str, Any], err: VaultError) -> Issue:
    """Return what is to be said of an earlier vault that cannot be read."""
    about = store_settings(stored).place_id
    return Issue(key=EARLIER, about=about, placeholders=_told(stored, err), patience=PATIENCE_SECONDS)


def copies_issues(stored: Mapping[str, Any], count: int, days: int) -> Iterator[Issue]:
    """Yield that only copies leave the vault, the first of them in so many days."""
    if count:
        told = {"place": as_code(place_of(stored)), "count": str(count), "days": str(days)}
        yield Issue(key="vault_only_copies", placeholders=told)


def _told(stored: Mapping[str, Any], err: VaultError) -> dict[str, str]:
    return {"place": as_code(place_of(stored)), "detail": as_text(err.detail, LONG)}
