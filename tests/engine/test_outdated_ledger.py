"""The ledger is not the one that the folder was left with: stories of backups, lost marks and other Home Assistants."""

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from hashlib import sha1
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.errors import NoFenceError
from custom_components.immich_syncthing.engine.fence import Mark
from custom_components.immich_syncthing.engine.fence_file import FenceFile
from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.ledger.views import IntentKind, Json
from custom_components.immich_syncthing.engine.model import FolderState, Preset
from custom_components.immich_syncthing.engine.recovery import Sign
from custom_components.immich_syncthing.engine.report import CycleReport
from custom_components.immich_syncthing.engine.rules import Rules
from tests.servers.immich import FaultKind

from .living import CAMERA, Life, living, open_account, ten_photos
from .test_age import aged

pytestmark = pytest.mark.usefixtures("socket_enabled")


def mark_of(life: Life) -> Path:
    return life.root / ".stfolder" / "immich_syncthing" / "fence.json"


def generation(life: Life) -> int:
    return int(json.loads(mark_of(life).read_text())["generation"])


def write_mark(life: Life, generation: int, instance: str = "") -> None:
    mark_of(life).write_text(json.dumps({"instance": instance, "generation": generation}))


async def recovered(life: Life) -> bool:
    """Return whether a recovery of the ledger has ended since the last time."""
    view = await life.account.recovery()
    await life.account.acknowledge_recovery()
    return view is not None and view.ended_at is not None and view.of_ledger and view.signs == (Sign.FENCE,)


async def put_back_the_ledger_after(life: Life, happens: Callable[[], None]) -> None:
    """Let the account live on, and then have an older ledger, as from a backup of Home Assistant."""
    ledgers, backup = life.home / "ledgers", life.home / "backup"
    await life.account.close()
    shutil.copytree(ledgers, backup)
    life.account = await open_account(life.home, life)
    await life.settle()
    happens()
    await life.settle()
    await life.account.close()
    shutil.rmtree(ledgers)
    shutil.copytree(backup, ledgers)
    life.account = await open_account(life.home, life)


async def test_ledger_restored_from_backup(life: Life) -> None:
    photos = await ten_photos(life)

    def happens() -> None:
        photos["Camera/new.jpg"] = life.phone_adds("Camera/new.jpg")
        life.phone_deletes("Camera/IMG_1.jpg")
        life.web.trash(life.web.find("IMG_2.jpg").id)
        life.phone_renames("Camera/IMG_3.jpg", "Holiday/beach.jpg")

    await put_back_the_ledger_after(life, happens)
    phone, active, trashed = life.on_phone(), life.in_immich(), life.in_immich(trashed=True)
    assert (len(phone), len(active), len(trashed)) == (9, 9, 2)
    assets = {asset.id: asset.updated_at for asset in life.web.assets()}
    life.phone_deletes("Camera/IMG_4.jpg")
    report = await life.settle()
    assert await recovered(life)
    del phone["Camera/IMG_4.jpg"]
    assert life.on_phone() == phone
    assert (life.in_immich(), life.in_immich(trashed=True)) == (active, trashed)
    assert {asset.id: asset.updated_at for asset in life.web.assets()} == assets
    assert (report.state, report.counts.linked) == (FolderState.IN_AGREEMENT, 8)
    life.phone_deletes("Camera/new.jpg")
    await life.settle()
    assert life.in_immich(trashed=True) == trashed | {photos["Camera/new.jpg"]}


async def test_what_was_freed_after_the_backup_is_not_taken_for_deleted(tmp_path: Path) -> None:
    async with living(tmp_path, preset=Preset.BACKUP) as life:
        photos = await ten_photos(life)
        await put_back_the_ledger_after(life, lambda: life.phone_deletes("Camera/IMG_1.jpg"))
        life.preset = Preset.MIRROR
        await life.restart()
        await life.settle()
        assert await recovered(life)
        assert life.in_immich() == set(photos.values())


async def test_a_backup_from_the_midst_of_a_batch_that_immich_broke_off_is_outdated(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    photos = await ten_photos(life)
    first, second = sorted(
        ("IMG_3.jpg", "IMG_4.jpg"), key=lambda one: sha1(photos[f"Camera/{one}"], usedforsecurity=False).digest()
    )
    aged(life, 400, first, second)
    ledgers, backup = life.home / "ledgers", life.home / "backup"
    write = FenceFile.write

    async def write_and_back_up(self: FenceFile, mark: Mark) -> None:
        await write(self, mark)
        if not backup.exists():
            backup.mkdir()
            with (
                closing(sqlite3.connect(ledgers / "ledger.sqlite")) as source,
                closing(sqlite3.connect(backup / "ledger.sqlite")) as copy,
            ):
                source.backup(copy)

    def breaks_off() -> None:
        monkeypatch.setattr(FenceFile, "write", write_and_back_up)
        life.server.faults.add(FaultKind.RESET_BEFORE, f"/assets/{life.web.find(second).id}$")

    await life.restart(rules=Rules(free_after_days=365))
    life.clock.skip(2 * 3600)
    life.syncthing.looks = 0
    life.syncthing.meanwhile.append(breaks_off)
    await life.cycle()
    assert life.on_phone().keys() == photos.keys() - {f"Camera/{first}"}
    await life.account.close()
    monkeypatch.undo()
    life.server.faults.clear()
    shutil.rmtree(ledgers)
    shutil.copytree(backup, ledgers)
    life.account = await open_account(life.home, life)
    await life.settle()
    assert await recovered(life)
    assert life.in_immich() == set(photos.values())


async def test_a_backup_of_the_last_idle_hours_is_as_good_as_the_ledger(life: Life) -> None:
    photos = await ten_photos(life)
    before = generation(life)
    await put_back_the_ledger_after(life, lambda: None)
    await life.settle()
    assert not await recovered(life)
    assert generation(life) == before
    assert life.in_immich() == set(photos.values())


async def test_nothing_is_written_while_nothing_changes(life: Life) -> None:
    await ten_photos(life)
    status = mark_of(life).stat()
    for _ in range(5):
        await life.cycle()
    await life.restart()
    await life.settle()
    assert (mark_of(life).stat().st_ino, mark_of(life).stat().st_mtime_ns) == (status.st_ino, status.st_mtime_ns)


@pytest.mark.parametrize(
    "happens",
    [
        lambda life: mark_of(life).unlink(),
        lambda life: mark_of(life).write_bytes(b"\0" * 50),
        lambda life: write_mark(life, generation(life) + 1),
        lambda life: write_mark(life, generation(life) - 1),
    ],
    ids=["lost", "damaged", "newer", "older"],
)
async def test_a_mark_that_the_ledger_did_not_leave(tmp_path: Path, happens: Callable[[Life], None]) -> None:
    async with living(tmp_path) as life:
        photos = await ten_photos(life)
        happens(life)
        preview = await life.folder.preview()
        assert preview.problem is not None
        assert preview.problem.code == "recovery"
        life.phone_deletes("Camera/IMG_3.jpg")
        assert (await life.cycle()).state is FolderState.RECOVERY
        report = await life.settle()
        assert await recovered(life)
        assert report.state is FolderState.IN_AGREEMENT
        assert life.in_immich() == set(photos.values())
        life.phone_deletes("Camera/IMG_4.jpg")
        await life.settle()
        assert life.in_immich(trashed=True) == {photos["Camera/IMG_4.jpg"]}
        assert not await recovered(life)


async def test_ledger_lost_adopts_the_mark(life: Life) -> None:
    photos = await ten_photos(life)
    before = generation(life)
    await life.lose_ledger()
    await life.settle()
    assert await life.account.recovery() is None
    assert generation(life) > before
    assert life.on_phone() == photos
    assert life.in_immich() == set(photos.values())


async def test_lost_with_a_damaged_mark(life: Life) -> None:
    photos = await ten_photos(life)
    mark_of(life).write_text("nonsense")
    await life.lose_ledger()
    await life.settle()
    assert await life.account.recovery() is None
    assert generation(life) > 0
    assert life.in_immich() == set(photos.values())


async def test_what_an_outdated_ledger_had_begun_is_not_finished(life: Life) -> None:
    photos = await ten_photos(life)
    await life.account.close()
    path = "Camera/IMG_3.jpg"
    place = life.root / ".stfolder" / "immich_syncthing" / "quarantine"
    place.mkdir(parents=True)
    ledger = Ledger.open(life.home / "ledgers" / "ledger.sqlite")
    row, other = ledger.file(CAMERA, path), ledger.file(CAMERA, "Camera/IMG_4.jpg")
    assert row is not None
    assert row.checksum is not None
    assert other is not None
    assert other.checksum is not None
    payload: dict[str, Json] = {"asset_id": None, "trashed": True, "granted": True, "files": [[CAMERA, path, "token"]]}
    ledger.open_intent(IntentKind.DELETE, row.checksum, CAMERA, payload, 1.0)
    ledger.open_intent(IntentKind.UPLOAD, other.checksum, CAMERA, {"path": other.path}, 1.0)
    ledger.close()
    (life.root / path).rename(place / "token")
    (place / "token.path").write_text(path)
    write_mark(life, generation(life) + 5)
    life.account = await open_account(life.home, life)
    await life.settle()
    assert await recovered(life)
    assert life.on_phone() == photos
    assert life.in_immich() == set(photos.values())


async def test_the_other_folder_exposes_it_too(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        photos = await ten_photos(life)
        life.tablet_adds("drawing.jpg", b"drawing")
        await life.settle()
        (life.tablet_root / ".stfolder" / "immich_syncthing" / "fence.json").unlink()
        await life.tablet_cycle()
        life.phone_deletes("Camera/IMG_3.jpg")
        await life.settle()
        assert await recovered(life)
        assert life.in_immich() == {*photos.values(), b"drawing"}


async def test_a_folder_whose_disk_is_away_keeps_its_mark_and_stops_no_other(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        photos = await ten_photos(life)
        life.tablet_adds("copy.jpg", photos["Camera/IMG_3.jpg"])
        life.tablet_adds("drawing.jpg", b"drawing")
        await life.settle()
        life.tablet_root.rename(life.tablet_root.with_name("elsewhere"))
        life.web.trash(life.web.find("IMG_3.jpg").id)
        await life.settle()
        assert "Camera/IMG_3.jpg" not in life.on_phone()
        life.tablet_root.with_name("elsewhere").rename(life.tablet_root)
        await life.settle()
        assert not (life.tablet_root / "copy.jpg").exists()
        assert await life.account.recovery() is None


# --- nowhere to write -------------------------------------------------------------------------------------------


def problem(report: CycleReport) -> str | None:
    return None if report.problem is None else report.problem.code


async def test_without_any_place_for_a_mark_photos_go_up_and_nothing_is_deleted(tmp_path: Path) -> None:
    async with living(tmp_path) as life:
        (life.root / ".stfolder" / "immich_syncthing").write_bytes(b"")
        (tmp_path / "vault").rename(tmp_path / "elsewhere")
        photos = await ten_photos(life)
        assert life.in_immich() == set(photos.values())
        life.phone_deletes("Camera/IMG_3.jpg")
        life.web.trash(life.web.find("IMG_4.jpg").id)
        report = await life.settle()
        assert (report.wait_reason, problem(report)) == ("no_fence", None)
        assert photos["Camera/IMG_3.jpg"] in life.in_immich()
        assert "Camera/IMG_4.jpg" in life.on_phone()
        (tmp_path / "elsewhere").rename(tmp_path / "vault")
        (life.root / ".stfolder" / "immich_syncthing").unlink()
        report = await life.settle()
        assert report.wait_reason is None
        assert photos["Camera/IMG_3.jpg"] in life.in_immich(trashed=True)
        assert "Camera/IMG_4.jpg" not in life.on_phone()
        assert await life.account.recovery() is None


async def test_a_mark_that_cannot_be_written_any_more_stops_deletions(
    tmp_path: Path, read_only: Callable[[Path], None]
) -> None:
    async with living(tmp_path) as life:
        photos = await ten_photos(life)
        read_only(life.root / ".stfolder")
        (tmp_path / "vault").rename(tmp_path / "elsewhere")
        life.phone_deletes("Camera/IMG_3.jpg")
        for _ in range(3):
            report = await life.cycle()
        assert report.wait_reason == "no_fence"
        assert photos["Camera/IMG_3.jpg"] in life.in_immich()
        (tmp_path / "elsewhere").rename(tmp_path / "vault")
        await life.settle()
        assert photos["Camera/IMG_3.jpg"] in life.in_immich(trashed=True)
        assert await life.account.recovery() is None


async def test_recovery_ends_even_if_no_mark_can_be_written(tmp_path: Path, read_only: Callable[[Path], None]) -> None:
    async with living(tmp_path) as life:
        photos = await ten_photos(life)
        mark_of(life).write_bytes(b"nonsense")
        read_only(life.root / ".stfolder")
        (tmp_path / "vault").rename(tmp_path / "elsewhere")
        await life.restart()
        life.phone_deletes("Camera/IMG_3.jpg")
        life.phone_adds("Camera/new.jpg")
        for _ in range(6):
            report = await life.cycle()
        assert (report.state, report.wait_reason) == (FolderState.IN_AGREEMENT, "no_fence")
        assert life.in_immich() == {*photos.values(), b"photo Camera/new.jpg"}
        (tmp_path / "elsewhere").rename(tmp_path / "vault")
        await life.settle()
        life.phone_deletes("Camera/IMG_4.jpg")
        await life.settle()
        assert life.in_immich(trashed=True) == {photos["Camera/IMG_4.jpg"]}


# --- another Home Assistant -------------------------------------------------------------------------------------


async def test_where_another_one_works_nothing_is_done_until_it_is_taken_over(life: Life) -> None:
    photos = await ten_photos(life)
    write_mark(life, generation(life) + 3, "cabin")
    life.phone_adds("Camera/new.jpg")
    life.phone_deletes("Camera/IMG_3.jpg")
    report = await life.settle()
    assert (report.state, problem(report)) == (FolderState.ERROR, "other_instance")
    assert report.problem is not None
    assert report.problem.placeholders == {"detail": "Camera"}
    preview = await life.folder.preview()
    assert preview.problem is not None
    assert preview.problem.code == "other_instance"
    assert life.in_immich() == set(photos.values())
    await life.folder.take_over()
    report = await life.settle()
    assert report.state is FolderState.IN_AGREEMENT
    assert await recovered(life)
    assert life.in_immich() == {*photos.values(), b"photo Camera/new.jpg"}
    assert life.in_immich(trashed=True) == set()


async def test_its_mark_is_not_overwritten_from_another_folder(tmp_path: Path) -> None:
    async with living(tmp_path, tablet=Preset.MIRROR) as life:
        photos = await ten_photos(life)
        life.tablet_adds("copy.jpg", photos["Camera/IMG_3.jpg"])
        await life.settle()
        write_mark(life, generation(life) + 3, "cabin")
        before = mark_of(life).read_bytes()
        life.tablet_deletes("copy.jpg")
        life.tablet_adds("drawing.jpg", b"drawing")
        for _ in range(4):
            await life.tablet_cycle()
        assert b"drawing" in life.in_immich()
        assert mark_of(life).read_bytes() == before


async def test_a_folder_that_is_new_here_is_taken_over_without_ado(life: Life) -> None:
    photos = await ten_photos(life)
    await life.lose_ledger()
    write_mark(life, 7, "cabin")
    assert problem(await life.settle()) == "other_instance"
    await life.folder.take_over()
    report = await life.settle()
    assert report.state is FolderState.IN_AGREEMENT
    assert await life.account.recovery() is None
    assert life.in_immich() == set(photos.values())


async def test_taking_over_needs_a_place_for_the_mark(tmp_path: Path, read_only: Callable[[Path], None]) -> None:
    async with living(tmp_path) as life:
        await ten_photos(life)
        write_mark(life, 70, "cabin")
        read_only(life.root / ".stfolder")
        (tmp_path / "vault").rename(tmp_path / "elsewhere")
        with pytest.raises(NoFenceError):
            await life.folder.take_over()
        assert problem(await life.settle()) == "other_instance"
        (tmp_path / "elsewhere").rename(tmp_path / "vault")
        await life.folder.take_over()
        await life.settle()
        assert await recovered(life)
