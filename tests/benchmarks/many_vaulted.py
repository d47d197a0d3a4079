"""What a big vault costs to look through: ``python -m tests.benchmarks.many_vaulted [contents]``, from the root.

As many contents (default 100,000), made up while they are listed, so that only what the looks themselves keep counts.
Prints a line of JSON for each of: a daily look that finds all too old and announces it, another a week later that lets
all of it go, and the count before a vault is emptied. ``rss_mib``: by how much the process grew at the most. See
``loop_meter`` for the other figures.
"""

import asyncio
import hashlib
import json
import sys
import tempfile
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from itertools import batched
from pathlib import Path
from typing import Any, override

from custom_components.immich_syncthing.engine.workers import ThreadPool
from custom_components.immich_syncthing.vault.directory import CONTENTS_PAGE, DirectoryVault
from custom_components.immich_syncthing.vault.emptying import emptying
from custom_components.immich_syncthing.vault.lived import DAY_SECONDS
from custom_components.immich_syncthing.vault.model import (
    Blocking,
    VaultContent,
    VaultEntry,
    VaultOrigin,
    VaultReason,
)
from custom_components.immich_syncthing.vault.notices import Notices
from custom_components.immich_syncthing.vault.retention import Elsewhere, Retention, Sweep

from .loop_meter import metered
from .upload_memory import MIB

COUNT = 100_000
BEGAN = 1_763_700_000.0
NOW = BEGAN + 400 * DAY_SECONDS
SIZE = 3 * MIB
LOOK_S = 0.02


class MadeUpVault(DirectoryVault):
    """A vault of ``count`` contents, an entry each, none of which is anywhere."""

    def __init__(self, count: int, place: Path, blocking: Blocking) -> None:
        super().__init__(place, blocking, lambda: NOW)
        self._count = count

    @override
    async def contents(self) -> AsyncIterator[tuple[VaultContent, ...]]:
        for page in batched(self._numbers(), CONTENTS_PAGE, strict=False):
            yield tuple(VaultContent(_checksum(one), SIZE, _came(one), _came(one)) for one in page)

    @override
    async def entries(
        self, folder_id: str | None = None, page: int = 500, *, after: bytes | None = None
    ) -> AsyncIterator[tuple[VaultEntry, ...]]:
        for some in batched(self._numbers(), page, strict=False):
            yield tuple(_entry(_checksum(one), _came(one)) for one in some)

    @override
    async def entries_of(self, checksum: bytes) -> tuple[VaultEntry, ...]:
        return (_entry(checksum, _came(int.from_bytes(checksum[:8]))),)

    @override
    async def remove(self, checksum: bytes, *, before: float | None = None) -> int:
        return SIZE

    def _numbers(self) -> Iterator[int]:
        return iter(range(self._count))


class Nowhere:
    """An owner of all, who has nothing of it."""

    async def look(self, checksums: Sequence[bytes]) -> Elsewhere:
        return Elsewhere(frozenset(), frozenset())

    def owns(self, entries: Sequence[VaultEntry]) -> bool:
        return bool(entries)

    async def removed(self, entry: VaultEntry) -> None:
        pass


def _checksum(number: int) -> bytes:
    return number.to_bytes(8) + hashlib.sha1(number.to_bytes(8), usedforsecurity=False).digest()[:12]


def _came(number: int) -> float:
    """Return when it came: in another order than that of the checksums."""
    return BEGAN + number * 7919 % 1_000_003


def _entry(checksum: bytes, stored_at: float) -> VaultEntry:
    path = f"DCIM/Camera/IMG_{checksum.hex()[:16]}.jpg"
    origin = VaultOrigin(checksum, SIZE, "camera", "Camera", path, 0, None, "somebody", VaultReason.ASSET_DELETED)
    return VaultEntry(origin, stored_at)


def _rss() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / MIB


@contextmanager
def growth() -> Iterator[list[float]]:
    """Give a list that has, in the end, by how many MiB the process grew at the most."""
    before, most, ended = _rss(), [0.0], threading.Event()

    def watch() -> None:
        while not ended.wait(LOOK_S):
            most[0] = max(most[0], _rss() - before)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        yield most
    finally:
        ended.set()
        watcher.join()


@asynccontextmanager
async def told(what: str, count: int) -> AsyncIterator[dict[str, Any]]:
    """Measure what is done in the block, and print it with what the block has to say."""
    said: dict[str, Any] = {}
    with growth() as most, metered() as meter:
        yield said
    figures = {"what": what, "contents": count, "rss_mib": round(most[0], 1), **meter.told(), **said}
    print(json.dumps(figures), flush=True)  # noqa: T201 - its result


async def measure(count: int, place: Path) -> None:
    """Look through a vault of so many contents."""
    pool = ThreadPool(2, "disk")
    vault, notices = MadeUpVault(count, place, pool), Notices(place / "notices.sqlite", pool)

    async def rest() -> bool:
        await asyncio.sleep(0)
        return True

    async def pass_days(number: int) -> None:
        for _ in range(number + 1):
            await notices.live(DAY_SECONDS, NOW, shown=True)

    await pass_days(7)
    for what in ("announcing all", "letting all go"):
        async with told(what, count) as said:
            sweep = Sweep(vault, Retention(days=30), Nowhere(), notices, pool, lambda: NOW, rest)
            said["gone"] = (await sweep.run()).objects
        await pass_days(7)
    await notices.close()
    async with told("counting what can go", count) as said:
        going = await emptying(vault, Nowhere(), pool)
        said["going"] = going.count
        await going.close()
    pool.close()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="immich-syncthing-vaulted-") as directory:
        asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT, Path(directory)))
