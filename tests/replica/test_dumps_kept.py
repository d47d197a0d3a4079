"""What is kept of the backups of Immich's database: so many, nothing half, and nothing of anybody else."""

import gzip
import json
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import override

import pytest

from custom_components.immich_syncthing.engine.workers import InlinePool
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.replica.dump_shelf import DumpShelf, Keeping, Shelf
from custom_components.immich_syncthing.replica.dumps import DatabaseBackups
from custom_components.immich_syncthing.replica.errors import (
    BrokenDumpError,
    DumpDamagedError,
    DumpInTheWayError,
)
from custom_components.immich_syncthing.stores.store import Store
from tests.servers.immich import ImmichStandIn
from tests.servers.immich.workers import dump

from .conftest import QuickClock
from .mortal import KilledError, MortalStore
from .shelves import OWNER, content, keys

FOREVER = Keeping()


async def several(
    immich: ImmichStandIn, backups: DatabaseBackups, clock: QuickClock, number: int, keeping: Keeping = FOREVER
) -> list[str]:
    """Make one each day; return their names, newest first."""
    names: list[str] = []
    for _ in range(number):
        names.insert(0, (await backups.make(keeping)).name)
        clock.now += 24 * 3600
        immich.world.clock.jump(24 * 3600)
    return names


@pytest.mark.parametrize(
    ("keeping", "left"),
    [
        (Keeping(), 5),
        (Keeping(number=2), 2),
        (Keeping(number=1), 1),
        (Keeping(number=0), 1),
        (Keeping(days=2), 3),
        (Keeping(days=0), 1),
        (Keeping(number=4, days=1), 2),
        (Keeping(number=9, days=99), 5),
    ],
)
async def test_so_many_are_kept_and_always_the_newest(
    immich: ImmichStandIn, backups: DatabaseBackups, clock: QuickClock, store: Store, keeping: Keeping, left: int
) -> None:
    names = await several(immich, backups, clock, 5, keeping)
    assert [one.name for one in (await backups.stored()).dumps] == names[:left]
    assert len(await keys(store)) == 2 * left
    assert len(immich.world.tables.backups) == 5


async def test_the_newest_stays_also_after_a_year(backups: DatabaseBackups, clock: QuickClock, store: Store) -> None:
    made = await backups.make(FOREVER)
    clock.now += 365 * 24 * 3600
    assert await DumpShelf(store, InlinePool(), OWNER).keep(Keeping(1, 1), clock.now) == ()
    assert (await backups.stored()).dumps == (made,)


async def test_what_others_put_there_stays_and_is_no_backup_of_ours(
    immich: ImmichStandIn, backups: DatabaseBackups, clock: QuickClock, store: Store
) -> None:
    theirs = [
        "database/immich-db-backup-20200101T000000-v2.7.5-pg18.6.sql.gz",
        "database/read me.txt",
        "vault/a.sql.gz",
    ]
    for key in theirs:
        await store.put_small(key, b"theirs")
    await several(immich, backups, clock, 3, Keeping(number=1))
    assert set(theirs) < set(await keys(store))
    found = await backups.stored()
    assert (len(found.dumps), found.unfinished) == (1, ())


async def test_what_lies_in_the_way_is_not_replaced(
    immich: ImmichStandIn, backups: DatabaseBackups, store: Store, clock: QuickClock, client: ImmichClient
) -> None:
    made = await backups.make(FOREVER)
    key = f"database/{made.name}"
    await store.delete([f"{key}.json"])
    shelf = DumpShelf(store, InlinePool(), OWNER)
    [listed] = await client.database_backups()

    def fetch() -> object:
        return client.download_database_backup(listed.name)

    # The same bytes may be called ours again; other bytes are somebody's.
    assert await shelf.take(listed, made.made_at, fetch) == made  # type: ignore[arg-type] # it is a generator
    await store.delete([f"{key}.json"])
    await store.put_small(key, b"theirs")
    with pytest.raises(DumpInTheWayError):
        await shelf.take(listed, made.made_at, fetch)  # type: ignore[arg-type] # it is a generator
    assert await store.read_small(key) == b"theirs"


async def test_a_dump_that_is_there_is_not_fetched_and_half_a_one_is_fetched_anew(
    backups: DatabaseBackups, store: Store, client: ImmichClient
) -> None:
    made = await backups.make(FOREVER)
    key = f"database/{made.name}"
    whole = await content(store, made.name)
    [listed] = await client.database_backups()
    fetched: list[str] = []

    async def fetch() -> AsyncGenerator[bytes]:
        fetched.append(listed.name)
        async for chunk in client.download_database_backup(listed.name):
            yield chunk

    shelf = DumpShelf(store, InlinePool(), OWNER)
    assert await shelf.take(listed, made.made_at + 1, fetch) == made
    assert fetched == []
    # Ours and coming, and what lies there is half of it, or another one that is whole.
    for there in (whole[:-9], dump(100_000)):
        await store.put_small(f"{key}.json", json.dumps({"name": made.name, "of": OWNER, "whole": False}).encode())
        await store.put_small(key, there)
        fetched.clear()
        assert (await shelf.take(listed, made.made_at, fetch), fetched) == (made, [listed.name])
        assert await content(store, made.name) == whole


@pytest.mark.parametrize("told", [-1, 1])
async def test_a_dump_of_another_size_than_immich_said_is_not_kept(
    backups: DatabaseBackups, store: Store, client: ImmichClient, told: int
) -> None:
    made = await backups.make(FOREVER)
    await store.delete(await keys(store))
    [listed] = await client.database_backups()

    async def fetch() -> AsyncGenerator[bytes]:
        async for chunk in client.download_database_backup(listed.name):
            yield chunk

    with pytest.raises(BrokenDumpError, match=f"it has {made.size} bytes"):
        await DumpShelf(store, InlinePool(), OWNER).take(replace(listed, size=listed.size + told), 0, fetch)
    assert await keys(store) == []


class Exchanging(Store):
    """A store that gives back another thing than it was sent."""

    gives = b""

    @override
    async def read(self, key: str, *, offset: int = 0, end: int | None = None) -> AsyncGenerator[bytes]:
        yield self.gives


@pytest.mark.parametrize("gives", [dump(100_000), dump(100_000)[:-9], b""], ids=["another", "half", "nothing"])
async def test_a_dump_that_comes_back_as_another_is_not_kept(
    immich: ImmichStandIn, client: ImmichClient, clock: QuickClock, gives: bytes
) -> None:
    store = Exchanging(Store.memory().settings)
    store.gives = gives
    with pytest.raises(DumpDamagedError):
        await DatabaseBackups(client, store, InlinePool(), clock, OWNER).make(FOREVER)
    assert len(immich.world.tables.backups) == 1
    assert await keys(store) == []


@pytest.mark.parametrize("note", [b"", b"{", b"[]", b'{"whole": true}', b"null", b'{"name": "x", "whole": true}'])
async def test_a_note_that_makes_no_sense_makes_no_backup(backups: DatabaseBackups, store: Store, note: bytes) -> None:
    made = await backups.make(FOREVER)
    await store.put_small(f"database/{made.name}.json", note)
    found = await backups.stored()
    assert (found.dumps, found.unfinished) == ((), (made.name,))


async def test_a_dump_that_somebody_changed_is_no_backup_and_stays_for_who_wants_to_look(
    backups: DatabaseBackups, store: Store, immich: ImmichStandIn
) -> None:
    made = await backups.make(FOREVER)
    await store.put_small(f"database/{made.name}", b"cut")
    immich.world.clock.jump(60)
    again = await backups.make(FOREVER)
    found = await backups.stored()
    assert (found.dumps, found.unfinished) == ((again,), (made.name,))
    assert await store.read_small(f"database/{made.name}") == b"cut"


# --- killed anywhere -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("immich", ["3.2.2"], indirect=True)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("dies_at", range(16))
async def test_whenever_the_plug_is_pulled_nothing_half_is_called_a_backup(
    immich: ImmichStandIn, client: ImmichClient, clock: QuickClock, dies_at: int, after: bool
) -> None:
    immich.quirks.dump_bytes = 700_000
    store = Store.memory()
    [kept, old] = await several(immich, DatabaseBackups(client, store, InlinePool(), clock, OWNER), clock, 2)
    dying = DatabaseBackups(client, MortalStore(store, dies_at, after=after), InlinePool(), clock, OWNER)
    died = False
    try:
        await dying.make(Keeping(number=2))
    except KilledError:
        died = True

    life = DatabaseBackups(client, store, InlinePool(), clock, OWNER)
    found = await life.stored()
    assert kept in {one.name for one in found.dumps}
    for one in found.dumps:
        assert gzip.decompress(await content(store, one.name)).endswith(b"dump complete\n--\n\n")
    immich.world.clock.jump(60)
    clock.now += 60
    made = await life.make(Keeping(number=2))
    after_that = await life.stored()
    assert (after_that.dumps[0], len(after_that.dumps), after_that.unfinished) == (made, 2, ())
    assert len(await keys(store)) == 4
    assert died or old not in await keys(store)


async def test_a_dump_that_was_whole_when_the_plug_was_pulled_is_not_fetched_again(
    immich: ImmichStandIn, client: ImmichClient, clock: QuickClock
) -> None:
    store = Store.memory()
    backups = DatabaseBackups(client, store, InlinePool(), clock, OWNER)
    made = await backups.make(FOREVER)
    await store.put_small(f"database/{made.name}.json", json.dumps({"name": made.name, "whole": False}).encode())
    [listed] = await client.database_backups()
    asked = len(immich.log)

    def fetch() -> object:
        return client.download_database_backup(listed.name)

    taken = await DumpShelf(store, InlinePool(), OWNER).take(listed, made.made_at, fetch)  # type: ignore[arg-type] # as above
    assert (taken, len(immich.log)) == (made, asked)


async def test_two_accounts_in_one_store_leave_each_other_alone(
    immich: ImmichStandIn, client: ImmichClient, store: Store, clock: QuickClock
) -> None:
    """Each keeps one: what the other has is no old one of its own."""
    mine = DatabaseBackups(client, store, InlinePool(), clock, OWNER)
    others = DatabaseBackups(client, store, InlinePool(), clock, "the other administrator")
    made = await mine.make(Keeping(number=1))
    immich.world.clock.jump(60)
    clock.now += 60
    theirs = await others.make(Keeping(number=1))
    assert made.name != theirs.name
    assert (await mine.stored()).dumps == (made,)
    assert (await others.stored()).dumps == (theirs,)
    immich.world.clock.jump(60)
    clock.now += 60
    newer = await others.make(Keeping(number=1))
    assert (await others.stored()).dumps == (newer,)
    assert (await mine.stored()) == Shelf((made,), ())
