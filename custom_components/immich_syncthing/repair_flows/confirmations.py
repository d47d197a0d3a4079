"""Ask once and then do it: take a folder or a disk over, or let the issue of a recovery go."""

from abc import abstractmethod
from typing import override

import voluptuous as vol
from homeassistant.components.repairs import RepairsFlowResult

from ..albums.errors import AlbumFolderError
from ..coordinator import ImmichSyncthingConfigEntry
from ..engine.errors import EngineError
from ..errors import RefusedError
from ..markdown import LONG, as_text
from ..replica.errors import ReplicaError
from ..syncthing.errors import SyncthingError
from .proof import async_prove, async_refusal
from .target import EntryFlow


class ConfirmFlow(EntryFlow):
    """Asks once and then does it."""

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Begin."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Ask, then do it."""
        if user_input is None:
            return self._form({})
        entry = self.loaded_entry()
        if entry is None or ("folder_id" in self.about and self.loaded_folder() is None):
            return self.not_loaded()
        # The entry may be unloaded before it is done.
        runtime = entry.runtime_data
        try:
            await self._do(entry)
        except (RefusedError, SyncthingError) as err:
            return self._form({"base": "refused"}, await async_refusal(self.hass, err))
        except (AlbumFolderError, EngineError, ReplicaError) as err:
            return self.async_abort(
                reason="not_done", description_placeholders={"detail": as_text(str(err) or err.code, LONG)}
            )
        for folder in runtime.folders.values():
            folder.async_wake()
        return self.async_create_entry(data={})

    def _form(self, errors: dict[str, str], refusal: str = "") -> RepairsFlowResult:
        return self.async_show_form(
            step_id="confirm",
            data_schema=vol.Schema({}),
            errors=errors,
            description_placeholders={**self.placeholders, "refusal": refusal},
        )

    @abstractmethod
    async def _do(self, entry: ImmichSyncthingConfigEntry) -> None:
        """Do what was confirmed.

        Raises ``AlbumFolderError``, ``EngineError``, ``RefusedError``, ``ReplicaError`` or ``SyncthingError``.
        """


class TakeOverFlow(ConfirmFlow):
    """Makes this Home Assistant the one that works in a folder."""

    @override
    async def _do(self, entry: ImmichSyncthingConfigEntry) -> None:
        await entry.runtime_data.folders[str(self.about["folder_id"])].engine.take_over()


class TakeDiskFlow(ConfirmFlow):
    """Works with another disk at a folder's path, once it is proven that it holds what Syncthing has."""

    @override
    async def _do(self, entry: ImmichSyncthingConfigEntry) -> None:
        folder = entry.runtime_data.folders[str(self.about["folder_id"])]
        await async_prove(self.hass, entry, folder, str(folder.engine.settings.root))
        await folder.engine.take_disk()


class RecoveredFlow(ConfirmFlow):
    """Lets the issue of a recovery go, as somebody has read it."""

    @override
    async def _do(self, entry: ImmichSyncthingConfigEntry) -> None:
        await entry.runtime_data.engine.acknowledge_recovery()
