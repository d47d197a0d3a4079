"""An album folder of the tests' household: its Syncthing folder, its forms, and how it is called."""

from pathlib import Path
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import SOURCE_USER, ConfigSubentry, SubentryFlowResult
from homeassistant.core import HomeAssistant

from custom_components.immich_syncthing.album_coordinator import AlbumCoordinator

from .household import Household

TABLET = "a-tablet"
"""The subentry id of the album folder that a test sets up without the forms."""

WHAT: dict[str, Any] = {"source": "albums", "quality": "original", "videos": True, "on_deleted_here": "stay_away"}
STATUS = "sensor.tablet_status"


async def make_folder(household: Household, name: str = "tablet", **options: Any) -> Path:
    """Make a folder of Syncthing beside that of the phone; return its directory."""
    root = household.photos.parent / name
    root.mkdir()
    await household.syncthing.add_folder(name, name.capitalize(), root, fsWatcherEnabled=False, **options)
    await household.syncthing.scan(name)
    return root


async def add_album_folder(household: Household, *albums: str, **settings: Any) -> Path:
    """Add an album folder to the entry as the forms do; return its directory."""
    assert household.entry is not None
    root = await make_folder(household)
    data = {**WHAT, "folder_id": "tablet", "marker_name": ".stfolder", "path": str(root), "albums": list(albums)}
    subentry = ConfigSubentry(
        data=MappingProxyType({**data, **settings}),
        subentry_id=TABLET,
        subentry_type="album_folder",
        title="Tablet",
        unique_id="tablet",
    )
    household.hass.config_entries.async_add_subentry(household.entry, subentry)
    return root


def album_folder_of(household: Household) -> AlbumCoordinator:
    return household.runtime.album_folders[TABLET]


def names(root: Path) -> list[str]:
    return sorted(path.name for path in root.glob("*.*") if not path.name.startswith("."))


async def until(household: Household, root: Path, *wanted: str) -> None:
    """Have runs until the folder holds these files and rests."""
    folder = album_folder_of(household)
    folder.async_wake()
    await household.becomes(lambda: names(root) == sorted(wanted))
    await household.becomes(lambda: household.shown(STATUS) in {"up_to_date", "waiting_for_decision"})


async def begin(hass: HomeAssistant, household: Household) -> SubentryFlowResult:
    assert household.entry is not None
    which = household.entry.entry_id, "album_folder"
    return await hass.config_entries.subentries.async_init(which, context={"source": SOURCE_USER})


async def submit(hass: HomeAssistant, form: SubentryFlowResult, **typed: Any) -> SubentryFlowResult:
    result = await hass.config_entries.subentries.async_configure(form["flow_id"], typed)
    await hass.async_block_till_done()
    return result
