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
    with serving(S3Kind.S3RVER, place) as server:

        async def measure() -> AsyncIterator[Row]:
            told: dict[str, Any] = await store_throughput.measure(server, place, STORE_MIB * MIB, wish.rounds)
            for what in ("put", "get"):
                speed = told["mib_per_s"]["vault"][what]
                for share, ratio in told["share"].items():
                    asked, _, way = share.partition(" / ")
                    if asked == what:
                        yield Row(f"store.{what}.{way}", speed, "MiB/s", ratio)

        yield measure


@asynccontextmanager
async def _setup(place: Path, wish: Wish, *, name: str, count: int) -> AsyncIterator[Measure]:
    """Home Assistant's test harness wants a process that has not seen another Home Assistant."""

    async def measure() -> AsyncIterator[Row]:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.benchmarks.setup_time", str(count)), stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        async for line in process.stdout:
            told = json.loads(line)
            what = str(told["what"]).replace(" ", "_")
            yield Row(f"{name}.{what}", told["wall"] / 1000, "s")
            yield Row(f"{name}.{what}.loop", told["longest_cpu"], "ms", target=at_most(20))
        assert await process.wait() == 0

    yield measure


def setup_bench(size: str, count: int) -> Bench:
    return Bench(f"setup.{size}", partial(_setup, name=f"setup.{size}", count=count))


BENCHES = (
    Bench("upload_memory", partial(_upload_memory, name="upload_memory", mib=FILM_MIB)),
    Bench("store.memory", _store_memory),
    Bench("store.throughput", _store_throughput),
)
