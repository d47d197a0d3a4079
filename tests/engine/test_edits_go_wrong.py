"""An edit that is disturbed: whatever fails, the old photo stays until the new one has all that it had."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.actions import Supersede
from custom_components.immich_syncthing.engine.apply.context import Run
from custom_components.immich_syncthing.engine.apply.supersede import supersede_all
from custom_components.immich_syncthing.engine.model import FolderState, HoldKind, OnEdit
from custom_components.immich_syncthing.engine.report import CycleReport, Tallies
from custom_components.immich_syncthing.engine.settings import AccountSettings
from custom_components.immich_syncthing.engine.workers import Workers
from custom_components.immich_syncthing.immich.permissions import REQUIRED
from tests.servers.immich import FaultKind, Rule

from .living import CAMERA, Life, living, ten_photos
from .plugs import EVERY, Plug, begin_anew
from .test_edits import EDITED, THIRD, albums_of, asset_of, cherish, let_immich_work, tags_of

pytestmark = pytest.mark.usefixtures("socket_enabled")

STEPS = 120
"""At least as many steps as the story of an edit has."""


@pytest.fixture
async def one(tmp_path: Path) -> AsyncIterator[Life]:
    async with living(tmp_path) as life:
        yield life


async def edited_and_up(life: Life) -> dict[str, bytes]:
    """Let a cherished photo be edited, and the new bytes go up; return the photos of before."""
    photos = await ten_photos(life)
    cherish(life, photos[THIRD])
    await let_immich_work(life)
    life.phone_adds(THIRD, EDITED)
    report = await life.cycle()
    assert report.uploaded == 1
    await let_immich_work(life)
    return photos


async def it_ends_well(life: Life, photos: dict[str, bytes]) -> None:
    """Fails unless the edit is complete once nothing disturbs it any more."""
    life.clock.skip(3600)
    await life.settle()
    old = photos.pop(THIRD)
    assert life.in_immich() == {*photos.values(), EDITED}
    assert life.in_immich(trashed=True) == {old}
    new = asset_of(life, EDITED)
    assert (albums_of(life, new), tags_of(life, new), new.exif.description) == ({"Holiday"}, {"sea"}, "The beach")
    assert (await life.settle()).state is FolderState.IN_AGREEMENT
    life.web.restore(asset_of(life, old).id)
    await life.settle()
    assert life.on_phone() == {**photos, THIRD: EDITED}


@pytest.mark.parametrize("permission", ["asset.copy", "asset.update", "tag.create", "tag.asset"])
async def test_a_key_that_does_not_allow_it_leaves_the_old_photo_and_uploads_go_on(one: Life, permission: str) -> None:
    optional = {"asset.copy", "asset.update", "tag.create", "tag.asset"} - {permission}
    photos = await edited_and_up(one)
    [key] = one.server.server.world.tables.keys.values()
    key.permissions[:] = [*REQUIRED, *sorted(optional)]
    one.phone_adds("Camera/new.jpg")
    report = await one.cycle()
    assert (report.uploaded, report.superseded, report.failed) == (1, 0, 1)
    report = await one.settle()
    assert report.problem is not None
    assert report.problem.code == "items_failed"
    assert photos[THIRD] in one.in_immich()
    photos["Camera/new.jpg"] = b"photo Camera/new.jpg"
    key.permissions[:] = ["all"]
    await it_ends_well(one, photos)


async def test_a_key_that_may_not_see_albums_carries_them_all_the_same(one: Life) -> None:
    photos = await edited_and_up(one)
    [key] = one.server.server.world.tables.keys.values()
    key.permissions[:] = [*REQUIRED, "asset.copy", "asset.update", "tag.create", "tag.asset"]
    await it_ends_well(one, photos)


async def test_a_key_that_may_not_stack_leaves_both_beside_each_other(one: Life) -> None:
    photos = await ten_photos(one)
    one.on_edit = OnEdit.STACK
    await one.restart()
    [key] = one.server.server.world.tables.keys.values()
    key.permissions[:] = [*REQUIRED, "asset.copy"]
    one.phone_adds(THIRD, EDITED)
    report = await one.settle()
    assert one.in_immich() == {*photos.values(), EDITED}
    assert report.problem is not None
    key.permissions[:] = ["all"]
    one.clock.skip(3600)
    await one.settle()
    assert asset_of(one, photos[THIRD]).stack_id == asset_of(one, EDITED).stack_id is not None


@pytest.mark.parametrize("path", [r"/assets/copy$", r"/tags/.*/assets$", r"/original$", r"/albums$"])
async def test_what_immich_stumbles_over_is_tried_again(one: Life, path: str) -> None:
    photos = await edited_and_up(one)
    one.server.faults.rules.append(Rule(FaultKind.STATUS, path, status=500))
    report = await one.settle()
    assert report.counts.failed == 1
    assert one.in_immich() == {*photos.values(), EDITED}
    one.server.faults.rules.clear()
    await it_ends_well(one, photos)


@pytest.mark.parametrize("kind", [FaultKind.RESET_AFTER, FaultKind.RESET_BEFORE])
async def test_the_answer_to_the_trashing_is_lost(one: Life, kind: FaultKind) -> None:
    photos = await edited_and_up(one)
    lost = Rule(kind, r"/assets$", "DELETE")
    one.server.faults.rules.append(lost)
    await one.cycle()
    assert lost.hits
    one.server.faults.rules.clear()
    await it_ends_well(one, photos)


async def test_immich_refuses_the_trashing_for_a_while(one: Life) -> None:
    photos = await edited_and_up(one)
    one.server.faults.rules.append(Rule(FaultKind.STATUS, r"/assets$", "DELETE", status=500))
    await one.settle()
    assert photos[THIRD] in one.in_immich()
    one.server.faults.rules.clear()
    await it_ends_well(one, photos)


async def test_the_vault_is_full_so_the_old_photo_stays(one: Life) -> None:
    photos = await edited_and_up(one)
    objects = one.home / "vault"
    hidden = objects.rename(one.home / "unmounted")
    objects.write_bytes(b"no directory")
    await one.settle()
    assert photos[THIRD] in one.in_immich()
    objects.unlink()
    hidden.rename(objects)
    await it_ends_well(one, photos)


async def test_what_was_not_carried_over_shows_before_the_old_photo_goes(one: Life) -> None:
    photos = await edited_and_up(one)
    one.web.stack(asset_of(one, photos["Camera/IMG_1.jpg"]).id, asset_of(one, photos[THIRD]).id)
    says_yes_and_does_nothing = Rule(FaultKind.STATUS, r"/assets/copy$", status=204)
    one.server.faults.rules.append(says_yes_and_does_nothing)
    await one.settle()
    assert says_yes_and_does_nothing.hits
    assert photos[THIRD] in one.in_immich()
    one.server.faults.rules.clear()
    await it_ends_well(one, photos)


async def test_a_stack_that_was_not_made_shows_before_the_old_photo_is_released(one: Life) -> None:
    photos = await ten_photos(one)
    one.on_edit = OnEdit.STACK
    await one.restart()
    one.phone_adds(THIRD, EDITED)
    await one.cycle()
    new, old = asset_of(one, EDITED), asset_of(one, photos[THIRD])
    one.web.stack(old.id, new.id)
    one.server.faults.rules.append(Rule(FaultKind.STATUS, r"/stacks$", "POST", status=500))
    await one.settle()
    assert (await one.cycle()).counts.released == 0
    one.server.faults.rules.clear()
    one.clock.skip(3600)
    await one.settle()
    assert one.server.server.world.tables.stacks[new.stack_id or ""].primary_id == new.id
    assert (await one.cycle()).counts.released == 1


async def while_it_is_carried_over(
    life: Life, happens: Callable[[], object], request: tuple[str, str] = ("/assets/copy$", "PUT")
) -> CycleReport:
    """Run a cycle in which something happens after the first look and before the last, or at another request."""
    path, method = request
    slow = Rule(FaultKind.LATENCY, path, method, times=1, seconds=0.2)
    life.server.faults.rules.append(slow)
    cycle = asyncio.create_task(life.cycle())
    while not slow.hits and not cycle.done():
        await asyncio.sleep(0.01)
    happens()
    return await cycle


async def test_edited_again_while_it_is_carried_over(one: Life) -> None:
    photos = await edited_and_up(one)
    report = await while_it_is_carried_over(one, lambda: one.phone_adds(THIRD, b"edited twice"))
    assert report.superseded == 0
    await one.settle()
    await let_immich_work(one)
    await one.settle()
    assert one.in_immich(trashed=True) == {photos[THIRD], EDITED}
    new = asset_of(one, b"edited twice")
    assert (albums_of(one, new), tags_of(one, new), new.is_favorite) == ({"Holiday"}, {"sea"}, True)


async def test_the_old_bytes_come_back_elsewhere_while_it_is_carried_over(one: Life) -> None:
    photos = await edited_and_up(one)
    await while_it_is_carried_over(one, lambda: one.phone_adds("Camera/back.jpg", photos[THIRD]))
    await one.settle()
    await one.cycle()
    # It looks like a device that spoke late, so the owner is asked; nothing is lost meanwhile.
    assert [hold.kind for hold in await one.account.holds()] == [HoldKind.CAME_BACK]
    assert one.on_phone() == {**photos, THIRD: EDITED, "Camera/back.jpg": photos[THIRD]}
    assert one.in_immich(trashed=True) == {photos[THIRD]}


async def test_the_owner_trashes_the_new_photo_while_it_is_carried_over(one: Life) -> None:
    photos = await edited_and_up(one)
    report = await while_it_is_carried_over(one, lambda: one.web.trash(asset_of(one, EDITED).id))
    assert report.superseded == 0
    await one.settle()
    assert one.in_immich() == set(photos.values())


@pytest.mark.parametrize("purged", [False, True])
async def test_the_owner_trashes_the_old_photo_first(one: Life, *, purged: bool) -> None:
    photos = await edited_and_up(one)
    old = asset_of(one, photos[THIRD]).id
    one.syncthing.meanwhile.append(lambda: one.web.purge(old) if purged else one.web.trash(old))
    report = await one.cycle()
    assert report.superseded == 0
    assert (await one.settle()).state is FolderState.IN_AGREEMENT
    assert one.in_immich() == {*photos.values(), EDITED} - {photos[THIRD]}


async def test_the_old_photo_is_locked_before_it_is_trashed(one: Life) -> None:
    photos = await edited_and_up(one)
    one.syncthing.meanwhile.append(lambda: one.web.lock(asset_of(one, photos[THIRD]).id))
    report = await one.settle()
    assert report.state is FolderState.IN_AGREEMENT
    assert one.in_immich() == {*photos.values(), EDITED}


async def test_the_file_is_deleted_before_its_old_photo_is_trashed(one: Life) -> None:
    photos = await edited_and_up(one)
    one.syncthing.meanwhile.append((one.root / THIRD).unlink)
    await one.settle()
    one.folder.note_change(THIRD, complete=False)
    await one.settle()
    assert photos[THIRD] in one.in_immich()


async def test_the_old_photo_is_locked_in_the_moment_of_its_trashing(one: Life) -> None:
    photos = await edited_and_up(one)
    old = asset_of(one, photos[THIRD]).id
    report = await while_it_is_carried_over(one, lambda: one.web.lock(old), ("/assets$", "DELETE"))
    assert report.superseded == 0
    one.clock.skip(3600)
    assert (await one.settle()).counts.failed == 0
    assert one.in_immich() == {*photos.values(), EDITED}


async def test_the_old_photo_is_locked_after_its_trashing_was_not_answered(one: Life) -> None:
    photos = await edited_and_up(one)
    one.server.faults.rules.append(Rule(FaultKind.RESET_BEFORE, r"/assets$", "DELETE"))
    await one.cycle()
    one.server.faults.rules.clear()
    one.web.lock(asset_of(one, photos[THIRD]).id)
    await one.settle()
    assert one.in_immich() == {*photos.values(), EDITED}


async def test_a_copy_of_the_old_bytes_is_back_before_they_are_trashed(one: Life) -> None:
    photos = await ten_photos(one)
    copy = "Camera/copy.jpg"
    one.phone_adds(copy, photos[THIRD])
    await one.settle()
    one.phone_deletes(copy)
    one.phone_adds(THIRD, EDITED)
    assert (await one.cycle()).uploaded == 1
    one.syncthing.meanwhile.append(lambda: (one.root / copy).write_bytes(photos[THIRD]))
    await one.cycle()
    assert one.in_immich() == {*photos.values(), EDITED}


async def test_a_plan_that_no_longer_fits_does_nothing(one: Life) -> None:
    photos = await edited_and_up(one)
    context = one.account._context  # noqa: SLF001 - only the look just before acting is meant
    run = Run(one.web.user.id, Tallies(), one.folder.transfer)
    old, new = asset_of(one, photos[THIRD]), asset_of(one, EDITED)
    fits = Supersede(old.checksum, old.id, new.checksum, new.id, OnEdit.REPLACE, CAMERA, THIRD)
    folder = context.folders[CAMERA]
    as_planned = folder.settings
    for action, settings in [
        (replace(fits, checksum=bytes(20)), as_planned),
        (replace(fits, by=bytes(20)), as_planned),
        (replace(fits, path="Camera/IMG_1.jpg"), as_planned),
        (fits, replace(as_planned, on_edit=OnEdit.KEEP_BOTH)),
        (fits, replace(as_planned, ignore=("IMG_3.jpg",))),
        (replace(fits, by_asset_id=asset_of(one, photos["Camera/IMG_1.jpg"]).id), as_planned),
    ]:
        folder.settings = settings
        await supersede_all(context, run, [action])
    folder.settings = as_planned
    assert one.in_immich() == {*photos.values(), EDITED}
    assert run.tallies == Tallies()
    await it_ends_well(one, photos)


async def test_an_owner_without_use_for_a_vault_has_edits_all_the_same(one: Life) -> None:
    photos = await ten_photos(one)
    one.more = AccountSettings(vault_phone_deletions=False)
    await one.restart()
    one.phone_adds(THIRD, EDITED)
    await one.settle()
    assert one.in_immich(trashed=True) == {photos[THIRD]}
    assert not await one.in_vault(photos[THIRD])


@pytest.mark.parametrize("mode", [OnEdit.REPLACE, OnEdit.STACK])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", range(0, STEPS, EVERY))
async def test_kill_anywhere_in_an_edit(tmp_path: Path, step: int, mode: OnEdit, *, after: bool) -> None:
    plug = Plug()
    async with living(tmp_path, workers=Workers(plug, plug)) as life:
        life.on_edit = mode
        await life.restart()
        photos = await edited_and_up(life)
        with plug.pulled(step, after=after):
            for _ in range(2):
                await life.cycle()
        await begin_anew(life)
        if mode is OnEdit.REPLACE:
            await it_ends_well(life, photos)
        else:
            await life.settle()
            assert life.in_immich() == {*photos.values(), EDITED}
            assert albums_of(life, asset_of(life, EDITED)) == {"Holiday"}
            assert asset_of(life, EDITED).stack_id == asset_of(life, photos[THIRD]).stack_id is not None


async def test_the_story_of_an_edit_has_no_more_steps_than_are_tried(tmp_path: Path) -> None:
    plug = Plug()
    async with living(tmp_path, workers=Workers(plug, plug)) as life:
        await edited_and_up(life)
        before = plug.steps
        for _ in range(2):
            await life.cycle()
        assert 60 < plug.steps - before <= STEPS, plug.steps - before
