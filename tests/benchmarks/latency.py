"""How long it takes until the other side knows: real Home Assistant, two real Syncthings, and Immich's stand-in.

Once with a key that may listen to Immich's websocket, once with one that may not. Each row but the targets' medians
tells how bad the worst are.
"""

import asyncio
import math
import os
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from statistics import median
from typing import override

import aiohttp

from tests.e2e.photos import photo
from tests.e2e.sides import sha1
from tests.e2e.stage import DOMAIN, PERMISSIONS, Stage
from tests.servers.syncthing_pair import SyncthingPair

from .rows import Bench, Measure, Row, Wish, at_most

WATCHER_SECONDS = 10
"""As in real life; what the integration does is to be heard of without Syncthing's watcher."""

PATIENCE_S = 120.0
POLL_S = 0.005
_NO_BACKUPS = {
    "backup_rhythm": "off",
    "every_days": 7,
    "at": "04:00:00",
    "backup_home": "vault",
    "keep_number": 14,
    "keep_days": 0,
}

LONGEST_PAUSE_S = 2.0
"""Between two samples, so that they do not all fall into the same moment of a rhythm."""

SPARE = 5
"""So many photos are there for each that is deleted: the guard lets a quarter of a folder pass in an hour."""


class TimedStage(Stage):
    """A stage that is watched closely from outside."""

    def __init__(self, root: Path, permissions: Iterable[str]) -> None:
        super().__init__(root)
        self.pair = SyncthingPair(root / "syncthing", server_dir=self.server_dir, watcher_delay_s=WATCHER_SECONDS)
        self._permissions = tuple(permissions)
        self._session: aiohttp.ClientSession | None = None

    @override
    async def new_key(self, permissions: Iterable[str] = PERMISSIONS) -> str:
        return await super().new_key(self._permissions)

    async def unguarded(self) -> None:
        """Let the guard pass as many as it can be told to."""
        limits = {"guard_number": 10_000, "guard_share": 25}
        settings = {**limits, "vault_phone_deletions": True, "vault_freed": False, "database_backups": _NO_BACKUPS}
        done = await self.home.reconfigure(DOMAIN, self.entry_id, {"next_step_id": "settings"}, settings)
        assert done["reason"] == "reconfigure_successful", done

    async def known(self, session: aiohttp.ClientSession, content: bytes) -> tuple[str, bool] | None:
        """Return what Immich has of some bytes: its id, and whether it is in the trash."""
        body = {"assets": [{"id": "it", "checksum": sha1(content)}]}
        url, headers = f"{self.immich.url}/api/assets/bulk-upload-check", {"x-api-key": self.immich.key}
        async with session.post(url, json=body, headers=headers) as answer:
            result = (await answer.json())["results"][0]
        return None if result["action"] == "accept" else (str(result["assetId"]), bool(result["isTrashed"]))


class Latency:
    """Does one thing after the other on one side, and waits for it on the other."""

    def __init__(self, stage: TimedStage, session: aiohttp.ClientSession, samples: int) -> None:
        self._stage = stage
        self._session = session
        self._samples = samples
        self._pause = random.Random(1)

    def _photos(self, what: str) -> dict[str, bytes]:
        first = {"deleted": 100_000, "trashed": 200_000}[what]
        # Beside others: about a directory that loses all it held, its owner is asked.
        return {f"Before/IMG_{first + number}.jpg": photo(first + number) for number in range(self._samples)}

    async def photos_arrive(self) -> list[float]:
        """From the moment that a photo is complete on the server until it is in Immich."""
        return [await self._arrives(path, content) for path, content in self._photos("deleted").items()]

    async def more_arrive(self) -> None:
        """Have photos for what comes then."""
        await self._stage.phone_takes_photos(self._photos("trashed"))
        await self._stage.agree(PATIENCE_S + self._samples)

    async def phone_deletes(self) -> list[float]:
        """From the moment that Syncthing has deleted a file on the server until its asset is in the trash."""
        return [await self._deletes(path, content) for path, content in self._photos("deleted").items()]

    async def immich_trashes(self) -> tuple[list[float], list[float]]:
        """From the moment that an asset is trashed until Syncthing knows that its file is gone, and until the phone."""
        both = [await self._trashes(path, content) for path, content in self._photos("trashed").items()]
        return [here for here, _ in both], [there for _, there in both]

    async def _arrives(self, path: str, content: bytes) -> float:
        await self._rest()
        await self._stage.phone_takes_photo(path, content)
        began = await self._when(partial(self._file_is, self._stage.server_dir / path, there=True), path)
        return await self._when(partial(self._asset_is, content, trashed=False), path) - began

    async def _deletes(self, path: str, content: bytes) -> float:
        await self._rest()
        await self._stage.phone_deletes(path)
        began = await self._when(partial(self._file_is, self._stage.server_dir / path, there=False), path)
        return await self._when(partial(self._asset_is, content, trashed=True), path) - began

    async def _trashes(self, path: str, content: bytes) -> tuple[float, float]:
        await self._rest()
        found = await self._stage.known(self._session, content)
        assert found is not None
        began = time.perf_counter()
        await self._stage.immich.do("change", ids=[found[0]], to="trashed")
        phone, server = self._stage.phone_dir / path, self._stage.server_dir / path
        ends = await asyncio.gather(
            self._when(partial(self._file_is, server, there=False), path),
            self._when(partial(self._syncthing_knows, path), path),
            self._when(partial(self._file_is, phone, there=False), path),
        )
        return max(ends[:2]) - began, ends[2] - began

    async def _file_is(self, path: Path, *, there: bool) -> bool:
        return os.path.lexists(path) is there

    async def _asset_is(self, content: bytes, *, trashed: bool) -> bool:
        found = await self._stage.known(self._session, content)
        return found is not None and found[1] is trashed

    async def _syncthing_knows(self, path: str) -> bool:
        pair = self._stage.pair
        known = await pair.server.call("GET", "db/file", params={"folder": pair.folder_id, "file": path})
        return bool(known["local"]["deleted"])

    async def _when(self, holds: Callable[[], Awaitable[bool]], what: str) -> float:
        """Wait until it holds and return the moment. Raises ``TimeoutError``."""
        deadline = time.perf_counter() + PATIENCE_S
        while not await holds():
            if time.perf_counter() > deadline:
                raise TimeoutError(f"{what}: {await self._stage.shown()}")  # noqa: EM102, TRY003
            await asyncio.sleep(POLL_S)
        return time.perf_counter()

    async def _rest(self) -> None:
        await asyncio.sleep(self._pause.uniform(0.0, LONGEST_PAUSE_S))


@asynccontextmanager
async def _prepared(
    place: Path, wish: Wish, *, name: str, permissions: Iterable[str], gone_within: float
) -> AsyncIterator[Measure]:
    async with TimedStage(place, permissions) as stage, aiohttp.ClientSession() as session:
        await stage.unguarded()
        await stage.phone_takes_photos(
            {f"Before/IMG_{number}.jpg": photo(10_000 + number) for number in range(max(40, SPARE * wish.samples))}
        )
        await stage.agree(PATIENCE_S + SPARE * wish.samples)
        latency = Latency(stage, session, wish.samples)

        async def measure() -> AsyncIterator[Row]:
            for row in _rows(f"{name}.photo", await latency.photos_arrive(), 0.5):
                yield row
            await latency.more_arrive()
            for row in _rows(f"{name}.phone_deletes", await latency.phone_deletes(), 1.5):
                yield row
            here, there = await latency.immich_trashes()
            for row in _rows(f"{name}.file_gone", here, gone_within):
                yield row
            # What the phone needs beyond the file's going: 5 ms were measured, after a scan of the path.
            for row in _rows(f"{name}.phone_gone", there, gone_within + 0.1):
                yield row

        yield measure


def _rows(name: str, seconds: list[float], target: float) -> list[Row]:
    """The median has a target; the rest of the distribution is shown."""
    ordered = sorted(seconds)
    late = ordered[math.ceil(0.95 * len(ordered)) - 1]
    return [
        Row(name, median(ordered), "s", target=at_most(target)),
        Row(f"{name}.fastest", ordered[0], "s"),
        Row(f"{name}.p95", late, "s"),
        Row(f"{name}.slowest", ordered[-1], "s"),
    ]


def benches() -> tuple[Bench, ...]:
    ways = {"websocket": (("all",), 0.5), "polling": (PERMISSIONS, 10.0)}
    return tuple(
        Bench(name, partial(_prepared, name=name, permissions=permissions, gone_within=within))
        for name, (permissions, within) in ((f"latency.{way}", told) for way, told in ways.items())
    )
