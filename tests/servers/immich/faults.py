"""Everything that goes wrong between a client and Immich, on demand."""

import asyncio
import re
import socket
import struct
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

LOGIN_PAGE = "<!doctype html><title>Sign in</title><form method=post><input name=user></form>"
_HANG = 3600.0
_LOOK_AGAIN = 0.05


class FaultKind(StrEnum):
    LATENCY = "latency"
    """Wait ``seconds`` before the request is looked at."""
    RESET_BEFORE = "reset_before"
    """The connection dies; nothing was done."""
    RESET_AFTER = "reset_after"
    """The connection dies; the request *was* carried out and its answer is lost."""
    STATUS = "status"
    """Answer ``status`` with an HTML body, as a proxy does; nothing was done."""
    CUT = "cut"
    """The request is carried out; the connection dies in the middle of its answer."""
    HALF_JSON = "half_json"
    """The request is carried out; its answer is complete HTTP around half of the body."""
    LOGIN_PAGE = "login_page"
    """200 text/html: an authenticating proxy in front of the server."""
    TOO_LARGE = "too_large"
    """413 from a proxy for bodies over ``limit`` bytes."""
    REDIRECT = "redirect"
    """301 to ``location`` + path."""
    WAIT = "wait"
    """Wait until the faults are cleared before the request is looked at; of a large body, only its beginning came."""
    HANG = "hang"
    """No answer, ever; nothing was done."""


@dataclass(slots=True)
class Rule:
    """One fault. ``path`` is a regular expression searched in the path, ``times`` None means until cleared."""

    kind: FaultKind
    path: str = ""
    method: str | None = None
    times: int | None = None
    seconds: float = 0
    status: int = 502
    limit: int = 0
    location: str = ""
    hits: int = 0

    def applies(self, request: web.Request) -> bool:
        if self.times is not None and self.hits >= self.times:
            return False
        if self.method is not None and request.method != self.method:
            return False
        if self.kind is FaultKind.TOO_LARGE and (request.content_length or 0) <= self.limit:
            return False
        return re.search(self.path, request.path) is not None


@dataclass(slots=True)
class SocketFaults:
    """What the websocket does wrong. Cutting lines and saying nonsense: :meth:`ImmichStandIn.cut_lines` and ``say``."""

    silent: bool = False
    """Nothing is sent, not even a ping: the line is dead, and nobody was told."""
    twice: bool = False
    """Every event comes twice."""
    swapped: bool = False
    """Every second event overtakes the one before it, which waits for it."""
    unauthorized: bool = False
    """Every key is shown the door."""


@dataclass(slots=True)
class Faults:
    """What is broken now. The switches are states of the server, the rules are what lies in front of it."""

    maintenance: bool = False
    """Most routes answer 404 (measured)."""
    disk_full: bool = False
    """Uploads answer 500 and leave half a file behind (measured)."""
    database_down: bool = False
    """500 everywhere but ping and version (measured)."""
    queue_down: bool = False
    """Redis is down: an upload is stored, but its answer never comes (measured)."""
    rules: list[Rule] = field(default_factory=list)
    socket: SocketFaults = field(default_factory=SocketFaults)

    def add(self, kind: FaultKind | str, path: str = "", **options: object) -> Rule:
        """Add a rule; see :class:`Rule` for the options."""
        rule = Rule(FaultKind(kind), path, **options)  # type: ignore[arg-type]
        self.rules.append(rule)
        return rule

    def clear(self) -> None:
        """Everything works again."""
        self.maintenance = self.disk_full = self.database_down = self.queue_down = False
        self.rules.clear()
        self.socket = SocketFaults()

    async def after_upload(self) -> None:
        if self.queue_down:
            await asyncio.sleep(_HANG)

    async def around(
        self, request: web.Request, serve: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Serve one request through whatever is broken on its way."""
        rule = next((rule for rule in self.rules if rule.applies(request)), None)
        if rule is None:
            return await serve(request)
        rule.hits += 1
        if rule.kind is FaultKind.WAIT:
            while rule in self.rules:
                await asyncio.sleep(_LOOK_AGAIN)
            return await serve(request)
        if rule.kind in {FaultKind.LATENCY, FaultKind.HANG}:
            await asyncio.sleep(rule.seconds if rule.kind is FaultKind.LATENCY else _HANG)
            return await serve(request)
        if rule.kind in _SERVED:
            return await _spoil(request, await serve(request), rule.kind)
        return _instead(request, rule)


_SERVED = frozenset({FaultKind.RESET_AFTER, FaultKind.CUT, FaultKind.HALF_JSON})


async def _spoil(request: web.Request, response: web.StreamResponse, kind: FaultKind) -> web.StreamResponse:
    """The request was carried out; the client does not get to know, or not all of it."""
    if kind is FaultKind.RESET_AFTER:
        return _reset(request)
    return await _half(request, response, cut=kind is FaultKind.CUT)


def _instead(request: web.Request, rule: Rule) -> web.StreamResponse:
    """What comes instead of an answer of the server, which never saw the request."""
    match rule.kind:
        case FaultKind.RESET_BEFORE:
            return _reset(request)
        case FaultKind.LOGIN_PAGE:
            return web.Response(text=LOGIN_PAGE, content_type="text/html")
        case FaultKind.REDIRECT:
            raise web.HTTPMovedPermanently(rule.location + request.path_qs)
        case FaultKind.TOO_LARGE:
            return _proxy_page(413)
        case _:
            return _proxy_page(rule.status)


def _proxy_page(status: int) -> web.Response:
    text = f"<html><head><title>{status}</title></head><body><center>nginx</center></body></html>"
    return web.Response(status=status, text=text, content_type="text/html")


def _reset(request: web.Request) -> web.Response:
    """Close with RST instead of an orderly end."""
    transport = request.transport
    if transport is not None:
        raw: socket.socket | None = transport.get_extra_info("socket")
        if raw is not None:
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()


async def _half(request: web.Request, response: web.StreamResponse, *, cut: bool) -> web.StreamResponse:
    if not isinstance(response, web.Response) or not isinstance(response.body, bytes):
        return _reset(request)
    half = response.body[: len(response.body) // 2]
    if not cut:
        return web.Response(body=half, status=response.status, content_type="application/json")
    kept = {name: value for name, value in response.headers.items() if name in {"Content-Range", "ETag"}}
    broken = web.StreamResponse(status=response.status, headers={"Content-Type": "application/json", **kept})
    broken.content_length = len(response.body)
    await broken.prepare(request)
    await broken.write(half)
    await asyncio.sleep(0.05)
    _reset(request)
    return broken
