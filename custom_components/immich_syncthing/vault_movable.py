"""The vault of an account, as something that can be moved."""

import time
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant

from .chosen_vaults import async_forget_choice
from .coordinator import ImmichSyncthingConfigEntry
from .replica_place import replica_places
from .store_choice import CONF_KIND
from .stores.clearing import Clearing
from .stores.migration import Comparison, Migration
from .stores.store import Store
from .stores.verified import Verified
from .vault.errors import VaultError
from .vault.location import VAULT_NAME
from .vault.migration import VAULT_LAYOUT, checksum_in, store_behind, vault_clearing, vault_migration
from .vault.model import Blocking
from .vault_choice import all_vaults, earlier_vaults, present_vault, same_place, with_earlier, with_left, with_vault
from .vaults import AnyVault, Vaults, vault_in


class VaultMovable:
    """A ``Movable``; ``state_path`` is in Home Assistant's own state."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ImmichSyncthingConfigEntry,
        vaults: Vaults,
        disk: Blocking,
        state_path: Path,
    ) -> None:
        """Look at nothing yet."""
        self.key = entry.entry_id
        self.state_path = state_path
        self._hass = hass
        self._entry = entry
        self._vaults = vaults
        self._disk = disk

    def present(self) -> dict[str, Any]:
        """Return where the vault is."""
        return present_vault(self._entry.data) or self._vaults.stored

    def earlier(self) -> list[dict[str, Any]]:
        """Return where it was, newest first."""
        return earlier_vaults(self._entry.data)

    def is_there(self, stored: dict[str, Any]) -> bool:
        """Return whether it is in that place."""
        return same_place(self.present(), stored)

    async def compare(self, source: dict[str, Any], to: dict[str, Any]) -> Comparison:
        """Look what there is to copy; a directory that is no vault yet holds nothing. Raises ``StoreError``."""
        there = store_behind(self._at(to))
        directory = there.settings.directory
        if directory is not None and not await self._disk.run(Path(directory, VAULT_LAYOUT.mark).is_file):
            there = Store.memory()
        verified = await self._disk.run(Verified)
        try:
            return await Migration(store_behind(self._at(source)), there, VAULT_LAYOUT, verified).compare()
        finally:
            await self._disk.run(verified.close)

    async def prepare(self, to: dict[str, Any], *, create: bool) -> None:
        """Make a place ready, or take up the vault that is there. Raises ``VaultError``."""
        await self._at(to).prepare(create=create)

    def migration(self, source: dict[str, Any], to: dict[str, Any], verified: Verified, at_once: int) -> Migration:
        """Return what copies from one place to the other."""
        return vault_migration(self._at(source), self._at(to), verified, at_once=at_once)

    def clearing(self, old: dict[str, Any], giving_up: int = 0) -> Clearing:
        """Return what removes from an earlier place what the present one holds, and so many damaged objects."""
        in_use = (*(one for _, one in self._of_others()), *replica_places(self._hass))
        others = [self._at(one) for one in in_use if one[CONF_KIND] == old[CONF_KIND]]
        return vault_clearing(self._at(old), self._at(self.present()), others, giving_up)

    def still(self) -> AbstractAsyncContextManager[None]:
        """Let nobody write to the vault until the block ends."""
        return self._vaults.gate.still()

    async def names(self, source: dict[str, Any], keys: Sequence[str]) -> list[str]:
        """Return how a person knows objects: by their paths. Raises nothing."""
        return [await self._name(self._at(source), key) for key in keys]

    async def _name(self, vault: AnyVault, key: str) -> str:
        checksum = checksum_in(key)
        if checksum is None:
            return key
        try:
            entries = await vault.entries_of(checksum)
        except VaultError:
            return key
        return entries[-1].origin.path if entries else key

    def note_left(self, old: dict[str, Any], count: int) -> None:
        """Note how many damaged objects an earlier place keeps."""
        left = [with_left(one, count) if same_place(one, old) else one for one in self.earlier()]
        self._hass.config_entries.async_update_entry(self._entry, data=with_earlier(self._entry.data, left))

    async def switch(self, to: dict[str, Any], left: int = 0) -> None:
        """Have the place be the vault; the entry is loaded anew by that, and the one before is still read."""
        self._vaults.gate.move_away()
        await async_forget_choice(self._hass, self._entry.entry_id)
        self._hass.config_entries.async_update_entry(self._entry, data=with_vault(self._entry.data, to, left))

    def forget(self, old: dict[str, Any]) -> None:
        """Read an earlier place no longer."""
        left = [one for one in self.earlier() if not same_place(one, old)]
        self._hass.config_entries.async_update_entry(self._entry, data=with_earlier(self._entry.data, left))

    def sharers(self, stored: dict[str, Any]) -> list[str]:
        """Return the names of other accounts that keep their vault in the same place, or did."""
        return [title for title, one in self._of_others() if same_place(one, stored)]

    def strangers(self, stored: dict[str, Any]) -> list[dict[str, Any]]:
        """Return the places of everything else: other accounts may have their vaults in the same place."""
        vaults = [one for _, one in self._of_others() if not same_place(one, stored)]
        return [*vaults, *replica_places(self._hass)]

    def directory_in(self, directory: Path) -> Path:
        """Return where the vault is in a directory that was named: hidden, beside nothing else."""
        return directory if directory.name == VAULT_NAME else directory / VAULT_NAME

    def _of_others(self) -> list[tuple[str, dict[str, Any]]]:
        return all_vaults(self._hass, without=self._entry.entry_id)

    def _at(self, stored: dict[str, Any]) -> AnyVault:
        return vault_in(stored, self._disk, time.time)
