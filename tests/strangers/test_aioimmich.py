"""aioimmich 0.18.0, the library under Home Assistant's own Immich integration."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aioimmich import Immich
from aioimmich.exceptions import ImmichForbiddenError, ImmichUnauthorizedError

from tests.servers.immich import ImmichStandIn


async def immich_with(server: ImmichStandIn, session: aiohttp.ClientSession, key: str) -> Immich:
    immich = Immich(session, key, "127.0.0.1", server.port, use_ssl=False)
    await immich.async_setup()
    return immich


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def immich(server: ImmichStandIn, session: aiohttp.ClientSession) -> Immich:
    return await immich_with(server, session, server.key)


async def test_it_understands_what_the_server_says_about_itself(server: ImmichStandIn, immich: Immich) -> None:
    about = await immich.server.async_get_about_info()
    storage = await immich.server.async_get_storage_info()
    statistics = await immich.server.async_get_server_statistics()
    check = await immich.server.async_get_version_check()
    me = await immich.users.async_get_my_user()
    assert about.version == f"v{server.server.version}"
    assert storage.disk_size_raw > 0
    assert statistics.photos == 0
    assert check.release_version is None
    assert (me.name, me.is_admin) == ("Admin", True)


async def test_it_uploads_finds_and_shows_a_photo(server: ImmichStandIn, immich: Immich, tree: Path) -> None:
    first = await immich.assets.async_upload_asset(str(tree / "0.jpg"))
    again = await immich.assets.async_upload_asset(str(tree / "0.jpg"))
    await server.settle()
    found = await immich.search.async_get_all()
    assert (first.status, again.status, again.asset_id) == ("created", "duplicate", first.asset_id)
    assert [asset.asset_id for asset in found] == [first.asset_id]
    assert (await immich.assets.async_view_asset(first.asset_id)).startswith(b"RIFF")
    assert server.server.crashes == []


async def test_it_reads_and_fills_albums(server: ImmichStandIn, immich: Immich, tree: Path) -> None:
    asset = await immich.assets.async_upload_asset(str(tree / "0.jpg"))
    async with aiohttp.ClientSession(headers={"x-api-key": server.key}) as session:
        await session.post(f"{server.url}/api/albums", json={"albumName": "Summer"})
    album = (await immich.albums.async_filter_albums_by_name("summer"))[0]
    added = await immich.albums.async_add_assets_to_album(album.album_id, [asset.asset_id])
    assert added[0].success
    assert (await immich.albums.async_get_album_info(album.album_id)).asset_count == 1


async def test_it_knows_a_wrong_key_from_a_missing_permission(
    server: ImmichStandIn, session: aiohttp.ClientSession
) -> None:
    with pytest.raises(ImmichUnauthorizedError):
        await (await immich_with(server, session, "wrong")).users.async_get_my_user()
    with pytest.raises(ImmichForbiddenError):
        await (await immich_with(server, session, server.make_key("asset.read"))).users.async_get_my_user()
