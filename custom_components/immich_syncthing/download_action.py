"""The action that saves photos of Immich in a directory: originals compared with their checksum, or previews."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from enum import StrEnum
from typing import Any, Final

import voluptuous as vol
from homeassistant.core import ServiceResponse
from homeassistant.helpers import config_validation as cv

from .albums.naming import candidates
from .albums.previews import ending_of
from .download_place import Place, take_first_free
from .engine.arriving import ArrivingFile
from .engine.workers import Pool
from .immich.client import ImmichClient
from .immich.errors import NotFoundError, ServerError, UnexpectedAnswerError
from .immich.models import Asset
from .photo_calls import ATTR_ASSET_IDS, WHICH_PHOTOS, account_that_may, own_disk, told
from .roots import RootRules
from .targets import Call, text
from .vault.writing import FULL, finished, in_blocks, in_one

ATTR_DIRECTORY: Final = "directory"
ATTR_PREVIEW: Final = "preview"

ORIGINALS: Final = ("asset.download",)
PREVIEWS: Final = ("asset.view",)

SAVED, ALREADY = "saved", "already"

DOWNLOAD_SCHEMA = vol.Schema(
    {
        **WHICH_PHOTOS,
        vol.Required(ATTR_DIRECTORY): text,
        vol.Optional(ATTR_PREVIEW, default=False): cv.boolean,
    }
)


class NotSaved(StrEnum):
    """Why a photo was not saved."""

    NOT_FOUND = "not_found"
    """Immich does not know it, or the key has no access to it."""
    NO_PREVIEW = "no_preview"
    """Immich has no preview of it, or has not made it yet."""
    NOT_SENT = "not_sent"
    """Immich has it, and could not send it: its own disk may be away."""
    WRONG_BYTES = "wrong_bytes"
    """What came is not what Immich says that it has."""
    DISK_FULL = "disk_full"
    NOT_WRITABLE = "not_writable"
    """The disk refused or failed."""
    NO_NAME = "no_name"
    """All names that it may have are taken by other files."""


class _NotSavedError(Exception):
    def __init__(self, why: NotSaved) -> None:
        super().__init__(why.value)
        self.why = why


async def async_download(call: Call) -> ServiceResponse:
    """Save photos one by one, and tell where; what lies there already with the same bytes is not written again."""
    data = call.data
    account = await account_that_may(call, *(PREVIEWS if data[ATTR_PREVIEW] else ORIGINALS))
    rules, allowed = RootRules.of(call.hass), call.hass.config.is_allowed_path
    rows: list[dict[str, Any]] = []
    failed: dict[str, NotSaved] = {}
    async with own_disk(call.hass) as disk:
        place = Place()
        saver = _Saver(account.immich, disk, place, previews=data[ATTR_PREVIEW])
        try:
            await finished(disk.run(place.open, data[ATTR_DIRECTORY], allowed, rules))
            for asset_id in dict.fromkeys(data[ATTR_ASSET_IDS]):
                try:
                    rows.append({"asset_id": asset_id, **await saver.save(asset_id)})
                except _NotSavedError as err:
                    failed[asset_id] = err.why
        finally:
            await finished(disk.run(place.close))
    return told(call, account, {"photos": rows}, failed)


class _Saver:
    """Saves photos in one directory. Raises ``ImmichError`` that is about all of them."""

    def __init__(self, immich: ImmichClient, disk: Pool, place: Place, *, previews: bool) -> None:
        self._immich = immich
        self._disk = disk
        self._place = place
        self._previews = previews

    async def save(self, asset_id: str) -> dict[str, Any]:
        """Save a photo; return what to tell of it. Raises ``_NotSavedError``."""
        try:
            asset = await self._immich.asset(asset_id)
            return await (self._save_preview(asset) if self._previews else self._save_original(asset))
        except NotFoundError as err:
            raise _NotSavedError(NotSaved.NOT_FOUND) from err
        except (ServerError, UnexpectedAnswerError) as err:
            raise _NotSavedError(NotSaved.NOT_SENT) from err
        except OSError as err:
            raise _NotSavedError(NotSaved.DISK_FULL if err.errno in FULL else NotSaved.NOT_WRITABLE) from err

    async def _save_original(self, asset: Asset) -> dict[str, Any]:
        names = list(candidates(asset.file_name, asset.id))
        # Of a file in an external library Immich hashes the path, not what is in it.
        checksum = asset.checksum if asset.library_id is None else None
        if checksum is not None and (found := await self._disk.run(self._place.find, names, checksum)):
            return self._told(ALREADY, *found)
        return await self._write(asset, names, self._immich.download(asset.id), checksum, asset.size)

    async def _save_preview(self, asset: Asset) -> dict[str, Any]:
        try:
            content = (await self._immich.picture(asset.id)).content
        except NotFoundError as err:
            raise _NotSavedError(NotSaved.NO_PREVIEW) from err
        names = list(candidates(asset.file_name, asset.id, ending_of(content)))
        return await self._write(asset, names, in_one(content), None, len(content))

    async def _write(
        self, asset: Asset, names: list[str], chunks: AsyncGenerator[bytes], checksum: bytes | None, size: int | None
    ) -> dict[str, Any]:
        photo = ArrivingFile(self._place.fd)
        try:
            async with aclosing(chunks):
                if not await self._disk.run(self._place.has_room, size or 0):
                    raise _NotSavedError(NotSaved.DISK_FULL)
                async for block in in_blocks(chunks):
                    await finished(self._disk.run(photo.write, block))
            if not photo.size or size not in {None, photo.size} or checksum not in {None, photo.checksum}:
                raise _NotSavedError(NotSaved.WRONG_BYTES)
            if found := await self._disk.run(self._place.find, names, photo.checksum):
                return self._told(ALREADY, *found)
            taken_at = asset.captured_at or asset.file_created_at
            mtime_ns = int(taken_at.timestamp()) * 1_000_000_000
            name = await finished(self._disk.run(take_first_free, photo, names, mtime_ns))
            if name is None:
                raise _NotSavedError(NotSaved.NO_NAME)
            return self._told(SAVED, name, photo.size)
        finally:
            await finished(self._disk.run(photo.close))

    def _told(self, state: str, name: str, size: int) -> dict[str, Any]:
        return {"state": state, "path": str(self._place.path / name), "size": size}
