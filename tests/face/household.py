"""What the tests' person owns and does."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigSubentry
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.immich_syncthing.const import DOMAIN
from custom_components.immich_syncthing.engine.report import CycleReport
from custom_components.immich_syncthing.runtime import Runtime
from tests.servers.immich import ImmichStandIn
from tests.servers.syncthing import SyncthingProcess

FOLDER = "a-folder"
"""The subentry id of the folder that a test sets up without the forms."""

type Jump = Callable[[float], None]
"""What sets the machine's clock forward, or back, from what it shows."""

REST_SECONDS = 120.0
"""How long a folder may go on wanting another cycle before that is a fault."""


@dataclass(slots=True)
class Household:
    """Two servers, a directory of photos, and Home Assistant."""

    hass: HomeAssistant
    immich: ImmichStandIn
    syncthing: SyncthingProcess
    photos: Path
    entry: MockConfigEntry | None = None
    key: str = field(init=False)
    """The one for Immich; it allows everything unless ``allow`` says otherwise."""

    def __post_init__(self) -> None:
        """Make the key once, as a person does."""
        self.key = self.immich.key

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
            "immich_api_key": self.key,
            "immich_verify_ssl": True,
            "syncthing_url": self.syncthing.url,
            "syncthing_api_key": self.syncthing.api_key,
            "syncthing_verify_ssl": True,
        }

    def allow(self, *permissions: str) -> None:
        """Change what the API key may do, in Immich's own settings."""
        [key] = [one for one in self.immich.world.tables.keys.values() if one.secret == self.key]
        key.permissions[:] = permissions

    def make_entry(self, *, preset: str = "mirror", folders: bool = True, **settings: Any) -> MockConfigEntry:
        """Return an entry as the forms make it, known to Home Assistant but not loaded."""
        entry = MockConfigEntry(
            domain=DOMAIN, title="Admin @ 127.0.0.1", unique_id=self.immich.admin.id, data=self.data
        )
        entry.add_to_hass(self.hass)
        self.entry = entry
        if folders:
            self.add_folder("photos", "Phone", self.photos, preset=preset, subentry_id=FOLDER, **settings)
        return entry

    def add_folder(
        self,
        folder_id: str,
        label: str,
        path: Path,
        *,
        preset: str = "mirror",
        subentry_id: str | None = None,
        **settings: Any,
    ) -> None:
        """Add a folder to the entry as the forms do."""
        assert self.entry is not None
        data = {
            "folder_id": folder_id,
            "label": label,
            "marker_name": ".stfolder",
            "path": str(path),
            "preset": preset,
            **settings,
        }
        subentry = ConfigSubentry(
            data=MappingProxyType(data),
            subentry_id=subentry_id or folder_id,
            subentry_type="folder",
            title=label,
            unique_id=folder_id,
        )
        self.hass.config_entries.async_add_subentry(self.entry, subentry)

    async def load(self) -> None:
        """Load the entry."""
        assert self.entry is not None
        assert await self.hass.config_entries.async_setup(self.entry.entry_id)
        await self.hass.async_block_till_done()
        assert self.entry.state is ConfigEntryState.LOADED

    async def set_up(self, *, preset: str = "mirror", folders: bool = True, **settings: Any) -> MockConfigEntry:
        """Make an entry and load it. ``settings``: what is stored of the folder besides."""
        entry = self.make_entry(preset=preset, folders=folders, **settings)
        await self.load()
        return entry

    @property
    def runtime(self) -> Runtime:
        """Return what works for the loaded entry."""
        assert self.entry is not None
        runtime: Runtime = self.entry.runtime_data
        return runtime

    def shown(self, entity_id: str) -> str:
        """Return the state of an entity."""
        state = self.hass.states.get(entity_id)
        assert state is not None
        return state.state

    async def becomes(self, condition: Callable[[], bool], patience_s: float = 30.0) -> None:
        """Wait for something that happens in the background; raises ``TimeoutError`` if it does not."""
        async with asyncio.timeout(patience_s):
            while not condition():
                await asyncio.sleep(0.05)

    async def sync(self) -> CycleReport:
        """Run cycles until the folder wants none soon, and return the last report.

        Raises ``TimeoutError`` if it never comes to rest.
        """
        folder = self.runtime.folders[FOLDER]
        async with asyncio.timeout(REST_SECONDS):
            report = await folder.async_sync()
            while report.again_in is not None:
                await asyncio.sleep(min(report.again_in, 0.2))
                report = await folder.async_sync()
        await self.hass.async_block_till_done()
        return report

    async def notice(self) -> CycleReport:
        """Have Syncthing and the folder look at the whole disk, as they do after a while anyway."""
        await self.syncthing.scan("photos")
        self.runtime.folders[FOLDER].engine.note_gap()
        return await self.sync()
