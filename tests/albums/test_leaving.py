"""Copies leave when their photos do, but not many at once unless Immich is seen to have them."""

from datetime import UTC, datetime

import pytest

from custom_components.immich_syncthing.albums.settings import SearchBy, Source
from tests.servers.immich import FaultKind

from .tablet import Tablet

EVERY = [f"IMG_{number}.jpg" for number in range(30)]


def ids(tablet: Tablet, count: int) -> list[str]:
    return [tablet.web.find(name).id for name in EVERY[:count]]


async def test_an_album_that_was_emptied_is_followed_at_once(tablet: Tablet) -> None:
    album = await tablet.album(*EVERY)
    await tablet.well()
    tablet.web.take_from_album(album, *ids(tablet, 30))
    report = await tablet.well()
    assert (report.removed, report.leaving_held, tablet.names()) == (30, 0, [])


async def test_other_chosen_albums_are_followed_at_once(tablet: Tablet) -> None:
    await tablet.album(*EVERY)
    await tablet.well()
    tablet.set(albums=frozenset())
    await tablet.album("new.jpg")
    tablet.set(albums=frozenset(sorted(tablet.server.world.tables.albums)[-1:]))
    [album] = [one for one, row in tablet.server.world.tables.albums.items() if len(row.asset_ids) == 1]
    tablet.set(albums=frozenset({album}))
    await tablet.well()
    assert tablet.names() == ["new.jpg"]


@pytest.mark.parametrize("purged", [False, True])
async def test_many_that_immich_has_no_more_wait_for_their_owner(tablet: Tablet, purged: bool) -> None:
    await tablet.album(*EVERY)
    await tablet.well()
    gone = ids(tablet, 21)
    tablet.web.trash(*gone)
    if purged:
        tablet.web.purge(*gone)
    for _ in range(2):
        report = await tablet.well()
        assert (report.removed, report.leaving_held, len(tablet.names())) == (0, 21, 30)
    report = await tablet.approve(report)
    assert (report.removed, report.leaving_held, len(tablet.names())) == (21, 0, 9)


async def test_a_few_trashed_ones_leave_and_come_back_when_they_are_restored(tablet: Tablet) -> None:
    await tablet.album(*EVERY)
    await tablet.well()
    tablet.web.trash(*ids(tablet, 15))
    assert (await tablet.well()).removed == 15
    tablet.web.restore(*ids(tablet, 15))
    assert (await tablet.well()).copied == 15
    tablet.web.trash(*ids(tablet, 15))
    assert (await tablet.well()).leaving_held == 15, "it adds up over a day"
    tablet.clock.days(1.1)
    assert (await tablet.well()).removed == 15


async def test_an_answer_is_for_those_that_its_owner_was_shown(tablet: Tablet) -> None:
    one, other = await tablet.album("IMG_1.jpg", "IMG_2.jpg"), await tablet.album("IMG_3.jpg", "IMG_4.jpg")
    await tablet.well()
    tablet.web.delete_album(one)
    shown = await tablet.run()
    assert shown.leaving_held == 2
    tablet.web.delete_album(other)
    report = await tablet.approve(shown)
    assert (report.removed, report.leaving_held, tablet.names()) == (2, 2, ["IMG_3.jpg", "IMG_4.jpg"])
    assert (await tablet.run()).leaving_held == 2, "it was used up"


async def test_an_answer_lets_no_others_go_that_are_as_many(tablet: Tablet) -> None:
    one, other = await tablet.album("IMG_1.jpg", "IMG_2.jpg"), await tablet.album("IMG_3.jpg", "IMG_4.jpg")
    await tablet.well()
    albums = tablet.server.world.tables.albums
    early, late = list(albums[one].asset_ids), list(albums[other].asset_ids)
    tablet.web.delete_album(one)
    shown = await tablet.run()
    assert shown.leaving_held == 2
    tablet.web.take_from_album(other, *late)
    tablet.web.put_into_album(other, *early)
    assert (await tablet.run()).leaving_held == 2
    report = await tablet.approve(shown)
    assert (report.removed, report.leaving_held, len(tablet.names())) == (0, 2, 4)


async def test_whoever_was_shown_fewer_than_wait_now_is_asked_anew(tablet: Tablet) -> None:
    one, other = await tablet.album("IMG_1.jpg"), await tablet.album("IMG_2.jpg")
    await tablet.well()
    tablet.web.delete_album(one)
    shown = await tablet.run()
    tablet.web.delete_album(other)
    await tablet.run()
    report = await tablet.approve(shown)
    assert (report.removed, report.leaving_held) == (0, 2)


async def test_immich_is_not_asked_about_waiting_copies_in_every_run(tablet: Tablet) -> None:
    await tablet.album(*EVERY)
    await tablet.well()
    tablet.web.trash(*ids(tablet, 21))
    folder = await tablet.open()

    async def looks() -> int:
        before = len(tablet.server.log)
        assert (await folder.run()).leaving_held == 21
        return sum(one.path.startswith("/api/assets/") for one in tablet.server.log[before:])

    assert [await looks(), await looks()] == [21, 0]
    tablet.clock.now += 3_601
    assert [await looks(), await looks()] == [21, 0]
    tablet.web.trash(*ids(tablet, 22))
    assert (await folder.run()).leaving_held == 22
    await folder.approve_leaving(folder.state.leaving_digest)
    assert ((await folder.run()).removed, len(tablet.names())) == (22, 8)
    await folder.close()


async def test_an_answer_is_forgotten_when_nothing_waits_any_more(tablet: Tablet) -> None:
    await tablet.album(*EVERY)
    await tablet.well()
    tablet.web.trash(*ids(tablet, 22))
    shown = await tablet.well()
    tablet.web.restore(*ids(tablet, 22))
    await tablet.approve(shown)
    tablet.web.trash(*ids(tablet, 22))
    assert (await tablet.well()).leaving_held == 22


async def test_an_album_that_is_gone_keeps_its_copies_until_its_owner_speaks(tablet: Tablet) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    await tablet.well()
    tablet.web.delete_album(album)
    report = await tablet.run()
    assert report.problem is not None
    assert (report.problem.code, report.leaving_held, report.removed) == ("album_gone", 2, 0)
    report = await tablet.approve(report)
    assert (report.removed, tablet.names()) == (2, [])


async def test_the_other_albums_are_followed_beside_one_that_is_gone(tablet: Tablet) -> None:
    album = await tablet.album("IMG_1.jpg")
    other = await tablet.album("IMG_2.jpg")
    await tablet.well()
    tablet.web.delete_album(album)
    await tablet.photo("IMG_3.jpg", b"", other)
    report = await tablet.run()
    assert (report.copied, report.leaving_held) == (1, 1)


async def test_a_search_that_finds_nothing_any_more_is_doubted(tablet: Tablet) -> None:
    await tablet.album(*EVERY)
    tablet.set(source=Source.SEARCH, search_by=SearchBy.FILE_NAME, query="IMG")
    await tablet.well()
    tablet.set(query="nothing like it")
    assert (await tablet.well()).leaving_held == 30


@pytest.mark.parametrize("status", [500, 503, 403])
async def test_errors_remove_nothing(tablet: Tablet, status: int) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    await tablet.well()
    tablet.web.take_from_album(album, *tablet.server.world.tables.albums[album].asset_ids)
    for part in ("/search/metadata", "/api/assets/"):
        tablet.server.faults.add(FaultKind.STATUS, path=part, status=status)
        report = await tablet.run()
        assert report.removed == 0
        assert tablet.names() == ["IMG_1.jpg", "IMG_2.jpg"]
        tablet.server.faults.clear()


async def test_a_listing_that_hides_photos_of_an_album_removes_none(tablet: Tablet) -> None:
    """Immich's search shows none of them, and each by itself says that it is in the album, or a favourite."""
    await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    await tablet.well()
    for one in tablet.web.assets():
        one.updated_at, one.is_favorite = datetime(1969, 1, 1, tzinfo=UTC), True
    tablet.clock.days(1.1)
    for source in (Source.ALBUMS, Source.FAVORITES):
        tablet.set(source=source)
        report = await tablet.well()
        assert (report.removed, report.leaving_held, tablet.names()) == (0, 0, ["IMG_1.jpg", "IMG_2.jpg"])


async def test_another_user_changes_nothing(tablet: Tablet) -> None:
    await tablet.album("IMG_1.jpg")
    await tablet.well()
    stranger = tablet.server.world.add_user("Somebody")
    tablet.library = tablet.client(tablet.server.make_key(user=stranger))
    report = await tablet.run()
    assert report.problem is not None
    assert (report.problem.code, tablet.names()) == ("album_other_user", ["IMG_1.jpg"])
