"""Recovery and foreign folders as repair issues: what happened, what was done, and what the owner can do."""

import logging

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .coordinator import ImmichSyncthingConfigEntry
from .engine.account import AccountEngine
from .engine.errors import EngineError, OtherInstanceError
from .engine.report import CycleReport

_LOGGER = logging.getLogger(__name__)


async def async_update_recovery_issue(
    hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, account: AccountEngine
) -> None:
    """Tell of the account's recovery while it waits for folders, and afterwards until somebody has read of it."""
    issue_id = f"recovery_{entry.entry_id}"
    try:
        view = await account.recovery()
    except EngineError as err:
        _LOGGER.debug("Whether there was a recovery cannot be read: %s", err)
        return
    if view is None:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
    elif view.ended_at is None:
        names = [entry.subentries[one].title for one in view.waiting if one in entry.subentries]
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING,
            translation_key="recovery_waits",
            translation_placeholders={"folders": ", ".join(names)},
        )
    else:
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            data={"entry_id": entry.entry_id, "recovery": True},
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key="recovered_ledger" if view.of_ledger else "recovered_immich",
            translation_placeholders={"asked": str(view.asked), "released": str(view.released)},
        )


@callback
def async_update_instance_issue(
    hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, folder_id: str, report: CycleReport
) -> None:
    """Offer to take a folder over while another Home Assistant works there."""
    issue_id = _instance_issue(entry, folder_id)
    if report.problem is None or report.problem.code != OtherInstanceError.code:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        data={"entry_id": entry.entry_id, "folder_id": folder_id},
        is_fixable=True,
        severity=ir.IssueSeverity.ERROR,
        translation_key="other_instance",
        translation_placeholders={"folder": entry.subentries[folder_id].title},
    )


@callback
def async_delete_recovery_issues(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry) -> None:
    """Take the account's issues away: while it is not loaded, nobody could do anything about them."""
    ir.async_delete_issue(hass, DOMAIN, f"recovery_{entry.entry_id}")
    for folder_id in entry.runtime_data.folders:
        ir.async_delete_issue(hass, DOMAIN, _instance_issue(entry, folder_id))


def _instance_issue(entry: ImmichSyncthingConfigEntry, folder_id: str) -> str:
    return f"instance_{entry.entry_id}_{folder_id}"
