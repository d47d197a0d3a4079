"""Immich's own backups of its database: only an administrator's key, and nothing tells when one is there."""

import gzip
from contextlib import aclosing

import aiohttp
import pytest

from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.errors import (
    ImmichError,
    MissingPermissionError,
    NotFoundError,
    ServerError,
    UnexpectedAnswerError,
)
from tests.servers.immich import FaultKind, ImmichStandIn

from .pauses import Pauses


async def fetched(client: ImmichClient, name: str, offset: int = 0) -> bytes:
    async with aclosing(client.download_database_backup(name, offset=offset)) as chunks:
        return b"".join([chunk async for chunk in chunks])


async def test_one_is_made_followed_listed_fetched_and_removed(immich: ImmichStandIn, client: ImmichClient) -> None:
    assert await client.database_backups() == ()
    immich.jobs.delays["backupDatabase"] = 0.2
    await client.start_database_backup()
    queue = await client.database_backup_queue()
    assert (queue.is_idle, queue.waiting + queue.active) == (False, 1)
    assert await client.database_backups() == ()
    await immich.settle()
    assert (await client.database_backup_queue()).is_idle
    [dump] = await client.database_backups()
    content = await fetched(client, dump.name)
    assert dump.size == len(content)
    assert gzip.decompress(content).startswith(b"--\n-- PostgreSQL database dump\n")
    assert await fetched(client, dump.name, 10) == content[10:]
    await client.delete_database_backups([dump.name])
    await client.delete_database_backups([dump.name])
    assert await client.database_backups() == ()


async def test_a_broken_line_costs_no_byte_twice(immich: ImmichStandIn, client: ImmichClient) -> None:
    immich.quirks.dump_bytes = 3_000_000
    await client.start_database_backup()
    await immich.settle()
    [dump] = await client.database_backups()
    rule = immich.faults.add(FaultKind.CUT, "database-backups/", times=2)
    content = await fetched(client, dump.name)
    assert rule.hits == 2
    assert content == immich.world.tables.backups[0].content


async def test_a_queue_that_stands_still_says_so(immich: ImmichStandIn, client: ImmichClient) -> None:
    immich.jobs.pause("backupDatabase")
    await client.start_database_backup()
    queue = await client.database_backup_queue()
    assert (queue.is_paused, queue.is_idle, queue.waiting) == (True, False, 1)


async def test_nobody_but_an_administrator(
    immich: ImmichStandIn, session: aiohttp.ClientSession, client: ImmichClient
) -> None:
    someone = ImmichClient(session, immich.url, immich.make_key(user=immich.world.add_user("Someone")))
    for call in (someone.start_database_backup, someone.database_backup_queue, someone.database_backups):
        with pytest.raises(MissingPermissionError) as refused:
            await call()
        assert (refused.value.permission, refused.value.detail) == ("", "Forbidden")


async def test_an_immich_before_2_5_has_no_list(session: aiohttp.ClientSession) -> None:
    async with ImmichStandIn(version="2.4.1") as old:
        client = ImmichClient(session, old.url, old.key)
        await client.start_database_backup()
        with pytest.raises(UnexpectedAnswerError, match="404"):
            await client.database_backups()


@pytest.mark.parametrize(
    "name", ["", "..", "../a.sql.gz", "a/b.sql.gz", "a.sql.gz/..", ".hidden.sql", "a.txt", "ä.sql"]
)
async def test_what_is_no_name_of_a_dump_is_never_asked_for(
    immich: ImmichStandIn, client: ImmichClient, name: str
) -> None:
    with pytest.raises(NotFoundError):
        await fetched(client, name)
    with pytest.raises(NotFoundError):
        await client.delete_database_backups([name])
    assert not immich.log


async def test_one_that_is_not_there_is_an_internal_error(client: ImmichClient, pauses: Pauses) -> None:
    with pytest.raises(ServerError):
        await fetched(client, "nope.sql.gz")
    assert len(pauses.seconds) == 3


@pytest.mark.parametrize("kind", [FaultKind.LOGIN_PAGE, FaultKind.STATUS])
async def test_no_dump_is_deleted_by_a_proxy_that_answers_for_immich(
    immich: ImmichStandIn, client: ImmichClient, kind: FaultKind
) -> None:
    immich.faults.add(kind, "database-backups")
    with pytest.raises(ImmichError):
        await client.database_backups()
