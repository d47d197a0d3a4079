"""A file is gone only if its absence is certain."""

import os
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.errors import (
    MarkerMissingError,
    RootChangedError,
    RootMissingError,
    RootUnreadableError,
)
from custom_components.immich_syncthing.engine.model import Departure, FileStatus

from .watched import FOLDER, Watched, sha1

OTHER_DEVICE = 2**63 + 7


class TestUnusable:
    async def test_an_emptied_file_keeps_its_last_content(self, folder: Watched) -> None:
        folder.write("a.jpg", "a")
        await folder.see_all()
        folder.write("a.jpg", b"")
        seen = await folder.see("a.jpg")
        assert (seen.files, seen.unhashed, seen.unsettled) == (0, 0, 0)
        assert (folder.row("a.jpg").status, folder.row("a.jpg").checksum) == (FileStatus.UNUSABLE, sha1("a"))
        assert (await folder.see("a.jpg")).changed == 0
        folder.write("a.jpg", "a")
        await folder.see("a.jpg")
        assert folder.settled() == {"a.jpg": sha1("a")}

    async def test_what_was_never_a_file_gets_no_row(self, folder: Watched) -> None:
        folder.write("empty.jpg", b"")
        (folder.root / "d.jpg").mkdir()
        (folder.root / "link.jpg").symlink_to("d.jpg")
        os.mkfifo(folder.root / "fifo.jpg")
        seen = await folder.see_all()
        assert (seen.files, folder.rows()) == (0, {})

    @pytest.mark.parametrize("kind", ["link", "fifo", "directory"])
    async def test_a_file_replaced_by_something_else_is_unusable_then_gone(self, folder: Watched, kind: str) -> None:
        folder.write("DCIM/a.jpg", "a")
        await folder.see_all()
        folder.delete("DCIM/a.jpg")
        if kind == "link":
            (folder.root / "DCIM/a.jpg").symlink_to("/etc/passwd")
        elif kind == "fifo":
            os.mkfifo(folder.root / "DCIM/a.jpg")
        else:
            (folder.root / "DCIM/a.jpg").mkdir()
        await folder.see("DCIM/a.jpg")
        assert (folder.row("DCIM/a.jpg").status, folder.gone("a")) == (FileStatus.UNUSABLE, {})
        folder.delete("DCIM/a.jpg")
        await folder.see("DCIM/a.jpg")
        assert folder.gone("a") == {"DCIM/a.jpg": Departure.ABSENT}

    async def test_a_fresh_file_that_becomes_unusable_leaves_nothing(self, folder: Watched) -> None:
        folder.write("a.jpg", "a")
        await folder.observer.full()
        folder.write("a.jpg", b"")
        await folder.see("a.jpg")
        assert folder.rows() == {}

    async def test_an_unreadable_file_is_tried_again_at_each_look(self, guarded_folder: Watched) -> None:
        folder = guarded_folder
        file = folder.write("known.jpg", "a")
        await folder.see_all()
        folder.write("known.jpg", "b").chmod(0)
        folder.write("new.jpg", "n").chmod(0)
        seen = await folder.see_all()
        assert seen.unhashed == 2
        assert (folder.row("known.jpg").status, folder.row("known.jpg").checksum) == (FileStatus.UNUSABLE, sha1("a"))
        assert folder.status("new.jpg") is None
        assert await folder.read() == 0
        file.chmod(0o600)
        (folder.root / "new.jpg").chmod(0o600)
        await folder.see_all()
        assert folder.settled() == {"known.jpg": sha1("b"), "new.jpg": sha1("n")}


class TestUnreadableDirectories:
    async def test_their_files_are_unsure_and_come_back_unread(self, guarded_folder: Watched) -> None:
        folder = guarded_folder
        folder.write("shut/a.jpg", "a")
        folder.write("shut/deep/b.jpg", "b")
        folder.write("open/c.jpg", "c")
        await folder.see_all()
        (folder.root / "shut").chmod(0)
        seen = await folder.see_all()
        assert (seen.unreadable, seen.files) == (("shut",), 1)
        assert folder.status("shut/a.jpg") is FileStatus.UNSURE
        assert folder.status("shut/deep/b.jpg") is FileStatus.UNSURE
        assert folder.gone("a") == folder.gone("b") == {}
        (folder.root / "shut").chmod(0o700)
        seen = await folder.observer.full()
        assert (seen.unreadable, seen.unhashed) == ((), 0)
        assert set(folder.settled()) == {"shut/a.jpg", "shut/deep/b.jpg", "open/c.jpg"}

    async def test_a_named_path_in_one_is_unsure(self, guarded_folder: Watched) -> None:
        folder = guarded_folder
        folder.write("shut/a.jpg", "a")
        await folder.see_all()
        folder.delete("shut/a.jpg")
        (folder.root / "shut").chmod(0)
        seen = await folder.see("shut/a.jpg")
        assert (seen.unreadable, folder.status("shut/a.jpg")) == (("shut",), FileStatus.UNSURE)
        (folder.root / "shut").chmod(0o700)
        await folder.see("shut/a.jpg")
        assert folder.gone("a") == {"shut/a.jpg": Departure.ABSENT}

    async def test_a_file_that_was_changed_but_not_read_is_not_trusted_afterwards(
        self, guarded_folder: Watched
    ) -> None:
        folder = guarded_folder
        folder.write("shut/a.jpg", "old")
        await folder.see_all()
        folder.write("shut/a.jpg", "new")
        await folder.observer.paths(["shut/a.jpg"])
        (folder.root / "shut").chmod(0)
        await folder.see_all()
        assert (folder.row("shut/a.jpg").status, folder.row("shut/a.jpg").checksum) == (FileStatus.UNSURE, sha1("old"))
        (folder.root / "shut").chmod(0o700)
        await folder.see_all()
        assert folder.settled() == {"shut/a.jpg": sha1("new")}

    async def test_a_directory_that_can_be_listed_but_not_searched_is_unsure(self, guarded_folder: Watched) -> None:
        folder = guarded_folder
        folder.write("d/a.jpg", "a")
        await folder.see_all()
        (folder.root / "d").chmod(0o400)
        await folder.see_all()
        assert folder.status("d/a.jpg") is FileStatus.UNSURE

    async def test_pending_files_in_one_still_count(self, guarded_folder: Watched) -> None:
        folder = guarded_folder
        folder.write("shut/.pending-1798000000-IMG_1.jpg", "half")
        await folder.see_all()
        (folder.root / "shut").chmod(0)
        assert (await folder.see_all()).pending == 1

    async def test_an_unreadable_root_is_no_observation(self, guarded_folder: Watched) -> None:
        folder = guarded_folder
        folder.write("a.jpg", "a")
        await folder.see_all()
        folder.root.chmod(0)
        with pytest.raises(RootUnreadableError):
            await folder.see_all()
        folder.root.chmod(0o300)
        with pytest.raises(RootUnreadableError):
            await folder.see("a.jpg")
        folder.root.chmod(0o700)
        assert folder.settled() == {"a.jpg": sha1("a")}

    async def test_below_a_link_nothing_is_sure(self, folder: Watched, tmp_path: Path) -> None:
        folder.write("DCIM/a.jpg", "a")
        await folder.see_all()
        (folder.root / "DCIM").rename(tmp_path / "elsewhere")
        (folder.root / "DCIM").symlink_to(tmp_path / "elsewhere")
        await folder.see("DCIM")
        assert (folder.status("DCIM/a.jpg"), folder.gone("a")) == (FileStatus.UNSURE, {})
        await folder.see_all()
        assert folder.status("DCIM/a.jpg") is FileStatus.UNSURE


class TestOtherDevices:
    async def test_what_lay_on_a_disk_that_is_no_longer_mounted_is_unsure(self, folder: Watched) -> None:
        folder.write("sd/DCIM/a.jpg", "a")
        folder.write("b.jpg", "b")
        await folder.see_all()
        folder.pretend_device(OTHER_DEVICE, below="sd/")
        folder.delete("sd/DCIM")
        await folder.see("sd/DCIM")
        assert (folder.status("sd/DCIM/a.jpg"), folder.gone("a")) == (FileStatus.UNSURE, {})
        folder.delete("sd")
        await folder.see_all()
        assert (folder.status("sd/DCIM/a.jpg"), folder.gone("a")) == (FileStatus.UNSURE, {})

    async def test_a_nested_disk_with_a_new_number_is_recognised_unread(self, folder: Watched) -> None:
        folder.write("sd/a.jpg", "a")
        folder.write("b.jpg", "b")
        await folder.see_all()
        folder.pretend_device(OTHER_DEVICE, below="sd/")
        seen = await folder.observer.full()
        assert (seen.unhashed, seen.changed, seen.root_adopted) == (0, 1, False)
        folder.delete("sd/a.jpg")
        await folder.see_all()
        assert folder.gone("a") == {"sd/a.jpg": Departure.ABSENT}

    async def test_another_disk_at_the_roots_path_is_not_taken_in(self, folder: Watched) -> None:
        folder.write("a.jpg", "a")
        await folder.see_all()
        other_disk(folder)
        folder.delete("a.jpg")
        folder.write("stranger.jpg", "s")
        for look in (folder.observer.full(), folder.observer.paths(["a.jpg", "stranger.jpg"])):
            with pytest.raises(RootChangedError):
                await look
        assert set(folder.rows()) == {"a.jpg"}
        assert folder.ledger.root_device(FOLDER) == OTHER_DEVICE

    async def test_a_copy_of_the_disk_is_another_disk(self, folder: Watched) -> None:
        file = folder.write("a.jpg", "a")
        await folder.see_all()
        other_disk(folder)
        times = file.stat()
        file.rename(folder.root / "kept")
        os.utime(folder.write("a.jpg", "a"), ns=(times.st_mtime_ns, times.st_mtime_ns))
        with pytest.raises(RootChangedError):
            await folder.see_all()

    async def test_the_same_disk_with_a_new_number_is_recognised_by_one_file(self, folder: Watched) -> None:
        for name in ("deleted.jpg", "DCIM/changed.jpg", "DCIM/same.jpg"):
            folder.write(name, name)
        await folder.see_all()
        other_disk(folder)
        folder.delete("deleted.jpg")
        folder.write("DCIM/changed.jpg", "changed")
        seen = await folder.observer.paths(["DCIM/changed.jpg"])
        assert (seen.full, seen.root_adopted, seen.unhashed) == (True, True, 1)
        await folder.read()
        assert folder.settled() == {"DCIM/same.jpg": sha1("DCIM/same.jpg"), "DCIM/changed.jpg": sha1("changed")}
        assert folder.gone("deleted.jpg") == {"deleted.jpg": Departure.ABSENT}
        assert folder.ledger.root_device(FOLDER) == folder.root.stat().st_dev
        assert not (await folder.see_all()).root_adopted

    async def test_what_nobody_could_see_moves_with_the_disk(self, guarded_folder: Watched) -> None:
        folder = guarded_folder
        folder.write("shut/a.jpg", "a")
        folder.write("b.jpg", "b")
        await folder.see_all()
        other_disk(folder)
        (folder.root / "shut").chmod(0)
        assert (await folder.see_all()).root_adopted
        (folder.root / "shut").chmod(0o700)
        folder.delete("shut/a.jpg")
        await folder.see_all()
        assert folder.gone("a") == {"shut/a.jpg": Departure.ABSENT}

    async def test_without_any_file_read_every_disk_will_do(self, folder: Watched) -> None:
        folder.write("a.jpg", "a")
        await folder.observer.full()
        other_disk(folder)
        assert (await folder.see_all()).root_adopted
        assert set(folder.settled()) == {"a.jpg"}

    async def test_on_another_disk_nothing_is_read_and_nothing_is_absent(self, folder: Watched) -> None:
        folder.write("a.jpg", "a")
        await folder.see_all()
        folder.write("b.jpg", "b")
        await folder.observer.paths(["b.jpg"])
        other_disk(folder)
        assert await folder.read() == 0
        assert not await folder.observer.still_absent("never.jpg")
        assert not await folder.observer.still_same(folder.row("a.jpg"))


class TestLookingAgain:
    async def test_absent_is_absent(self, folder: Watched) -> None:
        folder.write("a.jpg", "a")
        await folder.see_all()
        assert not await folder.observer.still_absent("a.jpg")
        folder.delete("a.jpg")
        assert await folder.observer.still_absent("a.jpg")
        assert await folder.observer.still_absent("no/such/directory.jpg")

    async def test_whatever_is_doubtful_is_not_absent(self, folder: Watched) -> None:
        folder.write("DCIM/a.jpg", "a")
        await folder.see_all()
        folder.rename("DCIM", "moved")
        (folder.root / "DCIM").symlink_to("moved")
        assert not await folder.observer.still_absent("DCIM/b.jpg")
        (folder.root / ".stfolder").rmdir()
        assert not await folder.observer.still_absent("b.jpg")

    async def test_the_same_is_the_same_to_the_last_byte(self, folder: Watched) -> None:
        folder.write("a.jpg", "one")
        await folder.see_all()
        row = folder.row("a.jpg")
        assert await folder.observer.still_same(row)
        assert await folder.observer.still_same(row, rehash=True)
        folder.write("a.jpg", "two")
        assert not await folder.observer.still_same(row)
        await folder.observer.paths(["a.jpg"])
        unread = folder.row("a.jpg")
        assert await folder.observer.still_same(unread)
        assert not await folder.observer.still_same(unread, rehash=True)

    async def test_what_is_gone_or_cannot_be_read_is_not_the_same(self, guarded_folder: Watched) -> None:
        folder = guarded_folder
        file = folder.write("a.jpg", "a")
        await folder.see_all()
        row = folder.row("a.jpg")
        (folder.root / ".stfolder").rmdir()
        assert not await folder.observer.still_same(row)
        (folder.root / ".stfolder").mkdir()
        assert await folder.observer.still_same(row)
        file.chmod(0)
        await folder.observer.full()
        assert not await folder.observer.still_same(folder.row("a.jpg"), rehash=True)
        folder.delete("a.jpg")
        assert not await folder.observer.still_same(row)


class TestNoRoot:
    async def test_without_root_or_marker_nothing_is_observed(self, folder: Watched) -> None:
        folder.write("a.jpg", "a")
        await folder.see_all()
        (folder.root / ".stfolder").rmdir()
        for look in (folder.observer.full(), folder.observer.paths(["a.jpg"]), folder.observer.settle()):
            with pytest.raises(MarkerMissingError):
                await look
        folder.root.rename(folder.root.with_name("away"))
        for look in (folder.observer.full(), folder.observer.paths(["a.jpg"]), folder.observer.settle()):
            with pytest.raises(RootMissingError):
                await look
        assert folder.settled() == {"a.jpg": sha1("a")}


def other_disk(folder: Watched) -> None:
    """Let the ledger know the folder from another device than the one it lies on."""
    folder.pretend_device(OTHER_DEVICE)
    folder.ledger.set_root_device(FOLDER, OTHER_DEVICE)
