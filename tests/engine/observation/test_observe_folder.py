"""What the disk shows reaches the ledger, by a walk and by what events name."""

import asyncio
import errno
import os
import sqlite3
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine import survey
from custom_components.immich_syncthing.engine.errors import RootUnreadableError
from custom_components.immich_syncthing.engine.listing import Listing
from custom_components.immich_syncthing.engine.model import Departure, FileStatus
from custom_components.immich_syncthing.engine.workers import Workers

from .watched import FOLDER, PLENTY, Watched, sha1, signature, watch


async def test_a_first_walk_finds_and_reads_everything(folder: Watched) -> None:
    folder.write("IMG_1.jpg", "one")
    folder.write("DCIM/Camera/IMG_2.JPG", "two")
    folder.write("DCIM/notes.txt", "no photo")
    met: list[int] = []
    seen = await folder.observer.full(met.append)
    assert (seen.full, seen.files, seen.unhashed, seen.unsettled, seen.changed) == (True, 2, 2, 0, 2)
    assert met == [2]
    assert folder.status("IMG_1.jpg") is FileStatus.UNHASHED
    progress: list[int] = []
    assert await folder.observer.hash_pending(PLENTY, PLENTY, progress.append) == 2
    assert progress == [2]
    assert folder.settled() == {"IMG_1.jpg": sha1("one"), "DCIM/Camera/IMG_2.JPG": sha1("two")}
    assert folder.ledger.root_device(FOLDER) == folder.root.stat().st_dev


async def test_a_second_walk_writes_nothing(folder: Watched, tmp_path: Path) -> None:
    folder.write("DCIM/a.jpg", "a")
    folder.write("b.jpg", "b")
    await folder.see_all()
    with sqlite3.connect(tmp_path / "ledger.db") as reader:
        before = reader.execute("PRAGMA data_version").fetchone()
        seen = await folder.see_all()
        assert (seen.files, seen.changed, seen.unhashed) == (2, 0, 0)
        assert reader.execute("PRAGMA data_version").fetchone() == before
    reader.close()


async def test_new_changed_and_deleted_files_are_seen_by_name(folder: Watched) -> None:
    for name in ("same.jpg", "changed.jpg", "deleted.jpg"):
        folder.write(name, f"first {name}")
    await folder.see_all()
    folder.write("changed.jpg", "second")
    folder.delete("deleted.jpg")
    folder.write("new/new.jpg", "new")
    seen = await folder.see("changed.jpg", "deleted.jpg", "new/new.jpg", "never.jpg")
    assert (seen.full, seen.changed, seen.files) == (False, 3, 2)
    assert folder.settled() == {
        "same.jpg": sha1("first same.jpg"),
        "changed.jpg": sha1("second"),
        "new/new.jpg": sha1("new"),
    }
    assert folder.gone("first deleted.jpg") == {"deleted.jpg": Departure.ABSENT}
    assert folder.gone("first changed.jpg") == {"changed.jpg": Departure.REPLACED}


async def test_a_changed_file_keeps_its_last_known_content_until_it_is_read(folder: Watched) -> None:
    folder.write("a.jpg", "one")
    await folder.see_all()
    folder.write("a.jpg", "two")
    await folder.observer.paths(["a.jpg"])
    row = folder.row("a.jpg")
    assert (row.status, row.checksum) == (FileStatus.UNHASHED, sha1("one"))
    assert row.signature == signature(folder.root / "a.jpg")
    assert folder.gone("one") == {}


async def test_a_touched_file_is_read_again_and_is_the_same(folder: Watched) -> None:
    file = folder.write("a.jpg", "one")
    await folder.see_all()
    os.utime(file, (1, 1))
    seen = await folder.see("a.jpg")
    assert (seen.changed, folder.settled()) == (1, {"a.jpg": sha1("one")})
    assert folder.row("a.jpg").signature == signature(file)


async def test_a_directory_renamed_is_seen_by_its_name_alone(folder: Watched) -> None:
    folder.write("old/a.jpg", "a")
    folder.write("old/deep/er/b.jpg", "b")
    folder.write("older/c.jpg", "c")
    await folder.see_all()
    folder.rename("old", "new")
    await folder.see("old", "new")
    assert set(folder.settled()) == {"new/a.jpg", "new/deep/er/b.jpg", "older/c.jpg"}
    assert folder.gone("b") == {"old/deep/er/b.jpg": Departure.ABSENT}


async def test_a_file_in_a_directory_that_is_gone_is_absent(folder: Watched) -> None:
    folder.write("a/b/c/d.jpg", "d")
    folder.write("a/kept.jpg", "kept")
    await folder.see_all()
    folder.delete("a/b")
    await folder.see("a/b/c/d.jpg")
    assert folder.gone("d") == {"a/b/c/d.jpg": Departure.ABSENT}
    assert set(folder.settled()) == {"a/kept.jpg"}


async def test_a_directory_that_became_a_file_holds_nothing_any_more(folder: Watched) -> None:
    folder.write("a.jpg/inside.jpg", "inside")
    await folder.see_all()
    folder.delete("a.jpg")
    folder.write("a.jpg", "outside")
    await folder.see("a.jpg")
    assert folder.settled() == {"a.jpg": sha1("outside")}
    assert folder.gone("inside") == {"a.jpg/inside.jpg": Departure.ABSENT}


@pytest.mark.parametrize("hostile", ["/etc/passwd", "../outside.jpg", "a/../../x.jpg", "", "a\0.jpg", "\udcff.jpg"])
async def test_paths_that_lead_elsewhere_are_not_looked_at(folder: Watched, hostile: str) -> None:
    folder.write("a.jpg", "a")
    await folder.see_all()
    seen = await folder.see(hostile, "a.jpg")
    assert (seen.full, seen.files, seen.changed) == (False, 1, 0)


async def test_before_the_first_walk_a_name_means_everything(folder: Watched) -> None:
    folder.write("a.jpg", "a")
    folder.write("b.jpg", "b")
    assert (await folder.see("a.jpg")).full
    assert set(folder.settled()) == {"a.jpg", "b.jpg"}
    assert not (await folder.see("a.jpg")).full


async def test_when_immich_learns_an_extension_a_name_means_everything(folder: Watched) -> None:
    folder.write("a.jpg", "a")
    folder.write("b.mpo", "b")
    await folder.see_all()
    folder.uploadable |= {".mpo"}
    assert (await folder.see("a.jpg")).full
    assert set(folder.settled()) == {"a.jpg", "b.mpo"}


async def test_before_immich_tells_its_extensions_files_stay_files(folder: Watched) -> None:
    folder.write("a.jpg", "a")
    await folder.see_all()
    folder.restarted()
    folder.uploadable = frozenset()
    folder.write("b.jpg", "b")
    assert (await folder.see_all()).changed == 0
    folder.uploadable = frozenset({".jpg"})
    await folder.see("a.jpg")
    assert set(folder.settled()) == {"a.jpg", "b.jpg"}


async def test_an_extension_that_immich_unlearns_makes_a_file_unusable(folder: Watched) -> None:
    folder.write("a.jpg", "a")
    folder.write("b.png", "b")
    await folder.see_all()
    folder.uploadable -= {".png"}
    await folder.see_all()
    row = folder.row("b.png")
    assert (row.status, row.checksum) == (FileStatus.UNUSABLE, sha1("b"))
    folder.uploadable |= {".png"}
    await folder.see_all()
    assert folder.settled() == {"a.jpg": sha1("a"), "b.png": sha1("b")}


async def test_names_are_what_the_disk_says(folder: Watched) -> None:
    names = [
        "🌅 sunrise.jpg", "cafe\u0301.jpg", "caf\u00e9.jpg", "quote's \"here\".jpg", "new\nline.jpg", "tab\t.jpg",
        "back\\slash.jpg", "%20+&?.jpg", " .jpg", "trailing .jpg", "IMG_1.JPG", "img_1.jpg", "b'\x01.jpg",
    ]  # fmt: skip
    for name in names:
        folder.write(f"DCIM/{name}", name)
    await folder.see_all()
    assert folder.settled() == {f"DCIM/{name}": sha1(name) for name in names}
    for name in names:
        folder.rename(f"DCIM/{name}", f"moved {name}")
    await folder.see(*(f"DCIM/{name}" for name in names), *(f"moved {name}" for name in names))
    assert folder.settled() == {f"moved {name}": sha1(name) for name in names}


async def test_a_rename_of_case_only_is_a_rename(folder: Watched) -> None:
    folder.write("IMG_1.JPG", "one")
    await folder.see_all()
    folder.rename("IMG_1.JPG", "img_1.jpg")
    await folder.see("img_1.jpg", "IMG_1.JPG")
    assert set(folder.settled()) == {"img_1.jpg"}


async def test_names_that_are_no_utf8_are_counted(folder: Watched) -> None:
    with open(os.fsencode(folder.root) + b"/bad\xff.jpg", "wb") as file:  # noqa: ASYNC230, PTH123 - no text, no path
        file.write(b"x")
    seen = await folder.see_all()
    assert (seen.skipped, seen.files, folder.rows()) == (1, 0, {})


async def test_a_root_that_cannot_be_listed_is_no_empty_folder(
    folder: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.write("a.jpg", "photo")
    await folder.see_all()
    await folder.read()

    def failing(fd: int) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), fd)

    with monkeypatch.context() as broken:
        broken.setattr(os, "scandir", failing)
        with pytest.raises(RootUnreadableError):
            await folder.see_all()
    assert folder.settled() == {"a.jpg": sha1("photo")}


async def test_a_directory_moved_below_a_walked_one_is_looked_at_once(folder: Watched) -> None:
    folder.write("a/b/1.jpg", "1")
    await folder.see_all()
    folder.write("a/b/c/2.jpg", "2")
    seen = await folder.see("a", "a/b", "a/b/c", "a/b/c/2.jpg")
    assert seen.changed == 1
    assert set(folder.settled()) == {"a/b/1.jpg", "a/b/c/2.jpg"}


class TestHashing:
    async def test_the_newest_are_read_first_and_no_more_than_asked(self, folder: Watched) -> None:
        for age, name in enumerate(("new.jpg", "middle.jpg", "old.jpg")):
            os.utime(folder.write(name, name * 10), (1000 - age, 1000 - age))
        await folder.observer.full()
        assert await folder.observer.hash_pending(1, PLENTY) == 1
        assert set(folder.settled()) == {"new.jpg"}
        assert await folder.observer.hash_pending(PLENTY, 100) == 1
        assert set(folder.settled()) == {"new.jpg", "middle.jpg"}

    async def test_a_file_larger_than_the_budget_is_read_alone(self, folder: Watched) -> None:
        for age, name in enumerate(("large.jpg", "small.jpg")):
            os.utime(folder.write(name, name * 100), (1000 - age, 1000 - age))
        await folder.observer.full()
        assert await folder.observer.hash_pending(PLENTY, 1) == 1
        assert set(folder.settled()) == {"large.jpg"}

    async def test_many_small_files_are_recorded_some_at_a_time(self, folder: Watched) -> None:
        for number in range(300):
            folder.write(f"{number}.jpg", str(number))
        await folder.observer.full()
        progress: list[int] = []
        assert await folder.observer.hash_pending(PLENTY, PLENTY, progress.append) == 300
        assert progress == [256, 300]

    async def test_what_changed_since_the_look_is_looked_at_again(self, folder: Watched) -> None:
        for name in ("changed.jpg", "deleted.jpg", "same.jpg"):
            folder.write(name, name)
        await folder.observer.full()
        folder.write("changed.jpg", "changed twice")
        folder.delete("deleted.jpg")
        assert await folder.read() == 1
        assert folder.row("changed.jpg").signature == signature(folder.root / "changed.jpg")
        assert folder.status("deleted.jpg") is None
        assert await folder.read() == 1
        assert folder.settled() == {"changed.jpg": sha1("changed twice"), "same.jpg": sha1("same.jpg")}

    async def test_a_cancelled_call_leaves_no_thread_reading(self, tmp_path: Path) -> None:
        async with watch(tmp_path) as folder:
            with folder.write("huge.mp4", b"").open("r+b") as sparse:
                sparse.truncate(2**36)
            await folder.observer.full()
            started = Started(folder.workers)
            folder.workers = started.workers
            reading = asyncio.create_task(folder.restarted().hash_pending(1, PLENTY))
            await started.hashing.wait()
            reading.cancel()
            with pytest.raises(asyncio.CancelledError):
                await reading
            async with asyncio.timeout(5):
                await folder.workers.disk.run(os.getpid)
            assert folder.status("huge.mp4") is FileStatus.UNHASHED


class Started:
    """A disk pool that says when a file is being read."""

    def __init__(self, workers: Workers) -> None:
        self.workers = Workers(workers.ledger, self)
        self._disk = workers.disk
        self.hashing = asyncio.Event()

    async def run[**P, R](self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        if getattr(function, "__name__", "") != "hash_each":
            return await self._disk.run(function, *args, **kwargs)
        loop = asyncio.get_running_loop()

        def noticed(*args: P.args, **kwargs: P.kwargs) -> R:
            loop.call_soon_threadsafe(self.hashing.set)
            return function(*args, **kwargs)

        return await self._disk.run(noticed, *args, **kwargs)

    def close(self) -> None:
        self._disk.close()


class TestManyFiles:
    async def test_memory_does_not_grow_with_the_number_of_directories(self, folder: Watched) -> None:
        async def peak(directories: range) -> int:
            for directory in directories:
                for number in range(200):
                    folder.write(f"{directory:03}/IMG_{number:04}.jpg", "photo")
            tracemalloc.start()
            try:
                assert (await folder.observer.full()).full
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

        small = await peak(range(6))
        large = await peak(range(6, 40))
        assert large < 2 * small

    async def test_a_cancelled_walk_is_finished_by_the_next(
        self, folder: Watched, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(survey, "LISTED_TOGETHER", 1)
        for directory in range(20):
            folder.write(f"{directory:02}/a.jpg", str(directory))

        def cancel(_: int) -> None:
            walking.cancel()

        walking = asyncio.create_task(folder.observer.full(cancel))
        with pytest.raises(asyncio.CancelledError):
            await walking
        assert len(folder.rows()) < 20
        assert folder.ledger.root_device(FOLDER) is None
        assert (await folder.see("00/a.jpg")).full
        assert len(folder.settled()) == 20

    async def test_an_older_listing_never_overrules_a_newer_look(self, folder: Watched) -> None:
        folder.write("a.jpg", "a")
        await folder.see_all()
        held = HeldListing(folder.workers)
        folder.workers = held.workers
        walking = asyncio.create_task(folder.restarted().full())
        await asyncio.wait_for(held.listed.wait(), 60)
        folder.write("b.jpg", "b")
        folder.delete("a.jpg")
        looking = asyncio.create_task(folder.observer.paths(["a.jpg", "b.jpg"]))
        await asyncio.wait({looking}, timeout=0.3)
        held.release.set()
        await asyncio.gather(walking, looking)
        await folder.read()
        assert folder.settled() == {"b.jpg": sha1("b")}


class HeldListing:
    """A disk pool whose first listings are long on the way."""

    def __init__(self, workers: Workers) -> None:
        self.workers = Workers(workers.ledger, self)
        self._disk = workers.disk
        self.listed = asyncio.Event()
        self.release = asyncio.Event()

    async def run[**P, R](self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        found = await self._disk.run(function, *args, **kwargs)
        if isinstance(found, list) and any(isinstance(one, Listing) for one in found) and not self.listed.is_set():
            self.listed.set()
            await self.release.wait()
        return found

    def close(self) -> None:
        self._disk.close()
