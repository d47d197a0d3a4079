"""Answers taken back: what can be undone is undone on both sides, and what cannot is said."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.errors import UnknownHoldError
from custom_components.immich_syncthing.engine.ledger.hold_views import HoldView
from custom_components.immich_syncthing.engine.model import Answer, HoldKind, Preset
from custom_components.immich_syncthing.engine.reconsider import Hindrance, Reconsidered

from .living import CAMERA, TABLET, Life, living, ten_photos

pytestmark = pytest.mark.usefixtures("socket_enabled")

FIVE = [f"Camera/IMG_{number}.jpg" for number in range(5)]


async def deleted_on_the_phone(life: Life) -> dict[str, bytes]:
    """Have the phone delete five of ten photos; path to content of all."""
    photos = await ten_photos(life)
    for path in FIVE:
        life.phone_deletes(path)
    await life.settle()
    return photos


async def trashed_in_immich(life: Life) -> dict[str, bytes]:
    """Have the owner trash five of ten photos in Immich; path to content of all."""
    photos = await ten_photos(life)
    for path in FIVE:
        life.web.trash(life.web.find(path.rpartition("/")[2]).id)
    await life.settle()
    return photos


async def answered(life: Life, answer: Answer, checksums: Sequence[bytes] | None = None) -> HoldView:
    """Answer the only question, and let that be carried out."""
    [hold] = await life.account.holds()
    await life.account.answer(hold.id, hold.revision, answer, checksums)
    await life.settle()
    return hold


async def in_agreement(life: Life, photos: dict[str, bytes]) -> None:
    assert life.on_phone() == photos
    assert life.in_immich() == set(photos.values())
    assert await life.account.holds() == []
    report = await life.cycle()
    assert (report.waiting, report.failed, report.counts.linked) == (0, 0, len(photos))


async def test_a_decision_not_carried_out_yet_waits_again(life: Life) -> None:
    photos = await deleted_on_the_phone(life)
    [hold] = await life.account.holds()
    await life.account.answer(hold.id, hold.revision, Answer.APPROVE)
    assert await life.account.reconsider(hold.id) == Reconsidered(5, 0, ())
    await life.settle()
    [again] = await life.account.holds()
    assert (again.kind, again.count) == (HoldKind.MANY_ASSETS, 5)
    assert life.in_immich() == set(photos.values())
    assert await life.account.answers() == []


async def test_two_of_five_reconsidered_wait_again_however_few_they_are(life: Life) -> None:
    """Two deletions alone would pass the guard: what was taken back must not slip through it."""
    photos = await deleted_on_the_phone(life)
    [hold] = await life.account.holds()
    items = await life.account.hold_items(hold.id, limit=2)
    rest = await life.account.hold_items(hold.id, items[-1].position)
    assert sorted(item.places[0].path for item in [*items, *rest]) == FIVE
    await life.account.answer(hold.id, hold.revision, Answer.APPROVE, [item.checksum for item in items])
    assert (await life.account.reconsider(hold.id)).asked_again == 2
    await life.account.answer(hold.id, hold.revision, Answer.UNDO)
    await life.settle()
    [left] = await life.account.holds()
    assert left.count == 2
    assert life.in_immich() == set(photos.values())


async def test_an_answer_to_some_leaves_the_others_waiting(life: Life) -> None:
    photos = await deleted_on_the_phone(life)
    [hold] = await life.account.holds()
    [first, *_] = await life.account.hold_items(hold.id)
    await answered(life, Answer.APPROVE, [first.checksum])
    assert life.in_immich(trashed=True) == {photos[first.places[0].path]}
    [left] = await life.account.holds()
    assert (left.id, left.count) == (hold.id, 4)
    with pytest.raises(UnknownHoldError):
        await life.account.answer("nonsense", 1, Answer.APPROVE)


async def test_an_approved_trashing_is_brought_back_on_both_sides(life: Life) -> None:
    photos = await deleted_on_the_phone(life)
    hold = await answered(life, Answer.APPROVE)
    assert len(life.in_immich(trashed=True)) == 5
    [given] = await life.account.answers()
    assert (given.hold_id, given.kind, given.answer, given.count) == (hold.id, hold.kind, Answer.APPROVE, 5)
    assert await life.account.reconsider(given.id) == Reconsidered(0, 5, ())
    await life.settle()
    await in_agreement(life, photos)


async def test_an_approved_trashing_is_brought_back_after_immich_emptied_its_trash(life: Life) -> None:
    photos = await deleted_on_the_phone(life)
    hold = await answered(life, Answer.APPROVE)
    life.web.empty_trash()
    await life.server.jobs.settle()
    assert (await life.account.reconsider(hold.id)).brought_back == 5
    await life.settle()
    await in_agreement(life, photos)


async def test_an_approved_deletion_is_brought_back_on_both_sides(life: Life) -> None:
    photos = await trashed_in_immich(life)
    hold = await answered(life, Answer.APPROVE)
    assert len(life.on_phone()) == 5
    assert (await life.account.reconsider(hold.id)).brought_back == 5
    await life.settle()
    await in_agreement(life, photos)


async def test_what_is_brought_back_survives_a_restart_half_way(life: Life) -> None:
    photos = await trashed_in_immich(life)
    hold = await answered(life, Answer.APPROVE)
    await life.account.reconsider(hold.id)
    await life.restart()
    await life.settle()
    await in_agreement(life, photos)


async def test_photos_left_in_immich_are_asked_about_again(life: Life) -> None:
    photos = await deleted_on_the_phone(life)
    hold = await answered(life, Answer.LEAVE)
    assert (await life.settle()).counts.released == 5
    assert await life.account.reconsider(hold.id) == Reconsidered(5, 0, ())
    await life.settle()
    [again] = await life.account.holds()
    assert (again.kind, again.count) == (HoldKind.MANY_ASSETS, 5)
    await answered(life, Answer.UNDO)
    await in_agreement(life, photos)


async def test_photos_left_in_the_folder_are_asked_about_again(life: Life) -> None:
    photos = await trashed_in_immich(life)
    hold = await answered(life, Answer.LEAVE)
    assert life.on_phone() == photos
    assert (await life.account.reconsider(hold.id)).asked_again == 5
    await life.settle()
    await answered(life, Answer.UNDO)
    await in_agreement(life, photos)


async def test_an_undo_that_was_carried_out_leaves_nothing_to_take_back(life: Life) -> None:
    photos = await deleted_on_the_phone(life)
    hold = await answered(life, Answer.UNDO)
    reconsidered = await life.account.reconsider(hold.id)
    assert {why for _, why in reconsidered.hindered} == {Hindrance.MOVED_ON}
    assert await life.account.answers() == []
    assert await life.account.reconsider(hold.id) == Reconsidered(0, 0, ())
    await in_agreement(life, photos)


async def test_what_nobody_has_any_more_is_said(life: Life) -> None:
    await deleted_on_the_phone(life)
    hold = await answered(life, Answer.APPROVE)
    life.web.purge(*[asset.id for asset in life.web.assets(trashed=True)])
    await life.folder.run(full=True)
    shutil.rmtree(life.home / "vault")
    await life.vault.prepare()
    reconsidered = await life.account.reconsider(hold.id)
    assert (reconsidered.brought_back, {why for _, why in reconsidered.hindered}) == (0, {Hindrance.NO_BYTES})
    assert [given.count for given in await life.account.answers()] == [5]


async def test_a_photo_that_another_folder_keeps_gets_its_asset_back(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.BACKUP) as life:
        photos = await ten_photos(life)
        for path in FIVE:
            life.tablet_adds(path.rpartition("/")[2], photos[path])
        await life.settle()
        for path in FIVE:
            life.web.trash(life.web.find(path.rpartition("/")[2]).id)
        await life.settle()
        hold = await answered(life, Answer.APPROVE)
        assert len(life.on_phone()) == 5
        assert (await life.account.reconsider(hold.id)).brought_back == 5
        await life.settle()
        assert life.in_immich() == set(photos.values())
        assert len(list(life.tablet_root.glob("*.jpg"))) == 5


async def test_where_its_folder_is_gone_it_cannot_be_brought_back(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        await deleted_on_the_phone(life)
        hold = await answered(life, Answer.APPROVE)
        life.without.add(CAMERA)
        await life.restart()
        reconsidered = await life.account.reconsider(hold.id)
        assert {why for _, why in reconsidered.hindered} == {Hindrance.NO_PLACE}
        assert list(life.account.folders) == [TABLET]
