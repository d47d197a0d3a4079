"""What one asset tells: its capture date, its texts, its albums; and which asset changed last."""

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from custom_components.immich_syncthing.immich import parse
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.errors import (
    MissingPermissionError,
    NotFoundError,
    UnexpectedAnswerError,
)
from custom_components.immich_syncthing.immich.fields import Fields
from custom_components.immich_syncthing.immich.models import StackRef, Visibility
from tests.servers.immich import ImmichStandIn

from .odd_server import odd_server
from .photos import photo, uploaded
from .test_parse import RECORDED
from .things import SOME_ID, TAKEN, upload_of

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


async def test_a_photo_that_knows_its_date_tells_it(immich: ImmichStandIn, client: ImmichClient) -> None:
    asset_id = await uploaded(immich, client, photo(taken="2024:07:01 23:30:00"))
    expected = datetime(2024, 7, 1, 23, 30, tzinfo=UTC)
    assert (await client.asset(asset_id)).captured_at == expected
    (listed,) = (await client.changes_since(LONG_AGO, immich.admin.id)).assets
    assert (listed.id, listed.captured_at) == (asset_id, expected)


async def test_a_date_that_immich_made_up_is_none(immich: ImmichStandIn, client: ImmichClient) -> None:
    asset_id = await uploaded(immich, client, photo(make="ProbeCam"))
    asset = await client.asset(asset_id)
    assert asset.file_created_at == TAKEN.replace(microsecond=678000)
    assert asset.captured_at is None
    (listed,) = (await client.changes_since(LONG_AGO, immich.admin.id)).assets
    assert listed.captured_at is None


async def test_a_file_from_the_future_has_no_date(immich: ImmichStandIn, client: ImmichClient) -> None:
    ahead = immich.world.clock.now() + timedelta(days=3)
    asset_id = (await client.upload(upload_of(photo(), modified_at=ahead))).asset_id
    await immich.settle()
    asset = await client.asset(asset_id)
    assert asset.file_created_at == asset.created_at
    assert asset.captured_at is None


async def test_before_the_file_is_read_nothing_is_known(immich: ImmichStandIn, client: ImmichClient) -> None:
    immich.jobs.pause("metadataExtraction")
    immich.quirks.has_metadata_at_once = True
    asset_id = (await client.upload(upload_of(photo(taken="2024:07:01 23:30:00")))).asset_id
    details = await client.details(asset_id)
    assert details.asset.has_metadata
    assert not details.is_read
    assert details.asset.captured_at is None
    immich.jobs.resume("metadataExtraction")
    await immich.settle()
    assert (await client.details(asset_id)).is_read


@pytest.mark.parametrize(
    ("exif", "taken"),
    [
        ({"dateTimeOriginal": "2026-01-02T03:04:05+00:00", "modifyDate": "2026-01-02T03:04:05+00:00"}, None),
        ({"dateTimeOriginal": "2026-01-02T03:04:05.001+00:00", "modifyDate": "2026-01-02T03:04:05Z"}, None),
        ({"dateTimeOriginal": "2099-01-01T00:00:00Z", "modifyDate": "2026-01-02T03:04:05Z"}, None),
        ({"dateTimeOriginal": "0001-01-01T00:00:00Z", "modifyDate": "2026-01-02T03:04:05Z"}, None),
        ({"dateTimeOriginal": "-000001-01-01T00:00:00Z", "modifyDate": "2026-01-02T03:04:05Z"}, None),
        ({"dateTimeOriginal": "0044-03-15T12:00:00+00:00 BC", "modifyDate": "2026-01-02T03:04:05Z"}, None),
        ({"dateTimeOriginal": "10000-01-01T00:00:00+00:00", "modifyDate": "2026-01-02T03:04:05Z"}, None),
        ({"dateTimeOriginal": None, "modifyDate": "2026-01-02T03:04:05Z"}, None),
        ({"dateTimeOriginal": "2015-01-01T00:00:00Z"}, None),
        ({}, None),
        (
            {"dateTimeOriginal": "2026-01-02T03:04:04Z", "modifyDate": "2026-01-02T03:04:05Z"},
            datetime(2026, 1, 2, 3, 4, 4, tzinfo=UTC),
        ),
        (
            {"dateTimeOriginal": "2015-01-01T00:00:00Z", "modifyDate": "2026-01-02T03:04:05Z"},
            datetime(2015, 1, 1, tzinfo=UTC),
        ),
    ],
)
def test_which_dates_are_real(exif: dict[str, Any], taken: datetime | None) -> None:
    shown = RECORDED["GET /assets/{id}"] | {"createdAt": "2026-11-20T14:41:10.952Z", "exifInfo": exif}
    assert parse.asset(Fields(shown, "asset")).captured_at == taken


async def test_what_the_owner_says_about_a_photo(immich: ImmichStandIn, client: ImmichClient) -> None:
    asset_id = await uploaded(immich, client, photo(1))
    other_id = await uploaded(immich, client, photo(2), "other.jpg")
    plain = await client.details(asset_id)
    assert (plain.description, plain.rating, plain.tags, plain.stack) == ("", None, (), None)
    await client.update(asset_id, description="Bilbao", rating=-1, is_favorite=True)
    await client.tag(asset_id, ["places/Bilbao"])
    stack_id = await client.stack(asset_id, other_id)
    details = await client.details(asset_id)
    assert (details.description, details.rating, details.asset.is_favorite) == ("Bilbao", -1, True)
    assert [tag.value for tag in details.tags] == ["places/Bilbao"]
    assert details.stack == StackRef(stack_id, asset_id, 2)


def test_details_without_what_is_optional() -> None:
    shown = dict(RECORDED["GET /assets/{id}"])
    for name in ("exifInfo", "tags", "stack"):
        shown.pop(name, None)
    details = parse.asset_details(shown)
    assert (details.description, details.rating, details.tags, details.stack) == ("", None, (), None)
    assert not details.is_read
    assert details.asset.captured_at is None


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"exifInfo": []}, "asset.exifInfo is .*, not an object"),
        ({"exifInfo": {"rating": "5"}}, "rating is '5', not a whole number"),
        ({"exifInfo": {"rating": True}}, "rating is True, not a whole number"),
        ({"exifInfo": {"description": 7}}, "description is 7, not a text"),
        ({"exifInfo": {"modifyDate": 7}}, "modifyDate is 7, not a text"),
        ({"tags": None}, "not a list"),
        ({"tags": [{"id": "x", "value": "y"}]}, "not an id"),
        ({"stack": {"id": SOME_ID}}, "primaryAssetId is missing"),
        ({"id": SOME_ID}, "asked for asset"),
    ],
)
async def test_odd_details(change: dict[str, object], complaint: str, session: aiohttp.ClientSession) -> None:
    recorded = RECORDED["GET /assets/{id}"]
    async with odd_server() as server:
        server.answer(f"GET /api/assets/{recorded['id']}", recorded | change)
        with pytest.raises(UnexpectedAnswerError, match=complaint):
            await ImmichClient(session, server.url, "key").details(recorded["id"])


async def test_details_of_what_is_not_there(immich: ImmichStandIn, client: ImmichClient) -> None:
    locked = await uploaded(immich, client, photo())
    immich.browser.lock(locked)
    for asset_id in (SOME_ID, locked, "../users/me"):
        with pytest.raises(NotFoundError):
            await client.details(asset_id)


async def test_the_albums_of_a_photo(
    immich: ImmichStandIn, client: ImmichClient, session: aiohttp.ClientSession
) -> None:
    asset_id = await uploaded(immich, client, photo())
    assert await client.albums_of(asset_id) == ()
    ids = [immich.browser.make_album(name, asset_id) for name in ("Bilbao", "Bilbao")]
    immich.browser.make_album("without it")
    assert sorted(await client.albums_of(asset_id)) == sorted(ids)
    assert await client.albums_of(SOME_ID) == ()
    with pytest.raises(NotFoundError):
        await client.albums_of("no id")
    guest = ImmichClient(session, immich.url, immich.make_key("asset.read"))
    with pytest.raises(MissingPermissionError) as caught:
        await guest.albums_of(asset_id)
    assert caught.value.permission == "album.read"


@pytest.mark.parametrize("answer", [{}, [{}], [{"id": "x"}], None])
async def test_odd_albums(answer: object, session: aiohttp.ClientSession) -> None:
    async with odd_server() as server:
        server.answer("GET /api/albums", answer)
        with pytest.raises(UnexpectedAnswerError):
            await ImmichClient(session, server.url, "key").albums_of(SOME_ID)


async def test_the_asset_that_changed_last(immich: ImmichStandIn, client: ImmichClient) -> None:
    assert await client.newest_asset(immich.admin.id) is None
    first, second = [await uploaded(immich, client, photo(number), f"{number}.jpg") for number in range(2)]
    newest = await client.newest_asset(immich.admin.id)
    assert newest is not None
    assert (newest.id, newest.is_trashed) == (second, False)
    immich.browser.trash(first)
    newest = await client.newest_asset(immich.admin.id)
    assert newest is not None
    assert (newest.id, newest.is_trashed) == (first, True)
    immich.browser.archive(second)
    newest = await client.newest_asset(immich.admin.id)
    assert newest is not None
    assert (newest.id, newest.visibility) == (second, Visibility.ARCHIVE)
