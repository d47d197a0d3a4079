"""A photo is edited on the phone: in Immich the new one takes the old one's place, with all that was done to that."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.views import HistoryEntry
from custom_components.immich_syncthing.engine.model import FolderState, OnEdit, Preset
from tests.servers.immich import FaultKind, Rule
from tests.servers.immich.records import Asset, Visibility

from .living import CAMERA, Life, living, ten_photos

pytestmark = pytest.mark.usefixtures("socket_enabled")

THIRD = "Camera/IMG_3.jpg"
EDITED = b"edited"


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Life]:
    """Return a life with the newest Immich, for what does not depend on its version."""
    async with living(tmp_path) as life:
        yield life


def asset_of(life: Life, content: bytes) -> Asset:
    """Return the asset that has these bytes, in the trash or not."""
    [found] = [asset for asset in life.web.assets() if life.web.content(asset.id) == content]
    return found


def tags_of(life: Life, asset: Asset) -> set[str]:
    return {life.server.server.world.tables.tags[tag_id].value for tag_id in asset.tag_ids}


def albums_of(life: Life, asset: Asset) -> set[str]:
    return {album.name for album in life.server.server.world.tables.albums.values() if asset.id in album.asset_ids}


async def history(life: Life) -> list[HistoryEntry]:
    ledger = Ledger.open(life.home / "ledgers" / "ledger.sqlite")
    try:
        return [view.entry for view in ledger.history(100)]
    finally:
        ledger.close()


def cherish(life: Life, content: bytes) -> str:
    """Let the owner do everything to a photo that Immich offers; return the id of its link."""
    asset = asset_of(life, content)
    life.web.make_album("Holiday", asset.id)
    life.web.favourite(asset.id)
    life.web.describe(asset.id, "The beach")
    life.web.rate(asset.id, 4)
    life.web.tag(asset.id, "sea")
    return life.web.share(asset.id)


async def let_immich_work(life: Life) -> None:
    await life.server.jobs.settle()


async def test_edit_replaces_with_all_that_the_old_photo_had(life: Life) -> None:
    photos = await ten_photos(life)
    old = photos.pop(THIRD)
    link = cherish(life, old)
    await let_immich_work(life)
    life.phone_adds(THIRD, EDITED)
    await life.settle()
    await let_immich_work(life)
    await life.settle()
    assert life.in_immich() == {*photos.values(), EDITED}
    assert life.in_immich(trashed=True) == {old}
    assert await life.in_vault(old)
    new = asset_of(life, EDITED)
    assert albums_of(life, new) == {"Holiday"}
    assert tags_of(life, new) == {"sea"}
    assert (new.is_favorite, new.exif.description, new.exif.rating) == (True, "The beach", 4)
    assert new.id in life.server.server.world.tables.shared_links[link].asset_ids
    assert (await life.cycle()).state is FolderState.IN_AGREEMENT


async def test_every_effect_is_in_the_history(one: Life) -> None:
    await ten_photos(one)
    one.phone_adds(THIRD, EDITED)
    await one.settle()
    told = [entry for entry in await history(one) if entry.why == "file_edited"]
    assert {(entry.action, entry.path, entry.folder_id) for entry in told} == {
        ("carry_over", THIRD, CAMERA),
        ("replace", THIRD, CAMERA),
    }


async def test_the_preview_is_what_the_cycle_then_does(one: Life) -> None:
    await ten_photos(one)
    one.phone_adds(THIRD, EDITED)
    await one.cycle()
    one.clock.skip(3)
    assert (await one.folder.preview()).actions == {"replace_asset": 1}
    assert (await one.cycle()).superseded == 1


async def test_what_immich_has_not_read_yet_would_be_overwritten_so_the_old_photo_waits(one: Life) -> None:
    photos = await ten_photos(one)
    cherish(one, photos[THIRD])
    await let_immich_work(one)
    one.server.jobs.pause("metadataExtraction")
    one.phone_adds(THIRD, EDITED)
    await one.settle()
    assert one.in_immich() == {*photos.values(), EDITED}
    one.server.jobs.resume("metadataExtraction")
    await let_immich_work(one)
    await one.settle()
    assert one.in_immich(trashed=True) == {photos[THIRD]}
    new = asset_of(one, EDITED)
    assert (new.exif.description, new.exif.rating, tags_of(one, new)) == ("The beach", 4, {"sea"})


async def test_what_the_new_photo_says_of_itself_stays(one: Life) -> None:
    photos = await ten_photos(one)
    cherish(one, photos[THIRD])
    one.web.upload(EDITED, "IMG_3.jpg")
    new = asset_of(one, EDITED)
    await let_immich_work(one)
    one.web.describe(new.id, "Cropped")
    one.web.rate(new.id, 2)
    one.web.tag(new.id, "crop")
    one.web.favourite(new.id)
    await let_immich_work(one)
    one.phone_adds(THIRD, EDITED)
    await one.settle()
    assert one.in_immich(trashed=True) == {photos[THIRD]}
    assert (new.exif.description, new.exif.rating, tags_of(one, new)) == ("Cropped", 2, {"crop", "sea"})


async def test_a_favourite_stays_one_when_the_old_photo_was_none(one: Life) -> None:
    await ten_photos(one)
    new_id = one.web.upload(EDITED, "IMG_3.jpg")
    one.web.favourite(new_id)
    one.phone_adds(THIRD, EDITED)
    await one.settle()
    assert asset_of(one, EDITED).is_favorite


async def test_an_archived_photo_stays_archived(one: Life) -> None:
    photos = await ten_photos(one)
    one.web.archive(asset_of(one, photos[THIRD]).id)
    one.phone_adds(THIRD, EDITED)
    await one.settle()
    assert asset_of(one, EDITED).visibility is Visibility.ARCHIVE


async def test_the_new_photo_joins_the_stack_of_the_old_one(life: Life) -> None:
    photos = await ten_photos(life)
    top, old = asset_of(life, photos["Camera/IMG_1.jpg"]), asset_of(life, photos[THIRD])
    stack = life.web.stack(top.id, old.id)
    life.phone_adds(THIRD, EDITED)
    await life.settle()
    assert asset_of(life, EDITED).stack_id == stack
    assert life.server.server.world.tables.stacks[stack].primary_id == top.id


async def test_where_the_old_photo_was_on_top_of_its_stack_the_new_one_is(life: Life) -> None:
    photos = await ten_photos(life)
    old, other = asset_of(life, photos[THIRD]), asset_of(life, photos["Camera/IMG_1.jpg"])
    life.web.stack(old.id, other.id)
    life.phone_adds(THIRD, EDITED)
    await life.settle()
    new = asset_of(life, EDITED)
    stack = life.server.server.world.tables.stacks[new.stack_id or ""]
    assert stack.primary_id == new.id
    assert other.id in stack.asset_ids
    assert life.in_immich(trashed=True) == {photos[THIRD]}


async def test_stack_keeps_the_old_photo_below_the_new_one(life: Life) -> None:
    photos = await ten_photos(life)
    life.on_edit = OnEdit.STACK
    await life.restart()
    cherish(life, photos[THIRD])
    await let_immich_work(life)
    life.phone_adds(THIRD, EDITED)
    await life.settle()
    await let_immich_work(life)
    await life.settle()
    new, old = asset_of(life, EDITED), asset_of(life, photos[THIRD])
    stack = life.server.server.world.tables.stacks[new.stack_id or ""]
    assert (stack.primary_id, set(stack.asset_ids)) == (new.id, {new.id, old.id})
    assert life.in_immich() == {*photos.values(), EDITED}
    assert albums_of(life, new) == {"Holiday"}
    report = await life.cycle()
    assert (report.counts.released, report.counts.linked) == (1, 10)
    assert "stack" in {entry.action for entry in await history(life)}


@pytest.mark.parametrize(
    ("preset", "on_edit"), [(Preset.MIRROR, OnEdit.KEEP_BOTH), (Preset.BACKUP, None), (Preset.IMMICH_DECIDES, None)]
)
async def test_keep_both_leaves_both_as_they_are(tmp_path: Path, preset: Preset, on_edit: OnEdit | None) -> None:
    async with living(tmp_path, preset=preset) as life:
        life.on_edit = on_edit
        await life.restart()
        photos = await ten_photos(life)
        cherish(life, photos[THIRD])
        life.phone_adds(THIRD, EDITED)
        await life.settle()
        assert life.in_immich() == {*photos.values(), EDITED}
        assert albums_of(life, asset_of(life, EDITED)) == set()


async def test_a_changed_setting_takes_effect_before_the_old_photo_is_trashed(one: Life) -> None:
    photos = await ten_photos(one)
    one.phone_adds(THIRD, EDITED)
    await one.cycle()
    one.on_edit = OnEdit.KEEP_BOTH
    await one.restart()
    await one.settle()
    assert one.in_immich() == {*photos.values(), EDITED}


async def test_a_changed_setting_has_everything_looked_at_again(one: Life) -> None:
    await ten_photos(one)
    for on_edit, looked_at in [(None, 0), (OnEdit.STACK, 10)]:
        one.on_edit = on_edit
        await one.restart()
        await one.account.close()
        ledger = Ledger.open(one.home / "ledgers" / "ledger.sqlite")
        assert len(ledger.dirty(one.clock.wall(), None, 100)) == looked_at
        ledger.close()


async def test_restored_in_immich_it_stays_there_alone(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_adds(THIRD, EDITED)
    await life.settle()
    life.web.restore(asset_of(life, photos[THIRD]).id)
    report = await life.settle()
    assert life.on_phone() == {**photos, THIRD: EDITED}
    assert life.in_immich() == {*photos.values(), EDITED}
    assert report.counts.released == 1


async def test_the_bytes_in_another_place_keep_the_asset(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        photos = await ten_photos(life)
        life.tablet_adds("copy.jpg", photos[THIRD])
        life.tablet_adds("IMG_1.jpg", photos["Camera/IMG_1.jpg"])
        await life.settle()
        life.phone_adds(THIRD, EDITED)
        await life.settle()
        assert life.in_immich() == {*photos.values(), EDITED}
        life.tablet_deletes("copy.jpg")
        await life.settle()
        assert life.in_immich(trashed=True) == {photos[THIRD]}


async def test_a_folder_that_keeps_everything_has_its_say(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.BACKUP) as life:
        photos = await ten_photos(life)
        life.tablet_adds("copy.jpg", photos[THIRD])
        await life.settle()
        life.phone_adds(THIRD, EDITED)
        life.tablet_deletes("copy.jpg")
        await life.settle()
        assert life.in_immich() == {*photos.values(), EDITED}


async def test_edited_again_before_the_first_edit_was_settled(one: Life) -> None:
    photos = await ten_photos(one)
    cherish(one, photos[THIRD])
    await let_immich_work(one)
    one.server.jobs.pause("metadataExtraction")
    one.phone_adds(THIRD, EDITED)
    await one.settle()
    one.phone_adds(THIRD, b"edited twice")
    await one.settle()
    one.server.jobs.resume("metadataExtraction")
    await let_immich_work(one)
    await one.settle()
    await let_immich_work(one)
    await one.settle()
    old = photos.pop(THIRD)
    assert one.in_immich(trashed=True) == {old, EDITED}
    new = asset_of(one, b"edited twice")
    assert (new.is_favorite, new.exif.description, albums_of(one, new)) == (True, "The beach", {"Holiday"})


async def test_an_edit_taken_back_puts_the_old_photo_in_its_place_again(one: Life) -> None:
    photos = await ten_photos(one)
    one.phone_adds(THIRD, EDITED)
    await one.cycle()
    one.phone_adds(THIRD, photos[THIRD])
    await one.settle()
    assert one.on_phone() == photos
    # What went up meanwhile stays: bytes that were known before are no edit.
    assert one.in_immich() == {*photos.values(), EDITED}
    assert one.in_immich(trashed=True) == set()


async def test_edited_and_deleted_before_it_was_settled_the_old_photo_stays(one: Life) -> None:
    photos = await ten_photos(one)
    cherish(one, photos[THIRD])
    await let_immich_work(one)
    one.server.jobs.pause("metadataExtraction")
    one.phone_adds(THIRD, EDITED)
    await one.settle()
    one.phone_deletes(THIRD)
    await one.settle()
    assert one.in_immich() == set(photos.values())
    assert one.in_immich(trashed=True) == {EDITED}


async def test_a_new_photo_under_the_name_of_a_deleted_edit_is_no_edit(one: Life) -> None:
    photos = await ten_photos(one)
    cherish(one, photos[THIRD])
    await let_immich_work(one)
    one.server.jobs.pause("metadataExtraction")
    one.phone_adds(THIRD, EDITED)
    await one.settle()
    one.syncthing.state = "syncing"
    one.phone_deletes(THIRD)
    await one.cycle()
    one.phone_adds(THIRD, b"another photo")
    await one.cycle()
    one.syncthing.state = "idle"
    await one.settle()
    assert photos[THIRD] in one.in_immich()
    assert albums_of(one, asset_of(one, b"another photo")) == set()


async def test_bytes_that_were_known_before_are_no_edit(one: Life) -> None:
    photos = await ten_photos(one)
    one.phone_adds(THIRD, photos["Camera/IMG_1.jpg"])
    await one.settle()
    assert one.in_immich() == set(photos.values())


async def test_an_edit_whose_new_bytes_immich_does_not_take_leaves_the_old_photo(one: Life) -> None:
    photos = await ten_photos(one)
    one.server.faults.rules.append(Rule(FaultKind.TOO_LARGE, r"/assets$", "POST", limit=10))
    one.phone_adds(THIRD, b"edited, and far too large")
    await one.settle()
    assert one.in_immich() == set(photos.values())


async def test_the_owner_trashed_the_new_photo_first(one: Life) -> None:
    photos = await ten_photos(one)
    one.web.trash(one.web.upload(EDITED, "IMG_3.jpg"))
    one.phone_adds(THIRD, EDITED)
    report = await one.settle()
    assert report.counts.held == 1
    assert one.in_immich() == set(photos.values())
    assert one.on_phone()[THIRD] == EDITED
