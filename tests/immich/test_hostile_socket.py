"""A server that means harm over the websocket: it costs a line that is opened again later, and nothing else."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import WSMsgType, web
from engineio import base_client  # type: ignore[import-untyped]

from custom_components.immich_syncthing.immich import hints, wire
from custom_components.immich_syncthing.immich.hints import HintKind

from .listening import listening
from .odd_server import odd_server

OPEN = "0" + json.dumps({"sid": "x", "upgrades": [], "pingInterval": 25_000, "pingTimeout": 20_000})
LET_IN = '42["on_server_version",{}]'
TRASHED = '42["on_asset_trash",[]]'

type Behave = Callable[[web.WebSocketResponse], Awaitable[None]]


@asynccontextmanager
async def line(*behaviours: Behave) -> AsyncIterator[str]:
    """Serve websockets that behave so: the first one like the first of these, and all further ones like the last."""
    left = list(behaviours)

    async def serve(request: web.Request) -> web.StreamResponse:
        behave = left.pop(0) if len(left) > 1 else left[0]
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        await behave(socket)
        return socket

    async with odd_server() as server:
        server.routes["GET /api/socket.io/"] = serve
        yield server.url


async def let_in(socket: web.WebSocketResponse) -> None:
    """Greet like Immich does."""
    for text in (OPEN, "40{}", LET_IN):
        await socket.send_str(text)


async def read(socket: web.WebSocketResponse) -> None:
    """Say nothing until the other side goes."""
    async for _ in socket:
        pass


async def be_quiet(socket: web.WebSocketResponse) -> None:
    """Let in, and say nothing more."""
    await let_in(socket)
    await read(socket)


async def test_what_is_no_text_ends_the_line(session: aiohttp.ClientSession) -> None:
    async def send_bytes(socket: web.WebSocketResponse) -> None:
        await let_in(socket)
        await socket.send_bytes(b'42["on_asset_trash",[]]')
        await read(socket)

    async with line(send_bytes, be_quiet) as url, listening(url, "key", session) as ear:
        await ear.hears(HintKind.OPENED, HintKind.LOST, HintKind.OPENED)


@pytest.mark.parametrize("last", [None, "41", "1", '44{"message":"no"}'])
@pytest.mark.parametrize("greeting", ["40{}", "40", None])
async def test_however_it_ends_that_is_noticed(
    session: aiohttp.ClientSession, greeting: str | None, last: str | None
) -> None:
    async def end(socket: web.WebSocketResponse) -> None:
        for text in (OPEN, greeting, LET_IN, last):
            if text is not None:
                await socket.send_str(text)
        if last is None:
            await socket.close()
        else:
            await read(socket)

    async with line(end, be_quiet) as url, listening(url, "key", session) as ear:
        await ear.hears(HintKind.OPENED, HintKind.LOST, HintKind.OPENED)


@pytest.mark.parametrize("said", [(), (OPEN,), (OPEN, "40{}")], ids=["nothing", "open", "connected"])
async def test_a_handshake_without_end_is_given_up(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch, said: tuple[str, ...]
) -> None:
    monkeypatch.setattr(hints, "CONNECT_SECONDS", 0.2)

    async def begin(socket: web.WebSocketResponse) -> None:
        for text in said:
            await socket.send_str(text)
        await read(socket)

    async with line(begin) as url, listening(url, "key", session) as ear:
        await ear.until(lambda: len(ear.pauses) > 1)
        assert ear.kinds() == [HintKind.LOST]


async def test_a_flood_is_read_no_faster_than_it_may_come(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "MOST_A_SECOND", 10)

    async def flood(socket: web.WebSocketResponse) -> None:
        await let_in(socket)
        for _ in range(30):
            await socket.send_str(TRASHED)
        await read(socket)

    began = asyncio.get_running_loop().time()
    async with line(flood) as url, listening(url, "key", session) as ear:
        await ear.until(lambda: ear.kinds().count(HintKind.TRASHED) == 30)
        assert HintKind.LOST not in ear.kinds()
    assert asyncio.get_running_loop().time() - began > 1.9


async def test_long_messages_count_for_more(session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MOST_A_SECOND", 100)

    async def flood(socket: web.WebSocketResponse) -> None:
        await let_in(socket)
        for _ in range(4):
            await socket.send_str(json.dumps(["on_asset_trash", "x" * 500_000]).join(("42", "")))
        await read(socket)

    began = asyncio.get_running_loop().time()
    async with line(flood) as url, listening(url, "key", session) as ear:
        await ear.until(lambda: ear.kinds().count(HintKind.TRASHED) == 4)
    assert asyncio.get_running_loop().time() - began > 1.9


async def test_a_message_of_nearly_all_that_is_allowed_is_heard_and_a_longer_one_ends_the_line(
    session: aiohttp.ClientSession,
) -> None:
    frame = '42["on_asset_trash","{}"]'

    async def shout(socket: web.WebSocketResponse) -> None:
        await let_in(socket)
        for length in (wire.MOST_BYTES - len(frame), wire.MOST_BYTES):
            await socket.send_str(frame.replace("{}", "x" * length))
        await read(socket)

    async with line(shout, be_quiet) as url, listening(url, "key", session) as ear:
        await ear.hears(HintKind.OPENED, HintKind.TRASHED, HintKind.LOST, HintKind.OPENED)


async def test_pings_of_websockets_are_answered_at_the_same_pace(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "MOST_A_SECOND", 10)
    answers: list[bytes] = []

    async def ping(socket: web.WebSocketResponse) -> None:
        await let_in(socket)
        await socket.pong(b"unasked")
        for number in range(20):
            await socket.ping(str(number).encode())
        await socket.send_str(TRASHED)
        while (message := await socket.receive()).type is not WSMsgType.CLOSE:
            if message.type is WSMsgType.PONG:
                answers.append(bytes(message.data))

    began = asyncio.get_running_loop().time()
    async with line(ping) as url, listening(url, "key", session) as ear:
        await ear.hears(HintKind.OPENED, HintKind.TRASHED)
        await ear.until(lambda: len(answers) == 20)
    assert asyncio.get_running_loop().time() - began > 0.9


async def test_who_asks_and_never_reads_the_answers_is_left(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "SEND_SECONDS", 0.1)
    monkeypatch.setattr(wire, "MOST_A_SECOND", 1_000_000)
    over = asyncio.Event()

    async def ask(socket: web.WebSocketResponse) -> None:
        await let_in(socket)
        while not over.is_set():
            await socket.send_str("2" + "x" * 500_000)
            await asyncio.sleep(0.001)

    async with line(ask, be_quiet) as url, listening(url, "key", session) as ear:
        await ear.hears(HintKind.OPENED, HintKind.LOST, HintKind.OPENED)
        over.set()


async def test_who_never_stops_talking_is_left_all_the_same(session: aiohttp.ClientSession) -> None:
    async def talk(socket: web.WebSocketResponse) -> None:
        await let_in(socket)
        while not socket.closed:
            await socket.send_str("6")
            await asyncio.sleep(0)

    async with line(talk) as url:
        async with asyncio.timeout(20), listening(url, "key", session) as ear:
            await ear.hears(HintKind.OPENED)
        assert base_client.connected_clients == []


@pytest.mark.parametrize("heard", [False, True])
async def test_who_does_not_say_goodbye_is_not_waited_for(session: aiohttp.ClientSession, *, heard: bool) -> None:
    over = asyncio.Event()

    async def stare(socket: web.WebSocketResponse) -> None:
        if heard:
            await let_in(socket)
        await over.wait()

    async with line(stare) as url:
        async with asyncio.timeout(20), listening(url, "key", session) as ear:
            await ear.until(lambda: ear.heard if heard else True)
        over.set()
        assert [task for task in asyncio.all_tasks() if "engineio" in str(task.get_coro())] == []
