"""A vault moves into another place, whatever kind both are, and the old one goes only when it is told to."""

import asyncio
from collections.abc import AsyncIterator, Callable
from itertools import product
from pathlib import Path

import pytest

from custom_components.immich_syncthing.engine.workers import ThreadPool
from custom_components.immich_syncthing.stores.verified import Verified
from custom_components.immich_syncthing.vault.errors import VaultUnavailableError
from custom_components.immich_syncthing.vault.gate import GatedVault
from custom_components.immich_syncthing.vault.migration import checksum_in, vault_clearing, vault_migration
from custom_components.immich_syncthing.vault.model import Vault, VaultEntry
from custom_components.immich_syncthing.vault.object_vault import ObjectVault
from tests.checksums import sha1
from tests.replica.mortal import KilledError, MortalStore

from .kinds import KINDS, Place, place_of
from .things import PHOTO, everything, origin_of, pieces

CONTENTS = [PHOTO, b"another photo", b"", b"a film" * 400_000]


@pytest.fixture
async def two(
    tmp_path: Path, disk: ThreadPool, clock: Callable[[], float]
) -> Callable[[str, str], tuple[Place, Place]]:
    def make(one: str, other: str) -> tuple[Place, Place]:
        return place_of(one, tmp_path / "old", disk, clock), place_of(other, tmp_path / "new", disk, clock)

    return make


async def filled(place: Place) -> None:
    await place.vault.prepare()
    for number, content in enumerate(CONTENTS):
        await place.vault.store_stream(pieces(content), origin_of(content, f"IMG_{number}.jpg"))
        await place.vault.store_stream(pieces(content), origin_of(content, f"copy of {number}.jpg", "other"))
    await place.vault.write_note("fence-camera", b"7")


async def told(vault: Vault) -> list[VaultEntry]:
    return [entry async for page in vault.entries() for entry in page]


async def same(one: Place, other: Place) -> bool:
    notes = [await place.vault.read_note("fence-camera") for place in (one, other)]
    return (
        await told(one.vault) == await told(other.vault)
        and await one.objects() == await other.objects()
        and notes[0] == notes[1]
    )


@pytest.mark.parametrize(("one", "other"), list(product(KINDS, KINDS)))
async def test_a_vault_moves_as_it_is(one: str, other: str, two: Callable[[str, str], tuple[Place, Place]]) -> None:
    old, new = two(one, other)
    await filled(old)
    await new.vault.prepare()

    progress = await vault_migration(old.vault, new.vault, Verified()).run()

    assert (progress.failed, progress.percent) == (0, 100)
    assert await same(old, new)
    assert await new.again().usage() == await old.vault.usage()
    for content in CONTENTS:
        assert await everything(new.again(), sha1(content)) == content
        assert await new.vault.find(sha1(content)) == await old.vault.find(sha1(content))


async def test_a_content_that_is_damaged_in_the_old_vault_never_replaces_a_whole_one(
    two: Callable[[str, str], tuple[Place, Place]],
) -> None:
    old, new = two("directory", "store in memory")
    await filled(old)
    await new.vault.prepare()
    await new.vault.store_stream(pieces(b"another photo"), origin_of(b"another photo"))
    for content in (PHOTO, b"another photo"):
        name = sha1(content).hex()
        await old.store.put_small(f"objects/{name[:2]}/{name}", b"x" * len(content))

    progress = await vault_migration(old.vault, new.vault, Verified()).run()

    [failure] = progress.failures
    assert (failure.key.rpartition("/")[2], failure.code) == (sha1(PHOTO).hex(), "store_mismatch")
    assert await everything(new.vault, sha1(b"another photo")) == b"another photo"
    assert await new.vault.find(sha1(PHOTO)) is None


async def test_the_old_vault_goes_once_the_new_one_has_all_of_it(
    two: Callable[[str, str], tuple[Place, Place]],
) -> None:
    old, new = two("directory", "store in memory")
    await filled(old)
    await new.vault.prepare()
    await vault_migration(old.vault, new.vault, Verified()).run()
    clearing = vault_clearing(old.vault, new.vault)
    count, size = await clearing.count()

    cleared = await clearing.run()

    assert (cleared.objects, cleared.bytes, cleared.kept) == (count, size, 0)
    assert await old.objects() == {}
    await clearing.finish()
    with pytest.raises(VaultUnavailableError):
        await old.vault.prepare(create=False)
    for content in CONTENTS:
        assert await everything(new.vault, sha1(content)) == content


async def test_what_the_new_vault_outgrew_goes_with_the_old_one(
    two: Callable[[str, str], tuple[Place, Place]],
) -> None:
    """It was used since: a note says something else, one is gone, and of two entries only one was kept."""
    old, new = two("directory", "store in memory")
    await filled(old)
    await old.vault.write_note("fence-of-a-folder-that-is-gone", b"3")
    await new.vault.prepare()
    await vault_migration(old.vault, new.vault, Verified()).run()
    await new.vault.write_note("fence-camera", b"8")
    await new.store.delete([key async for key in new.keys("notes") if "gone" in key])
    first, *_ = [key async for key in new.keys(f"entries/{sha1(PHOTO).hex()}")]
    await new.store.delete([first])

    cleared = await vault_clearing(old.vault, new.vault).run()

    assert (cleared.kept, cleared.failures) == (0, ())
    assert [key for root in ("objects", "entries", "notes") async for key in old.keys(root)] == []
    assert await new.vault.read_note("fence-camera") == b"8"


async def test_what_only_the_old_vault_knows_stays_there(two: Callable[[str, str], tuple[Place, Place]]) -> None:
    """It is a dump of the database, whence a photo came, and an entry whose photo nobody has."""
    old, new = two("directory", "store in memory")
    await filled(old)
    await new.vault.prepare()
    await vault_migration(old.vault, new.vault, Verified()).run()
    photo, lost = f"entries/{sha1(PHOTO).hex()}", f"entries/{sha1(b'lost').hex()}"
    only = {key async for key in old.keys(photo)} | {f"{lost}/1763600000000-1.json", "database/dump.sql.gz"}
    await new.store.delete([key async for key in new.keys(photo)])
    for key in only:
        if not key.startswith(photo):
            await old.store.put_small(key, b"{}")

    cleared = await vault_clearing(old.vault, new.vault).run()

    left = {key for root in ("objects", "entries", "notes", "database") async for key in old.keys(root)}
    assert left == only
    assert {failure.key for failure in cleared.failures} == only
    assert {failure.code for failure in cleared.failures} == {"only_copy"}


@pytest.mark.parametrize("after", [False, True], ids=["before it", "after it"])
async def test_killed_while_the_old_vault_goes_everything_is_still_somewhere(
    *,
    after: bool,
    two: Callable[[str, str], tuple[Place, Place]],
    clock: Callable[[], float],
    disk: ThreadPool,
) -> None:
    old, new = two("directory", "store in memory")
    await filled(old)
    await new.vault.prepare()
    await vault_migration(old.vault, new.vault, Verified()).run()
    died, dies_at = True, 0
    while died:
        died = False
        mortal = ObjectVault(MortalStore(old.store, dies_at, after=after), clock, disk)
        try:
            await vault_clearing(mortal, new.vault).run()
        except KilledError:
            died = True
        for content in CONTENTS:
            assert await everything(new.vault, sha1(content)) == content
        dies_at += 1
    assert await old.objects() == {}


async def test_who_writes_waits_while_the_vault_is_still(
    two: Callable[[str, str], tuple[Place, Place]],
) -> None:
    """The last pass sees all that was begun before, and what comes later waits for it."""
    old, new = two("store in memory", "store in memory")
    await filled(old)
    await new.vault.prepare()
    gated, go_on, began = GatedVault(old.vault), asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        began.set()
        yield b"vaulted "
        await go_on.wait()
        yield b"meanwhile"

    early = asyncio.create_task(gated.store_stream(slow(), origin_of(b"vaulted meanwhile")))
    await began.wait()

    async def move() -> None:
        async with gated.still():
            assert early.done()
            await vault_migration(old.vault, new.vault, Verified()).run()
            gated.move_away()

    moving = asyncio.create_task(move())
    await asyncio.sleep(0)
    late = asyncio.create_task(gated.store_stream(pieces(b"too late"), origin_of(b"too late")))
    await asyncio.sleep(0)
    assert not moving.done()
    go_on.set()
    await moving

    with pytest.raises(VaultUnavailableError):
        await late
    assert await same(old, new)
    assert await everything(new.vault, sha1(b"vaulted meanwhile")) == b"vaulted meanwhile"
    assert await gated.find(sha1(PHOTO)) is not None


async def test_a_move_that_is_given_up_lets_writers_go_on(two: Callable[[str, str], tuple[Place, Place]]) -> None:
    old, _ = two("store in memory", "store in memory")
    await old.vault.prepare()
    gated = GatedVault(old.vault)

    async def wait_for_ever() -> None:
        async with gated.still():
            await asyncio.Event().wait()

    moving = asyncio.create_task(wait_for_ever())
    await asyncio.sleep(0)
    storing = asyncio.create_task(gated.store_stream(pieces(PHOTO), origin_of(PHOTO)))
    await asyncio.sleep(0)
    assert not storing.done()
    moving.cancel()
    await storing
    assert await everything(gated, sha1(PHOTO)) == PHOTO
    assert await gated.usage() == await old.vault.usage()


def test_only_a_whole_key_of_an_object_tells_a_checksum() -> None:
    name = sha1(PHOTO).hex()
    assert checksum_in(f"objects/{name[:2]}/{name}") == sha1(PHOTO)
    for other in (f"entries/{name}/1.json", f"objects/00/{name}", f"objects/{name[:2]}/{name}/x", "objects/ab/photo"):
        assert checksum_in(other) is None


@pytest.mark.parametrize(("giving_up", "kept"), [(0, 2), (1, 1), (2, 1)])
async def test_of_what_the_new_vault_lacks_only_damaged_contents_are_given_up_and_no_more_than_were_named(
    giving_up: int, kept: int, two: Callable[[str, str], tuple[Place, Place]]
) -> None:
    old, new = two("directory", "store in memory")
    await filled(old)
    await new.vault.prepare()
    await vault_migration(old.vault, new.vault, Verified()).run()
    damaged, whole = (f"objects/{sha1(one).hex()[:2]}/{sha1(one).hex()}" for one in (PHOTO, b"another photo"))
    await new.store.delete([damaged, whole])
    await old.store.put_small(damaged, b"not this photo any more")

    cleared = await vault_clearing(old.vault, new.vault, giving_up=giving_up).run()

    left = [key async for key in old.keys("objects")]
    assert left == ([whole] if giving_up else sorted([damaged, whole]))
    assert cleared.damaged == min(giving_up, 1)
    assert len([one for one in cleared.failures if one.code == "only_copy"]) == kept
