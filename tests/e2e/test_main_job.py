"""The main job, as the owner sees it: on the phone, in Immich, and in Home Assistant."""

from .cast import both_casts
from .photos import photo
from .sides import photos, sha1, tree
from .stage import Stage

pytestmark = both_casts


async def test_two_hundred_photos_arrive(stage: Stage) -> None:
    before = len(await stage.immich.assets())
    await stage.phone_takes_photos({f"DCIM/Camera/IMG_{number:04}.jpg": photo(number) for number in range(200)})

    sides = await stage.agree()

    assert {sha1(photo(number)) for number in range(200)} <= sides.assets
    assert len(await stage.immich.assets()) == before + 200
    await stage.shows(files=str(len(photos(sides.server))), problem="off", failed="0")
    assert (await stage.shown())["last_successful_cycle"] not in {"unknown", "unavailable"}


async def test_a_photo_deleted_on_the_phone_goes_to_immichs_trash(stage: Stage) -> None:
    content = photo(1001)
    await stage.phone_takes_photo("Deleted/on the phone.jpg", content)
    await stage.agree()

    await stage.phone_deletes("Deleted/on the phone.jpg")

    await stage.trashed(sha1(content))
    await stage.agree()


async def test_a_photo_trashed_in_immich_leaves_the_phone_and_is_kept_in_the_vault(stage: Stage) -> None:
    content = photo(1002)
    await stage.phone_takes_photo("Trashed/in Immich.jpg", content)
    await stage.agree()

    await stage.immich_changes(sha1(content), "trashed")

    await stage.on_phone("Trashed/in Immich.jpg", there=False)
    await stage.agree()
    assert await stage.is_trashed(sha1(content))
    assert sha1(content) in tree(stage.share).values()


async def test_a_photo_restored_in_immich_comes_back_on_the_phone(stage: Stage) -> None:
    content = photo(1003)
    await stage.phone_takes_photo("Restored/again.jpg", content)
    await stage.agree()
    await stage.immich_changes(sha1(content), "trashed")
    await stage.on_phone("Restored/again.jpg", there=False)
    await stage.agree()

    await stage.immich_changes(sha1(content), "restored")

    await stage.on_phone("Restored/again.jpg")
    sides = await stage.agree()
    assert sides.phone["Restored/again.jpg"] == sha1(content)


async def test_a_renamed_photo_stays_what_it_was_in_immich(stage: Stage) -> None:
    content = photo(1004)
    await stage.phone_takes_photo("Renamed/IMG_1004.jpg", content)
    await stage.agree()
    before = await stage.asset(sha1(content))

    await stage.phone_renames("Renamed/IMG_1004.jpg", "Renamed/sunset/the best one.jpg")
    await stage.on_server("Renamed/sunset/the best one.jpg")
    await stage.on_server("Renamed/IMG_1004.jpg", there=False)
    await stage.at_rest(2)

    await stage.agree()
    assert await stage.asset(sha1(content)) == before


async def test_androids_bin_is_a_deletion_and_the_way_back_is_none(stage: Stage) -> None:
    content = photo(1005)
    await stage.phone_takes_photo("Bin/IMG_1005.jpg", content)
    await stage.agree()
    before = await stage.asset(sha1(content))

    await stage.phone_renames("Bin/IMG_1005.jpg", "Bin/.trashed-1798761600-IMG_1005.jpg")
    await stage.trashed(sha1(content))
    sides = await stage.agree()
    assert "Bin/.trashed-1798761600-IMG_1005.jpg" in sides.server

    await stage.phone_renames("Bin/.trashed-1798761600-IMG_1005.jpg", "Bin/IMG_1005.jpg")
    await stage.active(sha1(content))
    await stage.agree()
    assert (await stage.asset(sha1(content)))["id"] == before["id"]


async def test_a_photo_that_android_still_writes_waits_until_it_has_its_name(stage: Stage) -> None:
    content = photo(1006)
    await stage.phone_takes_photo("Pending/.pending-1798761600-IMG_1006.jpg", content)
    await stage.on_server("Pending/.pending-1798761600-IMG_1006.jpg")
    await stage.at_rest(2)
    assert not await stage.is_active(sha1(content))

    await stage.phone_renames("Pending/.pending-1798761600-IMG_1006.jpg", "Pending/IMG_1006.jpg")

    await stage.active(sha1(content))
    await stage.agree()
