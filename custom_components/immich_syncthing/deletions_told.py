"""Permanent deletions that Immich tells of, on their way into the ledger: nobody tells of them twice."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection

from homeassistant.core import HomeAssistant, callback

from .coordinator import ImmichSyncthingConfigEntry
from .engine.errors import EngineError

_LOGGER = logging.getLogger(__name__)

MOST = 100_000
"""How many may wait. Of what is dropped, its owner is asked, as if nobody had told of it."""

type Note = Callable[[Collection[str]], Awaitable[None]]
"""Puts asset ids on the disk. May raise ``EngineError``."""


class DeletionsTold:
    """Hands ids of assets on, all that came meanwhile together: an emptied trash tells of thousands one by one."""

    def __init__(
        self, hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, note: Note, noted: Callable[[], None]
    ) -> None:
        """Hand ids on to ``note``, and call ``noted`` after each time, however it went."""
        self._hass = hass
        self._entry = entry
        self._note = note
        self._noted = noted
        self._waiting: list[str] = []
        self._task: asyncio.Task[None] | None = None

    @callback
    def async_hear(self, asset_id: str) -> None:
        """Take an id, and begin to hand it on."""
        if len(self._waiting) < MOST:
            self._waiting.append(asset_id)
        if self._task is None:
            self._task = self._entry.async_create_background_task(
                self._hass, self._hand_on(), "Immich deletions", eager_start=False
            )

    async def async_stop(self) -> None:
        """Wait until all that was heard is handed on. Harmless if it was."""
        if self._task is not None:
            await asyncio.wait([self._task])

    async def _hand_on(self) -> None:
        try:
            while self._waiting:
                some, self._waiting = self._waiting, []
                try:
                    await self._note(some)
                except EngineError as err:
                    _LOGGER.warning("It cannot be noted that Immich told of deletions: %s %s", err.code, err.detail)
                self._noted()
        finally:
            self._task = None
