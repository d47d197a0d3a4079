"""A replica moves into another store with all that lies in it, and the old one goes when it is told to."""

import pytest

from custom_components.immich_syncthing.replica.migration import replica_clearing, replica_migration
from custom_components.immich_syncthing.stores.clearing import KEPT
from custom_components.immich_syncthing.stores.errors import NotInStoreError
from custom_components.immich_syncthing.stores.store import Store
from custom_components.immich_syncthing.stores.verified import Verified

REPLICA = {
    "database/immich-db-backup-20261121T020000-v2.7.5-pg14.19.sql.gz": b"a dump",
    "manifest/000000000001-all.jsonl": b"{}\n",
    "manifest/about.json": b'{"user": "one"}',
    "originals/2026/11/IMG_1.jpg": b"a photo",
    "originals/2026/11/IMG_1.jpg.xmp": b"<what it shows/>",
    "originals/undated/film.mp4": b"a film" * 400_000,
}


@pytest.fixture
async def old() -> Store:
    return await filled(REPLICA)


@pytest.fixture
async def new(old: Store) -> Store:
    new = Store.memory()
    progress = await replica_migration(old, new, Verified()).run()
    assert (progress.failed, progress.percent) == (0, 100)
    return new


async def filled(objects: dict[str, bytes]) -> Store:
    store = Store.memory()
    for key, content in objects.items():
        await store.put_small(key, content)
    return store


async def objects_of(store: Store) -> dict[str, bytes]:
    keys = [one.key async for page in store.list() for one in page]
    return {key: b"".join([block async for block in store.read(key)]) for key in keys}


async def test_a_replica_moves_with_its_sidecars_manifest_and_dumps(old: Store, new: Store) -> None:
    assert await objects_of(new) == await objects_of(old) == REPLICA


async def test_a_sidecar_that_was_written_anew_comes_with_the_next_pass(old: Store, new: Store) -> None:
    """It has the size of the one before: only its bytes tell."""
    await old.put_small("originals/2026/11/IMG_1.jpg.xmp", b"<what is so new/>"[:16])
    progress = await replica_migration(old, new, Verified()).run()
    assert progress.copied_objects == 1
    assert await objects_of(new) == await objects_of(old)


async def test_the_old_replica_goes_though_the_new_one_was_told_more(old: Store, new: Store) -> None:
    await new.delete(["manifest/000000000001-all.jsonl"])
    await new.put_small("manifest/000000000002-all.jsonl", b"{}\n{}\n")
    await new.put_small("originals/2026/11/IMG_1.jpg.xmp", b"<what it shows now/>")

    clearing = replica_clearing(old, new)
    cleared = await clearing.run()

    assert (cleared.objects, cleared.kept) == (len(REPLICA) - 1, 0)
    assert list(await objects_of(old)) == ["manifest/about.json"]
    await clearing.finish()
    assert await objects_of(old) == {}


async def test_an_original_that_the_new_replica_has_not_stays(old: Store, new: Store) -> None:
    await new.put_small("originals/2026/11/IMG_1.jpg", b"damaged")

    cleared = await replica_clearing(old, new).run()

    assert [(one.key, one.code) for one in cleared.failures] == [("originals/2026/11/IMG_1.jpg", KEPT)]
    assert list(await objects_of(old)) == [
        "manifest/000000000001-all.jsonl",
        "manifest/about.json",
        "originals/2026/11/IMG_1.jpg",
        "originals/2026/11/IMG_1.jpg.xmp",
    ]


async def test_nothing_goes_while_the_new_replica_is_away(old: Store) -> None:
    with pytest.raises(NotInStoreError):
        await replica_clearing(old, Store.memory()).run()
    assert await objects_of(old) == REPLICA
