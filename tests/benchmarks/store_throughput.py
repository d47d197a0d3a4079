"""How fast a vault in an object store is: ``python -m tests.benchmarks.store_throughput [MiB] [rounds] [server]``.

From the root of the project. A video goes into one real S3 server, and comes back, in three ways that take turns:
through the vault, with ``obstore`` alone and with ``rclone``, if there is one, both as they are by default. Prints one
line of JSON: for each way the median of its MiB/s, and the vault's share of the others. What the vault does besides is
to hash all bytes in both directions: 0.5 ms for a MiB, while the next block is on its way.

The server has a core of its own, and all three ways share the others: a real one is no part of this machine, and what
it computes would be counted as theirs. With one core only there is none to give: ``shared_cores`` says so.
"""

import asyncio
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import obstore

from custom_components.immich_syncthing.engine.workers import ThreadPool
from custom_components.immich_syncthing.stores.connecting import connect
from custom_components.immich_syncthing.stores.store import BLOCK, Store
from custom_components.immich_syncthing.vault.model import LocalFile
from custom_components.immich_syncthing.vault.object_vault import ObjectVault
from tests.servers.s3 import REGION, S3Kind, S3Server, serving

from .store_memory import origin_of, video
from .upload_memory import MIB

type Ways = dict[str, tuple[Callable[[], Awaitable[object]], Callable[[], Awaitable[object]]]]


class Bench:
    """One video on the disk, and how it is sent and read. Each round uses new keys, as nothing is sent twice."""

    def __init__(self, server: S3Server, place: Path, size: int) -> None:
        self._server = server
        self._bucket = server.new_bucket()
        self._place = place
        self._file = place / "video.mp4"
        self._size = size
        self._pool = ThreadPool(2, "disk")
        self._round = 0

    async def ways(self) -> Ways:
        """Return for each way how it puts and how it gets."""
        with self._file.open("wb") as file:
            async for chunk in video(self._size):
                file.write(chunk)
        ways: Ways = {"vault": (self._put_vault, self._get_vault), "obstore": (self._put_plain, self._get_plain)}
        if shutil.which("rclone"):
            ways["rclone"] = (self._put_rclone, self._get_rclone)
        return ways

    async def begin(self) -> None:
        """Make everything new for a round."""
        self._round += 1
        self._plain = connect(self._server.settings(self._bucket))
        self._vault = ObjectVault(self._store(), time.time, self._pool)
        await self._vault.prepare()
        self._origin = await origin_of(self._size)

    def _store(self) -> Store:
        return Store(self._server.settings(self._bucket, prefix=f"round-{self._round}"))

    async def _put_vault(self) -> None:
        fd = os.open(self._place, os.O_RDONLY | os.O_DIRECTORY)
        try:
            await self._vault.store_file(LocalFile(fd, self._file.name), self._origin)
        finally:
            os.close(fd)

    async def _get_vault(self) -> None:
        async for _ in self._vault.read(self._origin.checksum):
            pass

    async def _put_plain(self) -> None:
        await obstore.put_async(self._plain, self._key("plain"), self._file)

    async def _get_plain(self) -> None:
        found = await obstore.get_async(self._plain, self._key("plain"))
        async for _ in found.stream(min_chunk_size=BLOCK):
            pass

    async def _put_rclone(self) -> None:
        await self._rclone("copyto", str(self._file), self._remote())

    async def _get_rclone(self) -> None:
        await self._rclone("cat", self._remote())

    def _key(self, way: str) -> str:
        return f"{way}/{self._round}.mp4"

    def _remote(self) -> str:
        return f"s3:{self._bucket}/{self._key('rclone')}"

    async def _rclone(self, *arguments: str) -> None:
        server = {
            "TYPE": "s3",
            "PROVIDER": "Other",
            "ENDPOINT": self._server.url,
            "REGION": REGION,
            "ACCESS_KEY_ID": self._server.access_key,
            "SECRET_ACCESS_KEY": self._server.secret_key,
        }
        # Whoever runs this may have settings for another S3 server.
        env = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "RCLONE_"))}
        env |= {"RCLONE_CONFIG": ""} | {f"RCLONE_CONFIG_S3_{name}": value for name, value in server.items()}
        command = ["rclone", "--s3-no-check-bucket", *arguments]
        process = await asyncio.create_subprocess_exec(*command, env=env, stdout=asyncio.subprocess.DEVNULL)
        if await process.wait():
            message = f"rclone {arguments[0]} failed"
            raise RuntimeError(message)


@contextmanager
def apart(kind: S3Kind, place: Path) -> Iterator[tuple[S3Server, bool]]:
    """Run a server on the last core; while the block runs, this process and its children have the others, if any."""
    cores = os.sched_getaffinity(0)
    others = cores - {max(cores)}
    os.sched_setaffinity(0, {max(cores)})
    try:
        with serving(kind, place) as server:
            os.sched_setaffinity(0, others or cores)
            yield server, not others
    finally:
        os.sched_setaffinity(0, cores)


async def measure(server: S3Server, place: Path, size: int, rounds: int) -> dict[str, object]:
    """Let the ways take turns; the first round only warms everything up."""
    bench = Bench(server, place, size)
    ways = await bench.ways()
    speeds: dict[str, dict[str, list[float]]] = {way: {"put": [], "get": []} for way in ways}
    for number in range(rounds + 1):
        await bench.begin()
        for way, (put, get) in ways.items():
            for what, work in (("put", put), ("get", get)):
                started = time.monotonic()
                await work()
                if number:
                    speeds[way][what].append(size / MIB / (time.monotonic() - started))
    mib_s = {way: {what: median(some) for what, some in by.items()} for way, by in speeds.items()}
    shares = {
        f"{what} / {way}": round(mib_s["vault"][what] / mib_s[way][what], 2)
        for what in ("put", "get")
        for way in ways
        if way != "vault"
    }
    told = {way: {what: round(speed) for what, speed in by.items()} for way, by in mib_s.items()}
    return {"mib": size // MIB, "rounds": rounds, "mib_per_s": told, "share": shares}


if __name__ == "__main__":
    given = dict(zip(("mib", "rounds", "server"), sys.argv[1:], strict=False))
    mib, count, kind = int(given.get("mib", 256)), int(given.get("rounds", 5)), S3Kind(given.get("server", "s3rver"))
    with tempfile.TemporaryDirectory() as made, apart(kind, Path(made)) as (running, shared):
        told = asyncio.run(measure(running, Path(made), mib * MIB, count))
        print(json.dumps({"server": kind, "shared_cores": shared, **told}))  # noqa: T201 - its result
