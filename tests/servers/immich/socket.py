"""The websocket at /api/socket.io: Engine.IO 4 and socket.io, websocket transport only (measured).

Written by hand because two packet types and one namespace are all that Immich's clients use.
"""

import asyncio
import json
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from . import permissions
from .errors import Problem
from .routing import authenticate

if TYPE_CHECKING:
    from .records import User
    from .standin import Server

PING_INTERVAL, PING_TIMEOUT = 25.0, 20.0
_OPEN, _PING, _PONG = "0", "2", "3"
_CONNECT, _DISCONNECT, _EVENT = "40", "41", "42"


async def serve_socket(request: web.Request, server: Server) -> web.StreamResponse:
    """One connection until it ends. A key needs ``all``; the handshake's headers are all that is looked at."""
    if request.query.get("transport") != "websocket":
        return web.json_response({"code": 0, "message": "Transport unknown"}, status=400)
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    handshake = {
        "sid": uuid.uuid4().hex[:20],
        "upgrades": [],
        "pingInterval": int(PING_INTERVAL * 1000),
        "pingTimeout": int(PING_TIMEOUT * 1000),
        "maxPayload": 1_000_000,
    }
    await socket.send_str(_OPEN + json.dumps(handshake))
    first = await socket.receive()
    if first.type is not WSMsgType.TEXT or not first.data.startswith(_CONNECT):
        await socket.close()
        return socket
    await socket.send_str(_CONNECT + json.dumps({"sid": uuid.uuid4().hex[:20]}))
    user = _user_of(request, server)
    if user is None:
        await socket.send_str(_EVENT + json.dumps(["error", "unauthorized"]))
        await socket.send_str(_DISCONNECT)
        await socket.close()
        return socket
    await Line(request, socket, server, user).run()
    return socket


def _user_of(request: web.Request, server: Server) -> User | None:
    if server.faults.socket.unauthorized:
        return None
    try:
        auth = authenticate(request.clone(rel_url=request.rel_url.with_query(None)), server.world)
    except Problem:
        return None
    if auth is None or (auth.key is not None and not permissions.granted(auth.key.permissions, permissions.ALL)):
        return None
    return auth.user


class Line:
    """An authorised socket in its user's room."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse, server: Server, user: User) -> None:
        self._request, self._socket, self._server, self._user = request, socket, server, user
        self._queue: asyncio.Queue[str | None] = asyncio.Queue()
        self._overtaken: str | None = None

    async def run(self) -> None:
        rooms, lines = self._server.world.rooms, self._server.lines
        self._queue.put_nowait(_event("on_server_version", _version_json(self._server)))
        rooms.join(self._user.id, self._hear)
        lines.append(self)
        tasks = [asyncio.create_task(self._write()), asyncio.create_task(self._ping())]
        try:
            await self._read()
        finally:
            lines.remove(self)
            rooms.leave(self._user.id, self._hear)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def say(self, text: str) -> None:
        """Send these characters, be they a packet or nonsense."""
        self._queue.put_nowait(text)

    def cut(self) -> None:
        """Let the line break off, without a word."""
        self._queue.put_nowait(None)

    def _hear(self, name: str, arguments: tuple[object, ...]) -> None:
        faults, event = self._server.faults.socket, _event(name, *arguments)
        if faults.swapped and self._overtaken is None:
            self._overtaken = event
            return
        overtaken, self._overtaken = self._overtaken, None
        for one in (event, overtaken):
            if one is not None:
                for _ in range(2 if faults.twice else 1):
                    self.say(one)

    async def _write(self) -> None:
        with suppress(ConnectionError):
            while True:
                text = await self._queue.get()
                if text is None:
                    if self._request.transport is not None:
                        self._request.transport.abort()
                elif not self._server.faults.socket.silent:
                    await self._socket.send_str(text)

    async def _ping(self) -> None:
        while True:
            await asyncio.sleep(PING_INTERVAL)
            self._queue.put_nowait(_PING)

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type is WSMsgType.TEXT and message.data.startswith(_DISCONNECT):
                break
            if message.type is WSMsgType.TEXT and message.data == _PING:
                self._queue.put_nowait(_PONG)


def _event(name: str, *arguments: object) -> str:
    return _EVENT + json.dumps([name, *arguments])


def _version_json(server: Server) -> dict[str, object]:
    """2.7.5 sends the whole SemVer object (recorded); 3.x four numbers (server source 3.0.3)."""
    version = server.version
    numbers: dict[str, object] = {"major": version.major, "minor": version.minor, "patch": version.patch}
    if version.is_v3:
        return numbers | {"prerelease": None}
    lead = {"options": {}, "loose": False, "includePrerelease": False, "raw": str(version)}
    return lead | numbers | {"prerelease": [], "build": [], "version": str(version)}
