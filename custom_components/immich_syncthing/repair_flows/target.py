"""What all flows share: the entry and the folder that an issue is about, if they are still there and loaded."""

from collections.abc import Mapping

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult

from ..coordinator import ImmichSyncthingConfigEntry
from ..folder_coordinator import FolderCoordinator
from ..targets import loaded_account


class EntryFlow(RepairsFlow):
    """A flow about an account or one of its folders."""

    def __init__(self, data: Mapping[str, str | int | float | None], placeholders: Mapping[str, str]) -> None:
        """Keep which it is about, and what its issue says."""
        self.about = data
        self.placeholders = placeholders

    def loaded_entry(self) -> ImmichSyncthingConfigEntry | None:
        """Return the entry, if it is loaded."""
        return loaded_account(self.hass, str(self.about["entry_id"]))

    def loaded_folder(self) -> FolderCoordinator | None:
        """Return the folder, if it is still there and its entry loaded."""
        entry = self.loaded_entry()
        return entry.runtime_data.folders.get(str(self.about["folder_id"])) if entry is not None else None

    def not_loaded(self) -> RepairsFlowResult:
        """End, because nothing can be done now."""
        return self.async_abort(reason="not_loaded")
