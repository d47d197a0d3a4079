"""The plug is pulled on the second house: what is there stays whole, it is said why, and the next run goes on."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest

from custom_components.immich_syncthing.replica.dump_shelf import Keeping
from custom_components.immich_syncthing.replica.dumps import DatabaseBackups
from custom_components.immich_syncthing.replica.model import Ending, RunReport
from custom_components.immich_syncthing.stores import connecting
from custom_components.immich_syncthing.stores.errors import StoreError
from custom_components.immich_syncthing.stores.settings import StoreKind, StoreSettings
from custom_components.immich_syncthing.stores.store import Store
from tests.checksums import sha1
from tests.mounts import full_meanwhile, read_only_meanwhile, small_disk
from tests.servers.immich import ImmichStandIn
from tests.servers.s3 import S3Kind, serving
from tests.servers.syncthing import free_port

from .conftest import QuickClock
from .house import House
from .shelves import content, keys

__all__ = ["small_disk"]
pytestmark = pytest.mark.parametrize("immich", ["3.2.2"], indirect=True)
BROKEN: dict[str, tuple[Callable[[Path], AbstractContextManager[None]], str]] = {
    "its disk is full": (full_meanwhile, "store_full"),
    "its disk became read-only": (read_only_meanwhile, "store_unreachable"),
}


@pytest.fixture
def store(small_disk: Path) -> Store:
    """On the small disk, unless a story has another."""
    return Store(StoreSettings(StoreKind.DIRECTORY, directory=str(small_disk)))


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a server be asked three times within a blink."""
    monkeypatch.setitem(connecting.RETRIES, "max_retries", 2)
    monkeypatch.setitem(connecting.RETRIES["backoff"], "init_backoff", timedelta(milliseconds=1))


async def begun(house: House) -> dict[bytes, bytes]:
    """One photo is copied, and then there are four; checksum to content."""
    photos = [f"photo {number}".encode() * 800 for number in range(4)]
    await house.upload(photos[0], "IMG_0.jpg")
    await house.run()
    for number in (1, 2, 3):
        await house.upload(photos[number], f"IMG_{number}.jpg")
    await house.server.settle()
    return {sha1(photo): photo for photo in photos}


async def stopped_by(house: House, code: str) -> RunReport:
    """Have a run that cannot go on, and says so."""
    replica = await house.open()
    report = await replica.run()
    assert (report.ending, report.problem and report.problem.code) == (Ending.PROBLEM, code)
    assert replica.state.problem == report.problem
    assert await replica.failures() == [], "no photo's own fault"
    await replica.close()
    return report


async def complete(house: House, photos: dict[bytes, bytes]) -> None:
    """Have the next run bring over what is left, and a further one nothing."""
    await house.run()
    told = {bytes.fromhex(checksum): str(line["key"]) for checksum, line in (await house.lines()).items()}
    contents = await house.contents()
    assert {checksum: contents[key] for checksum, key in told.items()} == photos
    assert len(contents) == len(photos)
    again = await house.run()
    assert (again.copied, again.reused, again.described) == (0, 0, 0)


@pytest.mark.parametrize("how", BROKEN)
async def test_a_disk_that_takes_nothing(house: House, small_disk: Path, how: str) -> None:
    meanwhile, code = BROKEN[how]
    photos = await begun(house)
    with meanwhile(small_disk):
        report = await stopped_by(house, code)
        assert report.copied == 0
        assert set((await house.contents()).values()) == {next(iter(photos.values()))}
    await complete(house, photos)


@pytest.mark.usefixtures("impatient")
async def test_a_server_is_stopped_and_started(house: House, tmp_path: Path) -> None:
    port, place = free_port(), tmp_path / "server"
    place.mkdir()
    with serving(S3Kind.S3RVER, place, port=port) as server:
        house.store = Store(server.settings(server.new_bucket(), prefix="house"))
        photos = await begun(house)
    await stopped_by(house, "store_unreachable")
    with serving(S3Kind.S3RVER, place, port=port):
        await complete(house, photos)


@pytest.mark.parametrize("how", BROKEN)
async def test_a_dump_on_a_disk_that_takes_nothing(
    immich: ImmichStandIn, backups: DatabaseBackups, clock: QuickClock, small_disk: Path, store: Store, how: str
) -> None:
    """What was kept before stays, nothing half is called a backup, and the next one is made."""
    meanwhile, code = BROKEN[how]
    immich.quirks.dump_bytes = 40_000
    kept = await backups.make(Keeping(number=1))
    immich.world.clock.jump(60)
    clock.now += 60
    with meanwhile(small_disk):
        with pytest.raises(StoreError) as refused:
            await backups.make(Keeping(number=1))
        assert refused.value.code == code
        assert (await backups.stored()).dumps == (kept,)
    immich.world.clock.jump(60)
    clock.now += 60
    made = await backups.make(Keeping(number=1))
    assert made.name != kept.name
    found = await backups.stored()
    assert (found.dumps, found.unfinished) == ((made,), ())
    assert len(await content(store, made.name)) == made.size
    assert len(await keys(store)) == 2
