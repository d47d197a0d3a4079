"""Whether a directory is the folder it is said to be, and whether Syncthing carries in it what a preset needs."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from homeassistant.core import HomeAssistant

from .engine.gate import one_way
from .engine.model import POLICIES, OnAssetDeleted, Preset
from .errors import FreeingRefusedError, PresetRefusedError
from .root_proof import async_prove_root
from .roots import RootRules, check_root
from .servers import syncthing_client
from .syncthing.errors import UnknownFolderError


async def async_prove_folder(
    hass: HomeAssistant,
    servers: Mapping[str, Any],
    folder_id: str,
    path: str,
    preset: Preset,
    *,
    frees: bool,
    rules: RootRules,
) -> str:
    """Return the real path of a directory if it is this folder as Syncthing knows it now, and fits what is to be set.

    ``servers``: an entry's data. ``folder_id`` is Syncthing's. ``frees``: whether old photos are to leave the folder.

    Raises:
        RefusedError, SyncthingError: it is not, or nobody can tell.
    """
    client = syncthing_client(hass, servers)
    folder = next((folder for folder in await client.folders() if folder.id == folder_id), None)
    if folder is None:
        raise UnknownFolderError(folder_id)
    name = folder.label or folder.id
    if preset is not Preset.BACKUP and one_way(folder, POLICIES[preset]) is not None:
        raise PresetRefusedError(name)
    if frees and one_way(folder, POLICIES[preset], frees=True) is not None:
        raise FreeingRefusedError(name)
    writes = frees or POLICIES[preset].on_asset_deleted is OnAssetDeleted.DELETE
    check = partial(check_root, marker_name=folder.marker_name, writes=writes)
    real = await hass.async_add_executor_job(check, path, rules)
    await async_prove_root(hass, client, folder, real)
    return str(real)
