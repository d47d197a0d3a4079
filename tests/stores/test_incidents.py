"""The gallery of incidents, where it happens in a store: see ``docs/incidents.md``."""

import asyncio

import pytest

from custom_components.immich_syncthing.stores.store import Store
from custom_components.immich_syncthing.stores.uploads import PART
from tests.servers.s3 import S3Server
from tests.servers.troubled_line import Trouble, troubled_line

from .things import MIB, film, filmed, seen

PATIENCE_S = 60
FILM = 3 * PART + MIB


@pytest.mark.parametrize("size", [FILM, None], ids=["size known", "size unknown"])
async def test_s3_part_sizes(moto: S3Server, size: int | None) -> None:
    """The stream comes in pieces that fit into no part; Cloudflare R2 refuses parts of different sizes but the last."""
    bucket = moto.new_bucket()
    async with troubled_line(moto.url) as line:
        complete = line.trouble(Trouble("film.mp4?uploadId", hangs=True))
        store = Store(moto.settings(bucket, url=line.url))
        uploading = asyncio.create_task(store.put("film.mp4", film(FILM), size))
        async with asyncio.timeout(PATIENCE_S):
            await complete.met.wait()
        parts = moto.parts_left(bucket)
        complete.over.set()
        stored = await uploading

    assert parts == [PART, PART, PART, MIB]
    assert line.requests[-1].startswith(f"HEAD /{bucket}/film.mp4")
    assert stored.size == FILM
    assert await seen(Store(moto.settings(bucket)), "film.mp4") == filmed(FILM)
