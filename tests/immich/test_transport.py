"""Retries, redirects, cookies: what happens between the calls and the wire."""

import aiohttp
import pytest
from aiohttp import web
from yarl import URL

from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.errors import (
    CannotConnectError,
    InvalidUrlError,
    ServerError,
    UnexpectedAnswerError,
)
from tests.checksums import sha1
from tests.servers.immich import ImmichStandIn

from .odd_server import Handler, odd_server
from .pauses import Pauses
from .things import SOME_ID

USER = {"id": SOME_ID, "email": "a@example.com", "name": "A", "isAdmin": False, "quotaSizeInBytes": 7}


def redirect_to(location: str, status: int = 302) -> Handler:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": location})

    return handler


def test_an_address_may_be_given_in_any_form(session: aiohttp.ClientSession) -> None:
    assert ImmichClient(session, "nas:2283/", "key").api_root == "http://nas:2283/api"
    with pytest.raises(InvalidUrlError):
        ImmichClient(session, "ftp://nas", "key")


async def test_everything_that_the_server_tells(immich: ImmichStandIn, client: ImmichClient) -> None:
    await client.ping()
    version = await client.version()
    assert client.known_version == version
    assert str(version) == str(immich.server.version)
    assert not (await client.server_config()).maintenance_mode
    assert (await client.server_features()).trash
    assert ".jpg" in (await client.media_types()).image
    assert (await client.server_about()).version == f"v{version}"
    storage = await client.server_storage()
    assert storage.size is not None
    assert (await client.server_statistics()).photos == 0
    assert [entry.version for entry in await client.version_history()] == [str(version)]
    assert (await client.api_key()).allows("anything")
    assert (await client.me()).id == immich.admin.id


async def test_public_questions_are_asked_without_the_key(session: aiohttp.ClientSession) -> None:
    async with odd_server() as server:
        server.answer("GET /api/server/ping", {"res": "pong"})
        server.answer("GET /api/users/me", USER)
        client = ImmichClient(session, server.url, " key ")
        await client.ping()
        user = await client.me()
        assert user.quota_size == 7
        assert [request.headers.get("x-api-key") for request in server.seen] == [None, "key"]


@pytest.mark.parametrize("fault", ["reset_before", "reset_after", "cut", "status"])
async def test_safe_calls_survive_two_accidents(
    immich: ImmichStandIn, client: ImmichClient, pauses: Pauses, fault: str
) -> None:
    photo = immich.browser.upload(b"photo", "photo.jpg")
    calls = (
        ("/users/me", client.me),
        ("bulk-upload-check", lambda: client.bulk_upload_check([sha1(b"photo")])),
        ("restore", lambda: client.restore([photo])),
        ("timeline", client.timeline_buckets),
    )
    for path, call in calls:
        immich.faults.clear()
        # One of them may be repeated by aiohttp itself, which takes it for the end of a kept-alive connection.
        immich.faults.add(fault, path, times=2)
        assert await call()
    if fault != "cut":
        immich.faults.clear()
        immich.faults.add(fault, "/assets$", times=2)
        assert (await client.trash([photo])).done == (photo,)
    assert pauses.seconds
    assert set(pauses.seconds) <= {0.375, 0.75}


async def test_a_third_accident_is_told(immich: ImmichStandIn, client: ImmichClient, pauses: Pauses) -> None:
    rule = immich.faults.add("status", "/users/me", status=503)
    with pytest.raises(ServerError) as caught:
        await client.me()
    assert (caught.value.status, rule.hits) == (503, 3)
    assert pauses.seconds == [0.375, 0.75]
    immich.faults.clear()
    immich.faults.database_down = True
    with pytest.raises(ServerError, match="Internal server error"):
        await client.me()
    await client.ping()


async def test_a_server_that_was_restarted_is_met_again_without_complaint(
    immich: ImmichStandIn, client: ImmichClient
) -> None:
    await client.me()
    await immich.stop()
    with pytest.raises(CannotConnectError):
        await client.me()
    await immich.start()
    await client.me()
    await immich.stop()
    await immich.start()
    assert (await client.bulk_upload_check([sha1(b"x")]))[sha1(b"x")].asset_id is None


async def test_a_login_page_in_between_is_not_immich(immich: ImmichStandIn, client: ImmichClient) -> None:
    immich.faults.add("login_page")
    with pytest.raises(UnexpectedAnswerError, match="text/html"):
        await client.me()
    with pytest.raises(UnexpectedAnswerError, match="status 200, and not in Immich's words"):
        await client.trash([SOME_ID])
    with pytest.raises(UnexpectedAnswerError, match="web page"):
        await anext(client.download(SOME_ID))
    immich.faults.clear()
    immich.faults.add("half_json")
    with pytest.raises(UnexpectedAnswerError, match="JSON cannot be read"):
        await client.me()


async def test_a_get_follows_redirects_on_its_own_server(session: aiohttp.ClientSession) -> None:
    async with odd_server() as server:
        server.routes["GET /api/users/me"] = redirect_to("/photos/api/users/me#top", 308)
        server.answer("GET /photos/api/users/me", USER)
        assert (await ImmichClient(session, server.url, "key").me()).id == SOME_ID
        assert all(request.headers["x-api-key"] == "key" for request in server.seen)


async def test_the_key_goes_to_no_other_server(session: aiohttp.ClientSession) -> None:
    async with odd_server() as server, odd_server("127.0.0.2") as elsewhere:
        port = URL(elsewhere.url).port
        elsewhere.answer("GET /api/users/me", USER)
        for location in (
            f"{elsewhere.url}/api/users/me",
            f"//127.0.0.2:{port}/api/users/me",
            f"http://127.0.0.1:{port}/api/users/me",
            f"http://user:password@127.0.0.2:{port}/api/users/me?token=abc",
        ):
            server.routes["GET /api/users/me"] = redirect_to(location)
            with pytest.raises(UnexpectedAnswerError, match=r"it redirects to http://127\.0\.0\.\S+/me: use") as caught:
                await ImmichClient(session, server.url, "key").me()
            assert "password" not in caught.value.detail
            assert "token" not in caught.value.detail
        assert not elsewhere.seen


async def test_the_same_host_with_tls_instead_of_none_may_have_the_key(session: aiohttp.ClientSession) -> None:
    async with ImmichStandIn(tls=True) as secure, odd_server() as plain:
        plain.routes["GET /api/users/me"] = redirect_to(f"{secure.url}/api/users/me", 301)
        client = ImmichClient(session, plain.url, secure.key, verify_ssl=False)
        assert (await client.me()).id == secure.admin.id
        secure.faults.add("redirect", "/users/me", location=plain.url)
        with pytest.raises(UnexpectedAnswerError, match="it redirects to http://"):
            await ImmichClient(session, secure.url, secure.key, verify_ssl=False).me()


@pytest.mark.parametrize("location", ["", "mailto:me@example.com", "http://[broken", "javascript:alert(1)"])
async def test_a_redirect_to_nowhere(session: aiohttp.ClientSession, location: str) -> None:
    async with odd_server() as server:
        server.routes["GET /api/users/me"] = redirect_to(location)
        with pytest.raises(UnexpectedAnswerError, match="redirects nowhere"):
            await ImmichClient(session, server.url, "key").me()


async def test_redirects_in_a_circle_end(session: aiohttp.ClientSession) -> None:
    async with odd_server() as server:
        server.routes["GET /api/users/me"] = redirect_to("/api/users/me")
        with pytest.raises(UnexpectedAnswerError, match="without end"):
            await ImmichClient(session, server.url, "key").me()
        assert server.asked("GET /api/users/me") == 6


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_question_with_a_body_is_not_redirected(session: aiohttp.ClientSession, status: int) -> None:
    async with odd_server() as server:
        server.routes["POST /api/assets/bulk-upload-check"] = redirect_to("/other", status)
        server.routes["DELETE /api/assets"] = redirect_to("/other", status)
        client = ImmichClient(session, server.url, "key")
        with pytest.raises(UnexpectedAnswerError, match="use that address"):
            await client.bulk_upload_check([sha1(b"x")])
        with pytest.raises(UnexpectedAnswerError, match="use that address"):
            await client.trash([SOME_ID])
        assert len(server.seen) == 2


async def test_cookies_of_a_shared_session_do_not_speak_for_us(immich: ImmichStandIn) -> None:
    """Immich prefers a session cookie to the key: with another user's cookie we would work in the wrong account."""
    other = immich.world.add_user("Other")
    token = immich.world.add_session(other).token
    jar = aiohttp.CookieJar(unsafe=True)
    jar.update_cookies({"immich_access_token": token}, URL(immich.url))
    async with aiohttp.ClientSession(cookie_jar=jar) as shared:
        async with shared.get(f"{immich.url}/api/users/me", headers={"x-api-key": immich.key}) as response:
            assert (await response.json())["id"] == other.id
        assert (await ImmichClient(shared, immich.url, immich.key).me()).id == immich.admin.id
