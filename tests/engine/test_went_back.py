"""An older dump that Immich's newest change does not give away: single assets are as before their last change."""

from datetime import datetime

import pytest

from custom_components.immich_syncthing.engine.model import FolderState, HoldKind, Preset
from custom_components.immich_syncthing.engine.recovery import Sign
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.models import Delta
from tests.checksums import sha1

from .living import Life, ten_photos
from .test_recovering import asked, ended
from .within import context_of

pytestmark = pytest.mark.usefixtures("socket_enabled")

THIRD = "Camera/IMG_3.jpg"


def later(life: Life) -> None:
    """Let Immich's clock go on, so that what follows is a later change."""
    life.server.world.clock.jump(60.0)


def restored_in_immich(life: Life, name: str = "IMG_3.jpg") -> None:
    later(life)
    life.web.restore(life.web.find(name).id)


async def test_what_was_restored_keeps_its_file_when_the_newest_change_was_a_deletion(life: Life) -> None:
    """The newest change was seen in the trash, so that its end seemed to be that of the trash."""
    photos = await ten_photos(life)
    life.phone_deletes(THIRD)
    await life.settle()
    dump = life.server.world.snapshot()
    await life.restart(Preset.IMMICH_DECIDES)
    restored_in_immich(life)
    life.phone_adds("Camera/last.jpg")
    await life.settle()
    assert life.on_phone().keys() == photos.keys() | {"Camera/last.jpg"}
    later(life)
    life.web.trash(life.web.find("last.jpg").id)
    await life.settle()
    assert life.on_phone() == photos
    life.server.world.load(dump)
    await life.settle()
    await ended(life, Sign.SERVER_OLDER)
    assert life.on_phone() == photos
    assert await asked(life) == {HoldKind.TRASHED_BEFORE_FIRST_SYNC: 1}


@pytest.mark.parametrize("seen_in_the_trash", [True, False])
async def test_what_was_restored_keeps_its_file_when_others_have_changed_since(
    life: Life, seen_in_the_trash: bool
) -> None:
    photos = await ten_photos(life)
    life.preset = Preset.BACKUP
    await life.restart()
    life.web.trash(life.web.find("IMG_3.jpg").id)
    if seen_in_the_trash:
        await life.settle()
    dump = life.server.world.snapshot()
    restored_in_immich(life)
    await life.settle()
    await life.restart(Preset.MIRROR)
    await life.settle()
    life.server.world.load(dump)
    later(life)
    life.web.upload(b"not from the phone", "other.jpg")
    await life.folder.run(full=True)
    await life.settle()
    await ended(life, Sign.SERVER_OLDER)
    assert life.on_phone() == photos
    assert await asked(life) == {HoldKind.TRASHED_BEFORE_FIRST_SYNC: 1}


async def test_what_was_sent_again_keeps_its_file_when_the_one_before_is_in_the_trash(life: Life) -> None:
    photos = await ten_photos(life)
    await life.restart(Preset.BACKUP)
    first = life.web.find("IMG_3.jpg").id
    later(life)
    life.web.trash(first)
    await life.settle()
    dump = life.server.world.snapshot()
    life.web.empty_trash()
    await life.server.jobs.settle()
    later(life)
    assert life.web.upload(photos[THIRD], "IMG_3.jpg") != first
    await life.settle()
    await life.restart(Preset.MIRROR)
    assert (await life.settle()).counts.linked == len(photos)
    life.server.world.load(dump)
    later(life)
    life.web.upload(b"not from the phone", "other.jpg")
    await life.folder.run(full=True)
    await life.settle()
    await ended(life, Sign.SERVER_OLDER)
    assert life.on_phone() == photos
    assert await asked(life) == {HoldKind.TRASHED_BEFORE_FIRST_SYNC: 1}


async def test_what_was_trashed_stays_away_when_others_have_changed_since(life: Life) -> None:
    photos = await ten_photos(life)
    dump = life.server.world.snapshot()
    later(life)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    await life.settle()
    life.server.world.load(dump)
    later(life)
    life.web.upload(b"not from the phone", "other.jpg")
    await life.folder.run(full=True)
    await life.settle()
    assert (await ended(life, Sign.SERVER_OLDER)).released == 1
    assert life.on_phone().keys() == photos.keys() - {THIRD}


async def test_it_is_noticed_again_after_a_restart_and_only_once(life: Life) -> None:
    photos = await ten_photos(life)
    await life.restart(Preset.BACKUP)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    dump = life.server.world.snapshot()
    restored_in_immich(life)
    await life.settle()
    await life.restart(Preset.MIRROR)
    await life.settle()
    life.server.world.load(dump)
    later(life)
    life.web.upload(b"not from the phone", "other.jpg")
    # A preview sees it, and changes nothing; the process that saw it ends.
    life.folder.full_check()
    preview = await life.folder.preview()
    assert preview.problem is not None
    assert preview.problem.code == "recovery"
    await life.restart()
    await life.settle()
    await ended(life, Sign.SERVER_OLDER)
    assert life.on_phone() == photos
    await life.account.acknowledge_recovery()
    await life.folder.run(full=True)
    assert (await life.settle()).state is FolderState.WAITING_FOR_DECISION
    assert await life.account.recovery() is None


async def test_what_is_restored_and_trashed_again_follows_its_owner(life: Life) -> None:
    photos = await ten_photos(life)
    for _ in range(2):
        later(life)
        life.web.trash(life.web.find("IMG_3.jpg").id)
        await life.settle()
        assert life.on_phone().keys() == photos.keys() - {THIRD}
        restored_in_immich(life)
        await life.settle()
        assert life.on_phone() == photos
    assert await life.account.recovery() is None


async def test_an_answer_that_comes_late_is_no_sign(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of changes was on its way while somebody looked at an asset that had changed once more."""
    photos = await ten_photos(life)
    asset, checksum = life.web.find("IMG_3.jpg").id, sha1(photos[THIRD])
    life.web.trash(asset)
    context, real = context_of(life), ImmichClient.changes_since
    answers: list[Delta] = []

    async def late(client: ImmichClient, moment: datetime, owner_id: str) -> Delta:
        delta = await real(client, moment, owner_id)
        if not answers:
            restored_in_immich(life)
            fact = await context.immich_observer.look(asset, checksum, owner_id)
            await context.workers.ledger.run(context.ledger.set_assets, [(checksum, fact)], context.clock.wall())
        answers.append(delta)
        return delta

    monkeypatch.setattr(ImmichClient, "changes_since", late)
    await life.settle()
    assert [one.is_trashed for one in answers[0].assets if one.id == asset] == [True]
    assert await life.account.recovery() is None
    assert life.on_phone() == photos
    assert (await life.cycle()).counts.linked == len(photos)


async def test_what_a_look_shows_of_an_older_immich_is_not_planned_on(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Immich goes back in mid-cycle, and the plan of that cycle deleted the file of a photo that was restored."""
    photos = await ten_photos(life)
    await life.restart(Preset.BACKUP)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    dump = life.server.world.snapshot()
    restored_in_immich(life)
    await life.settle()
    await life.restart(Preset.MIRROR)
    await life.settle()
    asset, checksum = life.web.find("IMG_3.jpg").id, sha1(photos[THIRD])
    context, real = context_of(life), ImmichClient.changes_since
    went_back: list[Delta] = []

    async def then_goes_back(client: ImmichClient, moment: datetime, owner_id: str) -> Delta:
        delta = await real(client, moment, owner_id)
        if not went_back:
            went_back.append(delta)
            life.server.world.load(dump)
            later(life)
            life.web.upload(b"not from the phone", "other.jpg")
            fact = await context.immich_observer.look(asset, checksum, owner_id)
            await context.workers.ledger.run(context.ledger.set_assets, [(checksum, fact)], context.clock.wall())
        return delta

    monkeypatch.setattr(ImmichClient, "changes_since", then_goes_back)
    await life.settle()
    await ended(life, Sign.SERVER_OLDER)
    assert life.on_phone() == photos
    assert await asked(life) == {HoldKind.TRASHED_BEFORE_FIRST_SYNC: 1}
