"""What was planned of a world that is another one by now, or under settings that were changed: nothing comes of it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.actions import (
    DeleteFiles,
    FreeFiles,
    RestoreAsset,
    Supersede,
    TrashAsset,
)
from custom_components.immich_syncthing.engine.apply.delete import delete_all
from custom_components.immich_syncthing.engine.apply.free import free_all, link_what_stays
from custom_components.immich_syncthing.engine.apply.restore import restore_all
from custom_components.immich_syncthing.engine.apply.supersede import supersede_all
from custom_components.immich_syncthing.engine.apply.trash import trash_all
from custom_components.immich_syncthing.engine.ledger.views import IntentKind
from custom_components.immich_syncthing.engine.model import (
    Answer,
    AssetFact,
    AssetState,
    Base,
    Departure,
    FileRow,
    GonePath,
    OnEdit,
    Preset,
)
from custom_components.immich_syncthing.engine.rules import Rules
from tests.checksums import sha1

from .living import CAMERA, Life, living, ten_photos
from .test_age import aged
from .test_edits import asset_of
from .within import context_of, run_as

pytestmark = pytest.mark.usefixtures("socket_enabled")

THIRD = "Camera/IMG_3.jpg"
CONTENT = f"photo {THIRD}".encode()
EDITED = b"edited on the phone"


@pytest.fixture
async def life(tmp_path: Path) -> AsyncIterator[Life]:
    async with living(tmp_path) as one:
        await ten_photos(one)
        yield one


def row_of(life: Life) -> FileRow:
    row = context_of(life).ledger.file(CAMERA, THIRD)
    assert row is not None
    return row


async def trash(life: Life) -> None:
    gone = GonePath(CAMERA, THIRD, 1, Departure.ABSENT)
    action = TrashAsset(sha1(CONTENT), life.web.find("IMG_3.jpg").id, (CAMERA,), (gone,))
    await trash_all(context_of(life), run_as(life), [action])


async def delete(life: Life) -> None:
    asset = AssetFact(AssetState.TRASHED, life.web.find("IMG_3.jpg").id, trash_seen=True)
    await delete_all(context_of(life), run_as(life), [DeleteFiles(sha1(CONTENT), asset, (row_of(life),))])


async def free(life: Life) -> None:
    action = FreeFiles(sha1(CONTENT), life.web.find("IMG_3.jpg").id, (row_of(life),))
    await free_all(context_of(life), run_as(life), [action])
    await link_what_stays(context_of(life), [action])


async def restore(life: Life) -> None:
    action = RestoreAsset(sha1(CONTENT), life.web.find("IMG_3.jpg").id, row_of(life))
    await restore_all(context_of(life), run_as(life), [action])


async def replace(life: Life) -> None:
    old, new = (asset_of(life, content).id for content in (CONTENT, EDITED))
    action = Supersede(sha1(CONTENT), old, sha1(EDITED), new, OnEdit.REPLACE, CAMERA, THIRD)
    await supersede_all(context_of(life), run_as(life), [action])


async def file_absent(life: Life) -> None:
    """Let the ledger know that the file is gone, and nothing have followed."""
    life.phone_deletes(THIRD)
    await life.folder.preview()
    life.clock.skip(3)
    await life.folder.preview()
    assert context_of(life).ledger.file(CAMERA, THIRD) is None


def all_there(life: Life) -> bool:
    return len(life.in_immich()) == len(life.on_phone()) == 10


async def test_a_photo_that_is_there_is_not_trashed(life: Life) -> None:
    await trash(life)
    assert all_there(life)


async def test_a_photo_of_a_folder_that_keeps_assets_now_is_not_trashed(life: Life) -> None:
    await file_absent(life)
    await life.restart(preset=Preset.IMMICH_DECIDES)
    await trash(life)
    assert CONTENT in life.in_immich()


async def test_a_file_of_a_folder_that_keeps_files_now_is_not_deleted(life: Life) -> None:
    life.web.trash(life.web.find("IMG_3.jpg").id)
    await life.restart(preset=Preset.PHONE_DECIDES)
    await delete(life)
    assert len(life.on_phone()) == 10


async def test_a_file_that_is_hidden_now_is_neither_deleted_nor_freed(life: Life) -> None:
    aged(life, 400, "IMG_3.jpg")
    life.ignore = ("Camera/",)
    await life.restart(rules=Rules(free_after_days=365))
    await free(life)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    await delete(life)
    assert len(life.on_phone()) == 10


async def test_a_photo_that_is_not_freed_after_all_is_linked_as_from_now(life: Life) -> None:
    ledger = context_of(life).ledger
    ledger.record(sha1(CONTENT), Base.RELEASED, None, 1.0)
    await free(life)
    view, linked_at = ledger.content(sha1(CONTENT)), ledger.linked_at(sha1(CONTENT))
    assert view is not None
    assert view.base is Base.LINKED
    assert linked_at is not None
    assert linked_at > 1.0
    assert all_there(life)


async def test_a_file_that_left_again_restores_nothing(life: Life) -> None:
    life.web.trash(life.web.find("IMG_3.jpg").id)
    planned = row_of(life)
    (life.root / THIRD).unlink()
    action = RestoreAsset(planned.checksum or b"", life.web.find("IMG_3.jpg").id, planned)
    await restore_all(context_of(life), run_as(life), [action])
    assert CONTENT not in life.in_immich()


async def test_an_asset_that_left_the_trash_by_itself_is_not_restored(life: Life) -> None:
    life.web.trash(life.web.find("IMG_3.jpg").id)
    await life.folder.preview()
    life.web.restore(life.web.find("IMG_3.jpg").id)
    asked = len(life.server.log)
    await restore(life)
    assert not [one for one in life.server.log[asked:] if "restore" in one.path]
    view = context_of(life).ledger.content(sha1(CONTENT))
    assert view is not None
    assert view.asset.state is AssetState.ACTIVE


async def test_a_photo_that_was_kept_meanwhile_is_not_freed(life: Life) -> None:
    await grown_old(life)
    context_of(life).ledger.record(sha1(CONTENT), Base.KEPT, None, 1.0)
    await free(life)
    assert all_there(life)


@pytest.mark.parametrize("purged", [False, True])
async def test_only_an_asset_that_may_come_back_is_remembered_with_its_file(life: Life, *, purged: bool) -> None:
    """Restored in Immich, it brings the file back; once it is purged, nothing does."""
    asset_id = life.web.find("IMG_3.jpg").id
    life.web.trash(asset_id)
    await life.folder.preview()
    if purged:
        life.web.empty_trash()
        await life.server.jobs.settle()
    fact = AssetFact(AssetState.GONE if purged else AssetState.TRASHED, asset_id, trash_seen=True)
    await delete_all(context_of(life), run_as(life), [DeleteFiles(sha1(CONTENT), fact, (row_of(life),))])
    view = context_of(life).ledger.content(sha1(CONTENT))
    assert view is not None
    assert (view.base, view.base_asset_id) == (Base.REMOVED, None if purged else asset_id)


async def trashed_in_immich(life: Life) -> None:
    life.web.trash(life.web.find("IMG_3.jpg").id)


async def edited(life: Life) -> None:
    life.phone_adds(THIRD, EDITED)
    await life.cycle()
    assert {CONTENT, EDITED} <= life.in_immich()


async def grown_old(life: Life) -> None:
    aged(life, 400, "IMG_3.jpg")
    await life.restart(rules=Rules(free_after_days=365))


@pytest.mark.parametrize(
    ("happens", "follows"),
    [
        (file_absent, trash),
        (trashed_in_immich, delete),
        (trashed_in_immich, restore),
        (grown_old, free),
        (edited, replace),
    ],
    ids=["trash", "delete", "restore", "free", "replace"],
)
async def test_what_the_other_folder_is_about_is_left_to_it(
    life: Life, happens: Callable[[Life], Awaitable[None]], follows: Callable[[Life], Awaitable[None]]
) -> None:
    """Uploads of one folder go on while the other plans: one content is touched by one of them at a time."""
    await happens(life)
    before = life.on_phone(), life.in_immich()
    context = context_of(life)
    intent = context.ledger.open_intent(IntentKind.UPLOAD, sha1(CONTENT), CAMERA, {"path": THIRD}, 1.0)
    await follows(life)
    assert (life.on_phone(), life.in_immich()) == before
    context.ledger.close_intent(intent)
    await follows(life)
    assert (life.on_phone(), life.in_immich()) != before


async def test_an_answer_that_comes_between_plan_and_question_holds(life: Life) -> None:
    """One browser approved half of a question, and another undid the rest while the first half was being planned."""
    before, album = life.on_phone(), [f"IMG_{number}.jpg" for number in range(8)]
    life.web.trash(*[life.web.find(name).id for name in album])
    await life.settle()
    [hold] = await life.account.holds()
    gone = {f"Camera/{name}" for name in album[:4]}
    seen = {sha1(before[path]) for path in gone}
    assert await life.account.answer(hold.id, hold.revision, Answer.APPROVE, seen) == 4
    ledger, now = context_of(life).ledger, life.clock.wall()
    life.syncthing.meanwhile.append(lambda: ledger.answer(hold.id, hold.revision, Answer.UNDO, now))
    await life.settle()
    assert life.on_phone().keys() == before.keys() - gone
    assert life.in_immich() == set(life.on_phone().values())
    assert await life.account.holds() == []
