"""Serves photos to the media browser and the panel: by checksum, to who may see the account, and as nothing else."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from aiohttp import hdrs, web
from homeassistant.core import HomeAssistant
from homeassistant.helpers.http import HomeAssistantView

from .account_view import HEADERS, account_seen
from .const import DOMAIN
from .coordinator import ImmichSyncthingConfigEntry
from .engine.account import AccountEngine
from .engine.errors import EngineError
from .engine.showing import Shown
from .immich.client import ImmichClient
from .immich.errors import ImmichError
from .immich.pictures import PictureSize
from .media_types import media_type
from .servers import immich_client
from .thumbnails import LARGEST, thumbnail
from .vault.errors import VaultError
from .vault.index import Indexed

_LOGGER = logging.getLogger(__name__)

AT_ONCE: Final = 4
"""Pictures that are asked for at the same time: a page wants 200."""

_HEADERS: Final = HEADERS | {"Cache-Control": "private, max-age=86400, immutable"}
"""A checksum is always the same photo."""


class Part(StrEnum):
    """What a photo is in."""

    VAULT = "vault"
    HELD = "held"
    LINKED = "linked"
    """Whatever any folder has or had, wherever it is now: only its small picture is shown."""


class Size(StrEnum):
    """How much of a photo is wanted."""

    THUMBNAIL = "thumbnail"
    FULL = "full"


def address(entry_id: str, part: Part, checksum: str, size: Size) -> str:
    """Return where a photo is served."""
    return f"/api/{DOMAIN}/media/{entry_id}/{part}/{checksum}/{size}"


_CHECKSUM = "{checksum:[0-9a-f]{40}}"


class MediaView(HomeAssistantView):
    """Photos of the vault, of what waits for a decision, and small pictures of all."""

    url = f"/api/{DOMAIN}/media/{{entry_id}}/{{part:vault|held}}/{_CHECKSUM}/{{size:thumbnail|full}}"
    name = f"api:{DOMAIN}:media"

    def __init__(self, hass: HomeAssistant) -> None:
        """Serve what ``hass`` has when somebody asks."""
        self._hass = hass
        self.extra_urls = [f"/api/{DOMAIN}/media/{{entry_id}}/{{part:linked}}/{_CHECKSUM}/{{size:thumbnail}}"]
        self._turns = asyncio.Semaphore(AT_ONCE)
        # One at a time: a large photo takes some hundred MiB while its picture is made.
        self._making = asyncio.Lock()

    async def get(self, request: web.Request, entry_id: str, part: str, checksum: str, size: str) -> web.StreamResponse:
        """Answer with a photo, or its small picture."""
        entry = account_seen(self._hass, request, entry_id)
        try:
            photo = await _find(self._hass, entry, Part(part), bytes.fromhex(checksum))
            if photo is None:
                raise web.HTTPNotFound
            if Size(size) is Size.FULL:
                return await photo.send(request)
            async with self._turns:
                picture = await photo.immichs()
                if picture is None:
                    async with self._making:
                        picture = await photo.made()
        except (EngineError, ImmichError, VaultError) as err:
            _LOGGER.debug("A photo cannot be shown: %s", err.code)
            raise web.HTTPNotFound from err
        if picture is None:
            raise web.HTTPNotFound
        content, kind = picture
        return web.Response(body=content, content_type=kind, headers=_HEADERS)


@dataclass(frozen=True, slots=True)
class _Photo:
    """A photo that is there. ``asset_id``: where Immich has or had it."""

    hass: HomeAssistant
    engine: AccountEngine
    client: ImmichClient
    part: Part
    checksum: bytes
    kind: str
    size: int
    asset_id: str | None

    async def immichs(self) -> tuple[bytes, str] | None:
        """Return Immich's small picture, as long as it has one."""
        if self.asset_id is None:
            return None
        try:
            found = await self.client.picture(self.asset_id, PictureSize.THUMBNAIL)
        except ImmichError as err:
            _LOGGER.debug("Immich has no picture: %s", err.code)
            return None
        return found.content, found.content_type

    async def made(self) -> tuple[bytes, str] | None:
        """Return a small picture made here, where Immich has none. Raises ``EngineError``, ``VaultError``."""
        if not self.kind.startswith("image/") or self.size > LARGEST:
            return None
        content = bytearray()
        async with aclosing(self._blocks(0, self.size)) as blocks:
            async for block in blocks:
                content += block
                if len(content) > LARGEST:
                    return None
        made = await self.hass.async_add_executor_job(thumbnail, bytes(content))
        return None if made is None else (made, "image/jpeg")

    async def send(self, request: web.Request) -> web.StreamResponse:
        """Send it, or the part that is asked for, as Home Assistant sends a file: who plays a video jumps in it."""
        tag = self.checksum.hex()
        if any(one.value in {tag, "*"} for one in request.if_none_match or ()):
            raise web.HTTPNotModified(headers=_HEADERS | {hdrs.ETAG: f'"{tag}"'})
        part = self._part(request, f'"{tag}"')
        start, end = part or (0, self.size)
        async with aclosing(self._blocks(start, end)) as blocks:
            # The first block before the headers: what cannot be read is not found.
            first = await anext(blocks, b"")
            response = web.StreamResponse(headers=_HEADERS | {hdrs.ACCEPT_RANGES: "bytes"})
            response.content_type, response.etag = self.kind, tag
            response.content_length = end - start
            if part is not None:
                response.set_status(HTTPStatus.PARTIAL_CONTENT)
                response.headers[hdrs.CONTENT_RANGE] = f"bytes {start}-{end - 1}/{self.size}"
            await response.prepare(request)
            await response.write(first)
            try:
                async for block in blocks:
                    await response.write(block)
            except (EngineError, ImmichError, VaultError) as err:
                _LOGGER.debug("A photo broke off: %s", err.code)
                # Another answer now would lie in the midst of the photo, and a browser would keep that.
                if request.transport is not None:
                    request.transport.abort()
                return response
        await response.write_eof()
        return response

    def _part(self, request: web.Request, tag: str) -> tuple[int, int] | None:
        """Return where the part that is asked for begins and ends, ``None`` if all is wanted.

        Who has the beginning of something else (``If-Range``) wants all. Raises ``HTTPRequestRangeNotSatisfiable``.
        """
        if hdrs.RANGE not in request.headers or request.headers.get(hdrs.IF_RANGE, tag) != tag:
            return None
        try:
            start, end, _ = request.http_range.indices(self.size)
        except ValueError:
            start = end = self.size
        if start >= end:
            raise web.HTTPRequestRangeNotSatisfiable(headers={hdrs.CONTENT_RANGE: f"bytes */{self.size}"})
        return start, end

    def _blocks(self, start: int, end: int) -> AsyncGenerator[bytes]:
        if self.part is not Part.VAULT:
            return _cut(self.engine.shown_bytes(self.checksum, waiting=self.part is Part.HELD), start, end)
        # Without an end, its checksum is compared if it is read from the beginning.
        wanted = None if end == self.size else end
        return _each(self.engine.vault.read(self.checksum, offset=start, end=wanted))


async def _find(hass: HomeAssistant, entry: ImmichSyncthingConfigEntry, part: Part, checksum: bytes) -> _Photo | None:
    """Return a photo that is shown now. Raises ``EngineError``."""
    engine, index = entry.runtime_data.engine, entry.runtime_data.shown.index
    if part is Part.VAULT:
        found: Indexed | Shown | None = await index.find(checksum)
    else:
        found = await engine.shown(checksum, waiting=part is Part.HELD)
    kind = None if found is None else media_type(found.path)
    if found is None or kind is None:
        return None
    return _Photo(hass, engine, immich_client(hass, entry.data), part, checksum, kind, found.size, found.asset_id)


async def _each(blocks: AsyncIterator[bytes]) -> AsyncGenerator[bytes]:
    async for block in blocks:
        yield block


async def _cut(blocks: AsyncIterator[bytes], start: int, end: int) -> AsyncGenerator[bytes]:
    """Yield the bytes from ``start`` up to ``end``."""
    at = 0
    async for block in blocks:
        wanted = block[max(0, start - at) : max(0, end - at)]
        at += len(block)
        if wanted:
            yield wanted
        if at >= end:
            return
