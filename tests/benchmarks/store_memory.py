"""How much memory a vault in an object store takes: ``python -m tests.benchmarks.store_memory [MiB, default 4096]``.

From the root of the project. A video that is made up while it is sent goes through the vault into a real S3 server on
the disk, is found there by reading it again, and is read back. The server is another process, so its memory is not
ours. Prints one line of JSON: size, and for each of the three the seconds and by how much the peak of the resident
memory exceeds what it was before, in MiB.
"""

import asyncio
import hashlib
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path

from custom_components.immich_syncthing.engine.workers import ThreadPool
from custom_components.immich_syncthing.stores.store import Store
from custom_components.immich_syncthing.vault.model import VaultOrigin, VaultReason
from custom_components.immich_syncthing.vault.object_vault import ObjectVault
from tests.servers.s3 import S3Kind, S3Server, serving

from .upload_memory import MIB, forget_peak, status


async def video(size: int) -> AsyncIterator[bytes]:
    """Yield a video of whole MiB, of which no two are alike."""
    for number in range(size // MIB):
        yield number.to_bytes(16) * (MIB // 16)


async def origin_of(size: int) -> VaultOrigin:
    """Return what the vault is told of such a video."""
    digest = hashlib.sha1(usedforsecurity=False)
    async for chunk in video(size):
        digest.update(chunk)
    name = f"{size}.mp4"
    return VaultOrigin(digest.digest(), size, "camera", "Camera", name, 1, None, "user", VaultReason.ASSET_DELETED)


async def measure(server: S3Server, size: int) -> dict[str, object]:
    """Put, find and read ``size`` bytes, after a small video that warms everything up."""
    pool = ThreadPool(2, "disk")
    vault = ObjectVault(Store(server.settings(server.new_bucket())), time.time, pool)
    await vault.prepare()
    measured: dict[str, object] = {}
    for one in (24 * MIB, size):
        origin = await origin_of(one)
        measured = {"mib": one // MIB}
        measured["put"] = await _measured(vault.store_stream(video(one), origin))
        measured["find"] = await _measured(vault.find(origin.checksum))
        measured["get"] = await _measured(_read(vault, origin.checksum))
    pool.close()
    return measured


async def _read(vault: ObjectVault, checksum: bytes) -> None:
    async for _ in vault.read(checksum):
        pass


async def _measured(work: Awaitable[object]) -> dict[str, float]:
    before, started = forget_peak(), time.monotonic()
    await work
    seconds = time.monotonic() - started
    return {"seconds": round(seconds, 1), "growth_mib": round((status("VmHWM") - before) / MIB, 1)}


if __name__ == "__main__":
    mib = int(sys.argv[1]) if len(sys.argv) > 1 else 4096
    with tempfile.TemporaryDirectory() as place, serving(S3Kind.S3RVER, Path(place)) as running:
        print(json.dumps(asyncio.run(measure(running, mib * MIB))))  # noqa: T201 - its result
