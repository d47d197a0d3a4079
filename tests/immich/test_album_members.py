"""One album, its members, the favourites, and what a search finds: each as far as Immich tells it."""

import aiohttp
import pytest

from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.errors import (
    MissingPermissionError,
    NotFoundError,
    UnexpectedAnswerError,
)
from custom_components.immich_syncthing.immich.search import Words, WordsIn
from custom_components.immich_syncthing.immich.timestamps import from_ms
from tests.servers.immich import ImmichStandIn

from .odd_server import odd_server
from .photos import photo, uploaded
from .things import SOME_ID


@pytest.fixture
async def two(immich: ImmichStandIn, client: ImmichClient) -> tuple[str, str]:
    """The ids of two photos."""
    first, second = [await uploaded(immich, client, photo(number), f"{number}.jpg") for number in range(2)]
    return first, second


async def test_an_album_tells_its_name_and_how_many_it_has(
    immich: ImmichStandIn, client: ImmichClient, two: tuple[str, str]
) -> None:
    album_id = immich.browser.make_album("Bilbao", *two)
    album = await client.album(album_id)
    assert (album.id, album.name, album.asset_count) == (album_id, "Bilbao", 2)


@pytest.mark.parametrize("album_id", [SOME_ID, "no id"])
async def test_an_album_that_is_not_there_is_said(client: ImmichClient, album_id: str) -> None:
    with pytest.raises(NotFoundError):
        await client.album(album_id)
    with pytest.raises(NotFoundError):
        await client.remove_from_album(album_id, [SOME_ID])


async def test_an_answer_about_another_album_is_refused(session: aiohttp.ClientSession) -> None:
    other = {"id": SOME_ID.replace("1", "2"), "albumName": "", "assetCount": 0, "updatedAt": "2026-11-20T14:56:57.101Z"}
    async with odd_server() as server:
        server.answer(f"GET /api/albums/{SOME_ID}", other)
        client = ImmichClient(session, f"{server.url}/api", "key")
        with pytest.raises(UnexpectedAnswerError):
            await client.album(SOME_ID)


async def test_what_is_taken_out_stays_in_immich(
    immich: ImmichStandIn, client: ImmichClient, two: tuple[str, str]
) -> None:
    first, second = two
    album_id = immich.browser.make_album("Bilbao", *two)
    await client.remove_from_album(album_id, [first, SOME_ID])
    await client.remove_from_album(album_id, [first])
    assert immich.world.tables.albums[album_id].asset_ids == [second]
    assert len(immich.browser.assets(trashed=False)) == 2


async def test_who_may_not_take_out_is_told(
    immich: ImmichStandIn, session: aiohttp.ClientSession, two: tuple[str, str]
) -> None:
    album_id = immich.browser.make_album("Bilbao", *two)
    client = ImmichClient(session, f"{immich.url}/api", immich.make_key("album.read"))
    with pytest.raises(MissingPermissionError) as refused:
        await client.remove_from_album(album_id, two)
    assert refused.value.permission == "albumAsset.delete"


async def test_favourites_and_words_are_listed(
    immich: ImmichStandIn, client: ImmichClient, two: tuple[str, str]
) -> None:
    first, second = two
    immich.browser.favourite(first)
    owner = immich.admin.id

    async def listed(*, favorite: bool = False, words: Words | None = None) -> set[str]:
        pages = client.listing(from_ms(0), owner, favorite=favorite, words=words)
        return {asset.id async for page in pages for asset in page.assets}

    assert await listed(favorite=True) == {first}
    assert await listed(words=Words(WordsIn.FILE_NAME, "1")) == {second}
    assert await listed(words=Words(WordsIn.DESCRIPTION, "nowhere")) == set()
