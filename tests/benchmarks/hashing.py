"""Reading files to know their content, beside others, taking turns.

They are SHA-1 alone on bytes in memory, a bare loop that opens, looks at and reads the same files, and ``sha1sum``. Of
small files, to open and to look takes most of the time: no program that reads them comes near to SHA-1 alone.
"""

import asyncio
import hashlib
import os
import shutil
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from statistics import median

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.observe_folder import FolderObserver
from custom_components.immich_syncthing.engine.settings import HASH_BLOCK, FolderSettings, Hashing as Permitted
from custom_components.immich_syncthing.engine.workers import Workers
from tests.engine.living import RealClock

from . import photos
from .loop_meter import metered
from .rows import Bench, Measure, Of, Row, Wish, at_least, at_most
from .upload_memory import MIB
from .vast import FOLDER

THREADS = os.process_cpu_count() or 1
"""All processors, as the setting `fast` permits."""


class Hashing:
    """A folder that was walked and never read. Each time it is read with a copy of its ledger."""

    def __init__(self, home: Path, sizes: Sequence[int]) -> None:
        self._home = home
        self._root = home / "DCIM"
        self._settings = FolderSettings(FOLDER, FOLDER, "Phone", self._root)
        self._workers = Workers.threads("bench", hashing=Permitted.FAST)
        self._clock = RealClock()
        self._files = [self._root / f"IMG_{number:05}.jpg" for number in range(len(sizes))]
        self._sizes = sizes
        self.mib = sum(sizes) / MIB

    async def begin(self) -> None:
        (self._root / ".stfolder").mkdir(parents=True)
        long_ago = time.time() - 86_400
        for number, (file, size) in enumerate(zip(self._files, self._sizes, strict=True)):
            file.write_bytes(number.to_bytes(8))
            os.truncate(file, size)
            os.utime(file, (long_ago, long_ago))
        await photos.come_to_rest()
        observer, ledger = await self._opened("walked")
        await observer.full()
        await self._workers.ledger.run(ledger.close)

    async def ours(self) -> float:
        shutil.copy(self._home / "walked.sqlite", self._home / "read.sqlite")
        observer, ledger = await self._opened("read")
        await observer.paths([])
        began = time.perf_counter()
        while await observer.hash_pending(500, 2 * 1024**3):
            pass
        seconds = time.perf_counter() - began
        left = await self._workers.ledger.run(ledger.unhashed, FOLDER, 1)
        await self._workers.ledger.run(ledger.close)
        assert not left
        return seconds

    async def sha1(self) -> float:
        """Hash as many bytes in memory, on as many threads."""
        return await asyncio.to_thread(_raw, self._sizes, THREADS)

    async def opened(self) -> float:
        """Open, look at, read and hash the files, look again and close them, on as many threads, and no more."""
        return await asyncio.to_thread(_bare, self._files, THREADS)

    async def sha1sum(self) -> float:
        """Let the program read the files, as many of it at once."""
        began = time.perf_counter()
        listed = "\0".join(map(str, self._files)).encode()
        share = -(-len(self._files) // (4 * THREADS))
        process = await asyncio.create_subprocess_exec(
            *("xargs", "-0", "-P", str(THREADS), "-n", str(share), "sha1sum"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
        )
        await process.communicate(listed)
        assert process.returncode == 0
        return time.perf_counter() - began

    def close(self) -> None:
        self._workers.close()

    async def _opened(self, name: str) -> tuple[FolderObserver, Ledger]:
        ledger = await self._workers.ledger.run(Ledger.open, self._home / f"{name}.sqlite")
        await self._workers.ledger.run(ledger.add_folder, FOLDER, str(self._root), 0.0)
        extensions = frozenset({".jpg"})
        settings, clock = self._settings, self._clock
        return FolderObserver(settings, ledger, self._workers, clock, uploadable=lambda: extensions), ledger


def _raw(sizes: Sequence[int], threads: int) -> float:
    block = bytes(HASH_BLOCK)

    def hash_one(size: int) -> None:
        digest = hashlib.sha1(usedforsecurity=False)
        for start in range(0, size, HASH_BLOCK):
            digest.update(block[: min(HASH_BLOCK, size - start)])
        digest.digest()

    with ThreadPoolExecutor(threads) as pool:
        began = time.perf_counter()
        list(pool.map(hash_one, sizes))
        return time.perf_counter() - began


def _bare(files: Sequence[Path], threads: int) -> float:
    def hash_one(file: Path) -> None:
        digest = hashlib.sha1(usedforsecurity=False)
        fd = os.open(file, os.O_RDONLY)
        try:
            size = os.fstat(fd).st_size
            while block := os.read(fd, min(HASH_BLOCK, size)):
                digest.update(block)
            assert os.fstat(fd).st_size == size
        finally:
            os.close(fd)
        digest.digest()

    with ThreadPoolExecutor(threads) as pool:
        began = time.perf_counter()
        list(pool.map(hash_one, files))
        return time.perf_counter() - began


@asynccontextmanager
async def _prepared(place: Path, wish: Wish, *, name: str, sizes: Sequence[int]) -> AsyncIterator[Measure]:
    hashing = Hashing(place, sizes)
    await hashing.begin()
    # Nobody is to wait for the disk: it is the same for all.
    await hashing.sha1sum()

    async def measure() -> AsyncIterator[Row]:
        ours, raw, bare, program = [], [], [], []
        for _ in range(wish.rounds):
            raw.append(await hashing.sha1())
            bare.append(await hashing.opened())
            ours.append(await hashing.ours())
            program.append(await hashing.sha1sum())
        speed = hashing.mib / median(ours)
        yield Row(name, speed, "MiB/s", median(raw) / median(ours), at_least(0.9, Of.RATIO))
        yield Row(
            f"{name}.opened", hashing.mib / median(bare), "MiB/s", median(bare) / median(ours), at_least(0.9, Of.RATIO)
        )
        yield Row(f"{name}.limit", hashing.mib / median(bare), "MiB/s", median(raw) / median(bare))
        yield Row(f"{name}.sha1sum", hashing.mib / median(program), "MiB/s", median(program) / median(ours))
        with metered() as meter:
            await hashing.ours()
        yield Row(f"{name}.loop", meter.longest_cpu, "ms", target=at_most(20))

    yield measure
    await asyncio.to_thread(hashing.close)


def bench(name: str, count: int, mib: float, *, quick: bool = False) -> Bench:
    name = f"hashing.{name}"
    return Bench(name, partial(_prepared, name=name, sizes=[int(mib * MIB)] * count), quick)
