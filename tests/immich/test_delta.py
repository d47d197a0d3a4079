"""What changed in Immich: every changed asset is told, whatever its paging does."""

import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest
import pytest_socket
from hypothesis import HealthCheck, given, settings, strategies as st

from custom_components.immich_syncthing.immich import delta, search, timestamps
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.errors import (
    MissingPermissionError,
    NotFoundError,
    UnexpectedAnswerError,
)
from custom_components.immich_syncthing.immich.models import Visibility
from custom_components.immich_syncthing.immich.search import Window
from custom_components.immich_syncthing.immich.transport import Transport
from tests.checksums import sha1
from tests.servers.immich import Asset, ImmichStandIn, Kind, Visibility as Shown
from tests.servers.immich.records import Partner, new_id

from .odd_server import odd_server

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def add_asset(
    server: ImmichStandIn,
    updated_at: datetime,
    *,
    owner_id: str | None = None,
    visibility: Shown = Shown.TIMELINE,
    trashed: bool = False,
    taken: datetime = NOON,
) -> str:
    """Put a row into the database, without a file."""
    asset = Asset(
        id=new_id(),
        owner_id=owner_id or server.admin.id,
        checksum=sha1(new_id().encode()),
        name="photo.jpg",
        kind=Kind.IMAGE,
        mime="image/jpeg",
        original_path="/data/photo.jpg",
        file=None,
        size=1,
        created_at=updated_at,
        updated_at=updated_at,
        file_created_at=taken,
        file_modified_at=taken,
        local_date_time=taken,
        visibility=visibility,
        deleted_at=updated_at if trashed else None,
    )
    server.world.add_asset(asset)
    return asset.id


async def newest_update(client: ImmichClient, server: ImmichStandIn) -> datetime | None:
    newest = await client.newest_asset(server.admin.id)
    return None if newest is None else newest.updated_at


def searches(server: ImmichStandIn) -> int:
    return len(server.requests_of("POST", "/api/search/metadata"))


@contextmanager
def pages_of(size: int) -> Iterator[None]:
    """Let pages hold fewer assets, so that few assets make many windows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search.search, "__defaults__", (size,))
        patch.setattr(delta, "_PROBE", size)
        yield


async def test_all_that_changed_is_told_and_nothing_else(immich: ImmichStandIn, client: ImmichClient) -> None:
    start = NOON
    add_asset(immich, start - timedelta(seconds=1))
    at_start = add_asset(immich, start)
    archived = add_asset(immich, start + timedelta(hours=1), visibility=Shown.ARCHIVE)
    hidden = add_asset(immich, start + timedelta(hours=2), visibility=Shown.HIDDEN)
    add_asset(immich, start + timedelta(hours=3), visibility=Shown.LOCKED)
    trashed = add_asset(immich, start + timedelta(microseconds=1), trashed=True)
    found = await client.changes_since(start, immich.admin.id)
    assert {asset.id for asset in found.assets} == {at_start, archived, hidden, trashed}
    assert {asset.id: asset.is_trashed for asset in found.assets}[trashed]
    assert found.newest == start + timedelta(hours=2)
    assert found.unsplittable == 0


async def test_nothing_changed(immich: ImmichStandIn, client: ImmichClient) -> None:
    add_asset(immich, NOON)
    found = await client.changes_since(NOON + timedelta(seconds=1), immich.admin.id)
    assert (found.assets, found.unsplittable, found.newest) == ((), 0, None)
    assert searches(immich) == 3


async def test_what_one_search_of_the_known_version_lists_is_asked_for_in_one(
    immich: ImmichStandIn, client: ImmichClient
) -> None:
    shown = {add_asset(immich, NOON, visibility=one) for one in Shown if one is not Shown.LOCKED}
    add_asset(immich, NOON, visibility=Shown.LOCKED)
    version = await client.version()
    found = await client.changes_since(NOON, immich.admin.id)
    assert {asset.id for asset in found.assets} == shown
    assert searches(immich) == (1 if version.major >= 3 else 3)


async def test_only_the_visibilities_asked_for(immich: ImmichStandIn, client: ImmichClient) -> None:
    add_asset(immich, NOON)
    archived = add_asset(immich, NOON, visibility=Shown.ARCHIVE)
    found = await client.changes_since(LONG_AGO, immich.admin.id, visibilities=[Visibility.ARCHIVE])
    assert [asset.id for asset in found.assets] == [archived]
    assert searches(immich) == 1
    assert (await client.changes_since(LONG_AGO, immich.admin.id, visibilities=[])).assets == ()
    with pytest.raises(NotFoundError, match="Elevated"):
        await client.changes_since(LONG_AGO, immich.admin.id, visibilities=[Visibility.LOCKED])


async def test_partners_photos_are_not_ours(immich: ImmichStandIn, client: ImmichClient) -> None:
    partner = immich.world.add_user("Partner")
    immich.world.tables.partners.append(Partner(partner.id, immich.admin.id, in_timeline=True))
    own = add_asset(immich, NOON)
    for minute in range(30):
        add_asset(immich, NOON + timedelta(minutes=minute), owner_id=partner.id)
    with pages_of(5):
        found = await client.changes_since(LONG_AGO, immich.admin.id)
        assert [asset.id for asset in found.assets] == [own]
        assert found.newest == NOON
        assert await newest_update(client, immich) == NOON


async def test_a_thousand_photos_of_one_moment_in_real_pages(immich: ImmichStandIn, client: ImmichClient) -> None:
    """2,500 assets of one capture date: offset paging found 1,500 to 2,500 of them on 2.7.5 (measured)."""
    ids = {add_asset(immich, NOON + timedelta(milliseconds=number)) for number in range(2_500)}
    found = await client.changes_since(LONG_AGO, immich.admin.id)
    assert {asset.id for asset in found.assets} == ids
    assert len(found.assets) == 2_500
    assert found.unsplittable == 0
    assert searches(immich) < 20


async def test_a_millisecond_that_holds_too_much_is_confessed(immich: ImmichStandIn, client: ImmichClient) -> None:
    for number in range(12):
        add_asset(immich, NOON + timedelta(microseconds=number * 50))
    late = add_asset(immich, NOON + timedelta(milliseconds=1))
    with pages_of(10):
        found = await client.changes_since(LONG_AGO, immich.admin.id)
    assert found.unsplittable == 1
    assert late in {asset.id for asset in found.assets}
    assert len(found.assets) == len({asset.id for asset in found.assets}) >= 11


async def test_few_questions_for_many_changes(immich: ImmichStandIn, client: ImmichClient) -> None:
    for number in range(400):
        add_asset(immich, NOON + timedelta(days=number % 7, seconds=number**2))
    with pages_of(20):
        found = await client.changes_since(datetime(1970, 1, 1, tzinfo=UTC), immich.admin.id)
    assert len(found.assets) == 400
    assert searches(immich) <= 4 * 400 / 20


async def test_a_photo_that_moves_behind_our_back_is_met_again(
    immich: ImmichStandIn, client: ImmichClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the timeline is searched a photo moves there from the archive, and a later change would hide that."""
    moving, later = (add_asset(immich, NOON - timedelta(days=1), visibility=Shown.ARCHIVE) for _ in range(2))
    seen = add_asset(immich, NOON)
    real = search.search

    async def search_while_somebody_works(
        transport: Transport,
        visibility: Visibility,
        window: Window,
        *size: int,
        within: search.Within = search.EVERYTHING,
    ) -> search.Page:
        page = await real(transport, visibility, window, *size, within=within)
        if searches(immich) == 1:
            immich.world.clock.freeze(NOON + timedelta(seconds=1))
            immich.browser.show_in_timeline(moving)
            immich.world.clock.freeze(NOON + timedelta(seconds=2))
            immich.browser.favourite(later)
        return page

    monkeypatch.setattr(delta, "search", search_while_somebody_works)
    found = await client.changes_since(NOON, immich.admin.id)
    assert {asset.id for asset in found.assets} == {seen, moving, later}
    assert found.newest is not None
    assert timestamps.to_ms(found.newest) == timestamps.to_ms(NOON + timedelta(seconds=2))


async def test_a_photo_that_changes_while_we_search_is_told_in_its_new_state(
    immich: ImmichStandIn, client: ImmichClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = [NOON + timedelta(minutes=minute) for minute in range(8)]
    changing, *_ = [add_asset(immich, moment, taken=moment) for moment in moments]
    real = search.search

    async def search_while_somebody_works(
        transport: Transport,
        visibility: Visibility,
        window: Window,
        *size: int,
        within: search.Within = search.EVERYTHING,
    ) -> search.Page:
        page = await real(transport, visibility, window, *size, within=within)
        if searches(immich) == 2:
            immich.world.clock.freeze(NOON + timedelta(hours=1))
            immich.browser.favourite(changing)
        return page

    monkeypatch.setattr(delta, "search", search_while_somebody_works)
    with pages_of(5):
        found = await client.changes_since(NOON, immich.admin.id)
    assert {asset.id: asset.is_favorite for asset in found.assets}[changing]
    assert len(found.assets) == 8


async def test_permission(immich: ImmichStandIn, session: aiohttp.ClientSession) -> None:
    uploader = ImmichClient(session, immich.url, immich.make_key("asset.upload"))
    with pytest.raises(MissingPermissionError) as caught:
        await uploader.changes_since(NOON, immich.admin.id)
    assert caught.value.permission == "asset.read"


async def test_the_newest_update_of_an_empty_account(immich: ImmichStandIn, client: ImmichClient) -> None:
    assert await client.newest_asset(immich.admin.id) is None
    add_asset(immich, NOON, visibility=Shown.LOCKED)
    assert await client.newest_asset(immich.admin.id) is None


async def test_the_newest_update_is_found_with_few_questions(immich: ImmichStandIn, client: ImmichClient) -> None:
    for number in range(5_000):
        add_asset(
            immich, NOON + timedelta(seconds=(number * 7919) % 5_000), taken=NOON - timedelta(minutes=number % 11)
        )
    newest = NOON + timedelta(days=1)
    add_asset(immich, newest, visibility=Shown.ARCHIVE, trashed=True)
    assert await newest_update(client, immich) == newest
    assert searches(immich) <= 8


@pytest.mark.parametrize(
    ("assets", "complaint"),
    [
        ({}, "items is missing"),
        ({"items": {}, "nextPage": None}, "not a list"),
        ({"items": [{}], "nextPage": None}, r"assets\[0\]|asset"),
        ({"items": [], "nextPage": 2}, "not a text"),
        ({"items": [], "nextPage": "2"}, "more follows, after nothing"),
    ],
)
async def test_odd_search_answers(session: aiohttp.ClientSession, assets: object, complaint: str) -> None:
    async with odd_server() as server:
        server.answer("POST /api/search/metadata", {"assets": assets})
        with pytest.raises(UnexpectedAnswerError, match=complaint):
            await ImmichClient(session, server.url, "key").changes_since(NOON, new_id())


async def test_a_server_that_ignores_the_limits_is_found_out(
    immich: ImmichStandIn, client: ImmichClient, session: aiohttp.ClientSession
) -> None:
    add_asset(immich, NOON)
    async with session.post(
        f"{immich.url}/api/search/metadata", json={}, headers={"x-api-key": immich.key}
    ) as response:
        answer = await response.json()
    answer["assets"]["nextPage"] = "2"
    async with odd_server() as server:
        server.answer("POST /api/search/metadata", answer)
        odd = ImmichClient(session, server.url, "key")
        with pytest.raises(UnexpectedAnswerError, match="ignores its limits"):
            await odd.changes_since(NOON + timedelta(hours=1), immich.admin.id)
        with pytest.raises(UnexpectedAnswerError, match="ignores its limits"):
            await odd.newest_asset(immich.admin.id)


async def test_a_search_that_never_ends_is_ended(
    session: aiohttp.ClientSession, immich: ImmichStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delta, "_MAX_WINDOWS", 20)
    for number in range(40):
        add_asset(immich, NOON + timedelta(seconds=number))
    client = ImmichClient(session, immich.url, immich.key)
    with pages_of(1), pytest.raises(UnexpectedAnswerError, match="never says"):
        await client.changes_since(LONG_AGO, immich.admin.id)
    for _ in range(2):
        add_asset(immich, NOON + timedelta(days=1))
    monkeypatch.setattr(delta, "_MAX_WINDOWS", 2)
    with pages_of(1), pytest.raises(UnexpectedAnswerError, match="never says"):
        await client.newest_asset(immich.admin.id)


async def test_a_millisecond_full_of_a_partners_photos_is_passed_over(
    immich: ImmichStandIn, client: ImmichClient
) -> None:
    partner = immich.world.add_user("Partner")
    immich.world.tables.partners.append(Partner(partner.id, immich.admin.id, in_timeline=True))
    for number in range(9):
        add_asset(immich, NOON + timedelta(microseconds=number), owner_id=partner.id)
    add_asset(immich, NOON - timedelta(days=3))
    with pages_of(5):
        assert await newest_update(client, immich) == NOON - timedelta(days=3)


@given(first=st.integers(0, 10**14), length=st.one_of(st.none(), st.integers(1, 10**12)), at=st.integers(-1, 10**15))
def test_both_halves_of_a_window_are_smaller_and_leave_no_gap(first: int, length: int | None, at: int) -> None:
    window = Window(first, None if length is None else first + length)
    older, newer = window.split(at)
    assert older.first == window.first
    assert older.last is not None
    assert older.first <= older.last
    assert newer.first == older.last + 1
    assert newer.last == window.last
    assert newer.last is None or newer.first <= newer.last


stamps = st.one_of(
    st.integers(0, 5_000),
    st.integers(0, 10**6),
    st.integers(0, 10**13),
    st.sampled_from([0, 999, 1_000, 1_001, 1_500, 1_999, 2_000]),
).map(lambda microseconds: NOON + timedelta(microseconds=microseconds))
rows = st.tuples(
    stamps,
    st.sampled_from([Shown.TIMELINE, Shown.TIMELINE, Shown.ARCHIVE, Shown.HIDDEN]),
    st.booleans(),
    st.booleans(),
    st.integers(0, 3),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(rows, max_size=40), stamps, st.integers(1, 12), st.sampled_from(["2.7.5", "3.2.2"]))
def test_whatever_the_timestamps_every_changed_asset_is_told_or_the_loss_is_confessed(
    assets: list[tuple[datetime, Shown, bool, bool, int]], since: datetime, page: int, version: str
) -> None:
    async def story() -> None:
        with tempfile.TemporaryDirectory() as folder, pages_of(page):
            async with (
                ImmichStandIn(version, Path(folder)) as server,
                aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
            ):
                partner = server.world.add_user("Partner")
                server.world.tables.partners.append(Partner(partner.id, server.admin.id, in_timeline=True))
                expected: dict[str, datetime] = {}
                newest: datetime | None = None
                for stamp, visibility, trashed, foreign, taken in assets:
                    asset_id = add_asset(
                        server,
                        stamp,
                        owner_id=partner.id if foreign else None,
                        visibility=visibility,
                        trashed=trashed,
                        taken=NOON + timedelta(days=taken),
                    )
                    shown = timestamps.from_ms(timestamps.to_ms(stamp))
                    if not foreign and stamp >= timestamps.from_ms(timestamps.to_ms(since)):
                        expected[asset_id] = shown
                    if not foreign:
                        newest = shown if newest is None else max(newest, shown)
                client = ImmichClient(session, server.url, server.key)
                found = await client.changes_since(since, server.admin.id)
                told = {asset.id: asset.updated_at for asset in found.assets}
                assert len(told) == len(found.assets)
                assert set(told) <= set(expected)
                if found.unsplittable == 0:
                    assert told == expected
                    assert found.newest == max(expected.values(), default=None)
                fits = all(
                    sum(timestamps.to_ms(other) == timestamps.to_ms(stamp) for other, *_ in assets) < page
                    for stamp, *_ in assets
                )
                if fits:
                    assert found.unsplittable == 0
                    assert await newest_update(client, server) == newest

    pytest_socket.enable_socket()
    asyncio.run(story())
