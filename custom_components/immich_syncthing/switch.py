"""What a person switches: a folder's work, who may delete, and everything at once."""

from typing import Any, override

from homeassistant.components.switch import SwitchEntity, SwitchEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import ImmichSyncthingConfigEntry
from .folder_switches import folder_switches
from .replica_entities import REPLICA_SWITCH, ReplicaSwitch
from .stop import STOP, STOP_UNIQUE_ID, Stop

PARALLEL_UPDATES = 0

STOP_EVERYTHING = SwitchEntityDescription(key=STOP_UNIQUE_ID, translation_key="stop_everything")


async def async_setup_entry(
    hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Set up the switches of each folder and replica, and that for everything unless another account has it."""
    for subentry_id, folder in entry.runtime_data.folders.items():
        async_add_entities(folder_switches(folder), config_subentry_id=subentry_id)
    for subentry_id, replica in entry.runtime_data.replicas.items():
        async_add_entities([ReplicaSwitch(replica, REPLICA_SWITCH)], config_subentry_id=subentry_id)
    stop = hass.data[STOP]

    @callback
    def carry() -> None:
        async_add_entities([StopSwitch(stop)])

    entry.async_on_unload(stop.async_offer(entry.entry_id, carry))


class StopSwitch(SwitchEntity):
    """On while everything is stopped. It belongs to no device: it is about all of them."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    _attr_unique_id = STOP_EVERYTHING.key
    entity_description = STOP_EVERYTHING

    def __init__(self, stop: Stop) -> None:
        """Show and change ``stop``."""
        self._stop = stop

    @override
    async def async_added_to_hass(self) -> None:
        self.async_on_remove(self._stop.async_listen(self.async_write_ha_state))

    @property
    @override
    def is_on(self) -> bool:
        return self._stop.stopped

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._stop.async_set(stopped=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._stop.async_set(stopped=False)
