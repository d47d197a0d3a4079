"""Every way in which Immich, or what stands in front of it, refuses."""

import json
import traceback
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from custom_components.immich_syncthing.immich import answers
from custom_components.immich_syncthing.immich.answers import refusal
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.errors import (
    CannotConnectError,
    CertificateError,
    ImmichError,
    MaintenanceError,
    MissingPermissionError,
    NotFoundError,
    QuotaError,
    ServerError,
    TimedOutError,
    TooLargeError,
    UnexpectedAnswerError,
    UnsupportedTypeError,
    WrongKeyError,
)
from tests.servers.immich import ImmichStandIn

from .odd_server import odd_server
from .pauses import Pauses

RECORDED: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[1] / "fixtures" / "immich_answers" / "refusals-2.7.5.json").read_text()
)
SOME_ID = "11111111-1111-4111-8111-111111111111"


def expected(status: int, message: str) -> type[ImmichError]:
    """The error that a person would choose who reads the recorded message."""
    if status >= 500:
        return ServerError
    if status == 403:
        return MissingPermissionError
    if status == 401:
        return NotFoundError if "Elevated" in message else WrongKeyError
    for start, kind in {
        "Not found or no ": NotFoundError,
        "Live photo video ": NotFoundError,
        "Album not found": NotFoundError,
        "Unsupported file type": UnsupportedTypeError,
        "Quota": QuotaError,
    }.items():
        if message.startswith(start):
            return kind
    return UnexpectedAnswerError


@pytest.mark.parametrize("recorded", RECORDED, ids=lambda recorded: f"{recorded['status']} {recorded['label']}")
async def test_every_recorded_refusal_has_its_error(recorded: dict[str, Any], session: aiohttp.ClientSession) -> None:
    message = recorded["body"]["message"]
    message = "; ".join(message) if isinstance(message, list) else message
    async with odd_server() as server:
        server.answer("GET /api/users/me", recorded["body"], status=recorded["status"])
        server.answer("GET /api/server/config", {"maintenanceMode": False, "trashDays": 30, "isInitialized": True})
        client = ImmichClient(session, server.url, "key", sleep=Pauses().sleep)
        with pytest.raises(ImmichError) as caught:
            await client.me()
    assert type(caught.value) is expected(recorded["status"], message)
    assert message in caught.value.detail
    assert caught.value.placeholders["detail"] == caught.value.detail
    assert "\n" not in caught.value.detail
    if isinstance(caught.value, MissingPermissionError):
        _, _, permission = message.partition("Missing required permission: ")
        assert caught.value.permission == permission
        assert caught.value.placeholders["permission"] == caught.value.permission
    if isinstance(caught.value, ServerError):
        assert caught.value.placeholders["status"] == str(recorded["status"])


def test_what_only_version_3_says() -> None:
    assert type(refusal(400, "File is empty")) is UnsupportedTypeError
    assert type(refusal(400, "Validation failed; ids.0: Invalid UUID")) is UnexpectedAnswerError


async def test_a_validation_error_of_version_3_is_told_in_one_line(session: aiohttp.ClientSession) -> None:
    body = {
        "message": "Validation failed",
        "errors": [{"code": "invalid", "path": ["assets", 0, "checksum"], "message": "Too\nshort"}, "and more"],
    }
    async with odd_server() as server:
        server.answer("GET /api/users/me", body, status=400)
        with pytest.raises(UnexpectedAnswerError) as caught:
            await ImmichClient(session, server.url, "key").me()
    assert caught.value.detail == "status 400: Validation failed; assets.0.checksum: Too short; and more"


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, UnexpectedAnswerError),
        (401, UnexpectedAnswerError),
        (403, UnexpectedAnswerError),
        (407, UnexpectedAnswerError),
        (413, TooLargeError),
        (429, ServerError),
        (502, ServerError),
        (503, ServerError),
        (522, ServerError),
        (204, UnexpectedAnswerError),
        (304, UnexpectedAnswerError),
    ],
)
async def test_the_page_of_a_proxy_is_never_taken_for_immichs_word(
    status: int, error: type[ImmichError], session: aiohttp.ClientSession
) -> None:
    async with odd_server() as server:
        server.raw("GET /api/users/me", status=status, text=None if status in {204, 304} else "<h1>nginx</h1>")
        with pytest.raises(ImmichError) as caught:
            await ImmichClient(session, server.url, "key", sleep=Pauses().sleep).me()
    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("response", "complaint"),
    [
        ({"text": "<form>login</form>", "content_type": "text/html"}, "text/html instead of JSON"),
        ({"body": b"{}"}, "application/octet-stream instead of JSON"),
        ({"text": '{"id": ', "content_type": "application/json"}, "JSON cannot be read"),
        ({"text": "", "content_type": "application/json"}, "JSON cannot be read"),
        ({"body": b'{"id": "\xff"}', "content_type": "application/json"}, "JSON cannot be read"),
        ({"text": "[" * 200_000, "content_type": "application/json"}, "JSON cannot be read"),
        ({"text": '{"id": NaN}', "content_type": "application/json"}, "NaN is no JSON"),
        ({"text": '{"id": 1' + "0" * 5000 + "}", "content_type": "application/json"}, "JSON cannot be read"),
        ({"text": "null", "content_type": "application/json"}, "user is None, not an object"),
        ({"text": "[]", "content_type": "application/problem+json"}, r"user is \[\], not an object"),
    ],
)
async def test_what_is_not_immichs_json_is_unexpected(
    response: dict[str, Any], complaint: str, session: aiohttp.ClientSession
) -> None:
    async with odd_server() as server:
        server.raw("GET /api/users/me", **response)
        with pytest.raises(UnexpectedAnswerError, match=complaint):
            await ImmichClient(session, server.url, "key").me()


async def test_an_answer_without_end_is_cut_off(
    session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(answers, "MAX_JSON", 1000)
    async with odd_server() as server:
        server.raw("GET /api/users/me", text=" " * 100_000, content_type="application/json")
        with pytest.raises(UnexpectedAnswerError, match="more than 1000 bytes"):
            await ImmichClient(session, server.url, "key").me()


async def test_a_refusal_whose_body_is_broken_is_not_immichs(session: aiohttp.ClientSession) -> None:
    async with odd_server() as server:
        server.raw("GET /api/users/me", status=401, text='{"message', content_type="application/json")
        with pytest.raises(UnexpectedAnswerError, match="in front of it"):
            await ImmichClient(session, server.url, "key").me()
        for body in (["no"], {"message": 7}):
            server.answer("GET /api/users/me", body, status=401)
            with pytest.raises(UnexpectedAnswerError, match="in front of it"):
                await ImmichClient(session, server.url, "key").me()


async def test_wrong_key_and_missing_permission(immich: ImmichStandIn, session: aiohttp.ClientSession) -> None:
    stranger = ImmichClient(session, immich.url, "nobody")
    with pytest.raises(WrongKeyError, match="Invalid API key"):
        await stranger.me()
    guest = ImmichClient(session, immich.url, immich.make_key("asset.read"))
    assert (await guest.api_key()).permissions == {"asset.read"}
    with pytest.raises(MissingPermissionError) as caught:
        await guest.me()
    assert caught.value.permission == "user.read"
    other = ImmichClient(session, immich.url, immich.make_key(user=immich.world.add_user("Other")))
    with pytest.raises(MissingPermissionError, match="Forbidden") as caught:
        await other.server_statistics()
    assert caught.value.permission == ""


@pytest.mark.parametrize("key", ["", "  ", "kéy", "two words", "line\r\nX-Evil: 1", "nul\0"])
async def test_a_key_that_cannot_be_one_never_leaves_the_house(key: str, session: aiohttp.ClientSession) -> None:
    async with odd_server() as server:
        with pytest.raises(WrongKeyError):
            await ImmichClient(session, server.url, key).me()
        assert not server.seen


async def test_in_maintenance_nothing_is_not_found(immich: ImmichStandIn, client: ImmichClient) -> None:
    immich.faults.maintenance = True
    await client.ping()
    assert (await client.version()).major in {2, 3}
    assert (await client.server_config()).maintenance_mode
    for call in (client.me, client.api_key, client.server_features, lambda: client.asset(SOME_ID)):
        with pytest.raises(MaintenanceError):
            await call()
    for batch in (client.trash, client.restore):
        with pytest.raises(MaintenanceError):
            await batch([SOME_ID])
    with pytest.raises(MaintenanceError):
        await client.bulk_upload_check([b"x" * 20])
    with pytest.raises(MaintenanceError):
        await anext(client.download(SOME_ID))


async def test_a_404_without_maintenance_is_no_observation(session: aiohttp.ClientSession) -> None:
    async with odd_server() as server:
        with pytest.raises(UnexpectedAnswerError, match="404"):
            await ImmichClient(session, server.url, "key").me()
        server.answer("GET /api/users/me", {"message": "Cannot GET /api/users/me"}, status=404)
        server.answer("GET /api/server/config", {"maintenanceMode": False, "trashDays": 30, "isInitialized": True})
        with pytest.raises(UnexpectedAnswerError, match="Cannot GET"):
            await ImmichClient(session, server.url, "key").me()


async def test_nobody_there(session: aiohttp.ClientSession, unused_tcp_port: int) -> None:
    pauses = Pauses()
    client = ImmichClient(session, f"http://127.0.0.1:{unused_tcp_port}", "key", sleep=pauses.sleep)
    with pytest.raises(CannotConnectError) as caught:
        await client.ping()
    assert type(caught.value) is CannotConnectError
    assert len(pauses.seconds) == 2


async def test_a_host_without_address(session: aiohttp.ClientSession) -> None:
    with pytest.raises(CannotConnectError):
        await ImmichClient(session, "http://immich.invalid", "key", sleep=Pauses().sleep).ping()


async def test_somebody_who_does_not_speak_http(session: aiohttp.ClientSession, ssh_port: int) -> None:
    with pytest.raises(UnexpectedAnswerError, match="does not speak HTTP"):
        await ImmichClient(session, f"http://127.0.0.1:{ssh_port}", "key", sleep=Pauses().sleep).ping()


async def test_an_untrusted_certificate_is_named_at_once_and_can_be_accepted(session: aiohttp.ClientSession) -> None:
    async with ImmichStandIn(tls=True) as server:
        pauses = Pauses()
        with pytest.raises(CertificateError, match="self-signed"):
            await ImmichClient(session, server.url, server.key, sleep=pauses.sleep).ping()
        assert not pauses.seconds
        trusting = ImmichClient(session, server.url, server.key, verify_ssl=False)
        await trusting.ping()
        assert (await trusting.me()).is_admin


async def test_tls_asked_of_a_plain_port_is_no_certificate_problem(
    immich: ImmichStandIn, session: aiohttp.ClientSession
) -> None:
    with pytest.raises(CannotConnectError) as caught:
        await ImmichClient(session, f"https://127.0.0.1:{immich.port}", "key", sleep=Pauses().sleep).ping()
    assert not isinstance(caught.value, CertificateError)


async def test_silence_is_not_waited_for_twice(session: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("custom_components.immich_syncthing.immich.transport.BULK", aiohttp.ClientTimeout(total=0.05))
    async with ImmichStandIn() as server:
        server.faults.add("hang")
        pauses = Pauses()
        with pytest.raises(TimedOutError):
            await ImmichClient(session, server.url, server.key, sleep=pauses.sleep).bulk_upload_check([b"x" * 20])
        assert not pauses.seconds


async def test_the_key_is_in_no_error_no_repr_and_no_traceback(
    session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture, ssh_port: int
) -> None:
    secret = "topsecretkey0123456789"
    caplog.set_level("DEBUG")

    async def redirect(_: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": "http://elsewhere.example/?apiKey=topsecretkey0123456789"})

    async with odd_server() as server:
        server.raw("GET /api/users/me", status=500)
        server.routes["GET /api/api-keys/me"] = redirect
        clients = [
            ImmichClient(session, url, secret, sleep=Pauses().sleep)
            for url in (server.url, "http://immich.invalid", f"http://127.0.0.1:{ssh_port}")
        ]
        for client in clients:
            assert secret not in repr(client) + repr(vars(client))
            for call in (client.me, client.api_key, lambda client=client: client.asset("x" * 36)):
                with pytest.raises(ImmichError) as caught:
                    await call()
                assert secret not in "".join(traceback.format_exception(caught.value))
                link: BaseException | None = caught.value
                while link is not None:
                    assert secret not in repr(link)
                    link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    assert secret not in caplog.text
