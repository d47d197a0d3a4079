"""What happens around an album folder: disks, Syncthing and Immich that are away, full, or not what they were."""

import asyncio
import errno
import os
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from custom_components.immich_syncthing.albums.errors import AlbumBaseError, AlbumBaseTooNewError
from custom_components.immich_syncthing.albums.settings import OnDeletedHere, Quality
from custom_components.immich_syncthing.engine import arriving
from custom_components.immich_syncthing.engine.workers import ThreadPool
from custom_components.immich_syncthing.syncthing.errors import SyncthingCannotConnectError
from custom_components.immich_syncthing.syncthing.models import FolderType
from tests.immich.photos import photo
from tests.servers.immich import FaultKind

from .tablet import Tablet


async def problem(tablet: Tablet) -> str:
    """The code of what stops a run, which did nothing."""
    before = tablet.files()
    report = await tablet.run()
    assert report.problem is not None
    assert (tablet.files(), report.copied, report.removed) == (before, 0, 0)
    return report.problem.code


async def test_a_disk_that_is_not_mounted_is_left_alone(tablet: Tablet) -> None:
    album = await tablet.album("IMG_1.jpg")
    await tablet.well()
    mounted = tablet.root.rename(tablet.home / "unplugged")
    assert await problem(tablet) == "root_missing"
    tablet.root.mkdir()
    tablet.web.take_from_album(album, tablet.web.find("IMG_1.jpg").id)
    assert await problem(tablet) == "marker_missing"
    assert list(tablet.root.iterdir()) == []
    tablet.root.rmdir()
    mounted.rename(tablet.root)
    assert (await tablet.well()).removed == 1


async def test_an_empty_disk_with_a_marker_takes_nothing_out_of_an_album(tablet: Tablet) -> None:
    album = await tablet.album(*[f"IMG_{number}.jpg" for number in range(6)])
    tablet.set(on_deleted_here=OnDeletedHere.TAKE_OUT)
    await tablet.well()
    tablet.root.rename(tablet.home / "unplugged")
    (tablet.root / ".stfolder").mkdir(parents=True)
    report = await tablet.well()
    assert (report.deleted_held, report.copied) == (6, 0)
    assert len(tablet.server.world.tables.albums[album].asset_ids) == 6


async def test_a_folder_that_is_paused_in_syncthing_rests(tablet: Tablet) -> None:
    await tablet.album("IMG_1.jpg")
    tablet.sync.paused = True
    folder = await tablet.open()
    report = await folder.run()
    assert (report.paused_there, report.copied, folder.state.paused_there) == (True, 0, True)
    tablet.sync.paused = False
    assert (await folder.run()).copied == 1
    assert not folder.state.paused_there
    await folder.close()


@pytest.mark.parametrize("kind", [FolderType.RECEIVE_ONLY, FolderType.RECEIVE_ENCRYPTED])
async def test_a_folder_that_only_receives_is_said(tablet: Tablet, kind: FolderType) -> None:
    await tablet.album("IMG_1.jpg")
    tablet.sync.type = kind
    assert await problem(tablet) == "album_one_way"


async def test_a_folder_that_syncthing_does_not_know_or_cannot_work_on_is_said(tablet: Tablet) -> None:
    await tablet.album("IMG_1.jpg")
    tablet.sync.error = "no space"
    assert await problem(tablet) == "syncthing_folder_fault"
    tablet.sync.error, tablet.sync.missing = "", True
    assert await problem(tablet) == "syncthing_unknown_folder"


async def test_what_syncthing_could_not_be_told_it_is_told_by_the_next_run(tablet: Tablet) -> None:
    await tablet.album("IMG_1.jpg")
    tablet.sync.scan_failure = SyncthingCannotConnectError()
    report = await tablet.run()
    assert report.problem is not None
    assert (report.problem.code, tablet.names()) == ("syncthing_cannot_connect", ["IMG_1.jpg"])
    tablet.sync.scan_failure = None
    await tablet.well()
    assert tablet.sync.scans == [("tablet", ())]
    await tablet.well()
    assert len(tablet.sync.scans) == 1


async def test_a_full_disk_ends_the_run_and_leaves_nothing_behind(
    tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tablet.album("IMG_1.jpg")
    monkeypatch.setattr(arriving, "RESERVE_BYTES", 1 << 62)
    assert await problem(tablet) == "disk_full"
    monkeypatch.undo()

    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    assert await problem(tablet) == "disk_full"
    monkeypatch.undo()
    assert [one.name for one in tablet.root.iterdir()] == [".stfolder"]
    assert (await tablet.well()).copied == 1


async def test_films_that_are_larger_than_the_room_stop_nothing_else(
    tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    album = await tablet.album("IMG_1.jpg")
    for number in range(7):
        await tablet.photo(f"MOV_{number}.mp4", bytes(5_000 + number), album)
    room = os.statvfs_result((1, 1, 6_000, 4_000, 4_000, 0, 0, 0, 0, 255))
    monkeypatch.setattr(arriving, "RESERVE_BYTES", 1_000)
    monkeypatch.setattr(os, "fstatvfs", lambda _: room)
    folder = await tablet.open()
    report = await folder.run()
    assert (report.problem, report.failed, tablet.names()) == (None, 7, ["IMG_1.jpg"])
    assert (folder.state.figures.no_room, folder.state.figures.failing) == (7, 7)
    monkeypatch.undo()
    tablet.clock.now += 61
    await folder.run()
    assert (folder.state.figures.no_room, len(tablet.names())) == (0, 8)
    await folder.close()


async def test_a_directory_that_cannot_be_written_to_is_said(tablet: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    await tablet.album("IMG_1.jpg")
    opened = os.open

    def refusing(path: object, flags: int, *args: int, **how: int | None) -> int:
        if flags & os.O_CREAT and str(path).endswith(".tmp"):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        return opened(path, flags, *args, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", refusing)
    assert await problem(tablet) == "read_only"


async def test_a_directory_that_cannot_be_read_changes_nothing(tablet: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    await tablet.album("IMG_1.jpg")
    await tablet.well()

    def refusing(_: int) -> object:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "scandir", refusing)
    report = await tablet.run()
    monkeypatch.undo()
    assert report.problem is not None
    assert (report.problem.code, tablet.names()) == ("root_unreadable", ["IMG_1.jpg"])


def unreadable(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """No file of a directory of this name can be listed, whoever asks."""
    scandir = os.scandir

    def refusing(fd: int) -> object:
        if Path(f"/proc/self/fd/{fd}").readlink().name == name:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return scandir(fd)

    monkeypatch.setattr(os, "scandir", refusing)


async def test_a_directory_in_it_that_cannot_be_read_stops_nothing_and_hides_what_lies_there(
    tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    tablet.set(on_deleted_here=OnDeletedHere.TAKE_OUT)
    await tablet.well()
    (tablet.root / "lost+found").mkdir()
    (tablet.root / "IMG_1.jpg").rename(tablet.root / "lost+found" / "IMG_1.jpg")
    await tablet.well()
    unreadable(monkeypatch, "lost+found")
    await tablet.photo("IMG_3.jpg", b"", album)
    (tablet.root / "IMG_2.jpg").unlink()
    report = await tablet.well()
    assert (report.copied, report.taken_out) == (1, 1)
    monkeypatch.undo()
    assert not (await tablet.well()).changed
    assert tablet.names() == ["IMG_3.jpg", "lost+found/IMG_1.jpg"]


async def test_a_folder_of_which_syncthing_knows_no_change_is_not_walked(
    tablet: Tablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    album = await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    (tablet.root / "below").mkdir()
    walks, scandir = [0], os.scandir

    def counting(where: Any) -> object:
        # Only a walk comes to it by a descriptor: nothing of ours lies there.
        walks[0] += isinstance(where, int) and Path(f"/proc/self/fd/{where}").readlink().name == "below"
        return scandir(where)

    monkeypatch.setattr(os, "scandir", counting)
    folder = await tablet.open()

    async def walked() -> bool:
        before = walks[0]
        assert (await folder.run()).problem is None
        return walks[0] > before

    assert [await walked() for _ in range(4)] == [True, True, False, False]
    (tablet.root / "IMG_1.jpg").unlink()
    tablet.sync.sequence += 1
    tablet.sync.tablet_sequence += 1
    assert [await walked() for _ in range(3)] == [True, True, False]
    assert folder.state.figures.away == 1
    await tablet.photo("IMG_3.jpg", b"", album)
    assert [await walked() for _ in range(3)] == [False, True, False]
    assert tablet.names() == ["IMG_2.jpg", "IMG_3.jpg"]
    tablet.clock.days(1.1)
    assert [await walked() for _ in range(2)] == [True, False]
    tablet.sync.need_files = 1
    assert await walked(), "while Syncthing works nothing is taken for granted"
    await folder.close()


async def test_nothing_is_written_or_removed_through_a_link(tablet: Tablet) -> None:
    outside = tablet.home / "outside"
    outside.mkdir()
    (outside / "IMG_1.jpg").write_bytes(b"secret")
    (tablet.root / "IMG_1.jpg").symlink_to(outside / "IMG_1.jpg")
    album = await tablet.album("IMG_1.jpg")
    one = tablet.web.find("IMG_1.jpg").id
    await tablet.well()
    assert (tablet.root / f"IMG_1 ({one[:8]}).jpg").read_bytes() == b"bytes of IMG_1.jpg"
    tablet.web.take_from_album(album, one)
    await tablet.well()
    assert (tablet.root / "IMG_1.jpg").is_symlink()
    assert [path.read_bytes() for path in outside.iterdir()] == [b"secret"]


async def test_a_name_from_immich_stays_in_the_folder(tablet: Tablet) -> None:
    album = await tablet.album("IMG_1.jpg")
    for number, name in enumerate(("../../escape.jpg", "/etc/passwd.jpg", ".stfolder", "..", "")):
        one = tablet.upload("IMG_2.jpg", b"%d" % number)
        await tablet.server.settle()
        tablet.server.world.tables.assets[one].name = name
        tablet.web.put_into_album(album, one)
    await tablet.well()
    assert len(tablet.files()) == 6
    assert all("/" not in name and name.startswith(("_", "..", "IMG_1")) for name in tablet.names())
    assert sorted(path.name for path in tablet.home.iterdir() if path.suffix == ".jpg") == []


async def test_a_photo_that_cannot_be_had_stops_no_other_and_is_tried_again_later(tablet: Tablet) -> None:
    await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    lost = tablet.web.find("IMG_1.jpg").id
    tablet.server.faults.add(FaultKind.STATUS, path=f"/assets/{lost}/original", status=400)
    folder = await tablet.open()
    report = await folder.run()
    assert (report.failed, report.copied, folder.state.figures.failing) == (1, 1, 1)
    tablet.server.faults.clear()
    assert (await folder.run()).copied == 0, "not at once"
    tablet.clock.now += 61
    assert (await folder.run()).copied == 1
    assert folder.state.figures.failing == 0
    await folder.close()


async def test_a_server_that_has_no_photo_at_all_ends_the_run(tablet: Tablet) -> None:
    await tablet.album(*[f"IMG_{number}.jpg" for number in range(8)])
    tablet.server.faults.add(FaultKind.STATUS, path="/original", status=400)
    report = await tablet.run()
    assert report.problem is not None
    assert (report.failed, report.copied) == (5, 0)


async def test_a_key_that_may_not_download_ends_the_run(tablet: Tablet) -> None:
    await tablet.album("IMG_1.jpg")
    tablet.library = tablet.client(tablet.server.make_key("asset.read", "user.read", "album.read"))
    assert await problem(tablet) == "immich_missing_permission"


async def test_wrong_bytes_are_not_kept(tablet: Tablet) -> None:
    await tablet.album("IMG_1.jpg", "IMG_2.jpg")
    path = tablet.server.world.path_of(tablet.web.find("IMG_1.jpg"))
    assert path is not None
    path.write_bytes(b"rotten")
    report = await tablet.well()
    assert (report.failed, tablet.names()) == (1, ["IMG_2.jpg"])


async def test_a_photo_without_a_preview_waits_for_it(tablet: Tablet) -> None:
    album = await tablet.album()
    await tablet.photo("IMG_1.jpg", photo(1), album)
    await tablet.photo("broken.jpg", b"no picture", album)
    tablet.set(quality=Quality.PREVIEW, side=4)
    report = await tablet.well()
    assert (report.failed, report.copied) == (1, 1)


async def test_a_copy_can_be_paused_in_its_midst_and_goes_on(tablet: Tablet) -> None:
    await tablet.album("IMG_1.jpg")
    hangs = tablet.server.faults.add(FaultKind.HANG, path="/original", times=1)
    folder = await tablet.open()
    running = asyncio.create_task(folder.run())
    while not hangs.hits:
        await asyncio.sleep(0.01)
    await folder.pause()
    report = await running
    assert (report.paused, folder.state.paused, tablet.names()) == (True, True, [])
    assert (await folder.run()).paused
    folder.resume()
    assert (await folder.run()).copied == 1
    await folder.close()
    await folder.close()


async def test_who_cancels_a_run_cancels_its_work(tablet: Tablet) -> None:
    await tablet.album("IMG_1.jpg")
    hangs = tablet.server.faults.add(FaultKind.HANG, path="/original", times=1)
    folder = await tablet.open()
    running = asyncio.create_task(folder.run())
    while not hangs.hits:
        await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert folder.state.doing == "nothing"
    assert (await folder.run()).copied == 1
    await folder.close()


async def test_it_works_in_threads_as_well(tablet: Tablet) -> None:
    tablet.blocking, tablet.disk = ThreadPool(1, "base"), ThreadPool(2, "disk")
    await tablet.album(*[f"IMG_{number}.jpg" for number in range(5)])
    assert (await tablet.well()).copied == 5
    tablet.blocking.close()
    tablet.disk.close()


async def test_a_base_of_a_later_version_is_left_as_it_is(tablet: Tablet, tmp_path: Path) -> None:
    await (await tablet.open()).close()
    connection = sqlite3.connect(tablet.base)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(AlbumBaseTooNewError):
        await tablet.open()
    assert list(tmp_path.glob("*.damaged*")) == []


async def test_a_strangers_database_is_left_as_it_is(tablet: Tablet) -> None:
    connection = sqlite3.connect(tablet.base)
    connection.execute("CREATE TABLE theirs (a)")
    connection.commit()
    connection.close()
    with pytest.raises(AlbumBaseError):
        await tablet.open()
