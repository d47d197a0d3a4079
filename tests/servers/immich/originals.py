"""Bytes: originals with ranges, thumbnails after their job."""

import re
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from aiohttp import web

from .errors import Invalid, Issue, Problem
from .records import Kind
from .routing import Call, Routes

if TYPE_CHECKING:
    from .records import Asset

routes = Routes()

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_CHUNK = 256 * 1024
_SIZES = ("original", "fullsize", "preview", "thumbnail")


@routes.get("/assets/{id}/original", "asset.download")
@routes.add("HEAD", "/assets/{id}/original", "asset.download")
async def original(call: Call) -> web.StreamResponse:
    """Trashed assets too. A file missing on disk is 500 and changes nothing else (measured)."""
    asset = call.readable_asset(call.path_id, "asset.download")
    path = call.world.path_of(asset)
    if path is None:
        raise Problem(500, "Internal server error", title="")
    disposition = f"inline; filename*=UTF-8''{quote(asset.name)}"
    return await send_file(call.request, path, asset.mime, disposition, asset)


@routes.get("/assets/{id}/video/playback", "asset.view")
async def playback(call: Call) -> web.StreamResponse:
    asset = call.readable_asset(call.path_id, "asset.view")
    path = call.world.path_of(asset)
    if asset.kind is not Kind.VIDEO or path is None or not path.is_file():
        raise Problem(404, "Asset media not found")
    return await send_file(call.request, path, asset.mime, "inline", asset)


@routes.get("/assets/{id}/thumbnail", "asset.view")
async def thumbnail(call: Call) -> web.StreamResponse:
    """404 before the job (measured); fullsize redirects to the original when there is no other rendition."""
    asset = call.readable_asset(call.path_id, "asset.view")
    size = call.request.query.get("size", "thumbnail")
    if size not in _SIZES:
        sentence = f"size must be one of the following values: {', '.join(_SIZES)}"
        wanted = f"Invalid option: expected one of {'|'.join(f'"{name}"' for name in _SIZES)}"
        raise Invalid(Issue("size", (sentence,), wanted, "invalid_value"))
    if size == "original":
        raise Problem(400, "May not request original file")
    path = call.world.storage / "thumbs" / f"{asset.id}.webp"
    if not asset.has_thumbnail or not path.is_file():
        raise Problem(404, "Asset media not found")
    if size == "fullsize":
        location = f"{call.server.prefix}/api/assets/{asset.id}/original"
        raise web.HTTPFound(location)
    return web.Response(body=path.read_bytes(), content_type="image/webp")


async def send_file(
    request: web.Request, path: Path, mime: str, disposition: str, asset: Asset | None = None
) -> web.StreamResponse:
    """Whole or one range; a start past the end is 500, several ranges get the whole file (measured)."""
    size = _size_of(path)
    stamp = asset.file_modified_at.replace(microsecond=0) if asset else None
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=86400, no-transform",
        "Content-Disposition": disposition,
        "Content-Type": mime,
    }
    if asset is not None and stamp is not None:
        headers["ETag"] = f'W/"{size:x}-{int(asset.file_modified_at.timestamp() * 1000):x}"'
        headers["Last-Modified"] = format_datetime(stamp, usegmt=True)
        since = request.headers.get("If-Modified-Since")
        if request.headers.get("If-None-Match") == headers["ETag"]:
            return web.Response(status=304, headers={"ETag": headers["ETag"]})
        if since and "If-None-Match" not in request.headers and stamp <= parsedate_to_datetime(since):
            return web.Response(status=304, headers={"ETag": headers["ETag"]})
    try:
        span = _span(request.headers.get("Range", ""), size)
    except PastTheEndError:
        return _past_the_end(mime, size)
    first, last = span or (0, size - 1)
    response = web.StreamResponse(status=206 if span else 200, headers=headers)
    if span:
        response.headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    response.content_length = last - first + 1
    await response.prepare(request)
    if request.method != "HEAD":
        with path.open("rb") as source:
            source.seek(first)
            left = last - first + 1
            while left and (chunk := source.read(min(_CHUNK, left))):
                left -= len(chunk)
                await response.write(chunk)
    await response.write_eof()
    return response


class PastTheEndError(Exception):
    """The range begins where the file has ended."""


def _past_the_end(mime: str, size: int) -> web.Response:
    """Not 416: a 500 whose JSON calls itself a picture (measured)."""
    text = '{"message":"Internal server error","statusCode":500,"correlationId":"range000"}'
    headers = {"Content-Type": f"{mime}; charset=utf-8", "Content-Range": f"bytes */{size}"}
    return web.Response(body=text.encode(), status=500, headers=headers)


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError as err:
        raise Problem(500, "Internal server error", title="") from err


def _span(text: str, size: int) -> tuple[int, int] | None:
    found = _RANGE.fullmatch(text)
    if found is None or found[0] == "bytes=-":
        return None
    if not found[1]:
        return max(0, size - int(found[2])), size - 1
    first = int(found[1])
    if first >= size:
        raise PastTheEndError
    return first, min(int(found[2] or size - 1), size - 1)
