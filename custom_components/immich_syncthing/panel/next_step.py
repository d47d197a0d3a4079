"""What happens next in a folder, in one sentence: whoever looks need not put it together from numbers."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from homeassistant.util import dt as dt_util

from ..engine.model import FolderState
from ..engine.report import CycleReport
from ..folder_coordinator import FolderCoordinator
from ..quantities import counted
from ..texts import Texts

TEXTS = "selector.panel.options"
_REASONS = "entity.sensor.status.state_attributes.wait_reason.state"


class Kind(StrEnum):
    """What sort of thing it is."""

    NOTHING = "nothing"
    UPLOAD = "upload"
    DELETE = "delete"
    DECIDE = "decide"
    WAIT = "wait"
    REPAIR = "repair"


@dataclass(frozen=True, slots=True)
class NextStep:
    """``count``: of how many photos or files it tells."""

    kind: Kind
    text: str
    count: int = 0

    def told(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {"kind": self.kind.value, "text": self.text, "count": self.count}


def next_step(folder: FolderCoordinator, texts: Texts, *, stopped: bool) -> NextStep:
    """Return what happens next: what keeps everything from happening, else what its owner has to do, else work."""
    engine, report = folder.engine, folder.data
    if stopped:
        return _step(texts, Kind.WAIT, "stopped")
    if engine.paused:
        until = engine.paused_until
        return _step(texts, Kind.WAIT, "paused") if until is None else _paused_until(texts, until)
    if report is None:
        return _step(texts, Kind.WAIT, "looking")
    return _hindrance(report, texts) or _work(report, texts)


def _hindrance(report: CycleReport, texts: Texts) -> NextStep | None:
    if report.problem is None or report.successful:
        return _step(texts, Kind.WAIT, "looking") if report.state is FolderState.RECOVERY else None
    kind = Kind.REPAIR if report.state is FolderState.ERROR else Kind.WAIT
    return NextStep(kind, texts.error(report.problem.code, report.problem.placeholders))


def _work(report: CycleReport, texts: Texts) -> NextStep:
    counts = report.counts
    for kind, word, count in (
        (Kind.DECIDE, "decide", counts.held),
        (Kind.UPLOAD, "upload", counts.to_upload),
        (Kind.UPLOAD, "read", counts.unresolved),
    ):
        if count:
            return _step(texts, kind, word, count)
    if report.wait_reason is not None:
        reason = texts.name(f"{_REASONS}.{report.wait_reason}", report.wait_reason)
        if report.waiting:
            return _step(texts, Kind.DELETE, "delete", report.waiting, reason=reason)
        if report.state is FolderState.WAITING_FOR_SYNCTHING:
            return _step(texts, Kind.WAIT, "wait", reason=reason)
    if report.problem is not None:
        # Single photos for which something did not work: nothing else happens, but the two sides do not agree.
        return NextStep(Kind.REPAIR, texts.error(report.problem.code, report.problem.placeholders))
    return _step(texts, Kind.NOTHING, "nothing")


def _paused_until(texts: Texts, seconds: float) -> NextStep:
    moment = dt_util.as_local(datetime.fromtimestamp(seconds, UTC)).strftime("%Y-%m-%d %H:%M")
    return _step(texts, Kind.WAIT, "paused_until", until=moment)


def _step(texts: Texts, kind: Kind, word: str, count: int = 0, **values: str) -> NextStep:
    values["count"] = counted(count, texts.language)
    return NextStep(kind, texts.text(f"{TEXTS}.next_{word}", **values), count)
