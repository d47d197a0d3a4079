"""Open holds as repair issues, so that each can be answered where Home Assistant shows what waits for a person."""

import logging

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .coordinator import ImmichSyncthingConfigEntry
from .engine.account import AccountEngine
from .engine.errors import EngineError

_LOGGER = logging.getLogger(__name__)


async def async_update_hold_issues(
    hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, account: AccountEngine
) -> None:
    """Make the account's issues match its open holds; each carries the revision that it tells of."""
    try:
        holds = await account.holds()
    except EngineError as err:
        _LOGGER.debug("The open decisions cannot be read: %s", err)
        return
    keep = set()
    for hold in holds:
        issue_id = f"{_prefix(entry)}{hold.id}"
        keep.add(issue_id)
        names = [entry.subentries[one].title for one in hold.folder_ids if one in entry.subentries]
        ir.async_create_issue(
            hass,
            DOMAIN,
            issue_id,
            data={"entry_id": entry.entry_id, "hold_id": hold.id, "revision": hold.revision},
            is_fixable=True,
            severity=ir.IssueSeverity.WARNING,
            translation_key=f"hold_{hold.kind}",
            translation_placeholders={"count": str(hold.count), "folders": ", ".join(names)},
        )
    _delete_issues(hass, entry, keep)


@callback
def async_delete_hold_issues(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry) -> None:
    """Take the account's issues away: while it is not loaded, nobody could answer them."""
    _delete_issues(hass, entry, set())


@callback
def _delete_issues(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, keep: set[str]) -> None:
    for domain, issue_id in list(ir.async_get(hass).issues):
        if domain == DOMAIN and issue_id.startswith(_prefix(entry)) and issue_id not in keep:
            ir.async_delete_issue(hass, domain, issue_id)


def _prefix(entry: ImmichSyncthingConfigEntry) -> str:
    return f"hold_{entry.entry_id}_"
