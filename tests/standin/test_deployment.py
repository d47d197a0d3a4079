"""Where it is reached: sub-paths, TLS, a restart, a process of its own."""

import asyncio
import ssl
from pathlib import Path

import aiohttp
import pytest

from tests.servers.immich import ImmichStandIn
from tests.servers.immich.process import ImmichProcess

from .asking import Asker, jpeg


async def test_behind_a_sub_path_nothing_else_is_answered(session: aiohttp.ClientSession) -> None:
    async with ImmichStandIn(prefix="/photos") as server:
        asker = Asker(server, session)
        assert (await asker.upload(jpeg(1)))[0] == 201
        assert server.url.endswith("/photos")
        async with session.get(f"http://127.0.0.1:{server.port}/api/server/ping") as answer:
            assert (answer.status, answer.content_type) == (404, "text/html")
        async with session.get(f"{server.url}/.well-known/immich") as answer:
            assert await answer.json() == {"api": {"endpoint": "/api"}}
        assert (await asker.ask("GET", "/nope"))[1]["message"] == "Cannot GET /api/nope"


async def test_its_certificate_is_signed_by_nobody(session: aiohttp.ClientSession) -> None:
    async with ImmichStandIn(tls=True) as server:
        with pytest.raises(aiohttp.ClientConnectorCertificateError):
            await session.get(f"{server.url}/api/server/ping")
        async with session.get(f"{server.url}/api/server/ping", ssl=_trust_all()) as answer:
            assert await answer.json() == {"res": "pong"}


def _trust_all() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


async def test_while_it_is_down_it_refuses_and_then_it_is_back_at_the_same_address(asker: Asker) -> None:
    asset_id = (await asker.upload(jpeg(1)))[1]["id"]
    url = asker.server.url
    await asker.server.stop()
    with pytest.raises(aiohttp.ClientConnectorError):
        await asker.ask("GET", "/server/ping")
    await asker.server.start()
    assert asker.server.url == url
    assert (await asker.ask("GET", f"/assets/{asset_id}"))[0] == 200


async def test_an_address_without_api_is_the_web_page(asker: Asker) -> None:
    async with asker.session.get(f"{asker.server.url}/assets/statistics") as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")
    assert (await asker.ask("GET", "/assets/statistics/"))[0] == 200
    assert (await asker.ask("GET", "//assets/statistics"))[0] == 404


async def test_answers_have_a_tag_that_saves_sending_them_again(asker: Asker) -> None:
    url, headers = f"{asker.server.url}/api/server/media-types", {"x-api-key": asker.key}
    async with asker.session.get(url, headers=headers) as answer:
        tag = answer.headers["ETag"]
        assert answer.headers.get("Content-Encoding") in {None, "gzip", "deflate"}
    async with asker.session.get(url, headers=headers | {"If-None-Match": tag}) as answer:
        assert answer.status == 304


async def test_a_process_survives_a_power_cut_with_its_photos(tmp_path: Path, session: aiohttp.ClientSession) -> None:
    async with ImmichProcess(tmp_path / "immich", "2.7.5") as immich:
        asset_id = await immich.upload(jpeg(1), "a.jpg")
        await immich.do("settle")
        address, key = immich.url, immich.key
        await asyncio.sleep(0.5)
        await immich.kill()
        with pytest.raises(aiohttp.ClientConnectorError):
            await session.get(f"{address}/api/server/ping")
        await immich.start()
        assert (immich.url, immich.key) == (address, key)
        headers = {"x-api-key": key}
        async with session.get(f"{address}/api/assets/{asset_id}/original", headers=headers) as answer:
            assert await answer.read() == jpeg(1)


async def test_the_control_door_does_what_the_user_at_the_browser_does(tmp_path: Path) -> None:
    async with ImmichProcess(tmp_path / "immich") as immich:
        first, second = await immich.upload(jpeg(1), "a.jpg"), await immich.upload(jpeg(2), "b.jpg")
        await immich.do("change", ids=[first], to="trashed")
        assert [asset["id"] for asset in await immich.assets(trashed=True)] == [first]
        await immich.do("restore_everything")
        await immich.do("snapshot", name="before")
        await immich.do("change", ids=[second], to="purged")
        assert len(await immich.assets()) == 1
        await immich.do("restore_database", name="before")
        assert len(await immich.assets()) == 2
        await immich.do("fault", kind="status", path="/api/assets", times=1, status=503)
        await immich.do("switch", maintenance=True)
        state = await immich.state()
        assert (state["faults"]["maintenance"], state["faults"]["rules"][0]["status"]) == (True, 503)
        await immich.do("clear_faults")
        await immich.do("empty_database")
        assert await immich.assets() == []
        with pytest.raises(RuntimeError, match="nowhere"):
            await immich.do("change", ids=[], to="nowhere")
