"""Numbers, words and times of the account, of Syncthing and of the folders."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import ImmichSyncthingConfigEntry
from .folder_sensors import folder_sensors

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the sensors of each folder."""
    for subentry_id, folder in entry.runtime_data.folders.items():
        async_add_entities(folder_sensors(folder), config_subentry_id=subentry_id)
