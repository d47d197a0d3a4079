"""A recovery: while it waits for folders, and afterwards until somebody has read of it."""

from collections.abc import Iterator, Mapping

from ..engine.recovering import RecoveryView
from ..markdown import as_text
from .board import Issue

TOPIC = "recovery"

PATIENCE_SECONDS = 120.0
"""Most recoveries have looked at all folders within seconds."""


def recovery_issues(view: RecoveryView | None, titles: Mapping[str, str]) -> Iterator[Issue]:
    """Yield the issue about the account's recovery, if there was one. ``titles``: of the folders, by id."""
    if view is None:
        return
    if view.ended_at is None:
        names = [as_text(titles[one]) for one in view.waiting if one in titles]
        waits = {"folders": ", ".join(names)}
        yield Issue(key="recovery_waits", placeholders=waits, patience=PATIENCE_SECONDS)
        return
    yield Issue(
        key="recovered_ledger" if view.of_ledger else "recovered_immich",
        placeholders={"asked": str(view.asked), "released": str(view.released)},
        fix={"flow": "recovered"},
    )
