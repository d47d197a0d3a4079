"""Where a replica lies, and where what is known of it is kept."""

import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant

from .const import CONF_EARLIER_STORES, CONF_STORE, DOMAIN, SUBENTRY_REPLICA
from .coordinator import ImmichSyncthingConfigEntry
from .state_place import forget_others, state_directory
from .stores.settings import StoreSettings


def replica_places(hass: HomeAssistant, *, without: str | None = None) -> list[dict[str, Any]]:
    """Return where replicas lie, or lay before they were moved, as stores are stored."""
    return [
        dict(stored)
        for entry in hass.config_entries.async_entries(DOMAIN)
        for one in entry.get_subentries_of_type(SUBENTRY_REPLICA)
        if one.subentry_id != without
        for stored in (one.data[CONF_STORE], *one.data.get(CONF_EARLIER_STORES, ()))
    ]


def copy_index(old: Path, new: Path) -> None:
    """Have the index of another place know what that of the present one does: the copies are the same. Blocks.

    Where that fails the index is made anew, from the manifest.
    """
    for one in new.parent.glob(f"{new.name}*"):
        one.unlink()
    try:
        with closing(sqlite3.connect(old)) as source, closing(sqlite3.connect(new)) as destination:
            source.backup(destination)
    except sqlite3.Error:
        new.unlink(missing_ok=True)


def index_path(hass: HomeAssistant, entry_id: str, subentry_id: str, store: StoreSettings) -> Path:
    """Return a replica's index. What is known of one place says nothing of another, so each has its own."""
    return state_directory(hass) / f"{_beginning(entry_id)}{subentry_id}-{store.place_id}.sqlite"


def scratch_path(hass: HomeAssistant, entry_id: str, subentry_id: str) -> Path:
    """Return the directory into which restore drills restore."""
    return state_directory(hass) / f"{_beginning(entry_id)}{subentry_id}.scratch"


def make_scratch(path: Path) -> None:
    """Make the directory, empty: whatever a drill left there that was killed is a photo too many. Blocks."""
    shutil.rmtree(path, ignore_errors=True)
    with suppress(OSError):
        path.mkdir(mode=0o700, parents=True)


def forget_other_replicas(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, kept: Iterable[Path]) -> None:
    """Remove what is known of replicas that are no more, or lie elsewhere now. The copies are not touched. Blocks."""
    forget_others(hass, _beginning(entry.entry_id), kept)


def _beginning(entry_id: str) -> str:
    return f"{entry_id}.replica-"
