"""Album folders: what stops one for an hour, and what needs its owner's word."""

from collections.abc import Iterator

from ..album_coordinator import AlbumCoordinator
from ..albums.errors import AlbumGoneError
from ..markdown import as_text
from .board import Issue
from .words import Words

TOPIC = "albums"

PATIENCE_SECONDS = 3600.0
"""Servers and disks come and go; what was not copied in an hour is copied in the next."""


def album_issues(folder: AlbumCoordinator, words: Words) -> Iterator[Issue]:
    """Yield what is to be said of an album folder."""
    state, folder_id, name = folder.data, folder.subentry.subentry_id, as_text(folder.subentry.title)
    asks = state.leaving_held and state.problem is not None and state.problem.code == AlbumGoneError.code
    if state.problem is not None and not state.paused and not asks:
        yield Issue(
            key="album_stopped",
            folder_id=folder_id,
            placeholders={"name": name, "reason": words.why(state.problem)},
            patience=PATIENCE_SECONDS,
        )
    if state.figures.no_room:
        told = {"name": name, "count": str(state.figures.no_room)}
        yield Issue(key="album_no_room", folder_id=folder_id, placeholders=told)
    if state.leaving_held:
        yield Issue(
            key="album_leaving",
            folder_id=folder_id,
            placeholders={"name": name, "count": str(state.leaving_held)},
            fix={"flow": "album_leaving", "album_folder_id": folder_id, "digest": state.leaving_digest},
        )
    if state.deleted_held:
        yield Issue(
            key="album_deleted",
            folder_id=folder_id,
            placeholders={"name": name, "count": str(state.deleted_held)},
            fix={"flow": "album_deleted", "album_folder_id": folder_id, "digest": state.deleted_digest},
        )
