"""How fast, when, and how it is stopped."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import UTC, datetime, time

import pytest

from custom_components.immich_syncthing.replica.model import Doing, Ending
from custom_components.immich_syncthing.replica.pacing import Bandwidth, is_open
from custom_components.immich_syncthing.replica.ports import LocalOriginal
from custom_components.immich_syncthing.replica.settings import ReplicaSettings

from .faulty import FaultyStore
from .house import Folder, House, Time

NIGHT = ReplicaSettings(window=(time(22), time(6)))


async def test_no_more_than_so_many_bytes_per_second() -> None:
    clock = Time()
    bandwidth = Bandwidth(clock, 1000)
    for _ in range(100):
        await bandwidth.take(500)
    assert clock.slept == pytest.approx(49)
    clock.days(1)
    await bandwidth.take(1000)
    assert clock.slept == pytest.approx(49), "a second's worth is free, a day's is not"
    await bandwidth.take(2000)
    assert clock.slept == pytest.approx(51)


@pytest.mark.parametrize(("hour", "expected"), [(21, False), (22, True), (23, True), (0, True), (5, True), (6, False)])
def test_a_window_over_midnight(hour: int, expected: bool) -> None:
    assert is_open(NIGHT, datetime(2026, 7, 14, hour, tzinfo=UTC).timestamp()) is expected


@pytest.mark.parametrize(("hour", "expected"), [(8, False), (9, True), (16, True), (17, False)])
def test_a_window_within_a_day(hour: int, expected: bool) -> None:
    settings = ReplicaSettings(window=(time(9), time(17)))
    assert is_open(settings, datetime(2026, 7, 14, hour, tzinfo=UTC).timestamp()) is expected


async def test_outside_its_window_nothing_begins(house: House) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    replica = await house.open(NIGHT)
    assert (await replica.run()).ending is Ending.OUTSIDE_WINDOW
    assert await house.keys() == []
    house.clock.now += 12 * 3600
    assert (await replica.run()).copied == 1
    await replica.close()


class Endless(Folder):
    """A file that never ends."""

    def __init__(self) -> None:
        super().__init__()
        self.reading = asyncio.Event()
        self.closed = False

    async def open(self, checksum: bytes) -> LocalOriginal | None:
        async def chunks() -> AsyncGenerator[bytes]:
            try:
                while True:
                    self.reading.set()
                    await asyncio.sleep(0)
                    yield b"more"
            finally:
                self.closed = True

        return LocalOriginal(5, chunks())


@pytest.mark.parametrize("how", ["pause", "cancel"])
async def test_a_run_is_stopped_in_the_middle_of_a_file(house: House, how: str) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    endless, folder = Endless(), house.folder
    house.folder = endless
    replica = await house.open()
    running = asyncio.create_task(replica.run())
    await asyncio.wait_for(endless.reading.wait(), 30)
    under_way = replica.state.doing
    assert under_way is Doing.COPYING
    if how == "pause":
        await replica.pause()
        assert (await asyncio.wait_for(running, 30)).ending is Ending.PAUSED
        assert (await replica.run()).ending is Ending.PAUSED
    else:
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asyncio.wait_for(running, 30)
    assert endless.closed
    assert replica.state.doing is Doing.NOTHING
    assert await house.keys() == []
    await replica.close()
    house.folder = folder
    assert (await house.run()).copied == 1


async def test_who_asks_for_a_run_need_not_wait_for_the_window(house: House) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    replica = await house.open(NIGHT)
    assert (await replica.run(anytime=True)).copied == 1
    await replica.close()


async def test_a_run_that_did_not_look_takes_no_problem_back(house: House) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    house.store = FaultyStore(house.store, away=True)
    replica = await house.open(NIGHT)
    await replica.run(anytime=True)
    problem = replica.state.problem
    assert problem is not None
    assert (problem.code, problem.placeholders) == ("store_unreachable", {"detail": ""})
    assert (await replica.run()).ending is Ending.OUTSIDE_WINDOW
    assert replica.state.problem == problem
    await replica.close()


async def test_who_waits_for_a_run_while_all_is_closed_is_told_so(house: House) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    house.folder = endless = Endless()
    replica = await house.open()
    runs = [asyncio.create_task(replica.run()) for _ in range(2)]
    await asyncio.wait_for(endless.reading.wait(), 30)
    await replica.close()
    assert [(await asyncio.wait_for(run, 30)).ending for run in runs] == [Ending.PAUSED] * 2


async def test_a_store_that_is_away_ends_the_run_and_is_no_photos_fault(house: House) -> None:
    for number in range(4):
        await house.upload(f"photo {number}".encode(), f"IMG_{number}.jpg")
    faulty = FaultyStore(house.store, failing="originals")
    house.store = faulty
    replica = await house.open()
    report = await replica.run()
    assert report.ending is Ending.PROBLEM
    assert report.problem is not None
    assert report.problem.code == "store_unreachable"
    assert await replica.failures() == []
    faulty.failing = None
    assert (await replica.run()).copied == 4
    assert replica.state.problem is None
    await replica.close()
