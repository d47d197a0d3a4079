"""Copying one photo into the folder.

| last step that happened          | the folder has                                                              |
| -------------------------------- | --------------------------------------------------------------------------- |
| temporary name, written          | what it had; Syncthing never syncs the name and removes it after 24 hours   |
| name given in the base           | the same; the photo is copied anew                                          |
| moved to its name                | the copy, complete and on stable storage; the next run finds it by its bytes |
| noted in the base                | the copy                                                                    |
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from ..immich.models import Asset, Visibility
from ..vault.writing import finished, in_blocks
from .base import Base
from .disk import Arrival, Found, find_ours
from .errors import AlbumNoNameError, AlbumWrongBytesError
from .model import Shown
from .naming import candidates
from .ports import Surroundings
from .previews import ending_of, shrunk
from .settings import AlbumFolderSettings, Quality

EARLIEST, LATEST = 315_705_600, 2_145_830_400
"""1980-01-03 and 2037-12-31: FAT knows no earlier dates, ext4 with small inodes no later ones, and SQLite no 9999."""


class Copier:
    """Brings photos into the folder. Raises ``ImmichError``, ``EngineError``, ``AlbumFolderError``."""

    def __init__(self, around: Surroundings, base: Base, settings: AlbumFolderSettings) -> None:
        """Copy nothing yet."""
        self._library = around.library
        self._blocking = around.blocking
        self._disk = around.disk
        self._base = base
        self._settings = settings

    async def copy(self, photo: Shown) -> Found | None:
        """Copy a photo, or find its copy; ``None`` where it is not what was listed any more."""
        asset = await self._library.asset(photo.asset_id)
        if not _is_as_listed(asset, photo):
            return None
        if self._settings.quality is Quality.PREVIEW:
            return await self._copy_preview(photo)
        names = list(candidates(photo.name, photo.asset_id))
        if photo.checksum is not None:
            found = await self._disk.run(find_ours, self._settings, names, photo.checksum, _mtime_ns(photo))
            if found is not None and await self._reserve(photo, found.name, photo.checksum):
                await self._blocking.run(self._base.have, photo.asset_id, photo.checksum, found.signature)
                return found
        return await self._write(photo, names, self._library.download(photo.asset_id), photo.size or 0)

    async def _copy_preview(self, photo: Shown) -> Found:
        content: bytes | None = (await self._library.picture(photo.asset_id)).content
        if self._settings.side is not None and content is not None:
            content = await self._disk.run(shrunk, content, self._settings.side)
        if content is None:
            raise AlbumWrongBytesError(photo.name)
        names = list(candidates(photo.name, photo.asset_id, ending_of(content)))
        return await self._write(photo, names, _in_one(content), len(content))

    async def _write(self, photo: Shown, names: list[str], chunks: AsyncGenerator[bytes], size: int) -> Found:
        arrival = Arrival(self._settings)
        try:
            async with aclosing(chunks):
                await finished(self._disk.run(arrival.begin, size))
                async for block in in_blocks(chunks):
                    await finished(self._disk.run(arrival.write, block))
            checksum, written = await finished(self._disk.run(arrival.finish, _mtime_ns(photo)))
            self._require_right(photo, checksum, written)
            for name in names:
                if not await self._reserve(photo, name, checksum):
                    continue
                signature = await finished(self._disk.run(arrival.take_name, name))
                if signature is not None:
                    await self._blocking.run(self._base.have, photo.asset_id, checksum, signature)
                    return Found(name, signature)
        finally:
            await finished(self._disk.run(arrival.close))
        raise AlbumNoNameError(photo.name)

    def _require_right(self, photo: Shown, checksum: bytes, written: int) -> None:
        if self._settings.quality is Quality.PREVIEW:
            return
        wrong = checksum != photo.checksum if photo.checksum is not None else photo.size not in {None, written}
        if wrong or not written:
            raise AlbumWrongBytesError(photo.name)

    async def _reserve(self, photo: Shown, name: str, checksum: bytes) -> bool:
        given = photo.asset_id, name, self._settings.made_as, checksum, _mtime_ns(photo)
        return await self._blocking.run(self._base.reserve, *given)


def _is_as_listed(asset: Asset, photo: Shown) -> bool:
    if asset.is_trashed or asset.visibility not in {Visibility.TIMELINE, Visibility.ARCHIVE}:
        return False
    return photo.checksum in {None, asset.checksum}


def _mtime_ns(photo: Shown) -> int:
    """Return the date that a copy bears: when the photo was taken, as near to that as every file system knows."""
    return min(max(photo.taken, EARLIEST), LATEST) // 2 * 2 * 1_000_000_000


async def _in_one(content: bytes) -> AsyncGenerator[bytes]:
    yield content
