"""What an earlier life left open: how far that came is found out before anything else is begun, and told once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from uuid import uuid4

import pytest

from custom_components.immich_syncthing.engine.ledger.views import IntentKind, Json
from custom_components.immich_syncthing.engine.listing import signature_of
from custom_components.immich_syncthing.engine.model import FileRow, FileStatus, FolderState, Preset
from custom_components.immich_syncthing.engine.quarantine import quarantine
from custom_components.immich_syncthing.engine.rules import Rules
from custom_components.immich_syncthing.engine.scan import Root
from tests.checksums import sha1
from tests.servers.immich import FaultKind, Rule

from .latest import life
from .living import CAMERA, TABLET, Life, living, ten_photos
from .test_age import aged
from .test_sidecars import says
from .within import context_of

__all__ = ["life"]

pytestmark = pytest.mark.usefixtures("socket_enabled")

THIRD = "Camera/IMG_3.jpg"


@pytest.fixture
async def both(tmp_path: Path) -> AsyncIterator[Life]:
    """An account with two folders."""
    async with living(tmp_path, tablet=Preset.MIRROR) as one:
        yield one


async def told(life: Life, action: str) -> int:
    return [view.entry.action for view in await life.account.history()].count(action)


async def deleted_on_the_phone(life: Life, _: bytes) -> None:
    life.phone_deletes(THIRD)


async def deleted_in_immich(life: Life, _: bytes) -> None:
    life.web.trash(life.web.find("IMG_3.jpg").id)


async def added_again(life: Life, content: bytes) -> None:
    life.phone_deletes(THIRD)
    await life.settle()
    await life.hear()
    life.phone_adds(THIRD, content, old=False)


async def restored_in_immich(life: Life, _: bytes) -> None:
    asset = life.web.find("IMG_3.jpg").id
    life.web.trash(asset)
    await life.settle()
    life.web.restore(asset)


async def new_on_the_phone(life: Life, content: bytes) -> None:
    life.phone_deletes(THIRD)
    life.web.purge(life.web.find("IMG_3.jpg").id)
    await life.settle()
    await life.hear()
    life.phone_adds(THIRD, content, old=False)


async def grown_old(life: Life, _: bytes) -> None:
    aged(life, 400, "IMG_3.jpg")
    await life.restart(rules=Rules(free_after_days=365))


@pytest.mark.parametrize(
    ("wish", "action"),
    [
        (deleted_on_the_phone, "trash"),
        (deleted_in_immich, "delete"),
        (added_again, "restore"),
        (restored_in_immich, "bring_back"),
        (new_on_the_phone, "upload"),
        (grown_old, "free"),
    ],
    ids=lambda one: one if isinstance(one, str) else one.__name__,
)
async def test_what_is_under_way_is_not_begun_again(
    life: Life, wish: Callable[[Life, bytes], Awaitable[None]], action: str
) -> None:
    content = (await ten_photos(life))[THIRD]
    await wish(life, content)
    before, context = await told(life, action), context_of(life)
    intent = context.ledger.open_intent(IntentKind.PAIR, sha1(content), CAMERA, {"path": THIRD}, 1.0)
    context.active.add(intent)
    for _ in range(3):
        life.clock.skip(2 * 3600)
        await life.settle()
    assert await told(life, action) == before
    context.active.discard(intent)
    await life.settle()
    life.clock.skip(2 * 3600)
    await life.settle()
    assert await told(life, action) == before + 1


async def test_a_restoration_whose_answer_was_lost_is_told_once(life: Life) -> None:
    content = (await ten_photos(life))[THIRD]
    await added_again(life, content)
    life.server.faults.rules.append(Rule(FaultKind.RESET_AFTER, r"/trash/restore/assets$", "POST"))
    assert (await life.cycle()).restored == 0
    assert content in life.in_immich()
    life.server.faults.clear()
    await life.settle()
    assert (await told(life, "restore"), await told(life, "link")) == (1, 0)


async def test_a_restoration_that_never_arrived_is_asked_for_again(life: Life) -> None:
    content = (await ten_photos(life))[THIRD]
    await added_again(life, content)
    life.server.faults.rules.append(Rule(FaultKind.RESET_BEFORE, r"/trash/restore/assets$", "POST"))
    await life.cycle()
    assert content not in life.in_immich()
    life.server.faults.clear()
    await life.settle()
    assert content in life.in_immich()
    assert await told(life, "restore") == 1


@pytest.mark.parametrize(
    ("fault", "state"),
    [(FaultKind.STATUS, FolderState.IN_AGREEMENT), (FaultKind.RESET_BEFORE, FolderState.WAITING_FOR_IMMICH)],
    ids=["it stumbles", "it is gone"],
)
async def test_what_became_of_it_is_asked_until_immich_tells(life: Life, fault: FaultKind, state: FolderState) -> None:
    content = (await ten_photos(life))[THIRD]
    life.phone_deletes(THIRD)
    life.server.faults.rules.append(Rule(FaultKind.RESET_AFTER, r"/assets$", "DELETE"))
    await life.cycle()
    life.server.faults.clear()
    asset = life.web.find("IMG_3.jpg").id
    life.server.faults.rules.append(Rule(fault, rf"/assets/{asset}$", "GET", status=500))
    assert (await life.cycle()).state is state
    assert await told(life, "trash") == 0
    life.server.faults.clear()
    life.clock.skip(3600)
    await life.settle()
    assert life.in_immich(trashed=True) == {content}
    assert await told(life, "trash") == 1


# --- what lies in quarantine --------------------------------------------------------------------------------------


def in_quarantine(life: Life, folder: str, path: str) -> str:
    """Take a file as far away as a deletion had when it was interrupted; its token."""
    root, token = life.root if folder == CAMERA else life.tablet_root, uuid4().hex
    file = root / path
    row = FileRow(folder, path, signature_of(file.stat()), FileStatus.SETTLED, sha1(file.read_bytes()))
    with Root.open(root, ".stfolder") as opened:
        quarantine(opened, row, token)
    return token


async def interrupted(life: Life, kind: IntentKind, content: bytes, folder: str, path: str, **more: Json) -> None:
    """Let a deletion have been interrupted when its file lay in quarantine; the process died there."""
    context, token = context_of(life), in_quarantine(life, folder, path)
    asset = next(asset.id for asset in life.web.assets(trashed=None) if life.web.content(asset.id) == content)
    payload: dict[str, Json] = {"asset_id": asset, "trashed": True, "files": [[folder, path, token]], **more}
    context.ledger.open_intent(kind, sha1(content), folder, payload, life.clock.wall())


async def two_of_the_tablet(life: Life) -> bytes:
    await ten_photos(life)
    for number in range(5):
        life.tablet_adds(f"tablet_{number}.jpg", f"tablet {number}".encode())
    await life.settle()
    return b"tablet 3"


@pytest.mark.parametrize("kind", [IntentKind.DELETE, IntentKind.FREE])
async def test_a_deletion_waits_for_the_disk_on_which_it_was_interrupted(
    both: Life, tmp_path: Path, kind: IntentKind
) -> None:
    content = await two_of_the_tablet(both)
    await interrupted(both, kind, content, TABLET, "tablet_3.jpg")
    both.tablet_root.rename(tmp_path / "unplugged")
    both.phone_adds("Camera/new.jpg")
    await both.settle()
    assert b"photo Camera/new.jpg" in both.in_immich()
    (tmp_path / "unplugged").rename(both.tablet_root)
    await both.settle()
    assert (both.tablet_root / "tablet_3.jpg").read_bytes() == content
    assert content in both.in_immich()


@pytest.mark.parametrize("kind", [IntentKind.DELETE, IntentKind.FREE])
async def test_what_was_interrupted_in_a_folder_that_is_no_more_stays_there_for_its_return(
    both: Life, kind: IntentKind
) -> None:
    content = await two_of_the_tablet(both)
    context, token = context_of(both), in_quarantine(both, TABLET, "tablet_3.jpg")
    payload: dict[str, Json] = {
        "asset_id": both.web.find("tablet_3.jpg").id,
        "files": [[TABLET, "tablet_3.jpg", token]],
        "sidecars": [[TABLET, "tablet_3.xmp", uuid4().hex, "00" * 20]],
    }
    context.ledger.open_intent(kind, sha1(content), CAMERA, payload, both.clock.wall())
    both.without.add(TABLET)
    await both.restart()
    await both.settle()
    assert content in both.in_immich()
    both.without.clear()
    await both.restart()
    await both.settle()
    assert (both.tablet_root / "tablet_3.jpg").read_bytes() == content
    assert content in both.in_immich()


async def test_a_bringing_back_into_a_folder_that_is_no_more_is_forgotten(both: Life) -> None:
    content = await two_of_the_tablet(both)
    both.web.trash(both.web.find("tablet_3.jpg").id)
    await both.settle()
    payload: dict[str, Json] = {"asset_id": None, "path": "tablet_3.jpg"}
    context_of(both).ledger.open_intent(IntentKind.BRING_BACK, sha1(content), TABLET, payload, both.clock.wall())
    both.without.add(TABLET)
    await both.restart()
    report = await both.settle()
    assert (report.state, report.brought_back) == (FolderState.IN_AGREEMENT, 0)
    assert both.in_immich(trashed=True) == {content}


@pytest.mark.parametrize("kind", [IntentKind.DELETE, IntentKind.FREE])
async def test_a_sidecar_waits_for_the_disk_on_which_it_was_interrupted(
    both: Life, tmp_path: Path, kind: IntentKind
) -> None:
    """The photo lay in one folder, a sidecar of the same deletion in the other."""
    photos = await ten_photos(both)
    await two_of_the_tablet(both)
    (both.tablet_root / "tablet_3.xmp").write_bytes(says("a cat"))
    await both.settle()
    token = in_quarantine(both, TABLET, "tablet_3.xmp")
    both.web.trash(both.web.find("IMG_3.jpg").id)
    payload: dict[str, Json] = {"sidecars": [[TABLET, "tablet_3.xmp", token, sha1(says("a cat")).hex()]]}
    await interrupted(both, kind, photos[THIRD], CAMERA, THIRD, **payload)
    both.tablet_root.rename(tmp_path / "unplugged")
    await both.settle()
    (tmp_path / "unplugged").rename(both.tablet_root)
    await both.settle()
    assert (both.tablet_root / "tablet_3.xmp").read_bytes() == says("a cat")


async def test_a_file_whose_freeing_was_interrupted_is_back(life: Life) -> None:
    photos = await ten_photos(life)
    await interrupted(life, IntentKind.FREE, photos[THIRD], CAMERA, THIRD)
    assert THIRD not in life.on_phone()
    await life.settle()
    assert life.on_phone() == photos
    assert life.in_immich() == set(photos.values())


async def test_what_the_vault_has_not_goes_back_and_is_deleted_another_time(life: Life) -> None:
    photos = await ten_photos(life)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    await interrupted(life, IntentKind.DELETE, photos[THIRD], CAMERA, THIRD)
    await life.cycle()
    await life.settle()
    assert THIRD not in life.on_phone()
    assert await life.in_vault(photos[THIRD])
    assert await told(life, "delete") == 1


async def test_what_an_unknown_life_left_on_a_disk_that_is_read_only_waits_there(
    life: Life, read_only: Callable[[Path], None]
) -> None:
    photos = await ten_photos(life)
    in_quarantine(life, CAMERA, THIRD)
    await life.account.close()
    read_only(life.root)
    await life.lose_ledger()
    report = await life.settle()
    assert report.counts.linked == 9
    assert life.in_immich() == set(photos.values())


async def test_whoever_comes_second_leaves_nothing_open(life: Life) -> None:
    """Two at once for one content: one of them journals, and once it has closed that nobody carries anything out."""
    context = context_of(life)
    checksum = sha1(life.phone_adds(THIRD))
    await life.settle()
    assert not context.opening
    both = [context.journal(IntentKind.UPLOAD, checksum, CAMERA, {"path": THIRD}) for _ in range(2)]
    [intent] = [one for one in await asyncio.gather(*both) if one is not None]
    assert not context.opening
    await context.close(intent)
    assert context.ledger.open_intents() == []
