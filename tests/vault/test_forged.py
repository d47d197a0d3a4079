"""What lies in a vault was not written by us: somebody else writes there, or its store or disk tells lies."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.workers import ThreadPool
from custom_components.immich_syncthing.vault.counted import CountedVault
from custom_components.immich_syncthing.vault.emptying import emptying
from custom_components.immich_syncthing.vault.entries import encode
from custom_components.immich_syncthing.vault.model import Blocking, VaultEntry
from custom_components.immich_syncthing.vault.retention import Elsewhere
from tests.checksums import sha1

from .kinds import KINDS, Place, place_of
from .things import PHOTO, everything, origin_of, pieces

OTHER = sha1(b"other").hex()
WHOLE = json.loads(encode(VaultEntry(origin_of(PHOTO), 1_763_700_000.0)))


@pytest.fixture(params=KINDS)
async def place(request: pytest.FixtureRequest, tmp_path: Path, disk: ThreadPool, clock: Callable[[], float]) -> Place:
    found = place_of(request.param, tmp_path / "place", disk, clock)
    await found.vault.prepare()
    await found.vault.store_stream(pieces(PHOTO), origin_of(PHOTO))
    return found


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 200_000,
        b"\xff\xfe",
        b"[]",
        b"null",
        *(
            json.dumps(WHOLE | change).replace('"1e999"', "1e999").encode()
            for change in (
                {"size": "1e999"},
                {"size": -1},
                {"size": 2**64},
                {"mtime_ns": "1e999"},
                {"mtime_ns": 10**30},
                {"mtime_ns": -(10**30)},
                {"stored_at": "1e999"},
                {"stored_at": float("nan")},
                {"stored_at": 1e15},
                {"stored_at": -1e15},
                {"checksum": "ab"},
                {"checksum": sha1(b"other").hex()},
                {"folder_label": "\ud800"},
                {"folder_id": "\ud800"},
                {"asset_id": "\ud800"},
                {"account_id": "\ud800"},
            )
        ),
    ],
)
async def test_an_entry_that_we_never_wrote_is_left_out(place: Place, text: bytes) -> None:
    key = f"entries/{sha1(PHOTO).hex()}/1763700009000-00000000.json"
    await place.store.put_small(key, text)

    found = [entry async for page in place.again().entries() for entry in page]

    assert [entry.origin for entry in found] == [origin_of(PHOTO)]
    assert await place.vault.find(sha1(PHOTO)) == found[0]
    assert await everything(place.vault, sha1(PHOTO)) == PHOTO


@pytest.mark.parametrize(
    "keys",
    [
        ("entries/zz/1763700009000-00000000.json", "objects/zz/zz"),
        ("entries/ab/1763700009000-00000000.json", "objects/ab/ab"),
        (f"entries/{OTHER}/{'9' * 200}-0.json", f"objects/{OTHER[:2]}/{OTHER}"),
        (f"entries/{OTHER}/99999999999999999-0.json", f"objects/{OTHER[:2]}/{OTHER}"),
        ("objects/loose",),
        ("entries/loose",),
    ],
)
async def test_a_vault_with_things_that_are_none_of_its_own_is_counted(place: Place, keys: tuple[str, ...]) -> None:
    for key in keys:
        await place.store.put_small(key, b"?")
    counted = CountedVault(place.again(), lambda: None)

    await counted.count()

    assert counted.counted is not None
    assert counted.counted.objects >= 1
    assert counted.counted.oldest_at is not None
    assert 0 < counted.counted.oldest_at < 4e9
    await place.vault.usage()
    assert await place.vault.remove(sha1(PHOTO)) == len(PHOTO)
    assert await place.vault.find(sha1(PHOTO)) is None


class User1:
    """An owner who knows of nothing elsewhere."""

    async def look(self, checksums: Sequence[bytes]) -> Elsewhere:
        return Elsewhere(frozenset(), frozenset())

    def owns(self, entries: Sequence[VaultEntry]) -> bool:
        return bool(entries) and all(one.origin.account_id == "user-1" for one in entries)

    async def removed(self, entry: VaultEntry) -> None:
        raise AssertionError


async def test_what_another_account_has_too_stays_even_if_its_entry_cannot_be_read(
    place: Place, disk: Blocking
) -> None:
    """Two accounts share a vault, and the other's entry is of a later release, or damaged."""
    await place.store.put_small(f"entries/{sha1(PHOTO).hex()}/1763600009000-00000000.json", b'{"format": 2}')

    await (await emptying(place.vault, User1(), disk)).run()

    assert await everything(place.vault, sha1(PHOTO)) == PHOTO
