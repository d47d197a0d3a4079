"""Live photos: two files, one photo."""

import os
import time
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.model import Preset
from tests.servers.immich import FaultKind, Visibility

from .living import Life, living

pytestmark = pytest.mark.usefixtures("socket_enabled")

STILL, MOTION = "Camera/IMG_1.HEIC", "Camera/IMG_1.MOV"


def take(life: Life, *, still: str = STILL, motion: str = MOTION) -> tuple[bytes, bytes]:
    """Let both halves arrive; the bytes of the photo and of its video."""
    return life.phone_adds(still), life.phone_adds(motion)


def plays(life: Life, still: str = "IMG_1.HEIC", motion: str = "IMG_1.MOV") -> bool:
    """Whether Immich shows the two as one."""
    video = life.web.find(motion)
    return life.web.find(still).live_photo_video_id == video.id and video.visibility is Visibility.HIDDEN


def shown(life: Life) -> set[str]:
    """The names in Immich's timeline."""
    return {asset.name for asset in life.web.assets(trashed=False) if asset.visibility is Visibility.TIMELINE}


async def test_both_halves_go_up_as_one(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        take(life)
        report = await life.settle()
        assert plays(life)
        assert report.counts.linked == 2
        assert (await life.cycle()).waiting == 0
        assert [seen.path for seen in life.server.log if seen.method == "PUT"] == []


async def test_a_copy_under_the_other_extension_is_no_motion_part(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        photo = life.phone_adds(STILL)
        life.phone_adds(MOTION, photo)
        report = await life.settle()
        assert life.in_immich() == {photo}
        assert (report.counts.linked, report.waiting) == (2, 0)


@pytest.mark.parametrize(
    ("still", "motion"),
    [("IMG_1.jpg", "IMG_1.mov"), ("IMG_1.JPEG", "img_1.mov"), ("img_1.heif", "IMG_1.MOV"), ("a.b.heic", "a.b.Mov")],
)
async def test_spelling_does_not_matter(tmp_path: Path, still: str, motion: str) -> None:
    async with living(tmp_path) as life:
        take(life, still=still, motion=motion)
        await life.settle()
        assert plays(life, still, motion)


@pytest.mark.parametrize(
    ("still", "motion"),
    [
        ("IMG_1.jpg", "IMG_1.mp4"),
        ("IMG_1.png", "IMG_1.mov"),
        ("IMG_1.jpg", "IMG_1.edited.mov"),
        ("IMG_1.jpg", "IMG_10.mov"),
        ("a/IMG_1.jpg", "b/IMG_1.mov"),
    ],
)
async def test_a_video_of_its_own_stays_one(tmp_path: Path, still: str, motion: str) -> None:
    async with living(tmp_path) as life:
        take(life, still=still, motion=motion)
        await life.settle()
        assert len(shown(life)) == 2


@pytest.mark.parametrize("first", [STILL, MOTION])
async def test_a_late_half_is_paired(tmp_path: Path, first: str) -> None:
    async with living(tmp_path) as life:
        life.phone_adds(first)
        await life.settle()
        assert len(shown(life)) == 1
        life.phone_adds(MOTION if first == STILL else STILL)
        await life.settle()
        assert plays(life)
        assert (await life.cycle()).waiting == 0


async def test_halves_that_immich_has_apart_are_paired(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        still, motion = take(life)
        life.web.upload(still, "IMG_1.HEIC")
        life.web.upload(motion, "IMG_1.MOV")
        await life.settle()
        assert plays(life)


async def test_a_half_that_is_still_being_read_is_waited_for(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        life.phone_adds(STILL)
        (life.root / MOTION).write_bytes(b"being written")
        os.utime(life.root / MOTION, (time.time() + 60, time.time() + 60))
        life.folder.note_change(MOTION, complete=False)
        await life.cycle()
        assert shown(life) == set()
        await life.settle()
        assert plays(life)


async def test_what_immich_knows_counts_though_the_names_differ(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        take(life, motion="Camera/other.MOV")
        await life.settle()
        life.web.play(life.web.find("IMG_1.HEIC").id, life.web.find("other.MOV").id)
        await life.settle()
        life.web.trash(life.web.find("IMG_1.HEIC").id)
        life.phone_adds("another.jpg")
        life.phone_adds("and another.jpg")
        await life.settle()
        assert set(life.on_phone()) == {"another.jpg", "and another.jpg"}


async def test_deleted_in_immich_both_files_go_and_both_come_back(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        still, motion = take(life)
        other = life.phone_adds("other.jpg")
        await life.settle()
        life.web.trash(life.web.find("IMG_1.HEIC").id)
        await life.settle()
        assert life.on_phone() == {"other.jpg": other}
        assert await life.in_vault(still)
        assert await life.in_vault(motion)
        assert life.in_immich(trashed=True) == {still}
        assert await nothing_more(life)

        life.web.restore(life.web.find("IMG_1.HEIC").id)
        await life.settle()
        assert life.on_phone() == {STILL: still, MOTION: motion, "other.jpg": other}
        assert plays(life)
        assert await nothing_more(life)


async def test_deleted_on_the_phone_the_photo_goes_and_the_video_is_left_to_it(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        still, motion = take(life)
        life.phone_adds("other.jpg")
        await life.settle()
        life.phone_deletes(STILL)
        life.phone_deletes(MOTION)
        await life.settle()
        assert life.in_immich(trashed=True) == {still}
        assert await life.in_vault(still)
        assert await life.in_vault(motion)
        assert await nothing_more(life)

        life.web.restore(life.web.find("IMG_1.HEIC").id)
        await life.settle()
        assert {STILL: still, MOTION: motion}.items() <= life.on_phone().items()
        assert plays(life)


async def test_both_come_back_from_immich_where_the_vault_was_lost(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        still, motion = take(life)
        life.phone_adds("other.jpg")
        await life.settle()
        life.web.trash(life.web.find("IMG_1.HEIC").id)
        await life.settle()
        for file in sorted((tmp_path / "vault").rglob("*"), reverse=True):
            file.unlink() if file.is_file() else None
        life.web.restore(life.web.find("IMG_1.HEIC").id)
        await life.settle()
        assert {STILL: still, MOTION: motion}.items() <= life.on_phone().items()


async def test_the_photos_file_alone_gone_takes_the_video_with_it(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        still, motion = take(life)
        life.phone_adds("other.jpg")
        await life.settle()
        life.phone_deletes(STILL)
        await life.settle()
        assert set(life.on_phone()) == {"other.jpg"}
        assert await life.in_vault(motion)
        assert life.in_immich(trashed=True) == {still}


async def test_the_videos_file_alone_gone_changes_nothing_in_immich(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        still, motion = take(life)
        await life.settle()
        life.phone_deletes(MOTION)
        await life.settle()
        assert life.in_immich() == {still, motion}
        assert plays(life)
        assert await nothing_more(life)


async def test_the_hidden_video_is_never_looked_at_alone(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        still, motion = take(life)
        await life.settle()
        life.web.trash(life.web.find("IMG_1.MOV").id)
        await life.settle()
        assert life.on_phone() == {STILL: still, MOTION: motion}
        assert await nothing_more(life)


async def test_kept_on_the_phone_both_are_kept(tmp_path: Path) -> None:
    async with living(tmp_path, preset=Preset.PHONE_DECIDES) as life:
        still, motion = take(life)
        await life.settle()
        life.web.trash(life.web.find("IMG_1.HEIC").id)
        report = await life.settle()
        assert life.on_phone() == {STILL: still, MOTION: motion}
        assert report.counts.kept == 2
        assert await nothing_more(life)
        life.web.purge(life.web.find("IMG_1.HEIC").id)
        await life.settle()
        assert life.on_phone() == {STILL: still, MOTION: motion}
        assert await nothing_more(life)


async def test_a_video_that_another_photo_needs_stays(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        take(life)
        copy = life.phone_adds("Camera/IMG_1.jpg")
        life.phone_adds("other.jpg")
        await life.settle()
        life.web.trash(life.web.find("IMG_1.HEIC").id)
        await life.settle()
        assert set(life.on_phone()) == {"Camera/IMG_1.jpg", MOTION, "other.jpg"}
        assert copy in life.in_immich()
        assert plays(life, still="IMG_1.jpg")
        life.web.trash(life.web.find("IMG_1.jpg").id)
        await life.settle()
        assert set(life.on_phone()) == {"other.jpg"}


async def test_unlinked_in_immich_the_two_are_photos_of_their_own(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        still, motion = take(life)
        life.phone_adds("other.jpg")
        await life.settle()
        life.web.play(life.web.find("IMG_1.HEIC").id, None)
        await life.settle()
        assert not life.web.find("IMG_1.HEIC").live_photo_video_id
        life.web.trash(life.web.find("IMG_1.MOV").id)
        await life.settle()
        assert set(life.on_phone()) == {STILL, "other.jpg"}
        assert life.in_immich(trashed=True) == {motion}
        assert still in life.in_immich()


async def test_renamed_together_they_stay_one_and_apart_too(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        take(life)
        life.phone_adds("other.jpg")
        await life.settle()
        life.phone_renames(STILL, "Best/one.HEIC")
        life.phone_renames(MOTION, "Best/one.MOV")
        await life.settle()
        life.phone_renames("Best/one.MOV", "Clips/two.MOV")
        await life.settle()
        assert plays(life)
        life.web.trash(life.web.find("IMG_1.HEIC").id)
        await life.settle()
        assert set(life.on_phone()) == {"other.jpg"}


async def test_renamed_apart_before_the_first_upload_they_are_two(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        take(life)
        await life.folder.preview()
        life.phone_renames(MOTION, "Clips/two.MOV")
        await life.settle()
        assert len(shown(life)) == 2


async def test_a_photo_that_cannot_go_up_does_not_keep_its_video(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        life.phone_adds(STILL, b"large" * 10_000)
        life.phone_adds(MOTION)
        life.server.faults.add(FaultKind.TOO_LARGE, r"/assets$", limit=10_000)
        await life.settle()
        assert shown(life) == {"IMG_1.MOV"}
        life.server.faults.clear()
        await life.folder.run(retry=True)
        await life.settle()
        assert plays(life)


async def test_both_added_again_are_both_there_again(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        still, motion = take(life)
        life.phone_adds("other.jpg")
        await life.settle()
        life.phone_deletes(STILL)
        life.phone_deletes(MOTION)
        await life.settle()
        await life.hear()
        life.phone_adds("Again/x.HEIC", still)
        life.phone_adds("Again/x.MOV", motion)
        await life.settle()
        assert {still, motion} <= life.in_immich()
        assert plays(life)
        assert await nothing_more(life)


async def test_the_preview_shows_one(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        still, motion = take(life)
        await life.folder.preview()
        preview = await life.folder.preview()
        assert preview.actions == {"upload": 1}
        assert preview.upload_bytes == len(still) + len(motion)


async def nothing_more(life: Life) -> bool:
    """Whether one more cycle changes nothing and leaves nothing undecided."""
    report = await life.cycle()
    changed = (report.uploaded, report.linked, report.trashed, report.deleted, report.restored, report.brought_back)
    return not any(changed) and report.counts.held == 0


async def test_a_live_photo_that_was_emptied_from_the_trash_asks_nothing(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        take(life)
        for number in range(3):
            life.phone_adds(f"other {number}.jpg")
        await life.settle()
        life.phone_deletes(MOTION)
        await life.settle()
        life.web.trash(life.web.find("IMG_1.HEIC").id)
        await life.settle()
        life.web.empty_trash()
        await life.server.jobs.settle()
        await life.folder.run(full=True)
        await life.settle()
        assert len(life.on_phone()) == 3
        assert life.in_immich() == set(life.on_phone().values())
        assert await nothing_more(life)


async def test_without_the_right_to_pair_both_are_in_immich_and_the_owner_is_told(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        life.phone_adds(MOTION)
        await life.settle()
        life.server.faults.add(FaultKind.STATUS, r"/assets/[^/]+$", method="PUT", status=500)
        life.phone_adds(STILL)
        life.web.upload(life.on_phone()[STILL], "IMG_1.HEIC")
        for _ in range(3):
            report = await life.cycle()
        assert report.problem is not None
        assert shown(life) == {"IMG_1.HEIC", "IMG_1.MOV"}
        life.server.faults.clear()
        await life.folder.run(retry=True)
        await life.settle()
        assert plays(life)


async def test_a_video_that_immich_made_of_the_photo_itself_is_not_the_file_beside_it(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        still, motion = life.phone_adds("IMG_1.jpg"), life.phone_adds("IMG_1.mov")
        life.phone_adds("other.jpg")
        made = life.web.upload(b"made by Immich", "IMG_1.mp4")
        life.web.play(life.web.upload(still, "IMG_1.jpg"), made)
        await life.settle()
        assert life.web.find("IMG_1.jpg").live_photo_video_id == made
        life.web.trash(life.web.find("IMG_1.jpg").id)
        await life.settle()
        assert set(life.on_phone()) == {"IMG_1.mov", "other.jpg"}
        assert motion in life.in_immich()
