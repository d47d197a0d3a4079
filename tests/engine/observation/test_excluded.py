"""What the owner's patterns hide is not looked at, and what was known of it is neither believed nor forgotten."""

import os
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.merge import NO_INODE
from custom_components.immich_syncthing.engine.model import Base, Departure, FileStatus

from .watched import FOLDER, Watched, own_by_nobody, sha1

OTHER_DEVICE = 2**63 + 7


async def test_what_is_excluded_from_the_start_is_not_seen(folder: Watched) -> None:
    folder.restarted("*.mp4", "Private/")
    for path in ("a.jpg", "a.mp4", "Private/b.jpg", "Private/d/c.jpg"):
        folder.write(path, path)
    seen = await folder.see_all()
    assert (seen.files, folder.settled()) == (1, {"a.jpg": sha1("a.jpg")})
    await folder.see("a.mp4", "Private/b.jpg", "Private", complete=["Private/d/c.jpg"])
    assert folder.rows().keys() == {"a.jpg"}


async def test_only_what_is_included_is_seen(folder: Watched) -> None:
    folder.restarted(include=("DCIM/", "!Screenshots/"))
    for path in ("a.jpg", "DCIM/b.jpg", "DCIM/Screenshots/c.jpg", "Pictures/DCIM/d.jpg"):
        folder.write(path, path)
    await folder.see_all()
    assert folder.settled().keys() == {"DCIM/b.jpg", "Pictures/DCIM/d.jpg"}


async def test_what_is_excluded_later_is_neither_there_nor_gone(folder: Watched) -> None:
    for path in ("a.jpg", "Private/b.jpg", "Private/d/c.jpg"):
        folder.write(path, path)
    await folder.see_all()
    before = folder.rows()
    folder.restarted("Private/")
    folder.delete("Private/d")
    seen = await folder.see_all()
    assert (seen.files, seen.changed) == (1, 2)
    assert {path: row.status for path, row in folder.rows().items()} == {
        "a.jpg": FileStatus.SETTLED,
        "Private/b.jpg": FileStatus.EXCLUDED,
        "Private/d/c.jpg": FileStatus.EXCLUDED,
    }
    assert {row.signature for row in folder.rows().values()} == {row.signature for row in before.values()}
    assert folder.gone("Private/d/c.jpg") == {}
    assert (await folder.see_all()).changed == 0


async def test_an_event_of_a_hidden_file_tells_nothing(folder: Watched) -> None:
    folder.write("Private/b.jpg", "b")
    folder.write("c.mp4", "c")
    await folder.see_all()
    folder.restarted("Private/", "*.mp4")
    await folder.see_all()
    folder.delete("Private")
    folder.delete("c.mp4")
    await folder.see("Private", "Private/b.jpg", "c.mp4")
    assert {folder.status("Private/b.jpg"), folder.status("c.mp4")} == {FileStatus.EXCLUDED}


async def test_a_file_that_is_shown_again_need_not_be_read_again(folder: Watched) -> None:
    folder.write("Private/b.jpg", "b")
    await folder.see_all()
    folder.restarted("Private/")
    await folder.see_all()
    folder.restarted()
    seen = await folder.observer.full()
    assert (seen.unhashed, folder.settled()) == (0, {"Private/b.jpg": sha1("b")})


async def test_a_file_that_went_while_it_was_hidden_was_not_deleted(folder: Watched) -> None:
    folder.write("Private/b.jpg", "b")
    folder.write("copy.jpg", "b")
    await folder.see_all()
    folder.ledger.record(sha1("b"), Base.LINKED, "asset", folder.clock.wall())
    folder.restarted("Private/")
    await folder.see_all()
    folder.delete("copy.jpg")
    await folder.see_all()
    assert folder.gone("b") == {"copy.jpg": Departure.ABSENT}
    folder.restarted()
    folder.delete("Private")
    await folder.see_all()
    assert (folder.rows(), folder.gone("b")) == ({}, {})


async def test_a_file_that_was_changed_while_it_was_hidden_was_not_edited(folder: Watched) -> None:
    folder.write("Private/b.jpg", "old")
    await folder.see_all()
    folder.restarted("Private/")
    await folder.see_all()
    folder.write("Private/b.jpg", "something new")
    folder.restarted()
    await folder.observer.full()
    assert (folder.row("Private/b.jpg").status, folder.row("Private/b.jpg").checksum) == (
        FileStatus.UNHASHED,
        sha1("old"),
    )
    await folder.read()
    assert folder.settled() == {"Private/b.jpg": sha1("something new")}
    assert folder.gone("old") == {}
    folder.delete("Private/b.jpg")
    await folder.see("Private/b.jpg")
    assert folder.gone("something new") == {"Private/b.jpg": Departure.ABSENT}


async def test_a_file_that_was_touched_while_it_was_hidden_is_the_same_again(folder: Watched) -> None:
    folder.write("b.jpg", "b")
    await folder.see_all()
    folder.restarted("b.jpg")
    await folder.see_all()
    os.utime(folder.root / "b.jpg", (1, 1))
    folder.restarted()
    await folder.see_all()
    assert folder.settled() == {"b.jpg": sha1("b")}
    folder.delete("b.jpg")
    await folder.see("b.jpg")
    assert folder.gone("b") == {"b.jpg": Departure.ABSENT}


async def test_a_file_that_is_hidden_before_it_was_read_was_never_ours(folder: Watched) -> None:
    folder.write("a.jpg", "a")
    await folder.observer.full()
    assert folder.status("a.jpg") is FileStatus.UNHASHED
    folder.restarted("a.jpg")
    await folder.see_all()
    assert folder.rows() == {}


async def test_bytes_that_were_not_read_are_not_trusted_after_they_were_hidden(folder: Watched) -> None:
    folder.write("a.jpg", "old")
    await folder.see_all()
    folder.write("a.jpg", "new")
    await folder.observer.paths(["a.jpg"])
    assert folder.status("a.jpg") is FileStatus.UNHASHED
    folder.restarted("a.jpg")
    await folder.see_all()
    assert (folder.row("a.jpg").status, folder.row("a.jpg").signature.inode) == (FileStatus.EXCLUDED, NO_INODE)
    folder.restarted()
    await folder.see_all()
    assert folder.settled() == {"a.jpg": sha1("new")}


async def test_hidden_files_that_android_writes_hold_nothing_back(folder: Watched) -> None:
    folder.restarted("Download/")
    folder.write("Download/.pending-1798000000-a.jpg", "a")
    assert (await folder.see_all()).pending == 0
    folder.restarted()
    assert (await folder.see_all()).pending == 1


async def test_a_file_that_becomes_a_hidden_directory_is_unusable(folder: Watched) -> None:
    folder.write("burst.jpg", "a")
    folder.restarted("burst.jpg/")
    await folder.see_all()
    folder.delete("burst.jpg")
    folder.write("burst.jpg/1.jpg", "one")
    await folder.see("burst.jpg")
    assert {path: row.status for path, row in folder.rows().items()} == {"burst.jpg": FileStatus.UNUSABLE}


@pytest.mark.parametrize("path", [".trashed-1798000000-a.jpg", ".stversions/a.jpg", ".syncthing.a.jpg.tmp"])
async def test_no_pattern_brings_in_what_is_no_file(folder: Watched, path: str) -> None:
    folder.restarted("!*", include=("*",))
    folder.write(path, "a")
    assert ((await folder.see_all()).files, folder.rows()) == (0, {})


async def test_a_hidden_directory_that_cannot_be_read_troubles_nobody(guarded_folder: Watched) -> None:
    folder = guarded_folder
    folder.write("shut/a.jpg", "a")
    await folder.see_all()
    own_by_nobody(folder.root)
    (folder.root / "shut").chmod(0)
    folder.restarted("shut/")
    seen = await folder.see_all()
    assert (seen.unreadable, folder.observer.unreadable, folder.status("shut/a.jpg")) == ((), (), FileStatus.EXCLUDED)
    folder.restarted()
    assert ((await folder.see_all()).unreadable, folder.status("shut/a.jpg")) == (("shut",), FileStatus.UNSURE)
    (folder.root / "shut").chmod(0o700)
    await folder.see("shut")
    assert folder.settled() == {"shut/a.jpg": sha1("a")}


async def test_hidden_files_move_with_their_disk(folder: Watched) -> None:
    folder.write("a.jpg", "a")
    folder.write("Private/b.jpg", "b")
    await folder.see_all()
    folder.restarted("Private/")
    await folder.see_all()
    folder.pretend_device(OTHER_DEVICE)
    folder.ledger.set_root_device(FOLDER, OTHER_DEVICE)
    assert (await folder.see_all()).root_adopted
    assert folder.row("Private/b.jpg").signature.device == folder.row("a.jpg").signature.device == _device(folder.root)
    folder.restarted()
    await folder.observer.full()
    assert folder.settled().keys() == {"a.jpg", "Private/b.jpg"}


def _device(path: Path) -> int:
    return path.lstat().st_dev
