"""Another preset for a folder that works: refused as its form refuses it, and taken up without a reload."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

from homeassistant.config_entries import ConfigSubentry
from homeassistant.const import CONF_PATH
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from .const import (
    CONF_FOLDER_ID,
    CONF_PRESET,
    CONF_WEBHOOKS_LEFT,
    DOMAIN,
    SUBENTRY_ALBUM_FOLDER,
    SUBENTRY_FOLDER,
    SUBENTRY_REPLICA,
)
from .coordinator import ImmichSyncthingConfigEntry
from .engine.model import POLICIES, OnAssetDeleted, OnFileDeleted, Preset
from .errors import RefusedError, stopped, translated
from .folder_coordinator import FolderCoordinator
from .folder_proof import async_prove_folder
from .folder_settings import frees
from .roots import RootRules
from .syncthing.errors import SyncthingError


async def async_change_preset(folder: FolderCoordinator, change: Callable[[Preset], Preset]) -> None:
    """Store another preset for a folder, ``change`` of the present one; the entry's update listener takes it up.

    What deletes no more than before is never refused: it works whatever is out of order.

    Raises:
        ServiceValidationError: the folder does not allow what the preset does.
        HomeAssistantError: nobody can tell, or the folder was removed meanwhile.
    """
    entry, subentry = folder.config_entry, folder.subentry
    while True:
        before = Preset(subentry.data[CONF_PRESET])
        preset = change(before)
        if _deletes_more(before, preset):
            await _async_require(folder, subentry, preset)
        if subentry.subentry_id not in entry.subentries:
            raise stopped()
        if subentry.data[CONF_PRESET] == before:
            break
    folder.hass.config_entries.async_update_subentry(entry, subentry, data={**subentry.data, CONF_PRESET: preset.value})


async def _async_require(folder: FolderCoordinator, subentry: ConfigSubentry, preset: Preset) -> None:
    try:
        await async_prove_folder(
            folder.hass,
            folder.config_entry.data,
            subentry.data[CONF_FOLDER_ID],
            subentry.data[CONF_PATH],
            preset,
            frees=frees(subentry.data),
            rules=RootRules.of(folder.hass, without=subentry.subentry_id),
        )
    except RefusedError as err:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key=err.code, translation_placeholders={"detail": err.detail}
        ) from err
    except SyncthingError as err:
        raise HomeAssistantError(**translated(err)) from err


def _deletes_more(before: Preset, after: Preset) -> bool:
    was, becomes = POLICIES[before], POLICIES[after]
    trashes = becomes.on_file_deleted is OnFileDeleted.TRASH and was.on_file_deleted is not OnFileDeleted.TRASH
    deletes = becomes.on_asset_deleted is OnAssetDeleted.DELETE and was.on_asset_deleted is not OnAssetDeleted.DELETE
    return trashes or deletes


@dataclass(frozen=True, slots=True)
class Taken:
    """What of an entry was taken up when it was loaded.

    Without the presets, which are taken up as they change, and what Immich has to be told of, which nothing hangs on.
    """

    title: str
    data: dict[str, Any]
    options: dict[str, Any]
    subentries: dict[str, tuple[str, dict[str, Any]]]

    @classmethod
    def of(cls, entry: ImmichSyncthingConfigEntry) -> Self:
        """Return what an entry says now."""
        subentries = {
            one.subentry_id: (one.title, {key: value for key, value in one.data.items() if key != CONF_PRESET})
            for kind in (SUBENTRY_FOLDER, SUBENTRY_REPLICA, SUBENTRY_ALBUM_FOLDER)
            for one in entry.get_subentries_of_type(kind)
        }
        data = {key: value for key, value in entry.data.items() if key != CONF_WEBHOOKS_LEFT}
        return cls(entry.title, data, dict(entry.options), subentries)


def presets_of(entry: ImmichSyncthingConfigEntry) -> dict[str, Preset]:
    """Return the presets of an entry's folders, by subentry."""
    return {one.subentry_id: Preset(one.data[CONF_PRESET]) for one in entry.get_subentries_of_type(SUBENTRY_FOLDER)}
