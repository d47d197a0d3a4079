"""One connection to Immich's websocket, through ``python-socketio``, which is kept from everything that we do not need.

Immich takes the websocket transport alone and reads the key from the handshake's headers (measured on 2.7.5). Whatever
else comes, from a proxy or from a server gone mad, ends the connection and nothing more.
"""

import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import socketio  # type: ignore[import-untyped]
from engineio import base_client  # type: ignore[import-untyped]
from engineio.exceptions import EngineIOError  # type: ignore[import-untyped]
from socketio.exceptions import SocketIOError  # type: ignore[import-untyped]
from socketio.packet import CONNECT, CONNECT_ERROR, DISCONNECT, EVENT, Packet  # type: ignore[import-untyped]
from yarl import URL

NONSENSE = "nonsense"
"""The name of the event that stands for whatever Immich would never say."""

BROKEN = (
    *(TimeoutError, OSError, aiohttp.ClientError, EngineIOError, SocketIOError),
    *(ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError),
)
"""What ``open_line`` raises. The last ones: the library takes what a server sends for what it should be."""

_CLOSE_SECONDS = 2.0
_LONGEST_SILENCE = 300.0
"""Immich pings every 25 s and waits 20 s for an answer; who announces much longer pauses would be waited for."""

_QUIET = logging.getLogger(f"{__name__}.library")
"""The library logs what it receives, and each end of a connection as a fault."""
_QUIET.setLevel(logging.CRITICAL + 1)

type Hear = Callable[..., None]
"""Called in the event loop with the name of an event and what came with it."""


@asynccontextmanager
async def open_line(
    session: aiohttp.ClientSession,
    api_root: str,
    api_key: str,
    *,
    verify_ssl: bool,
    hear: Hear,
    ended: Callable[[], None],
) -> AsyncGenerator[None]:
    """Be connected; ``ended`` is called when that is over, maybe more than once.

    A line that fell silent is over when Immich's ping is overdue, which is after 45 s at the latest: it pings every 25.

    The session has the middleware ``with_key``, and no cookies. Raises one of ``BROKEN``, with texts that are not to be
    shown.
    """
    root = URL(api_root)
    handshake = _Handshake(session, root.origin(), api_key)
    client = socketio.AsyncClient(
        reconnection=False,
        serializer=_WaryPacket,
        logger=_QUIET,
        engineio_logger=_QUIET,
        handle_sigint=False,
        request_timeout=_CLOSE_SECONDS,
        http_session=handshake,
        websocket_extra_options={"ssl": verify_ssl},
    )
    client.on("*", hear)
    client.on("disconnect", lambda *_: ended())
    try:
        await client.connect(
            str(root.origin()),
            transports=["websocket"],
            socketio_path=f"{root.raw_path.strip('/')}/socket.io",
            wait=False,
        )
        if not 0 < client.eio.ping_interval + client.eio.ping_timeout <= _LONGEST_SILENCE:
            raise ValueError
        yield
    finally:
        try:
            await client.eio.disconnect(abort=True)
        finally:
            for task in (client.eio.read_loop_task, client.eio.write_loop_task):
                if task is not None:
                    task.cancel()
            # Where Immich says goodbye, the library closes the line as well, and cannot end that any more.
            with suppress(ValueError):
                base_client.connected_clients.remove(client.eio)
            await handshake.close()


class _Handshake:
    """What the library needs of an aiohttp session, for one connection that can be closed whatever became of it."""

    def __init__(self, session: aiohttp.ClientSession, origin: URL, api_key: str) -> None:
        self._session = session
        self._addressee = Addressee(origin, api_key)
        self._socket: aiohttp.ClientWebSocketResponse[bool] | None = None
        self.closed = False

    async def ws_connect(self, url: str, **options: Any) -> aiohttp.ClientWebSocketResponse[bool]:
        token = _ADDRESSEE.set(self._addressee)
        try:
            self._socket = await self._session.ws_connect(url, **options)
        finally:
            _ADDRESSEE.reset(token)
        return self._socket

    async def close(self) -> None:
        self.closed = True
        if self._socket is not None:
            await self._socket.close()


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
    """Give the key to Immich, and to nobody else: aiohttp follows the redirects of a handshake, with all its headers.

    A middleware for the session that ``open_line`` gets; without it no key is sent at all.
    """
    addressee = _ADDRESSEE.get()
    if addressee is not None and addressee.is_at(request.url):
        request.headers["x-api-key"] = addressee.api_key
    return await send(request)


class _WaryPacket(Packet):  # type: ignore[misc]
    """A packet as Immich sends them: text, in the one namespace, events with a name. All others are ``NONSENSE``."""

    packet_type: Any
    namespace: Any
    id: Any
    data: Any

    def __init__(self, *parts: Any, **named: Any) -> None:
        super().__init__(*parts, **named)
        if self.packet_type == EVENT and not self.data:
            self._become_nonsense()

    def decode(self, encoded_packet: Any) -> int:
        """Return how many binary packets belong to this one: none."""
        try:
            attachments = super().decode(encoded_packet)
            sane = not attachments and self.namespace in {None, "/"} and self._is_sane()
        except ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError:
            sane = False
        if not sane:
            self._become_nonsense()
        return 0

    def _is_sane(self) -> bool:
        if self.packet_type == CONNECT:
            return self.data is None or isinstance(self.data, dict)
        if self.packet_type == EVENT:
            return isinstance(self.data, list) and bool(self.data) and isinstance(self.data[0], str)
        return self.packet_type in {DISCONNECT, CONNECT_ERROR}

    def _become_nonsense(self) -> None:
        self.packet_type, self.namespace, self.id, self.data = EVENT, None, None, [NONSENSE]
