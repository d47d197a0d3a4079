"""A replica as it lives: the real client against the imitated Immich, a real store, and an index on a real disk."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import aiohttp

from custom_components.immich_syncthing.engine.workers import InlinePool
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.replica.model import Ending, RunReport
from custom_components.immich_syncthing.replica.ports import LocalOriginal, Objects, Pool, Surroundings
from custom_components.immich_syncthing.replica.replica import Replica
from custom_components.immich_syncthing.replica.settings import DAY_SECONDS, ReplicaSettings
from tests.immich.pauses import Pauses
from tests.servers.immich import Browser, ImmichStandIn

NOON = datetime(2026, 7, 14, 12, tzinfo=UTC)


class Time:
    """A clock that only goes when somebody waits or lets it."""

    def __init__(self) -> None:
        self.now = NOON.timestamp()
        self.slept = 0.0

    def wall(self) -> float:
        return self.now

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += seconds
        await asyncio.sleep(0)

    def days(self, count: float) -> None:
        self.now += count * DAY_SECONDS


@dataclass
class Folder:
    """The files that are linked."""

    files: dict[bytes, Path] = field(default_factory=dict)
    sidecars: dict[bytes, bytes] = field(default_factory=dict)
    opened: int = 0

    async def open(self, checksum: bytes) -> LocalOriginal | None:
        path = self.files.get(checksum)
        if path is None:
            return None
        self.opened += 1
        content = path.read_bytes()

        async def chunks() -> AsyncGenerator[bytes]:
            for start in range(0, len(content), 1000):
                yield content[start : start + 1000]

        return LocalOriginal(len(content), chunks())

    async def sidecar(self, checksum: bytes) -> bytes | None:
        return self.sidecars.get(checksum)

    async def linked(self, checksums: Sequence[bytes]) -> set[bytes]:
        return {one for one in checksums if one in self.files}


@dataclass
class House:
    """Everything of one replica; ``open`` starts it as Home Assistant does, again after each stop."""

    server: ImmichStandIn
    session: aiohttp.ClientSession
    client: ImmichClient
    store: Objects
    place: Path
    clock: Time = field(default_factory=Time)
    folder: Folder = field(default_factory=Folder)
    blocking: Pool = field(default_factory=InlinePool)
    random: Callable[[], float] = lambda: 0.5
    settings: ReplicaSettings = field(default_factory=ReplicaSettings)

    @property
    def web(self) -> Browser:
        return self.server.browser

    @property
    def index(self) -> Path:
        return self.place / "replica.db"

    async def open(self, settings: ReplicaSettings | None = None) -> Replica:
        around = Surroundings(self.store, self.client, self.folder, self.clock, self.blocking, self.random)
        scratch = self.place / "scratch"
        scratch.mkdir(exist_ok=True)
        return await Replica.open(around, self.index, settings or self.settings, scratch)

    async def run(self, settings: ReplicaSettings | None = None) -> RunReport:
        """One run from start to stop, that goes well."""
        await self.server.settle()
        replica = await self.open(settings)
        report = await replica.run()
        await replica.close()
        assert (report.ending, report.problem) == (Ending.COMPLETE, None)
        return report

    async def upload(self, content: bytes, name: str, taken: datetime | None = None) -> str:
        """A photo in the web; taken at a moment that the photo itself tells, if one is given."""
        asset_id = self.web.upload(content, name, taken=taken)
        await self.server.settle()
        return asset_id

    def with_key(self, key: str) -> ImmichClient:
        """The same connection with another key."""
        return ImmichClient(self.session, f"{self.server.url}/api", key, sleep=Pauses().sleep, random=lambda: 0.5)

    def lose_index(self) -> None:
        for path in self.place.glob("replica.db*"):
            path.unlink()

    async def keys(self, prefix: str = "originals") -> list[str]:
        return [one.key async for page in self.store.list(prefix) for one in page]

    async def contents(self) -> dict[str, bytes]:
        """The originals that the store holds, byte by byte."""
        found = {key: await self.store.read_small(key, 1 << 30) for key in await self.keys()}
        return {key: content or b"" for key, content in found.items() if not key.endswith(".xmp")}

    async def lines(self) -> dict[str, dict[str, object]]:
        """What the manifest tells, as a stranger reads it: the last line of each checksum."""
        told: dict[str, dict[str, object]] = {}
        for key in await self.keys("manifest"):
            if key.endswith(".jsonl"):
                text = await self.store.read_small(key, 1 << 30)
                for line in (text or b"").splitlines():
                    with suppress(ValueError, TypeError, KeyError):
                        one = json.loads(line)
                        told[one["checksum"]] = {"key": one["key"], **one}
        return told

    async def damage(self, key: str) -> None:
        """Turn one byte around, and keep the size."""
        content = await self.store.read_small(key, 1 << 30)
        assert content
        await self.store.put_small(key, bytes([content[0] ^ 1]) + content[1:])
