"""Who does not look still learns that a folder has not been in agreement for a day, or that deletions do not pass."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from homeassistant.util import dt as dt_util

from ..engine.errors import IgnoreDeleteError, OneWayFolderError
from ..engine.model import FolderState
from ..engine.pulse import Pulse
from ..engine.report import CycleReport
from ..markdown import as_text
from .board import Issue

TOPIC = "silence"

SILENT_SECONDS = 24 * 3600.0

PATIENCE_SECONDS = 1800.0
"""Home Assistant may have been off for a week: its first looks at a folder take a while."""

_TOLD_OTHERWISE = frozenset({IgnoreDeleteError.code, OneWayFolderError.code})
"""Reasons for deletions to wait that have an issue of their own."""


def silence_issues(
    pulse: Pulse,
    report: CycleReport | None,
    now: float,
    *,
    folder_id: str,
    title: str,
    words: Mapping[str, str],
) -> Iterator[Issue]:
    """Yield what has stopped for too long; ``now`` in wall seconds, ``words``: of problems and reasons, by code.

    One thing at a time: while nothing works at all, deletions are not talked about.
    """
    success, passing = pulse.success or pulse.began, pulse.passing or pulse.began
    reason = _reason(report)
    told = {"folder": as_text(title), "reason": words.get(reason, reason or "?")}
    if now - success > SILENT_SECONDS:
        yield _since(success, "silent", folder_id, told)
    elif now - passing > SILENT_SECONDS and _is_blocked(report):
        yield _since(passing, "deletions_blocked", folder_id, told)


def _is_blocked(report: CycleReport | None) -> bool:
    return (
        report is not None
        and report.state is not FolderState.RECOVERY
        and report.wait_reason is not None
        and report.wait_reason not in _TOLD_OTHERWISE
    )


def _reason(report: CycleReport | None) -> str:
    if report is None:
        return ""
    return report.problem.code if report.problem is not None else report.wait_reason or ""


def _since(seconds: float, key: str, folder_id: str, told: Mapping[str, str]) -> Issue:
    moment = dt_util.as_local(datetime.fromtimestamp(seconds, UTC)).strftime("%Y-%m-%d %H:%M")
    return Issue(key=key, folder_id=folder_id, placeholders={**told, "since": moment}, patience=PATIENCE_SECONDS)
