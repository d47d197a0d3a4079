"""A line to an HTTP server that breaks where a test wants it: a TCP proxy that knows where a request begins.

It passes bytes on as they are, so that signatures hold. What it understands are the first line and the Content-Length.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

BLOCK = 64 * 1024


@dataclass
class Trouble:
    """What happens to a request whose first line holds ``where``, ``times`` times (-1: always).

    Either the server is not asked and ``status`` with ``body`` comes back, or the line breaks after ``sent`` bytes of
    the request's body, or after ``received`` bytes of the answer, its head included; or it ``hangs`` until ``over``.
    """

    where: str
    times: int = 1
    status: str = ""
    body: str = ""
    sent: int | None = None
    received: int | None = None
    hangs: bool = False
    hits: int = 0
    met: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    def strikes(self, line: str) -> bool:
        """Return whether this request is to suffer, and count it."""
        if self.where not in line or self.hits == self.times:
            return False
        self.hits += 1
        self.met.set()
        return True


@dataclass
class Line:
    """The proxy. ``requests``: the first line of each request that arrived; ``received``: bytes of all answers."""

    url: str = ""
    troubles: list[Trouble] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    received: int = 0

    def trouble(self, trouble: Trouble) -> Trouble:
        """Let this happen from now on."""
        self.troubles.append(trouble)
        return trouble


@asynccontextmanager
async def troubled_line(url: str) -> AsyncIterator[Line]:
    """Offer another address for the server at ``url``."""
    target, line = urlsplit(url), Line()
    connections: set[asyncio.Task[None]] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        connections.add(task)
        try:
            there = await asyncio.open_connection(target.hostname, target.port)
            await _Connection(line, (reader, writer), there).run()
        except OSError, asyncio.IncompleteReadError, asyncio.CancelledError:
            pass
        finally:
            connections.discard(task)
            writer.transport.abort()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    line.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield line
    finally:
        server.close()
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


class _Connection:
    """One client's connection and ours to the server."""

    def __init__(
        self,
        line: Line,
        client: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        server: tuple[asyncio.StreamReader, asyncio.StreamWriter],
    ) -> None:
        self._line = line
        self._from_client, self._to_client = client
        self._from_server, self._to_server = server
        self._answer_left: int | None = None

    async def run(self) -> None:
        answers = asyncio.ensure_future(self._pass_answers())
        try:
            while await self._pass_request():
                pass
        finally:
            answers.cancel()
            with suppress(asyncio.CancelledError, OSError):
                await answers
            self._to_server.transport.abort()

    async def _pass_request(self) -> bool:
        """Pass one request on; return whether the line still holds."""
        head = await self._from_client.readuntil(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self._line.requests.append(lines[0])
        lengths = [int(one.split(":")[1]) for one in lines if one.lower().startswith("content-length:")]
        left = lengths[0] if lengths else 0
        trouble = next((one for one in self._line.troubles if one.strikes(lines[0])), None)
        if trouble is not None and trouble.status:
            await self._from_client.readexactly(left)
            body = trouble.body.encode()
            answer = f"HTTP/1.1 {trouble.status}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
            self._to_client.write(answer.encode() + (b"" if lines[0].startswith("HEAD") else body))
            await self._to_client.drain()
            self._to_client.close()
            return False
        if trouble is not None and trouble.hangs:
            await trouble.over.wait()
        if trouble is not None and trouble.sent is not None:
            self._to_server.write(head + await self._from_client.readexactly(min(trouble.sent, left)))
            await self._to_server.drain()
            return False
        if trouble is not None:
            self._answer_left = trouble.received
        self._to_server.write(head)
        while left:
            block = await self._from_client.read(min(BLOCK, left))
            if not block:
                return False
            left -= len(block)
            self._to_server.write(block)
            await self._to_server.drain()
        return True

    async def _pass_answers(self) -> None:
        while block := await self._from_server.read(BLOCK):
            if self._answer_left is not None:
                block = block[: self._answer_left]
                self._answer_left -= len(block)
            self._line.received += len(block)
            self._to_client.write(block)
            await self._to_client.drain()
            if self._answer_left == 0:
                break
        self._to_client.transport.abort() if self._answer_left == 0 else self._to_client.close()
