"""Where a folder lies: too little room, no right to write, used twice, or the directory of another Syncthing folder."""

import logging
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from homeassistant.helpers import issue_registry as ir

from ..engine.model import OnAssetDeleted
from ..engine.settings import FolderSettings
from ..immich.fields import MADE_UP_SIZE
from ..markdown import as_code, as_text
from ..root_search import marker_folder_id
from ..roots import RootRules, is_writable, overlapping
from .board import Issue

_LOGGER = logging.getLogger(__name__)

TOPIC = "place"

LEAST_BYTES = 2 * 1024**3
LEAST_SHARE = 0.02
"""The larger one is what must be left, but never more than a quarter of a small disk. Syncthing takes nothing in any
more below 1 % (its default).
"""

RELIEF = 1.25
"""How much more there must be before that is taken back, so that it does not come and go."""

_GIB = 1024**3


@dataclass(frozen=True, slots=True)
class Place:
    """What a look at a folder's directory gave."""

    free: int
    total: int
    writable: bool
    taken_by: str | None
    marked_as: str | None


def look_at(folder: FolderSettings, rules: RootRules) -> Place | None:
    """Return how things are where a folder lies; ``None`` where that cannot be seen. Blocks."""
    root = Path(folder.root)
    try:
        disk = os.statvfs(root)
    except OSError as err:
        _LOGGER.debug("The disk of a folder cannot be looked at: %s", err)
        return None
    taken = overlapping(root, rules.taken)
    return Place(
        free=disk.f_bavail * disk.f_frsize,
        total=disk.f_blocks * disk.f_frsize,
        writable=is_writable(root),
        taken_by=taken.title if taken is not None else None,
        marked_as=marker_folder_id(root / folder.marker_name),
    )


def is_nearly_full(free: int, total: int, *, was_full: bool) -> bool:
    """Return whether too little is left of so many bytes. Of a mount that makes its size up nobody knows."""
    if total >= MADE_UP_SIZE:
        return False
    least = max(LEAST_BYTES, total * LEAST_SHARE) * (RELIEF if was_full else 1.0)
    return free < min(least, total / 4)


def room(free: int, total: int) -> dict[str, str]:
    """Return what the texts say of a disk, in GiB."""
    return {"free": f"{max(free, 0) / _GIB:.1f}", "total": f"{total / _GIB:.0f}"}


def place_issues(place: Place, folder: FolderSettings, *, was_full: bool) -> Iterator[Issue]:
    """Yield what is to be said of a place; ``was_full``: whether too little room is being talked about already."""
    if is_nearly_full(place.free, place.total, was_full=was_full):
        yield _about(folder, "disk_nearly_full", room(place.free, place.total))
    writes = folder.rules.frees or folder.policy.on_asset_deleted is OnAssetDeleted.DELETE
    if writes and not place.writable:
        yield _about(folder, "root_read_only")
    if place.taken_by is not None:
        yield _about(folder, "root_used_twice", {"other": as_text(place.taken_by)}, ir.IssueSeverity.ERROR)
    if place.marked_as not in (None, folder.syncthing_id):
        yield Issue(
            key="root_foreign",
            folder_id=folder.id,
            placeholders={"folder": as_text(folder.label)},
            severity=ir.IssueSeverity.ERROR,
            fix={"flow": "relocate", "folder_id": folder.id},
        )


def _about(
    folder: FolderSettings,
    key: str,
    more: Mapping[str, str] | None = None,
    severity: ir.IssueSeverity = ir.IssueSeverity.WARNING,
) -> Issue:
    told = {"folder": as_text(folder.label), "path": as_code(str(folder.root)), **(more or {})}
    return Issue(key=key, folder_id=folder.id, placeholders=told, severity=severity)
