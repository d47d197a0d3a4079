"""The vault that an account works with, and how it is made: the present one, counted, and those before it."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant

from .const import CONF_VAULT, CONF_VAULT_PATH
from .coordinator import ImmichSyncthingConfigEntry
from .engine.settings import FolderSettings
from .roots import RootRules, overlapping
from .store_choice import CONF_KIND, store_settings
from .stores.settings import StoreKind
from .stores.store import Store
from .vault.counted import CountedVault
from .vault.directory import DirectoryVault
from .vault.earlier import VaultWithEarlier
from .vault.errors import VaultError, VaultUnavailableError
from .vault.gate import GatedVault
from .vault.location import VAULT_NAME, propose_vault_directory, touches_folder
from .vault.model import Blocking, Vault
from .vault.object_vault import ObjectVault
from .vault_choice import directory_vault, earlier_vaults, present_vault

_LOGGER = logging.getLogger(__name__)

_NOTE = "seen"
"""What is written to see whether a vault works: always the same."""

type AnyVault = DirectoryVault | ObjectVault


class Vaults:
    """An account's vaults. ``whole``: what it works with; ``counted``: the present one alone, which can be emptied.

    ``gate`` makes those wait who write to the present one. ``stored``: its settings; ``earlier``: the vaults before it,
    with theirs. ``is_used``: whether there is anything to look at yet.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ImmichSyncthingConfigEntry,
        stored: dict[str, Any],
        *,
        disk: Blocking,
        clock: Callable[[], float],
        is_used: bool,
        is_new: bool,
    ) -> None:
        """Look at nothing yet. ``is_new``: it may be made where it is not there."""
        self.stored = stored
        self.is_used = is_used
        self.is_proven = False
        """Whether it was found in order just now, so that nobody has to look at once."""
        self.earlier = [(one, vault_in(one, disk, clock)) for one in earlier_vaults(entry.data)]
        self._hass = hass
        self._entry = entry
        self._present = vault_in(stored, disk, clock)
        self._is_new = is_new
        self._listeners: list[Callable[[], None]] = []
        self.is_in_doubt = False
        """Whether it has refused to take something in since somebody looked."""
        self.gate = GatedVault(self._present)
        self.counted = CountedVault(self.gate, self._changed, self._refused)
        self.whole: Vault = self.counted
        if self.earlier:
            self.whole = VaultWithEarlier(self.counted, [one for _, one in self.earlier])

    def listen(self, listener: Callable[[], None]) -> None:
        """Call ``listener`` whenever the count of the present one is another."""
        self._listeners.append(listener)

    def _changed(self) -> None:
        for listener in self._listeners:
            listener()

    def _refused(self) -> None:
        self.is_in_doubt = True

    async def async_prepare(self) -> None:
        """Make the present one ready, before anybody works with it; make it if it is the first one of the account.

        One that is not there any more is not made anew: its disk may not be mounted. Raises ``VaultError``.
        """
        await self._present.prepare(create=self._is_new)
        self.is_proven = True
        if self._is_new:
            self._is_new = False
            data = {**self._entry.data, CONF_VAULT_PATH: self.stored["directory"]}
            self._hass.config_entries.async_update_entry(self._entry, data=data)

    async def async_prove(self) -> None:
        """Look whether the present one can be written to, while others may write there. Raises ``VaultError``."""
        if self._is_new:
            await self.async_prepare()
        else:
            await self.counted.write_note(_NOTE, b"Immich Syncthing could write here.\n")

    async def async_read_earlier(self) -> list[tuple[dict[str, Any], VaultError]]:
        """Return those of the earlier ones that cannot be read, and why."""
        found = []
        for stored, vault in self.earlier:
            try:
                await vault.read_note(_NOTE)
            except VaultError as err:
                found.append((stored, err))
        return found


def vault_in(stored: Mapping[str, Any], disk: Blocking, clock: Callable[[], float]) -> AnyVault:
    """Return the vault in a place; ``clock`` tells wall seconds. Nothing is looked at."""
    if stored[CONF_KIND] == StoreKind.DIRECTORY:
        return DirectoryVault(Path(stored["directory"]), disk, clock)
    return ObjectVault(Store(store_settings(stored)), clock, disk)


async def async_open_vaults(
    hass: HomeAssistant,
    entry: ImmichSyncthingConfigEntry,
    folders: list[FolderSettings],
    disk: Blocking,
    clock: Callable[[], float],
) -> Vaults:
    """Return the entry's vaults. Where none was chosen, a directory is with the first folder, and then always the same.

    Until the present one is in order nothing is deleted, and all else goes on.
    """
    chosen = present_vault(entry.data)
    is_new, is_used = chosen is None, bool(folders or CONF_VAULT in entry.data)
    try:
        stored = chosen or directory_vault(await disk.run(directory_for, folders, RootRules.of(hass)))
    except VaultError as err:
        _LOGGER.warning("Nothing will be deleted until there is a place for the vault: %s", err)
        stored, is_new = directory_vault(_media(RootRules.of(hass))), False
    vaults = Vaults(hass, entry, stored, disk=disk, clock=clock, is_used=is_used, is_new=is_new)
    if folders and stored[CONF_KIND] == StoreKind.DIRECTORY:
        # Any other may be far away: the first look at it is not waited for.
        try:
            await vaults.async_prepare()
        except VaultError as err:
            _LOGGER.warning("Nothing will be deleted until the vault is in order: %s", err)
    return vaults


def directory_for(folders: list[FolderSettings], rules: RootRules) -> Path:
    """Return a place that Home Assistant may use and no Syncthing syncs, not even with a folder that we do not know.

    Best is beside the first folder. Blocks. Raises ``VaultUnavailableError``.
    """
    fallback = _media(rules)
    if not folders:
        return fallback
    folder = folders[0]
    roots = [taken.path for taken in rules.taken]
    place = propose_vault_directory(folder.root, fallback, roots)
    allowed = any(place.is_relative_to(directory) for directory in rules.allowed) and _is_apart(place, rules)
    synced = any((ancestor / folder.marker_name).exists() for ancestor in place.parents)
    if allowed and not synced:
        return place
    if touches_folder(fallback, [folder.root, *roots]) or not _is_apart(fallback, rules):
        raise VaultUnavailableError(str(fallback))
    return fallback


def _is_apart(place: Path, rules: RootRules) -> bool:
    """Return whether a place is in no replica, and in no vault but one that is just there: that may be shared."""
    vaults = [one for one in rules.vaults if one.path != place]
    return overlapping(place, (*rules.replicas, *vaults)) is None


def _media(rules: RootRules) -> Path:
    return (rules.media[0] if rules.media else rules.configuration / "media") / VAULT_NAME
