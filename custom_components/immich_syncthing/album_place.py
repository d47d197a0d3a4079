"""Where what is known of album folders is kept: with Home Assistant's own state, so that its backups hold it."""

from collections.abc import Iterable
from pathlib import Path

from homeassistant.core import HomeAssistant

from .coordinator import ImmichSyncthingConfigEntry
from .replica_place import state_directory


def base_path(hass: HomeAssistant, entry_id: str, subentry_id: str) -> Path:
    """Return the base of an album folder."""
    return state_directory(hass) / f"{_beginning(entry_id)}{subentry_id}.sqlite"


def forget_other_bases(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, kept: Iterable[Path]) -> None:
    """Remove the bases of album folders that are no more. Their copies are not touched. Blocks."""
    names = {path.name for path in kept}
    for path in state_directory(hass).glob(f"{_beginning(entry.entry_id)}*"):
        if not any(path.name.startswith(name) for name in names):
            path.unlink(missing_ok=True)


def _beginning(entry_id: str) -> str:
    return f"{entry_id}.album-"
