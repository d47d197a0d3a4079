"""Looking for photos as a person does: each once, newest first, however many were taken at one moment."""

from datetime import UTC, datetime, timedelta

import aiohttp
import pytest

from custom_components.immich_syncthing.immich import finding
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.errors import UnexpectedAnswerError
from custom_components.immich_syncthing.immich.finding import Wanted
from custom_components.immich_syncthing.immich.models import Visibility
from tests.servers.immich import ImmichStandIn

from .photos import photo, uploaded

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
BEFORE_NOON = NOON - timedelta(milliseconds=1)


async def take(immich: ImmichStandIn, moments: list[datetime]) -> list[str]:
    """Let Immich have a photo of each moment; their ids."""
    ids = [immich.browser.upload(f"{number}".encode(), f"{number}.jpg") for number, _ in enumerate(moments)]
    await immich.settle()
    for asset_id, moment in zip(ids, moments, strict=True):
        immich.browser.set_date(asset_id, moment)
    return ids


async def pages(client: ImmichClient, size: int, wanted: Wanted = Wanted()) -> list[list[str]]:
    found, after = [], None
    for _ in range(50):
        page = await client.find(wanted, size, after)
        found.append([asset.id for asset in page.assets])
        assert not page.cut
        after = page.after
        if after is None:
            return found
    raise AssertionError(found)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
async def test_each_photo_comes_once_and_newest_first(immich: ImmichStandIn, client: ImmichClient, size: int) -> None:
    """Some share a moment, some lie at the border of two milliseconds; Immich shuffles those of one moment."""
    moments = [NOON + timedelta(seconds=number // 3) for number in range(9)]
    moments += [BEFORE_NOON] * 4 + [BEFORE_NOON + timedelta(microseconds=300)] + [NOON] * 3
    moments += [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, 59, 999999, UTC)]
    ids = await take(immich, moments)
    told = [asset_id for page in await pages(client, size) for asset_id in page]
    assert sorted(told) == sorted(ids)
    taken = {
        asset_id: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
        for asset_id, moment in zip(ids, moments, strict=True)
    }
    assert [taken[asset_id] for asset_id in told] == sorted(taken.values(), reverse=True)


async def test_what_immich_does_not_show_of_one_moment_is_said(
    immich: ImmichStandIn, client: ImmichClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "MAX_PAGE", 3)
    ids = await take(immich, [NOON] * 5 + [BEFORE_NOON])
    page = await client.find(Wanted(), 2)
    assert (len(page.assets), page.cut) == (3, True)
    rest = await client.find(Wanted(), 2, page.after)
    assert rest.assets == ()
    assert rest.cut
    last = await client.find(Wanted(), 2, rest.after)
    assert last.after is None
    assert ids[-1] not in [asset.id for asset in page.assets]


@pytest.mark.parametrize(
    ("wanted", "numbers"),
    [
        (Wanted(), [2, 1, 0]),
        (Wanted(name="ONE"), [1]),
        (Wanted(description="bilbao"), [0]),
        (Wanted(text="invoice"), [2]),
        (Wanted(is_favorite=True), [0]),
        (Wanted(is_favorite=False), [2, 1]),
        (Wanted(is_video=True), [2]),
        (Wanted(is_video=False), [1, 0]),
        (Wanted(rating=4), [1]),
        (Wanted(city="Bilbao", country="Spain"), [0]),
        (Wanted(camera="Pixel 8"), [1]),
        (Wanted(since=NOON), [2, 1]),
        (Wanted(until=NOON), [1, 0]),
        (Wanted(visibility=Visibility.ARCHIVE), [3]),
    ],
)
async def test_what_is_wanted(immich: ImmichStandIn, client: ImmichClient, wanted: Wanted, numbers: list[int]) -> None:
    names = ("zero.jpg", "one.jpg", "two.mp4", "three.jpg")
    ids = [await uploaded(immich, client, photo(number), name) for number, name in enumerate(names)]
    for asset_id, hours in zip(ids, (-1, 0, 1, 2), strict=True):
        immich.browser.set_date(asset_id, NOON + timedelta(hours=hours))
    zero, one, two, three = (immich.world.tables.assets[asset_id] for asset_id in ids)
    zero.exif.description, zero.exif.city, zero.exif.country, zero.is_favorite = "In Bilbao", "Bilbao", "Spain", True
    one.exif.rating, one.exif.model = 4, "Pixel 8"
    two.ocr = "An invoice"
    immich.browser.archive(three.id)
    assert await pages(client, 1, wanted) == [[ids[number]] for number in numbers]


async def test_albums_and_tags(immich: ImmichStandIn, client: ImmichClient) -> None:
    first, second = await take(immich, [NOON, BEFORE_NOON])
    album_id = immich.browser.make_album("Bilbao", first, second)
    immich.browser.tag(second, "door")
    [tag] = await client.tags()
    assert tag.value == "door"
    found = await client.find(Wanted(album_ids=[album_id], tag_ids=[tag.id]), 10)
    assert [asset.id for asset in found.assets] == [second]


async def test_what_photos_show(immich: ImmichStandIn, client: ImmichClient) -> None:
    immich.quirks.machine_learning = True
    ids = await take(immich, [NOON, NOON, BEFORE_NOON])
    for asset_id, text in zip(ids, ("a dog", "a dog on the beach", "a cat"), strict=True):
        immich.browser.describe(asset_id, text)
    await immich.settle()
    found = await client.find_similar(Wanted(name="ignored"), "dog beach", 2)
    assert ([asset.id for asset in found.assets], found.after) == ([ids[1], ids[0]], 2)
    rest = await client.find_similar(Wanted(), "dog beach", 2, 2)
    assert ([asset.id for asset in rest.assets], rest.after) == ([ids[2]], None)


async def test_a_server_that_does_not_learn(client: ImmichClient, session: aiohttp.ClientSession) -> None:
    assert not (await client.server_features()).smart_search
    with pytest.raises(UnexpectedAnswerError, match="not enabled"):
        await client.find_similar(Wanted(), "a dog", 10)
