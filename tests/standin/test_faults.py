"""What can go wrong on the way, and whole worlds exchanged behind the address."""

import asyncio
import json

import aiohttp
import pytest

from tests.servers.immich import FaultKind

from .asking import Asker, jpeg


async def test_a_reset_before_means_nothing_was_done(asker: Asker) -> None:
    asker.server.faults.add(FaultKind.RESET_BEFORE, "/api/assets$", times=1)
    with pytest.raises(aiohttp.ClientError):
        await asker.upload(jpeg(1))
    assert asker.server.browser.assets() == []
    assert (await asker.upload(jpeg(1)))[0] == 201


async def test_a_reset_after_means_it_was_done_and_nobody_knows(asker: Asker) -> None:
    asker.server.faults.add(FaultKind.RESET_AFTER, "/api/assets$", method="POST", times=1)
    with pytest.raises(aiohttp.ClientError):
        await asker.upload(jpeg(1))
    assert (await asker.upload(jpeg(1)))[1]["status"] == "duplicate"


async def test_an_answer_may_be_cut_or_only_look_whole(asker: Asker) -> None:
    asker.server.faults.add(FaultKind.CUT, "media-types", times=1)
    asker.server.faults.add(FaultKind.HALF_JSON, "media-types", times=1)
    with pytest.raises(aiohttp.ClientPayloadError):
        await asker.ask("GET", "/server/media-types")
    with pytest.raises(json.JSONDecodeError):
        await asker.ask("GET", "/server/media-types")
    assert (await asker.ask("GET", "/server/media-types"))[0] == 200


async def test_a_proxy_may_answer_instead(asker: Asker) -> None:
    faults = asker.server.faults
    faults.add(FaultKind.LOGIN_PAGE, "users/me")
    faults.add(FaultKind.TOO_LARGE, "/api/assets$", limit=5000)
    faults.add(FaultKind.STATUS, "ping", status=502, times=2)
    assert "Sign in" in (await asker.ask("GET", "/users/me"))[1]
    async with asker.session.post(f"{asker.server.url}/api/assets", data=bytes(6000)) as answer:
        assert (answer.status, answer.content_type) == (413, "text/html")
    assert [(await asker.ask("GET", "/server/ping"))[0] for _ in range(3)] == [502, 502, 200]
    faults.clear()
    assert (await asker.ask("GET", "/users/me"))[0] == 200


async def test_a_redirect_leads_elsewhere(asker: Asker) -> None:
    asker.server.faults.add(FaultKind.REDIRECT, "ping", location="https://photos.example")
    url = f"{asker.server.url}/api/server/ping?a=b"
    async with asker.session.get(url, allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (301, "https://photos.example/api/server/ping?a=b")


async def test_a_request_may_wait_until_the_fault_is_over(asker: Asker) -> None:
    asker.server.faults.add(FaultKind.WAIT, "/api/assets$", method="POST")
    upload = asyncio.create_task(asker.upload(jpeg(1)))
    while not asker.server.faults.rules[0].hits:
        await asyncio.sleep(0)
    assert (await asker.ask("GET", "/server/ping"))[0] == 200
    assert asker.server.browser.assets() == []
    asker.server.faults.clear()
    assert (await upload)[0] == 201


async def test_some_requests_are_slow_and_some_never_answered(asker: Asker) -> None:
    asker.server.faults.add(FaultKind.LATENCY, "version", seconds=0.01)
    asker.server.faults.add(FaultKind.HANG, "ping")
    assert (await asker.ask("GET", "/server/version"))[0] == 200
    waiting = asyncio.create_task(asker.ask("GET", "/server/ping"))
    done, _ = await asyncio.wait([waiting], timeout=0.1)
    waiting.cancel()
    assert not done


async def test_a_restored_database_has_forgotten_and_remembers_again(asker: Asker) -> None:
    kept = (await asker.upload(jpeg(1), "kept.jpg"))[1]["id"]
    backup = asker.server.snapshot()
    later = (await asker.upload(jpeg(2), "later.jpg"))[1]["id"]
    await asker.ask("DELETE", "/assets", {"ids": [kept]})
    asker.server.restore_database(backup)
    assert (await asker.ask("GET", f"/assets/{kept}"))[1]["isTrashed"] is False
    assert (await asker.ask("GET", f"/assets/{later}"))[0] == 400
    assert (await asker.upload(jpeg(2)))[0] == 201


async def test_an_empty_database_behind_the_same_key_is_another_server(asker: Asker) -> None:
    await asker.upload(jpeg(1))
    before = (await asker.ask("GET", "/users/me"))[1], (await asker.ask("GET", "/server/version-history"))[1]
    asker.server.empty_database()
    after = (await asker.ask("GET", "/users/me"))[1], (await asker.ask("GET", "/server/version-history"))[1]
    assert before[0]["id"] != after[0]["id"]
    assert before[1][0]["id"] != after[1][0]["id"]
    assert (await asker.ask("GET", "/assets/statistics"))[1]["total"] == 0


async def test_the_same_key_may_come_to_mean_somebody_else(asker: Asker) -> None:
    await asker.upload(jpeg(1))
    other = asker.server.world.add_user("Somebody Else")
    asker.server.world.hand_over(asker.key, other)
    assert (await asker.ask("GET", "/users/me"))[1]["name"] == "Somebody Else"
    assert (await asker.ask("GET", "/assets/statistics"))[1]["total"] == 0


async def test_a_thumbnail_comes_with_its_job(asker: Asker) -> None:
    asker.server.jobs.pause("thumbnailGeneration")
    asset_id = (await asker.upload(jpeg(1)))[1]["id"]
    await asker.server.settle()
    assert (await asker.ask("GET", f"/assets/{asset_id}/thumbnail"))[0] == 404
    asker.server.jobs.resume("thumbnailGeneration")
    await asker.server.settle()
    url = f"{asker.server.url}/api/assets/{asset_id}/thumbnail"
    async with asker.session.get(url, headers={"x-api-key": asker.key}) as answer:
        assert (answer.content_type, (await answer.read())[:4]) == ("image/webp", b"RIFF")
