"""Changing what Immich keeps about assets: fields, what is carried over, tags, stacks, live photos."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import aiohttp
import pytest

from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.errors import (
    MissingPermissionError,
    NotFoundError,
    UnexpectedAnswerError,
)
from custom_components.immich_syncthing.immich.models import Visibility
from custom_components.immich_syncthing.immich.permissions import OPTIONAL, REQUIRED, Feature, missing
from tests.checksums import sha1
from tests.servers.immich import ImmichStandIn
from tests.servers.immich.records import Backup

from .odd_server import odd_server
from .photos import photo, uploaded
from .test_parse import RECORDED
from .things import SOME_ID

FILM = b"a film"


@pytest.fixture
async def two(immich: ImmichStandIn, client: ImmichClient) -> tuple[str, str]:
    """The ids of two photos."""
    first, second = [await uploaded(immich, client, photo(number), f"{number}.jpg") for number in range(2)]
    return first, second


async def test_only_what_is_given_changes(immich: ImmichStandIn, client: ImmichClient, two: tuple[str, str]) -> None:
    asset_id, other = two
    moment = datetime(2019, 5, 5, 5, 5, 5, tzinfo=UTC)
    await client.update(asset_id, description="Bilbao", rating=5, captured_at=moment)
    changed = await client.update(asset_id, is_favorite=True, visibility=Visibility.ARCHIVE)
    assert (changed.id, changed.is_favorite, changed.visibility) == (asset_id, True, Visibility.ARCHIVE)
    details = await client.details(asset_id)
    assert (details.description, details.rating, details.asset.captured_at) == ("Bilbao", 5, moment)
    await client.update(asset_id, rating=None, description="")
    details = await client.details(asset_id)
    assert (details.description, details.rating, details.asset.is_favorite) == ("", None, True)
    untouched = await client.details(other)
    assert (untouched.description, untouched.rating, untouched.asset.is_favorite) == ("", None, False)


async def test_mistakes_are_not_sent(immich: ImmichStandIn, client: ImmichClient) -> None:
    with pytest.raises(ValueError, match="nothing to change"):
        await client.update(SOME_ID)
    for rating in (0, 6):
        with pytest.raises(ValueError, match="no rating"):
            await client.update(SOME_ID, rating=rating)
    with pytest.raises(ValueError, match="without time zone"):
        await client.update(SOME_ID, captured_at=datetime(2026, 1, 1))
    with pytest.raises(ValueError, match="no time zone"):
        await client.update(SOME_ID, captured_at=datetime(2026, 1, 1, tzinfo=UTC), time_zone="Asia/Kolkata")
    with pytest.raises(ValueError, match="to itself"):
        await client.copy(SOME_ID, SOME_ID.upper())
    with pytest.raises(ValueError, match="two assets"):
        await client.stack(SOME_ID, SOME_ID)
    with pytest.raises(ValueError, match="no tag"):
        await client.tag(SOME_ID, ["a", "//"])
    assert await client.tag(SOME_ID, []) == ()
    assert not immich.log


async def test_what_is_not_there_cannot_be_changed(
    immich: ImmichStandIn, client: ImmichClient, two: tuple[str, str]
) -> None:
    there, gone = two
    immich.browser.purge(gone)
    for bad in (gone, "../users/me"):
        calls: tuple[Callable[[str], Awaitable[object]], ...] = (
            lambda bad: client.update(bad, rating=1),
            lambda bad: client.copy(there, bad),
            lambda bad: client.copy(bad, there),
            lambda bad: client.tag(bad, ["x"]),
            lambda bad: client.stack(there, bad),
            lambda bad: client.link_motion(bad, there),
            lambda bad: client.link_motion(there, bad),
        )
        for call in calls:
            with pytest.raises(NotFoundError):
                await call(bad)
    assert (await client.details(there)).stack is None


async def test_a_copy_carries_what_immich_carries(
    immich: ImmichStandIn, client: ImmichClient, two: tuple[str, str]
) -> None:
    source, target = two
    third = await uploaded(immich, client, photo(3), "3.jpg")
    album = immich.browser.make_album("Bilbao", source)
    stack = await client.stack(source, third)
    await client.update(source, is_favorite=True, description="Bilbao")
    await client.tag(source, ["x"])
    await client.copy(source, target)
    details = await client.details(target)
    assert details.asset.is_favorite
    assert await client.albums_of(target) == (album,)
    assert details.stack is not None
    assert (details.stack.id, details.stack.asset_count) == (stack, 3)
    assert details.tags == ()


async def test_a_copy_carries_nothing_that_is_switched_off(
    immich: ImmichStandIn, client: ImmichClient, two: tuple[str, str]
) -> None:
    source, target = two
    third = await uploaded(immich, client, photo(3), "3.jpg")
    immich.browser.make_album("Bilbao", source)
    await client.stack(source, third)
    await client.update(source, is_favorite=True)
    await client.copy(source, target, albums=False, favorite=False, shared_links=False, sidecar=False, stack=False)
    details = await client.details(target)
    assert (details.asset.is_favorite, details.stack) == (False, None)
    assert await client.albums_of(target) == ()


async def test_two_stacks_become_the_one_of_the_target(
    immich: ImmichStandIn, client: ImmichClient, two: tuple[str, str]
) -> None:
    source, target = two
    third, fourth = [await uploaded(immich, client, photo(number), f"{number}.jpg") for number in (3, 4)]
    await client.stack(source, third)
    stack = await client.stack(target, fourth)
    for _ in range(2):
        await client.copy(source, target)
        for asset_id in (*two, third, fourth):
            found = (await client.details(asset_id)).stack
            assert found is not None
            assert (found.id, found.primary_id, found.asset_count) == (stack, target, 4)


async def test_a_stack_takes_in_the_stacks_of_primary_assets(
    immich: ImmichStandIn, client: ImmichClient, two: tuple[str, str]
) -> None:
    old, lesser = two
    new, other = [await uploaded(immich, client, photo(number), f"{number}.jpg") for number in (3, 4)]
    await client.stack(old, lesser, other)
    immich.browser.trash(other)
    for _ in range(2):
        stack = await client.stack(new, old)
        for asset_id in (new, old, lesser):
            found = (await client.details(asset_id)).stack
            assert found is not None
            assert (found.id, found.primary_id, found.asset_count) == (stack, new, 3)
    assert (await client.details(other)).stack is None


async def test_a_lesser_member_leaves_its_stack_for_another(
    immich: ImmichStandIn, client: ImmichClient, two: tuple[str, str]
) -> None:
    old, lesser = two
    new, other = [await uploaded(immich, client, photo(number), f"{number}.jpg") for number in (3, 4)]
    first = await client.stack(old, lesser, other)
    second = await client.stack(new, lesser)
    found = {asset_id: (await client.details(asset_id)).stack for asset_id in (old, lesser, new, other)}
    assert {asset_id: stack and stack.id for asset_id, stack in found.items()} == {
        old: first,
        other: first,
        new: second,
        lesser: second,
    }


async def test_tags_are_created_once_and_with_their_parents(
    immich: ImmichStandIn, client: ImmichClient, two: tuple[str, str]
) -> None:
    asset_id, other = two
    tags = await client.tag(asset_id, ["places/Bilbao", "/solo//", "solo"])
    assert [tag.value for tag in tags] == ["places/Bilbao", "solo"]
    assert await client.tag(asset_id, ["solo"]) == tags[1:]
    assert set((await client.details(asset_id)).tags) == set(tags)
    assert (await client.details(other)).tags == ()
    assert {tag.value for tag in immich.world.tables.tags.values()} == {"places", "places/Bilbao", "solo"}
    assert (await client.asset(asset_id)).checksum == sha1(photo(0))


@pytest.mark.parametrize(
    ("tags", "tagged", "complaint"),
    [
        ({}, [], "not a list"),
        ([], [], "asked for 1 tags, it sent 0"),
        ([{"id": "x", "value": "x"}], [], "not an id"),
        ([{"id": SOME_ID, "value": "x"}], [], "about 0 others"),
        ([{"id": SOME_ID, "value": "x"}], [{"id": SOME_ID.replace("1", "2"), "success": True}], "about 1 others"),
        ([{"id": SOME_ID, "value": "x"}], [{"id": SOME_ID}], "success is missing"),
        (
            [{"id": SOME_ID, "value": "x"}],
            [{"id": SOME_ID, "success": False, "error": "unknown"}],
            "could not put assets together: unknown",
        ),
    ],
)
async def test_odd_answers_about_tags(
    tags: object, tagged: object, complaint: str, session: aiohttp.ClientSession
) -> None:
    async with odd_server() as server:
        server.answer("PUT /api/tags", tags)
        server.answer(f"PUT /api/tags/{SOME_ID}/assets", tagged)
        with pytest.raises(UnexpectedAnswerError, match=complaint):
            await ImmichClient(session, server.url, "key").tag(SOME_ID, ["x"])


async def test_other_odd_answers(session: aiohttp.ClientSession) -> None:
    other = SOME_ID.replace("1", "2")
    async with odd_server() as server:
        client = ImmichClient(session, server.url, "key")
        server.answer(f"PUT /api/assets/{SOME_ID}", RECORDED["GET /assets/{id}"])
        with pytest.raises(UnexpectedAnswerError, match="it sent"):
            await client.update(SOME_ID, rating=1)
        server.answer("POST /api/stacks", {"id": SOME_ID, "primaryAssetId": other})
        with pytest.raises(UnexpectedAnswerError, match="stacked under"):
            await client.stack(SOME_ID, other)
        server.answer("PUT /api/assets/copy", {})
        with pytest.raises(UnexpectedAnswerError, match="status 200"):
            await client.copy(SOME_ID, other)


async def test_a_live_photo_is_joined_and_parted(
    immich: ImmichStandIn, client: ImmichClient, two: tuple[str, str]
) -> None:
    still, other_still = two
    film = await uploaded(immich, client, FILM, "film.mov")
    joined = await client.link_motion(still, film)
    assert joined.live_photo_video_id == film
    assert (await client.asset(film)).visibility is Visibility.HIDDEN
    with pytest.raises(NotFoundError, match="must be a video"):
        await client.link_motion(still, other_still)
    parted = await client.update(still, live_photo_video_id=None)
    assert parted.live_photo_video_id is None
    assert (await client.asset(film)).visibility is Visibility.TIMELINE


async def test_a_strangers_film_is_not_taken(immich: ImmichStandIn, client: ImmichClient, two: tuple[str, str]) -> None:
    stranger = immich.world.add_user("Stranger")
    film = immich.browser_of(stranger).upload(FILM, "film.mov")
    with pytest.raises(NotFoundError, match="does not belong"):
        await client.link_motion(two[0], film)


@pytest.mark.parametrize("feature", Feature)
async def test_a_missing_permission_is_told_for_the_feature_that_needs_it(
    feature: Feature, immich: ImmichStandIn, client: ImmichClient, session: aiohttp.ClientSession, two: tuple[str, str]
) -> None:
    first, second = two
    album = immich.browser.make_album("Bilbao", second)
    dump = Backup("a.sql.gz", b"\x1f\x8b")
    immich.world.tables.backups.append(dump)
    calls: dict[str, Callable[[ImmichClient], Awaitable[object]]] = {
        "asset.copy": lambda client: client.copy(first, second),
        "asset.update": lambda client: client.update(first, rating=1),
        "tag.create": lambda client: client.tag(first, ["x"]),
        "tag.asset": lambda client: client.tag(first, ["x"]),
        "stack.create": lambda client: client.stack(first, second),
        "album.read": lambda client: client.albums_of(first),
        "album.create": lambda client: client.create_album("Summer"),
        "albumAsset.create": lambda client: client.add_to_album(album, [first]),
        "albumAsset.delete": lambda client: client.remove_from_album(album, [first]),
        "asset.view": lambda client: client.picture(first),
        "queue.read": lambda client: client.queues(),
        "job.create": lambda client: client.start_database_backup(),
        "maintenance": lambda client: client.database_backups(),
        "backup.download": lambda client: anext(client.download_database_backup(dump.filename)),
        "server.storage": lambda client: client.server_storage(),
        "server.versionCheck": lambda client: client.version_check(),
    }
    enough = ImmichClient(session, immich.url, immich.make_key(*REQUIRED, *OPTIONAL[feature]))
    assert missing(await enough.api_key(), feature) == ()
    for permission in OPTIONAL[feature]:
        await calls[permission](enough)
        others = set(OPTIONAL[feature]) - {permission}
        less = ImmichClient(session, immich.url, immich.make_key(*REQUIRED, *others))
        assert missing(await less.api_key()) == ()
        assert missing(await less.api_key(), feature) == (permission,)
        with pytest.raises(MissingPermissionError) as caught:
            await calls[permission](less)
        assert caught.value.permission == permission
