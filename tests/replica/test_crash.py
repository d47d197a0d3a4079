"""Killed between any two steps of store and index, and then let live, the second house is whole."""

import dataclasses
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.workers import InlinePool
from custom_components.immich_syncthing.stores.store import Store
from tests.checksums import sha1
from tests.crashing import Killed

from .faulty import DyingPool, FaultyStore, Steps
from .house import House

PHOTOS = {"IMG_1.jpg": b"one", "img_1.JPG": b"two", "IMG_3.jpg": b"three"}


@pytest.fixture
def store() -> Store:
    """Memory is enough: the steps are the same."""
    return Store.memory()


async def killed_at(house: House, last: int, *, after: bool) -> tuple[House, bool]:
    """A run that is killed; the world it leaves, and whether it came to its end."""
    steps = Steps(last, after)
    assert isinstance(house.store, FaultyStore)
    dying = FaultyStore(house.store.inner, steps)
    doomed = dataclasses.replace(house, store=dying, blocking=DyingPool(steps))
    try:
        replica = await doomed.open()
        await replica.run()
    except Killed, BaseExceptionGroup:
        return house, False
    return house, True


def fresh(house: House, place: Path) -> House:
    place.mkdir()
    return dataclasses.replace(house, store=FaultyStore(Store.memory()), place=place, blocking=InlinePool())


@pytest.mark.parametrize("immich", ["3.2.2"], indirect=True)
@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("lost", [False, True])
async def test_a_copying_run_may_die_anywhere(house: House, tmp_path: Path, after: bool, lost: bool) -> None:
    for name, content in PHOTOS.items():
        await house.upload(content, name)
    house.web.describe(house.web.find("IMG_3.jpg").id, "Three")
    await house.server.settle()
    for last in range(0, 1000, 5):
        world, finished = await killed_at(fresh(house, tmp_path / f"{last}"), last, after=after)
        if lost:
            world.lose_index()
        sent: list[str] = []
        assert isinstance(world.store, FaultyStore)
        before = await world.contents()
        world.store.hears = sent.append
        await world.run()
        assert sorted((await world.contents()).values()) == sorted(PHOTOS.values())
        assert {key: (await world.contents())[key] for key in before} == before, "what was sent is found again"
        assert set(await world.lines()) == {sha1(content).hex() for content in PHOTOS.values()}
        assert len([key for key in await world.keys() if key.endswith(".xmp")]) == 1
        again = await world.run()
        assert (again.copied, again.reused, again.described) == (0, 0, 0)
        if finished:
            return
    pytest.fail("a run without an end")


@pytest.mark.parametrize("immich", ["3.2.2"], indirect=True)
@pytest.mark.parametrize("after", [False, True])
async def test_a_removing_run_may_die_anywhere(house: House, tmp_path: Path, after: bool) -> None:
    for name, content in PHOTOS.items():
        await house.upload(content, name)
    trashed = house.web.find("IMG_3.jpg").id
    for last in range(0, 1000, 7):
        house.web.restore(trashed)
        world = fresh(house, tmp_path / f"{last}")
        await world.run()
        house.web.trash(trashed)
        await world.run()
        house.clock.days(31)
        _, finished = await killed_at(world, last, after=after)
        house.web.restore(trashed)
        await world.run()
        assert sorted((await world.contents()).values()) == sorted(PHOTOS.values()), "restored, it is here again"
        replica = await world.open()
        assert (replica.state.figures.complete, replica.state.figures.missing) == (100, 0)
        await replica.close()
        if finished:
            return
    pytest.fail("a run without an end")


@pytest.mark.parametrize("immich", ["3.2.2"], indirect=True)
async def test_a_lost_answer_sends_nothing_twice(house: House) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    faulty = FaultyStore(house.store, lost_answers={"originals/undated/IMG_1.jpg"})
    house.store = faulty
    replica = await house.open()
    report = await replica.run()
    assert report.problem is not None
    assert report.problem.code == "store_unreachable"
    again = await replica.run()
    await replica.close()
    assert (again.copied, again.reused) == (0, 1)


@pytest.mark.parametrize("immich", ["3.2.2"], indirect=True)
async def test_a_lost_index_is_read_from_the_store(house: House) -> None:
    for name, content in PHOTOS.items():
        await house.upload(content, name)
    house.web.trash(house.web.find("IMG_3.jpg").id)
    await house.run()
    house.web.restore(house.web.find("IMG_3.jpg").id)
    await house.run()
    house.web.trash(house.web.find("IMG_3.jpg").id)
    await house.run()
    before, lines = await house.contents(), await house.lines()
    house.lose_index()
    report = await house.run()
    assert (report.copied, report.reused) == (0, 0)
    assert (await house.contents(), await house.lines()) == (before, lines)
    house.clock.days(31)
    assert (await house.run()).retired == 1, "the grace period was not forgotten"


@pytest.mark.parametrize("immich", ["3.2.2"], indirect=True)
async def test_a_broken_off_listing_is_not_taken_for_the_whole(house: House) -> None:
    for name, content in PHOTOS.items():
        await house.upload(content, name)
    await house.run()
    house.lose_index()
    faulty = FaultyStore(house.store, listed=1)
    house.store = faulty
    replica = await house.open()
    report = await replica.run()
    assert report.problem is not None
    faulty.listed = None
    again = await replica.run()
    assert (again.copied, again.reused, replica.state.figures.missing) == (0, 0, 0)
    await replica.close()


@pytest.mark.parametrize("immich", ["3.2.2"], indirect=True)
async def test_a_damaged_index_is_put_aside(house: House) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    await house.run()
    house.lose_index()
    house.index.write_bytes(b"no database at all" * 500)
    assert (await house.run()).copied == 0
    assert len(list(house.place.glob("replica.db.damaged*"))) == 1


@pytest.mark.parametrize("immich", ["3.2.2"], indirect=True)
async def test_what_a_stranger_put_into_the_store_is_not_overwritten(house: House) -> None:
    await house.store.put_small("originals/undated/IMG_1.jpg", b"somebody else's")
    await house.upload(b"photo", "IMG_1.jpg")
    await house.run()
    assert sorted((await house.contents()).values()) == [b"photo", b"somebody else's"]
