"""Which vault an account was given just now: Home Assistant writes that down a second later only.

What comes into a new vault before that would be known to nobody once the power failed: the account would have the vault
of before. So the choice is noted first, until Home Assistant has written it for sure.
"""

import asyncio
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .const import DOMAIN, NOTED_SECONDS
from .coordinator import ImmichSyncthingConfigEntry
from .vault_choice import earlier_vaults, present_vault, same_place, with_vault

VERSION = 1

type Chosen = list[dict[str, Any]]
"""Vaults as they are stored, in the order in which they were chosen."""


async def async_note_choice(hass: HomeAssistant, entry_id: str, stored: dict[str, Any]) -> None:
    """Note that an account is about to be given this vault."""
    store = _store(hass, entry_id)
    await store.async_save([*(await store.async_load() or []), stored])


async def async_forget_choice(hass: HomeAssistant, entry_id: str) -> None:
    """Note nothing any more: what was chosen is written, or something else is about to be."""
    await _store(hass, entry_id).async_remove()


async def async_take_up_choice(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry) -> None:
    """Give an account that is being set up what was chosen for it, if that was not written down."""
    chosen = await _store(hass, entry.entry_id).async_load()
    if chosen is None:
        return
    if not _is_written(entry, chosen):
        data = dict(entry.data)
        for stored in chosen:
            data = with_vault(data, stored)
        hass.config_entries.async_update_entry(entry, data=data)
    _ = entry.async_create_background_task(hass, _async_forget_later(hass, entry, chosen), "note of a chosen vault")


async def _async_forget_later(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, chosen: Chosen) -> None:
    await asyncio.sleep(NOTED_SECONDS)
    if await _store(hass, entry.entry_id).async_load() == chosen:
        await async_forget_choice(hass, entry.entry_id)


def _is_written(entry: ImmichSyncthingConfigEntry, chosen: Chosen) -> bool:
    """Return whether the last of them is the present one, and all others are remembered."""
    present = present_vault(entry.data)
    if present is None or not same_place(present, chosen[-1]):
        return False
    known = [present, *earlier_vaults(entry.data)]
    return all(any(same_place(one, other) for other in known) for one in chosen)


def _store(hass: HomeAssistant, entry_id: str) -> Store[Chosen]:
    """Return a file that only Home Assistant reads: keys of stores are in it."""
    return Store(hass, VERSION, f"{DOMAIN}.chosen_vaults.{entry_id}", private=True)
