"""A disk that is not mounted leaves an empty directory: it is neither believed nor filled."""

from pathlib import Path

import pytest

from custom_components.immich_syncthing.replica.settings import ReplicaSettings
from custom_components.immich_syncthing.stores.errors import StoreUnmarkedError
from custom_components.immich_syncthing.stores.settings import StoreKind, StoreSettings
from custom_components.immich_syncthing.stores.store import Store
from tests.mounts import mount, unmount

from .faulty import FaultyStore
from .house import House

pytestmark = pytest.mark.parametrize("immich", ["2.7.5"], indirect=True)


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    disk = tmp_path / "store"
    disk.mkdir()
    return disk


@pytest.fixture
def store(disk: Path) -> Store:
    return Store(StoreSettings(StoreKind.DIRECTORY, directory=str(disk)))


async def test_nothing_is_taken_for_lost_and_nothing_is_copied(house: House, disk: Path) -> None:
    await house.upload(b"one", "IMG_1.jpg")
    await house.upload(b"two", "IMG_2.jpg")
    await house.run()
    await house.upload(b"three", "IMG_3.jpg")
    house.clock.now += 60
    away = unmount(disk)

    house.store = Store(StoreSettings(StoreKind.DIRECTORY, directory=str(disk)))
    replica = await house.open()
    run, scrub = await replica.run(), await replica.scrub(1.0)
    assert [one.problem and one.problem.code for one in (run, scrub)] == ["store_unmarked"] * 2
    assert (scrub.missing, scrub.healed) == (0, 0)
    with pytest.raises(StoreUnmarkedError):
        await replica.drill(1)
    assert replica.state.figures.objects == 2
    assert list(disk.iterdir()) == []

    mount(away, disk)
    report = await replica.run()
    assert (report.problem, report.copied) == (None, 1)
    assert set((await house.contents()).values()) == {b"one", b"two", b"three"}
    await replica.close()


async def test_a_disk_that_goes_in_the_midst_of_a_run_leaves_its_mount_point_empty(house: House, disk: Path) -> None:
    for number in range(6):
        await house.upload(f"photo {number}".encode(), f"IMG_{number}.jpg")
    sent: list[str] = []

    def hears(key: str) -> None:
        if key.startswith("originals/") and len(sent) < 3:
            sent.append(key)
            if len(sent) == 3:
                unmount(disk)

    house.store = FaultyStore(house.store, hears=hears)
    replica = await house.open(ReplicaSettings(at_once=1))
    report = await replica.run()
    assert len(sent) == 3
    assert report.problem is not None
    assert report.problem.code == "store_unmarked"
    assert list(disk.iterdir()) == []

    mount(disk.with_name("unmounted"), disk)
    assert (await replica.run()).problem is None
    assert len(await house.contents()) == 6
    await replica.close()


async def test_one_that_was_emptied_on_purpose_is_filled_again(house: House, disk: Path) -> None:
    await house.upload(b"one", "IMG_1.jpg")
    await house.run()
    unmount(disk)
    replica = await house.open()
    assert (await replica.run()).problem is not None
    await replica.begin_anew()
    report = await replica.run()
    assert (report.problem, report.copied) == (None, 1)
    assert list((await house.contents()).values()) == [b"one"]
    await replica.close()
