"""Runs an album folder in the background: every few minutes, and when somebody decided something."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import override

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant, callback

from .album_settings import album_settings
from .albums.album_folder import AlbumFolder
from .albums.errors import AlbumFolderError
from .albums.model import AlbumFolderState
from .albums.ports import Surroundings
from .background_coordinator import BackgroundCoordinator
from .coordinator import ImmichSyncthingConfigEntry
from .engine.ports import Clock
from .engine.workers import Pool
from .faults.coded import Problem
from .immich.client import ImmichClient
from .syncthing.client import SyncthingClient

REST_SECONDS = 300.0
"""How long an album folder rests between two runs: a look that finds nothing costs a handful of requests."""

HINT_SECONDS = 30.0
"""How far apart two runs are at least of which only Immich's hints are the reason: photos come by the hundred."""


@dataclass(frozen=True, slots=True)
class Around:
    """What the album folders of an entry share."""

    immich: ImmichClient
    syncthing: SyncthingClient
    disk: Pool
    clock: Clock


class AlbumCoordinator(BackgroundCoordinator[AlbumFolderState, AlbumFolder]):
    """Keeps one album folder current."""

    own_error = AlbumFolderError

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ImmichSyncthingConfigEntry,
        subentry: ConfigSubentry,
        around: Around,
        base: Path,
    ) -> None:
        """Prepare the album folder of ``subentry``; nothing runs before ``async_start``."""
        super().__init__(hass, entry, subentry, "Album folder", AlbumFolderState())
        self.settings = album_settings(subentry.data)
        self._around = Surroundings(around.immich, around.syncthing, around.clock, self._pool, around.disk)
        self._base = base
        self._ran_at: float | None = None
        """When the last run ended; ``None`` while one goes on, or the first is still to come."""
        self._heard = False
        self._hinted: asyncio.TimerHandle | None = None

    @override
    async def async_stop(self) -> None:
        self._forget_hints()
        await super().async_stop()

    @callback
    def async_hear(self) -> None:
        """Something may have changed in Immich: have a run soon, and one for whatever else is told until then."""
        if self._ran_at is None:
            self._heard = True
        elif self._hinted is None and not self._ended:
            loop = self.hass.loop
            self._hinted = loop.call_at(max(loop.time(), self._ran_at + HINT_SECONDS), self._run_for_hint)

    @callback
    def _run_for_hint(self) -> None:
        self._hinted = None
        self.async_wake()

    def _forget_hints(self) -> None:
        self._heard = False
        if self._hinted is not None:
            self._hinted.cancel()
            self._hinted = None

    async def async_approve_leaving(self, digest: str) -> None:
        """Let the copies of ``digest`` leave. Raises ``AlbumFolderError``, ``HomeAssistantError`` (stopped)."""
        await (await self._opened()).approve_leaving(digest)
        self.async_wake()

    async def async_approve_deleted(self, digest: str) -> None:
        """Believe that the copies of ``digest`` were deleted on purpose. Raises as ``async_approve_leaving``."""
        await (await self._opened()).approve_deleted(digest)
        self.async_wake()

    @property
    @override
    def _rest_seconds(self) -> float | None:
        # Whoever switched polling off has a run when Immich tells of something, and by the button.
        state = self.data
        goes_on = state.problem is not None or state.waits or state.paused_there or state.figures.failing
        return REST_SECONDS if goes_on or not self.config_entry.pref_disable_polling else None

    @override
    async def _open(self) -> AlbumFolder:
        return await AlbumFolder.open(self._around, self._base, self.settings)

    @override
    async def _run(self, worker: AlbumFolder) -> None:
        # It sees whatever was told until now.
        self._forget_hints()
        self._ran_at = None
        await worker.run()
        self._fault = None
        self._ended_run()

    @override
    def _failed(self, error: Exception) -> None:
        self._fault = Problem.of(error if isinstance(error, AlbumFolderError) else AlbumFolderError())
        self._ended_run()

    def _ended_run(self) -> None:
        self._ran_at = self.hass.loop.time()
        if self._heard:
            self._heard = False
            self.async_hear()
        self._publish()
