"""What is deleted in Immich leaves the second house, late, and only if it is sure."""

import dataclasses

import pytest

from custom_components.immich_syncthing.replica.settings import ReplicaSettings
from tests.checksums import sha1

from .house import House

FEW = ReplicaSettings(most_retired=3)


async def test_a_trashed_photo_leaves_after_its_grace_period(house: House) -> None:
    asset_id = await house.upload(b"photo", "IMG_1.jpg")
    await house.upload(b"other", "IMG_2.jpg")
    await house.run()
    house.web.trash(asset_id)
    assert (await house.run()).retired == 0
    assert (await house.lines())[sha1(b"photo").hex()]["deleted_at"] is not None
    house.clock.days(29)
    assert (await house.run()).retired == 0
    house.clock.days(2)
    assert (await house.run()).retired == 1
    assert list((await house.contents()).values()) == [b"other"]


async def test_a_purged_photo_leaves_with_its_sidecar(house: House) -> None:
    asset_id = await house.upload(b"photo", "IMG_1.jpg")
    house.web.describe(asset_id, "Gone soon")
    await house.upload(b"other", "IMG_2.jpg")
    await house.run()
    assert len(await house.keys()) == 3
    house.web.purge(asset_id)
    await house.run()
    house.clock.days(31)
    assert (await house.run()).retired == 1
    assert await house.keys() == ["originals/undated/IMG_2.jpg"]


async def test_what_comes_back_meanwhile_stays(house: House) -> None:
    asset_id = await house.upload(b"photo", "IMG_1.jpg")
    await house.run()
    house.web.trash(asset_id)
    await house.run()
    house.clock.days(20)
    house.web.restore(asset_id)
    await house.run()
    assert (await house.lines())[sha1(b"photo").hex()]["deleted_at"] is None
    house.clock.days(20)
    assert (await house.run()).retired == 0
    assert len(await house.contents()) == 1


async def test_what_was_back_unseen_and_is_deleted_again_has_its_grace_period_anew(house: House) -> None:
    asset_id = await house.upload(b"photo", "IMG_1.jpg")
    await house.upload(b"other", "IMG_2.jpg")
    await house.run()
    house.web.trash(asset_id)
    await house.run()
    house.clock.days(31)
    house.web.restore(asset_id)
    house.web.trash(asset_id)
    assert (await house.run()).retired == 0
    house.clock.days(31)
    assert (await house.run()).retired == 1


async def test_what_comes_back_in_the_last_moment_stays(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    asset_id = await house.upload(b"photo", "IMG_1.jpg")
    await house.run()
    house.web.trash(asset_id)
    await house.run()
    house.clock.days(31)
    replica = await house.open()
    retire = replica._parts.retirement.run  # noqa: SLF001

    async def restored_before() -> tuple[int, int]:
        house.web.restore(asset_id)
        return await retire()

    monkeypatch.setattr(replica._parts.retirement, "run", restored_before)  # noqa: SLF001
    report = await replica.run()
    await replica.close()
    assert (report.retired, report.returned) == (0, 1)
    assert len(await house.contents()) == 1


async def test_many_wait_for_the_owners_word(house: House) -> None:
    ids = [await house.upload(f"photo {number}".encode(), f"IMG_{number}.jpg") for number in range(6)]
    await house.run(FEW)
    house.web.trash(*ids[:4])
    await house.run(FEW)
    house.clock.days(31)
    replica = await house.open(FEW)
    assert (await replica.run()).retired == 0
    assert replica.state.waiting == 4
    assert await replica.confirm_retiring(3) == 0, "the owner was shown fewer"
    assert await replica.confirm_retiring(4) == 4
    assert (await replica.run()).retired == 4
    assert replica.state.waiting == 0
    await replica.close()
    assert len(await house.contents()) == 2


async def test_few_at_a_time_are_many_within_a_day(house: House) -> None:
    ids = [await house.upload(f"photo {number}".encode(), f"IMG_{number}.jpg") for number in range(6)]
    await house.run(FEW)
    house.web.trash(*ids[:2])
    await house.run(FEW)
    house.clock.days(0.5)
    house.web.trash(*ids[2:4])
    await house.run(FEW)
    house.clock.days(29.6)
    assert (await house.run(FEW)).retired == 2
    house.clock.days(0.5)
    assert (await house.run(FEW)).retired == 0
    house.clock.days(1)
    assert (await house.run(FEW)).retired == 2


@pytest.mark.parametrize("everything", [True, False])
async def test_an_emptied_library_is_not_believed(house: House, everything: bool) -> None:
    ids = [await house.upload(f"photo {number}".encode(), f"IMG_{number}.jpg") for number in range(6)]
    settings = dataclasses.replace(FEW, most_retired=2)
    await house.run(settings)
    house.web.purge(*ids[0 if everything else 1 :])
    replica = await house.open(settings)
    for _ in range(3):
        report = await replica.run()
        assert report.problem is not None
        assert report.problem.code in {"replica_library_shrunk", "replica_library_went_back"}
        assert replica.state.figures.leaving == 0
        house.clock.days(31)
    assert len(await house.contents()) == 6

    await replica.trust_library()
    await replica.run()
    house.clock.days(31)
    await replica.run()
    await replica.close()
    assert len(await house.contents()) == 6, "the number of them is still to be confirmed"


async def test_a_restored_older_server_removes_nothing(house: House) -> None:
    await house.upload(b"old", "IMG_1.jpg")
    older = house.server.snapshot()
    for number in range(2, 6):
        await house.upload(f"new {number}".encode(), f"IMG_{number}.jpg")
    await house.run(FEW)
    house.server.restore_database(older)
    replica = await house.open(FEW)
    for _ in range(2):
        report = await replica.run()
        assert report.problem is not None
        assert report.problem.code in {"replica_library_shrunk", "replica_library_went_back"}
        house.clock.days(31)
    await replica.close()
    assert len(await house.contents()) == 5


async def test_a_newest_photo_that_was_deleted_for_good_is_no_older_server(house: House) -> None:
    ids = [await house.upload(f"photo {number}".encode(), f"IMG_{number}.jpg") for number in range(4)]
    await house.run()
    for asset_id in (ids[3], ids[2]):
        house.web.purge(asset_id)
        await house.run()
    await house.upload(b"another", "IMG_9.jpg")
    house.clock.days(31)
    assert (await house.run()).retired == 2
    assert sorted((await house.contents()).values()) == [b"another", b"photo 0", b"photo 1"]
