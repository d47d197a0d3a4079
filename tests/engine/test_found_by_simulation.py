"""What simulated lives found in the engine, each as the short story that showed it; see tests/simulation."""

import pytest

from custom_components.immich_syncthing.engine.model import Answer, FolderState, HoldKind
from custom_components.immich_syncthing.engine.rules import Rules
from custom_components.immich_syncthing.syncthing.errors import SyncthingCannotConnectError

from .living import Life, ten_photos

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_a_photo_locked_unseen_and_then_deleted_on_the_phone_is_let_go(life: Life) -> None:
    """The delta shows no locking, and the oracle answers as before: every cycle planned to trash it, in vain."""
    photos = await ten_photos(life)
    life.web.lock(life.web.find("IMG_3.jpg").id)
    life.phone_deletes("Camera/IMG_3.jpg")
    await life.settle()
    await life.cycle()
    preview = await life.folder.preview()
    assert preview.actions == {}
    assert photos["Camera/IMG_3.jpg"] not in life.in_immich(trashed=True)


async def test_a_rule_does_not_wait_for_what_is_locked(life: Life) -> None:
    """Whether it is a favourite cannot be asked of a locked photo: its deletion waited for ever."""
    await ten_photos(life)
    await life.restart(rules=Rules(protect_favourites=True))
    await life.settle()
    life.web.lock(life.web.find("IMG_3.jpg").id)
    life.phone_deletes("Camera/IMG_3.jpg")
    await life.settle()
    await life.cycle()
    report = await life.cycle()
    assert not report.waiting
    assert life.in_immich(trashed=True) == set()


async def test_an_event_just_now_does_not_hide_that_syncthing_is_away(life: Life) -> None:
    """The folder was called in agreement for a moment: the quiet that is missing replaced the gate that is shut."""
    await ten_photos(life)
    life.syncthing.failure = SyncthingCannotConnectError()
    life.folder.note_change("Camera/IMG_1.jpg", complete=True)
    report = await life.folder.run()
    assert report.state is FolderState.WAITING_FOR_SYNCTHING
    assert report.problem is not None


async def test_a_locked_photo_that_arrives_again_is_no_upload_that_waits(life: Life) -> None:
    """Immich has it where no key reaches: the folder said ``uploading`` for ever."""
    data = b"secret"
    life.web.lock(life.web.upload(data, "IMG_1.jpg"))
    life.phone_adds("Camera/IMG_1.jpg", data)
    report = await life.settle()
    assert report.state is FolderState.IN_AGREEMENT


@pytest.mark.parametrize("answer", list(Answer))
async def test_to_empty_the_trash_answers_no_question(life: Life, answer: Answer) -> None:
    """What was in the trash when its file arrived is asked about; emptied meanwhile, it was uploaded again."""
    data = b"thrown away long ago"
    life.web.trash(life.web.upload(data, "IMG_1.jpg"))
    life.phone_adds("Camera/IMG_1.jpg", data)
    await life.settle()
    life.web.empty_trash()
    report = await life.settle()
    assert report.state is FolderState.WAITING_FOR_DECISION
    assert data not in life.in_immich()
    (hold,) = await life.account.holds()
    assert hold.kind is HoldKind.TRASHED_BEFORE_FIRST_SYNC
    await life.account.answer(hold.id, hold.revision, answer)
    for _ in range(3):
        await life.cycle()
    assert (data in life.in_immich()) == (answer is Answer.UNDO)
    assert ("Camera/IMG_1.jpg" in life.on_phone()) == (answer is not Answer.APPROVE)
    assert answer is not Answer.APPROVE or await life.in_vault(data)


async def test_another_photo_of_the_same_name_does_not_keep_a_deletion_back(life: Life) -> None:
    """Deleted while Immich was away, and its name taken again: the path was there, so the old asset stayed for ever."""
    photos = await ten_photos(life)
    life.phone_deletes("Camera/IMG_3.jpg")
    life.syncthing.state = "syncing"
    await life.cycle()
    life.syncthing.state = "idle"
    life.phone_adds("Camera/IMG_3.jpg", b"another photo of that name")
    await life.settle()
    await life.settle()
    assert life.in_immich(trashed=True) == {photos["Camera/IMG_3.jpg"]}
    assert b"another photo of that name" in life.in_immich()
