"""A replica of the tests' household: its forms, its store, and how it is called."""

from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
from homeassistant.config_entries import SOURCE_USER, ConfigSubentry, SubentryFlowResult
from homeassistant.core import HomeAssistant, callback
from homeassistant.setup import async_setup_component

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


def happened(hass: HomeAssistant) -> list[tuple[str, dict[str, Any]]]:
    """Follow what the replica's event tells."""
    heard: list[tuple[str, dict[str, Any]]] = []

    @callback
    def hear(event: Any) -> None:
        state = event.data["new_state"]
        if state and state.entity_id == "event.second_house_activity" and state.attributes.get("event_type"):
            heard.append((state.attributes["event_type"], dict(state.attributes)))

    hass.bus.async_listen("state_changed", hear)
    return heard


async def until_complete(household: Household) -> None:
    await household.becomes(lambda: household.shown("sensor.second_house_complete") == "100.0")


@pytest.fixture
async def copied(hass: HomeAssistant, household: Household) -> Household:
    """Return a household with two photos in Immich and in a replica."""
    assert await async_setup_component(hass, "repairs", {})
    household.immich.browser.upload(b"one", "IMG_1.jpg")
    household.immich.browser.upload(b"two", "IMG_2.jpg")
    household.make_entry(folders=False)
    add_replica(household)
    await household.load()
    await until_complete(household)
    await replica_of(household).async_replicate()
    return household


async def run(household: Household) -> None:
    """Have a run, and Home Assistant hear of it."""
    await replica_of(household).async_replicate()
    await household.hass.async_block_till_done()
