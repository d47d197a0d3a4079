"""The websocket below ``line``: who may see the key, and bounds for a server that sends too much or never reads."""

import asyncio
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Literal

import aiohttp
from aiohttp import WSMsgType
from yarl import URL

MOST_BYTES = 524_288
"""Of one message: 13,000 assets that are trashed at once. A longer one ends the line; then it is looked as well.

To read the worst JSON of that length takes 14 ms (measured), and nothing else runs meanwhile.
"""

MOST_A_SECOND = 1_000
"""Messages that are read; Immich deletes some hundred assets a second for good (measured), each with a message."""

_BYTES_LIKE_ONE = 4_096
"""So many bytes more count as one message more."""

SEND_SECONDS = 5.0
"""How long the other side may not read what it is sent: answers to its pings, a few bytes each."""

CLOSE_SECONDS = 0.5
"""How long is waited for the other side to say goodbye."""


class Handshake:
    """What ``python-engineio`` needs of an aiohttp session, for one connection that can be closed at any moment."""

    def __init__(self, session: aiohttp.ClientSession, origin: URL, api_key: str) -> None:
        """Connect to nothing yet."""
        self._session = session
        self._addressee = Addressee(origin, api_key)
        self._wire: _Wire | None = None
        self.closed = False

    async def ws_connect(self, url: str, **options: Any) -> _Wire:
        """Open the connection; raises what aiohttp does."""
        token = _ADDRESSEE.set(self._addressee)
        try:
            socket = await self._session.ws_connect(url, **options, autoping=False, max_msg_size=MOST_BYTES)
        finally:
            _ADDRESSEE.reset(token)
        self._wire = _Wire(socket)
        return self._wire

    async def close(self) -> None:
        """Hang up; harmless if that was done, or if nobody answered."""
        self.closed = True
        if self._wire is not None:
            await self._wire.close()


class _Wire:
    """A websocket that is read no faster than ``MOST_A_SECOND``, and waits for nobody for ever."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse[Literal[True]]) -> None:
        self._socket = socket
        self._second, self._read = 0.0, 0

    async def receive(self) -> aiohttp.WSMessage:
        """Return the next message; pings of websockets, which Immich never sends, are none."""
        while True:
            message: aiohttp.WSMessage = await self._socket.receive()
            await self._count(message)
            if message.type is WSMsgType.PING:
                await self._socket.pong(message.data)
            elif message.type is not WSMsgType.PONG:
                return message

    async def send_str(self, data: str) -> None:
        """Send text. Raises ``TimeoutError`` where the other side does not read."""
        async with asyncio.timeout(SEND_SECONDS):
            await self._socket.send_str(data)

    async def close(self) -> None:
        """Hang up, also on somebody who never stops talking, or never reads."""
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._socket.close()

    async def _count(self, message: aiohttp.WSMessage) -> None:
        """Wait for the next second where there was too much in this one: the sender has to wait as well."""
        now = asyncio.get_running_loop().time()
        if now - self._second >= 1:
            self._second, self._read = now, 0
        size = len(message.data) if isinstance(message.data, (str, bytes)) else 0
        self._read += 1 + size // _BYTES_LIKE_ONE
        if self._read > MOST_A_SECOND:
            await asyncio.sleep(self._second + 1 - now)


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who may get to see a key: the Immich at ``origin``."""

    origin: URL
    api_key: str = field(repr=False)

    def is_at(self, url: URL) -> bool:
        """Return whether a request goes to it: the same origin, or the same host with TLS instead of none."""
        secure = url.scheme in {"https", "wss"}
        if secure == (self.origin.scheme == "https"):
            return (url.host, url.port) == (self.origin.host, self.origin.port)
        return secure and url.host == self.origin.host


_ADDRESSEE: ContextVar[Addressee | None] = ContextVar("_ADDRESSEE", default=None)


async def with_key(request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Give the key to Immich, and ask nobody else: aiohttp follows the redirects of a handshake, with all its headers.

    A middleware for the session that a ``Handshake`` gets; without it no key is sent at all. Raises
    ``ClientConnectionError``.
    """
    if (addressee := _ADDRESSEE.get()) is not None:
        if not addressee.is_at(request.url):
            elsewhere = "redirected to another server"
            raise aiohttp.ClientConnectionError(elsewhere)
        request.headers["x-api-key"] = addressee.api_key
    return await send(request)
