"""Immich 3 calls a webhook for each new photo, and no more once that is taken back."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web

from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.errors import (
    ImmichError,
    MissingPermissionError,
    UnexpectedAnswerError,
)
from custom_components.immich_syncthing.immich.workflows import PERMISSIONS, Webhook
from tests.servers.immich import FaultKind, ImmichStandIn
from tests.standin.asking import jpeg

from .odd_server import OddServer, odd_server

A, B = "00000000-0000-4000-8000-00000000000a", "00000000-0000-4000-8000-00000000000b"

KEY = {"id": A, "name": "key", "permissions": ["all"]}


@pytest.fixture
async def immich() -> AsyncIterator[ImmichStandIn]:
    async with ImmichStandIn("3.2.2") as server:
        yield server


@pytest.fixture
async def listener() -> AsyncIterator[OddServer]:
    async with odd_server() as server:

        async def heard(_: web.Request) -> web.Response:
            return web.Response(status=500)

        server.routes["POST /hook"] = heard
        yield server


def hook(listener: OddServer, name: str = "ours") -> Webhook:
    return Webhook(name, f"{listener.url}/hook", "X-Secret", "geheim")


async def test_each_new_photo_is_called_about_once_with_the_secret(
    client: ImmichClient, immich: ImmichStandIn, listener: OddServer
) -> None:
    await client.create_webhook(hook(listener))
    for number in range(2):
        immich.browser.trash(immich.browser.upload(jpeg(number), f"{number}.jpg"))
    await immich.settle()
    assert [request.headers["X-Secret"] for request in listener.seen] == ["geheim", "geheim"]


async def test_what_was_taken_back_calls_nobody_and_what_others_made_stays(
    client: ImmichClient, immich: ImmichStandIn, listener: OddServer
) -> None:
    await client.create_webhook(hook(listener))
    await client.create_webhook(Webhook("ours", f"{listener.url}/other", "X-Secret", "x"))
    await client.create_webhook(hook(listener, "of somebody else"))
    await client.remove_webhook("ours", f"{listener.url}/hook")
    await client.remove_webhook("ours", f"{listener.url}/hook")
    left = [(one.name, one.steps[0]["config"]) for one in immich.world.tables.workflows.values()]
    assert [name for name, _ in left] == ["ours", "of somebody else"]


@pytest.mark.parametrize("lacking", PERMISSIONS)
async def test_a_key_that_may_not_is_told_what_it_lacks(
    session: aiohttp.ClientSession, immich: ImmichStandIn, listener: OddServer, lacking: str
) -> None:
    key = immich.make_key(*(one for one in PERMISSIONS if one != lacking))
    client = ImmichClient(session, f"{immich.url}/api", key)
    with pytest.raises(MissingPermissionError) as caught:
        await client.create_webhook(hook(listener))
    assert caught.value.permission == lacking
    assert immich.world.tables.workflows == {}


async def test_immich_2_has_nothing_of_the_kind(session: aiohttp.ClientSession, listener: OddServer) -> None:
    async with ImmichStandIn("2.7.5") as immich:
        client = ImmichClient(session, f"{immich.url}/api", immich.key)
        with pytest.raises(UnexpectedAnswerError):
            await client.create_webhook(hook(listener))


@pytest.mark.parametrize("steps", [[], [{"method": "x"}], [{"config": {"url": "http://elsewhere"}}], "x", [3]])
async def test_a_workflow_that_calls_nobody_is_not_left_behind(session: aiohttp.ClientSession, steps: object) -> None:
    async with odd_server() as server:
        server.answer("GET /api/api-keys/me", KEY)
        server.answer("POST /api/workflows", {"id": A}, status=201)
        server.answer(f"GET /api/workflows/{A}", {"id": A, "steps": steps})
        server.raw(f"DELETE /api/workflows/{A}", status=204)
        client = ImmichClient(session, f"{server.url}/api", "key")
        with pytest.raises(UnexpectedAnswerError):
            await client.create_webhook(hook(server))
        assert server.asked(f"DELETE /api/workflows/{A}") == 1


@pytest.mark.parametrize(
    ("kind", "method", "path"),
    [
        (FaultKind.RESET_AFTER, "POST", "/workflows$"),
        (FaultKind.HALF_JSON, "POST", "/workflows$"),
        (FaultKind.STATUS, "GET", "/workflows/"),
    ],
)
async def test_what_immich_made_although_that_broke_off_is_taken_back(
    client: ImmichClient, immich: ImmichStandIn, listener: OddServer, kind: FaultKind, method: str, path: str
) -> None:
    rule = immich.faults.add(kind, path, method=method, times=3 if method == "GET" else 1)
    with pytest.raises(ImmichError):
        await client.create_webhook(hook(listener))
    assert rule.hits == rule.times
    assert immich.world.tables.workflows == {}


async def test_a_webhook_is_never_made_twice(session: aiohttp.ClientSession) -> None:
    async with odd_server() as server:
        server.answer("GET /api/api-keys/me", KEY)
        server.raw("POST /api/workflows", status=502)
        client = ImmichClient(session, f"{server.url}/api", "key", sleep=lambda _: asyncio.sleep(0))
        with pytest.raises(ImmichError):
            await client.create_webhook(hook(server))
        assert server.asked("POST /api/workflows") == 1


async def test_one_that_goes_meanwhile_is_gone(session: aiohttp.ClientSession) -> None:
    async with odd_server() as server:
        server.answer("GET /api/workflows", [{"id": A, "name": "ours"}, {"id": B, "name": None}])
        server.answer(f"GET /api/workflows/{A}", {"steps": [{"config": None}, {"config": {"url": "http://x/hook"}}]})
        server.answer(f"DELETE /api/workflows/{A}", {"message": "Not found or no workflow.delete access"}, status=400)
        client = ImmichClient(session, f"{server.url}/api", "key")
        await client.remove_webhook("ours", "http://x/hook")
        assert server.asked(f"DELETE /api/workflows/{A}") == 1


def test_neither_address_nor_secret_is_shown(listener: OddServer) -> None:
    assert "geheim" not in repr(hook(listener))
    assert listener.url not in repr(hook(listener))
