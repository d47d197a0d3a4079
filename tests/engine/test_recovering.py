"""Immich is not the one of before: stories in which nothing is ever deleted, and all ends well."""

from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.model import Answer, FolderState, HoldKind, Preset
from custom_components.immich_syncthing.engine.recovering import RecoveryView
from custom_components.immich_syncthing.engine.recovery import Sign
from tests.servers.immich import FaultKind, Rule
from tests.servers.immich.records import Status

from .living import TABLET, Life, living, ten_photos
from .test_sidecars import at_rest, described, says

pytestmark = pytest.mark.usefixtures("socket_enabled")

OLDER = (Sign.NEWEST_VANISHED, Sign.SERVER_OLDER)


async def ended(life: Life, *shown: Sign) -> RecoveryView:
    """Return the recovery by these signs, which has ended."""
    view = await life.account.recovery()
    assert view is not None
    assert (view.signs, view.waiting, view.of_ledger) == (shown, (), False)
    assert view.ended_at is not None
    return view


async def asked(life: Life) -> dict[HoldKind, int]:
    return {hold.kind: hold.count for hold in await life.account.holds()}


async def answer(life: Life, how: Answer) -> None:
    [hold] = await life.account.holds()
    await life.account.answer(hold.id, hold.revision, how)
    await life.settle()


async def three_more(life: Life) -> dict[str, bytes]:
    photos = {path: life.phone_adds(path) for path in (f"Camera/LATER_{number}.jpg" for number in range(3))}
    await life.settle()
    return photos


async def test_an_older_dump_deletes_nothing_and_what_it_lacks_is_offered(life: Life) -> None:
    photos = await ten_photos(life)
    dump = life.server.world.snapshot()
    photos |= await three_more(life)
    life.server.world.load(dump)
    report = await life.cycle()
    assert report.state is FolderState.RECOVERY
    assert report.problem is not None
    assert (report.problem.code, report.problem.placeholders) == ("recovery", {"detail": "Camera"})
    report = await life.settle()
    assert (report.state, report.problem) == (FolderState.WAITING_FOR_DECISION, None)
    assert (await ended(life, *OLDER)).asked == 3
    assert await asked(life) == {HoldKind.VANISHED: 3}
    assert life.on_phone() == photos
    await answer(life, Answer.UNDO)
    assert life.in_immich() == set(photos.values())
    assert (await life.cycle()).state is FolderState.IN_AGREEMENT
    await life.account.acknowledge_recovery()
    assert await life.account.recovery() is None


async def test_a_dump_from_before_the_trash_brings_no_file_back(life: Life) -> None:
    photos = await ten_photos(life)
    dump = life.server.world.snapshot()
    life.web.trash(life.web.find("IMG_3.jpg").id)
    life.phone_deletes("Camera/IMG_4.jpg")
    await life.settle()
    remaining = {path: data for path, data in photos.items() if path not in {"Camera/IMG_3.jpg", "Camera/IMG_4.jpg"}}
    assert life.on_phone() == remaining
    life.server.world.load(dump)
    await life.settle()
    assert (await ended(life, Sign.SERVER_OLDER)).released == 2
    assert life.on_phone() == remaining
    assert life.in_immich() == set(photos.values())
    assert life.in_immich(trashed=True) == set()
    assert await life.account.holds() == []


async def test_deletions_on_the_phone_are_not_passed_on_to_an_older_dump(life: Life) -> None:
    photos = await ten_photos(life)
    dump = life.server.world.snapshot()
    await three_more(life)
    life.server.world.load(dump)
    life.phone_deletes("Camera/IMG_5.jpg")
    await life.settle()
    assert (await ended(life, *OLDER)).released == 1
    assert life.in_immich() == set(photos.values())


async def test_trashed_in_an_older_dump_is_asked(life: Life) -> None:
    photos = await ten_photos(life)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    dump = life.server.world.snapshot()
    life.server.world.clock.jump(1.0)
    life.web.restore(life.web.find("IMG_3.jpg").id)
    await life.settle()
    life.server.world.load(dump)
    await life.settle()
    await ended(life, Sign.SERVER_OLDER)
    assert await asked(life) == {HoldKind.TRASHED_BEFORE_FIRST_SYNC: 1}
    assert life.on_phone() == photos


@pytest.mark.parametrize("before_it_is_asked", [True, False])
async def test_what_vanished_and_is_then_deleted_on_the_phone_is_not_sent_for_a_late_device(
    life: Life, before_it_is_asked: bool
) -> None:
    """It was forgotten once its file was gone, so that the one of another phone was a new photo."""
    await ten_photos(life)
    last = life.phone_adds("Camera/last.jpg")
    await life.settle()
    life.web.delete_permanently(life.web.find("last.jpg").id)
    await life.server.jobs.settle()
    await life.folder.run(full=True)
    await (life.cycle() if before_it_is_asked else life.settle())
    await ended(life, *OLDER)
    assert await asked(life) == ({} if before_it_is_asked else {HoldKind.VANISHED: 1})
    life.syncthing.behind.add("PHONE")
    life.phone_deletes("Camera/last.jpg")
    assert (await life.settle()).state is FolderState.IN_AGREEMENT
    assert await asked(life) == {}
    life.phone_adds("Camera/last.jpg", last, old=False)
    assert (await life.settle()).state is FolderState.WAITING_FOR_DECISION
    assert await asked(life) == {HoldKind.CAME_BACK: 1}
    assert last not in life.in_immich()
    await answer(life, Answer.UNDO)
    assert last in life.in_immich()


async def test_what_is_offered_and_then_deleted_on_the_phone_comes_not_back_with_a_newer_dump(life: Life) -> None:
    photos = await ten_photos(life)
    old = life.server.world.snapshot()
    later = await three_more(life)
    new = life.server.world.snapshot()
    life.server.world.load(old)
    await life.settle()
    assert await asked(life) == {HoldKind.VANISHED: 3}
    for path in later:
        life.phone_deletes(path)
    await life.settle()
    assert await asked(life) == {}
    life.server.world.load(new)
    await life.settle()
    assert life.on_phone() == photos
    assert life.in_immich() == set((photos | later).values())
    assert (await life.cycle()).state is FolderState.IN_AGREEMENT


async def test_forward_again(life: Life) -> None:
    photos = await ten_photos(life)
    old = life.server.world.snapshot()
    photos |= await three_more(life)
    new = life.server.world.snapshot()
    life.server.world.load(old)
    await life.settle()
    assert await asked(life) == {HoldKind.VANISHED: 3}
    life.server.world.load(new)
    await life.settle()
    assert await life.account.holds() == []
    assert life.on_phone() == photos
    assert len(life.web.assets()) == len(photos)
    assert (await life.cycle()).state is FolderState.IN_AGREEMENT


async def test_empty_server(life: Life) -> None:
    photos = await ten_photos(life)
    before = life.server.world.snapshot()
    life.server.world.start_over()
    life.phone_deletes("Camera/IMG_3.jpg")
    report = await life.settle()
    assert report.problem is not None
    assert report.problem.code == "other_account"
    assert life.web.assets() == []
    del photos["Camera/IMG_3.jpg"]
    assert life.on_phone() == photos
    life.server.world.load(before)
    await life.settle()
    assert life.on_phone() == photos
    assert life.in_immich() == set(photos.values())


async def test_reinstalled_server(life: Life) -> None:
    """Installed anew with the same people, of whom Immich kept the ids: the database is there, the photos are not."""
    photos = await ten_photos(life)
    for asset in life.web.assets():
        life.server.world.remove_asset(asset.id)
    life.phone_deletes("Camera/IMG_3.jpg")
    await life.settle()
    del photos["Camera/IMG_3.jpg"]
    assert life.on_phone() == photos
    assert await asked(life) == {HoldKind.VANISHED: 9}
    await answer(life, Answer.UNDO)
    assert life.in_immich() == set(photos.values())


async def test_another_history_of_versions_is_another_database(life: Life) -> None:
    photos = await ten_photos(life)
    life.server.world.tables.versions[0].id = "00000000-0000-4000-8000-000000000000"
    await life.folder.run(full=True)
    await life.settle()
    await ended(life, Sign.VERSIONS_LOST)
    assert life.on_phone() == photos
    await life.folder.run(full=True)
    report = await life.settle()
    assert (report.state, report.problem) == (FolderState.IN_AGREEMENT, None)


async def test_an_update_of_immich_is_no_sign(life: Life) -> None:
    await ten_photos(life)
    versions = life.server.world.tables.versions
    versions.append(type(versions[0])("00000000-0000-4000-8000-000000000000", life.server.world.clock.now(), "9.9.9"))
    await life.folder.run(full=True)
    await life.settle()
    assert await life.account.recovery() is None
    versions.pop()
    await life.folder.run(full=True)
    await life.settle()
    await ended(life, Sign.VERSIONS_LOST)


async def test_an_immich_that_does_not_tell_its_versions_shows_no_sign(life: Life) -> None:
    life.server.faults.rules.append(Rule(FaultKind.STATUS, r"/server/version-history$", "GET", status=500))
    photos = await ten_photos(life)
    assert await life.account.recovery() is None
    dump = life.server.world.snapshot()
    await three_more(life)
    life.server.world.load(dump)
    await life.settle()
    await ended(life, *OLDER)
    assert life.in_immich() == set(photos.values())


# --- many -------------------------------------------------------------------------------------------------------


async def many_photos(life: Life) -> dict[str, bytes]:
    photos = {path: life.phone_adds(path) for path in (f"Camera/IMG_{number}.jpg" for number in range(25))}
    photos["Camera/last.jpg"] = life.phone_adds("Camera/last.jpg")
    await life.settle()
    for number in range(25):
        life.phone_deletes(f"Camera/IMG_{number}.jpg")
    await life.settle()
    return photos


async def test_many_deleted_ones_are_active_again_and_no_change_says_why(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        photos = await many_photos(life)
        await answer(life, Answer.APPROVE)
        assert len(life.in_immich(trashed=True)) == 25
        for asset in life.web.assets(trashed=True):
            asset.deleted_at, asset.status = None, Status.ACTIVE
        await life.folder.run(full=True)
        await life.settle()
        assert (await ended(life, Sign.REMOVED_ACTIVE)).released == 25
        assert life.in_immich() == set(photos.values())
        assert list(life.on_phone()) == ["Camera/last.jpg"]


async def test_many_that_only_immich_had_are_gone(tmp_path: Path) -> None:
    async with living(tmp_path, preset=Preset.BACKUP) as life:
        await many_photos(life)
        life.web.favourite(life.web.find("last.jpg").id)
        await life.settle()
        for asset in life.web.assets():
            if asset.name != "last.jpg":
                life.server.world.remove_asset(asset.id)
        await life.settle()
        await ended(life, Sign.RELEASED_VANISHED)
        assert await asked(life) == {HoldKind.VANISHED: 25}
        await life.account.acknowledge_recovery()
        await life.restart()
        await life.settle()
        assert await life.account.recovery() is None


# --- meanwhile --------------------------------------------------------------------------------------------------


async def test_recovery_waits_for_a_disk_and_new_photos_go_up_meanwhile(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        photos = await ten_photos(life)
        life.tablet_adds("drawing.jpg", b"drawing")
        await life.settle()
        dump = life.server.world.snapshot()
        await three_more(life)
        life.tablet_root.rename(life.tablet_root.with_name("elsewhere"))
        life.server.world.load(dump)
        life.phone_deletes("Camera/IMG_1.jpg")
        for _ in range(4):
            await life.cycle()
            await life.tablet_cycle()
        view = await life.account.recovery()
        assert view is not None
        assert (view.ended_at, view.waiting) == (None, (TABLET,))
        life.phone_adds("Camera/new.jpg")
        await life.cycle()
        report = await life.cycle()
        assert report.state is FolderState.RECOVERY
        assert report.problem is not None
        assert report.problem.placeholders == {"detail": "Tablet"}
        assert b"photo Camera/new.jpg" in life.in_immich()
        assert photos["Camera/IMG_1.jpg"] in life.in_immich()
        assert await life.account.holds() == []
        await life.restart()
        await life.cycle()
        assert (await life.cycle()).state is FolderState.RECOVERY
        life.tablet_root.with_name("elsewhere").rename(life.tablet_root)
        await life.settle()
        await ended(life, *OLDER)
        assert await asked(life) == {HoldKind.VANISHED: 3}


async def test_a_sidecar_waits_until_it_is_over(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        await ten_photos(life)
        life.server.world.tables.versions.clear()
        life.tablet_root.rename(life.tablet_root.with_name("elsewhere"))
        life.phone_adds("Camera/IMG_5.xmp", says("a cat"))
        await life.folder.run(full=True)
        for _ in range(4):
            life.clock.skip(60)
            assert (await life.cycle()).state is FolderState.RECOVERY
        assert described(life, "IMG_5.jpg") == ""
        life.tablet_root.with_name("elsewhere").rename(life.tablet_root)
        await at_rest(life)
        assert described(life, "IMG_5.jpg") == "a cat"


async def test_a_disk_that_goes_at_the_last_moment_is_waited_for(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        await ten_photos(life)
        dump = life.server.world.snapshot()
        await three_more(life)
        life.server.world.load(dump)
        await life.cycle()
        await life.tablet_cycle()
        life.tablet_root.rename(life.tablet_root.with_name("elsewhere"))
        await life.cycle()
        view = await life.account.recovery()
        assert view is not None
        assert view.waiting == (TABLET,)
        life.tablet_root.with_name("elsewhere").rename(life.tablet_root)
        await life.settle()
        await ended(life, *OLDER)


async def test_an_answer_from_before_is_asked_again(life: Life) -> None:
    photos = await ten_photos(life)
    dump = life.server.world.snapshot()
    await three_more(life)
    life.web.favourite(life.web.find("IMG_5.jpg").id)
    life.web.purge(life.web.find("IMG_3.jpg").id)
    await life.settle()
    [hold] = await life.account.holds()
    await life.account.answer(hold.id, hold.revision, Answer.APPROVE)
    life.server.world.load(dump)
    await life.settle()
    await ended(life, *OLDER)
    assert photos.items() <= life.on_phone().items()


async def test_a_preview_shows_it_and_begins_nothing(life: Life) -> None:
    await ten_photos(life)
    dump = life.server.world.snapshot()
    await three_more(life)
    life.server.world.load(dump)
    preview = await life.folder.preview()
    assert preview.problem is not None
    assert preview.problem.code == "recovery"
    assert await life.account.recovery() is None
    await life.cycle()
    assert await life.account.recovery() is not None
    preview = await life.folder.preview()
    assert preview.problem is not None
    assert preview.problem.code == "recovery"
