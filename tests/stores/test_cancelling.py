"""Somebody who wants an end in the middle: nothing stays behind, and nothing hangs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from custom_components.immich_syncthing.stores.store import Store
from custom_components.immich_syncthing.stores.uploads import PART
from tests.servers.s3 import S3Kind, S3Server
from tests.servers.troubled_line import Trouble, troubled_line

from .things import MIB, film, filmed, keys, seen

PATIENCE_S = 60.0


async def cancelled(task: asyncio.Task[object]) -> None:
    """Cancel a task and wait until it has ended."""
    task.cancel()
    async with asyncio.timeout(PATIENCE_S):
        with pytest.raises(asyncio.CancelledError):
            await task


@pytest.mark.parametrize("arrived", [MIB, PART, PART + MIB, 3 * PART], ids=lambda size: f"after {size // MIB} MiB")
async def test_an_upload_whose_source_falls_silent(store: Store, moto: S3Server, arrived: int) -> None:
    silent = asyncio.Event()

    async def falls_silent() -> AsyncIterator[bytes]:
        async for piece in film(arrived):
            yield piece
        silent.set()
        await asyncio.Event().wait()

    await store.put_small("film.mp4", b"earlier")
    uploading: asyncio.Task[object] = asyncio.create_task(store.put("film.mp4", falls_silent()))
    async with asyncio.timeout(PATIENCE_S):
        await silent.wait()

    await cancelled(uploading)

    assert await store.read_small("film.mp4") == b"earlier"
    assert await keys(store) == ["film.mp4"]
    if store.settings.endpoint == moto.url:
        assert moto.unfinished(store.settings.bucket or "") == []


@pytest.mark.parametrize("request_", ["?uploads", "partNumber=1", "partNumber=2", "film.mp4?uploadId", "HEAD"])
async def test_an_upload_whose_server_falls_silent(s3: S3Server, request_: str) -> None:
    """The server speaks again after a while: then it is told to forget what it has got."""
    bucket = s3.new_bucket()
    async with troubled_line(s3.url) as line:
        trouble = line.trouble(Trouble(request_, hangs=True))
        store = Store(s3.settings(bucket, url=line.url))
        uploading: asyncio.Task[object] = asyncio.create_task(store.put("film.mp4", film(PART + MIB)))
        async with asyncio.timeout(PATIENCE_S):
            await trouble.met.wait()
        asyncio.get_running_loop().call_soon(trouble.over.set)
        await cancelled(uploading)

    left = await keys(Store(s3.settings(bucket)))
    # What was complete when its end was wanted is there, and whole.
    assert left == [] or await seen(Store(s3.settings(bucket)), "film.mp4") == filmed(PART + MIB)
    if s3.kind is S3Kind.MOTO:
        assert s3.parts_left(bucket) == []


async def test_an_upload_that_is_cancelled_again_while_it_removes_its_parts(moto: S3Server) -> None:
    bucket = moto.new_bucket()
    async with troubled_line(moto.url) as line:
        trouble = line.trouble(Trouble("partNumber=1", hangs=True))
        store = Store(moto.settings(bucket, url=line.url))
        uploading: asyncio.Task[object] = asyncio.create_task(store.put("film.mp4", film(PART + MIB)))
        async with asyncio.timeout(PATIENCE_S):
            await trouble.met.wait()
        for _ in range(3):
            uploading.cancel()
            await asyncio.sleep(0)
        asyncio.get_running_loop().call_soon(trouble.over.set)
        await cancelled(uploading)

    assert moto.parts_left(bucket) == []


async def test_an_upload_whose_server_never_speaks_again(moto: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given up after a time, whatever stays there."""
    monkeypatch.setattr("custom_components.immich_syncthing.stores.uploads.ABORT_SECONDS", 0.1)
    async with troubled_line(moto.url) as line:
        trouble = line.trouble(Trouble("partNumber=1", hangs=True))
        store = Store(moto.settings(moto.new_bucket(), url=line.url))
        uploading: asyncio.Task[object] = asyncio.create_task(store.put("film.mp4", film(PART + MIB)))
        async with asyncio.timeout(PATIENCE_S):
            await trouble.met.wait()

        await cancelled(uploading)


async def test_a_download_that_nobody_reads_to_its_end(store: Store) -> None:
    await store.put("film.mp4", film(3 * PART))

    async with aclosing(store.read("film.mp4")) as blocks:
        first = await anext(blocks)

    assert (b"".join([piece async for piece in film(3 * PART)])).startswith(first)
    assert await seen(store, "film.mp4") == filmed(3 * PART)


async def test_a_download_whose_server_falls_silent(s3: S3Server) -> None:
    bucket = s3.new_bucket()
    await Store(s3.settings(bucket)).put("film.mp4", film(MIB))
    async with troubled_line(s3.url) as line:
        trouble = line.trouble(Trouble("GET", hangs=True))
        reading: asyncio.Task[object] = asyncio.create_task(seen(Store(s3.settings(bucket, url=line.url)), "film.mp4"))
        async with asyncio.timeout(PATIENCE_S):
            await trouble.met.wait()

        await cancelled(reading)
