"""The recorded websocket, heard again through a real socket.io client."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import socketio  # type: ignore[import-untyped]

from tests.servers.immich import ImmichStandIn

from .asking import Asker, install_recorded_people, jpeg
from .recorded import Entry, NothingReplaysError, differences, entry_of, replayable

FILE = "07-websocket"


class Ear:
    """A socket.io client that writes down what it hears."""

    def __init__(self) -> None:
        self.client = socketio.AsyncClient(reconnection=False)
        self.heard: list[tuple[str, list[Any]]] = []
        self.client.on("*", self._hear)
        self.client.on("disconnect", lambda *_: self.heard.append(("disconnect", [])))

    async def _hear(self, name: str, *payload: Any) -> None:
        self.heard.append((name, list(payload)))

    def names(self) -> list[str]:
        return [name for name, _ in self.heard]


@asynccontextmanager
async def listening(server: ImmichStandIn, headers: dict[str, str]) -> AsyncIterator[Ear]:
    ear = Ear()
    await ear.client.connect(server.url, headers=headers, transports=["websocket"], socketio_path="/api/socket.io")
    try:
        yield ear
    finally:
        await ear.client.disconnect()
        await ear.client.eio.disconnect()


async def until(ear: Ear, *names: str) -> None:
    """Wait until all of these have been heard."""
    async with asyncio.timeout(10):
        while not set(names) <= set(ear.names()):
            await asyncio.sleep(0.01)


async def test_who_may_listen_and_who_is_shown_the_door(asker2: Asker) -> None:
    server = asker2.server
    keys = install_recorded_people(server)
    token = server.world.add_session(server.admin).token
    who = {
        "all-key": {"x-api-key": keys["all"]},
        "min-key": {"x-api-key": keys["minimal"]},
        "user2-key": {"x-api-key": keys["user2"]},
        "bad-key": {"x-api-key": "wrong"},
        "no-auth": {},
        "session": {"Authorization": f"Bearer {token}"},
    }
    for name, headers in who.items():
        entry = entry_of(FILE, f"on connect: {name}")
        expected = {event[0]: event[1] for event in entry.extra["events"] if event[0] != "connect"}
        async with listening(server, headers) as ear:
            await until(ear, *expected)
            heard = dict(ear.heard)
        for event in expected.keys() - {"disconnect"}:
            assert list(differences(expected[event], heard[event], frozenset({"raw"}))) == [], name
        assert ("on_server_version" in heard) is entry.extra["connected"], name


async def test_long_polling_is_refused(v2: ImmichStandIn, session: aiohttp.ClientSession) -> None:
    async with session.get(f"{v2.url}/api/socket.io/?EIO=4&transport=polling") as answer:
        assert (answer.status, await answer.json()) == (400, {"code": 0, "message": "Transport unknown"})


async def test_every_recorded_change_is_announced_as_it_was(asker2: Asker) -> None:
    server = asker2.server
    picture = jpeg(1)
    async with listening(server, {"x-api-key": server.key}) as ear:
        await until(ear, "on_server_version")
        for entry in replayable(FILE):
            if entry.label.startswith("on connect"):
                continue
            ear.heard.clear()
            await _do(asker2, entry, picture)
            await server.settle()
            expected = [(event["event"], event["payload"]) for event in entry.extra.get("all-key", [])]
            await until(ear, *(name for name, _ in expected))
            await asyncio.sleep(0.02)
            assert ear.names() == [name for name, _ in expected], entry.label
            for (_, was), (_, now) in zip(expected, ear.heard, strict=True):
                assert list(differences(was, now)) == [], entry.label


async def _do(asker: Asker, entry: Entry, picture: bytes) -> None:
    ids = [asset.id for asset in asker.server.browser.assets()]
    ask, up, label = asker.ask, asker.upload, entry.label
    first = ids[0] if ids else ""
    acts: dict[str, Callable[[], Awaitable[Any]]] = {
        "upload image": lambda: up(picture, "ws.jpg"),
        "upload duplicate": lambda: up(picture, "ws.jpg"),
        "upload video": lambda: up(b"a video", "ws.mp4"),
        "upload broken jpeg": lambda: up(jpeg(77)[:300], "broken.jpg"),
        "favourite": lambda: ask("PUT", f"/assets/{first}", {"isFavorite": True}),
        "bulk archive": lambda: ask("PUT", "/assets", {"ids": ids[:1], "visibility": "archive"}),
        "bulk back to timeline": lambda: ask("PUT", "/assets", {"ids": ids[:1], "visibility": "timeline"}),
        "description": lambda: ask("PUT", f"/assets/{first}", {"description": "x"}),
        "trash": lambda: ask("DELETE", "/assets", {"ids": ids[:1]}),
        "trash 2": lambda: ask("DELETE", "/assets", {"ids": ids[:2]}),
        "restore": lambda: ask("POST", "/trash/restore/assets", {"ids": ids[:1]}),
        "restore all": lambda: ask("POST", "/trash/restore"),
        "force delete": lambda: ask("DELETE", "/assets", {"ids": ids[:1], "force": True}),
        "trash + empty trash": lambda: _empty(asker, ids),
        "album create": lambda: ask("POST", "/albums", {"albumName": "x"}),
        "album add": lambda: ask("PUT", f"/albums/{_album(asker)}/assets", {"ids": ids}),
        "album delete": lambda: ask("DELETE", f"/albums/{_album(asker)}"),
    }
    if label not in acts:
        raise NothingReplaysError(label)
    await acts[label]()
    assert asker.server.server.crashes == []


async def _empty(asker: Asker, ids: list[str]) -> None:
    await asker.ask("DELETE", "/assets", {"ids": ids[:1]})
    await asker.ask("POST", "/trash/empty")


def _album(asker: Asker) -> str:
    return next(iter(asker.server.world.tables.albums))
