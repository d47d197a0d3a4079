"""Small pictures: what Immich makes of a photo, and never anything else or more than that."""

import aiohttp
import pytest
from aiohttp import web

from custom_components.immich_syncthing.immich import pictures
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.errors import (
    MissingPermissionError,
    NotFoundError,
    UnexpectedAnswerError,
)
from tests.servers.immich import Browser, FaultKind, ImmichStandIn

from .odd_server import odd_server
from .pauses import Pauses
from .photos import photo
from .things import SOME_ID


async def read_photo(immich: ImmichStandIn) -> str:
    """Let Immich get a photo and make its pictures."""
    asset_id = Browser(immich.server, immich.admin).upload(photo(), "a.jpg")
    await immich.settle()
    return asset_id


async def test_a_photo_has_a_picture(client: ImmichClient, immich: ImmichStandIn) -> None:
    picture = await client.picture(await read_photo(immich))
    assert picture.content_type.startswith("image/")
    assert picture.content


async def test_a_photo_that_immich_cannot_read_has_none(client: ImmichClient, immich: ImmichStandIn) -> None:
    asset_id = Browser(immich.server, immich.admin).upload(b"no photo", "a.jpg")
    for unknown in (asset_id, SOME_ID, "../users/me"):
        with pytest.raises(NotFoundError):
            await client.picture(unknown)


async def test_a_key_may_not_be_allowed_to_see(session: aiohttp.ClientSession, immich: ImmichStandIn) -> None:
    asset_id = await read_photo(immich)
    client = ImmichClient(session, f"{immich.url}/api", immich.make_key("asset.read"))
    with pytest.raises(MissingPermissionError) as refused:
        await client.picture(asset_id)
    assert refused.value.permission == "asset.view"


async def test_a_login_page_is_no_picture(client: ImmichClient, immich: ImmichStandIn) -> None:
    asset_id = await read_photo(immich)
    immich.faults.add(FaultKind.LOGIN_PAGE, path="/thumbnail")
    with pytest.raises(UnexpectedAnswerError):
        await client.picture(asset_id)


async def test_what_is_too_large_is_not_read_to_its_end(
    session: aiohttp.ClientSession, pauses: Pauses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "MAX_BYTES", 1000)

    async def flood(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "image/jpeg"})
        await response.prepare(request)
        for _ in range(10):
            await response.write(b"x" * 500)
        return response

    async with odd_server() as server:
        server.routes[f"GET /api/assets/{SOME_ID}/thumbnail"] = flood
        client = ImmichClient(session, f"{server.url}/api", "key", sleep=pauses.sleep)
        with pytest.raises(UnexpectedAnswerError, match="1000 bytes"):
            await client.picture(SOME_ID)
