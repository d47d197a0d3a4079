"""What a store tells of a replica is not true: lines of a manifest that lead elsewhere, a dump's note of somebody."""

import json
from typing import Any

import pytest

from custom_components.immich_syncthing.replica.manifest import copy_of
from tests.checksums import sha1

from .house import House

STRANGERS = {
    "database/immich-db-backup-20261121T120000-v2.7.5-pg14.sql.gz": b"a dump",
    "objects/ab/abab": b"a vaulted photo",
    "entries/abab/1.json": b"where it was",
    "README.txt": b"a vault",
}


def line(content: bytes, key: str, **change: Any) -> dict[str, Any]:
    told = {"checksum": sha1(content).hex(), "key": key, "size": len(content), "deleted_at": None, "sidecar": None}
    return told | {"asset": "x"} | change


@pytest.mark.parametrize(
    "key",
    [
        *STRANGERS,
        "",
        "..",
        "../x.jpg",
        "originals/..",
        "originals/../objects/ab/abab",
        "originals/2026/../x.jpg",
        "originals/2026/11/..",
        "originals/2026/11/",
        "originals//x.jpg",
        "originals/undated/../x.jpg",
        "/originals/2026/11/x.jpg",
        "manifest/about.json",
    ],
)
def test_a_line_leads_to_nothing_but_an_original(key: str) -> None:
    assert copy_of(json.dumps(line(b"one", key)).encode()) is None
    assert copy_of(json.dumps(line(b"one", "originals/2026/11/x.jpg")).encode()) is not None


@pytest.mark.parametrize(
    "change",
    [
        {"size": 2**64},
        {"size": -1},
        {"size": True},
        {"size": "1"},
        {"deleted_at": "yesterday"},
        {"deleted_at": 5},
        {"deleted_at": "0001-01-01T00:00:00+14:00"},
        {"checksum": "ab"},
        {"checksum": None},
    ],
)
def test_a_line_that_cannot_be_is_passed_over(change: dict[str, Any]) -> None:
    copy_of(json.dumps(line(b"one", "originals/2026/11/x.jpg", **change)).encode())
    assert copy_of(b"[" * 100_000) is None


async def test_nothing_but_originals_is_written_or_removed_because_of_a_forged_line(house: House) -> None:
    await house.upload(b"one", "IMG_1.jpg")
    await house.upload(b"two", "IMG_2.jpg")
    await house.run()
    before = await house.contents()
    for key, content in STRANGERS.items():
        await house.store.put_small(key, content)
    told = [line(b"one", "objects/ab/abab"), line(b"two", "README.txt")]
    odd = line(b"odd", "originals/2026/11/odd.jpg", name="\ud800", deleted_at="2020-01-01T00:00:00+00:00")
    told += [line(b"gone", key, deleted_at="2020-01-01T00:00:00+00:00") for key in STRANGERS]
    told += [
        line(b"gone too", "originals/2026/11/none.jpg", size=2**64),
        odd,
    ]
    await house.store.put_small("manifest/000000009999.jsonl", "\n".join(map(json.dumps, told)).encode())
    house.lose_index()

    for _ in range(3):
        report = await house.run()
        assert report.problem is None
        house.clock.days(40)

    assert await house.contents() == before
    assert {key: await house.store.read_small(key) for key in STRANGERS} == STRANGERS
