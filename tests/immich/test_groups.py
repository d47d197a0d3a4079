"""Putting photos into albums and under tags, and changing many alike: one that Immich does not know spoils nothing."""

from contextlib import aclosing
from datetime import UTC, datetime

import aiohttp
import pytest

from custom_components.immich_syncthing.immich import parse
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.errors import NotFoundError, UnexpectedAnswerError
from custom_components.immich_syncthing.immich.fields import Fields
from custom_components.immich_syncthing.immich.models import BatchResult, GroupResult
from tests.servers.immich import ImmichStandIn

from .odd_server import odd_server
from .photos import photo, uploaded
from .test_parse import RECORDED
from .things import SOME_ID


@pytest.fixture
async def two(immich: ImmichStandIn, client: ImmichClient) -> tuple[str, str]:
    """The ids of two photos."""
    first, second = [await uploaded(immich, client, photo(number), f"{number}.jpg") for number in range(2)]
    return first, second


async def test_an_album_is_made_and_filled(immich: ImmichStandIn, client: ImmichClient, two: tuple[str, str]) -> None:
    album = await client.create_album("Bilbao")
    assert (album.name, album.asset_count) == ("Bilbao", 0)
    first, second = two
    assert await client.add_to_album(album.id, [first, first]) == GroupResult((first,), (), ())
    added = await client.add_to_album(album.id, [first, second, SOME_ID, "no id"])
    assert added == GroupResult((second,), (first,), ("no id", SOME_ID))
    assert set(immich.world.tables.albums[album.id].asset_ids) == set(two)


async def test_a_name_that_is_taken_makes_another_album(client: ImmichClient) -> None:
    assert (await client.create_album("Bilbao")).id != (await client.create_album("Bilbao")).id


@pytest.mark.parametrize("album_id", [SOME_ID, "no id"])
async def test_an_album_that_is_not_there_takes_nothing(
    client: ImmichClient, two: tuple[str, str], album_id: str
) -> None:
    with pytest.raises(NotFoundError):
        await client.add_to_album(album_id, two)


async def test_a_tag_is_told_for_each_photo(immich: ImmichStandIn, client: ImmichClient, two: tuple[str, str]) -> None:
    first, second = two
    immich.browser.tag(first, "old")
    given = await client.tag_all([first, second, SOME_ID], ["/old/", "places/Bilbao"])
    assert given == {
        "old": GroupResult((second,), (first,), (SOME_ID,)),
        "places/Bilbao": GroupResult((first, second), (), (SOME_ID,)),
    }
    assert await client.tag_all(two, []) == {}


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([], "about 0 others"),
        ([{"id": SOME_ID.replace("1", "2"), "success": True}], "about 1 others"),
        ([{"id": SOME_ID}], "success is missing"),
        ([{"id": SOME_ID, "success": False, "error": "unknown"}], "could not put assets together: unknown"),
    ],
)
async def test_odd_answers_about_albums(rows: object, complaint: str, session: aiohttp.ClientSession) -> None:
    async with odd_server() as server:
        server.answer(f"PUT /api/albums/{SOME_ID}/assets", rows)
        with pytest.raises(UnexpectedAnswerError, match=complaint):
            await ImmichClient(session, server.url, "key").add_to_album(SOME_ID, [SOME_ID])


async def test_many_are_changed_alike(immich: ImmichStandIn, client: ImmichClient, two: tuple[str, str]) -> None:
    first, second = two
    changed = await client.update_all([first, SOME_ID, second], rating=4, is_favorite=True, position=(43.26, -2.92))
    assert changed == BatchResult((first, second), (SOME_ID,))
    for asset_id in two:
        details = await client.details(asset_id)
        assert (details.rating, details.asset.is_favorite) == (4, True)
        exif = immich.world.tables.assets[asset_id].exif
        assert (exif.latitude, exif.longitude) == (43.26, -2.92)
    with pytest.raises(ValueError, match="nothing to change"):
        await client.update_all(two)
    assert await client.update_all([], rating=1) == BatchResult((), ())


@pytest.mark.parametrize("version", ["2.7.5", "3.2.2"])
async def test_photos_are_taken_out_of_an_album(session: aiohttp.ClientSession, version: str) -> None:
    async with ImmichStandIn(version) as immich:
        client = ImmichClient(session, f"{immich.url}/api", immich.key)
        asset_id = immich.browser.upload(b"photo", "a.jpg")
        album_id = immich.browser.make_album("Bilbao", asset_id)
        bob = immich.browser_of(immich.world.add_user("Bob"))
        bob.share_album(bob.make_album("Bilbao"), immich.admin)
        assert [(album.id, album.name) for album in await client.own_albums()] == [(album_id, "Bilbao")]
        assert await client.remove_from_album(album_id, [asset_id, SOME_ID, "no id"]) == BatchResult(
            (asset_id, SOME_ID), ("no id",)
        )
        assert immich.world.tables.albums[album_id].asset_ids == []
        assert await client.remove_from_album(album_id, [asset_id]) == BatchResult((asset_id,), ())
        with pytest.raises(NotFoundError):
            await client.remove_from_album(SOME_ID, [asset_id])


async def test_a_tag_that_there_is_is_given(immich: ImmichStandIn, client: ImmichClient, two: tuple[str, str]) -> None:
    leaf, root = await client.make_tags(["places/Bilbao", "places"])
    assert (leaf.value, root.value) == ("places/Bilbao", "places")
    assert await client.add_tag(leaf.id, two) == GroupResult(two, (), ())
    with pytest.raises(NotFoundError):
        await client.add_tag(SOME_ID, two)


async def test_a_listing_tells_what_is_said_of_photos(client: ImmichClient, immich: ImmichStandIn) -> None:
    asset_id = immich.browser.upload(b"photo", "a.jpg")
    await immich.settle()
    await client.update_all([asset_id], description="a cat", rating=3, position=(1.0, 2.0))
    async with aclosing(client.listing(datetime(1970, 1, 2, tzinfo=UTC), (await client.me()).id)) as pages:
        found = {asset.id: asset async for page in pages for asset in page.assets}
    asset = found[asset_id]
    assert (asset.description, asset.rating, asset.has_position, asset.is_read) == ("a cat", 3, True, True)


def test_an_odd_word_of_an_owner_hides_no_page() -> None:
    odd = {"rating": "many", "description": 5, "latitude": None}
    asset = parse.asset(Fields(RECORDED["GET /assets/{id}"] | {"exifInfo": odd}, "asset"))
    assert (asset.description, asset.rating, asset.has_position, asset.is_read) == ("", None, False, False)
