"""A folder's directory: gone, unmarked, on another disk, of another Home Assistant, or unusable for Syncthing."""

from collections.abc import Iterator

from homeassistant.helpers import issue_registry as ir

from ..engine.errors import (
    MarkerMissingError,
    OtherInstanceError,
    RootChangedError,
    RootMissingError,
    RootUnreadableError,
)
from ..engine.report import CycleReport
from ..markdown import LONG, as_code, as_text
from ..syncthing.errors import FolderFaultError
from .board import Issue

TOPIC = "root"

PATIENCE_SECONDS = 120.0
"""A disk may be mounted a little later than Home Assistant starts."""

FIXES = {
    OtherInstanceError.code: "take_over",
    RootChangedError.code: "take_disk",
    MarkerMissingError.code: "relocate",
    RootMissingError.code: "relocate",
    RootUnreadableError.code: "relocate",
}
"""How the issue about a problem is repaired, by the problem's code, which is the issue's key as well."""

_PATIENCE = {OtherInstanceError.code: 0.0}


def tells(report: CycleReport) -> bool:
    """Return whether a cycle got far enough to tell anything of the directory: a server that is away hides it."""
    code = report.problem.code if report.problem is not None else ""
    return code == FolderFaultError.code or not code.startswith(("immich_", "syncthing_"))


def root_issues(report: CycleReport, folder_id: str, title: str) -> Iterator[Issue]:
    """Yield the issue that a report which tells calls for, if any."""
    if report.problem is None:
        return
    code = report.problem.code
    folder, detail = as_text(title), report.problem.placeholders.get("detail", "")
    if code == FolderFaultError.code:
        told = {"folder": folder, "detail": as_text(detail, LONG)}
        yield Issue(key=code, folder_id=folder_id, placeholders=told, patience=PATIENCE_SECONDS)
    elif code in FIXES:
        yield Issue(
            key=code,
            folder_id=folder_id,
            placeholders={"folder": folder, "detail": as_code(detail)},
            severity=ir.IssueSeverity.ERROR,
            fix={"flow": FIXES[code], "folder_id": folder_id},
            patience=_PATIENCE.get(code, PATIENCE_SECONDS),
        )
