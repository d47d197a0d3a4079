"""Turns that few worlds take: batches that are full, windows that close, samples of what changes."""

from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from custom_components.immich_syncthing.replica import rebuilding, running
from custom_components.immich_syncthing.replica.errors import NothingToDrillError
from custom_components.immich_syncthing.replica.failing import problem_of
from custom_components.immich_syncthing.replica.model import Ending
from custom_components.immich_syncthing.replica.settings import ReplicaSettings

from .house import NOON, House


async def test_full_batches_are_told_and_read_like_others(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "LINES_AT_ONCE", 2)
    monkeypatch.setattr(rebuilding, "BATCH", 2)
    for number in range(5):
        await house.upload(f"photo {number}".encode(), f"IMG_{number}.jpg")
    await house.run()
    assert len(await house.lines()) == 5
    house.lose_index()
    report = await house.run()
    assert (report.copied, report.reused) == (0, 0)


async def test_a_window_that_closes_ends_the_run_after_what_was_begun(house: House) -> None:
    for number in range(6):
        await house.upload(bytes([number]) * 1000, f"IMG_{number}.jpg")
    closes = time((NOON.hour + 1) % 24)
    settings = ReplicaSettings(window=(time(NOON.hour), closes), bytes_per_second=1, at_once=1)
    replica = await house.open(settings)
    report = await replica.run()
    assert report.ending is Ending.OUTSIDE_WINDOW
    assert 0 < report.copied < 6
    assert datetime.fromtimestamp(house.clock.wall(), UTC).time() >= closes
    await replica.close()


async def test_a_drill_is_of_what_is_there(house: House) -> None:
    replica = await house.open()
    with pytest.raises(NothingToDrillError):
        await replica.drill(1)
    await replica.close()
    ids = [await house.upload(f"photo {number}".encode(), f"IMG_{number}.jpg") for number in range(4)]
    await house.run()
    house.web.describe(ids[0], "told twice")
    house.web.trash(ids[3])
    await house.run()
    replica = await house.open()
    assert (await replica.drill(10)).asked == 3
    house.random = lambda: 0.0
    again = await house.open()
    assert (await again.drill(1)).asked == 1
    await again.close()
    await replica.close()


async def test_a_copy_that_is_another_photo_in_immich_now_is_told(house: House) -> None:
    asset_id = await house.upload(b"photo", "IMG_1.jpg")
    await house.run()
    house.server.world.tables.assets[asset_id].checksum = b"\1" * 20
    replica = await house.open()
    [failure] = (await replica.drill(1)).failures
    assert failure.reason == "differs"
    await replica.close()


async def test_a_scratch_place_that_goes_is_a_result(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    await house.run()
    replica = await house.open()

    def refuse(_: Path, _mode: str) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    [failure] = (await replica.drill(1)).failures
    assert failure.reason == "Permission denied"
    await replica.close()


def test_whatever_goes_wrong_has_words() -> None:
    assert problem_of(ZeroDivisionError()).placeholders == {"detail": "ZeroDivisionError"}
    assert problem_of(OSError(28, "No space left on device")).detail == "No space left on device"
