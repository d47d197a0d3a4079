"""One connection to Immich's websocket, through ``python-socketio``, which is kept from everything that we do not need.

Immich takes the websocket transport alone and reads the key from the handshake's headers (measured on 2.7.5). Whatever
else comes, from a proxy or from a server gone mad, ends the connection and nothing more.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import aiohttp
import socketio  # type: ignore[import-untyped]
from engineio import base_client  # type: ignore[import-untyped]
from socketio.packet import CONNECT, EVENT, Packet  # type: ignore[import-untyped]
from yarl import URL

from .wire import Handshake

NONSENSE = "nonsense"
"""The name of the event that stands for whatever Immich would never say."""

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

    The session has the middleware ``with_key``, and no cookies. Raises whatever the library makes of what a server may
    send, with texts that are not to be shown.
    """
    root = URL(api_root)
    handshake = Handshake(session, root.origin(), api_key)
    client = socketio.AsyncClient(
        reconnection=False,
        serializer=_WaryPacket,
        logger=_QUIET,
        engineio_logger=_QUIET,
        handle_sigint=False,
        http_session=handshake,
        websocket_extra_options={"ssl": verify_ssl},
    )
    client.on("*", hear)
    try:
        await client.connect(
            str(root.origin()),
            transports=["websocket"],
            socketio_path=f"{root.raw_path.strip('/')}/socket.io",
            wait=False,
        )
        # However a line ends, its reader does; the library's own event comes only if all went as it should.
        client.eio.read_loop_task.add_done_callback(lambda _: ended())
        if not 0 < client.eio.ping_interval + client.eio.ping_timeout <= _LONGEST_SILENCE:
            raise ValueError
        yield
    finally:
        tasks = [task for task in (client.eio.read_loop_task, client.eio.write_loop_task) if task is not None]
        for task in tasks:
            task.cancel()
        with suppress(ValueError):
            base_client.connected_clients.remove(client.eio)
        await handshake.close()
        await asyncio.gather(*tasks, return_exceptions=True)


class _WaryPacket(Packet):  # type: ignore[misc]
    """A packet as Immich sends them: the greeting, and events with a name. All others are ``NONSENSE``.

    So is a goodbye: the line ends with it. An event that wants an answer is too, as Immich never sends one.
    """

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
            sane = not attachments and self.namespace in {None, "/"} and self.id is None and self._is_sane()
        except ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError:
            sane = False
        if not sane:
            self._become_nonsense()
        return 0

    def _is_sane(self) -> bool:
        if self.packet_type == CONNECT:
            return self.data is None or isinstance(self.data, dict)
        named = isinstance(self.data, list) and bool(self.data) and isinstance(self.data[0], str)
        return self.packet_type == EVENT and named

    def _become_nonsense(self) -> None:
        self.packet_type, self.namespace, self.id, self.data = EVENT, None, None, [NONSENSE]
