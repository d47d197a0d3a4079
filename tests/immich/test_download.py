"""Originals come whole, each byte once, whatever the line does."""

import os
import re
from collections.abc import AsyncIterator
from contextlib import aclosing

import aiohttp
import pytest
from aiohttp import web

from custom_components.immich_syncthing.immich import download
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.errors import (
    CannotConnectError,
    MissingPermissionError,
    NotFoundError,
    ServerError,
    UnexpectedAnswerError,
)
from tests.servers.immich import ImmichStandIn

from .odd_server import OddServer, odd_server
from .pauses import Pauses
from .things import SOME_ID

ROUTE = f"GET /api/assets/{SOME_ID}/original"


async def whole(stream: AsyncIterator[bytes]) -> bytes:
    return b"".join([chunk async for chunk in stream])


class Shaky:
    """Serves ``content`` by ranges, a few bytes per request, and then lets the connection die."""

    def __init__(self, content: bytes, step: int) -> None:
        self.content = content
        self.step = step
        self.tag = '"v1"'
        self.ranges: list[str | None] = []
        self.understands_ranges = True

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        asked = request.headers.get("Range")
        self.ranges.append(asked)
        first = int(re.fullmatch(r"bytes=(\d+)-", asked)[1]) if asked and self.understands_ranges else 0  # type: ignore[index]
        size = len(self.content)
        response = web.StreamResponse(status=206 if first else 200, headers={"ETag": self.tag})
        if first:
            response.headers["Content-Range"] = f"bytes {first}-{size - 1}/{size}"
        response.content_length = size - first
        await response.prepare(request)
        sent = self.content[first : first + self.step] if self.understands_ranges else self.content[: self.step]
        self.step += 0 if self.understands_ranges else self.step
        await response.write(sent)
        if first + len(sent) < size and request.transport is not None:
            request.transport.close()
        return response


def client_of(server: OddServer, session: aiohttp.ClientSession) -> ImmichClient:
    return ImmichClient(session, server.url, "key", sleep=Pauses().sleep)


async def test_an_original_comes_as_it_was_sent(immich: ImmichStandIn, client: ImmichClient) -> None:
    content = os.urandom(1_000_000)
    asset_id = immich.browser.upload(content, "photo.jpg")
    assert await whole(client.download(asset_id)) == content
    assert await whole(client.download(asset_id, offset=999_000)) == content[999_000:]
    immich.browser.trash(asset_id)
    assert await whole(client.download(asset_id)) == content


async def test_refusals(immich: ImmichStandIn, client: ImmichClient, session: aiohttp.ClientSession) -> None:
    asset_id = immich.browser.upload(b"photo", "photo.jpg")
    for unknown in (SOME_ID, "../x", ""):
        with pytest.raises(NotFoundError):
            await whole(client.download(unknown))
    reader = ImmichClient(session, immich.url, immich.make_key("asset.read"))
    with pytest.raises(MissingPermissionError) as caught:
        await whole(reader.download(asset_id))
    assert caught.value.permission == "asset.download"


async def test_a_file_missing_on_the_servers_disk_is_a_server_error(
    immich: ImmichStandIn, client: ImmichClient, pauses: Pauses
) -> None:
    asset_id = immich.browser.upload(b"photo", "photo.jpg")
    path = immich.world.path_of(immich.browser.find("photo.jpg"))
    assert path is not None
    path.unlink()
    with pytest.raises(ServerError):
        await whole(client.download(asset_id))
    assert len(pauses.seconds) == download.TRIES - 1


async def test_a_line_that_breaks_again_and_again_is_resumed_where_it_broke(session: aiohttp.ClientSession) -> None:
    shaky = Shaky(os.urandom(10_000), step=1_700)
    async with odd_server() as server:
        server.routes[ROUTE] = shaky
        assert await whole(client_of(server, session).download(SOME_ID)) == shaky.content
        assert shaky.ranges == [None, *(f"bytes={position}-" for position in range(1700, 10_000, 1700))]


async def test_a_server_that_ignores_ranges_yields_no_byte_twice(session: aiohttp.ClientSession) -> None:
    shaky = Shaky(os.urandom(10_000), step=1_000)
    shaky.understands_ranges = False
    async with odd_server() as server:
        server.routes[ROUTE] = shaky
        assert await whole(client_of(server, session).download(SOME_ID)) == shaky.content
        shaky.step = 10_000
        assert await whole(client_of(server, session).download(SOME_ID, offset=7)) == shaky.content[7:]


async def test_a_line_that_brings_nothing_is_given_up(session: aiohttp.ClientSession) -> None:
    shaky = Shaky(b"x" * 100, step=0)
    async with odd_server() as server:
        server.routes[ROUTE] = shaky
        with pytest.raises(CannotConnectError, match="middle of the answer"):
            await whole(client_of(server, session).download(SOME_ID))
        assert len(shaky.ranges) == download.TRIES


async def test_a_line_that_brings_a_byte_each_time_is_given_up_too(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "MAX_TRIES", 9)
    shaky = Shaky(b"x" * 100, step=1)
    async with odd_server() as server:
        server.routes[ROUTE] = shaky
        with pytest.raises(CannotConnectError, match="broke 9 times"):
            await whole(client_of(server, session).download(SOME_ID))


async def test_an_original_that_is_replaced_meanwhile_is_not_patched_together(session: aiohttp.ClientSession) -> None:
    async with odd_server() as server:
        for change in ({"tag": '"v2"'}, {"content": b"y" * 999}):
            shaky = Shaky(b"x" * 1000, step=400)
            server.routes[ROUTE] = shaky
            async with aclosing(client_of(server, session).download(SOME_ID)) as stream:
                await anext(stream)
                for name, value in change.items():
                    setattr(shaky, name, value)
                with pytest.raises(UnexpectedAnswerError, match=r"changed while|had 1000 bytes and now has 999"):
                    await whole(stream)


@pytest.mark.parametrize("status", [416, 500])
async def test_nothing_is_left_after_the_last_byte(session: aiohttp.ClientSession, status: int) -> None:
    """Immich 2.7.5 answers 500 with ``Content-Range: bytes */1387`` to a range past the end (measured)."""
    async with odd_server() as server:
        server.raw(ROUTE, status=status, headers={"Content-Range": "bytes */1387"})
        assert await whole(client_of(server, session).download(SOME_ID, offset=1387)) == b""
        with pytest.raises(UnexpectedAnswerError, match="only 1387 bytes"):
            await whole(client_of(server, session).download(SOME_ID, offset=1388))
        server.raw(ROUTE, status=status)
        with pytest.raises(ServerError):
            await whole(client_of(server, session).download(SOME_ID, offset=1))


async def test_a_break_after_the_last_byte_is_no_break(session: aiohttp.ClientSession) -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Range": "bytes 2-3/4"}, status=206)
        response.enable_chunked_encoding()
        await response.prepare(request)
        await response.write(b"cd")
        if request.transport is not None:
            request.transport.close()
        return response

    async with odd_server() as server:
        server.routes[ROUTE] = endless
        assert await whole(client_of(server, session).download(SOME_ID, offset=2)) == b"cd"


@pytest.mark.parametrize(
    ("response", "complaint"),
    [
        ({"status": 206, "body": b"x", "headers": {"Content-Range": "bytes 0-0/9"}}, "asked for bytes from 5"),
        ({"status": 206, "body": b"x", "headers": {"Content-Range": "lines 5-5/9"}}, "asked for bytes from 5"),
        ({"status": 206, "body": b"x"}, "asked for bytes from 5"),
        ({"status": 206, "body": b"x", "headers": {"Content-Range": "bytes 5-5/9"}}, "9 bytes, 6 came"),
        ({"status": 206, "body": b"12345", "headers": {"Content-Range": "bytes 5-8/9"}}, "9 bytes, 10 came"),
        ({"status": 200, "body": b"1234"}, "4 bytes, 5 came"),
        ({"status": 200, "text": "<html>", "content_type": "text/html"}, "web page"),
        ({"status": 200, "body": b"x", "headers": {"Content-Encoding": "x-odd"}}, "packs the original"),
        ({"status": 204}, "status 204"),
    ],
)
async def test_odd_answers(session: aiohttp.ClientSession, response: dict[str, object], complaint: str) -> None:
    async with odd_server() as server:
        server.raw(ROUTE, **response)
        with pytest.raises(UnexpectedAnswerError, match=complaint):
            await whole(client_of(server, session).download(SOME_ID, offset=5))


async def test_a_range_of_unknown_total_is_taken_to_its_end(session: aiohttp.ClientSession) -> None:
    async with odd_server() as server:
        server.raw(ROUTE, status=206, body=b"xyz", headers={"Content-Range": "bytes 5-7/*"})
        assert await whole(client_of(server, session).download(SOME_ID, offset=5)) == b"xyz"


async def test_a_download_that_is_left_early_lets_go_of_its_connection(
    immich: ImmichStandIn, client: ImmichClient, session: aiohttp.ClientSession
) -> None:
    asset_id = immich.browser.upload(os.urandom(5_000_000), "photo.jpg")
    async with aclosing(client.download(asset_id)) as stream:
        await anext(stream)
    connector = session.connector
    assert connector is not None
    assert not connector._acquired  # noqa: SLF001 - no public way to see a leaked connection
    await client.ping()
