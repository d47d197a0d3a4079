"""Old, favourite and collected photos: what is deleted of them stays in Immich, and what is freed stays safe."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.ledger.views import HistoryView
from custom_components.immich_syncthing.engine.model import Preset
from custom_components.immich_syncthing.engine.rules import Rules
from custom_components.immich_syncthing.engine.settings import AccountSettings
from custom_components.immich_syncthing.engine.workers import Workers
from custom_components.immich_syncthing.immich.permissions import REQUIRED
from tests.servers.immich import FaultKind

from .living import Life, living, ten_photos
from .plugs import Plug
from .within import context_of

pytestmark = pytest.mark.usefixtures("socket_enabled")

HOUR = 3600.0
DAY = 24 * HOUR
PATH = "Camera/IMG_3.jpg"


def aged(life: Life, days: float, *names: str) -> None:
    """Say in Immich that photos were taken so long ago."""
    taken = datetime.fromtimestamp(life.clock.wall(), UTC) - timedelta(days=days)
    for name in names:
        life.web.set_date(life.web.find(name).id, taken)


def all_names() -> list[str]:
    return [f"IMG_{number}.jpg" for number in range(10)]


# --- deletions that are not passed on -----------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "trashed"), [(10, True), (400, False)])
async def test_the_deletion_of_an_old_photo_is_not_passed_on(life: Life, days: float, trashed: bool) -> None:
    photos = await ten_photos(life)
    aged(life, days, "IMG_3.jpg")
    await life.restart(rules=Rules(pass_on_days=365))
    life.phone_deletes(PATH)
    report = await life.settle()
    assert life.in_immich(trashed=True) == ({photos[PATH]} if trashed else set())
    assert report.counts.released == (0 if trashed else 1)


async def test_a_photo_of_unknown_age_is_not_passed_on(life: Life) -> None:
    await ten_photos(life)
    await life.restart(rules=Rules(pass_on_days=365))
    life.phone_deletes(PATH)
    await life.settle()
    assert life.in_immich(trashed=True) == set()


@pytest.mark.parametrize("protection", [Rules(protect_favourites=True), Rules(protect_albums=True)])
async def test_a_protected_photo_is_not_passed_on(life: Life, protection: Rules) -> None:
    photos = await ten_photos(life)
    loved, collected = life.web.find("IMG_3.jpg").id, life.web.find("IMG_4.jpg").id
    life.web.favourite(loved)
    life.web.make_album("Holiday", collected)
    await life.restart(rules=protection)
    for number in (3, 4, 5):
        life.phone_deletes(f"Camera/IMG_{number}.jpg")
    await life.settle()
    kept = "Camera/IMG_3.jpg" if protection.protect_favourites else "Camera/IMG_4.jpg"
    assert photos[kept] in life.in_immich()
    assert len(life.in_immich(trashed=True)) == 2


async def test_what_was_asked_is_not_remembered_for_ever(life: Life) -> None:
    await ten_photos(life)
    await life.restart(rules=Rules(protect_favourites=True))
    life.phone_deletes(PATH)
    await life.settle()
    assert len(context_of(life).traits) == 1
    life.clock.skip(HOUR)
    await life.settle()
    assert not context_of(life).traits


async def test_a_photo_that_became_a_favourite_between_plan_and_action_stays(life: Life) -> None:
    photos = await ten_photos(life)
    await life.restart(rules=Rules(protect_favourites=True))
    await life.settle()
    life.phone_deletes(PATH)
    life.syncthing.meanwhile.append(lambda: life.web.favourite(life.web.find("IMG_3.jpg").id))
    await life.settle()
    assert photos[PATH] in life.in_immich()


async def test_a_favourite_whose_name_is_used_again_at_once_stays(life: Life) -> None:
    photos = await ten_photos(life)
    life.web.favourite(life.web.find("IMG_3.jpg").id)
    await life.restart(rules=Rules(protect_favourites=True))
    await life.settle()
    life.phone_adds(PATH, b"another photo of the same name", old=False)
    await life.settle()
    assert {photos[PATH], b"another photo of the same name"} <= life.in_immich()
    assert life.in_immich(trashed=True) == set()
    stacked = [asset.stack_id for asset in life.web.assets() if asset.name == "IMG_3.jpg"]
    assert len(stacked) == 2
    assert stacked[0] == stacked[1] is not None


async def test_nothing_is_passed_on_while_immich_does_not_tell(life: Life) -> None:
    photos = await ten_photos(life)
    await life.restart(rules=Rules(protect_albums=True))
    life.server.faults.add(FaultKind.STATUS, "/albums", status=500)
    life.phone_deletes(PATH)
    for _ in range(4):
        await life.cycle()
    assert life.in_immich() == set(photos.values())


# --- folders that keep no old photos ------------------------------------------------------------------------------


async def freed(life: Life, rules: Rules) -> None:
    """Live on for long enough that the age of every photo was asked."""
    await life.restart(rules=rules)
    life.clock.skip(2 * HOUR)
    await life.settle()
    await life.settle()


async def history(life: Life) -> list[HistoryView]:
    context = context_of(life)
    return await context.workers.ledger.run(context.ledger.history, 100)


async def test_old_photos_leave_the_folder_and_stay_in_immich(life: Life) -> None:
    photos = await ten_photos(life)
    aged(life, 400, "IMG_3.jpg", "IMG_4.jpg")
    aged(life, 10, "IMG_5.jpg")
    await freed(life, Rules(free_after_days=365))
    assert life.on_phone().keys() == photos.keys() - {"Camera/IMG_3.jpg", "Camera/IMG_4.jpg"}
    assert life.in_immich() == set(photos.values())
    assert life.in_immich(trashed=True) == set()
    assert not await life.in_vault(photos[PATH])
    assert ("camera", (PATH,)) in life.syncthing.scans
    report = await life.cycle()
    assert (report.counts.released, report.counts.linked) == (2, 8)
    assert [one.entry.action for one in await history(life)].count("free") == 2


async def test_a_whole_folder_may_be_freed(life: Life) -> None:
    photos = await ten_photos(life)
    aged(life, 400, *all_names())
    await freed(life, Rules(free_after_days=365))
    assert life.on_phone() == {}
    assert life.in_immich() == set(photos.values())


async def test_protected_photos_stay_in_the_folder(life: Life) -> None:
    await ten_photos(life)
    aged(life, 400, "IMG_3.jpg", "IMG_4.jpg")
    life.web.favourite(life.web.find("IMG_3.jpg").id)
    await freed(life, Rules(free_after_days=365, protect_favourites=True))
    assert PATH in life.on_phone()
    assert "Camera/IMG_4.jpg" not in life.on_phone()
    life.web.favourite(life.web.find("IMG_3.jpg").id, on=False)
    life.clock.skip(25 * HOUR)
    await life.settle()
    assert PATH not in life.on_phone()


@pytest.mark.parametrize(
    "spoils",
    [
        lambda life: life.web.trash(life.web.find("IMG_3.jpg").id),
        lambda life: life.web.lock(life.web.find("IMG_3.jpg").id),
        lambda life: life.web.purge(life.web.find("IMG_3.jpg").id),
        lambda life: life.web.set_date(life.web.find("IMG_3.jpg").id, datetime.now(UTC)),
        lambda life: (life.root / PATH).write_bytes(b"edited meanwhile"),
    ],
    ids=["trashed", "locked", "purged", "another date", "edited"],
)
async def test_free_space_after_failed_upload(life: Life, spoils: Callable[[Life], object]) -> None:
    """Local files were deleted elsewhere whose upload had failed: here Immich is asked at that very moment."""
    await ten_photos(life)
    aged(life, 400, "IMG_3.jpg")
    await life.restart(preset=Preset.BACKUP, rules=Rules(free_after_days=365))
    life.clock.skip(2 * HOUR)
    life.syncthing.meanwhile.append(lambda: spoils(life))
    await life.settle()
    await life.settle()
    assert PATH in life.on_phone()


async def test_a_freed_photo_that_comes_back_is_linked_again(life: Life) -> None:
    photos = await ten_photos(life)
    aged(life, 400, "IMG_3.jpg")
    await freed(life, Rules(free_after_days=365))
    await life.restart(rules=Rules())
    life.phone_adds(PATH, photos[PATH])
    report = await life.settle()
    assert (report.counts.released, report.counts.linked) == (0, 10)
    assert life.in_immich() == set(photos.values())


async def test_what_syncthing_does_not_carry_is_not_freed(life: Life) -> None:
    await ten_photos(life)
    aged(life, 400, "IMG_3.jpg")
    life.syncthing.ignored.add(PATH)
    await freed(life, Rules(free_after_days=365))
    assert PATH in life.on_phone()


async def test_what_cannot_be_freed_is_not_tried_over_and_over(life: Life, caplog: pytest.LogCaptureFixture) -> None:
    await ten_photos(life)
    aged(life, 400, "IMG_3.jpg")
    life.syncthing.ignored.add(PATH)
    await freed(life, Rules(free_after_days=365))
    for _ in range(10):
        life.clock.skip(300)
        report = await life.settle()
    assert report.counts.linked == 10
    assert sum("is not freed" in one.message for one in caplog.records) == 1
    life.syncthing.ignored.clear()
    life.clock.skip(HOUR)
    await life.settle()
    assert PATH not in life.on_phone()


async def test_another_folder_keeps_its_file_and_the_link(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        photos = await ten_photos(life)
        life.tablet_adds("copy.jpg", photos[PATH])
        await life.settle()
        aged(life, 400, "IMG_3.jpg")
        await freed(life, Rules(free_after_days=365))
        assert PATH not in life.on_phone()
        assert (life.tablet_root / "copy.jpg").read_bytes() == photos[PATH]
        report = await life.tablet_cycle()
        assert report.counts.linked == 1
        assert life.in_immich(trashed=True) == set()


async def test_freed_files_are_vaulted_if_their_owner_wants_that(life: Life) -> None:
    photos = await ten_photos(life)
    aged(life, 400, "IMG_3.jpg")
    life.more = AccountSettings(vault_freed=True)
    await freed(life, Rules(free_after_days=365))
    assert PATH not in life.on_phone()
    assert await life.in_vault(photos[PATH])


async def test_one_photo_that_cannot_be_freed_keeps_no_other(life: Life) -> None:
    await ten_photos(life)
    aged(life, 400, "IMG_3.jpg", "IMG_4.jpg")
    asset_id = life.web.find("IMG_3.jpg").id
    life.server.faults.add(FaultKind.STATUS, f"/assets/{asset_id}$", status=500)
    await freed(life, Rules(free_after_days=365))
    assert life.on_phone().keys() >= {PATH}
    assert "Camera/IMG_4.jpg" not in life.on_phone()


async def test_a_photo_that_could_not_be_freed_is_its_owners_to_delete(life: Life) -> None:
    photos = await ten_photos(life)
    aged(life, 400, "IMG_3.jpg")
    asset_id = life.web.find("IMG_3.jpg").id
    await life.restart(rules=Rules(free_after_days=365))
    life.clock.skip(2 * HOUR)
    life.syncthing.meanwhile.append(
        lambda: life.server.faults.add(FaultKind.STATUS, f"/assets/{asset_id}$", status=500)
    )
    report = await life.cycle()
    assert report.failed == 1
    life.phone_deletes(PATH)
    life.server.faults.clear()
    await life.settle()
    assert life.in_immich(trashed=True) == {photos[PATH]}


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(56, 98, 6))
async def test_a_crash_while_a_photo_is_freed_is_told_once(tmp_path: Path, step: int, *, after: bool) -> None:
    plug = Plug()
    async with living(tmp_path, workers=Workers(plug, plug)) as life:
        photos = await ten_photos(life)
        aged(life, 400, "IMG_3.jpg")
        await life.restart(rules=Rules(free_after_days=365))
        life.clock.skip(2 * HOUR)
        with plug.pulled(step, after=after):
            for _ in range(3):
                await life.cycle()
        await freed(life, Rules(free_after_days=365))
        assert PATH not in life.on_phone()
        assert life.in_immich() == set(photos.values())
        assert [one.entry.path for one in await history(life) if one.entry.action == "free"] == [PATH]


async def test_ages_are_learnt_although_the_key_may_not_see_albums(life: Life) -> None:
    """Their ages were unknown for a month then; so a photo is freed a day after the permission came."""
    photos = await ten_photos(life)
    aged(life, 400, "IMG_3.jpg")
    await life.restart(rules=Rules(free_after_days=365, protect_albums=True))
    [key] = life.server.server.world.tables.keys.values()
    key.permissions[:] = list(REQUIRED)
    life.clock.skip(2 * HOUR)
    await life.settle()
    await life.settle()
    assert life.on_phone() == photos
    key.permissions[:] = ["all"]
    life.clock.skip(2 * DAY)
    await life.settle()
    await life.settle()
    assert life.on_phone().keys() == photos.keys() - {PATH}
