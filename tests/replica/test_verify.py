"""Copies are read again in their turn, and restored by way of trial."""

import asyncio
import shutil
from dataclasses import dataclass
from datetime import time

import pytest

from custom_components.immich_syncthing.replica.errors import ReplicaPausedError
from custom_components.immich_syncthing.replica.model import Doing, DrillFailure, Ending
from custom_components.immich_syncthing.replica.settings import ReplicaSettings

from .faulty import FaultyStore
from .house import NOON, House

NEVER = (time(NOON.hour - 2), time(NOON.hour - 1))
"""A window that is closed whenever these tests look."""


@dataclass
class Usage:
    """A disk, as far as anybody asks."""

    free: int


class Endless:
    """Time in which nobody's turn comes."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(3600)


async def test_everything_is_read_within_its_days(house: House) -> None:
    for number in range(12):
        await house.upload(f"photo {number}".encode(), f"IMG_{number}.jpg")
    await house.run()
    replica = await house.open(ReplicaSettings(verify_days=4))
    assert (await replica.scrub()).checked == 0, "what was just copied was just read"
    checked = []
    for _ in range(8):
        house.clock.days(0.501)
        checked.append((await replica.scrub()).checked)
        assert (await replica.scrub()).checked == 0, "called twice, it reads no more"
    assert sum(checked) == 12
    assert max(checked) <= 2
    assert replica.state.figures.oldest_check is not None
    assert house.clock.wall() - replica.state.figures.oldest_check <= 4.1 * 86400
    assert (replica.state.verification_failures, replica.state.last_verified) == (0, house.clock.wall())
    await replica.close()


async def test_a_few_copies_have_their_turn_too(house: House) -> None:
    await house.upload(b"one", "IMG_1.jpg")
    await house.upload(b"two", "IMG_2.jpg")
    await house.run()
    checked = []
    for _ in range(31):
        house.clock.days(1)
        replica = await house.open()
        checked.append((await replica.scrub()).checked)
        await replica.close()
    assert sum(checked) == 2
    assert max(checked) == 1


async def test_a_share_of_all_is_read_at_once_and_a_round_has_an_end(house: House) -> None:
    for number in range(4):
        await house.upload(f"photo {number}".encode(), f"IMG_{number}.jpg")
    await house.run()
    house.clock.days(1)
    replica = await house.open(ReplicaSettings(window=NEVER))
    half = await replica.scrub(0.5)
    assert (half.checked, half.round_complete) == (2, False)
    assert replica.state.last_verified == house.clock.wall()
    house.clock.days(0.1)
    rest = await replica.scrub(0.5)
    assert (rest.checked, rest.round_complete) == (2, True)
    house.clock.days(1)
    again = await replica.scrub(1.0)
    assert (again.checked, again.round_complete) == (4, True)
    await replica.close()


async def test_what_the_owner_knows_of_and_wants_is_remembered(house: House) -> None:
    replica = await house.open()
    await replica.switch(off=True)
    await replica.see_failures(3)
    await replica.close()
    await replica.close()
    again = await house.open()
    assert (again.state.switched_off, again.state.failures_seen) == (True, 3)
    await again.switch(off=False)
    assert not again.state.switched_off
    await again.close()


async def test_a_clock_that_went_back_stops_no_reading(house: House) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    house.clock.days(300)
    await house.run()
    replica = await house.open()
    assert (await replica.scrub()).checked == 0
    house.clock.days(-300)
    assert (await replica.scrub()).checked == 0
    house.clock.days(31)
    assert (await replica.scrub()).checked == 1
    await replica.close()


async def test_a_damaged_and_a_missing_copy_are_made_again(house: House) -> None:
    for number in range(3):
        await house.upload(f"photo {number}".encode(), f"IMG_{number}.jpg")
    await house.run()
    before = await house.contents()
    await house.damage("originals/undated/IMG_0.jpg")
    await house.store.delete(["originals/undated/IMG_1.jpg"])
    house.clock.days(30)
    replica = await house.open()
    report = await replica.scrub()
    assert (report.checked, report.damaged, report.missing, report.healed) == (3, 1, 1, 2)
    assert replica.state.verification_failures == 2
    assert replica.state.figures.missing == 0
    await replica.close()
    assert await house.contents() == before


async def test_a_damaged_copy_whose_original_is_gone_is_told_and_kept(house: House) -> None:
    asset_id = await house.upload(b"photo", "IMG_1.jpg")
    await house.upload(b"other", "IMG_2.jpg")
    await house.run()
    house.web.purge(asset_id)
    await house.run()
    await house.damage("originals/undated/IMG_1.jpg")
    house.clock.days(29)
    replica = await house.open(ReplicaSettings(verify_days=1))
    report = await replica.scrub()
    assert (report.damaged, report.healed) == (1, 0)
    assert replica.state.figures.missing == 1
    await replica.run()
    await replica.close()
    assert len(await house.contents()) == 2


async def test_a_store_that_is_away_proves_nothing(house: House) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    await house.run()
    house.clock.days(30)
    faulty = FaultyStore(house.store, away=True)
    house.store = faulty
    replica = await house.open()
    report = await replica.scrub()
    assert report.ending is Ending.PROBLEM
    assert (replica.state.verification_failures, replica.state.figures.missing) == (0, 0)
    faulty.away = False
    assert (await replica.scrub()).checked == 1
    await replica.close()


async def test_a_drill_brings_everything_back(house: House) -> None:
    for number in range(5):
        await house.upload(f"photo {number}".encode(), f"IMG_{number}.jpg")
    await house.run()
    house.lose_index()
    replica = await house.open()
    report = await replica.drill(3)
    assert (report.asked, report.restored, report.restored_bytes, report.compared) == (3, 3, 21, 3)
    assert report.passed
    assert (await replica.drill(50)).restored == 5
    assert list((house.place / "scratch").iterdir()) == []
    await replica.close()


async def test_a_drill_leaves_room_and_rests_with_the_replica(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    await house.run()
    replica = await house.open()
    with monkeypatch.context() as full:
        full.setattr(shutil, "disk_usage", lambda _: Usage(free=1000))
        assert (await replica.drill(1)).failures == (DrillFailure("originals/undated/IMG_1.jpg", "no_room"),)
    await replica.pause()
    with pytest.raises(ReplicaPausedError):
        await replica.drill(1)
    replica.resume()
    assert (await replica.drill(1)).passed
    await replica.close()


async def test_a_drill_is_stopped_in_its_midst(house: House) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    await house.run()
    replica = await house.open(ReplicaSettings(bytes_per_second=1))
    house.clock.sleep = Endless().sleep  # type: ignore[method-assign]
    for stop in (replica.pause, None):
        replica.resume()
        drilling = asyncio.create_task(replica.drill(1))
        async with asyncio.timeout(30):
            while not list((house.place / "scratch").glob("*/0")):
                await asyncio.sleep(0.01)
        assert replica.state.doing is Doing.DRILLING
        if stop is None:
            drilling.cancel()
        else:
            await stop()
        with pytest.raises(asyncio.CancelledError if stop is None else ReplicaPausedError):
            await asyncio.wait_for(drilling, 30)
        assert list((house.place / "scratch").iterdir()) == []
    await replica.close()


async def test_a_drill_tells_what_does_not_come_back(house: House) -> None:
    for number in range(3):
        await house.upload(f"photo {number}".encode(), f"IMG_{number}.jpg")
    await house.run()
    await house.damage("originals/undated/IMG_0.jpg")
    await house.store.delete(["originals/undated/IMG_1.jpg"])
    replica = await house.open()
    report = await replica.drill(3)
    assert not report.passed
    assert set(report.failures) == {
        DrillFailure("originals/undated/IMG_0.jpg", "damaged"),
        DrillFailure("originals/undated/IMG_1.jpg", "missing"),
    }
    assert list((house.place / "scratch").iterdir()) == []
    await replica.close()
