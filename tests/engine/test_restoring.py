"""What was deleted comes back on both sides: by name, by time, as the last operation; what cannot come back is said.

Every story ends with both sides in agreement, and a dry run before it tells what it does.
"""

import shutil
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.apply.sources import Source
from custom_components.immich_syncthing.engine.errors import RecoveryError
from custom_components.immich_syncthing.engine.model import Answer, Preset
from custom_components.immich_syncthing.engine.patterns import parse_patterns
from custom_components.immich_syncthing.engine.restoration import Restoration
from custom_components.immich_syncthing.engine.rules import Rules
from custom_components.immich_syncthing.engine.selection import Selection
from custom_components.immich_syncthing.engine.way_back import Comeback, Obstacle
from tests.checksums import sha1

from .living import CAMERA, Life, living, ten_photos
from .restores import EVERYTHING, answered, back_in_agreement, many_photos, preview_is_run, purge
from .test_age import aged

pytestmark = pytest.mark.usefixtures("socket_enabled")

THIRD = "Camera/IMG_3.jpg"


def albums(life: Life) -> dict[str, set[str]]:
    """The names of the photos in each album."""
    names = {asset.id: asset.name for asset in life.web.assets()}
    tables = life.server.server.world.tables
    return {album.name: {names[one] for one in album.asset_ids} for album in tables.albums.values()}


async def test_a_photo_deleted_on_the_phone_comes_back_by_its_path(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes(THIRD)
    await life.settle()
    done = await preview_is_run(life, Selection(frozenset({CAMERA}), paths=frozenset({THIRD})))
    [one] = done.coming
    assert (one.paths, one.source, one.comeback) == ((THIRD,), Source.VAULT, Comeback.FROM_TRASH)
    await back_in_agreement(life, photos, done)


async def test_a_photo_trashed_in_immich_comes_back_by_a_pattern(life: Life) -> None:
    photos = await ten_photos(life)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    await life.settle()
    assert THIRD not in life.on_phone()
    done = await preview_is_run(life, Selection(frozenset({CAMERA}), patterns=parse_patterns(["*_3.jpg"])))
    await back_in_agreement(life, photos, done)
    assert (life.root / THIRD).stat().st_mtime == 1_700_000_000


async def test_a_photo_that_both_sides_lost_comes_back_before_that_was_agreed_on(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes(THIRD)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    for _ in range(2):
        await life.folder.preview()
        life.clock.skip(3)
    done = await preview_is_run(life, Selection(frozenset({CAMERA}), paths=frozenset({THIRD})))
    assert done.comebacks == {Comeback.FROM_TRASH: 1}
    await back_in_agreement(life, photos, done)


async def test_a_photo_that_immich_purged_is_sent_again(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes(THIRD)
    await life.settle()
    await purge(life)
    done = await preview_is_run(life, Selection(frozenset({CAMERA}), checksums=frozenset({sha1(photos[THIRD])})))
    assert done.comebacks == {Comeback.UPLOADED_AGAIN: 1}
    await back_in_agreement(life, photos, done)


async def test_a_hundred_photos_of_an_approved_mass_deletion_come_back_with_their_albums(life: Life) -> None:
    photos = await many_photos(life, 100)
    life.web.make_album("Holiday", *[asset.id for asset in life.web.assets()][:60])
    await life.settle()
    before = albums(life)
    moment = life.clock.wall()
    life.web.trash(*[asset.id for asset in life.web.assets()])
    await life.settle()
    await answered(life, Answer.APPROVE)
    assert life.on_phone() == {}
    done = await preview_is_run(life, Selection(frozenset({CAMERA}), since=moment))
    assert (done.count, len(done.coming)) == (100, 20)
    await back_in_agreement(life, photos, done)
    assert albums(life) == before
    assert len(before["Holiday"]) == 60


async def test_the_last_operation_is_what_was_deleted_together(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes("Camera/IMG_0.jpg")
    await life.settle()
    life.clock.skip(3600)
    for number in (1, 2):
        life.phone_deletes(f"Camera/IMG_{number}.jpg")
    await life.settle()
    done = await preview_is_run(life, Selection(frozenset({CAMERA}), last_operation=True))
    assert done.count == 2
    await back_in_agreement(life, {path: data for path, data in photos.items() if path != "Camera/IMG_0.jpg"}, done)


async def test_what_was_deleted_in_a_time_comes_back_and_nothing_else(life: Life) -> None:
    photos = await ten_photos(life)
    moments = []
    for number in range(3):
        moments.append(life.clock.wall())
        life.phone_deletes(f"Camera/IMG_{number}.jpg")
        await life.settle()
        life.clock.skip(3600)
    done = await preview_is_run(life, Selection(frozenset({CAMERA}), since=moments[1], until=moments[2]))
    [one] = done.coming
    assert one.paths == ("Camera/IMG_1.jpg",)
    kept = {path: data for path, data in photos.items() if path not in {"Camera/IMG_0.jpg", "Camera/IMG_2.jpg"}}
    await back_in_agreement(life, kept, done)


async def test_all_files_of_the_same_bytes_come_back(life: Life) -> None:
    photos = await ten_photos(life)
    photos["Copies/again.jpg"] = life.phone_adds("Copies/again.jpg", photos[THIRD])
    await life.settle()
    life.phone_deletes(THIRD)
    life.phone_deletes("Copies/again.jpg")
    await life.settle()
    assert photos[THIRD] in life.in_immich(trashed=True)
    done = await preview_is_run(life, Selection(frozenset({CAMERA}), since=0))
    [one] = done.coming
    assert one.paths == (THIRD, "Copies/again.jpg")
    await back_in_agreement(life, photos, done)


async def test_of_the_same_bytes_only_the_path_that_was_named_comes_back(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_adds("Copies/again.jpg", photos[THIRD])
    await life.settle()
    life.phone_deletes(THIRD)
    life.phone_deletes("Copies/again.jpg")
    await life.settle()
    wanted = Selection(frozenset({CAMERA}), paths=frozenset({"Copies/again.jpg"}))
    done = await preview_is_run(life, wanted)
    photos["Copies/again.jpg"] = photos.pop(THIRD)
    await back_in_agreement(life, photos, done)


async def test_an_occupied_path_is_never_written_over(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes(THIRD)
    await life.settle()
    other = life.phone_adds(THIRD, b"another photo")
    await life.settle()
    done = await preview_is_run(life, Selection(frozenset({CAMERA}), checksums=frozenset({sha1(photos[THIRD])})))
    beside = {"Camera/IMG_3 (restored).jpg": photos[THIRD], THIRD: other}
    await back_in_agreement(life, photos | beside, done)


async def test_an_edited_photo_comes_back_beside_its_new_version_and_only_by_name(life: Life) -> None:
    photos = await ten_photos(life)
    edited = life.phone_adds(THIRD, b"edited")
    await life.settle()
    everything = await life.account.restore(Selection(frozenset({CAMERA}), since=0), dry_run=True)
    assert everything.count == 0
    done = await preview_is_run(life, Selection(frozenset({CAMERA}), paths=frozenset({THIRD})))
    beside = {"Camera/IMG_3 (restored).jpg": photos[THIRD], THIRD: edited}
    await back_in_agreement(life, photos | beside, done)


async def test_a_freed_photo_comes_back_by_name_and_stays(life: Life) -> None:
    photos = await ten_photos(life)
    aged(life, 100, "IMG_3.jpg")
    await life.restart(rules=Rules(free_after_days=30))
    life.clock.skip(2 * 3600)
    await life.settle()
    assert THIRD not in life.on_phone()
    everything = await life.account.restore(Selection(frozenset({CAMERA}), since=0), dry_run=True)
    assert everything.count == 0
    done = await preview_is_run(life, Selection(frozenset({CAMERA}), paths=frozenset({THIRD})))
    [one] = done.coming
    assert (one.source, one.comeback) == (Source.IMMICH, Comeback.THERE)
    await back_in_agreement(life, photos, done)
    life.clock.skip(3 * 24 * 3600)
    await life.settle()
    assert life.on_phone() == photos


@pytest.mark.parametrize("preset", list(Preset))
async def test_what_was_restored_stays_whatever_the_preset(tmp_path: Path, preset: Preset) -> None:
    async with living(tmp_path) as life:
        photos = await ten_photos(life)
        life.phone_deletes(THIRD)
        life.web.trash(life.web.find("IMG_4.jpg").id)
        await life.settle()
        await life.hear()
        await life.restart(preset)
        await life.settle()
        done = await preview_is_run(life, Selection(frozenset({CAMERA}), since=0))
        await back_in_agreement(life, photos, done)
        await life.restart(Preset.MIRROR)
        await life.settle()
        await back_in_agreement(life, photos, done)


async def test_a_file_that_only_immich_keeps_comes_back_to_its_folder(tmp_path: Path) -> None:
    async with living(tmp_path, preset=Preset.BACKUP) as life:
        photos = await ten_photos(life)
        life.phone_deletes(THIRD)
        await life.settle()
        done = await preview_is_run(life, Selection(frozenset({CAMERA}), paths=frozenset({THIRD})))
        await back_in_agreement(life, photos, done)


async def test_an_asset_that_only_the_folder_keeps_comes_back_to_immich(tmp_path: Path) -> None:
    async with living(tmp_path, preset=Preset.BACKUP) as life:
        photos = await ten_photos(life)
        life.web.trash(life.web.find("IMG_3.jpg").id)
        await life.settle()
        done = await preview_is_run(life, Selection(frozenset({CAMERA}), patterns=parse_patterns(["Camera/"])))
        [one] = done.coming
        assert (one.source, one.comeback) == (Source.FOLDER, Comeback.FROM_TRASH)
        await back_in_agreement(life, photos, done)


@pytest.mark.parametrize("in_immich", [False, True])
async def test_what_waits_for_an_answer_is_answered_by_that(life: Life, *, in_immich: bool) -> None:
    photos = await ten_photos(life)
    for number in range(5):
        if in_immich:
            life.web.trash(life.web.find(f"IMG_{number}.jpg").id)
        else:
            life.phone_deletes(f"Camera/IMG_{number}.jpg")
    await life.settle()
    [hold] = await life.account.holds()
    done = await preview_is_run(life, EVERYTHING)
    assert done.count == hold.count == 5
    await back_in_agreement(life, photos, done)


async def test_what_is_asked_for_twice_comes_back_once(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes(THIRD)
    await life.settle()
    for _ in range(2):
        assert (await life.account.restore(EVERYTHING)).count == 1
    await life.settle()
    again = await life.account.restore(Selection(frozenset({CAMERA}), since=0))
    assert (again.count, again.obstacles) == (0, {Obstacle.ALREADY_THERE: 1})
    await life.settle()
    await back_in_agreement(life, photos, Restoration())
    told = [view.entry.action for view in await life.account.history()]
    assert told.count("bring_back") == told.count("restore") == 1
    assert told.count("ask_back") == 2


async def test_a_limit_is_kept_and_said(life: Life) -> None:
    await ten_photos(life)
    for number in (1, 2, 3):
        life.phone_deletes(f"Camera/IMG_{number}.jpg")
    await life.settle()
    done = await preview_is_run(life, Selection(frozenset({CAMERA}), since=0, limit=2))
    assert (done.count, done.more) == (2, True)
    await life.settle()
    assert len(life.on_phone()) == 9


async def test_syncthings_own_versions_help_where_the_vault_does_not(life: Life) -> None:
    photos = await ten_photos(life)
    versions = life.root / ".stversions" / "Camera"
    versions.mkdir(parents=True)
    (versions / "IMG_3~20261121-120000.jpg").write_bytes(photos[THIRD])
    (versions / "IMG_3~20261121-130000.jpg").write_bytes(b"x" * len(photos[THIRD]))
    life.phone_deletes(THIRD)
    await life.settle()
    await purge(life)
    shutil.rmtree(life.home / "vault")
    await life.vault.prepare()
    done = await preview_is_run(life, EVERYTHING)
    assert [one.source for one in done.coming] == [Source.VERSIONS]
    await back_in_agreement(life, photos, done)


async def test_immich_helps_where_nothing_else_does(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes(THIRD)
    await life.settle()
    shutil.rmtree(life.home / "vault")
    await life.vault.prepare()
    done = await preview_is_run(life, EVERYTHING)
    assert [one.source for one in done.coming] == [Source.IMMICH]
    await back_in_agreement(life, photos, done)


async def test_what_nobody_has_any_more_is_said(life: Life) -> None:
    await ten_photos(life)
    life.phone_deletes(THIRD)
    await life.settle()
    await purge(life)
    shutil.rmtree(life.home / "vault")
    await life.vault.prepare()
    done = await preview_is_run(life, EVERYTHING)
    assert (done.count, [(one.path, one.why) for one in done.staying]) == (0, [(THIRD, Obstacle.NO_BYTES)])


async def test_a_vault_that_is_away_hinders_only_what_only_it_has(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes(THIRD)
    await life.settle()
    (life.home / "vault").rename(life.home / "unplugged")
    done = await preview_is_run(life, EVERYTHING)
    assert (done.count, done.problem) == (1, "vault_unavailable")
    await life.settle()
    (life.home / "unplugged").rename(life.home / "vault")
    await back_in_agreement(life, photos, done)


async def test_a_paused_folder_gets_it_when_it_goes_on(life: Life) -> None:
    photos = await ten_photos(life)
    life.phone_deletes(THIRD)
    await life.settle()
    await life.folder.pause(None)
    assert life.account.waits_for(CAMERA) == "paused"
    done = await life.account.restore(EVERYTHING)
    await life.cycle()
    assert (await life.account.returned(done)).under_way == 1
    await life.restart()
    await life.folder.resume()
    await back_in_agreement(life, photos, done)


async def test_what_its_folder_hides_now_does_not_come_back(life: Life) -> None:
    await ten_photos(life)
    life.phone_deletes(THIRD)
    await life.settle()
    life.ignore = ("IMG_3*",)
    await life.restart()
    await life.settle()
    done = await preview_is_run(life, EVERYTHING)
    assert (done.count, [one.why for one in done.staying]) == (0, [Obstacle.EXCLUDED])


async def test_while_everything_is_compared_anew_nothing_is_restored(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        await ten_photos(life)
        life.phone_deletes(THIRD)
        await life.settle()
        dump = life.server.world.snapshot()
        life.phone_adds("Camera/later.jpg")
        await life.settle()
        life.tablet_root.rename(life.tablet_root.with_name("elsewhere"))
        life.server.world.load(dump)
        for _ in range(4):
            await life.cycle()
            await life.tablet_cycle()
        with pytest.raises(RecoveryError):
            await life.account.restore(EVERYTHING, dry_run=True)
        with pytest.raises(RecoveryError):
            await life.account.restore(EVERYTHING)
