"""JSON answers as Express sends them: compact, with an ETag that is honoured, compressed when asked for."""

import base64
import hashlib
import json

from aiohttp import web

_WORTH_COMPRESSING = 1024


def json_reply(
    request: web.Request, value: object, status: int = 200, headers: dict[str, str] | None = None
) -> web.Response:
    """The answer; 304 for a GET or HEAD whose If-None-Match names what would be sent."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    digest = base64.b64encode(hashlib.sha1(body, usedforsecurity=False).digest())[:27].decode()
    tag = f'"{len(body):x}-{digest}"'
    lead = {"X-Powered-By": "Express", "ETag": tag, "Vary": "Accept-Encoding"} | (headers or {})
    if request.method in {"GET", "HEAD"} and status == 200 and request.headers.get("If-None-Match") == tag:
        return web.Response(status=304, headers=lead)
    response = web.Response(body=body, status=status, headers=lead, content_type="application/json", charset="utf-8")
    if len(body) >= _WORTH_COMPRESSING:
        response.enable_compression()
    return response
