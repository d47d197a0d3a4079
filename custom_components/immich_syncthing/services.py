"""The actions."""

import asyncio
from dataclasses import asdict
from enum import StrEnum
from typing import Any

import voluptuous as vol
from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv, device_registry as dr, entity_registry as er, service
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids

from .const import DOMAIN
from .coordinator import ImmichSyncthingConfigEntry
from .engine.report import CycleReport, Preview
from .entity import folder_identifier, immich_identifier, syncthing_identifier
from .folder_coordinator import FolderCoordinator

ATTR_FOLDER = "folder"
ATTR_LIMIT = "limit"

DEFAULT_LIMIT = 200
MAX_LIMIT = 10_000


class Action(StrEnum):
    """The actions by name."""

    SYNC_NOW = "sync_now"
    PREVIEW = "preview"


WHICH_FOLDERS: dict[Any, Any] = {
    **cv.ENTITY_SERVICE_FIELDS,
    vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string,
    vol.Optional(ATTR_FOLDER): cv.string,
}
SYNC_NOW_SCHEMA = vol.Schema(WHICH_FOLDERS)
PREVIEW_SCHEMA = vol.Schema(
    {
        **WHICH_FOLDERS,
        vol.Optional(ATTR_LIMIT, default=DEFAULT_LIMIT): vol.All(vol.Coerce(int), vol.Range(min=0, max=MAX_LIMIT)),
    }
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    hass.services.async_register(
        DOMAIN, Action.SYNC_NOW, _async_sync_now, SYNC_NOW_SCHEMA, supports_response=SupportsResponse.OPTIONAL
    )
    hass.services.async_register(
        DOMAIN, Action.PREVIEW, _async_preview, PREVIEW_SCHEMA, supports_response=SupportsResponse.ONLY
    )


async def _async_sync_now(call: ServiceCall) -> ServiceResponse:
    """Run a cycle of each folder and wait for it. Without a response, the first failed cycle is raised."""
    folders = _folders(call)
    reports = await asyncio.gather(*(folder.async_sync() for folder in folders))
    if call.return_response:
        return {"folders": [_told(*one) for one in zip(folders, reports, strict=True)]}
    for report in reports:
        if report.problem and not report.successful:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key=report.problem.code,
                translation_placeholders=report.problem.placeholders,
            )
    return None


async def _async_preview(call: ServiceCall) -> ServiceResponse:
    """Tell what a cycle of each folder would do."""
    limit = call.data[ATTR_LIMIT]
    previews = [(folder, await folder.engine.preview(limit)) for folder in _folders(call)]
    return {"folders": [_told(folder, preview) for folder, preview in previews]}


def _told(folder: FolderCoordinator, told: CycleReport | Preview) -> dict[str, Any]:
    """Return a report as plain values, with the folder as its owner knows it."""
    settings = folder.engine.settings
    return asdict(told) | {"folder": settings.label, "folder_id": settings.syncthing_id}


def _folders(call: ServiceCall) -> list[FolderCoordinator]:
    """Return the folders that a call means: those of its target or account, narrowed down by name; else all."""
    found = _targeted(call)
    if wanted := call.data.get(ATTR_FOLDER):
        found = [folder for folder in found if wanted in _names(folder)]
    if not found:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="no_such_folder",
            translation_placeholders={"detail": wanted or ""},
        )
    return found


def _names(folder: FolderCoordinator) -> set[str]:
    settings = folder.engine.settings
    return {settings.id, settings.syncthing_id, settings.label, folder.subentry.title}


def _targeted(call: ServiceCall) -> list[FolderCoordinator]:
    hass = call.hass
    if entry_id := call.data.get(ATTR_CONFIG_ENTRY_ID):
        entry: ImmichSyncthingConfigEntry = service.async_get_config_entry(hass, DOMAIN, entry_id)
        return list(entry.runtime_data.folders.values())
    loaded: list[ImmichSyncthingConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    folders = [folder for entry in loaded for folder in entry.runtime_data.folders.values()]
    target = TargetSelection(call.data)
    if not target.has_any_target:
        return folders
    meant = _identifiers(hass, target)
    return [folder for folder in folders if meant & _identified_by(folder)]


def _identifiers(hass: HomeAssistant, target: TargetSelection) -> set[tuple[str, str]]:
    """Return the identifiers of all devices that a target names, itself or by one of their entities."""
    selected = async_extract_referenced_entity_ids(hass, target)
    entities, devices = er.async_get(hass), dr.async_get(hass)
    device_ids = set(selected.referenced_devices)
    for entity_id in selected.referenced | selected.indirectly_referenced:
        if (entity := entities.async_get(entity_id)) and entity.device_id:
            device_ids.add(entity.device_id)
    found = (devices.async_get(device_id) for device_id in device_ids)
    return {identifier for device in found if device for identifier in device.identifiers}


def _identified_by(folder: FolderCoordinator) -> set[tuple[str, str]]:
    """Return the devices that stand for a folder: its own, and those of its servers."""
    entry = folder.config_entry
    return {folder_identifier(folder), immich_identifier(entry), syncthing_identifier(entry)}
