"""A place far away that keeps objects: what is on its shelf outlives every process, and the line to it may fail.

The vault and the replica on top of it are the real ones; only ``Store`` itself is simulated. That the real one does as
this one does is shown against real servers in ``tests/stores``.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import batched
from typing import override

from custom_components.immich_syncthing.stores.errors import (
    NotInStoreError,
    StoreCredentialsError,
    StoreError,
    StoreFullError,
    StoreMismatchError,
    StoreThrottledError,
    StoreUnreachableError,
)
from custom_components.immich_syncthing.stores.model import Stored
from custom_components.immich_syncthing.stores.settings import StoreKind, StoreSettings
from custom_components.immich_syncthing.stores.store import Store

from .clock import VirtualClock
from .contents import checksum
from .faults import Points

PAGE = 3
"""Objects of a page: a listing breaks off between two of them."""

SLOW_SECONDS = 20.0


class StoreIs(StrEnum):
    """How the store is, as a whole."""

    FINE = "fine"
    AWAY = "away"
    WRONG_KEY = "wrong_key"
    THROTTLING = "throttling"
    FULL = "full"
    SLOW = "slow"


class StoreFails(StrEnum):
    """How one call fails. ``LOST``: it was done, and its answer never came. ``CUT``: in its midst."""

    REFUSED = "refused"
    LOST = "lost"
    CUT = "cut"
    FULL = "full"


_ERRORS: dict[StoreIs, type[StoreError]] = {
    StoreIs.AWAY: StoreUnreachableError,
    StoreIs.WRONG_KEY: StoreCredentialsError,
    StoreIs.THROTTLING: StoreThrottledError,
}


@dataclass(slots=True)
class Shelf:
    """What is kept: key → bytes and when they came. ``failing``: number of a call from now on → how it fails.

    ``removed`` is told of each object that was there and goes.
    """

    clock: VirtualClock
    removed: Callable[[str, bytes], None] = lambda *_: None
    contents: dict[str, bytes] = field(default_factory=dict)
    times: dict[str, float] = field(default_factory=dict)
    how: StoreIs = StoreIs.FINE
    failing: dict[int, StoreFails] = field(default_factory=dict)
    calls: int = 0
    fired: int = 0
    lives: int = 0

    def will_fail(self, failing: dict[int, StoreFails]) -> None:
        """Let some of the coming calls fail, counted from the next one, which is 1."""
        self.failing, self.calls = failing, 0

    def keep(self, key: str, data: bytes) -> None:
        self.contents[key], self.times[key] = data, self.clock.now

    def drop(self, key: str) -> None:
        data = self.contents.pop(key, None)
        if data is not None:
            del self.times[key]
            self.removed(key, data)

    def rot(self, key: str) -> None:
        """Let one byte of an object be another one; nobody is told."""
        data = self.contents[key]
        self.contents[key] = bytes([data[0] ^ 1]) + data[1:]


class SimulatedStore(Store):
    """A ``Store`` of one life of Home Assistant, on a shelf. Each call is a point at which the life may end."""

    def __init__(self, shelf: Shelf, points: Points) -> None:
        shelf.lives += 1
        # Who keeps and who removes take turns by these settings: another life has turns of its own.
        super().__init__(StoreSettings(StoreKind.MEMORY, prefix=f"{id(shelf)}-{shelf.lives}"))
        self._shelf = shelf
        self._points = points

    @override
    async def put(self, key: str, chunks: AsyncIterator[bytes], size: int | None = None) -> Stored:
        data = bytearray()
        async for chunk in chunks:
            self._cut()
            data += chunk
        if size is not None and len(data) != size:
            raise StoreMismatchError(key)
        await self._call(lambda: self._shelf.keep(key, bytes(data)), grows=True)
        return self._stored_now(key)

    @override
    async def put_small(self, key: str, data: bytes) -> None:
        await self._call(lambda: self._shelf.keep(key, data), grows=True)

    @override
    async def head(self, key: str) -> Stored | None:
        return await self._call(lambda: self._stored_now(key) if key in self._shelf.contents else None)

    @override
    async def read(self, key: str, *, offset: int = 0, end: int | None = None) -> AsyncGenerator[bytes]:
        data = await self._call(lambda: self._shelf.contents.get(key))
        if data is None:
            raise NotInStoreError(key)
        middle = max(offset, len(data) // 2)
        yield data[:end][offset:middle]
        self._cut()
        yield data[:end][middle:]

    @override
    async def list(self, prefix: str = "", after: str | None = None) -> AsyncIterator[tuple[Stored, ...]]:
        below = f"{prefix.rstrip('/')}/" if prefix else ""
        found = await self._call(
            lambda: [
                self._stored_now(key)
                for key in sorted(self._shelf.contents)
                if key.startswith(below) and (after is None or key > after)
            ]
        )
        for page in batched(found, PAGE, strict=False):
            yield page
            self._cut()

    @override
    async def delete(self, keys: Sequence[str]) -> None:
        for number, key in enumerate(keys):
            if number:
                self._cut()
            await self._call(lambda key=key: self._shelf.drop(key))  # type: ignore[misc]

    def _stored_now(self, key: str) -> Stored:
        data = self._shelf.contents[key]
        return Stored(key, len(data), self._shelf.times[key], checksum(data).hex())

    async def _call[R](self, work: Callable[[], R], *, grows: bool = False) -> R:
        number, shelf = self._points.before(), self._shelf
        shelf.calls += 1
        if shelf.how in _ERRORS:
            raise _ERRORS[shelf.how]
        if shelf.how is StoreIs.SLOW:
            await shelf.clock.sleep(SLOW_SECONDS)
        how = shelf.failing.get(shelf.calls)
        shelf.fired += how is not None
        if grows and StoreIs.FULL in {shelf.how, how}:
            raise StoreFullError
        if how is StoreFails.REFUSED:
            raise StoreUnreachableError
        result = work()
        self._points.after(number)
        if how is StoreFails.LOST:
            raise StoreUnreachableError
        return result

    def _cut(self) -> None:
        """Break where the next call is said to be cut in its midst."""
        if self._shelf.failing.get(self._shelf.calls) is StoreFails.CUT:
            self._shelf.fired += 1
            raise StoreUnreachableError
