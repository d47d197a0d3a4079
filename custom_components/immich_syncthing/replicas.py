"""The replicas of an entry, as it is loaded."""

from homeassistant.core import HomeAssistant

from .const import SUBENTRY_REPLICA
from .coordinator import ImmichSyncthingConfigEntry
from .engine.originals import Originals
from .immich.client import ImmichClient
from .migration_wishes import replica_key, wishes_of
from .replica.ports import Clock
from .replica_coordinator import ReplicaCoordinator
from .replica_place import forget_other_replicas, index_path, scratch_path


async def async_open_replicas(
    hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, immich: ImmichClient, originals: Originals, clock: Clock
) -> dict[str, ReplicaCoordinator]:
    """Return the replicas by subentry id, none of which runs yet; forget what is known of those that are no more."""
    replicas = {
        one.subentry_id: ReplicaCoordinator(hass, entry, one, immich=immich, originals=originals, clock=clock)
        for one in entry.get_subentries_of_type(SUBENTRY_REPLICA)
    }
    known = [
        path
        for one, replica in replicas.items()
        for path in (index_path(hass, entry.entry_id, one, replica.store), scratch_path(hass, entry.entry_id, one))
    ]
    wishes = {entry.entry_id, *(replica_key(entry.entry_id, one) for one in replicas)}
    await wishes_of(hass).forget(entry.entry_id, but=wishes)
    await hass.async_add_executor_job(forget_other_replicas, hass, entry, known)
    return replicas
