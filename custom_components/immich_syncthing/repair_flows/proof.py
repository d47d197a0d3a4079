"""Prove anew that a directory is a folder's, and say why it is not."""

from functools import partial
from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from ..const import DOMAIN
from ..coordinator import ImmichSyncthingConfigEntry
from ..engine.model import OnAssetDeleted
from ..errors import RefusedError
from ..folder_coordinator import FolderCoordinator
from ..root_proof import async_prove_root
from ..root_search import find_root
from ..roots import RootRules, check_root
from ..servers import syncthing_client
from ..syncthing.errors import SyncthingError, UnknownFolderError
from ..syncthing.models import FolderConfig


async def async_prove_folder(
    hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, folder: FolderCoordinator, path: str
) -> Path:
    """Return the real path, if it is the folder as Syncthing knows it now and fits the folder's settings.

    Raises:
        RefusedError, SyncthingError: it is not, or nobody can tell.
    """
    settings = folder.engine.settings
    config = await _config(hass, entry, folder)
    rules = RootRules.of(hass, without=settings.id)
    deletes = settings.policy.on_asset_deleted is OnAssetDeleted.DELETE
    writes = deletes or settings.rules.free_after_days is not None
    check = partial(check_root, marker_name=config.marker_name, writes=writes)
    root = await hass.async_add_executor_job(check, path, rules)
    await async_prove_root(hass, syncthing_client(hass, entry.data), config, root)
    return root


async def async_propose_path(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, folder: FolderCoordinator) -> str:
    """Return where the folder seems to lie now, else where it lay."""
    settings = folder.engine.settings
    try:
        config = await _config(hass, entry, folder)
    except SyncthingError:
        return str(settings.root)
    found = await hass.async_add_executor_job(find_root, config, RootRules.of(hass, without=settings.id))
    return str(found or settings.root)


async def async_refusal(hass: HomeAssistant, err: RefusedError | SyncthingError) -> str:
    """Return why a directory was refused, as the folder's form says it, in Home Assistant's language."""
    words = await async_get_translations(hass, hass.config.language, "config_subentries", [DOMAIN])
    prefix = f"component.{DOMAIN}.config_subentries.folder.error."
    text = words.get(f"{prefix}{err.code}") or words[f"{prefix}other"]
    allowed = ", ".join(f"`{path}`" for path in RootRules.of(hass).allowed)
    return text.format(detail=str(err) or err.code, allowed=allowed)


async def _config(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, folder: FolderCoordinator) -> FolderConfig:
    folder_id = folder.engine.settings.syncthing_id
    folders = await syncthing_client(hass, entry.data).folders()
    found = next((one for one in folders if one.id == folder_id), None)
    if found is None:
        raise UnknownFolderError(folder_id)
    return found
