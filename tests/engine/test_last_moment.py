"""A server, a disk or an owner that does something at the very last moment: between the last look and the deed."""

import errno
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.model import FolderState, Preset
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.models import Upload, UploadResult
from custom_components.immich_syncthing.immich.permissions import REQUIRED
from custom_components.immich_syncthing.syncthing.errors import SyncthingCannotConnectError
from custom_components.immich_syncthing.syncthing.models import FileInfo
from tests.servers.immich import FaultKind, Rule

from .latest import life
from .living import Life, living, ten_photos
from .test_live_photos import take
from .test_sidecars import PHOTO, SIDECAR, at_rest, described, says

__all__ = ["life"]

pytestmark = pytest.mark.usefixtures("socket_enabled")

THIRD = "Camera/IMG_3.jpg"


def when_syncthing_is_asked(life: Life, monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen once, when Syncthing is asked about a file: that is after the last look at both sides."""
    really, left = life.syncthing.file, [happens]

    async def asked(folder_id: str, path: str) -> FileInfo | None:
        answer = await really(folder_id, path)
        while left:
            left.pop()()
        return answer

    monkeypatch.setattr(life.syncthing, "file", asked)


# --- Immich -------------------------------------------------------------------------------------------------------


async def deleted_on_the_phone(life: Life) -> None:
    life.phone_deletes(THIRD)


async def deleted_in_immich(life: Life) -> None:
    life.web.trash(life.web.find("IMG_3.jpg").id)


async def a_sidecar_came(life: Life) -> None:
    life.phone_adds("Camera/IMG_3.xmp", says("a cat"))


@pytest.mark.parametrize("wish", [deleted_on_the_phone, deleted_in_immich, a_sidecar_came])
async def test_an_immich_that_goes_away_is_waited_for(life: Life, wish: Callable[[Life], Awaitable[None]]) -> None:
    await ten_photos(life)
    await at_rest(life)
    await wish(life)
    life.server.faults.rules.append(Rule(FaultKind.RESET_BEFORE, r"/assets/[0-9a-f-]{36}$"))
    report = await life.cycle()
    assert (report.state, report.trashed, report.deleted) == (FolderState.WAITING_FOR_IMMICH, 0, 0)
    before = life.on_phone().keys()
    life.server.faults.clear()
    life.clock.skip(3600)
    await at_rest(life)
    assert life.web.find("IMG_3.jpg").is_trashed or described(life, "IMG_3.jpg") == "a cat"
    assert life.on_phone().keys() == before - ({THIRD} if wish is deleted_in_immich else set())


async def test_an_asset_purged_just_before_it_is_trashed_is_gone_and_stops_no_other(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = await ten_photos(life)
    asset = life.web.find("IMG_3.jpg").id
    life.phone_deletes(THIRD)
    life.phone_deletes("Camera/IMG_4.jpg")
    when_syncthing_is_asked(life, monkeypatch, lambda: life.web.purge(asset))
    report = await life.cycle()
    assert report.trashed == 1
    report = await life.settle()
    assert (report.state, report.counts.failed) == (FolderState.IN_AGREEMENT, 0)
    assert life.in_immich(trashed=True) == {photos["Camera/IMG_4.jpg"]}
    assert await life.in_vault(photos[THIRD])
    told = [(view.entry.path, view.entry.result) for view in await life.account.history()]
    assert (THIRD, "failed:immich_not_found") in told


@pytest.mark.parametrize("trashed", [False, True])
async def test_a_photo_that_somebody_uploaded_just_before_is_not_sent_twice(life: Life, *, trashed: bool) -> None:
    await ten_photos(life)
    content = life.phone_adds("Camera/new.jpg")

    def uploaded() -> None:
        asset = life.web.upload(content, "by hand.jpg")
        if trashed:
            life.web.trash(asset)

    life.phone_deletes(THIRD)
    life.syncthing.meanwhile.append(uploaded)
    report = await life.cycle()
    assert (report.uploaded, report.linked) == (0, 0 if trashed else 1)
    await life.settle()
    assert [asset.name for asset in life.web.assets() if life.web.content(asset.id) == content] == ["by hand.jpg"]
    assert [hold.kind for hold in await life.account.holds()] == (["trashed_before_first_sync"] if trashed else [])


async def test_a_live_photo_whose_video_was_purged_just_before_goes_up_whole(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    await ten_photos(life)
    still, motion = take(life)
    life.server.faults.rules.append(Rule(FaultKind.STATUS, r"/assets$", "POST", status=500, times=1))
    await life.cycle()
    life.server.faults.clear()
    when_syncthing_is_asked(
        life, monkeypatch, lambda: life.web.purge(*(a.id for a in life.web.assets() if a.name == "IMG_1.MOV"))
    )
    life.clock.skip(3600)
    await life.settle()
    life.clock.skip(3600)
    await life.settle()
    assert {still, motion} <= life.in_immich()


async def test_a_file_is_back_also_where_syncthing_hears_of_it_later(life: Life) -> None:
    photos = await ten_photos(life)
    asset = life.web.find("IMG_3.jpg").id
    life.web.trash(asset)
    await life.settle()
    life.web.restore(asset)
    life.syncthing.scan_failure = SyncthingCannotConnectError("refused")
    report = await life.cycle()
    assert (report.brought_back, report.failed) == (1, 0)
    assert life.on_phone() == photos


async def test_an_upload_that_is_purged_before_it_was_seen_is_not_believed(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = life.phone_adds("Camera/new.jpg")
    really = ImmichClient.upload

    async def purged(client: ImmichClient, upload: Upload) -> UploadResult:
        result = await really(client, upload)
        monkeypatch.setattr(ImmichClient, "upload", really)
        life.web.purge(result.asset_id)
        return result

    monkeypatch.setattr(ImmichClient, "upload", purged)
    report = await life.cycle()
    assert (report.uploaded, report.counts.linked) == (0, 0)
    life.clock.skip(3600)
    await life.settle()
    assert life.in_immich() == {content}


async def test_without_the_right_to_count_everything_else_goes_on(life: Life) -> None:
    photos = await ten_photos(life)
    [key] = life.server.server.world.tables.keys.values()
    key.permissions[:] = [one for one in REQUIRED if one != "asset.statistics"]
    life.phone_deletes(THIRD)
    life.web.trash(life.web.find("IMG_4.jpg").id)
    await life.settle()
    assert life.in_immich(trashed=True) == {photos[THIRD], photos["Camera/IMG_4.jpg"]}
    assert "Camera/IMG_4.jpg" not in life.on_phone()


# --- the folder ---------------------------------------------------------------------------------------------------


async def test_a_folder_that_moves_while_it_is_planned_is_planned_again(life: Life) -> None:
    await ten_photos(life)
    life.phone_deletes(THIRD)

    def moves() -> None:
        life.syncthing.sequence += 1

    life.syncthing.meanwhile.append(moves)
    assert (await life.cycle()).trashed == 0
    assert (await life.cycle()).trashed == 1


async def test_a_directory_renamed_just_before_a_file_in_it_is_deleted_keeps_it(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = await ten_photos(life)
    life.web.trash(life.web.find("IMG_3.jpg").id)
    when_syncthing_is_asked(life, monkeypatch, lambda: (life.root / "Camera").rename(life.root / "Other"))
    report = await life.cycle()
    assert (report.deleted, report.failed) == (0, 1)
    assert set(life.on_phone().values()) == set(photos.values())


async def test_a_file_that_cannot_be_opened_any_more_goes_up_later(life: Life, monkeypatch: pytest.MonkeyPatch) -> None:
    await ten_photos(life)
    really_open, closed = os.open, [False]

    def refuse(path: str, *args: int, **kwargs: int) -> int:
        if closed[0] and path == "new.jpg":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return really_open(path, *args, **kwargs)

    def close() -> None:
        closed[0] = True

    monkeypatch.setattr(os, "open", refuse)
    life.phone_deletes(THIRD)
    life.phone_adds("Camera/new.jpg")
    life.syncthing.meanwhile.append(close)
    report = await life.cycle()
    assert (report.uploaded, report.failed) == (0, 1)
    closed[0] = False
    life.clock.skip(3600)
    await life.settle()
    assert b"photo Camera/new.jpg" in life.in_immich()


# --- sidecars -----------------------------------------------------------------------------------------------------


async def with_sidecar(life: Life, sidecar: bytes) -> None:
    life.phone_adds(PHOTO)
    life.phone_adds("other.jpg")
    await at_rest(life)
    life.phone_adds(SIDECAR, sidecar)


async def test_a_sidecar_that_only_has_tags_changes_nothing_else(life: Life) -> None:
    life.phone_adds(PHOTO)
    await at_rest(life)
    life.web.describe(life.web.find("IMG_1.jpg").id, "by hand")
    life.phone_adds(SIDECAR, says("", "cats").replace(b"<dc:description></dc:description>", b""))
    await at_rest(life)
    assert described(life) == "by hand"
    assert len(life.web.find("IMG_1.jpg").tag_ids) == 1


async def test_a_photo_trashed_just_before_is_told_nothing_until_it_is_back(life: Life) -> None:
    await with_sidecar(life, says("a cat"))
    asset = life.web.find("IMG_1.jpg").id
    life.phone_deletes("other.jpg")
    life.syncthing.meanwhile.append(lambda: life.web.trash(asset))
    assert (await life.cycle()).problem is None
    assert described(life) == ""
    life.web.restore(asset)
    life.clock.skip(3600)
    await at_rest(life)
    assert described(life) == "a cat"


async def test_a_sidecar_rewritten_just_before_is_passed_on_as_it_is_then(life: Life) -> None:
    await with_sidecar(life, says("a cat"))
    life.phone_deletes("other.jpg")
    life.syncthing.meanwhile.append(lambda: (life.root / SIDECAR).write_bytes(says("a very large dog")))
    await life.cycle()
    assert described(life) == ""
    life.folder.note_change(SIDECAR, complete=True)
    await at_rest(life)
    assert described(life) == "a very large dog"


async def test_a_sidecar_that_cannot_be_read_is_listed_and_stays_when_its_photo_goes(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    await with_sidecar(life, says("a cat"))
    really_open = os.open

    def refuse(path: str, *args: int, **kwargs: int) -> int:
        if path == "IMG_1.xmp":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return really_open(path, *args, **kwargs)

    with monkeypatch.context() as locked:
        locked.setattr(os, "open", refuse)
        report = await life.settle()
        assert report.problem is not None
        assert report.problem.placeholders["detail"] == SIDECAR
        life.web.trash(life.web.find("IMG_1.jpg").id)
        await life.settle()
    assert life.on_phone().keys() == {SIDECAR, "other.jpg"}


async def test_a_sidecar_that_the_vault_lost_does_not_keep_its_photo_away(life: Life) -> None:
    await with_sidecar(life, says("a cat"))
    await at_rest(life)
    asset = life.web.find("IMG_1.jpg").id
    life.web.trash(asset)
    await at_rest(life)
    assert life.on_phone().keys() == {"other.jpg"}
    (life.home / "vault").rename(life.home / "elsewhere")
    life.web.restore(asset)
    await at_rest(life)
    assert PHOTO in life.on_phone()


# --- faults of ours -----------------------------------------------------------------------------------------------


async def test_a_fault_of_ours_is_shown_and_over_when_it_is_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        await ten_photos(life)

        async def broken(_: str) -> None:
            raise ZeroDivisionError

        with monkeypatch.context() as breaking:
            breaking.setattr(life.syncthing, "folder_status", broken)
            report = await life.cycle()
        assert report.problem is not None
        assert (report.state, report.problem.code) == (FolderState.ERROR, "internal_error")
        life.phone_deletes(THIRD)
        await life.settle()
        assert len(life.in_immich(trashed=True)) == 1
