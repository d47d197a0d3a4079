"""Another vault for an account that has folders already."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

from .chosen_vaults import async_forget_choice, async_note_choice
from .const import CONF_VAULT, CONF_VAULT_PATH, SUBENTRY_FOLDER
from .folder_settings import folder_settings
from .roots import RootRules
from .stores.errors import StoreError
from .vault.errors import VaultError
from .vault_choice import directory_vault, earlier_vaults, present_vault, with_earlier, with_vault
from .vault_steps import async_make_vault
from .vaults import directory_for


class NoPlaceError(Exception):
    """There is no place for a vault beside the folders, or it cannot be made there."""

    def __init__(self, detail: str) -> None:
        """Keep ``detail``, what the disk says."""
        super().__init__(detail)
        self.detail = detail


async def async_changed(hass: HomeAssistant, entry: ConfigEntry, stored: dict[str, Any] | None) -> dict[str, Any]:
    """Return an entry's data with another vault, which is made and noted; ``None``: beside its first folder.

    Raises:
        NoPlaceError: it cannot be there.
    """
    if stored is not None:
        await async_note_choice(hass, entry.entry_id, stored)
        return with_vault(entry.data, stored)
    folders = [folder_settings(one.subentry_id, one.data) for one in entry.get_subentries_of_type(SUBENTRY_FOLDER)]
    if not folders:
        await async_forget_choice(hass, entry.entry_id)
        return _without_vault(entry)
    try:
        found = await hass.async_add_executor_job(directory_for, folders, RootRules.of(hass))
        await async_make_vault(hass, stored := directory_vault(found))
    except (StoreError, VaultError) as err:
        raise NoPlaceError(err.detail) from err
    await async_note_choice(hass, entry.entry_id, stored)
    return with_vault(entry.data, stored)


def _without_vault(entry: ConfigEntry) -> dict[str, Any]:
    """Return an entry's data without a vault: it is found with the first folder."""
    present = present_vault(entry.data)
    rest = {key: value for key, value in entry.data.items() if key not in {CONF_VAULT, CONF_VAULT_PATH}}
    return with_earlier(rest, [*([present] if present else []), *earlier_vaults(entry.data)])
