"""Prove anew that a directory is a folder's, and say why it is not."""

from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from ..const import DOMAIN
from ..coordinator import ImmichSyncthingConfigEntry
from ..errors import RefusedError
from ..folder_coordinator import FolderCoordinator
from ..folder_proof import async_prove_folder
from ..markdown import as_code
from ..root_proof import async_find_root
from ..roots import RootRules
from ..servers import syncthing_client
from ..syncthing.errors import SyncthingError


async def async_prove(
    hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, folder: FolderCoordinator, path: str
) -> Path:
    """Return the real path, if it is the folder as Syncthing knows it now and fits the folder's settings.

    Raises:
        RefusedError, SyncthingError: it is not, or nobody can tell.
    """
    settings = folder.engine.settings
    proven = await async_prove_folder(
        hass,
        entry.data,
        settings.syncthing_id,
        path,
        settings.preset,
        frees=settings.rules.frees,
        rules=RootRules.of(hass, without=settings.id),
    )
    return Path(proven)


async def async_propose_path(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, folder: FolderCoordinator) -> str:
    """Return where the folder seems to lie now, else where it lay."""
    settings = folder.engine.settings
    client = syncthing_client(hass, entry.data)
    try:
        folders = await client.folders()
    except SyncthingError:
        return str(settings.root)
    rules = RootRules.of(hass, without=settings.id)
    for config in folders:
        if config.id == settings.syncthing_id:
            return str(await async_find_root(hass, client, config, rules) or settings.root)
    return str(settings.root)


async def async_refusal(hass: HomeAssistant, err: RefusedError | SyncthingError) -> str:
    """Return why a directory was refused, as the folder's form says it, in Home Assistant's language."""
    words = await async_get_translations(hass, hass.config.language, "config_subentries", [DOMAIN])
    prefix = f"component.{DOMAIN}.config_subentries.folder.error."
    text = words.get(f"{prefix}{err.code}") or words[f"{prefix}other"]
    allowed = ", ".join(f"`{as_code(str(path))}`" for path in RootRules.of(hass).allowed)
    return text.format(detail=str(err) or err.code, allowed=allowed)
