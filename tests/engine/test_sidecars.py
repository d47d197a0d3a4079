"""Sidecars with their photos: sent, passed on, deleted and brought back."""

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.apply import sidecars
from custom_components.immich_syncthing.engine.apply.context import LONGEST_RETRY_SECONDS
from custom_components.immich_syncthing.engine.model import Answer, FolderState, Preset
from tests.servers.immich import Asset, FaultKind, Rule

from .living import CAMERA, Life, living
from .test_xmp import listed, xmp
from .within import context_of

pytestmark = pytest.mark.usefixtures("socket_enabled")

PHOTO, SIDECAR = "Camera/IMG_1.jpg", "Camera/IMG_1.xmp"


def says(text: str, *tags: str, rating: int = 0) -> bytes:
    """A sidecar with a description and tags."""
    inside = f"<dc:description>{text}</dc:description>{listed('dc:subject', *tags) if tags else ''}"
    return xmp(inside, f'xmp:Rating="{rating}"' if rating else "")


async def at_rest(life: Life) -> None:
    """Live until nothing happens, and Immich has read what it was sent."""
    for _ in range(2):
        await life.settle()
        await life.server.server.jobs.settle()
        life.clock.skip(60)
    await life.settle()


def fill_vault(life: Life, content: bytes, *, full: bool = True) -> None:
    """Let nothing of this content be kept: where the vault would put it, there is a file instead of a directory."""
    digest = hashlib.sha1(content, usedforsecurity=False).hexdigest()
    place = life.home / "vault" / "objects" / digest[:2]
    if full:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"")
    else:
        place.unlink()


async def left_behind(life: Life) -> bytes:
    """Let a sidecar stay when its photo goes, because the vault refuses it; return its bytes."""
    life.phone_adds(PHOTO)
    life.phone_adds("other.jpg")
    sidecar = life.phone_adds(SIDECAR, says("a cat"))
    await at_rest(life)
    fill_vault(life, sidecar)
    life.web.trash(life.web.find("IMG_1.jpg").id)
    await at_rest(life)
    return sidecar


def tags_of(life: Life, asset: Asset) -> set[str]:
    return {life.server.server.world.tables.tags[tag].value for tag in asset.tag_ids}


def described(life: Life, name: str = "IMG_1.jpg") -> str:
    return life.web.find(name).exif.description


@pytest.mark.parametrize("sidecar", [SIDECAR, "Camera/IMG_1.jpg.xmp", "Camera/IMG_1.XMP"])
async def test_a_sidecar_goes_up_with_its_photo_and_never_alone(tmp_path: Path, sidecar: str) -> None:
    async with living(tmp_path) as life:
        life.phone_adds(sidecar, says("a cat"))
        await at_rest(life)
        assert life.web.assets() == []
        life.phone_adds(PHOTO)
        report = await life.cycle()
        await at_rest(life)
        asset = life.web.find("IMG_1.jpg")
        assert asset.sidecar is not None
        assert asset.exif.description == "a cat"
        assert (report.counts.files, report.uploaded, report.problem) == (1, 1, None)


async def test_what_a_later_sidecar_says_is_passed_on(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        life.phone_adds(PHOTO)
        life.phone_adds("Camera/IMG_2.jpg")
        await at_rest(life)
        life.phone_adds(SIDECAR, says("a cat", "animals", "cats", rating=4))
        await at_rest(life)
        asset = life.web.find("IMG_1.jpg")
        assert (asset.exif.description, asset.exif.rating) == ("a cat", 4)
        assert tags_of(life, asset) == {"animals", "cats"}
        assert not described(life, "IMG_2.jpg")

        life.phone_adds(SIDECAR, says("two cats"))
        await at_rest(life)
        assert (asset.exif.description, asset.exif.rating) == ("two cats", 4)


async def test_it_is_passed_on_once(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        life.phone_adds(PHOTO)
        await at_rest(life)
        life.phone_adds(SIDECAR, says("a cat"))
        await at_rest(life)
        life.web.describe(life.web.find("IMG_1.jpg").id, "my cat")
        await at_rest(life)
        await life.restart()
        await at_rest(life)
        assert described(life) == "my cat"


async def test_what_was_passed_on_is_done(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        life.phone_adds(PHOTO)
        await at_rest(life)
        life.phone_adds(SIDECAR, says("a cat"))
        await life.cycle()
        assert described(life) == "a cat"
        later = life.clock.wall() + LONGEST_RETRY_SECONDS + 1
        assert context_of(life).ledger.dirty_sidecars(CAMERA, later, 9) == []


async def test_a_stems_sidecar_belongs_to_all_its_files_that_have_none_of_their_own(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        for name in ("IMG_1.jpg", "IMG_1.png", "IMG_1.mp4"):
            life.phone_adds(f"Camera/{name}")
        await at_rest(life)
        life.phone_adds(SIDECAR, says("all"))
        life.phone_adds("Camera/IMG_1.png.xmp", says("this"))
        await at_rest(life)
        found = {name: described(life, name) for name in ("IMG_1.jpg", "IMG_1.png", "IMG_1.mp4")}
        assert found == {"IMG_1.jpg": "all", "IMG_1.png": "this", "IMG_1.mp4": "all"}


async def test_a_sidecar_deleted_alone_changes_nothing_in_immich(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        life.phone_adds(PHOTO)
        life.phone_adds(SIDECAR, says("a cat"))
        await at_rest(life)
        life.phone_deletes(SIDECAR)
        await at_rest(life)
        assert described(life) == "a cat"
        assert len(life.in_immich()) == 1


async def test_it_goes_and_comes_back_with_the_last_file(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        first = life.phone_adds(PHOTO)
        second = life.phone_adds("Camera/IMG_1.png")
        other = life.phone_adds("other.jpg")
        life.phone_adds("other.xmp", says("other"))
        sidecar = life.phone_adds(SIDECAR, says("a cat"))
        await at_rest(life)
        life.web.trash(life.web.find("IMG_1.jpg").id)
        await at_rest(life)
        assert set(life.on_phone()) == {"Camera/IMG_1.png", SIDECAR, "other.jpg", "other.xmp"}
        life.web.trash(life.web.find("IMG_1.png").id)
        await at_rest(life)
        assert life.on_phone() == {"other.jpg": other, "other.xmp": says("other")}
        assert await life.in_vault(sidecar)
        assert (life.syncthing.scans[-1][1]) == (SIDECAR,)

        life.web.restore(life.web.find("IMG_1.png").id)
        await at_rest(life)
        assert life.on_phone()["Camera/IMG_1.png"] == second
        assert life.on_phone()[SIDECAR] == sidecar
        assert first not in life.on_phone().values()


async def test_it_comes_back_over_nothing_else(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        life.phone_adds(PHOTO)
        life.phone_adds("other.jpg")
        life.phone_adds(SIDECAR, says("a cat"))
        await at_rest(life)
        life.web.trash(life.web.find("IMG_1.jpg").id)
        await at_rest(life)
        newer = life.phone_adds(SIDECAR, says("newer"))
        life.web.restore(life.web.find("IMG_1.jpg").id)
        await at_rest(life)
        assert life.on_phone()[SIDECAR] == newer
        assert set(life.on_phone()) == {PHOTO, SIDECAR, "other.jpg"}


async def test_deleted_on_the_phone_only_the_photo_is_passed_on(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        photo = life.phone_adds(PHOTO)
        life.phone_adds("other.jpg")
        life.phone_adds(SIDECAR, says("a cat"))
        await at_rest(life)
        life.phone_deletes(PHOTO)
        await at_rest(life)
        assert life.in_immich(trashed=True) == {photo}
        assert set(life.on_phone()) == {SIDECAR, "other.jpg"}


@pytest.mark.parametrize(
    "bad",
    [b"not xml", b'<!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>', b"<a>" + b"x" * 2_000_000 + b"</a>"],
    ids=["no XML", "an entity", "too large"],
)
async def test_a_bad_sidecar_is_listed_until_it_changes_and_stops_nothing(tmp_path: Path, bad: bytes) -> None:
    async with living(tmp_path) as life:
        life.phone_adds(PHOTO)
        life.phone_adds(SIDECAR, bad)
        await at_rest(life)
        report = await life.cycle()
        assert report.problem is not None
        assert (report.problem.code, report.problem.placeholders) == ("sidecar", {"detail": SIDECAR})
        assert report.successful
        assert len(life.in_immich()) == 1
        life.phone_adds(SIDECAR, says("a cat"))
        await at_rest(life)
        assert (await life.cycle()).problem is None
        assert described(life) == "a cat"


async def test_a_sidecar_of_a_photo_that_immich_refuses_waits_without_noise(tmp_path: Path) -> None:
    async with living(tmp_path, preset=Preset.PHONE_DECIDES) as life:
        life.phone_adds(PHOTO)
        await at_rest(life)
        life.web.trash(life.web.find("IMG_1.jpg").id)
        await at_rest(life)
        life.phone_adds(SIDECAR, says("a cat"))
        await at_rest(life)
        assert (await life.cycle()).problem is None
        life.web.restore(life.web.find("IMG_1.jpg").id)
        await at_rest(life)
        assert len(life.in_immich()) == 1


async def test_a_sidecar_whose_photo_waits_for_an_answer_keeps_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sidecars, "PER_CYCLE", 1)
    async with living(tmp_path) as life:
        life.phone_adds(PHOTO)
        life.phone_adds("Camera/IMG_2.jpg")
        await at_rest(life)
        life.web.trash(life.web.find("IMG_1.jpg").id)
        await life.lose_ledger()
        life.phone_adds(SIDECAR, says("asked about"))
        life.phone_adds("Camera/IMG_2.xmp", says("in agreement"))
        await at_rest(life)
        [hold] = await life.account.holds()
        assert described(life, "IMG_2.jpg") == "in agreement"

        await life.account.answer(hold.id, hold.revision, Answer.UNDO)
        await at_rest(life)
        assert described(life) == "asked about"


async def test_a_sidecar_that_failed_is_no_problem_while_its_photo_waits_for_an_answer(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        names = [f"IMG_{number}.jpg" for number in range(4)]
        for name in names:
            life.phone_adds(f"Camera/{name}")
        await at_rest(life)
        life.phone_adds(SIDECAR, says("a cat"))
        life.server.faults.rules.append(Rule(FaultKind.STATUS, r"/assets/[0-9a-f-]{36}$", method="PUT", status=500))
        report = await life.cycle()
        assert report.problem is not None
        assert (report.problem.code, report.problem.placeholders) == ("sidecar", {"detail": SIDECAR})
        life.server.faults.clear()
        for name in names:
            life.web.trash(life.web.find(name).id)
        await at_rest(life)
        life.clock.skip(3600)
        report = await life.cycle()
        assert (report.state, report.problem) == (FolderState.WAITING_FOR_DECISION, None)

        [hold] = await life.account.holds()
        await life.account.answer(hold.id, hold.revision, Answer.UNDO)
        await at_rest(life)
        assert described(life) == "a cat"


async def test_a_date_and_a_place_that_come_later_are_passed_on(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        life.phone_adds(PHOTO)
        await at_rest(life)
        place = 'exif:GPSLatitude="47,22.5N" exif:GPSLongitude="8,30W"'
        life.phone_adds(SIDECAR, xmp(attributes=f'{place} exif:DateTimeOriginal="2020-05-17T10:00:00+02:00"'))
        await at_rest(life)
        asset = life.web.find("IMG_1.jpg")
        assert asset.file_created_at == datetime(2020, 5, 17, 8, tzinfo=UTC)
        assert (asset.exif.latitude, asset.exif.longitude) == (47.375, -8.5)
        assert not asset.exif.description


async def test_without_its_vault_copy_the_photo_comes_back_alone(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        photo = life.phone_adds(PHOTO)
        life.phone_adds("other.jpg")
        life.phone_adds(SIDECAR, says("a cat"))
        await at_rest(life)
        life.web.trash(life.web.find("IMG_1.jpg").id)
        await at_rest(life)
        for file in sorted((tmp_path / "vault").rglob("*")):
            file.unlink() if file.is_file() else None
        life.web.restore(life.web.find("IMG_1.jpg").id)
        await at_rest(life)
        assert life.on_phone()[PHOTO] == photo
        assert SIDECAR not in life.on_phone()


async def test_a_sidecar_that_the_vault_refused_is_told_of_and_follows_its_photo_later(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        photo = life.phone_adds(PHOTO)
        life.phone_adds("other.jpg")
        sidecar = life.phone_adds(SIDECAR, says("a cat"))
        await at_rest(life)
        fill_vault(life, sidecar)
        life.web.trash(life.web.find("IMG_1.jpg").id)
        await at_rest(life)
        report = await life.cycle()
        assert set(life.on_phone()) == {SIDECAR, "other.jpg"}
        assert report.problem is not None
        assert (report.problem.code, report.problem.placeholders) == ("sidecar_stays", {"detail": SIDECAR})

        fill_vault(life, sidecar, full=False)
        life.clock.skip(7200)
        await at_rest(life)
        assert set(life.on_phone()) == {"other.jpg"}
        assert await life.in_vault(sidecar)
        assert (await life.cycle()).problem is None
        life.web.restore(life.web.find("IMG_1.jpg").id)
        await at_rest(life)
        assert life.on_phone()[PHOTO] == photo
        assert life.on_phone()[SIDECAR] == sidecar


async def test_a_sidecar_that_stayed_is_not_taken_once_its_photo_is_back(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        sidecar = await left_behind(life)
        life.web.restore(life.web.find("IMG_1.jpg").id)
        await at_rest(life)
        fill_vault(life, sidecar, full=False)
        life.clock.skip(7200)
        await at_rest(life)
        assert set(life.on_phone()) == {PHOTO, SIDECAR, "other.jpg"}
        assert (await life.cycle()).problem is None


async def test_a_sidecar_that_stayed_and_was_written_anew_stays(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        sidecar = await left_behind(life)
        fill_vault(life, sidecar, full=False)
        newer = life.phone_adds(SIDECAR, says("newer"))
        life.clock.skip(7200)
        await at_rest(life)
        assert life.on_phone()[SIDECAR] == newer
        assert (await life.cycle()).problem is None
