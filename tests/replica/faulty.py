"""A store, and a thread for the index, that die or lie at a chosen step."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from custom_components.immich_syncthing.engine.workers import InlinePool
from custom_components.immich_syncthing.replica.ports import Objects
from custom_components.immich_syncthing.stores.errors import StoreUnreachableError
from custom_components.immich_syncthing.stores.model import Stored
from tests.crashing import Killed


@dataclass
class Steps:
    """Counts steps of store and index alike; from ``last`` on the process is dead."""

    last: int | None = None
    after: bool = False
    """Whether the last step still happens, and only nobody hears of it."""
    count: int = 0

    def begin(self) -> None:
        if self.last is not None and self.count >= self.last + self.after:
            raise Killed

    def end(self) -> None:
        self.count += 1
        if self.last is not None and self.after and self.count > self.last:
            raise Killed


@dataclass
class FaultyStore:
    """A real store behind a line that breaks."""

    inner: Objects
    steps: Steps = field(default_factory=Steps)
    lost_answers: set[str] = field(default_factory=set)
    """Keys of which the next ``put`` succeeds, and says that it did not."""
    listed: int | None = None
    """How many objects a listing shows before the line breaks."""
    failing: str | None = None
    """Keys that contain this cannot be sent."""
    away: bool = False
    hears: Callable[[str], None] = lambda _: None

    def _begin(self, key: str) -> None:
        self.steps.begin()
        self.hears(key)
        if self.away:
            raise StoreUnreachableError

    def rely_on(self, mark: str | None) -> None:
        self.inner.rely_on(mark)

    async def put(self, key: str, chunks: AsyncIterator[bytes], size: int | None = None) -> Stored:
        self._begin(key)
        if self.failing is not None and self.failing in key:
            raise StoreUnreachableError
        stored = await self.inner.put(key, chunks, size)
        self.steps.end()
        if key in self.lost_answers:
            self.lost_answers.remove(key)
            raise StoreUnreachableError
        return stored

    async def put_small(self, key: str, data: bytes) -> None:
        self._begin(key)
        await self.inner.put_small(key, data)
        self.steps.end()

    async def head(self, key: str) -> Stored | None:
        self._begin(key)
        return await self.inner.head(key)

    async def read(self, key: str, *, offset: int = 0) -> AsyncGenerator[bytes]:
        self._begin(key)
        async for block in self.inner.read(key, offset=offset):
            yield block

    async def read_small(self, key: str, limit: int = 1 << 20) -> bytes | None:
        self._begin(key)
        return await self.inner.read_small(key, limit)

    async def list(self, prefix: str = "", after: str | None = None) -> AsyncGenerator[tuple[Stored, ...]]:
        self._begin(prefix)
        async for page in self.inner.list(prefix, after):
            if self.listed is not None and prefix == "originals":
                yield page[: self.listed]
                raise StoreUnreachableError
            yield page

    async def delete(self, keys: Sequence[str]) -> None:
        self._begin(" ".join(keys))
        await self.inner.delete(keys)
        self.steps.end()


class DyingPool(InlinePool):
    """Runs the index's work in the caller, as long as the process lives."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    async def run[**P, R](self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        self._steps.begin()
        result = await super().run(function, *args, **kwargs)
        self._steps.end()
        return result
