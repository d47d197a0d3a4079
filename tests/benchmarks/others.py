"""What can also be measured by itself, as rows: uploads and vaults of films, and the start with a big library."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tests.servers.s3 import S3Kind, serving

from . import store_memory, store_throughput, upload_memory
from .rows import Bench, Measure, Row, Wish, at_most
from .upload_memory import MIB

FILM_MIB = 4_096
STORE_MIB = 256


@asynccontextmanager
async def _upload_memory(place: Path, wish: Wish, *, name: str, mib: int) -> AsyncIterator[Measure]:
    async def measure() -> AsyncIterator[Row]:
        told = await upload_memory.measure(mib * MIB)
        yield Row(name, told["growth_mib"], "MiB", target=at_most(64))
        yield Row(f"{name}.speed", mib / told["seconds"], "MiB/s")

    yield measure


@asynccontextmanager
async def _store_memory(place: Path, wish: Wish) -> AsyncIterator[Measure]:
    with serving(S3Kind.S3RVER, place) as server:

        async def measure() -> AsyncIterator[Row]:
            told: dict[str, Any] = await store_memory.measure(server, FILM_MIB * MIB)
            for what in ("put", "find", "get"):
                yield Row(f"store.memory.{what}", told[what]["growth_mib"], "MiB", target=at_most(64))

        yield measure


@asynccontextmanager
async def _store_throughput(place: Path, wish: Wish) -> AsyncIterator[Measure]:
    with store_throughput.apart(S3Kind.S3RVER, place) as (server, _):

        async def measure() -> AsyncIterator[Row]:
            told: dict[str, Any] = await store_throughput.measure(server, place, STORE_MIB * MIB, wish.rounds)
            for what in ("put", "get"):
                speed = told["mib_per_s"]["vault"][what]
                for share, ratio in told["share"].items():
                    asked, _, way = share.partition(" / ")
                    if asked == what:
                        yield Row(f"store.throughput.{what}.{way}", speed, "MiB/s", ratio)

        yield measure


@asynccontextmanager
async def _told(place: Path, wish: Wish, *, name: str, module: str, count: int) -> AsyncIterator[Measure]:
    """Run one in a process of its own; Home Assistant's test harness wants one that saw no other Home Assistant."""

    async def measure() -> AsyncIterator[Row]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", f"{__package__}.{module}", str(count)), stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        async for line in process.stdout:
            told = json.loads(line)
            what = f"{name}.{str(told['what']).replace(' ', '_')}"
            yield Row(what, told["wall"] / 1000, "s")
            yield Row(f"{what}.loop", told["longest_cpu"], "ms", target=at_most(20))
            if "rss_mib" in told:
                yield Row(f"{what}.memory", told["rss_mib"], "MiB", target=at_most(64))
        assert await process.wait() == 0

    yield measure


def _bench(name: str, module: str, count: int) -> Bench:
    return Bench(name, partial(_told, name=name, module=module, count=count))


BENCHES = (
    _bench("setup.100k", "setup_time", 100_000),
    _bench("vaulted.100k", "many_vaulted", 100_000),
    Bench("upload_memory", partial(_upload_memory, name="upload_memory", mib=FILM_MIB)),
    Bench("store.memory", _store_memory),
    Bench("store.throughput", _store_throughput),
)
