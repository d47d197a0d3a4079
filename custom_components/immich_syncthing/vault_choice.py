"""Which vault an account has, and which it had before, as its entry's data say it: a store's stored fields."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant

from .const import CONF_EARLIER_VAULTS, CONF_LEFT_BEHIND, CONF_VAULT, CONF_VAULT_PATH, DOMAIN
from .store_choice import CONF_KIND, store_settings
from .stores.settings import StoreKind


def directory_vault(directory: Path) -> dict[str, Any]:
    """Return what is stored of a vault in a directory."""
    return {CONF_KIND: StoreKind.DIRECTORY.value, "directory": str(directory)}


def present_vault(data: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the vault of an entry; ``None`` as long as no folder needed one, and nobody chose one."""
    if chosen := data.get(CONF_VAULT):
        return dict(chosen)
    path = data.get(CONF_VAULT_PATH)
    return directory_vault(Path(path)) if path else None


def earlier_vaults(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the vaults that an entry had before, newest first."""
    return [dict(one) for one in data.get(CONF_EARLIER_VAULTS, ())]


def with_vault(data: Mapping[str, Any], stored: Mapping[str, Any], left: int = 0) -> dict[str, Any]:
    """Return an entry's data with another vault: the present one becomes an earlier one, if it is elsewhere.

    ``left``: how many damaged objects are left behind in that.
    """
    before = present_vault(data)
    if before is not None:
        before = with_left(before, left)
    known = [*([before] if before is not None else []), *earlier_vaults(data)]
    changed = {key: value for key, value in data.items() if key != CONF_VAULT_PATH} | {CONF_VAULT: dict(stored)}
    return with_earlier(changed, [one for one in known if not same_place(one, stored)])


def with_left(stored: Mapping[str, Any], count: int) -> dict[str, Any]:
    """Return a place with the number of damaged objects that were left behind in it."""
    rest = {key: value for key, value in stored.items() if key != CONF_LEFT_BEHIND}
    return rest | ({CONF_LEFT_BEHIND: count} if count else {})


def with_earlier(data: Mapping[str, Any], earlier: list[dict[str, Any]]) -> dict[str, Any]:
    """Return an entry's data with these earlier vaults."""
    rest = {key: value for key, value in data.items() if key != CONF_EARLIER_VAULTS}
    return rest | ({CONF_EARLIER_VAULTS: earlier} if earlier else {})


def same_place(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether two stores, as they are stored, are in one place, with whichever key they are reached."""
    return store_settings(one).place == store_settings(other).place


def place_of(stored: Mapping[str, Any]) -> str:
    """Return where a store is, as it is stored, for its owner. No secret is in it."""
    return store_settings(stored).in_words


def all_vaults(hass: HomeAssistant, *, without: str | None = None) -> list[tuple[str, dict[str, Any]]]:
    """Return the vaults of all accounts, also those that are only read, with the accounts' names.

    ``without``: the id of the entry whose vaults are left out.
    """
    return [
        (entry.title, one)
        for entry in hass.config_entries.async_entries(DOMAIN)
        if entry.entry_id != without
        for one in (present_vault(entry.data), *earlier_vaults(entry.data))
        if one is not None
    ]
