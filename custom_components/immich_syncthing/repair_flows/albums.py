"""Ask once and then do it, about album folders: let copies leave, or believe what was deleted in the folder."""

from abc import abstractmethod
from typing import override

from ..album_coordinator import AlbumCoordinator
from ..coordinator import ImmichSyncthingConfigEntry
from .confirmations import ConfirmFlow


class AlbumConfirmFlow(ConfirmFlow):
    """Asks once about an album folder. One that is not there any more needs nothing."""

    @override
    async def _do(self, entry: ImmichSyncthingConfigEntry) -> None:
        folder = entry.runtime_data.album_folders.get(str(self.about["album_folder_id"]))
        if folder is not None:
            await self._do_with(folder, str(self.about["digest"]))

    @abstractmethod
    async def _do_with(self, folder: AlbumCoordinator, digest: str) -> None:
        """Do what was confirmed, about the very copies that the issue was about. Raises ``AlbumFolderError``."""


class AlbumLeavingFlow(AlbumConfirmFlow):
    """Lets copies leave whose photos Immich was not seen to have, or whose album is gone."""

    @override
    async def _do_with(self, folder: AlbumCoordinator, digest: str) -> None:
        await folder.async_approve_leaving(digest)


class AlbumDeletedFlow(AlbumConfirmFlow):
    """Believes that copies were deleted in the folder on purpose."""

    @override
    async def _do_with(self, folder: AlbumCoordinator, digest: str) -> None:
        await folder.async_approve_deleted(digest)
