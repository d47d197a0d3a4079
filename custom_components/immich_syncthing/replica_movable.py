"""A replica, as something that can be moved."""

import json
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant

from .const import CONF_EARLIER_STORES, CONF_STORE
from .coordinator import ImmichSyncthingConfigEntry
from .migration_wishes import replica_key
from .replica.errors import OtherUserError
from .replica.manifest import ABOUT
from .replica.migration import REPLICA_LAYOUT, replica_clearing, replica_migration
from .replica_coordinator import ReplicaCoordinator
from .replica_place import copy_index, index_path, replica_places
from .state_place import state_directory
from .store_choice import CONF_KIND, store_settings
from .stores.clearing import Clearing
from .stores.errors import StoreUnmarkedError
from .stores.migration import Comparison, Migration
from .stores.store import Store
from .stores.verified import Verified
from .vault_choice import all_vaults, place_of, same_place, with_left


class ReplicaMovable:
    """A ``Movable``."""

    def __init__(self, hass: HomeAssistant, replica: ReplicaCoordinator) -> None:
        """Look at nothing yet."""
        self._hass = hass
        self._replica = replica
        self._entry: ImmichSyncthingConfigEntry = replica.config_entry
        self._id = replica.subentry.subentry_id
        self.key = replica_key(self._entry.entry_id, self._id)
        self.state_path = state_directory(hass) / f"{self._entry.entry_id}.moved-{self._id}"

    def present(self) -> dict[str, Any]:
        """Return where the replica is."""
        return dict(self._data[CONF_STORE])

    def earlier(self) -> list[dict[str, Any]]:
        """Return where it was, newest first."""
        return [dict(one) for one in self._data.get(CONF_EARLIER_STORES, ())]

    def is_there(self, stored: dict[str, Any]) -> bool:
        """Return whether it is in that place."""
        return same_place(self.present(), stored)

    def sharers(self, stored: dict[str, Any]) -> list[str]:
        """Return the places of other replicas that are the same."""
        others = replica_places(self._hass, without=self._id)
        return [place_of(one) for one in others if same_place(one, stored)]

    def strangers(self, stored: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the places of vaults and of other replicas."""
        vaults = [one for _, one in all_vaults(self._hass)]
        return [*vaults, *replica_places(self._hass, without=self._id)]

    def directory_in(self, directory: Path) -> Path:
        """Return the directory itself."""
        return directory

    async def compare(self, source: dict[str, Any], to: dict[str, Any]) -> Comparison:
        """Look what there is to copy. Raises ``StoreError``."""
        verified = await self._hass.async_add_executor_job(Verified)
        try:
            return await Migration(_store(source), _store(to), REPLICA_LAYOUT, verified).compare()
        finally:
            await self._hass.async_add_executor_job(verified.close)

    async def prepare(self, to: dict[str, Any], *, create: bool) -> None:
        """See that the place is not another account's, and make it ours. Raises ``OtherUserError``, ``StoreError``."""
        source, destination = _store(self.present()), _store(to)
        own, there = [await one.read_small(ABOUT) for one in (source, destination)]
        if there is None:
            if not create:
                raise StoreUnmarkedError(destination.settings.in_words)
            if own is not None:
                await destination.put_small(ABOUT, own)
        elif _user(there) not in {None, None if own is None else _user(own)}:
            raise OtherUserError

    def migration(self, source: dict[str, Any], to: dict[str, Any], verified: Verified, at_once: int) -> Migration:
        """Return what copies from one place to the other."""
        return replica_migration(_marked(source), _marked(to), verified, at_once=at_once)

    def clearing(self, old: dict[str, Any], giving_up: int = 0) -> Clearing:
        """Return what removes from an earlier place what the present one holds, and so many damaged objects."""
        others = [_store(one) for one in self.strangers(old) if one[CONF_KIND] == old[CONF_KIND]]
        return replica_clearing(_marked(old), _marked(self.present()), others, giving_up)

    def still(self) -> AbstractAsyncContextManager[None]:
        """Let the replica rest until the block ends."""
        return self._replica.async_still()

    async def names(self, source: dict[str, Any], keys: Sequence[str]) -> list[str]:
        """Return how a person knows objects: keys of a replica are names."""
        return list(keys)

    def note_left(self, old: dict[str, Any], count: int) -> None:
        """Note how many damaged objects an earlier place keeps."""
        earlier = [with_left(one, count) if same_place(one, old) else one for one in self.earlier()]
        self._change({**self._data, CONF_EARLIER_STORES: earlier})

    async def switch(self, to: dict[str, Any], left: int = 0) -> None:
        """Have the replica go on in the other place; the entry is loaded anew by that."""
        old, new = (
            index_path(self._hass, self._entry.entry_id, self._id, store_settings(one)) for one in (self.present(), to)
        )
        await self._hass.async_add_executor_job(copy_index, old, new)
        self._replica.async_move_away()
        known = (with_left(self.present(), left), *self.earlier())
        earlier = [one for one in known if not same_place(one, to)]
        self._change({**self._data, CONF_STORE: to, CONF_EARLIER_STORES: earlier})

    def forget(self, old: dict[str, Any]) -> None:
        """Have an earlier place be none of ours any more."""
        left = [one for one in self.earlier() if not same_place(one, old)]
        data = {key: value for key, value in self._data.items() if key != CONF_EARLIER_STORES}
        self._change(data | ({CONF_EARLIER_STORES: left} if left else {}))

    @property
    def _data(self) -> dict[str, Any]:
        return dict(self._entry.subentries[self._id].data)

    def _change(self, data: dict[str, Any]) -> None:
        subentry = self._entry.subentries[self._id]
        self._hass.config_entries.async_update_subentry(self._entry, subentry, data=data)


def _store(stored: dict[str, Any]) -> Store:
    return Store(store_settings(stored))


def _marked(stored: dict[str, Any]) -> Store:
    """Return a store that is a replica already."""
    return Store(store_settings(stored), mark=ABOUT)


def _user(told: bytes) -> str | None:
    """Return whose replica lies in a store."""
    try:
        return str(json.loads(told)["user"])
    except ValueError, KeyError, TypeError:
        return None
