"""Moving all that one store keeps into another: what matches is skipped, what is copied is read back.

What is done is seen in the stores themselves: an object counts as moved once the destination has one of this key and
size whose bytes, read there, have the checksum. So it may be killed anywhere, and goes on with the next pass. Nothing
is removed from the source here. Whoever sees a pass without failures while nobody writes to the source may use the
destination in its place.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, aclosing, nullcontext
from dataclasses import dataclass, replace

from .errors import (
    NotInStoreError,
    StoreBucketMissingError,
    StoreClockSkewError,
    StoreCredentialsError,
    StoreError,
    StoreFullError,
    StoreMismatchError,
    StoreThrottledError,
    StoreUnmarkedError,
)
from .model import Stored
from .pairing import pairs
from .store import Store
from .verified import Verified

MOST_IN_A_ROW = 20
"""Objects that fail one after the other until it is the store that fails, and not they."""
MOST_TOLD = 100
"""Failures that are told one by one; all are counted."""

_HINDRANCES = (
    StoreBucketMissingError,
    StoreClockSkewError,
    StoreCredentialsError,
    StoreFullError,
    StoreThrottledError,
    StoreUnmarkedError,
)
"""What a store says whatever the object is. That nobody answers may be a damaged sector as well."""

type Turn = Callable[[str], AbstractAsyncContextManager[object]]
"""What is held while the object of a key comes to the destination."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What of a store is moved.

    ``roots``: the first parts of its keys, sorted. ``mark``: a key that is there as long as the store is what it should
    be; without it an empty store is another one (a disk that is not mounted). ``checksum``: the SHA-1 that the bytes
    under a key must have, ``None`` where the key does not tell.
    """

    roots: tuple[str, ...]
    mark: str
    checksum: Callable[[str], bytes | None]


@dataclass(frozen=True, slots=True)
class Failure:
    """An object that could not be moved: its key, the error's code and words."""

    key: str
    code: str
    detail: str

    @property
    def placeholders(self) -> dict[str, str]:
        """Return the values that the translated message needs."""
        return {"detail": self.detail}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a pass is. ``objects`` and ``bytes``: of the source. ``done``: in the destination, and verified there.

    ``copied``: of those, what this pass sent. ``failures``: the first of them; ``failed``: how many. ``hindrance``: the
    first that was not the object's own fault: it says nothing of the object.
    """

    objects: int = 0
    bytes: int = 0
    done_objects: int = 0
    done_bytes: int = 0
    copied_objects: int = 0
    copied_bytes: int = 0
    failed: int = 0
    failures: tuple[Failure, ...] = ()
    hindrance: Failure | None = None

    @property
    def percent(self) -> float:
        """Return how much is done. 100 only when nothing is left."""
        if self.done_objects >= self.objects:
            return 100.0
        share = self.done_bytes / self.bytes if self.bytes else self.done_objects / self.objects
        return min(99.9, 100.0 * share)


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a pass would find. ``matching``: of the same size in the destination; their bytes were not read."""

    objects: int
    bytes: int
    matching_objects: int
    matching_bytes: int

    @property
    def missing_objects(self) -> int:
        """Return how many would be sent."""
        return self.objects - self.matching_objects

    @property
    def missing_bytes(self) -> int:
        """Return how much would be sent."""
        return self.bytes - self.matching_bytes


class Migration:
    """Copies ``source`` into ``destination``, ``at_once`` objects at a time. Every method raises ``StoreError``."""

    def __init__(
        self,
        source: Store,
        destination: Store,
        layout: Layout,
        verified: Verified,
        *,
        at_once: int = 4,
        turn: Turn = lambda _: nullcontext(),
    ) -> None:
        """Ask nobody anything yet."""
        self.progress = Progress()
        self._source = source
        self._destination = destination
        self._layout = layout
        self._verified = verified
        self._at_once = at_once
        self._turn = turn
        self._in_a_row = 0
        self._lacking: set[str] = set()
        self._counted: tuple[int, int] | None = None
        self._seen = (0, 0)

    @property
    def lacking(self) -> str:
        """Return what stands for exactly those objects that failed in the last pass; nothing if there are none."""
        keys = "\n".join(sorted(self._lacking))
        return hashlib.sha256(keys.encode(errors="surrogateescape")).hexdigest() if keys else ""

    async def compare(self) -> Comparison:
        """Look what there is to do; nothing is read but lists."""
        await self._require_source()
        found = Comparison(0, 0, 0, 0)
        async with aclosing(pairs(self._source, self._destination, self._layout.roots)) as pages:
            async for page in pages:
                matching = [one.size for one, other in page if other is not None and other.size == one.size]
                found = Comparison(
                    found.objects + len(page),
                    found.bytes + sum(one.size for one, _ in page),
                    found.matching_objects + len(matching),
                    found.matching_bytes + sum(matching),
                )
        return found

    async def run(self) -> Progress:
        """Bring over what is not known to be there; return how it went. Objects that fail stop no others.

        Raises ``StoreError`` if not single objects fail but a store.
        """
        await self._require_source()
        self._in_a_row = 0
        self._lacking.clear()
        if self._counted is None:
            self._counted = await self._count()
        self.progress, self._seen = Progress(*self._counted), (0, 0)
        waiting: asyncio.Queue[tuple[Stored, Stored | None] | None] = asyncio.Queue(2 * self._at_once)
        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(self._at_once):
                    group.create_task(self._work(waiting))
                async with aclosing(self._unknown()) as unknown:
                    async for pair in unknown:
                        await waiting.put(pair)
                for _ in range(self._at_once):
                    await waiting.put(None)
        except* StoreError as errors:
            raise _first(errors) from None
        await self._require_source()
        # Others may have written meanwhile: what was gone through is what counts.
        self._counted = self._seen
        self.progress = replace(self.progress, objects=self._seen[0], bytes=self._seen[1])
        return self.progress

    async def _count(self) -> tuple[int, int]:
        objects, size = 0, 0
        for root in self._layout.roots:
            async for page in self._source.list(root):
                objects, size = objects + len(page), size + sum(one.size for one in page)
        return objects, size

    async def _unknown(self) -> AsyncGenerator[tuple[Stored, Stored | None]]:
        """Yield what has to be looked at; what is known to be there counts as done."""
        async with aclosing(pairs(self._source, self._destination, self._layout.roots)) as pages:
            async for page in pages:
                self._seen = self._seen[0] + len(page), self._seen[1] + sum(one.size for one, _ in page)
                there = [(one, other) for one, other in page if other is not None]
                known = await asyncio.to_thread(self._verified.known, there)
                done = {one.key for (one, _), is_known in zip(there, known, strict=True) if is_known}
                for one, other in page:
                    if one.key in done:
                        self._done(one)
                    else:
                        yield one, other

    async def _work(self, waiting: asyncio.Queue[tuple[Stored, Stored | None] | None]) -> None:
        while (pair := await waiting.get()) is not None:
            try:
                await self._move(*pair)
                self._in_a_row = 0
            except StoreError as err:
                self._fail(pair[0].key, err)
                if self._in_a_row >= MOST_IN_A_ROW or isinstance(err, StoreUnmarkedError):
                    raise

    async def _move(self, one: Stored, there: Stored | None) -> None:
        async with self._turn(one.key):
            try:
                same = there is not None and there.size == one.size and await self._is_same(one)
                stored = there if same and there is not None else await self._copy(one)
            except NotInStoreError:
                if await self._source.head(one.key) is not None:
                    raise
                # Its owner removed it meanwhile.
                self._done(one)
                return
            await asyncio.to_thread(self._verified.add, [(one, stored)])
            self._done(one)
            if not same:
                self._count_copy(one)

    async def _is_same(self, one: Stored) -> bool:
        expected = self._layout.checksum(one.key) or await checksum_of(self._source, one.key)
        return await checksum_of(self._destination, one.key) == expected

    async def _copy(self, one: Stored) -> Stored:
        """Send an object and read it back; return what the destination says of it."""
        digest = hashlib.sha1(usedforsecurity=False)
        expected = self._layout.checksum(one.key)

        async def sent() -> AsyncIterator[bytes]:
            async with aclosing(self._source.read(one.key)) as blocks:
                async for block in blocks:
                    digest.update(block)
                    yield block
            if expected is not None and digest.digest() != expected:
                # Before the destination makes an object of it, and in place of a good one.
                detail = f"{one.key}: damaged where it comes from"
                raise StoreMismatchError(detail)

        stored = await self._destination.put(one.key, sent(), one.size)
        if await checksum_of(self._destination, one.key) != digest.digest():
            raise StoreMismatchError(one.key)
        return stored

    def _done(self, one: Stored) -> None:
        now = self.progress
        self.progress = replace(now, done_objects=now.done_objects + 1, done_bytes=now.done_bytes + one.size)

    def _count_copy(self, one: Stored) -> None:
        now = self.progress
        self.progress = replace(now, copied_objects=now.copied_objects + 1, copied_bytes=now.copied_bytes + one.size)

    def _fail(self, key: str, error: StoreError) -> None:
        self._in_a_row += 1
        self._lacking.add(key)
        now, failure = self.progress, Failure(key, error.code, error.detail)
        told = (*now.failures, failure)[:MOST_TOLD]
        hindrance = now.hindrance or (failure if isinstance(error, _HINDRANCES) else None)
        self.progress = replace(now, failed=now.failed + 1, failures=told, hindrance=hindrance)

    async def _require_source(self) -> None:
        """Raise if the source is not there: an absent one must not look like one that is moved already."""
        if await self._source.head(self._layout.mark) is None:
            raise NotInStoreError(self._layout.mark)


async def checksum_of(store: Store, key: str) -> bytes:
    """Return the SHA-1 of an object, read just now. Raises ``StoreError``."""
    digest = hashlib.sha1(usedforsecurity=False)
    async with aclosing(store.read(key)) as blocks:
        async for block in blocks:
            digest.update(block)
    return digest.digest()


def _first(errors: BaseExceptionGroup[StoreError]) -> StoreError:
    first = errors.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
