"""Excluded means invisible: neither uploaded nor deleted, and a changed filter deletes nothing on either side."""

from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.model import Answer, FolderState, Preset
from custom_components.immich_syncthing.engine.workers import Workers

from .living import Life, living, open_account, ten_photos
from .plugs import Plug

pytestmark = pytest.mark.usefixtures("socket_enabled")

THIRD = "Camera/IMG_3.jpg"


def sent(life: Life) -> int:
    """How many uploads Immich has seen."""
    return len(life.server.requests_of("POST", "/api/assets"))


async def filtered(life: Life, *ignore: str, include: tuple[str, ...] = ()) -> None:
    """Let the owner save other patterns: the engine starts anew with them."""
    life.ignore, life.include = ignore, include
    await life.restart()


async def test_what_is_excluded_is_not_uploaded(life: Life) -> None:
    await filtered(life, "Screenshots/", "*.mp4")
    photos = await ten_photos(life)
    for path in ("Screenshots/a.jpg", "Camera/Screenshots/b.jpg", "Camera/c.mp4"):
        life.phone_adds(path)
    report = await life.settle()
    assert life.in_immich() == set(photos.values())
    assert (report.counts.files, report.counts.linked, report.counts.unresolved) == (10, 10, 0)


async def test_the_video_of_a_photo_that_is_hidden_waits_for_nothing(tmp_path: Path) -> None:
    """Both halves were deleted where nobody looks at the photo: the video waited for what becomes of it, for ever."""
    async with living(tmp_path) as life:
        await ten_photos(life)
        halves = {path: life.phone_adds(path) for path in ("Camera/LIVE.HEIC", "Camera/LIVE.MOV")}
        await life.settle()
        await filtered(life, "*.HEIC")
        await life.settle()
        for path in halves:
            life.phone_deletes(path)
        await life.settle()
        assert (await life.cycle()).waiting == 0
        await filtered(life)
        report = await life.settle()
        assert (report.waiting, report.counts.released) == (0, 2)
        assert set(halves.values()) <= life.in_immich()


async def test_only_what_is_included_is_uploaded(life: Life) -> None:
    await filtered(life, include=("Camera/",))
    photos = await ten_photos(life)
    life.phone_adds("Download/meme.jpg")
    await life.settle()
    assert life.in_immich() == set(photos.values())


async def test_exclude_added_later(life: Life) -> None:
    """A filter that suddenly covers everything looks like the deletion of everything: it is none."""
    photos = await ten_photos(life)
    await filtered(life, "Camera/")
    report = await life.settle()
    assert (report.state, report.counts.files, report.waiting) == (FolderState.IN_AGREEMENT, 0, 0)
    assert (life.in_immich(), life.on_phone()) == (set(photos.values()), photos)
    assert await life.account.holds() == []


async def test_exclude_removed_later_sends_nothing_again(life: Life) -> None:
    photos = await ten_photos(life)
    await filtered(life, "Camera/")
    await life.settle()
    before = sent(life)
    assert before >= 10
    await filtered(life)
    report = await life.settle()
    assert (report.state, report.counts.linked, sent(life)) == (FolderState.IN_AGREEMENT, 10, before)
    assert (life.in_immich(), life.on_phone()) == (set(photos.values()), photos)
    life.phone_deletes(THIRD)
    await life.settle()
    assert life.in_immich(trashed=True) == {photos[THIRD]}


async def test_include_narrowed_later_deletes_nothing(life: Life) -> None:
    photos = await ten_photos(life)
    await filtered(life, include=("Pictures/",))
    await life.settle()
    assert (life.in_immich(), life.on_phone()) == (set(photos.values()), photos)


async def test_what_is_deleted_while_it_is_hidden_stays_in_immich_for_good(life: Life) -> None:
    photos = await ten_photos(life)
    await filtered(life, THIRD)
    await life.settle()
    life.phone_deletes(THIRD)
    await life.settle()
    assert life.in_immich() == set(photos.values())
    await filtered(life)
    report = await life.settle()
    assert (report.counts.linked, report.counts.released) == (9, 1)
    assert life.in_immich() == set(photos.values())
    life.phone_adds(THIRD, photos[THIRD])
    assert (await life.settle()).counts.linked == 10


async def test_what_is_edited_while_it_is_hidden_leaves_the_old_photo_alone(life: Life) -> None:
    photos = await ten_photos(life)
    await filtered(life, THIRD)
    await life.settle()
    (life.root / THIRD).write_bytes(b"another photo of the same name")
    await filtered(life)
    await life.settle()
    assert life.in_immich() == {*photos.values(), b"another photo of the same name"}
    assert life.in_immich(trashed=True) == set()


async def test_trashed_while_it_is_hidden_deletes_no_file_then_or_later(life: Life) -> None:
    photos = await ten_photos(life)
    await filtered(life, THIRD)
    await life.settle()
    life.web.trash(life.web.find("IMG_3.jpg").id)
    await life.settle()
    assert life.on_phone() == photos
    await filtered(life)
    report = await life.settle()
    assert (life.on_phone(), report.counts.kept) == (photos, 1)
    assert life.in_immich(trashed=True) == {photos[THIRD]}
    life.web.restore(life.web.assets(trashed=True)[0].id)
    assert (await life.settle()).counts.linked == 10


async def test_purged_while_it_is_hidden_is_kept(life: Life) -> None:
    photos = await ten_photos(life)
    await filtered(life, THIRD)
    await life.settle()
    asset = life.web.find("IMG_3.jpg").id
    life.web.trash(asset)
    await life.settle()
    life.web.purge(asset)
    await life.folder.run(full=True)
    await filtered(life)
    report = await life.settle()
    assert (life.on_phone(), report.counts.kept) == (photos, 1)
    assert photos[THIRD] not in life.in_immich() | life.in_immich(trashed=True)


async def test_a_hidden_copy_outlives_the_one_that_is_seen(life: Life) -> None:
    """Immich's deletion reaches what is seen; what is hidden stays, and keeps its asset from nothing."""
    photos = await ten_photos(life)
    life.phone_adds("Private/copy.jpg", photos[THIRD])
    await life.settle()
    await filtered(life, "Private/")
    await life.settle()
    life.web.trash(life.web.find("IMG_3.jpg").id)
    await life.settle()
    assert THIRD not in life.on_phone()
    assert life.on_phone()["Private/copy.jpg"] == photos[THIRD]
    await filtered(life)
    assert (await life.settle()).counts.kept == 1
    assert life.on_phone()["Private/copy.jpg"] == photos[THIRD]


async def test_deleting_what_is_seen_is_not_passed_on_while_a_copy_is_hidden(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_adds("Private/copy.jpg", photos[THIRD])
    await life.settle()
    await filtered(life, "Private/")
    await life.settle()
    life.phone_deletes(THIRD)
    await life.settle()
    assert life.in_immich() == set(photos.values())
    await filtered(life)
    assert (await life.settle()).counts.linked == 10
    life.phone_deletes("Private/copy.jpg")
    await life.settle()
    assert life.in_immich(trashed=True) == {photos[THIRD]}


async def test_hiding_what_was_deleted_in_bulk_answers_the_question(life: Life) -> None:
    photos = await ten_photos(life)
    for path in photos:
        life.phone_deletes(path)
    await life.settle()
    [hold] = await life.account.holds()
    await filtered(life, "Camera/")
    report = await life.settle()
    assert (await life.account.holds(), report.counts.released) == ([], 10)
    assert life.in_immich() == set(photos.values())
    assert hold.count == 10


async def test_hiding_what_was_trashed_in_bulk_answers_the_question(life: Life) -> None:
    photos = await ten_photos(life)
    for asset in life.web.assets():
        life.web.trash(asset.id)
    await life.settle()
    [hold] = await life.account.holds()
    await life.account.answer(hold.id, hold.revision, Answer.APPROVE)
    await filtered(life, "Camera/")
    await life.settle()
    assert (await life.account.holds(), life.on_phone()) == ([], photos)
    await filtered(life)
    assert (await life.settle()).counts.kept == 10
    assert life.on_phone() == photos


async def test_what_is_restored_in_immich_does_not_come_back_where_it_is_hidden(life: Life) -> None:
    photos = await ten_photos(life)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    await life.settle()
    await filtered(life, THIRD)
    life.web.restore(life.web.assets(trashed=True)[0].id)
    report = await life.settle()
    assert (report.brought_back, report.counts.released) == (0, 1)
    assert life.on_phone().keys() == photos.keys() - {THIRD}


async def test_what_comes_back_beside_its_place_into_hiding_comes_back_once(life: Life) -> None:
    photos = await ten_photos(life)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    await life.settle()
    await filtered(life, "* (restored).jpg")
    life.phone_adds(THIRD, b"another photo of the same name")
    await life.settle()
    life.web.restore(life.web.assets(trashed=True)[0].id)
    report = await life.settle()
    assert life.on_phone()["Camera/IMG_3 (restored).jpg"] == photos[THIRD]
    assert (report.brought_back, report.counts.released) == (0, 1)


async def test_a_filter_that_changes_at_the_last_moment_keeps_the_file(life: Life) -> None:
    photos = await ten_photos(life)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    settings = life.folder.settings
    hiding = type(settings)(
        **{name: getattr(settings, name) for name in settings.__match_args__} | {"ignore": (THIRD,)}
    )
    life.syncthing.meanwhile.append(lambda: object.__setattr__(settings, "filter", hiding.filter))
    report = await life.cycle()
    assert (report.deleted, life.on_phone()) == (0, photos)
    await life.settle()
    assert life.on_phone() == photos


async def test_a_filter_of_one_folder_leaves_the_other_alone(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        photos = await ten_photos(life)
        life.tablet_adds("a.jpg", photos[THIRD])
        for number in range(10):
            life.tablet_adds(f"{number}.jpg", f"of the tablet {number}".encode())
        await life.settle()
        await filtered(life, "*")
        await life.settle()
        life.tablet_deletes("a.jpg")
        life.tablet_deletes("0.jpg")
        await life.settle()
        assert life.in_immich(trashed=True) == {b"of the tablet 0"}
        assert life.on_phone() == photos


@pytest.mark.parametrize("step", range(0, 120, 11))
async def test_a_filter_that_comes_after_a_crash_loses_nothing_and_begins_nothing(tmp_path: Path, step: int) -> None:
    plug = Plug()
    async with living(tmp_path, workers=Workers(plug, plug)) as life:
        photos = await ten_photos(life)
        life.web.trash(life.web.find("IMG_2.jpg").id)
        life.phone_deletes(THIRD)
        with plug.pulled(step):
            for _ in range(3):
                await life.cycle()
        await life.account.close()
        trashed, there = life.in_immich(trashed=True), life.on_phone()
        life.ignore = ("Camera/",)
        life.account = await open_account(tmp_path, life)
        await life.settle()
        assert life.in_immich(trashed=True) == trashed
        assert life.on_phone().keys() >= there.keys()
        in_sight = set(life.on_phone().values()) | life.in_immich()
        for path, content in photos.items():
            assert content in in_sight or await life.in_vault(content), path
        await filtered(life)
        await life.settle()
        assert life.in_immich(trashed=True) == trashed
        assert life.on_phone().keys() >= there.keys()
