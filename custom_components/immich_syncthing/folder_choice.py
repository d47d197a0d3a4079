"""How a person recognises a folder of Syncthing's: its label, its path, who shares it, and how much lies in it."""

import asyncio
from collections.abc import Mapping, Sequence

from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import SelectOptionDict
from homeassistant.helpers.translation import async_get_translations

from .const import DOMAIN
from .markdown import one_line
from .quantities import counted, sized
from .syncthing.client import SyncthingClient
from .syncthing.errors import SyncthingError
from .syncthing.models import FolderConfig, FolderStatus

PAUSED_MARK = " ⏸"
"""Follows the name of a paused folder in the list; the form explains it."""

SIZES = frozenset({"one", "many"})


def name_of(folder: FolderConfig) -> str:
    """Return what a person calls the folder."""
    return one_line(folder.label) or one_line(folder.id)


async def async_folder_options(
    hass: HomeAssistant, client: SyncthingClient, folders: Sequence[FolderConfig]
) -> list[SelectOptionDict]:
    """Return a choice of folders. What Syncthing does not tell of them is left out."""
    language = hass.config.language
    translations = await async_get_translations(hass, language, "selector", [DOMAIN])
    words = {size: translations[f"component.{DOMAIN}.selector.folder_size.options.{size}"] for size in SIZES}
    names = await _device_names(client)
    statuses = await asyncio.gather(*(_status(client, folder) for folder in folders))
    return [
        SelectOptionDict(value=folder.id, label=_described(folder, names, _content(status, words, language)))
        for folder, status in zip(folders, statuses, strict=True)
    ]


async def _device_names(client: SyncthingClient) -> dict[str, str]:
    """Return how the other devices are called, by id."""
    try:
        own, devices = await asyncio.gather(client.status(), client.devices())
    except SyncthingError:
        return {}
    return {device.id: one_line(device.name) or device.short_id for device in devices if device.id != own.my_id}


async def _status(client: SyncthingClient, folder: FolderConfig) -> FolderStatus | None:
    """Return nothing for a paused folder, and one that is just being restarted: they would seem to be empty."""
    try:
        return None if folder.paused else await client.folder_status(folder.id)
    except SyncthingError:
        return None


def _content(status: FolderStatus | None, words: Mapping[str, str], language: str) -> str:
    if status is None:
        return ""
    word = words["one" if status.local_files == 1 else "many"]
    return word.format(files=counted(status.local_files, language), size=sized(status.local_bytes, language))


def _described(folder: FolderConfig, names: Mapping[str, str], content: str) -> str:
    sharing = ", ".join(sorted(names[device] for device in folder.device_ids if device in names))
    parts = (f"{name_of(folder)} ({folder.id})", folder.path, sharing, content)
    return " – ".join(part for part in parts if part) + (PAUSED_MARK if folder.paused else "")
