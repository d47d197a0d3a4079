"""Where what is known of album folders is kept."""

from collections.abc import Iterable
from pathlib import Path

from homeassistant.core import HomeAssistant

from .coordinator import ImmichSyncthingConfigEntry
from .state_place import forget_others, state_directory


def base_path(hass: HomeAssistant, entry_id: str, subentry_id: str) -> Path:
    """Return the base of an album folder."""
    return state_directory(hass) / f"{_beginning(entry_id)}{subentry_id}.sqlite"


def forget_other_bases(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, kept: Iterable[Path]) -> None:
    """Remove the bases of album folders that are no more. Their copies are not touched. Blocks."""
    forget_others(hass, _beginning(entry.entry_id), kept)


def _beginning(entry_id: str) -> str:
    return f"{entry_id}.album-"
