"""How others lost photos, as far as servers, clocks and missed news are concerned. Names are those of the gallery."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from custom_components.immich_syncthing.engine.model import FolderState
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.models import Upload, UploadResult
from custom_components.immich_syncthing.syncthing.errors import (
    SyncthingCannotConnectError,
    SyncthingUnexpectedAnswerError,
)
from custom_components.immich_syncthing.syncthing.models import FolderType
from tests.servers.immich import FaultKind

from .living import Life, ten_photos

pytestmark = pytest.mark.usefixtures("socket_enabled")

PATH = "Camera/IMG_3.jpg"
HOUR = 3600.0


async def test_delete_refused_by_server(life: Life) -> None:
    """A failed deletion dropped the record elsewhere, and was never tried again."""
    photos = await ten_photos(life)
    life.server.faults.add(FaultKind.STATUS, r"/assets$", method="DELETE", status=500)
    life.phone_deletes(PATH)
    for _ in range(3):
        report = await life.cycle()
    assert life.in_immich() == set(photos.values())
    assert report.problem is not None
    life.server.faults.clear()
    life.clock.skip(2 * HOUR)
    await life.settle()
    assert life.in_immich(trashed=True) == {photos[PATH]}


async def test_one_sided_delete(life: Life) -> None:
    """What was agreed decides, not which side changed last."""
    photos = await ten_photos(life)
    life.phone_deletes(PATH)
    life.web.favourite(life.web.find("IMG_3.jpg").id)
    await life.settle()
    assert life.in_immich(trashed=True) == {photos[PATH]}
    assert PATH not in life.on_phone()


async def test_file_written_during_upload(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was sent is what is believed; the file that grew meanwhile is another photo."""
    really_upload = ImmichClient.upload

    async def upload(client: ImmichClient, request: Upload) -> UploadResult:
        (life.root / "Camera/IMG_1.jpg").write_bytes(b"first half, second half")
        life.folder.note_change("Camera/IMG_1.jpg", complete=True)
        return await really_upload(client, request)

    life.phone_adds("Camera/IMG_1.jpg", b"first half")
    with monkeypatch.context() as patch:
        patch.setattr(ImmichClient, "upload", upload)
        await life.cycle()
    await life.settle()
    assert b"first half, second half" in life.in_immich()
    assert life.on_phone() == {"Camera/IMG_1.jpg": b"first half, second half"}
    assert (await life.cycle()).counts.linked == 1


async def test_file_written_during_upload_so_that_a_torn_one_went_up(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was sent is linked, and what is there now is an edit of it: the torn photo makes room."""
    really_upload = ImmichClient.upload

    async def torn() -> AsyncIterator[bytes]:
        yield b"first ha"
        yield b"nd half!"

    async def upload(client: ImmichClient, request: Upload) -> UploadResult:
        (life.root / "Camera/IMG_1.jpg").write_bytes(b"the second half!")
        life.folder.note_change("Camera/IMG_1.jpg", complete=True)
        return await really_upload(client, replace(request, content=torn))

    await ten_photos(life)
    life.phone_adds("Camera/IMG_1.jpg", b"the first half!!")
    with monkeypatch.context() as patch:
        patch.setattr(ImmichClient, "upload", upload)
        await life.cycle()
    await life.settle()
    assert b"the second half!" in life.in_immich()
    assert b"first hand half!" in life.in_immich(trashed=True)
    assert len(life.in_immich()) == 10


async def test_silent_stop(life: Life) -> None:
    """Whoever does not look still learns that sync stopped: the problem stays, the last success does not move."""
    await ten_photos(life)
    success = life.folder.last_success
    assert success is not None
    life.server.faults.add(FaultKind.STATUS, status=502)
    for _ in range(3):
        life.clock.skip(24 * HOUR)
        report = await life.cycle()
    assert (report.successful, report.state) == (False, FolderState.WAITING_FOR_IMMICH)
    assert report.problem is not None
    assert life.folder.last_success == success


async def test_unstable_paging(life: Life) -> None:
    """Offset paging over equal times skips assets: what a listing does not name is not gone."""
    life.server.world.clock.freeze(datetime(2026, 11, 1, tzinfo=UTC))
    photos = {f"Camera/{number:04}.jpg": b"" for number in range(60)}
    for path in photos:
        photos[path] = life.phone_adds(path)
    await life.settle()
    life.web.trash(*(life.web.find(f"{number:04}.jpg").id for number in range(5)))
    for _ in range(3):
        await life.folder.run(full=True)
    await life.settle()
    assert life.on_phone().keys() == photos.keys() - {f"Camera/{number:04}.jpg" for number in range(5)}
    assert len(life.in_immich()) == 55


@pytest.mark.parametrize("hours", [-9, 9])
async def test_clock_skew(life: Life, hours: int) -> None:
    """Two clocks differ by hours, and ours jumps back: no decision compares them."""
    life.server.world.clock.jump(hours * HOUR)
    photos = await ten_photos(life)
    life.clock.ahead -= 5 * HOUR
    life.phone_deletes(PATH)
    life.web.trash(life.web.find("IMG_4.jpg").id)
    life.clock.ahead += 5 * HOUR
    await life.settle()
    assert life.in_immich(trashed=True) == {photos[PATH], photos["Camera/IMG_4.jpg"]}
    assert life.on_phone().keys() == photos.keys() - {PATH, "Camera/IMG_4.jpg"}


async def test_event_gap(life: Life) -> None:
    """Events only wake: what they do not tell is found because the index moved, or by the next walk."""
    photos = await ten_photos(life)
    (life.root / PATH).unlink()
    (life.root / "Camera/unheard.jpg").write_bytes(b"unheard")
    life.syncthing.sequence += 2
    await life.settle()
    await asyncio.sleep(0)
    assert b"unheard" in life.in_immich()
    assert life.in_immich(trashed=True) == {photos[PATH]}


async def test_syncthing_restarted(life: Life) -> None:
    """While it is away nothing is deleted, and afterwards everything is looked at, for its events are lost."""
    photos = await ten_photos(life)
    life.syncthing.failure = SyncthingCannotConnectError("refused")
    (life.root / PATH).unlink()
    await life.cycle()
    assert life.in_immich() == set(photos.values())
    life.syncthing.failure = None
    life.folder.note_gap()
    await life.settle()
    assert life.in_immich(trashed=True) == {photos[PATH]}


async def test_syncthing_migrating(life: Life) -> None:
    """For hours every address answers 200 text/plain: that is no observation."""
    photos = await ten_photos(life)
    life.syncthing.failure = SyncthingUnexpectedAnswerError("text/plain")
    life.phone_deletes(PATH)
    life.web.trash(life.web.find("IMG_4.jpg").id)
    for _ in range(3):
        report = await life.cycle()
    assert report.state is FolderState.WAITING_FOR_SYNCTHING
    assert photos[PATH] in life.in_immich()
    assert "Camera/IMG_4.jpg" in life.on_phone()


@pytest.mark.parametrize("kind", [FolderType.RECEIVE_ONLY, FolderType.SEND_ONLY])
async def test_phone_ignores_deletes(life: Life, kind: FolderType) -> None:
    """What Syncthing cannot carry is said, not tried."""
    photos = await ten_photos(life)
    life.syncthing.type = kind
    life.web.trash(life.web.find("IMG_4.jpg").id)
    report = await life.settle()
    assert life.on_phone() == photos
    assert (report.state, report.wait_reason) == (FolderState.ERROR, "one_way_folder")


async def test_mixed_syncthing_versions(life: Life) -> None:
    """A 1.x phone keeps the edit that its 2.x server lost to a deletion: on our side the edit is never lost."""
    photos = await ten_photos(life)
    life.phone_deletes(PATH)
    await life.settle()
    life.phone_adds(PATH, b"edited on the phone meanwhile", old=False)
    life.phone_adds("Camera/IMG_3.sync-conflict-20261121-101010-ABCDEFG.jpg", b"the other edit", old=False)
    await life.settle()
    assert life.in_immich() >= {b"edited on the phone meanwhile", b"the other edit"}
    assert life.on_phone()[PATH] == b"edited on the phone meanwhile"
    assert life.in_immich(trashed=True) == {photos[PATH]}


async def test_same_name_same_size(life: Life) -> None:
    """Only the checksum tells whether Immich has a photo."""
    for number in range(20):
        life.phone_adds(f"Album {number}/IMG_0001.jpg", f"{number:04}".encode())
    await life.settle()
    assert life.in_immich() == {f"{number:04}".encode() for number in range(20)}
