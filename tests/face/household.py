"""What the tests' person owns and does."""

from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigSubentryData
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.engine.report import CycleReport
from custom_components.immich_syncthing.runtime import Runtime
from tests.servers.immich import ImmichStandIn
from tests.servers.syncthing import SyncthingProcess

FOLDER = "a-folder"
"""The subentry id of the folder that a test sets up without the forms."""


@dataclass(slots=True)
class Household:
    """Two servers, a directory of photos, and Home Assistant."""

    hass: HomeAssistant
    immich: ImmichStandIn
    syncthing: SyncthingProcess
    photos: Path
    entry: MockConfigEntry | None = None

    def take_photo(self, name: str, *, seed: str = "") -> Path:
        """Put a file into the folder, of content that no other name or seed has."""
        path = self.photos / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(f"photo {name} {seed}".encode() * 50)
        return path

    @property
    def data(self) -> dict[str, Any]:
        """Return the entry's data as the forms make it."""
        return {
            "immich_url": f"{self.immich.url}/api",
            "immich_api_key": self.immich.key,
            "immich_verify_ssl": True,
            "syncthing_url": self.syncthing.url,
            "syncthing_api_key": self.syncthing.api_key,
            "syncthing_verify_ssl": True,
        }

    def make_entry(self, *, preset: str = "mirror", folders: bool = True) -> MockConfigEntry:
        """Return an entry as the forms make it, known to Home Assistant but not loaded."""
        folder = ConfigSubentryData(
            data=MappingProxyType(
                {
                    "folder_id": "photos",
                    "label": "Phone",
                    "marker_name": ".stfolder",
                    "path": str(self.photos),
                    "preset": preset,
                }
            ),
            subentry_type="folder",
            title="Phone",
            unique_id="photos",
        )
        subentries = [{**folder, "subentry_id": FOLDER}] if folders else []
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="Admin @ 127.0.0.1",
            unique_id=self.immich.admin.id,
            data=self.data,
            subentries_data=subentries,
        )
        entry.add_to_hass(self.hass)
        self.entry = entry
        return entry

    async def set_up(self, *, preset: str = "mirror", folders: bool = True) -> MockConfigEntry:
        """Make an entry and load it."""
        entry = self.make_entry(preset=preset, folders=folders)
        assert await self.hass.config_entries.async_setup(entry.entry_id)
        await self.hass.async_block_till_done()
        assert entry.state is ConfigEntryState.LOADED
        return entry

    @property
    def runtime(self) -> Runtime:
        """Return what works for the loaded entry."""
        assert self.entry is not None
        runtime: Runtime = self.entry.runtime_data
        return runtime

    async def sync(self) -> CycleReport:
        """Run cycles until the folder wants none soon, and return the last report."""
        folder = self.runtime.folders[FOLDER]
        report = await folder.async_sync()
        while report.again_in is not None:
            report = await folder.async_sync()
        await self.hass.async_block_till_done()
        return report
