"""One connection to Immich's websocket, through ``python-socketio``, which is kept from everything that we do not need.

Immich takes the websocket transport alone and reads the key from the handshake's headers (measured on 2.7.5). Whatever
else comes, from a proxy or from a server gone mad, ends the connection and nothing more.
"""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
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

    The session's connections are used, and nothing of it is changed. Raises one of ``BROKEN``, with texts that are not
    to be shown.
    """
    root = URL(api_root)
    handshake = _Handshake(session)
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
            headers={"x-api-key": api_key},
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
    """What the library needs of an aiohttp session, for one connection; without cookies, and following no redirect.

    A redirect would take the key to another server.
    """

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._hops = 0
        self._socket: aiohttp.ClientWebSocketResponse[bool] | None = None
        self._session = aiohttp.ClientSession(
            connector=session.connector,
            connector_owner=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            middlewares=(self._once,),
        )

    @property
    def closed(self) -> bool:
        return self._session.closed

    async def ws_connect(self, url: str, **options: Any) -> aiohttp.ClientWebSocketResponse[bool]:
        self._socket = await self._session.ws_connect(url, **options)
        return self._socket

    async def close(self) -> None:
        if self._socket is not None:
            await self._socket.close()
        await self._session.close()

    async def _once(
        self,
        request: aiohttp.ClientRequest,
        send: Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]],
    ) -> aiohttp.ClientResponse:
        self._hops += 1
        if self._hops > 1:
            raise aiohttp.ClientConnectionError
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
