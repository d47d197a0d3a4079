"""Who listens to a websocket in these tests."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp

from custom_components.immich_syncthing.immich.hints import Hint, HintKind, HintStream


@dataclass
class Ear:
    """Notes what a stream tells, the pauses that it makes, and what time it thinks it is."""

    heard: list[Hint] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    now: float = 0.0
    task: asyncio.Task[None] | None = None

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        await asyncio.sleep(0.01)

    def kinds(self) -> list[HintKind]:
        return [hint.kind for hint in self.heard]

    async def until(self, condition: Callable[[], object]) -> None:
        async with asyncio.timeout(20):
            while not condition():
                await asyncio.sleep(0.01)

    async def hears(self, *kinds: HintKind) -> None:
        """Wait until all of these, and nothing since, were told in this order."""
        await self.until(lambda: len(self.heard) >= len(kinds))
        assert self.kinds() == list(kinds)


@asynccontextmanager
async def listening(url: str, key: str, session: aiohttp.ClientSession) -> AsyncIterator[Ear]:
    ear = Ear()
    stream = HintStream(
        session,
        f"{url}/api",
        key,
        sleep=ear.sleep,
        random=lambda: 0.0,
        monotonic=lambda: ear.now,
    )
    ear.task = asyncio.create_task(stream.listen(ear.heard.append))
    try:
        yield ear
    finally:
        ear.task.cancel()
        await asyncio.gather(ear.task, return_exceptions=True)
