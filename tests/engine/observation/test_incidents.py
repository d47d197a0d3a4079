"""The gallery of lost photos, as far as looking at a folder can lose or leak them."""

import asyncio
import os
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.errors import MarkerMissingError, RootChangedError
from custom_components.immich_syncthing.engine.model import Departure, FileStatus
from custom_components.immich_syncthing.engine.scan import Root
from custom_components.immich_syncthing.engine.settings import SETTLE_SECONDS

from .watched import FOLDER, Watched, sha1, signature


async def test_unmounted_disk(folder: Watched) -> None:
    for number in range(20):
        folder.write(f"{number}.jpg", str(number))
    await folder.see_all()
    before = folder.rows()
    folder.root.rename(folder.root.with_name("unplugged"))
    folder.root.mkdir()
    with pytest.raises(MarkerMissingError):
        await folder.see_all()
    assert folder.rows() == before


async def test_empty_mount_with_marker(folder: Watched) -> None:
    for number in range(20):
        folder.write(f"{number}.jpg", str(number))
    await folder.see_all()
    folder.pretend_device(12345)
    folder.ledger.set_root_device(FOLDER, 12345)
    before = folder.rows()
    folder.root.rename(folder.root.with_name("unplugged"))
    (folder.root / ".stfolder").mkdir(parents=True)
    with pytest.raises(RootChangedError):
        await folder.see_all()
    assert folder.rows() == before


async def test_symlink_exfiltration(folder: Watched, tmp_path: Path) -> None:
    secrets = tmp_path / "config"
    secrets.mkdir()
    (secrets / "secrets.jpg").write_text("password")
    (folder.root / "a.jpg").symlink_to(secrets / "secrets.jpg")
    (folder.root / "DCIM").symlink_to(secrets)
    await folder.see_all()
    await folder.see("a.jpg", "DCIM", "DCIM/secrets.jpg")
    assert folder.rows() == {}


async def test_symlink_exfiltration_after_the_look(folder: Watched, tmp_path: Path) -> None:
    folder.write("DCIM/secrets.jpg", "photo")
    await folder.observer.full()
    secrets = tmp_path / "config"
    (folder.root / "DCIM").rename(secrets)
    (folder.root / "DCIM").symlink_to(secrets)
    assert await folder.read() == 0
    assert folder.row("DCIM/secrets.jpg").checksum is None
    with Root.open(folder.root, ".stfolder") as root, pytest.raises(NotADirectoryError):
        root.open_file("DCIM/secrets.jpg")


async def test_download_in_progress(folder: Watched) -> None:
    for name in (
        ".syncthing.IMG_1.jpg.tmp",
        ".syncthing.IMG_1.jpg",
        "~syncthing~IMG_2.jpg.tmp",
        "~syncthing~IMG_2.jpg",
    ):
        folder.write(f"DCIM/{name}", b"\0" * 1000)
    seen = await folder.see_all()
    assert (seen.files, folder.rows()) == (0, {})
    folder.rename("DCIM/.syncthing.IMG_1.jpg.tmp", "DCIM/IMG_1.jpg")
    await folder.see("DCIM/IMG_1.jpg", complete=["DCIM/IMG_1.jpg"])
    assert set(folder.settled()) == {"DCIM/IMG_1.jpg"}


async def test_file_becomes_directory(folder: Watched) -> None:
    folder.write("burst.jpg", "photo")
    await folder.see_all()
    folder.delete("burst.jpg")
    folder.write("burst.jpg/1.jpg", "one")
    await folder.see("burst.jpg")
    assert (folder.status("burst.jpg"), folder.settled()) == (FileStatus.UNUSABLE, {"burst.jpg/1.jpg": sha1("one")})


async def test_file_becomes_directory_and_only_what_is_in_it_is_named(folder: Watched) -> None:
    folder.write("burst.jpg", "photo")
    await folder.see_all()
    folder.delete("burst.jpg")
    folder.write("burst.jpg/deep/1.jpg", "one")
    await folder.see("burst.jpg/deep/1.jpg")
    assert folder.status("burst.jpg") is FileStatus.UNUSABLE
    assert folder.settled() == {"burst.jpg/deep/1.jpg": sha1("one")}


async def test_same_mtime_write(folder: Watched) -> None:
    """Right after it was read, a file is rewritten with equal size and mtime, within one tick of the clock."""
    for attempt in range(20):
        file = folder.write("a.jpg", f"old {attempt:02}")
        await folder.see("a.jpg", complete=["a.jpg"])
        mtime_ns = file.stat().st_mtime_ns
        with file.open("r+") as again:
            again.write(f"new {attempt:02}")
        os.utime(file, ns=(mtime_ns, mtime_ns))
        await folder.see("a.jpg", complete=["a.jpg"])
        assert folder.settled() == {"a.jpg": sha1(f"new {attempt:02}")}


async def test_silent_rewrite(folder: Watched) -> None:
    """Syncthing never notices this one; the slow walk does."""
    file = folder.write("a.jpg", "old")
    await folder.see_all()
    before = file.stat()
    with file.open("r+") as again:
        again.write("new")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    await folder.see_all()
    assert folder.settled() == {"a.jpg": sha1("new")}
    assert folder.gone("old") == {"a.jpg": Departure.REPLACED}


async def test_half_written_file(folder: Watched) -> None:
    folder.clock.ahead = 0.0
    file = folder.write("a.jpg", b"")
    await folder.see_all()
    assert folder.rows() == {}
    file.write_text("half")
    await folder.see("a.jpg")
    file.write_text("half and whole")
    await folder.see("a.jpg")
    assert folder.settled() == {}
    folder.clock.ahead += SETTLE_SECONDS
    await folder.observer.settle()
    await folder.read()
    assert folder.settled() == {"a.jpg": sha1("half and whole")}


async def test_file_written_during_hashing(folder: Watched) -> None:
    file = folder.write("a.jpg", "first")
    await folder.observer.full()
    row = folder.row("a.jpg")
    file.write_text("later")
    assert await folder.read() == 0
    assert folder.settled() == {}
    assert folder.row("a.jpg").signature == signature(file) != row.signature


async def test_android_trash_and_restore(folder: Watched) -> None:
    folder.write("DCIM/IMG_1.jpg", "photo")
    await folder.see_all()
    folder.rename("DCIM/IMG_1.jpg", "DCIM/.trashed-1798000000-IMG_1.jpg")
    await folder.see("DCIM/IMG_1.jpg", "DCIM/.trashed-1798000000-IMG_1.jpg")
    assert (folder.rows(), folder.gone("photo")) == ({}, {"DCIM/IMG_1.jpg": Departure.BINNED})
    folder.rename("DCIM/.trashed-1798000000-IMG_1.jpg", "DCIM/IMG_1.jpg")
    await folder.see("DCIM/IMG_1.jpg", "DCIM/.trashed-1798000000-IMG_1.jpg")
    assert (folder.settled(), folder.gone("photo")) == ({"DCIM/IMG_1.jpg": sha1("photo")}, {})


async def test_mass_rename(folder: Watched) -> None:
    for number in range(300):
        folder.write(f"old/{number}.jpg", str(number))
    await folder.see_all()
    folder.rename("old", "new")
    seen = await folder.see("old")
    assert (seen.changed, len(folder.gone("7"))) == (300, 1)
    seen = await folder.see("new")
    assert seen.changed == 300
    assert folder.settled() == {f"new/{number}.jpg": sha1(str(number)) for number in range(300)}
    view = folder.ledger.content(sha1("7"))
    assert view is not None
    assert [row.path for row in view.present] == ["new/7.jpg"]


async def test_deleted_while_stopped(folder: Watched) -> None:
    folder.write("DCIM/a.jpg", "a")
    folder.write("DCIM/b.jpg", "b")
    await folder.see_all()
    folder.delete("DCIM/a.jpg")
    folder.restarted()
    await folder.see("DCIM/b.jpg")
    assert folder.gone("a") == {"DCIM/a.jpg": Departure.ABSENT}


async def test_a_fifo_blocks_nobody(folder: Watched) -> None:
    folder.write("a.jpg", "a")
    await folder.observer.full()
    folder.delete("a.jpg")
    os.mkfifo(folder.root / "a.jpg")
    async with asyncio.timeout(10):
        assert await folder.read() == 0
    assert folder.rows() == {}
