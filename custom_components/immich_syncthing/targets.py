"""Which folders and accounts an action means."""

import re
from typing import Any, Final, NoReturn

import voluptuous as vol
from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import CAT_ENTITIES
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from homeassistant.helpers import config_validation as cv, device_registry as dr, entity_registry as er, service
from homeassistant.helpers.target import TargetSelection, async_extract_referenced_entity_ids

from .const import DOMAIN
from .coordinator import ImmichSyncthingConfigEntry
from .engine.listing import is_utf8
from .entity import immich_identifier, subentry_identifier, syncthing_identifier
from .errors import stopped
from .folder_coordinator import FolderCoordinator
from .replica_coordinator import ReplicaCoordinator
from .rights import may
from .runtime import Runtime

ATTR_FOLDER: Final = "folder"
ATTR_REPLICA: Final = "replica"


def text(value: Any) -> str:
    """Return what may name something on a disk or in the ledger: encodable, and without NUL. For schemas."""
    found = cv.string(value)
    if "\0" in found or not is_utf8(found):
        message = "contains what no text does"
        raise vol.Invalid(message)
    return found


_CHECKSUM = re.compile(r"[0-9a-f]{40}\Z")


def checksum(value: Any) -> bytes:
    """Return the checksum that a photo is called by: 40 hexadecimal digits. For schemas."""
    return bytes.fromhex(vol.Match(_CHECKSUM)(cv.string(value)))


WHICH_ACCOUNT: Final[dict[Any, Any]] = {vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string}
WHICH_FOLDERS: Final[dict[Any, Any]] = {
    **cv.ENTITY_SERVICE_FIELDS,
    **WHICH_ACCOUNT,
    vol.Optional(ATTR_FOLDER): text,
}
WHICH_REPLICAS: Final[dict[Any, Any]] = {
    **cv.ENTITY_SERVICE_FIELDS,
    **WHICH_ACCOUNT,
    vol.Optional(ATTR_REPLICA): text,
}

_TARGETS: Final = frozenset(str(key) for key in cv.ENTITY_SERVICE_FIELDS)


class Call(ServiceCall):
    """An action that was called. ``user``: who called it, ``None``: an automation; ``permission``: what that takes."""

    __slots__ = ("permission", "user")

    def __init__(self, call: ServiceCall, user: User | None, permission: str) -> None:
        """Take over what Home Assistant was asked for."""
        super().__init__(call.hass, call.domain, call.service, call.data, call.context, call.return_response)
        self.user = user
        self.permission = permission

    def may(self, entry_id: str | None = None) -> bool:
        """Return whether it may be about an account (``None``: about any)."""
        return self.user is None or may(self.hass, self.user, self.permission, entry_id)

    def unauthorized(self) -> Unauthorized:
        """Return what refuses it."""
        user_id = self.context.user_id
        return Unauthorized(
            context=self.context, user_id=user_id, permission=self.permission, perm_category=CAT_ENTITIES
        )


def folders_of(call: Call) -> list[FolderCoordinator]:
    """Return the folders that a call means: of its target and account (else of any), narrowed down by name.

    Only those that the caller may have it about. A target that is given and empty, as of a template that found nothing,
    means no folder.

    Raises:
        ServiceValidationError: there is no such folder or account, or the account is not loaded.
        Unauthorized: the caller may not have it about the account that is named.
    """
    found = _targeted(call)
    if wanted := call.data.get(ATTR_FOLDER):
        found = [folder for folder in found if wanted in _names(folder)]
    if not found:
        refuse("no_such_folder", detail=wanted or "")
    return found


def replicas_of(call: Call) -> list[ReplicaCoordinator]:
    """Return the replicas that a call means, as ``folders_of`` does with folders. Raises the same."""
    found = [replica for entry in accounts_of(call) for replica in entry.runtime_data.replicas.values()]
    if not _TARGETS.isdisjoint(call.data):
        meant = _identifiers(call.hass, TargetSelection(call.data))
        found = [one for one in found if meant & {subentry_identifier(one), immich_identifier(one.config_entry)}]
    if wanted := call.data.get(ATTR_REPLICA):
        found = [one for one in found if wanted in {one.subentry.title, one.subentry.subentry_id}]
    if not found:
        refuse("no_such_replica", detail=wanted or "")
    return found


def accounts_of(call: Call) -> list[ImmichSyncthingConfigEntry]:
    """Return the account that a call names, else all that are loaded and that the caller may have it about.

    Raises:
        ServiceValidationError: there is no such account, or it is not loaded.
        Unauthorized: the caller may not have it about that one.
    """
    if entry_id := call.data.get(ATTR_CONFIG_ENTRY_ID):
        if not call.may(entry_id):
            raise call.unauthorized()
        entry: ImmichSyncthingConfigEntry = service.async_get_config_entry(call.hass, DOMAIN, entry_id)
        return [entry]
    return [entry for entry in call.hass.config_entries.async_loaded_entries(DOMAIN) if call.may(entry.entry_id)]


def account_meant(call: Call) -> ImmichSyncthingConfigEntry:
    """Return the one account that a call names, or the only loaded one that the caller may have it about.

    Raises:
        ServiceValidationError: there is no such account, it is not loaded, or several could be meant.
        Unauthorized: the caller may not have it about the account that is named.
    """
    entries = accounts_of(call)
    if not entries:
        refuse("no_account")
    if len(entries) > 1:
        refuse("several_accounts")
    return entries[0]


def account_with_folders(call: Call) -> tuple[ImmichSyncthingConfigEntry, list[FolderCoordinator]]:
    """Return the one account of the folders that a call means, and these.

    Raises:
        ServiceValidationError: as ``folders_of``, or the folders are of several accounts.
        Unauthorized: as ``folders_of``.
    """
    folders = folders_of(call)
    entries = {folder.config_entry.entry_id: folder.config_entry for folder in folders}
    if len(entries) > 1:
        refuse("several_accounts")
    return folders[0].config_entry, folders


def loaded_account(hass: HomeAssistant, entry_id: str) -> ImmichSyncthingConfigEntry | None:
    """Return an account that is loaded, by its id."""
    entry: ImmichSyncthingConfigEntry | None = hass.config_entries.async_get_entry(entry_id)
    if entry is None or entry.domain != DOMAIN or entry.state is not ConfigEntryState.LOADED:
        return None
    return entry


def runtime_of(entry: ImmichSyncthingConfigEntry) -> Runtime:
    """Return what works for an account. Raises ``HomeAssistantError`` if it was unloaded while the action went on."""
    if entry.state is not ConfigEntryState.LOADED:
        raise stopped()
    return entry.runtime_data


def refuse(key: str, **placeholders: str) -> NoReturn:
    """Tell a caller what to change, in the words of the translations. Raises ``ServiceValidationError``."""
    raise ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders or None
    )


def named(folder: FolderCoordinator) -> dict[str, Any]:
    """Return a folder as its owner knows it."""
    settings = folder.engine.settings
    return {"folder": settings.label, "folder_id": settings.syncthing_id}


def label_of(entry: ImmichSyncthingConfigEntry, folder_id: str | None) -> str | None:
    """Return the name of a folder by our id of it; ``None`` where it is not known any more."""
    folder = runtime_of(entry).folders.get(folder_id) if folder_id is not None else None
    return None if folder is None else folder.engine.settings.label


def _names(folder: FolderCoordinator) -> set[str]:
    settings = folder.engine.settings
    return {settings.id, settings.syncthing_id, settings.label, folder.subentry.title}


def _targeted(call: Call) -> list[FolderCoordinator]:
    folders = [folder for entry in accounts_of(call) for folder in entry.runtime_data.folders.values()]
    if _TARGETS.isdisjoint(call.data):
        return folders
    meant = _identifiers(call.hass, TargetSelection(call.data))
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
    return {subentry_identifier(folder), immich_identifier(entry), syncthing_identifier(entry)}
