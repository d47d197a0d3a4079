"""Copying one photo into the folder.

| last step that happened          | the folder has                                                              |
| -------------------------------- | --------------------------------------------------------------------------- |
| temporary name, written          | what it had; Syncthing never syncs the name and removes it after 24 hours   |
| name given in the base           | the same; the photo is copied anew                                          |
| moved to its name                | the copy, complete and on stable storage; the next run knows it by its inode |
| noted in the base                | the copy                                                                    |
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from ..immich.models import Asset, Visibility
from ..vault.writing import finished, in_blocks, in_one
from .base import Base
from .disk import Arrival, Found, Written, find_like_ours
from .errors import AlbumNoNameError, AlbumWrongBytesError
from .model import Copy, Shown, State
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
        """Copy a photo; ``None`` where it is not what was listed any more, or somebody else put it there."""
        asset = await self._library.asset(photo.asset_id)
        if not _is_as_listed(asset, photo):
            return None
        if self._settings.quality is Quality.PREVIEW:
            return await self._copy_preview(photo)
        names = list(candidates(photo.name, photo.asset_id))
        if photo.checksum is not None:
            found = await self._disk.run(find_like_ours, self._settings, names, photo.checksum, _mtime_ns(photo))
            if found is not None and await self._reserve(photo, found.name, photo.checksum, None):
                noted = photo.asset_id, photo.checksum, found.signature, State.THEIRS
                await self._blocking.run(self._base.have, *noted)
                return None
        return await self._write(photo, names, self._library.download(photo.asset_id), photo.size or 0)

    async def _copy_preview(self, photo: Shown) -> Found:
        content: bytes | None = (await self._library.picture(photo.asset_id)).content
        if self._settings.side is not None and content is not None:
            content = await self._disk.run(shrunk, content, self._settings.side)
        if content is None:
            raise AlbumWrongBytesError(photo.name)
        names = list(candidates(photo.name, photo.asset_id, ending_of(content)))
        return await self._write(photo, names, in_one(content), len(content))

    async def _write(self, photo: Shown, names: list[str], chunks: AsyncGenerator[bytes], size: int) -> Found:
        arrival = Arrival(self._settings)
        try:
            async with aclosing(chunks):
                await finished(self._disk.run(arrival.begin, size, photo.name))
                async for block in in_blocks(chunks):
                    await finished(self._disk.run(arrival.write, block))
            written = await finished(self._disk.run(arrival.finish, _mtime_ns(photo)))
            self._require_right(photo, written)
            for name in names:
                if not await self._reserve(photo, name, written.checksum, written.inode):
                    continue
                signature = await finished(self._disk.run(arrival.take_name, name))
                if signature is not None:
                    await self._blocking.run(self._base.have, photo.asset_id, written.checksum, signature)
                    return Found(name, signature)
        finally:
            await finished(self._disk.run(arrival.close))
        raise AlbumNoNameError(photo.name)

    def _require_right(self, photo: Shown, written: Written) -> None:
        if self._settings.quality is Quality.PREVIEW:
            return
        known = photo.checksum is not None
        wrong = written.checksum != photo.checksum if known else photo.size not in {None, written.size}
        if wrong or not written.size:
            raise AlbumWrongBytesError(photo.name)

    async def _reserve(self, photo: Shown, name: str, checksum: bytes, inode: int | None) -> bool:
        made_as, mtime_ns = self._settings.made_as, _mtime_ns(photo)
        copy = Copy(photo.asset_id, name, State.RESERVED, made_as, checksum, mtime_ns, inode=inode)
        return await self._blocking.run(self._base.reserve, copy)


def _is_as_listed(asset: Asset, photo: Shown) -> bool:
    if asset.is_trashed or asset.visibility not in {Visibility.TIMELINE, Visibility.ARCHIVE}:
        return False
    return photo.checksum in {None, asset.checksum}


def _mtime_ns(photo: Shown) -> int:
    """Return the date that a copy bears: when the photo was taken, as near to that as every file system knows."""
    return min(max(photo.taken, EARLIEST), LATEST) // 2 * 2 * 1_000_000_000
