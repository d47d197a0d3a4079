"""From a typed address to an Immich that answers."""

import aiohttp
import pytest
from yarl import URL

from custom_components.immich_syncthing.immich.discover import discover
from custom_components.immich_syncthing.immich.errors import (
    CannotConnectError,
    CertificateError,
    InvalidUrlError,
    ServerError,
    UnexpectedAnswerError,
)
from tests.servers.immich import ImmichStandIn

from .odd_server import OddServer, odd_server
from .test_transport import redirect_to


def imitate_immich(server: OddServer, prefix: str = "") -> None:
    server.answer(f"GET {prefix}/api/server/ping", {"res": "pong"})
    server.answer(f"GET {prefix}/api/server/version", {"major": 2, "minor": 7, "patch": 5})


async def test_immich_is_found_by_all_its_names(immich: ImmichStandIn, session: aiohttp.ClientSession) -> None:
    root = f"{immich.url}/api"
    for typed in (immich.url, root, f" {immich.url}/ ", f"127.0.0.1:{immich.port}", f"{immich.url}/photos"):
        assert await discover(session, typed, ssl=True) == root


async def test_immich_behind_a_sub_path(session: aiohttp.ClientSession) -> None:
    async with ImmichStandIn(prefix="/photos") as server:
        assert await discover(session, server.url, ssl=True) == f"{server.url}/api"


async def test_plain_http_is_left_for_https_when_the_server_says_so(session: aiohttp.ClientSession) -> None:
    async with ImmichStandIn(tls=True) as secure, odd_server() as plain:
        plain.routes["GET /api/server/ping"] = redirect_to(f"{secure.url}/api/server/ping", 301)
        assert await discover(session, plain.url, ssl=False) == f"{secure.url}/api"
        with pytest.raises(CertificateError):
            await discover(session, plain.url, ssl=True)


async def test_without_a_scheme_tls_is_found_too(session: aiohttp.ClientSession) -> None:
    async with ImmichStandIn(tls=True) as secure:
        assert await discover(session, f"127.0.0.1:{secure.port}", ssl=False) == f"{secure.url}/api"
        with pytest.raises(CertificateError):
            await discover(session, f"127.0.0.1:{secure.port}", ssl=True)


async def test_another_host_may_be_pointed_at(session: aiohttp.ClientSession) -> None:
    async with odd_server() as front, odd_server("127.0.0.2") as back:
        imitate_immich(back, "/deep")
        front.routes["GET /api/server/ping"] = redirect_to(f"{back.url}/deep/api/server/ping?x=1")
        assert await discover(session, front.url, ssl=True) == f"{back.url}/deep/api"
        assert not any("x-api-key" in request.headers for request in back.seen)


@pytest.mark.parametrize("endpoint", ["/hidden/api", "hidden/api/", "{url}/hidden/api"])
async def test_the_well_known_address_is_asked(session: aiohttp.ClientSession, endpoint: str) -> None:
    async with odd_server() as server:
        imitate_immich(server, "/hidden")
        server.answer("GET /.well-known/immich", {"api": {"endpoint": endpoint.replace("{url}", server.url)}})
        assert await discover(session, server.url, ssl=True) == f"{server.url}/hidden/api"


@pytest.mark.parametrize(
    "well_known", [{}, {"api": {"endpoint": "/api"}}, {"api": {"endpoint": "ftp://x"}}, {"api": {"endpoint": 5}}, []]
)
async def test_a_well_known_address_that_leads_nowhere(session: aiohttp.ClientSession, well_known: object) -> None:
    async with odd_server() as server:
        server.answer("GET /.well-known/immich", well_known)
        with pytest.raises(UnexpectedAnswerError, match="status 404"):
            await discover(session, server.url, ssl=True)


async def test_what_answers_but_is_not_immich(session: aiohttp.ClientSession) -> None:
    async with odd_server() as server:
        for ping in ({"res": "ping"}, {"other": 1}, ["ping"]):
            server.answer("GET /api/server/ping", ping)
            with pytest.raises(UnexpectedAnswerError, match="ping"):
                await discover(session, server.url, ssl=True)
        server.answer("GET /api/server/ping", {"res": "pong"})
        server.answer("GET /api/server/version", {"version": "1"})
        with pytest.raises(UnexpectedAnswerError, match="version"):
            await discover(session, server.url, ssl=True)
        server.answer("GET /api/server/ping", {"message": "no"}, status=401)
        with pytest.raises(UnexpectedAnswerError, match="status 401"):
            await discover(session, server.url, ssl=True)
        server.raw("GET /api/server/ping", text="<html>", content_type="text/html")
        with pytest.raises(UnexpectedAnswerError, match="text/html"):
            await discover(session, f"127.0.0.1:{URL(server.url).port}", ssl=True)
        server.routes["GET /api/server/ping"] = redirect_to("/login")
        server.raw("GET /login", text="<html>", content_type="text/html")
        with pytest.raises(UnexpectedAnswerError, match="text/html"):
            await discover(session, server.url, ssl=True)
        server.routes["GET /api/server/ping"] = redirect_to("/api/server/ping")
        with pytest.raises(UnexpectedAnswerError, match="without end"):
            await discover(session, server.url, ssl=True)


async def test_a_proxy_whose_immich_is_down(session: aiohttp.ClientSession) -> None:
    async with odd_server() as server:
        server.raw("GET /api/server/ping", status=502, text="<h1>Bad gateway</h1>", content_type="text/html")
        with pytest.raises(ServerError):
            await discover(session, f"127.0.0.1:{URL(server.url).port}", ssl=True)


async def test_immich_in_maintenance_is_still_immich(immich: ImmichStandIn, session: aiohttp.ClientSession) -> None:
    immich.faults.maintenance = True
    assert await discover(session, immich.url, ssl=True) == f"{immich.url}/api"


async def test_nobody_and_nonsense(session: aiohttp.ClientSession, unused_tcp_port: int) -> None:
    with pytest.raises(CannotConnectError):
        await discover(session, f"127.0.0.1:{unused_tcp_port}", ssl=True)
    with pytest.raises(InvalidUrlError):
        await discover(session, "http://user:secret@nas", ssl=True)


async def test_silence_ends(session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "custom_components.immich_syncthing.immich.discover._PATIENCE", aiohttp.ClientTimeout(total=0.05)
    )

    async with ImmichStandIn() as server:
        server.faults.add("hang")
        with pytest.raises(CannotConnectError, match="in time"):
            await discover(session, server.url, ssl=True)
