"""Files are read once nobody writes them any more."""

import os

from custom_components.immich_syncthing.engine.model import FileStatus
from custom_components.immich_syncthing.engine.settings import PENDING_SECONDS, SETTLE_SECONDS

from .watched import Watched, sha1

FUTURE = 4_000_000_000


async def test_a_fresh_file_waits_until_it_has_been_still(folder: Watched) -> None:
    folder.clock.ahead = 0.0
    folder.write("a.jpg", "a")
    seen = await folder.see_all()
    assert (seen.unsettled, seen.unhashed, seen.files) == (1, 0, 1)
    assert folder.status("a.jpg") is FileStatus.UNSETTLED
    folder.clock.ahead = SETTLE_SECONDS
    seen = await folder.observer.settle()
    assert (seen.unsettled, seen.unhashed) == (0, 1)
    await folder.read()
    assert folder.settled() == {"a.jpg": sha1("a")}


async def test_before_its_time_a_file_is_not_looked_at(folder: Watched) -> None:
    folder.clock.ahead = 0.0
    folder.write("a.jpg", "a")
    await folder.see_all()
    seen = await folder.observer.settle()
    assert (seen.files, seen.unsettled) == (0, 1)


async def test_being_named_again_does_not_hurry_it(folder: Watched) -> None:
    os.utime(folder.write("a.jpg", "a"), (FUTURE, FUTURE))
    await folder.see_all()
    await folder.see("a.jpg")
    assert folder.status("a.jpg") is FileStatus.UNSETTLED
    folder.clock.ahead += SETTLE_SECONDS
    await folder.see("a.jpg")
    assert folder.settled() == {"a.jpg": sha1("a")}


async def test_every_write_makes_it_wait_anew(folder: Watched) -> None:
    folder.clock.ahead = 0.0
    file = folder.write("a.jpg", "a")
    os.utime(file, (FUTURE, FUTURE))
    await folder.see_all()
    for length in range(2, 5):
        folder.clock.ahead += SETTLE_SECONDS
        folder.write("a.jpg", "a" * length)
        os.utime(file, (FUTURE, FUTURE))
        await folder.observer.settle()
        assert folder.status("a.jpg") is FileStatus.UNSETTLED
    folder.clock.ahead += SETTLE_SECONDS
    await folder.observer.settle()
    assert folder.status("a.jpg") is FileStatus.UNHASHED


async def test_what_syncthing_put_in_place_is_complete_at_once(folder: Watched) -> None:
    await folder.see_all()
    folder.clock.ahead = 0.0
    folder.write("received.jpg", "whole")
    folder.write("local.jpg", "perhaps half")
    await folder.see("received.jpg", "local.jpg", complete=["received.jpg"])
    assert folder.settled() == {"received.jpg": sha1("whole")}
    assert folder.status("local.jpg") is FileStatus.UNSETTLED


async def test_what_syncthing_completed_is_so_in_a_first_walk_too(folder: Watched) -> None:
    folder.clock.ahead = 0.0
    folder.write("received.jpg", "whole")
    assert (await folder.see("received.jpg", complete=["received.jpg"])).full
    assert folder.settled() == {"received.jpg": sha1("whole")}


async def test_a_time_in_the_future_is_no_rest_but_stillness_is(folder: Watched) -> None:
    os.utime(folder.write("a.jpg", "a"), (FUTURE, FUTURE))
    await folder.see_all()
    assert folder.status("a.jpg") is FileStatus.UNSETTLED
    folder.clock.ahead += SETTLE_SECONDS
    await folder.observer.settle()
    assert folder.status("a.jpg") is FileStatus.UNHASHED


async def test_an_old_mtime_alone_is_no_rest(folder: Watched) -> None:
    folder.clock.ahead = 0.0
    os.utime(folder.write("copied.jpg", "a"), (1, 1))
    await folder.see_all()
    assert folder.status("copied.jpg") is FileStatus.UNSETTLED


async def test_a_restart_lets_waiting_begin_anew(folder: Watched) -> None:
    os.utime(folder.write("a.jpg", "a"), (FUTURE, FUTURE))
    await folder.see_all()
    folder.clock.ahead += SETTLE_SECONDS
    await folder.restarted().full()
    assert folder.status("a.jpg") is FileStatus.UNSETTLED
    folder.clock.ahead += SETTLE_SECONDS
    await folder.observer.settle()
    assert folder.status("a.jpg") is FileStatus.UNHASHED


async def test_an_unsettled_file_that_leaves_is_forgotten(folder: Watched) -> None:
    os.utime(folder.write("a.jpg", "a"), (FUTURE, FUTURE))
    await folder.see_all()
    folder.delete("a.jpg")
    folder.clock.ahead += SETTLE_SECONDS
    seen = await folder.observer.settle()
    assert (seen.unsettled, folder.rows()) == (0, {})


class TestPending:
    async def test_what_android_writes_is_counted_and_has_no_row(self, folder: Watched) -> None:
        folder.write("DCIM/.pending-1798000000-IMG_1.jpg", "half")
        folder.write(".pending-1798000000-book.pdf", "no photo")
        seen = await folder.see_all()
        assert (seen.pending, folder.observer.pending, seen.files, folder.rows()) == (1, 1, 0, {})

    async def test_it_ends_with_the_rename(self, folder: Watched) -> None:
        folder.write(".pending-1798000000-IMG_1.jpg", "whole")
        await folder.see_all()
        folder.rename(".pending-1798000000-IMG_1.jpg", "IMG_1.jpg")
        seen = await folder.see("IMG_1.jpg", ".pending-1798000000-IMG_1.jpg")
        assert (seen.pending, folder.settled()) == (0, {"IMG_1.jpg": sha1("whole")})

    async def test_it_ends_with_its_directory(self, folder: Watched) -> None:
        folder.write("DCIM/.pending-1798000000-IMG_1.jpg", "half")
        await folder.see_all()
        folder.delete("DCIM")
        assert (await folder.see("DCIM")).pending == 0

    async def test_other_looks_do_not_end_it(self, folder: Watched) -> None:
        folder.write("DCIM/.pending-1798000000-IMG_1.jpg", "half")
        folder.write("DCIM/IMG_2.jpg", "two")
        await folder.see_all()
        assert (await folder.see("DCIM/IMG_2.jpg")).pending == 1
        assert (await folder.see_all()).pending == 1

    async def test_a_leftover_stops_counting_until_it_changes(self, folder: Watched) -> None:
        file = folder.write(".pending-1798000000-IMG_1.jpg", "half")
        await folder.see_all()
        folder.clock.ahead += PENDING_SECONDS
        assert folder.observer.pending == 0
        assert (await folder.see_all()).pending == 0
        with file.open("a") as end:
            end.write("more")
        assert (await folder.see_all()).pending == 1
