"""The actions, registered once, whether or not an account is loaded."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, Final

import voluptuous as vol
from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, UnknownUser
from homeassistant.helpers.service import async_register_admin_service

from . import (
    album_action,
    backup_actions as backups,
    describe_action,
    download_action,
    folder_actions as folders,
    free_action,
    history_actions as histories,
    hold_actions as holds,
    job_action,
    migration_actions as migrations,
    replica_actions as replicas,
    restore_action,
    rule_actions as rules,
    search_action,
    tag_action,
    upload_action,
    vault_actions as vaults,
)
from .const import DOMAIN
from .engine.errors import UnknownHoldError
from .errors import KNOWN_ERRORS, translated
from .targets import Call


class Action(StrEnum):
    """The actions by name."""

    ADD_TO_ALBUM = "add_to_album"
    ANSWERS = "answers"
    APPLY_RULES = "apply_rules"
    APPROVE = "approve"
    BACKUP_DATABASE = "backup_database"
    DATABASE_BACKUPS = "database_backups"
    DESCRIBE = "describe"
    DOWNLOAD = "download"
    EXPORT_HISTORY = "export_history"
    FREE_UP_SPACE = "free_up_space"
    FULL_CHECK = "full_check"
    HISTORY = "history"
    HOLDS = "holds"
    LEAVE = "leave"
    MIGRATE_VAULT = "migrate_vault"
    PAUSE = "pause"
    PREVIEW = "preview"
    RECONSIDER = "reconsider"
    REMOVAL_PREVIEW = "removal_preview"
    RESTORE = "restore"
    REPLICATE = "replicate"
    RESTORE_DRILL = "restore_drill"
    RESUME = "resume"
    RETRY_FAILED = "retry_failed"
    RUN_JOB = "run_job"
    SEARCH = "search"
    STATUS = "status"
    SYNC_NOW = "sync_now"
    TAG = "tag"
    UNDO = "undo"
    UPLOAD = "upload"
    VAULT_EMPTY = "vault_empty"
    VAULT_LIST = "vault_list"
    VERIFY_REPLICA = "verify_replica"


@dataclass(frozen=True, slots=True)
class ActionDescription:
    """What an action does, takes and answers.

    ``admin``: only administrators may call it. ``looks``: it changes nothing, so whoever may see the entities may.
    """

    handler: Callable[[Call], Coroutine[Any, Any, ServiceResponse]]
    schema: vol.Schema
    response: SupportsResponse = SupportsResponse.OPTIONAL
    admin: bool = False
    looks: bool = False


_ONLY = SupportsResponse.ONLY

ACTIONS: Final = {
    Action.ADD_TO_ALBUM: ActionDescription(album_action.async_add_to_album, album_action.ADD_TO_ALBUM_SCHEMA),
    Action.ANSWERS: ActionDescription(holds.async_answers, holds.ANSWERS_SCHEMA, _ONLY, looks=True),
    Action.APPLY_RULES: ActionDescription(rules.async_apply_rules, rules.APPLY_RULES_SCHEMA),
    Action.APPROVE: ActionDescription(holds.async_approve, holds.ANSWER_SCHEMA, admin=True),
    Action.BACKUP_DATABASE: ActionDescription(backups.async_backup_database, backups.BACKUP_DATABASE_SCHEMA),
    Action.DATABASE_BACKUPS: ActionDescription(
        backups.async_database_backups, backups.DATABASE_BACKUPS_SCHEMA, _ONLY, looks=True
    ),
    Action.DESCRIBE: ActionDescription(describe_action.async_describe, describe_action.DESCRIBE_SCHEMA),
    Action.DOWNLOAD: ActionDescription(download_action.async_download, download_action.DOWNLOAD_SCHEMA),
    Action.EXPORT_HISTORY: ActionDescription(
        histories.async_export_history, histories.EXPORT_HISTORY_SCHEMA, admin=True
    ),
    Action.FREE_UP_SPACE: ActionDescription(free_action.async_free_up_space, free_action.FREE_SCHEMA),
    Action.FULL_CHECK: ActionDescription(folders.async_full_check, folders.FOLDERS_SCHEMA),
    Action.HISTORY: ActionDescription(histories.async_history, histories.HISTORY_SCHEMA, _ONLY, looks=True),
    Action.HOLDS: ActionDescription(holds.async_holds, holds.HOLDS_SCHEMA, _ONLY, looks=True),
    Action.LEAVE: ActionDescription(holds.async_leave, holds.ANSWER_SCHEMA, admin=True),
    Action.MIGRATE_VAULT: ActionDescription(
        migrations.async_migrate_vault, migrations.MIGRATE_VAULT_SCHEMA, admin=True
    ),
    Action.PAUSE: ActionDescription(folders.async_pause, folders.PAUSE_SCHEMA),
    Action.PREVIEW: ActionDescription(folders.async_preview, folders.PREVIEW_SCHEMA, _ONLY, looks=True),
    Action.RECONSIDER: ActionDescription(holds.async_reconsider, holds.RECONSIDER_SCHEMA, admin=True),
    Action.REMOVAL_PREVIEW: ActionDescription(folders.async_removal_preview, folders.FOLDERS_SCHEMA, _ONLY, looks=True),
    Action.RESTORE: ActionDescription(restore_action.async_restore, restore_action.RESTORE_SCHEMA, admin=True),
    Action.REPLICATE: ActionDescription(replicas.async_replicate, replicas.REPLICATE_SCHEMA),
    Action.RESTORE_DRILL: ActionDescription(replicas.async_restore_drill, replicas.RESTORE_DRILL_SCHEMA),
    Action.RESUME: ActionDescription(folders.async_resume, folders.FOLDERS_SCHEMA),
    Action.RETRY_FAILED: ActionDescription(folders.async_retry_failed, folders.FOLDERS_SCHEMA),
    Action.RUN_JOB: ActionDescription(job_action.async_run_job, job_action.RUN_JOB_SCHEMA),
    Action.SEARCH: ActionDescription(search_action.async_search, search_action.SEARCH_SCHEMA, _ONLY, looks=True),
    Action.STATUS: ActionDescription(folders.async_status, folders.FOLDERS_SCHEMA, _ONLY, looks=True),
    Action.SYNC_NOW: ActionDescription(folders.async_sync_now, folders.FOLDERS_SCHEMA),
    Action.TAG: ActionDescription(tag_action.async_tag, tag_action.TAG_SCHEMA),
    Action.UNDO: ActionDescription(holds.async_undo, holds.ANSWER_SCHEMA, admin=True),
    Action.UPLOAD: ActionDescription(upload_action.async_upload, upload_action.UPLOAD_SCHEMA),
    Action.VAULT_EMPTY: ActionDescription(vaults.async_vault_empty, vaults.VAULT_EMPTY_SCHEMA, admin=True),
    Action.VAULT_LIST: ActionDescription(vaults.async_vault_list, vaults.VAULT_LIST_SCHEMA, _ONLY, looks=True),
    Action.VERIFY_REPLICA: ActionDescription(replicas.async_verify_replica, replicas.VERIFY_REPLICA_SCHEMA),
}


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register the actions."""
    for action, description in ACTIONS.items():
        register = async_register_admin_service if description.admin else _register
        register(
            hass,
            DOMAIN,
            action,
            partial(_async_handle, description),
            description.schema,
            supports_response=description.response,
        )


def _register(
    hass: HomeAssistant,
    domain: str,
    action: str,
    handler: Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse]],
    schema: vol.Schema,
    *,
    supports_response: SupportsResponse,
) -> None:
    hass.services.async_register(domain, action, handler, schema, supports_response=supports_response)


async def _async_handle(description: ActionDescription, service_call: ServiceCall) -> ServiceResponse:
    """Carry an action out, and say in the words of the translations what went wrong inside."""
    call = await _permitted(service_call, POLICY_READ if description.looks else POLICY_CONTROL)
    try:
        return await description.handler(call)
    except UnknownHoldError as err:
        raise ServiceValidationError(**translated(err)) from err
    except KNOWN_ERRORS as err:
        raise HomeAssistantError(**translated(err)) from err


async def _permitted(service_call: ServiceCall, permission: str) -> Call:
    """Return the call if who made it may do this with an entity of ours, as with the switches that do the like.

    Raises:
        UnknownUser, Unauthorized: otherwise. Automations have no user, and may.
    """
    hass, context = service_call.hass, service_call.context
    user = None
    if context.user_id is not None:
        user = await hass.auth.async_get_user(context.user_id)
        if user is None:
            raise UnknownUser(context=context, permission=permission, user_id=context.user_id)
    call = Call(service_call, user, permission)
    if not call.may():
        raise call.unauthorized()
    return call
