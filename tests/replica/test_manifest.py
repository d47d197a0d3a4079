"""The manifest stays small, and what is broken of it costs no more than what is broken."""

import json

import pytest

from custom_components.immich_syncthing.replica import manifest
from custom_components.immich_syncthing.replica.manifest import ABOUT, copy_of
from tests.checksums import sha1

from .house import House


async def test_many_small_lists_become_one(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(manifest, "MOST_OBJECTS", 3)
    monkeypatch.setattr(manifest, "LINES_PER_OBJECT", 2)
    for number in range(4):
        await house.upload(f"photo {number}".encode(), f"IMG_{number}.jpg")
        await house.run()
    names = [key for key in await house.keys("manifest") if key != ABOUT]
    assert names[0].endswith("-all.jsonl")
    assert len(names) <= 2
    lines = await house.lines()
    assert set(lines) == {sha1(f"photo {number}".encode()).hex() for number in range(4)}
    house.lose_index()
    assert (await house.run()).copied == 0
    assert await house.lines() == lines


async def test_a_broken_line_costs_its_own_photo_only(house: House) -> None:
    for number in range(2):
        await house.upload(f"photo {number}".encode(), f"IMG_{number}.jpg")
    await house.run()
    [name] = [key for key in await house.keys("manifest") if key != ABOUT]
    text = await house.store.read_small(name) or b""
    first, second = text.splitlines()
    await house.store.put_small(name, b"\n".join((first, second[:20], b'{"checksum": 5}', b"", b"[]")))
    house.lose_index()
    report = await house.run()
    assert (report.copied, report.reused) == (0, 1)
    assert len(await house.contents()) == 2
    assert len(await house.lines()) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"checksum": "00" * 19},
        {"checksum": "no"},
        {"size": None},
        {"size": "5"},
        {"deleted_at": "yesterday"},
        {"deleted_at": 5},
    ],
)
def test_what_no_line_of_ours_says_is_not_believed(wrong: dict[str, object]) -> None:
    told = {"checksum": "00" * 20, "key": "originals/undated/a", "size": 5, "deleted_at": None}
    assert copy_of(json.dumps(told).encode()) is not None
    assert copy_of(json.dumps(told | wrong).encode()) is None


async def test_who_it_belongs_to_is_written_anew_where_it_cannot_be_read(house: House) -> None:
    await house.run()
    await house.store.put_small(ABOUT, b"{")
    await house.run()
    told = json.loads(await house.store.read_small(ABOUT) or b"")
    assert told["user"] == house.server.admin.id


async def test_what_a_later_version_wrote_is_left_alone(house: House) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    about = json.dumps({"format": 99, "user": house.server.admin.id}).encode()
    await house.store.put_small(ABOUT, about)
    replica = await house.open()
    report = await replica.run()
    assert report.problem is not None
    assert report.problem.code == "replica_too_new"
    await replica.close()
    assert await house.contents() == {}
    assert await house.store.read_small(ABOUT) == about


async def test_a_list_that_somebody_else_wrote_meanwhile_is_not_overwritten(house: House) -> None:
    await house.upload(b"photo", "IMG_1.jpg")
    replica = await house.open()
    await replica.run()
    [name] = [key for key in await house.keys("manifest") if key != ABOUT]
    following = name.replace("000000000001", "000000000002")
    await house.store.put_small(following, b"strange")
    await house.upload(b"another", "IMG_2.jpg")
    report = await replica.run()
    assert report.problem is not None
    assert report.problem.code == "store_mismatch"
    assert await house.store.read_small(following) == b"strange"
    assert (await replica.run()).problem is None
    await replica.close()
    assert sha1(b"another").hex() in await house.lines()
