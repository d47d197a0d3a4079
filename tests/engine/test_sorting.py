"""Rules at work: what comes to Immich is sorted there, once, and stays as its owner changes it afterwards."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.model import OnEdit
from custom_components.immich_syncthing.engine.report import SortingReport
from custom_components.immich_syncthing.engine.sorting.model import Effect
from custom_components.immich_syncthing.engine.sorting.parsing import parse_rules
from tests.servers.immich.records import Visibility

from .living import living
from .rule_life import ROOF, SITES, Stored, albums, at_rest, named, tags_of, with_rules
from .test_sidecars import says

pytestmark = pytest.mark.usefixtures("socket_enabled")

ALL: Stored = {
    "id": "all",
    "album": "{folder}",
    "favorite": True,
    "archive": True,
    "description": "from {parent}",
    "rating": 4,
    "location": {"latitude": 47.5, "longitude": 8.25},
}


@pytest.mark.parametrize("version", ["2.7.5", "3.2.2"])
async def test_field_photos_get_the_tags_and_the_album_of_their_site(tmp_path: Path, version: str) -> None:
    async with living(tmp_path, version=version) as life:
        await with_rules(life, SITES)
        life.phone_adds(ROOF)
        life.phone_adds("South/Cellar/2024-05-02_Ben_2.jpg")
        life.phone_adds("cat.jpg")
        await at_rest(life)
        assert albums(life) == {"Site North": {"2024-05-01_Ana_1.jpg"}, "Site South": {"2024-05-02_Ben_2.jpg"}}
        assert tags_of(life, named(life, "2024-05-01_Ana_1.jpg")) == {"Sites/North/Roof", "By/Ana"}
        assert tags_of(life, named(life, "2024-05-02_Ben_2.jpg")) == {"Sites/South/Cellar", "By/Ben"}
        assert not tags_of(life, named(life, "cat.jpg"))
        assert life.folder.last_report is not None
        assert life.folder.last_report.sorting == SortingReport(waiting=0)


async def test_rules_put_nothing_into_an_album_that_somebody_else_shares(tmp_path: Path) -> None:
    """Anybody who has an account there could share one of that name, and see the photos."""
    async with living(tmp_path, version="3.2.2") as life:
        bob = life.server.browser_of(life.server.world.add_user("Bob"))
        theirs = bob.make_album("Site North")
        bob.share_album(theirs, life.server.admin)
        await with_rules(life, SITES)
        life.phone_adds(ROOF)
        await at_rest(life)
        own = [one for one in life.server.world.tables.albums.values() if one.owner_id == life.server.admin.id]
        assert [(one.name, one.asset_ids) for one in own] == [("Site North", [named(life, Path(ROOF).name).id])]
        assert life.server.world.tables.albums[theirs].asset_ids == []


async def test_every_effect_arrives(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, ALL)
        life.phone_adds("trip/a.jpg")
        await at_rest(life)
        asset = named(life, "a.jpg")
        assert (asset.is_favorite, asset.visibility) == (True, Visibility.ARCHIVE)
        assert (asset.exif.description, asset.exif.rating) == ("from trip", 4)
        assert (asset.exif.latitude, asset.exif.longitude) == (47.5, 8.25)
        assert albums(life) == {"Camera": {"a.jpg"}}


async def test_adopted_photos_are_sorted_as_well(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, SITES)
        life.web.upload(b"roof", "roof.jpg")
        life.phone_adds(ROOF, b"roof", old=False)
        await at_rest(life)
        assert albums(life) == {"Site North": {"roof.jpg"}}


async def test_what_is_older_than_the_folder_is_known_and_is_found_in_immich_is_not_new(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, SITES)
        life.web.upload(b"roof", "roof.jpg")
        life.phone_adds(ROOF, b"roof")
        life.phone_adds("South/Roof/2024-05-02_Ben_2.jpg")
        await at_rest(life)
        assert albums(life) == {"Site South": {"2024-05-02_Ben_2.jpg"}}


async def test_a_lost_ledger_applies_no_rule_again(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, SITES)
        life.phone_adds(ROOF)
        await at_rest(life)
        asset = named(life, "2024-05-01_Ana_1.jpg")
        asset.tag_ids.clear()
        (album,) = life.server.server.world.tables.albums.values()
        album.asset_ids.clear()
        await life.lose_ledger()
        life.phone_adds("North/Roof/2024-05-02_Ben_2.jpg")
        await at_rest(life)
        assert not tags_of(life, named(life, "2024-05-01_Ana_1.jpg"))
        assert albums(life) == {"Site North": {"2024-05-02_Ben_2.jpg"}}


async def test_nothing_is_said_before_immich_has_read_the_photo(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, ALL)
        life.server.server.jobs.pause("metadataExtraction")
        life.phone_adds("trip/a.jpg")
        for _ in range(3):
            await life.cycle()
        assert not named(life, "a.jpg").is_favorite
        assert albums(life) == {}
        life.server.server.jobs.resume("metadataExtraction")
        await at_rest(life)
        assert named(life, "a.jpg").exif.description == "from trip"


async def test_what_the_owner_changes_afterwards_stays(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, ALL, SITES)
        life.phone_adds(ROOF)
        await at_rest(life)
        asset = named(life, "2024-05-01_Ana_1.jpg")
        life.web.favourite(asset.id, on=False)
        life.web.describe(asset.id, "mine")
        asset.tag_ids.clear()
        for album in life.server.server.world.tables.albums.values():
            album.asset_ids.clear()
        await at_rest(life)
        await life.restart()
        await at_rest(life)
        assert not named(life, "2024-05-01_Ana_1.jpg").is_favorite
        assert named(life, "2024-05-01_Ana_1.jpg").exif.description == "mine"
        assert not tags_of(life, asset)
        assert not any(albums(life).values())


async def test_rule_changed_later(tmp_path: Path) -> None:
    """A changed rule is for what comes from then on; what is there changes when its owner asks for that."""
    async with living(tmp_path) as life:
        life.phone_adds("before/any.jpg")
        await at_rest(life)
        await with_rules(life, {"id": "a", "album": "First", "tags": ["one"]})
        life.phone_adds("x/a.jpg")
        await at_rest(life)
        await with_rules(life, {"id": "a", "album": "Second", "tags": ["two"]})
        life.phone_adds("x/b.jpg")
        await at_rest(life)
        assert albums(life) == {"First": {"a.jpg"}, "Second": {"b.jpg"}}
        assert tags_of(life, named(life, "a.jpg")) == {"one"}

        told = await life.folder.apply_rules(dry_run=True)
        assert (told.photos, told.effects) == (3, {Effect.ALBUM: 3, Effect.TAGS: 3})
        await at_rest(life)
        assert albums(life) == {"First": {"a.jpg"}, "Second": {"b.jpg"}}

        assert await life.folder.apply_rules(dry_run=False) == told
        await at_rest(life)
        assert albums(life) == {"First": set(), "Second": {"a.jpg", "b.jpg", "any.jpg"}}
        assert tags_of(life, named(life, "a.jpg")) == {"one", "two"}


async def test_a_moved_photo_changes_albums_where_the_rule_says_so(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, SITES)
        life.phone_adds(ROOF)
        await at_rest(life)
        asset = named(life, "2024-05-01_Ana_1.jpg")
        mine = life.web.make_album("Mine", asset.id)
        life.phone_renames(ROOF, "South/Roof/2024-05-01_Ana_1.jpg")
        await at_rest(life)
        assert albums(life) == {"Site North": set(), "Site South": {asset.name}, "Mine": {asset.name}}
        assert mine in life.server.server.world.tables.albums


async def test_moved_within_its_album_nothing_is_said(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, SITES)
        life.phone_adds(ROOF)
        await at_rest(life)
        (album,) = life.server.server.world.tables.albums.values()
        album.asset_ids.clear()
        life.phone_renames(ROOF, "North/Cellar/2024-05-01_Ana_1.jpg")
        await at_rest(life)
        assert albums(life) == {"Site North": set()}


async def test_what_was_there_before_the_rules_may_be_moved(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        life.phone_adds(ROOF)
        await at_rest(life)
        await with_rules(life, SITES)
        life.phone_renames(ROOF, "South/Roof/2024-05-01_Ana_1.jpg")
        await at_rest(life)
        assert albums(life) == {}


async def test_a_rule_that_is_gone_takes_nothing_out(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, SITES)
        life.phone_adds(ROOF)
        await at_rest(life)
        await with_rules(life, {"id": "other", "tags": ["x"]})
        life.phone_renames(ROOF, "South/Roof/2024-05-01_Ana_1.jpg")
        await at_rest(life)
        assert albums(life) == {"Site North": {"2024-05-01_Ana_1.jpg"}}


async def test_an_album_keeps_its_photos_when_its_owner_calls_it_otherwise(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, SITES)
        life.phone_adds(ROOF)
        await at_rest(life)
        (album,) = life.server.server.world.tables.albums.values()
        album.name = "The northern site"
        life.phone_adds("North/Roof/2024-05-01_Ana_2.jpg")
        await at_rest(life)
        assert albums(life) == {"The northern site": {"2024-05-01_Ana_1.jpg", "2024-05-01_Ana_2.jpg"}}


async def test_an_album_of_that_name_is_used_and_a_removed_one_made_anew(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, SITES)
        mine = life.web.make_album("Site North")
        life.phone_adds(ROOF)
        await at_rest(life)
        assert albums(life) == {"Site North": {"2024-05-01_Ana_1.jpg"}}
        del life.server.server.world.tables.albums[mine]
        life.phone_adds("North/Roof/2024-05-01_Ana_2.jpg")
        await at_rest(life)
        assert albums(life) == {"Site North": {"2024-05-01_Ana_2.jpg"}}


async def test_what_the_photo_itself_says_wins(tmp_path: Path) -> None:
    """Its sidecar, its owner and its own metadata; a rule fills in."""
    async with living(tmp_path) as life:
        await with_rules(life, ALL)
        life.phone_adds("trip/a.xmp", says("a cat"))
        life.phone_adds("trip/a.jpg")
        life.web.rate(life.web.upload(b"rated", "b.jpg"), 2)
        life.phone_adds("trip/b.jpg", b"rated", old=False)
        life.phone_adds("trip/c.jpg")
        await life.settle()
        life.phone_adds("trip/c.xmp", says("a later cat", rating=1))
        await at_rest(life)
        found = {name: named(life, name).exif for name in ("a.jpg", "b.jpg", "c.jpg")}
        assert {name: exif.description for name, exif in found.items()} == {
            "a.jpg": "a cat",
            "b.jpg": "from trip",
            "c.jpg": "a later cat",
        }
        assert {name: exif.rating for name, exif in found.items()} == {"a.jpg": 4, "b.jpg": 2, "c.jpg": 1}
        assert (found["a.jpg"].latitude, named(life, "a.jpg").is_favorite) == (47.5, True)


@pytest.mark.parametrize("mode", [OnEdit.REPLACE, OnEdit.STACK])
async def test_an_edited_photo_has_what_its_owner_left_of_the_rules(tmp_path: Path, mode: OnEdit) -> None:
    async with living(tmp_path) as life:
        life.on_edit = mode
        await with_rules(life, SITES, {"id": "b", "album": "Best", "favorite": True})
        life.phone_adds(ROOF)
        await at_rest(life)
        tables = life.server.server.world.tables
        best = next(album for album in tables.albums.values() if album.name == "Best")
        best.asset_ids.clear()
        life.web.favourite(named(life, "2024-05-01_Ana_1.jpg").id, on=False)
        await at_rest(life)
        life.phone_adds(ROOF, b"edited")
        await at_rest(life)
        edited = next(one for one in life.web.assets(trashed=False) if life.web.content(one.id) == b"edited")
        assert tags_of(life, edited) == {"Sites/North/Roof", "By/Ana"}
        assert not edited.is_favorite
        assert best.asset_ids == []
        life.phone_renames(ROOF, "South/Roof/2024-05-01_Ana_1.jpg")
        await at_rest(life)
        south = next(album for album in tables.albums.values() if album.name == "Site South")
        assert south.asset_ids == [edited.id]


async def test_the_edit_of_a_photo_from_before_the_rules_is_none_of_theirs(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        life.phone_adds(ROOF)
        await at_rest(life)
        life.on_edit = OnEdit.REPLACE
        await with_rules(life, SITES)
        life.phone_adds(ROOF, b"edited")
        await at_rest(life)
        assert life.in_immich() == {b"edited"}
        assert albums(life) == {}


async def test_a_live_photo_is_sorted_without_its_video(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, {"id": "a", "album": "All", "tags": ["x"], "favorite": True})
        life.phone_adds("IMG_1.mov")
        life.phone_adds("IMG_1.heic")
        await at_rest(life)
        video = named(life, "IMG_1.mov")
        assert albums(life) == {"All": {"IMG_1.heic"}}
        assert (video.visibility, video.is_favorite, video.tag_ids) == (Visibility.HIDDEN, False, [])


async def test_a_photo_in_two_places_gets_what_either_says(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, {"id": "a", "album": "{parent}"})
        life.phone_adds("one/a.jpg", b"same")
        life.phone_adds("two/a.jpg", b"same")
        await at_rest(life)
        assert {name for name, photos in albums(life).items() if photos} == {"one", "two"}
        life.phone_deletes("two/a.jpg")
        await at_rest(life)
        assert {name for name, photos in albums(life).items() if photos} == {"one"}


async def test_a_photo_that_was_deleted_and_added_again_is_a_new_one(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, SITES)
        life.phone_adds("other.jpg")
        content = life.phone_adds(ROOF)
        await at_rest(life)
        old = named(life, "2024-05-01_Ana_1.jpg").id
        life.phone_deletes(ROOF)
        await at_rest(life)
        await life.hear()
        life.web.empty_trash()
        await life.server.server.jobs.settle()
        assert life.in_immich() == {b"photo other.jpg"}
        life.phone_adds("South/Roof/2024-05-01_Ana_1.jpg", content, old=False)
        await at_rest(life)
        assert named(life, "2024-05-01_Ana_1.jpg").id != old
        assert albums(life) == {"Site North": set(), "Site South": {"2024-05-01_Ana_1.jpg"}}


async def test_dates_are_those_that_immich_shows(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        await with_rules(life, {"id": "a", "album": "{year}-{month}", "taken_to": "2023-12-31"})
        life.phone_adds("a.jpg")
        await at_rest(life)
        assert albums(life) == {"2023-11": {"a.jpg"}}


async def test_the_preview_shows_what_unsaved_rules_would_do(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        life.phone_adds("cat.jpg")
        life.phone_adds(ROOF)
        await at_rest(life)
        life.phone_adds("North/Roof/2024-05-01_Ana_2.jpg")
        await life.folder.preview()
        rules = parse_rules([SITES, {"id": "d", "description": "{year}"}], "Camera")
        shown = await life.folder.preview_rules(rules, limit=2)
        assert len(shown) == 2
        by_path = {one.path: one for one in await life.folder.preview_rules(rules)}
        assert by_path[ROOF].effects.albums == (("Site North", "sites"),)
        assert by_path[ROOF].effects.rules == ("sites", "d")
        assert by_path["cat.jpg"].effects.rules == ("d",)
        assert by_path["cat.jpg"].effects.description == "2023"
        assert by_path["cat.jpg"].taken == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
        assert albums(life) == {}
