"""What all flows share: the entry and the folder that an issue is about, if they are still there and loaded."""

from collections.abc import Mapping

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState

from ..coordinator import ImmichSyncthingConfigEntry
from ..folder_coordinator import FolderCoordinator


class EntryFlow(RepairsFlow):
    """A flow about an account or one of its folders."""

    def __init__(self, data: Mapping[str, str | int | float | None], placeholders: Mapping[str, str]) -> None:
        """Keep which it is about, and what its issue says."""
        self.about = data
        self.placeholders = placeholders

    def loaded_entry(self) -> ImmichSyncthingConfigEntry | None:
        """Return the entry, if it is loaded."""
        entry: ImmichSyncthingConfigEntry | None = self.hass.config_entries.async_get_entry(str(self.about["entry_id"]))
        return entry if entry is not None and entry.state is ConfigEntryState.LOADED else None

    def loaded_folder(self) -> FolderCoordinator | None:
        """Return the folder, if it is still there and its entry loaded."""
        entry = self.loaded_entry()
        return entry.runtime_data.folders.get(str(self.about["folder_id"])) if entry is not None else None

    def not_loaded(self) -> RepairsFlowResult:
        """End, because nothing can be done now."""
        return self.async_abort(reason="not_loaded")
