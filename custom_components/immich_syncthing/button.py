"""Look at a folder, or an album folder, now."""

from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import ImmichSyncthingConfigEntry
from .entity import AlbumFolderEntity, FolderEntity

PARALLEL_UPDATES = 0

SYNC_NOW = ButtonEntityDescription(key="sync_now", translation_key="sync_now")
ALBUM_SYNC_NOW = ButtonEntityDescription(key="album_sync_now", translation_key="sync_now")
FULL_CHECK = ButtonEntityDescription(
    key="full_check", translation_key="full_check", entity_category=EntityCategory.DIAGNOSTIC
)


async def async_setup_entry(
    hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the buttons of each folder and album folder."""
    for subentry_id, album_folder in entry.runtime_data.album_folders.items():
        async_add_entities([AlbumSyncNowButton(album_folder, ALBUM_SYNC_NOW)], config_subentry_id=subentry_id)
    for subentry_id, folder in entry.runtime_data.folders.items():
        buttons = [SyncNowButton(folder, SYNC_NOW), FullCheckButton(folder, FULL_CHECK)]
        async_add_entities(buttons, config_subentry_id=subentry_id)


class SyncNowButton(FolderEntity, ButtonEntity):
    """Starts a cycle; the entities show how it goes."""

    @override
    async def async_press(self) -> None:
        self.coordinator.async_start()
        self.coordinator.async_wake()


class AlbumSyncNowButton(AlbumFolderEntity, ButtonEntity):
    """Starts a run; the entities show how it goes."""

    @override
    async def async_press(self) -> None:
        self.coordinator.async_wake()


class FullCheckButton(FolderEntity, ButtonEntity):
    """Starts a cycle that takes nothing for granted: it looks at every file, and asks Immich about every photo."""

    @override
    async def async_press(self) -> None:
        self.coordinator.engine.full_check()
        self.coordinator.async_start()
        self.coordinator.async_wake()
