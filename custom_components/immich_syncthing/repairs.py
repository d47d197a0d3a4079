"""What a repair issue can do where it is shown: answer a hold, bring a folder in order, confirm what was read.

Each issue's data says which flow it has; the flow looks up what it is about when it is opened, because that may be
another thing than when the issue was made.
"""

from homeassistant.components.repairs import RepairsFlow
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .repair_flows.albums import AlbumDeletedFlow, AlbumLeavingFlow
from .repair_flows.answers import HoldFlow
from .repair_flows.confirmations import RecoveredFlow, TakeDiskFlow, TakeOverFlow
from .repair_flows.done import DoneFlow
from .repair_flows.migrations import DamagedFlow
from .repair_flows.relocation import RelocateFlow
from .repair_flows.replicas import AnewFlow, ReplicaRemovedFlow, RetireFlow, SeenFlow, TrustFlow
from .repair_flows.target import EntryFlow

FLOWS: dict[str, type[EntryFlow]] = {
    "album_deleted": AlbumDeletedFlow,
    "album_leaving": AlbumLeavingFlow,
    "hold": HoldFlow,
    "migration_damaged": DamagedFlow,
    "recovered": RecoveredFlow,
    "relocate": RelocateFlow,
    "replica_anew": AnewFlow,
    "replica_removed": ReplicaRemovedFlow,
    "replica_retire": RetireFlow,
    "replica_seen": SeenFlow,
    "replica_trust": TrustFlow,
    "take_disk": TakeDiskFlow,
    "take_over": TakeOverFlow,
    "webhook_left": DoneFlow,
}
"""By what the issue's data calls it."""


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the flow of an issue."""
    issue = ir.async_get(hass).async_get_issue(DOMAIN, issue_id)
    data = data or {}
    return FLOWS[str(data["flow"])](data, (issue.translation_placeholders if issue else None) or {})
