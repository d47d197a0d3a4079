"""How much memory an upload takes: ``python -m tests.benchmarks.upload_memory [MiB, default 4096]``, from the root.

The file is sparse, so it takes no disk; the server is another process, so its memory is not ours. Prints one line of
JSON: size, seconds, and by how much the peak of the resident memory exceeds what it was before, in MiB.
"""

import asyncio
import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.immich.models import Upload

MIB = 1024 * 1024
CHUNK = MIB


async def measure(size: int) -> dict[str, float]:
    """Upload ``size`` bytes, after a small one that warms everything up."""
    async with _server() as url, aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        client = ImmichClient(session, url, "key")
        with tempfile.NamedTemporaryFile(suffix=".mp4") as file:
            path = Path(file.name)
            os.truncate(path, 8 * MIB)
            await client.upload(_upload(path))
            os.truncate(path, size)
            before = forget_peak()
            started = time.monotonic()
            result = await client.upload(_upload(path))
            seconds = time.monotonic() - started
            growth = status("VmHWM") - before
    assert result.sent_checksum is not None
    return {"mib": size / MIB, "seconds": round(seconds, 1), "growth_mib": round(growth / MIB, 1)}


def _upload(path: Path) -> Upload:
    async def read() -> AsyncIterator[bytes]:
        with path.open("rb") as file:
            while chunk := await asyncio.to_thread(file.read, CHUNK):
                yield chunk

    moment = datetime(2026, 1, 1, tzinfo=UTC)
    unknown = hashlib.sha1(os.urandom(8), usedforsecurity=False).digest()
    return Upload(path.name, path.stat().st_size, unknown, moment, moment, read)


@asynccontextmanager
async def _server() -> AsyncIterator[str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.benchmarks.discarding_server", stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(await process.stdout.readline())}"
    finally:
        process.terminate()
        await process.wait()


def forget_peak() -> int:
    """Let the kernel start a new peak; the bytes that are resident now."""
    Path("/proc/self/clear_refs").write_text("5")
    return status("VmRSS")


def status(field: str) -> int:
    """Return a figure of this process, e.g. ``VmHWM``, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{field}:"))


if __name__ == "__main__":
    mib = int(sys.argv[1]) if len(sys.argv) > 1 else 4096
    print(json.dumps(asyncio.run(measure(mib * MIB))))  # noqa: T201 - its result
