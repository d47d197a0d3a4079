"""A replica of the tests' household: its forms, its store, and how it is called."""

from pathlib import Path
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigSubentry, SubentryFlowResult
from homeassistant.core import HomeAssistant

from custom_components.immich_syncthing.replica_coordinator import ReplicaCoordinator

from .household import Household

REPLICA = "a-replica"
"""The subentry id of the replica that a test sets up without the forms."""

TYPED: dict[str, Any] = {
    "name": "Second house",
    "originals": "all",
    "archived": True,
    "grace_days": 30,
    "pace": {"verified_share": 3.5},
}
STORED: dict[str, Any] = {"originals": "all", "archived": True, "grace_days": 30, "verified_share": 3.5}


def store_of(household: Household, name: str = "disk") -> Path:
    """Return the directory of the replica, which is there."""
    disk = household.photos.parent / name
    disk.mkdir(exist_ok=True)
    return disk


def add_replica(household: Household, *, subentry_id: str = REPLICA, name: str = "disk", **settings: Any) -> Path:
    """Add a replica to the entry as the forms do; return its store."""
    assert household.entry is not None
    disk = store_of(household, name)
    data = {**STORED, "store": {"kind": "directory", "directory": str(disk)}, **settings}
    subentry = ConfigSubentry(
        data=MappingProxyType(data),
        subentry_id=subentry_id,
        subentry_type="replica",
        title="Second house",
        unique_id=None,
    )
    household.hass.config_entries.async_add_subentry(household.entry, subentry)
    return disk


def replica_of(household: Household, subentry_id: str = REPLICA) -> ReplicaCoordinator:
    return household.runtime.replicas[subentry_id]


def copies(disk: Path) -> set[bytes]:
    """Return the originals that lie there, byte by byte."""
    found = [path for path in (disk / "originals").rglob("*") if path.is_file() and path.suffix != ".xmp"]
    return {path.read_bytes() for path in found}


async def begin(hass: HomeAssistant, household: Household) -> SubentryFlowResult:
    assert household.entry is not None
    which = household.entry.entry_id, "replica"
    return await hass.config_entries.subentries.async_init(which, context={"source": SOURCE_USER})


async def change(hass: HomeAssistant, household: Household, part: str) -> SubentryFlowResult:
    """Open the form that changes a part of the replica."""
    assert household.entry is not None
    menu = await household.entry.start_subentry_reconfigure_flow(hass, REPLICA)
    return await submit(hass, menu, next_step_id=part)


async def submit(hass: HomeAssistant, form: SubentryFlowResult, **typed: Any) -> SubentryFlowResult:
    result = await hass.config_entries.subentries.async_configure(form["flow_id"], typed)
    await hass.async_block_till_done()
    return result
