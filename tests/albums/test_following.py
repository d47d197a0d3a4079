"""Albums, favourites and searches come into the folder, and the folder follows them."""

from datetime import UTC, datetime, timedelta

import pytest

from custom_components.immich_syncthing.albums.settings import Quality, SearchBy, Source
from tests.immich.photos import photo

from .tablet import SUMMER, Tablet

pytestmark = pytest.mark.parametrize("immich", ["2.7.5", "3.2.2"], indirect=True)


async def test_an_album_comes_into_the_folder_and_syncthing_hears_of_it(tablet: Tablet) -> None:
    await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    await tablet.photo("elsewhere.jpg")
    report = await tablet.well()
    assert tablet.files() == {"IMG_1.jpg": b"bytes of IMG_1.jpg", "IMG_2.jpg": b"bytes of IMG_2.jpg"}
    assert (report.copied, report.copied_bytes, report.removed) == (2, 36, 0)
    [(folder, paths)] = tablet.sync.scans
    assert (folder, sorted(paths)) == ("tablet", ["IMG_1.jpg", "IMG_2.jpg"])


async def test_a_copy_bears_the_date_of_its_photo(tablet: Tablet) -> None:
    await tablet.album("IMG_1.jpg")
    await tablet.well()
    moment = (SUMMER + timedelta(hours=1)).timestamp()
    assert (tablet.root / "IMG_1.jpg").stat().st_mtime == moment


@pytest.mark.parametrize(("year", "bears"), [(9999, 2037), (2120, 2037), (1970, 1980)])
async def test_a_date_that_no_disk_knows_holds_up_no_copy(tablet: Tablet, year: int, bears: int) -> None:
    await tablet.album("IMG_1.jpg", "odd.jpg")
    tablet.web.set_date(tablet.web.find("odd.jpg").id, datetime(year, 6, 1, tzinfo=UTC))
    await tablet.well()
    assert datetime.fromtimestamp((tablet.root / "odd.jpg").stat().st_mtime, UTC).year == bears
    assert (await tablet.well()).copied == 0


async def test_what_is_added_comes_and_what_is_taken_out_leaves(tablet: Tablet) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    await tablet.well()
    tablet.web.take_from_album(album, tablet.web.find("IMG_1.jpg").id)
    await tablet.photo("IMG_3.jpg", b"", album)
    report = await tablet.well()
    assert tablet.names() == ["IMG_2.jpg", "IMG_3.jpg"]
    assert (report.copied, report.removed) == (1, 1)
    assert sorted(path for _, paths in tablet.sync.scans[1:] for path in paths) == ["IMG_1.jpg", "IMG_3.jpg"]


async def test_nothing_new_costs_one_question_per_album_and_no_listing(tablet: Tablet) -> None:
    await tablet.album("IMG_1.jpg")
    await tablet.well()
    scans, asked = len(tablet.sync.scans), len(tablet.server.log)
    report = await tablet.well()
    assert not report.changed
    assert len(tablet.sync.scans) == scans
    assert [one.path.partition("/api/")[2].split("/")[0] for one in tablet.server.log[asked:]] == ["users", "albums"]


async def test_albums_are_listed_anew_once_a_day_all_the_same(tablet: Tablet) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    await tablet.well()
    # Nothing about the album tells that one photo went and another one came.
    other = tablet.web.upload(b"other", "IMG_3.jpg")
    await tablet.server.settle()
    tablet.server.world.tables.albums[album].asset_ids[0] = other
    await tablet.well()
    assert tablet.names() == ["IMG_1.jpg", "IMG_2.jpg"]
    tablet.clock.days(1.1)
    await tablet.well()
    assert tablet.names() == ["IMG_2.jpg", "IMG_3.jpg"]


async def test_favourites_come_and_go(tablet: Tablet) -> None:
    tablet.set(source=Source.FAVORITES)
    one, two = await tablet.photo("IMG_1.jpg"), await tablet.photo("IMG_2.jpg")
    tablet.web.favourite(one)
    await tablet.well()
    assert tablet.names() == ["IMG_1.jpg"]
    tablet.web.favourite(one, on=False)
    tablet.web.favourite(two)
    await tablet.well()
    assert tablet.names() == ["IMG_2.jpg"]


async def test_archived_photos_belong_to_an_album_and_locked_ones_leave(tablet: Tablet) -> None:
    await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    tablet.web.archive(tablet.web.find("IMG_1.jpg").id)
    await tablet.well()
    assert tablet.names() == ["IMG_1.jpg", "IMG_2.jpg"]
    tablet.web.lock(tablet.web.find("IMG_2.jpg").id)
    tablet.clock.days(1.1)
    await tablet.well()
    assert tablet.names() == ["IMG_1.jpg"]


@pytest.mark.parametrize(
    ("search_by", "query", "found"),
    [
        (SearchBy.DESCRIPTION, "beach", ["IMG_1.jpg"]),
        (SearchBy.FILE_NAME, "_2", ["IMG_2.jpg"]),
        (SearchBy.TEXT, "menu", ["IMG_3.jpg"]),
        (SearchBy.CONTEXT, "beach", ["IMG_1.jpg"]),
    ],
)
async def test_a_search_comes_into_the_folder(
    tablet: Tablet, search_by: SearchBy, query: str, found: list[str]
) -> None:
    tablet.server.quirks.machine_learning = True
    for number in (1, 2, 3):
        await tablet.photo(f"IMG_{number}.jpg")
    tablet.web.find("IMG_1.jpg").exif.description = "At the beach"
    tablet.web.find("IMG_3.jpg").ocr = "Menu of the day"
    tablet.set(source=Source.SEARCH, search_by=search_by, query=query, most_found=1)
    await tablet.well()
    assert tablet.names() == found


@pytest.mark.parametrize("search_by", [SearchBy.CONTEXT, SearchBy.TEXT])
async def test_a_search_that_immich_does_not_offer_is_said_and_changes_nothing(
    tablet: Tablet, search_by: SearchBy
) -> None:
    tablet.server.quirks.machine_learning = True
    await tablet.photo("IMG_1.jpg")
    tablet.web.find("IMG_1.jpg").ocr = "Menu"
    tablet.set(source=Source.SEARCH, search_by=search_by, query="menu")
    await tablet.well()
    assert tablet.names() == ["IMG_1.jpg"]
    tablet.server.quirks.machine_learning = False
    report = await tablet.run()
    assert report.problem is not None
    assert report.problem.code == "album_search_missing"
    assert tablet.names() == ["IMG_1.jpg"]


async def test_two_photos_of_one_name_get_names_that_stay(tablet: Tablet) -> None:
    album = await tablet.album("IMG_1.jpg")
    await tablet.well()
    second = await tablet.photo("img_1.JPG", b"another", album)
    await tablet.well()
    name = f"img_1 ({second[:8]}).JPG"
    assert tablet.files() == {"IMG_1.jpg": b"bytes of IMG_1.jpg", name: b"another"}
    tablet.web.take_from_album(album, tablet.web.find("IMG_1.jpg").id)
    await tablet.well()
    assert tablet.files() == {name: b"another"}


async def test_a_photo_that_is_called_otherwise_in_immich_keeps_its_copy(tablet: Tablet) -> None:
    await tablet.album("IMG_1.jpg")
    await tablet.well()
    tablet.web.find("IMG_1.jpg").name = "renamed.jpg"
    tablet.clock.days(1.1)
    report = await tablet.well()
    assert (tablet.names(), report.changed) == (["IMG_1.jpg"], False)


async def test_another_folder_begins_anew_and_the_old_one_stays_as_it_is(tablet: Tablet) -> None:
    await tablet.album("IMG_1.jpg")
    await tablet.well()
    old, new = tablet.root, tablet.home / "other"
    (new / ".stfolder").mkdir(parents=True)
    tablet.set(root=new)
    await tablet.well()
    assert tablet.names() == ["IMG_1.jpg"]
    assert (old / "IMG_1.jpg").is_file()


async def test_the_newest_come_as_long_as_there_is_room(tablet: Tablet) -> None:
    album = await tablet.album()
    for number in range(8):
        await tablet.photo(f"IMG_{number}.jpg", b"%d" % number * 1000, album)
    tablet.set(most_bytes=2500)
    await tablet.well()
    assert tablet.names() == ["IMG_6.jpg", "IMG_7.jpg"]
    await tablet.photo("IMG_8.jpg", b"8" * 1000, album)
    report = await tablet.well()
    assert tablet.names() == ["IMG_7.jpg", "IMG_8.jpg"]
    assert report.leaving_held == 0


async def test_a_photo_that_is_too_large_leaves_its_room_to_smaller_ones(tablet: Tablet) -> None:
    album = await tablet.album("small.jpg")
    await tablet.photo("huge.jpg", bytes(100_000), album)
    tablet.set(most_bytes=1000)
    folder = await tablet.open()
    await folder.run()
    await folder.close()
    assert tablet.names() == ["small.jpg"]
    assert (folder.state.figures.copies, folder.state.figures.left_out) == (1, 1)


async def test_videos_are_copied_only_if_they_shall(tablet: Tablet) -> None:
    album = await tablet.album("IMG_1.jpg")
    await tablet.photo("MOV_1.mp4", b"", album)
    await tablet.well()
    assert tablet.names() == ["IMG_1.jpg", "MOV_1.mp4"]
    tablet.set(videos=False)
    await tablet.well()
    assert tablet.names() == ["IMG_1.jpg"]


async def test_previews_are_small_and_called_as_what_they_are(tablet: Tablet) -> None:
    album = await tablet.album()
    await tablet.photo("IMG_1.HEIC.jpg", photo(1), album)
    await tablet.photo("MOV_1.mp4", b"", album)
    tablet.set(quality=Quality.PREVIEW)
    report = await tablet.well()
    assert (tablet.names(), report.failed) == (["IMG_1.HEIC.webp"], 0)
    assert tablet.files()["IMG_1.HEIC.webp"][8:12] == b"WEBP"


async def test_another_quality_makes_the_copies_anew(tablet: Tablet) -> None:
    album = await tablet.album()
    await tablet.photo("IMG_1.jpg", photo(1), album)
    tablet.set(quality=Quality.PREVIEW, side=8)
    await tablet.well()
    small = tablet.files()["IMG_1.jpg"]
    assert small.startswith(b"\xff\xd8")
    assert small != photo(1)
    tablet.set(quality=Quality.ORIGINAL, side=None)
    await tablet.well()
    assert tablet.files() == {"IMG_1.jpg": photo(1)}
    assert not (await tablet.well()).changed
