"""What vanished with an older database of Immich stays in the replica until the owner says otherwise."""

import dataclasses
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.workers import InlinePool
from custom_components.immich_syncthing.replica.model import LIBRARY_WENT_BACK
from custom_components.immich_syncthing.stores.store import Store
from tests.crashing import Killed
from tests.servers.immich import FaultKind

from .faulty import DyingPool, FaultyStore, Steps
from .house import House
from .restored import held, later, run, told, upload


@pytest.fixture
def store() -> Store:
    """Memory is enough: it is the library that is odd."""
    return Store.memory()


async def rolled_back(house: House) -> None:
    """Four photos are lost, and one came in before the replica looked."""
    await upload(house, "old")
    older = house.server.snapshot()
    await upload(house, "new 1", "new 2", "new 3", "new 4")
    await run(house)
    house.server.restore_database(older)
    await upload(house, "newer")


async def test_what_an_older_library_lacks_stays_also_where_newer_photos_came(house: House) -> None:
    await rolled_back(house)
    for _ in range(3):
        report, figures = await run(house)
        assert (told(report), report.retired, figures.leaving) == (LIBRARY_WENT_BACK, 0, 0)
        house.clock.days(31)
        await upload(house, f"day {house.clock.now}")
    assert len(await house.contents()) == 8, "what is new is copied all the same"


async def test_one_photo_that_is_as_it_was_gives_an_older_library_away(house: House) -> None:
    old, _ = await upload(house, "old", "other")
    older = house.server.snapshot()
    await upload(house, "new")
    house.web.favourite(old)
    await run(house)
    house.server.restore_database(older)
    await upload(house, "newer")
    report, _ = await run(house)
    assert told(report) == LIBRARY_WENT_BACK
    house.clock.days(62)
    await run(house)
    assert "new" in await held(house)


async def test_an_older_library_shows_itself_also_where_everything_is_listed_anyway(house: House) -> None:
    old, _ = await upload(house, "old", "other")
    older = house.server.snapshot()
    await upload(house, "new")
    house.web.favourite(old)
    await run(house)
    house.server.restore_database(older)
    house.clock.days(7)
    report, _ = await run(house)
    assert told(report) == LIBRARY_WENT_BACK


async def test_the_owners_word_ends_the_doubt(house: House) -> None:
    await rolled_back(house)
    replica = await house.open()
    assert told(await replica.run()) == LIBRARY_WENT_BACK
    await replica.trust_library()
    assert told(await replica.run()) is None
    assert replica.state.figures.leaving == 4
    house.clock.days(31)
    assert (await replica.run()).retired == 4
    await replica.close()
    assert await held(house) == ["newer", "old"]


async def test_the_doubt_ends_when_nothing_is_missing_any_more(house: House) -> None:
    await rolled_back(house)
    assert told((await run(house))[0]) == LIBRARY_WENT_BACK
    await upload(house, "new 1", "new 2", "new 3", "new 4")
    house.clock.days(1)
    report, figures = await run(house)
    assert (told(report), report.copied) == (None, 0)
    assert (figures.total_files, figures.copied_files, figures.objects) == (6, 6, 6), "each is counted once"


async def test_the_doubt_ends_when_the_library_is_as_it_was(house: House) -> None:
    photo, _ = await upload(house, "photo", "other")
    older = house.server.snapshot()
    await upload(house, "new 1", "new 2", "new 3")
    house.web.trash(photo)
    right = house.server.snapshot()
    await run(house)
    house.server.restore_database(older)
    assert told((await run(house))[0]) == LIBRARY_WENT_BACK
    assert "photo" in await held(house)
    house.server.restore_database(right)
    report, figures = await run(house)
    assert (told(report), figures.leaving) == (None, 1), "it lies in the trash again"


async def test_what_an_older_library_has_in_its_trash_does_not_begin_to_leave(house: House) -> None:
    photo, _ = await upload(house, "photo", "other")
    house.web.trash(photo)
    older = house.server.snapshot()
    later(house)
    house.web.restore(photo)
    await run(house)
    house.server.restore_database(older)
    report, figures = await run(house)
    assert (told(report), figures.leaving) == (LIBRARY_WENT_BACK, 0)
    later(house)
    house.web.restore(photo)
    house.clock.days(1)
    report, figures = await run(house)
    assert (told(report), figures.leaving) == (None, 0)


async def test_a_trash_that_is_emptied_or_a_few_photos_deleted_for_good_are_no_older_library(house: House) -> None:
    ids = await upload(house, *(f"photo {number}" for number in range(8)))
    house.web.trash(*ids[4:6])
    await run(house)
    house.web.empty_trash()
    house.web.purge(*ids[6:])
    for newer in (False, True):
        if newer:
            await upload(house, "newer")
        report, figures = await run(house)
        assert (told(report), figures.leaving) == (None, 2)


async def test_a_locked_photo_and_one_that_immich_stumbles_over_are_no_older_library(house: House) -> None:
    *_, odd, locked = await upload(house, "one", "two", "three", "odd", "locked")
    await run(house)
    house.web.lock(locked)
    rule = house.server.faults.add(FaultKind.STATUS, rf"/assets/{odd}$", status=500)
    await upload(house, "newer")
    report, _ = await run(house)
    assert rule.hits
    assert told(report) is None


async def test_without_the_oracle_nothing_is_taken_for_lost(house: House) -> None:
    house.client = house.with_key(house.server.make_key("asset.read", "asset.download", "user.read"))
    ids = await upload(house, *(f"photo {number}" for number in range(5)))
    await run(house)
    house.web.purge(*ids[1:])
    await upload(house, "newer")
    report, figures = await run(house)
    assert (told(report), figures.leaving) == (None, 0)


@pytest.mark.parametrize("immich", ["3.2.2"], indirect=True)
@pytest.mark.parametrize("after", [False, True])
async def test_a_run_that_notices_it_may_die_anywhere(house: House, tmp_path: Path, after: bool) -> None:
    photo, _ = await upload(house, "photo", "other")
    older = house.server.snapshot()
    await upload(house, "new")
    house.web.trash(photo)
    newer = house.server.snapshot()
    for last in range(0, 1000, 3):
        house.server.restore_database(newer)
        (tmp_path / f"{last}").mkdir()
        shelf = FaultyStore(Store.memory())
        world = dataclasses.replace(house, store=shelf, place=tmp_path / f"{last}", blocking=InlinePool())
        await run(world)
        house.server.restore_database(older)
        steps = Steps(last, after)
        doomed = dataclasses.replace(world, store=FaultyStore(shelf.inner, steps), blocking=DyingPool(steps))
        finished = True
        try:
            await run(doomed)
        except Killed, BaseExceptionGroup:
            finished = False
        report, figures = await run(world)
        assert (told(report), figures.leaving) == (LIBRARY_WENT_BACK, 0)
        assert await held(world) == ["new", "other", "photo"]
        if finished:
            return
    pytest.fail("a run without an end")
