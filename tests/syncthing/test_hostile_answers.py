"""Servers that are broken, slow, somebody else, or after the key."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from aiohttp import web

from custom_components.immich_syncthing.syncthing.client import SyncthingClient
from custom_components.immich_syncthing.syncthing.errors import (
    FolderFaultError,
    SyncthingCannotConnectError,
    SyncthingError,
    SyncthingUnexpectedAnswerError,
    SyncthingWrongKeyError,
)
from custom_components.immich_syncthing.syncthing.events import EventStream

from .answering import answering, saying

KEY = "key-that-nobody-may-see"


@asynccontextmanager
async def raw_server(*answers: bytes) -> AsyncIterator[tuple[str, list[bytes]]]:
    """Give one answer per connection, then close it; yields the address and the requests seen, headers only."""
    seen: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(answers[min(len(seen), len(answers)) - 1])
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(talk, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", seen


class Pauses:
    """A clock that only notes how long somebody wanted to wait."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.taken.append(seconds)


PONG = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{"ping":"pong"}'
MIGRATION = "*** Database migration in progress ***\n"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (MIGRATION, "text/plain"),
        ("<html>Log in to the hotel</html>", "text/html"),
        ('{"ping": "pong"}', "text/plain"),
        ("", "application/json"),
        ("{", "application/json"),
        ("null", "application/json"),
        ("[]", "application/json"),
        ("{}", "application/json"),
        ('"pong"', "application/json"),
        ('{"ping": "ping"}', "application/json"),
        ("[" * 100_000, "application/json"),
        ("\udcff", "application/json"),
    ],
    ids=lambda text: text[:12] if text.isascii() else "bytes",
)
async def test_what_does_not_speak_like_syncthing_is_an_unexpected_answer_to_every_call(
    session: aiohttp.ClientSession, body: str, content_type: str
) -> None:
    def answer() -> web.Response:
        return web.Response(body=body.encode(errors="surrogateescape"), content_type=content_type)

    async with saying(answer) as url:
        client = SyncthingClient(session, url, KEY)
        for call in (
            client.ping(),
            client.status(),
            client.version(),
            client.completion("photos"),
            client.folder_status("photos"),
            client.file("photos", "a.jpg"),
            EventStream(client, ["LocalChangeDetected"]).poll(),
        ):
            with pytest.raises(SyncthingUnexpectedAnswerError):
                await call


@pytest.mark.parametrize("body", [MIGRATION, '{"ping": "pong"}'])
async def test_an_answer_with_text_is_no_confirmation_of_a_scan(session: aiohttp.ClientSession, body: str) -> None:
    async with saying(lambda: web.Response(text=body)) as url:
        with pytest.raises(SyncthingUnexpectedAnswerError):
            await SyncthingClient(session, url, KEY).scan("photos", ["a.jpg"])


@pytest.mark.parametrize("body", ["404 page not found\n", "Not Found", "<html>404</html>", ""])
async def test_only_syncthings_own_words_say_that_a_file_was_never_known(
    session: aiohttp.ClientSession, body: str
) -> None:
    async with saying(lambda: web.Response(status=404, text=body)) as url:
        with pytest.raises(SyncthingUnexpectedAnswerError):
            await SyncthingClient(session, url, KEY).file("photos", "a.jpg")


async def test_folder_errors_are_read_to_the_last_page(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.immich_syncthing.syncthing.client.ERRORS_PER_PAGE", 2)
    errors = [{"path": f"{number}.jpg", "error": "permission denied"} for number in range(5)]

    async def paging(request: web.BaseRequest) -> web.StreamResponse:
        page, size = int(request.query["page"]), int(request.query["perpage"])
        return web.json_response({"errors": errors[(page - 1) * size : page * size] or None})

    async with answering(paging) as url:
        found = await SyncthingClient(session, url, KEY).folder_errors("photos")

    assert [error.path for error in found] == ["0.jpg", "1.jpg", "2.jpg", "3.jpg", "4.jpg"]


async def test_a_folder_of_no_known_type_is_unexpected(session: aiohttp.ClientSession) -> None:
    odd = {"id": "photos", "path": "/photos", "type": "receivesometimes", "paused": False}
    async with saying(lambda: web.json_response([odd])) as url:
        with pytest.raises(SyncthingUnexpectedAnswerError):
            await SyncthingClient(session, url, KEY).folders()


@pytest.mark.parametrize(
    ("status", "text", "error"),
    [
        (401, "Unauthorized", SyncthingWrongKeyError),
        (403, "<html>403 from a proxy</html>", SyncthingUnexpectedAnswerError),
        (404, "404 page not found", SyncthingUnexpectedAnswerError),
        (405, "Method Not Allowed", SyncthingUnexpectedAnswerError),
        (400, "bad", SyncthingUnexpectedAnswerError),
        (500, "no space left on device", FolderFaultError),
        (502, "Bad Gateway", SyncthingCannotConnectError),
        (503, "Service Unavailable", SyncthingCannotConnectError),
        (504, "Gateway Timeout", SyncthingCannotConnectError),
        (204, "", SyncthingUnexpectedAnswerError),
    ],
)
async def test_other_answers_have_their_meaning(
    session: aiohttp.ClientSession, status: int, text: str, error: type[SyncthingError]
) -> None:
    async with saying(lambda: web.Response(status=status, text=text)) as url:
        client = SyncthingClient(session, url, KEY)
        for call in (client.folder_status("photos"), client.scan("photos"), client.folder_errors("photos")):
            with pytest.raises(SyncthingError) as refused:
                await call
            assert refused.type is error


async def test_a_connection_that_was_closed_while_idle_costs_nothing(session: aiohttp.ClientSession) -> None:
    pauses = Pauses()
    async with raw_server(b"", PONG) as (url, seen):
        await SyncthingClient(session, url, KEY, sleep=pauses.sleep).ping()

    assert len(seen) == 2
    assert sum(pauses.taken) == 0


async def test_a_scan_is_repeated_too_because_it_does_no_harm(session: aiohttp.ClientSession) -> None:
    empty = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
    pauses = Pauses()
    async with raw_server(b"", b"", empty) as (url, seen):
        await SyncthingClient(session, url, KEY, sleep=pauses.sleep).scan("photos", ["a.jpg"])

    assert [line.split(b" ")[0] for line in seen] == [b"POST"] * 3
    assert pauses.taken == [0.0, 1.0]


async def test_a_connection_that_is_always_lost_is_an_error(session: aiohttp.ClientSession) -> None:
    pauses = Pauses()
    async with raw_server(b"") as (url, seen):
        with pytest.raises(SyncthingCannotConnectError):
            await SyncthingClient(session, url, KEY, sleep=pauses.sleep).scan("photos")

    assert len(seen) == 3
    assert pauses.taken == [0.0, 1.0]


async def test_half_an_answer_is_no_answer(session: aiohttp.ClientSession) -> None:
    half = PONG.replace(b"Content-Length: 15", b"Content-Length: 150")
    async with raw_server(half) as (url, _):
        with pytest.raises(SyncthingCannotConnectError):
            await SyncthingClient(session, url, KEY, sleep=Pauses().sleep).ping()


async def test_nobody_listening_is_an_error_at_once(session: aiohttp.ClientSession) -> None:
    async with raw_server(PONG) as (url, _):
        pass
    pauses = Pauses()

    with pytest.raises(SyncthingCannotConnectError):
        await SyncthingClient(session, url, KEY, sleep=pauses.sleep).ping()

    assert pauses.taken == []


async def test_an_answer_without_end_is_cut_off(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.immich_syncthing.syncthing.transport.MAX_ANSWER_BYTES", 1 << 20)

    async def pour(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "application/json"})
        await response.prepare(request)
        while True:
            await response.write(b" " * 65536)

    async with answering(pour) as url:
        with pytest.raises(SyncthingUnexpectedAnswerError, match="more than"):
            await SyncthingClient(session, url, KEY).status()


async def test_an_answer_that_does_not_come_is_a_failure_to_connect(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.immich_syncthing.syncthing.client.SCAN_S", 0.1)
    asked = asyncio.Event()

    async def silent(_: web.BaseRequest) -> web.StreamResponse:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    async with answering(silent) as url:
        with pytest.raises(SyncthingCannotConnectError, match="no answer in time"):
            await SyncthingClient(session, url, KEY).scan("photos")
    assert asked.is_set()


@pytest.mark.parametrize(
    "location",
    [
        "https://elsewhere.example/rest/system/ping",
        "http://elsewhere.example/rest/system/ping",
        "//elsewhere.example/rest/system/ping",
        "https://127.0.0.1:1/rest/system/ping",
        "https://{host}/login",
        "http://{host}/rest/system/ping",
        "/rest/system/ping",
        "/login?next=/rest/system/ping",
        "https://{host}/rest/system/ping?more=1",
        "http://[",
        "",
    ],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirection_that_leads_away_is_not_followed(
    session: aiohttp.ClientSession, status: int, location: str
) -> None:
    requests: list[str] = []

    async def redirecting(request: web.BaseRequest) -> web.StreamResponse:
        requests.append(request.path)
        return web.Response(status=status, headers={"Location": location.format(host=request.host)})

    async with answering(redirecting) as url:
        with pytest.raises(SyncthingUnexpectedAnswerError):
            await SyncthingClient(session, url, KEY).ping()

    assert requests == ["/rest/system/ping"]


async def test_the_sub_path_of_a_reverse_proxy_stays_in_front(session: aiohttp.ClientSession) -> None:
    asked: list[tuple[str, str]] = []

    async def proxy(request: web.BaseRequest) -> web.StreamResponse:
        asked.append((request.method, request.raw_path))
        return web.Response()

    async with answering(proxy) as url:
        await SyncthingClient(session, f"{url}/sync/thing", KEY).scan("my photos", ["a/b c+d%.jpg"])

    assert asked == [("POST", "/sync/thing/rest/db/scan?folder=my%20photos&sub=a%2Fb%20c%2Bd%25.jpg")]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n" + b"X: " + b"x" * 70_000 + b"\r\n\r\n",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 403 Forbidden\r\nContent-Length: 11\r\n\r\nCSRF Error\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 2\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{",
        b"HTTP/1.1 307 Temporary Redirect\r\nLocation: https://elsewhere.example/\r\nContent-Length: 0\r\n\r\n",
    ],
    ids=["closed", "huge header", "garbage", "refused", "html", "cut", "redirected"],
)
async def test_no_error_and_no_log_ever_shows_the_key(
    session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture, answer: bytes
) -> None:
    caplog.set_level(logging.DEBUG)
    async with raw_server(answer) as (url, seen):
        client = SyncthingClient(session, url, KEY, sleep=Pauses().sleep)
        with pytest.raises(SyncthingError) as refused:
            await client.scan("photos", ["a.jpg"])
        logging.getLogger("test").error("a scan failed", exc_info=refused.value)

    assert KEY.encode() in seen[0]
    shown = "".join(traceback.format_exception(refused.value))
    for text in (shown, caplog.text, repr(refused.value), str(refused.value.placeholders), repr(client), str(client)):
        assert KEY not in text


UNSUPPORTED = "upgrade unsupported\n"
NEWER = '{"latest": "v1.30.0", "majorNewer": false, "newer": true, "running": "v1.29.5"}'


@pytest.mark.parametrize(
    ("status", "body", "content_type", "latest"),
    [
        (501, UNSUPPORTED, "text/plain", None),
        (503, UNSUPPORTED, "text/plain", None),
        (200, NEWER, "application/json", "v1.30.0"),
    ],
)
async def test_a_newer_release_is_told_of_by_builds_that_look_for_one(
    session: aiohttp.ClientSession, status: int, body: str, content_type: str, latest: str | None
) -> None:
    async with saying(lambda: web.Response(status=status, text=body, content_type=content_type)) as url:
        upgrade = await SyncthingClient(session, url, KEY).upgrade()
    assert (upgrade and upgrade.latest) == latest


@pytest.mark.parametrize(
    ("status", "body", "content_type"),
    [
        (500, "Get https://upgrades.syncthing.net/meta.json: no such host\n", "text/plain"),
        (200, "{}", "application/json"),
    ],
)
async def test_a_release_that_could_not_be_looked_for_is_an_error(
    session: aiohttp.ClientSession, status: int, body: str, content_type: str
) -> None:
    async with saying(lambda: web.Response(status=status, text=body, content_type=content_type)) as url:
        with pytest.raises(SyncthingError):
            await SyncthingClient(session, url, KEY).upgrade()
