"""Immich's database, backed up by Immich and kept elsewhere: made, followed, fetched, checked, and not too many."""

import gzip
from collections.abc import AsyncGenerator, Callable

import aiohttp
import pytest

from custom_components.immich_syncthing.engine.workers import InlinePool
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.errors import (
    ImmichError,
    MaintenanceError,
    MissingPermissionError,
    UnexpectedAnswerError,
)
from custom_components.immich_syncthing.immich.permissions import OPTIONAL, REQUIRED, Feature
from custom_components.immich_syncthing.replica.dump_shelf import Keeping
from custom_components.immich_syncthing.replica.dumps import PATIENCE_SECONDS, DatabaseBackups
from custom_components.immich_syncthing.replica.errors import (
    BrokenDumpError,
    DumpDamagedError,
    DumpQueuePausedError,
    DumpRunningError,
    DumpTimedOutError,
    NoDumpError,
    NotAdministratorError,
    ServerTooOldError,
)
from custom_components.immich_syncthing.stores.settings import StoreKind, StoreSettings
from custom_components.immich_syncthing.stores.store import Store
from tests.servers.immich import FaultKind, ImmichStandIn
from tests.servers.immich.records import Backup
from tests.servers.immich.workers import dump

from .conftest import QuickClock
from .shelves import OWNER, content, keys

QUEUE = "backupDatabase"
FOREVER = Keeping()


async def test_a_backup_lies_in_the_store_as_immich_made_it(
    immich: ImmichStandIn, backups: DatabaseBackups, store: Store, clock: QuickClock
) -> None:
    immich.jobs.delays[QUEUE] = 0.1
    immich.quirks.dump_bytes = 3_000_000
    immich.quirks.dump_seconds = 0.1
    asked_at = clock.now
    made = await backups.make(FOREVER)
    [listed] = immich.world.tables.backups
    assert (made.name, made.size, made.made_at) == (listed.filename, len(listed.content), asked_at)
    assert await content(store, made.name) == listed.content
    assert await keys(store) == [f"database/{made.name}", f"database/{made.name}.json"]
    assert [one.name for one in await backups.in_immich()] == [made.name]
    found = await backups.stored()
    assert (found.dumps, found.unfinished) == ((made,), ())


async def test_what_was_there_before_is_not_taken_for_it(immich: ImmichStandIn, backups: DatabaseBackups) -> None:
    """Neither Immich's own of a later date (a clock that was wrong), nor what somebody put there meanwhile."""
    later = Backup("immich-db-backup-20990101T000000-v2.7.5-pg18.6.sql.gz", dump())
    immich.world.tables.backups.append(later)
    immich.jobs.add(QUEUE, "backup", "uploaded-by-hand.sql.gz")
    made = await backups.make(FOREVER)
    assert made.name not in {later.filename, "uploaded-by-hand.sql.gz"}
    assert len(immich.world.tables.backups) == 3


async def test_half_a_dump_in_the_list_is_waited_for(immich: ImmichStandIn, backups: DatabaseBackups) -> None:
    immich.quirks.half_dumps_listed = True
    immich.quirks.dump_seconds = 0.2
    immich.quirks.dump_bytes = 100_000
    made = await backups.make(FOREVER)
    assert made.size == len(immich.world.tables.backups[0].content)


async def test_half_a_dump_that_stays_is_no_backup_and_goes(
    immich: ImmichStandIn, backups: DatabaseBackups, store: Store
) -> None:
    immich.quirks.half_dumps_listed = immich.quirks.dumps_fail = True
    own = Backup("immich-db-backup-20200101T000000-v2.7.5-pg18.6.sql.gz", b"half of somebody else's")
    immich.world.tables.backups.append(own)
    with pytest.raises(BrokenDumpError, match="ends too early"):
        await backups.make(FOREVER)
    assert immich.world.tables.backups == [own]
    assert await keys(store) == []


async def test_without_the_permission_to_delete_it_half_a_dump_stays_in_immich(
    immich: ImmichStandIn, session: aiohttp.ClientSession, store: Store, clock: QuickClock
) -> None:
    immich.quirks.half_dumps_listed = immich.quirks.dumps_fail = True
    key = immich.make_key(*REQUIRED, *OPTIONAL[Feature.DATABASE_BACKUPS])
    with pytest.raises(BrokenDumpError):
        await DatabaseBackups(ImmichClient(session, immich.url, key), store, InlinePool(), clock, OWNER).make(FOREVER)
    assert (len(immich.world.tables.backups), await keys(store)) == (1, [])


async def test_a_dump_that_postgresql_broke_off_is_no_backup(
    immich: ImmichStandIn, backups: DatabaseBackups, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gzip closes the file in order when the program before it in the pipe dies."""
    broken = gzip.compress(b"--\n-- PostgreSQL database dump\n--\n\nCOPY public.asset")
    monkeypatch.setattr("tests.servers.immich.workers.dump", lambda _: broken)
    with pytest.raises(BrokenDumpError, match="last line"):
        await backups.make(FOREVER)
    assert await keys(store) == []


async def test_a_job_that_fails_is_told(immich: ImmichStandIn, backups: DatabaseBackups) -> None:
    immich.quirks.dumps_fail = True
    with pytest.raises(NoDumpError):
        await backups.make(FOREVER)
    immich.quirks.dumps_fail = False
    await backups.make(FOREVER)


async def test_a_paused_queue_is_told_and_not_waited_for(
    immich: ImmichStandIn, backups: DatabaseBackups, clock: QuickClock
) -> None:
    immich.jobs.pause(QUEUE)
    began = clock.now
    with pytest.raises(DumpQueuePausedError):
        await backups.make(FOREVER)
    assert clock.now == began


async def test_an_immich_that_never_gets_done_is_not_followed_for_ever(
    immich: ImmichStandIn, backups: DatabaseBackups, clock: QuickClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.immich_syncthing.replica.dumps.PATIENCE_SECONDS", 60.0)
    immich.quirks.dump_seconds = 3600
    began = clock.now
    with pytest.raises(DumpTimedOutError):
        await backups.make(FOREVER)
    assert 60 <= clock.now - began < PATIENCE_SECONDS


async def test_an_immich_that_is_away_meanwhile_is_asked_again(immich: ImmichStandIn, backups: DatabaseBackups) -> None:
    rule = immich.faults.add(FaultKind.STATUS, "queues/backupDatabase", times=7)
    await backups.make(FOREVER)
    assert rule.hits == 7


async def test_a_line_that_breaks_in_the_dump_is_resumed(
    immich: ImmichStandIn, backups: DatabaseBackups, store: Store
) -> None:
    immich.quirks.dump_bytes = 3_000_000
    rule = immich.faults.add(FaultKind.CUT, "database-backups/", times=3)
    made = await backups.make(FOREVER)
    assert rule.hits == 3
    assert await content(store, made.name) == immich.world.tables.backups[0].content


async def test_a_line_that_stays_broken_leaves_nothing(
    immich: ImmichStandIn, backups: DatabaseBackups, store: Store
) -> None:
    immich.faults.add(FaultKind.STATUS, "database-backups/")
    with pytest.raises(ImmichError):
        await backups.make(FOREVER)
    assert await keys(store) == []
    assert len(immich.world.tables.backups) == 1
    immich.faults.clear()
    immich.world.clock.jump(60)
    await backups.make(FOREVER)


# --- who may ---------------------------------------------------------------------------------------------------------


async def test_a_key_of_nobody_special_is_told_so_before_anything_is_asked(
    immich: ImmichStandIn, session: aiohttp.ClientSession, store: Store, clock: QuickClock
) -> None:
    key = immich.make_key(user=immich.world.add_user("Someone"))
    backups = DatabaseBackups(ImmichClient(session, immich.url, key), store, InlinePool(), clock, OWNER)
    with pytest.raises(NotAdministratorError):
        await backups.make(FOREVER)
    with pytest.raises(NotAdministratorError):
        await backups.in_immich()
    assert {seen.status for seen in immich.log} == {200}


@pytest.mark.parametrize("permission", OPTIONAL[Feature.DATABASE_BACKUPS])
async def test_a_key_that_lacks_a_permission_is_told_which(
    immich: ImmichStandIn, session: aiohttp.ClientSession, store: Store, clock: QuickClock, permission: str
) -> None:
    others = set(OPTIONAL[Feature.DATABASE_BACKUPS]) - {permission}
    client = ImmichClient(session, immich.url, immich.make_key(*REQUIRED, *others))
    with pytest.raises(MissingPermissionError) as refused:
        await DatabaseBackups(client, store, InlinePool(), clock, OWNER).make(FOREVER)
    assert refused.value.permission == permission
    assert immich.world.tables.jobs == []


async def test_an_immich_before_2_5_is_told_so(session: aiohttp.ClientSession, store: Store, clock: QuickClock) -> None:
    async with ImmichStandIn(version="2.4.1") as old:
        backups = DatabaseBackups(ImmichClient(session, old.url, old.key), store, InlinePool(), clock, OWNER)
        with pytest.raises(ServerTooOldError) as refused:
            await backups.make(FOREVER)
        assert (refused.value.version, refused.value.oldest) == ("2.4.1", "2.5")
        with pytest.raises(ServerTooOldError):
            await backups.in_immich()
        assert old.world.tables.jobs == []


@pytest.mark.parametrize(
    ("breaks", "told"),
    [
        (lambda immich: setattr(immich.faults, "maintenance", True), MaintenanceError),
        (lambda immich: immich.faults.add(FaultKind.LOGIN_PAGE, "database-backups"), UnexpectedAnswerError),
        (lambda immich: immich.faults.add(FaultKind.HALF_JSON, "database-backups"), UnexpectedAnswerError),
    ],
    ids=["maintenance", "login page", "half an answer"],
)
async def test_an_immich_that_does_not_tell_hides_nothing_of_the_store(
    immich: ImmichStandIn,
    backups: DatabaseBackups,
    breaks: Callable[[ImmichStandIn], object],
    told: type[ImmichError],
) -> None:
    made = await backups.make(FOREVER)
    breaks(immich)
    with pytest.raises(told):
        await backups.in_immich()
    with pytest.raises(told):
        await backups.make(FOREVER)
    assert (await backups.stored()).dumps == (made,)


async def test_a_store_that_damages_what_it_keeps_is_told_and_immich_keeps_its_own(
    immich: ImmichStandIn, client: ImmichClient, clock: QuickClock
) -> None:
    class Careless(Store):
        async def read(self, key: str, *, offset: int = 0, end: int | None = None) -> AsyncGenerator[bytes]:
            async for chunk in super().read(key, offset=offset, end=end):
                yield chunk if key.endswith(".json") else bytes(len(chunk))

    store = Careless(StoreSettings(StoreKind.MEMORY))
    with pytest.raises(DumpDamagedError):
        await DatabaseBackups(client, store, InlinePool(), clock, OWNER).make(FOREVER)
    assert (await keys(store), len(immich.world.tables.backups)) == ([], 1)


async def test_two_at_once_are_one_too_many(immich: ImmichStandIn, backups: DatabaseBackups) -> None:
    backups.running = True
    with pytest.raises(DumpRunningError):
        await backups.make(FOREVER)
    assert immich.log == []
