"""What happens seldom: a key that may not ask, a photo that changes while it is copied, a store that is odd once."""

import dataclasses
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from custom_components.immich_syncthing.replica import running
from custom_components.immich_syncthing.replica.model import Ending
from custom_components.immich_syncthing.replica.settings import Originals, ReplicaSettings
from custom_components.immich_syncthing.stores.errors import (
    NotInStoreError,
    StoreError,
    StoreThrottledError,
    StoreUnreachableError,
)
from tests.checksums import sha1
from tests.servers.immich import FaultKind

from .faulty import FaultyStore
from .house import House
from .test_pace import NIGHT

LITTLE = ("asset.read", "asset.upload", "asset.download", "user.read")
"""Neither statistics nor albums."""


async def test_a_key_that_may_not_count_still_copies_and_lets_go(house: House) -> None:
    house.client = house.with_key(house.server.make_key(*LITTLE))
    asset_id = await house.upload(b"photo", "IMG_1.jpg")
    await house.upload(b"other", "IMG_2.jpg")
    house.web.make_album("Summer", asset_id)
    await house.run()
    assert [line["albums"] for line in (await house.lines()).values()] == [[], []]
    house.web.trash(asset_id)
    await house.run()
    house.clock.days(31)
    assert (await house.run()).retired == 1


async def test_a_key_that_may_not_ask_the_oracle_removes_what_is_in_the_trash_only_after_asking(house: House) -> None:
    house.client = house.with_key(house.server.make_key("asset.read", "asset.download", "user.read"))
    await house.upload(b"photo", "IMG_1.jpg")
    await house.run()
    assert len(await house.contents()) == 1


async def test_a_key_that_may_not_see_the_chosen_albums_is_a_problem(house: House) -> None:
    house.client = house.with_key(house.server.make_key(*LITTLE))
    replica = await house.open(ReplicaSettings(originals=Originals.ALBUMS, albums=frozenset({"one"})))
    report = await replica.run()
    assert report.problem is not None
    assert report.problem.code == "immich_missing_permission"
    assert "album.read" in report.problem.placeholders["permission"]
    await replica.close()


async def test_an_album_that_goes_or_is_renamed_is_told_anew(house: House) -> None:
    asset_id = await house.upload(b"photo", "IMG_1.jpg")
    await house.upload(b"other", "IMG_2.jpg")
    album_id = house.web.make_album("Summer", asset_id)
    await house.run()
    album = house.server.world.tables.albums[album_id]
    album.name = "Winter"
    house.clock.days(2)
    await house.run()
    assert (await house.lines())[sha1(b"photo").hex()]["albums"] == ["Winter"]
    del house.server.world.tables.albums[album_id]
    await house.run()
    assert (await house.lines())[sha1(b"photo").hex()]["albums"] == []


async def test_what_is_linked_later_brings_the_video_of_its_live_photo_along(house: House, tmp_path: Path) -> None:
    settings = ReplicaSettings(originals=Originals.LINKED)
    still, video = await house.upload(b"still", "IMG_1.heic"), await house.upload(b"video", "IMG_1.mov")
    await house.client.link_motion(still, video)
    assert (await house.run(settings)).copied == 0
    (tmp_path / "IMG_1.heic").write_bytes(b"still")
    house.folder.files[sha1(b"still")] = tmp_path / "IMG_1.heic"
    await house.run(settings)
    assert sorted((await house.contents()).values()) == [b"still", b"video"]


async def test_a_sidecar_beside_the_file_goes_along(house: House, tmp_path: Path) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    house.folder.sidecars[sha1(b"photo")] = b"<xmp/>"
    await house.run()
    assert await house.store.read_small("originals/undated/IMG_1.jpg.xmp") == b"<xmp/>"


async def test_a_photo_that_goes_while_it_is_looked_at_stops_nobody(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, locked, trashed = [await house.upload(name.encode(), f"{name}.jpg") for name in ("gone", "locked", "trashed")]
    await house.upload(b"stays", "stays.jpg")
    replica = await house.open()
    copy = running.Run._copy  # noqa: SLF001

    async def meanwhile(run: running.Run) -> None:
        house.web.purge(gone)
        house.web.lock(locked)
        house.web.trash(trashed)
        await copy(run)

    with monkeypatch.context() as happens:
        happens.setattr(running.Run, "_copy", meanwhile)
        report = await replica.run()
    assert (report.copied, report.failed, report.ending) == (1, 0, Ending.COMPLETE)
    await replica.close()
    assert list((await house.contents()).values()) == [b"stays"]


async def test_an_immich_that_breaks_down_ends_the_run_and_is_asked_again(house: House) -> None:
    for number in range(7):
        await house.upload(f"photo {number}".encode(), f"IMG_{number}.jpg")
    rule = house.server.faults.add(FaultKind.STATUS, r"/original$", status=500)
    replica = await house.open(dataclasses.replace(house.settings, at_once=1))
    report = await replica.run()
    assert rule.hits
    assert (report.ending, report.copied) == (Ending.PROBLEM, 0)
    house.server.faults.clear()
    house.clock.days(2)
    assert (await replica.run()).copied == 7
    await replica.close()


class Odd(FaultyStore):
    """A store that refuses to read, with one error for all, a while."""

    error: StoreError = StoreThrottledError()
    times = 0

    async def read(self, key: str, *, offset: int = 0) -> AsyncGenerator[bytes]:
        if key.startswith("originals") and self.times:
            self.times -= 1
            raise self.error
        async for block in self.inner.read(key, offset=offset):
            yield block


@pytest.mark.parametrize(("error", "reads"), [(StoreThrottledError(), 1), (NotInStoreError(), 1)])
async def test_one_odd_answer_of_the_store_proves_nothing(house: House, error: StoreError, reads: int) -> None:
    for number in range(3):
        await house.upload(f"photo {number}".encode(), f"IMG_{number}.jpg")
    await house.run()
    house.clock.days(1)
    odd = Odd(house.store)
    odd.error, odd.times = error, reads
    house.store = odd
    replica = await house.open()
    report = await replica.scrub(1.0)
    assert (report.checked, report.missing, report.damaged, report.ending) == (3, 0, 0, Ending.COMPLETE)
    assert replica.state.verification_failures == 0
    await replica.close()


async def test_a_store_that_refuses_everything_ends_the_scrub(house: House) -> None:
    for number in range(6):
        await house.upload(f"photo {number}".encode(), f"IMG_{number}.jpg")
    await house.run()
    house.clock.days(1)
    odd = Odd(house.store)
    odd.times = 100
    house.store = odd
    replica = await house.open()
    report = await replica.scrub(1.0)
    assert report.problem is not None
    assert (report.ending, report.problem.code) == (Ending.PROBLEM, "store_throttled")
    await replica.close()


@pytest.mark.parametrize("everybodys", [False, True])
async def test_a_damaged_copy_that_cannot_be_healed_now_is_healed_later(house: House, everybodys: bool) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    await house.run()
    await house.damage("originals/undated/IMG_1.jpg")
    house.clock.days(1)
    rule = house.server.faults.add(
        *((FaultKind.RESET_BEFORE, "/assets/") if everybodys else (FaultKind.STATUS, "/original$"))
    )
    replica = await house.open()
    report = await replica.scrub(1.0)
    assert rule.hits
    assert (report.damaged, report.healed) == (1, 0)
    assert replica.state.figures.missing == 1
    house.server.faults.clear()
    house.clock.days(1)
    await replica.run()
    assert replica.state.figures.missing == 0
    await replica.close()
    assert list((await house.contents()).values()) == [b"photo"]


async def test_a_scrub_ends_with_its_hours(house: House) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    await house.run()
    house.clock.days(30)
    replica = await house.open(NIGHT)
    assert (await replica.scrub()).ending is Ending.OUTSIDE_WINDOW
    await replica.close()


async def test_a_line_that_breaks_in_a_drill_is_its_result(house: House) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    await house.run()
    odd = Odd(house.store)
    odd.error, odd.times = StoreUnreachableError(), 1
    house.store = odd
    replica = await house.open()
    [failure] = (await replica.drill(1)).failures
    assert failure.reason == "store_unreachable"
    house.client = house.with_key("nobody's")
    await replica.close()
    replica = await house.open()
    report = await replica.drill(1)
    assert (report.passed, report.compared) == (True, 0)
    await replica.close()
