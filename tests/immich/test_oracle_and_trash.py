"""The oracle, and batches over ids that one bad id must not spoil."""

import hashlib
import uuid

import aiohttp
import pytest

from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.errors import (
    MissingPermissionError,
    NotFoundError,
    UnexpectedAnswerError,
)
from custom_components.immich_syncthing.immich.models import BatchResult, OracleAnswer, Visibility
from tests.checksums import sha1
from tests.servers.immich import ImmichStandIn

from .odd_server import odd_server
from .things import SOME_ID, upload_of


async def test_the_oracle_knows_what_lives_what_is_trashed_and_what_is_gone(
    immich: ImmichStandIn, client: ImmichClient
) -> None:
    ids = {name: immich.browser.upload(name.encode(), f"{name}.jpg") for name in ("live", "bin", "locked", "gone")}
    immich.browser.trash(ids["bin"])
    immich.browser.lock(ids["locked"])
    immich.browser.purge(ids["gone"])
    answers = await client.bulk_upload_check([sha1(name.encode()) for name in (*ids, "live", "never")])
    assert answers == {
        sha1(b"live"): OracleAnswer(ids["live"], is_trashed=False),
        sha1(b"bin"): OracleAnswer(ids["bin"], is_trashed=True),
        sha1(b"locked"): OracleAnswer(ids["locked"], is_trashed=False),
        sha1(b"gone"): OracleAnswer(None, is_trashed=False),
        sha1(b"never"): OracleAnswer(None, is_trashed=False),
    }


async def test_nothing_asked_is_nothing_sent(immich: ImmichStandIn, client: ImmichClient) -> None:
    assert await client.bulk_upload_check([]) == {}
    assert await client.trash([]) == BatchResult((), ())
    assert await client.restore([]) == BatchResult((), ())
    assert not immich.log


async def test_many_checksums_go_in_batches(immich: ImmichStandIn, client: ImmichClient) -> None:
    known = immich.browser.upload(b"6000", "x.jpg")
    checksums = [hashlib.sha1(str(number).encode(), usedforsecurity=False).digest() for number in range(12_000)]
    answers = await client.bulk_upload_check(checksums)
    assert list(answers) == checksums
    assert [checksum for checksum, answer in answers.items() if answer.asset_id] == [sha1(b"6000")]
    assert answers[sha1(b"6000")].asset_id == known
    assert len(immich.requests_of("POST", "/api/assets/bulk-upload-check")) == 12


async def test_a_checksum_of_another_length_is_a_mistake_not_a_gone_photo(client: ImmichClient) -> None:
    with pytest.raises(ValueError, match="20 bytes"):
        await client.bulk_upload_check([b"short"])


@pytest.mark.parametrize(
    ("results", "complaint"),
    [
        ([], "1 of 1 checksums without answer"),
        ([{"id": "other", "action": "accept"}], "one that was asked"),
        ([{"id": sha1(b"a").hex(), "action": "accept"}] * 2, "one that was asked"),
        ([{"id": sha1(b"a").hex(), "action": "maybe"}], "accept or reject"),
        ([{"id": sha1(b"a").hex(), "action": "reject", "reason": "unsupported-format"}], "assetId is missing"),
        ([{"id": sha1(b"a").hex(), "action": "reject", "assetId": SOME_ID}], "isTrashed is missing"),
        ([{"id": sha1(b"a").hex(), "action": "reject", "assetId": "x", "isTrashed": True}], "not an id"),
        ([{"action": "accept"}], "id is missing"),
        (["accept"], "not an object"),
        ({}, "not a list"),
        (None, "not a list"),
    ],
)
async def test_an_oracle_that_mumbles_is_not_believed(
    session: aiohttp.ClientSession, results: object, complaint: str
) -> None:
    async with odd_server() as server:
        server.answer("POST /api/assets/bulk-upload-check", {"results": results})
        with pytest.raises(UnexpectedAnswerError, match=complaint):
            await ImmichClient(session, server.url, "key").bulk_upload_check([sha1(b"a")])


async def test_into_the_trash_and_back(immich: ImmichStandIn, client: ImmichClient) -> None:
    ids = tuple(immich.browser.upload(bytes([number]), f"{number}.jpg") for number in range(3))
    assert await client.trash(ids[:2]) == BatchResult(done=ids[:2], refused=())
    assert [asset.is_trashed for asset in immich.browser.assets()] == [True, True, False]
    assert (await client.asset(ids[0])).is_trashed
    assert await client.restore([*ids, ids[0]]) == BatchResult(done=ids, refused=())
    assert not any(asset.is_trashed for asset in immich.browser.assets())
    await immich.settle()
    assert len(immich.browser.assets()) == 3


async def test_bad_ids_are_singled_out_and_the_rest_is_done(immich: ImmichStandIn, client: ImmichClient) -> None:
    own = [immich.browser.upload(bytes([number]), f"{number}.jpg") for number in range(60)]
    foreign = immich.browser_of(immich.world.add_user("Other")).upload(b"theirs", "theirs.jpg")
    locked = immich.browser.upload(b"locked", "locked.jpg")
    immich.browser.lock(locked)
    bad = {5: foreign, 31: locked, 32: str(uuid.uuid4()), 61: "not-an-id", 62: "../../users/me"}
    wanted = list(own)
    for position, asset_id in bad.items():
        wanted.insert(position, asset_id)
    result = await client.trash(wanted)
    assert result.done == tuple(own)
    assert set(result.refused) == set(bad.values())
    assert {asset.id for asset in immich.browser.assets(trashed=True)} == set(own)
    assert len(immich.requests_of("DELETE", "/api/assets")) < 30
    result = await client.restore(wanted)
    assert (result.done, set(result.refused)) == (tuple(own), set(bad.values()))


async def test_large_batches_are_cut_into_thousands(immich: ImmichStandIn, client: ImmichClient) -> None:
    ids = [str(uuid.uuid4()) for _ in range(2)]
    own = [immich.browser.upload(number.to_bytes(2), f"{number}.jpg") for number in range(1001)]
    assert await client.trash(own) == BatchResult(tuple(own), ())
    assert len(immich.requests_of("DELETE", "/api/assets")) == 2
    assert await client.trash(ids) == BatchResult((), tuple(ids))


async def test_other_refusals_end_the_batch(immich: ImmichStandIn, session: aiohttp.ClientSession) -> None:
    reader = ImmichClient(session, immich.url, immich.make_key("asset.read"))
    with pytest.raises(MissingPermissionError) as caught:
        await reader.trash([SOME_ID])
    assert caught.value.permission == "asset.delete"
    async with odd_server() as server:
        server.answer("POST /api/trash/restore/assets", {"count": "one"})
        with pytest.raises(UnexpectedAnswerError, match=r"restore\.count"):
            await ImmichClient(session, server.url, "key").restore([SOME_ID])


async def test_one_asset(immich: ImmichStandIn, client: ImmichClient) -> None:
    asset_id = immich.browser.upload(b"photo", "photo.jpg")
    immich.browser.archive(asset_id)
    immich.browser.favourite(asset_id)
    asset = await client.asset(asset_id)
    assert (asset.id, asset.owner_id, asset.library_id) == (asset_id, immich.admin.id, None)
    assert (asset.visibility, asset.is_favorite, asset.is_trashed) == ("archive", True, False)
    immich.browser.lock(asset_id)
    for unknown in (asset_id, SOME_ID, "", "../users/me", f"{asset_id}/original", asset_id + "?x=1"):
        with pytest.raises(NotFoundError):
            await client.asset(unknown)
    assert all(seen.path.startswith("/api/assets/") for seen in immich.log)


async def test_the_wrong_asset_is_not_taken_for_the_right_one(
    immich: ImmichStandIn, client: ImmichClient, session: aiohttp.ClientSession
) -> None:
    result = await client.upload(upload_of(b"x"))
    async with session.get(f"{immich.url}/api/assets/{result.asset_id}", headers={"x-api-key": immich.key}) as response:
        answer = await response.json()
    async with odd_server() as server:
        server.answer(f"GET /api/assets/{SOME_ID}", answer)
        with pytest.raises(UnexpectedAnswerError, match="it sent"):
            await ImmichClient(session, server.url, "key").asset(SOME_ID)


async def test_counts_and_the_timeline(immich: ImmichStandIn, client: ImmichClient) -> None:
    ids = [immich.browser.upload(bytes([number]), f"{number}.jpg") for number in range(5)]
    immich.browser.trash(ids[0])
    immich.browser.archive(ids[1])
    immich.browser.hide(ids[2])
    await immich.settle()
    assert (await client.asset_statistics()).total == 3
    assert (await client.asset_statistics(trashed=True)).images == 1
    (bucket,) = await client.timeline_buckets()
    assert bucket.count == 3
    assert await client.timeline_bucket_ids(bucket.time_bucket) == {ids[1], ids[3], ids[4]}
    assert await client.timeline_bucket_ids(bucket.time_bucket, trashed=True) == {ids[0]}
    assert await client.timeline_bucket_ids(bucket.time_bucket, visibility=Visibility.HIDDEN) == {ids[2]}
    assert [found.count for found in await client.timeline_buckets(visibility=Visibility.ARCHIVE)] == [1]
    with pytest.raises(NotFoundError, match="Elevated"):
        await client.timeline_buckets(visibility=Visibility.LOCKED)


async def test_a_bucket_of_something_else(session: aiohttp.ClientSession) -> None:
    async with odd_server() as server:
        server.answer("GET /api/timeline/bucket", {"id": ["1"]})
        with pytest.raises(UnexpectedAnswerError, match="not an id"):
            await ImmichClient(session, server.url, "key").timeline_bucket_ids("2026-01-01")
