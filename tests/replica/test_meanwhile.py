"""What is asked of a replica while it works, after it was closed, or when its index breaks."""

import sqlite3
from collections.abc import Awaitable, Callable

import pytest

from custom_components.immich_syncthing.replica import running
from custom_components.immich_syncthing.replica.model import Doing, DrillReport, Ending, ScrubReport
from custom_components.immich_syncthing.replica.settings import Originals, ReplicaSettings

from .house import House


def before_copying(patch: pytest.MonkeyPatch, happen: Callable[[], Awaitable[None]]) -> None:
    """Let something happen when a run knows what it has to copy, and did not begin to."""
    copy = running.Run._copy  # noqa: SLF001

    async def later(run: running.Run) -> None:
        await happen()
        await copy(run)

    patch.setattr(running.Run, "_copy", later)


async def test_who_verifies_and_drills_during_a_run_leaves_it_the_word(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    await house.run()
    house.clock.days(1)
    await house.upload(b"later", "IMG_2.jpg")
    replica = await house.open()
    seen: list[Doing] = []
    scrubbed: list[ScrubReport] = []
    drilled: list[DrillReport] = []

    async def happen() -> None:
        seen.append(replica.state.doing)
        scrubbed.append(await replica.scrub(1.0))
        seen.append(replica.state.doing)
        drilled.append(await replica.drill(1))
        seen.append(replica.state.doing)

    before_copying(monkeypatch, happen)
    report = await replica.run()
    assert seen == [Doing.COPYING] * 3
    assert replica.state.doing is Doing.NOTHING
    assert [(one.checked, one.ending) for one in scrubbed] == [(1, Ending.COMPLETE)]
    assert [(one.passed, one.compared) for one in drilled] == [(True, 1)]
    assert (report.copied, report.ending) == (1, Ending.COMPLETE)
    await replica.close()


async def test_an_index_that_breaks_in_a_run_ends_it_and_is_told(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        await house.upload(f"photo {number}".encode(), f"IMG_{number}.jpg")
    replica = await house.open()

    async def happen() -> None:
        with sqlite3.connect(house.index) as broken:
            broken.execute("ALTER TABLE assets RENAME TO lost")
        broken.close()

    async def mend() -> None:
        with sqlite3.connect(house.index) as mended:
            mended.execute("ALTER TABLE lost RENAME TO assets")
        mended.close()

    with monkeypatch.context() as patch:
        before_copying(patch, happen)
        report = await replica.run()
    assert report.problem is not None
    assert (report.ending, report.problem.code, report.copied) == (Ending.PROBLEM, "replica_index", 0)
    assert replica.state.problem == report.problem
    scrubbed = await replica.scrub(1.0)
    assert (scrubbed.ending, scrubbed.problem) == (Ending.PROBLEM, report.problem)
    assert replica.state.doing is Doing.NOTHING
    await mend()
    assert (await replica.run()).copied == 3
    assert replica.state.problem is None
    await replica.close()


async def test_a_fault_of_our_own_is_not_told_as_one_of_the_world(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    replica = await house.open()

    async def happen() -> None:
        house.folder.open = None  # type: ignore[assignment,method-assign]

    before_copying(monkeypatch, happen)
    with pytest.raises(ExceptionGroup) as told:
        await replica.run()
    assert isinstance(told.value.exceptions[0], TypeError)
    assert replica.state.doing is Doing.NOTHING
    await replica.close()


async def test_a_closed_replica_does_nothing_and_says_so(house: House) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    replica = await house.open()
    await replica.close()
    report = await replica.run()
    assert (report.ending, report.copied) == (Ending.PAUSED, 0)
    assert (await replica.scrub(1.0)).ending is Ending.PAUSED
    assert await house.contents() == {}
    await replica.close()


async def test_a_damaged_index_is_put_aside_and_read_from_the_store_again(house: House) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    await house.run()
    house.lose_index()
    house.index.write_bytes(b"no database" * 1000)
    report = await house.run()
    assert (report.copied, report.reused) == (0, 0)
    assert house.index.with_name(f"replica.db.damaged-{house.clock.wall():.0f}").exists()


async def test_a_trash_that_is_emptied_is_no_older_server(house: House) -> None:
    ids = [await house.upload(f"photo {number}".encode(), f"IMG_{number}.jpg") for number in range(3)]
    await house.run()
    house.web.trash(ids[2])
    await house.run()
    house.web.empty_trash()
    await house.run()
    house.clock.days(31)
    assert (await house.run()).retired == 1
    assert sorted((await house.contents()).values()) == [b"photo 0", b"photo 1"]


async def test_a_library_that_lost_most_of_what_is_older_is_not_believed(house: House) -> None:
    ids = [await house.upload(f"photo {number}".encode(), f"IMG_{number}.jpg") for number in range(6)]
    settings = ReplicaSettings(most_retired=2)
    await house.run(settings)
    house.web.purge(*ids[:5])
    house.web.favourite(ids[5])
    replica = await house.open(settings)
    report = await replica.run()
    assert report.problem is not None
    assert (report.problem.code, report.problem.detail) == ("replica_library_shrunk", "6 → 1")
    assert replica.state.figures.leaving == 0
    await replica.close()
    assert len(await house.contents()) == 6


async def test_a_chosen_album_that_is_gone_leaves_its_copies(house: House) -> None:
    asset_id = await house.upload(b"photo", "IMG_1.jpg")
    await house.upload(b"other", "IMG_2.jpg")
    album_id = house.web.make_album("Summer", asset_id)
    settings = ReplicaSettings(originals=Originals.ALBUMS, albums=frozenset({album_id}))
    await house.run(settings)
    del house.server.world.tables.albums[album_id]
    replica = await house.open(settings)
    report = await replica.run()
    assert (report.copied, report.retired) == (0, 0)
    await replica.close()
    assert list((await house.contents()).values()) == [b"photo"]
