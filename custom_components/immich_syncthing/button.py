"""Look at a folder now."""

from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import ImmichSyncthingConfigEntry
from .entity import FolderEntity

PARALLEL_UPDATES = 0

SYNC_NOW = ButtonEntityDescription(key="sync_now", translation_key="sync_now")


async def async_setup_entry(
    hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up a button for each folder."""
    for subentry_id, folder in entry.runtime_data.folders.items():
        async_add_entities([SyncNowButton(folder, SYNC_NOW)], config_subentry_id=subentry_id)


class SyncNowButton(FolderEntity, ButtonEntity):
    """Starts a cycle; the entities show how it goes."""

    @override
    async def async_press(self) -> None:
        self.coordinator.async_start()
        self.coordinator.async_wake()
