"""What only the vault knows of any more comes back as well, and what belongs to a photo comes back with it."""

import shutil
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.apply.sources import Source
from custom_components.immich_syncthing.engine.model import Answer, Preset
from custom_components.immich_syncthing.engine.selection import Selection
from custom_components.immich_syncthing.engine.way_back import Comeback, Obstacle
from tests.checksums import sha1

from .living import CAMERA, TABLET, Life, living, ten_photos
from .restores import EVERYTHING, back_in_agreement, preview_is_run, purge
from .test_live_photos import plays, take
from .test_sidecars import SIDECAR, at_rest, says

pytestmark = pytest.mark.usefixtures("socket_enabled")

THIRD = "Camera/IMG_3.jpg"
ANEW = "camera, added anew"


@pytest.mark.parametrize("purged", [False, True])
async def test_after_its_ledger_was_lost_the_vault_tells(life: Life, *, purged: bool) -> None:
    photos = await ten_photos(life)
    for number in range(3):
        life.phone_deletes(f"Camera/IMG_{number}.jpg")
        await life.settle()
        life.clock.skip(3700)
    if purged:
        await purge(life)
    await life.lose_ledger()
    await life.settle()
    done = await preview_is_run(life, EVERYTHING)
    assert done.comebacks == {Comeback.NOT_KNOWN: 3}
    assert {one.source for one in done.coming} == {Source.VAULT}
    await back_in_agreement(life, photos, done)
    assert "ask" not in {view.entry.action for view in await life.account.history()}


async def test_a_folder_that_was_added_anew_gets_back_what_it_had_under_its_name(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes(THIRD)
    await life.settle()
    life.without = {CAMERA}
    await life.restart()
    life.without, life.camera_id = set(), ANEW
    await life.restart()
    await life.settle()
    done = await preview_is_run(life, Selection(frozenset({ANEW}), paths=frozenset({THIRD})))
    assert [(one.folder_id, one.paths) for one in done.coming] == [(ANEW, (THIRD,))]
    await back_in_agreement(life, photos, done)


async def test_where_its_folder_is_gone_it_has_no_place(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        photos = await ten_photos(life)
        life.phone_deletes(THIRD)
        await life.settle()
        life.without = {CAMERA}
        await life.restart()
        wanted = Selection(frozenset({TABLET}), checksums=frozenset({sha1(photos[THIRD])}))
        done = await life.account.restore(wanted)
        assert [(one.path, one.why) for one in done.staying] == [(THIRD, Obstacle.NO_PLACE)]


async def test_another_accounts_photos_in_the_same_vault_are_not_ours(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes(THIRD)
    await life.settle()
    [entries] = [page async for page in life.vault.entries()]
    assert [entry.origin.checksum for entry in entries] == [sha1(photos[THIRD])]
    for entry in (life.home / "vault" / "entries").rglob("*.json"):
        entry.write_text(entry.read_text().replace(entries[0].origin.account_id, "somebody-else"))
    await life.lose_ledger()
    await life.settle()
    assert (await life.account.restore(EVERYTHING)).count == 0


async def test_of_two_versions_under_a_path_the_latest_comes_back(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes(THIRD)
    await life.settle()
    await life.hear()
    photos[THIRD] = life.phone_adds(THIRD, b"a later photo of that name")
    await life.settle()
    life.phone_deletes(THIRD)
    await life.settle()
    done = await preview_is_run(life, Selection(frozenset({CAMERA}), paths=frozenset({THIRD})))
    assert [one.checksum for one in done.coming] == [sha1(photos[THIRD])]
    await back_in_agreement(life, photos, done)


async def test_what_lies_in_the_locked_folder_is_left_there(life: Life) -> None:
    photos = await ten_photos(life)
    asset = life.web.find("IMG_3.jpg")
    life.phone_deletes(THIRD)
    await life.settle()
    life.web.restore(asset.id)
    life.web.lock(asset.id)
    await life.folder.run(full=True)
    wanted = Selection(frozenset({CAMERA}), checksums=frozenset({sha1(photos[THIRD])}))
    done = await preview_is_run(life, wanted)
    assert [one.why for one in done.staying] == [Obstacle.LOCKED]


async def test_only_the_folders_that_are_meant_get_something_back(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        await ten_photos(life)
        life.tablet_adds("drawing.jpg", b"drawing")
        life.tablet_adds("another.jpg", b"another")
        await life.settle()
        life.phone_deletes(THIRD)
        life.tablet_deletes("drawing.jpg")
        await life.settle()
        done = await preview_is_run(life, Selection(frozenset({TABLET}), since=0))
        assert [(one.folder_id, one.paths) for one in done.coming] == [(TABLET, ("drawing.jpg",))]
        await life.settle()
        assert (life.tablet_root / "drawing.jpg").read_bytes() == b"drawing"
        assert THIRD not in life.on_phone()


@pytest.mark.parametrize("lost", [False, True], ids=["remembered", "from the vault"])
@pytest.mark.parametrize("in_immich", [False, True], ids=["phone", "immich"])
@pytest.mark.parametrize("purged", [False, True], ids=["trashed", "purged"])
@pytest.mark.parametrize("preset", [Preset.MIRROR, Preset.BACKUP])
async def test_a_live_photo_comes_back_whole(
    tmp_path: Path, preset: Preset, *, lost: bool, in_immich: bool, purged: bool
) -> None:
    async with living(tmp_path) as life:
        photo, video = take(life)
        life.phone_adds("Camera/other.jpg")
        await life.settle()
        whole = life.on_phone()
        if in_immich:
            life.web.trash(life.web.find("IMG_1.HEIC").id)
        else:
            life.phone_deletes("Camera/IMG_1.HEIC")
            life.phone_deletes("Camera/IMG_1.MOV")
        await life.settle()
        assert photo not in life.on_phone().values()
        if purged:
            await purge(life)
            await life.settle()
        if lost:
            await life.lose_ledger()
        await life.restart(preset)
        await life.settle()
        done = await preview_is_run(life, EVERYTHING)
        assert done.count == 2
        await at_rest(life)
        assert life.on_phone() == whole
        assert {photo, video} <= life.in_immich()
        assert plays(life)
        became = await life.account.returned(done)
        assert (became.back, became.under_way) == (2, 0)


async def test_the_video_of_a_live_photo_brings_its_photo_along(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        take(life)
        await life.settle()
        whole = life.on_phone()
        for path in whole:
            life.phone_deletes(path)
        await life.settle()
        for hold in await life.account.holds():
            await life.account.answer(hold.id, hold.revision, Answer.APPROVE)
        await life.settle()
        done = await preview_is_run(life, Selection(frozenset({CAMERA}), paths=frozenset({"Camera/IMG_1.MOV"})))
        assert done.count == 2
        await at_rest(life)
        assert life.on_phone() == whole
        assert plays(life)


@pytest.mark.parametrize("lost", [False, True], ids=["remembered", "from the vault"])
async def test_its_sidecar_comes_with_a_photo(tmp_path: Path, *, lost: bool) -> None:
    async with living(tmp_path) as life:
        life.phone_adds("Camera/IMG_1.jpg")
        life.phone_adds("Camera/other.jpg")
        life.phone_adds(SIDECAR, says("Grandma", "family"))
        await at_rest(life)
        whole = life.on_phone()
        life.web.trash(life.web.find("IMG_1.jpg").id)
        await at_rest(life)
        assert life.on_phone().keys() == {"Camera/other.jpg"}
        if lost:
            await life.lose_ledger()
            await life.settle()
        done = await preview_is_run(life, EVERYTHING)
        assert done.count == 1
        await at_rest(life)
        assert life.on_phone() == whole
        assert life.web.find("IMG_1.jpg").exif.description == "Grandma"


async def test_the_video_of_a_live_photo_does_not_come_back_where_nobody_has_its_photo(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        photo, _ = take(life)
        life.phone_adds("Camera/other.jpg")
        await life.settle()
        for name in ("IMG_1.HEIC", "IMG_1.MOV"):
            life.phone_deletes(f"Camera/{name}")
        await life.settle()
        await purge(life)
        await life.settle()
        name = sha1(photo).hex()
        shutil.rmtree(life.home / "vault" / "entries" / name)
        done = await preview_is_run(life, Selection(frozenset({CAMERA}), paths=frozenset({"Camera/IMG_1.MOV"})))
        assert (done.count, done.obstacles) == (0, {Obstacle.NO_BYTES: 1, Obstacle.ITS_PHOTO: 1})
        await at_rest(life)
        assert life.on_phone().keys() == {"Camera/other.jpg"}
