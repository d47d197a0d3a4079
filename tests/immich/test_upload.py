"""Sending files: names, duplicates, lies, and every way to be interrupted."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web

from custom_components.immich_syncthing.immich import multipart
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.errors import (
    CannotConnectError,
    MaintenanceError,
    MissingPermissionError,
    QuotaError,
    ServerError,
    SourceChangedError,
    TimedOutError,
    TooLargeError,
    UnexpectedAnswerError,
    UnsupportedTypeError,
    WrongKeyError,
)
from custom_components.immich_syncthing.immich.models import UploadResult
from tests.checksums import sha1
from tests.servers.immich import ImmichStandIn

from .odd_server import odd_server
from .things import upload_of

MIB = 1024 * 1024


async def test_a_file_arrives_with_its_bytes_name_and_dates(immich: ImmichStandIn, client: ImmichClient) -> None:
    content = os.urandom(300_000)
    result = await client.upload(upload_of(content, "IMG_0001.JPG"))
    assert result.created
    assert result.sent_checksum == sha1(content)
    assert immich.browser.content(result.asset_id) == content
    stored = immich.browser.find("IMG_0001.JPG")
    assert stored.id == result.asset_id
    assert stored.file_created_at == datetime(2026, 1, 2, 3, 4, 5, 678000, UTC)
    asset = await client.asset(result.asset_id)
    assert asset.checksum == sha1(content)


@pytest.mark.parametrize(
    "name",
    [
        "Übung mit ß.jpg",
        "u\u0308.jpg",
        "📷🌄.heic",
        'say "cheese".png',
        "line\nbreak.jpg",
        "back\\slash.jpg",
        "100%.jpg",
        "%C3%9C.jpg",
        "semi;colon=.jpg",
        "--boundary--.jpg",
        "x" * 200 + ".jpg",
        " spaces .jpg",
        "a/b/c.jpg",
    ],
)
async def test_names_are_stored_verbatim(immich: ImmichStandIn, client: ImmichClient, name: str) -> None:
    result = await client.upload(upload_of(name.encode(), name))
    assert [asset.name for asset in immich.browser.assets()] == [name]
    assert (await client.asset(result.asset_id)).file_name == name


async def test_a_name_that_is_no_text_still_travels(immich: ImmichStandIn, client: ImmichClient) -> None:
    await client.upload(upload_of(b"x", os.fsdecode(b"caf\xe9.jpg")))
    assert [asset.name for asset in immich.browser.assets()] == ["caf?.jpg"]


async def test_only_version_2_is_told_a_device(immich: ImmichStandIn, client: ImmichClient) -> None:
    assert client.known_version is None
    await client.upload(upload_of(b"x"))
    assert str(client.known_version) == str(immich.server.version)
    (stored,) = immich.browser.assets()
    assert bool(stored.device_id) is bool(stored.device_asset_id) is (not immich.server.version.is_v3)


async def test_known_bytes_cost_no_bytes(immich: ImmichStandIn, client: ImmichClient) -> None:
    content = os.urandom(8 * MIB)
    first = await client.upload(upload_of(content))
    again = await client.upload(upload_of(content, "other.jpg"))
    assert again.asset_id == first.asset_id
    assert not again.created
    assert again.sent_checksum is None
    assert immich.requests_of("POST", "/api/assets")[-1].body_bytes < len(content)
    await client.ping()


async def test_the_source_is_closed_when_the_server_needs_no_more(client: ImmichClient) -> None:
    content = os.urandom(8 * MIB)
    await client.upload(upload_of(content))
    closed = asyncio.Event()

    async def read() -> AsyncIterator[bytes]:
        try:
            for start in range(0, len(content), 4096):
                yield content[start : start + 4096]
        finally:
            await asyncio.sleep(0)
            closed.set()

    result = await client.upload(replace(upload_of(content), content=read))
    assert not result.created
    assert closed.is_set()


async def test_bytes_in_the_trash_are_a_duplicate_and_stay_there(immich: ImmichStandIn, client: ImmichClient) -> None:
    first = await client.upload(upload_of(b"photo"))
    immich.browser.trash(first.asset_id)
    again = await client.upload(upload_of(b"photo"))
    assert again == UploadResult(first.asset_id, created=False, sent_checksum=again.sent_checksum)
    assert (await client.asset(first.asset_id)).is_trashed


async def test_other_bytes_than_announced_are_stored_as_what_they_are(
    immich: ImmichStandIn, client: ImmichClient
) -> None:
    result = await client.upload(upload_of(b"really these", checksum=sha1(b"announced")))
    assert result.created
    assert result.sent_checksum == sha1(b"really these")
    assert immich.browser.content(result.asset_id) == b"really these"


async def test_a_duplicate_of_either_announced_or_sent_bytes_is_no_answer(client: ImmichClient) -> None:
    await client.upload(upload_of(b"known"))
    with pytest.raises(SourceChangedError, match="announced"):
        await client.upload(upload_of(b"known", checksum=sha1(b"announced, unknown")))
    small = upload_of(b"unknown", checksum=sha1(b"known"))
    try:
        result = await client.upload(small)
    except SourceChangedError:
        return
    assert result.sent_checksum is None  # the server was quicker than the bytes


@pytest.mark.parametrize(("size", "complaint"), [(99_999, "more than 99999"), (100_001, "1 bytes less")])
async def test_a_file_that_grows_or_shrinks_is_not_stored(
    immich: ImmichStandIn, client: ImmichClient, size: int, complaint: str
) -> None:
    content = os.urandom(100_000)
    with pytest.raises(SourceChangedError, match=complaint):
        await client.upload(upload_of(content, size=size))
    assert not immich.browser.assets()
    await client.upload(upload_of(content))


async def test_a_source_with_empty_chunks_and_one_that_is_empty(immich: ImmichStandIn, client: ImmichClient) -> None:
    class Reader:
        """An iterator that is no generator, so cannot be closed."""

        def __init__(self) -> None:
            self.left = [b"", b"ab", b"", b"c", b""]

        def __aiter__(self) -> Reader:
            return self

        async def __anext__(self) -> bytes:
            if not self.left:
                raise StopAsyncIteration
            return self.left.pop(0)

    result = await client.upload(replace(upload_of(b"abc"), content=Reader))
    assert immich.browser.content(result.asset_id) == b"abc"
    if immich.server.version.refuses_empty_files:
        with pytest.raises(UnsupportedTypeError, match="empty"):
            await client.upload(upload_of(b""))
    else:
        assert (await client.upload(upload_of(b""))).created


async def test_a_file_that_vanishes_or_breaks_while_it_is_read(immich: ImmichStandIn, client: ImmichClient) -> None:
    async def vanish() -> AsyncIterator[bytes]:
        yield b"x"
        raise FileNotFoundError(2, "No such file or directory", "/secret/place.jpg")

    with pytest.raises(SourceChangedError) as caught:
        await client.upload(replace(upload_of(b"xy"), content=vanish))
    assert caught.value.detail == "No such file or directory"

    async def break_down() -> AsyncIterator[bytes]:
        yield b"x"
        raise LookupError("a mistake in the engine")  # noqa: EM101, TRY003

    with pytest.raises(LookupError, match="mistake"):
        await client.upload(replace(upload_of(b"xy"), content=break_down))

    async def refuse() -> AsyncIterator[bytes]:
        yield b"x"
        raise SourceChangedError("the engine looked again")  # noqa: EM101, TRY003

    with pytest.raises(SourceChangedError, match="looked again"):
        await client.upload(replace(upload_of(b"xy"), content=refuse))
    assert not immich.browser.assets()


async def test_an_upload_that_is_cancelled_stores_nothing_and_closes_the_file(
    immich: ImmichStandIn, client: ImmichClient
) -> None:
    started, closed = asyncio.Event(), asyncio.Event()

    async def read() -> AsyncIterator[bytes]:
        try:
            yield b"x" * 1000
            started.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0.05)
            closed.set()

    task = asyncio.create_task(client.upload(replace(upload_of(b"x" * 2000), content=read)))
    await started.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert closed.is_set()
    assert not immich.browser.assets()


@pytest.mark.parametrize("name", ["notes.txt", "noext", ".jpg", "a.jpg.", "clip.mp4.tmp", "ünï.çxt"])
async def test_an_unsupported_type_is_told_as_such(client: ImmichClient, name: str) -> None:
    with pytest.raises(UnsupportedTypeError, match="Unsupported file type"):
        await client.upload(upload_of(b"x", name))


async def test_refusals_about_the_user(immich: ImmichStandIn, session: aiohttp.ClientSession) -> None:
    poor = immich.make_key(user=immich.world.add_user("Poor", quota=10))
    with pytest.raises(QuotaError):
        await ImmichClient(session, immich.url, poor).upload(upload_of(b"x" * 11))
    with pytest.raises(MissingPermissionError) as caught:
        await ImmichClient(session, immich.url, immich.make_key("asset.read")).upload(upload_of(b"x"))
    assert caught.value.permission == "asset.upload"
    with pytest.raises(WrongKeyError):
        await ImmichClient(session, immich.url, "nobody").upload(upload_of(b"x"))
    assert not immich.browser.assets()


async def test_refusals_about_the_server(immich: ImmichStandIn, client: ImmichClient) -> None:
    await client.version()
    immich.faults.disk_full = True
    with pytest.raises(ServerError, match="Failed to upload asset"):
        await client.upload(upload_of(b"x" * 100_000))
    immich.faults.clear()
    immich.faults.maintenance = True
    with pytest.raises(MaintenanceError):
        await client.upload(upload_of(b"x"))
    immich.faults.clear()
    immich.faults.add("too_large", "/api/assets", limit=MIB)
    with pytest.raises(TooLargeError):
        await client.upload(upload_of(b"x" * 2 * MIB))
    await client.upload(upload_of(b"x"))


async def test_an_upload_is_never_sent_twice_by_itself(immich: ImmichStandIn, client: ImmichClient) -> None:
    await client.version()
    immich.faults.add("reset_after", "/api/assets", times=1)
    with pytest.raises(CannotConnectError):
        await client.upload(upload_of(b"stored, but the answer is lost"))
    assert len(immich.requests_of("POST", "/api/assets")) == 1
    again = await client.upload(upload_of(b"stored, but the answer is lost"))
    assert not again.created
    immich.faults.add("status", "/api/assets", status=502)
    with pytest.raises(ServerError):
        await client.upload(upload_of(b"never stored"))
    assert len(immich.requests_of("POST", "/api/assets")) == 3


async def test_odd_answers_to_an_upload(session: aiohttp.ClientSession) -> None:
    async with odd_server() as server:
        server.answer("GET /api/server/version", {"major": 3, "minor": 2, "patch": 2})
        client = ImmichClient(session, server.url, "key")
        for answer, status in (
            ({"status": "created"}, 201),
            ({"status": "replaced", "id": "11111111-1111-4111-8111-111111111111"}, 200),
            ({"status": "created", "id": "1"}, 201),
            ([], 201),
            ({}, 202),
        ):
            server.answer("POST /api/assets", answer, status=status)
            with pytest.raises(UnexpectedAnswerError):
                await client.upload(upload_of(b"x"))


async def test_a_redirected_upload_says_where_to_go_and_does_not_become_a_get(session: aiohttp.ClientSession) -> None:
    async def redirect(_: web.Request) -> web.Response:
        return web.Response(status=301, headers={"Location": "https://photos.example.com/api/assets?x=1"})

    async with odd_server() as server:
        server.answer("GET /api/server/version", {"major": 2, "minor": 7, "patch": 5})
        server.routes["POST /api/assets"] = redirect
        with pytest.raises(UnexpectedAnswerError, match=r"redirects to https://photos\.example\.com/api/assets: use"):
            await ImmichClient(session, server.url, "key").upload(upload_of(b"x"))
        assert server.asked("GET /api/assets") == 0


async def test_a_server_that_stops_reading_does_not_hold_us(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(multipart, "STALL", 0.1)

    async def deaf(request: web.Request) -> web.Response:
        await asyncio.Event().wait()
        return web.Response()

    async with odd_server() as server:
        server.answer("GET /api/server/version", {"major": 2, "minor": 7, "patch": 5})
        server.routes["POST /api/assets"] = deaf
        with pytest.raises(TimedOutError, match="no more bytes"):
            await ImmichClient(session, server.url, "key").upload(upload_of(bytes(32 * MIB)))


async def test_a_server_that_never_answers_does_not_hold_us(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redis down: 2.7.5 stores the asset and never answers (measured)."""
    monkeypatch.setattr(
        "custom_components.immich_syncthing.immich.upload.UPLOAD", aiohttp.ClientTimeout(total=None, sock_read=0.1)
    )
    async with ImmichStandIn("2.7.5") as immich:
        immich.faults.queue_down = True
        client = ImmichClient(session, immich.url, immich.key)
        with pytest.raises(TimedOutError):
            await client.upload(upload_of(b"x"))
        immich.faults.clear()
        assert not (await client.upload(upload_of(b"x"))).created


async def test_slow_sending_is_not_mistaken_for_silence(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reading timeout must not run while the file is still on its way."""
    monkeypatch.setattr(
        "custom_components.immich_syncthing.immich.upload.UPLOAD", aiohttp.ClientTimeout(total=None, sock_read=0.2)
    )

    async def slowly() -> AsyncIterator[bytes]:
        for _ in range(8):
            await asyncio.sleep(0.05)
            yield b"x"

    async with ImmichStandIn() as immich:
        client = ImmichClient(session, immich.url, immich.key)
        assert (await client.upload(replace(upload_of(b"x" * 8), content=slowly))).created


async def test_a_quick_source_lets_others_live(client: ImmichClient) -> None:
    turns = 0

    async def somebody_else() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    seen: list[int] = []

    async def read() -> AsyncIterator[bytes]:
        for _ in range(20):
            seen.append(turns)
            yield bytes(multipart.PIECE)

    other = asyncio.create_task(somebody_else())
    await client.upload(replace(upload_of(bytes(20 * multipart.PIECE)), content=read))
    other.cancel()
    assert seen == sorted(set(seen))


async def test_what_is_sent_is_exactly_as_long_as_announced(session: aiohttp.ClientSession) -> None:
    bodies: list[tuple[int | None, bytes, str]] = []

    async def store(request: web.Request) -> web.Response:
        bodies.append((request.content_length, await request.read(), request.headers["x-immich-checksum"]))
        return web.json_response({"status": "created", "id": "11111111-1111-4111-8111-111111111111"}, status=201)

    async with odd_server() as server:
        server.answer("GET /api/server/version", {"major": 2, "minor": 7, "patch": 5})
        server.routes["POST /api/assets"] = store
        await ImmichClient(session, server.url, "key").upload(upload_of(b"0123456789", "Ü.HEIC"))
    ((length, body, checksum),) = bodies
    assert length == len(body)
    assert checksum == sha1(b"0123456789").hex()
    text = body.decode()
    assert text.index('name="filename"\r\n\r\nÜ.HEIC\r\n') < text.index('name="assetData"; filename="upload.HEIC"')
    assert "2026-01-02T03:04:05.678Z" in text


def test_a_streamed_form_has_no_text() -> None:
    form = multipart.FileForm((), part="x", file_name="x", size=0, content=upload_of(b"").content)
    with pytest.raises(TypeError):
        form.decode()
