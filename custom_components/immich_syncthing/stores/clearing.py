"""Removing what a store keeps, once another one keeps it: each object only after its bytes were compared there."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence, Set
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from itertools import batched
from pathlib import Path

from .errors import NotInStoreError, StoreError
from .migration import MOST_TOLD, Failure, Layout, checksum_of
from .model import Stored
from .paging import one_by_one
from .pairing import pairs
from .settings import StoreKind, StoreSettings
from .store import Store

type Outlived = Callable[[Store, str], Awaitable[bool]]
"""Whether what lies under a key is of no use any more beside the new store, though that has nothing equal."""

type Belongs = Callable[[str, Set[str]], bool]
"""Whether what lies under a key tells of what stays under one of those keys."""

_BATCH = 100
"""Objects that are removed with one request."""

KEPT = "only_copy"
"""The code of an object that stays because the new store does not hold it."""


@dataclass(frozen=True, slots=True)
class Cleared:
    """What went. ``kept``: what stayed, because it is nowhere else or because it failed; ``failures``: the first.

    ``damaged``: of what went, what was damaged and is nowhere else.
    """

    objects: int = 0
    bytes: int = 0
    kept: int = 0
    failures: tuple[Failure, ...] = ()
    damaged: int = 0


class Clearing:
    """Removes from ``old`` what ``new`` holds; ``others`` are in use too. Every method raises ``StoreError``.

    ``giving_up``: how many objects may go that ``new`` does not hold, if their bytes are not whole in ``old`` either.
    """

    def __init__(
        self,
        old: Store,
        new: Store,
        layout: Layout,
        outlived: Outlived,
        belongs: Belongs,
        others: Sequence[Store] = (),
        giving_up: int = 0,
    ) -> None:
        """Ask nobody anything yet."""
        self.cleared = Cleared()
        self._giving_up = giving_up
        self._old = old
        self._new = new
        self._layout = layout
        self._outlived = outlived
        self._belongs = belongs
        self._others = others
        self._stay: set[str] = set()

    async def count(self) -> tuple[int, int]:
        """Return how many objects lie in the old store beside its mark, and their bytes."""
        count, size = 0, 0
        async for one in self._all():
            count, size = count + 1, size + one.size
        return count, size

    async def are_one(self) -> bool:
        """Return whether the old store is one that is in use, whatever it is called: there nothing may go."""
        for one in (self._new, *self._others):
            if await self._old.is_same(one):
                return True
        return False

    async def run(self) -> Cleared:
        """Remove all that is safe in the new store; the old one's mark stays until ``finish``.

        Safe to break off: what is removed already is in the new store. If both are one place, all stays.
        """
        await self._require_new()
        self.cleared = Cleared()
        self._stay.clear()
        if await self.are_one():
            async for one in self._all():
                self._keep(one, KEPT, one.key)
            return self.cleared
        # The last root first: those before it tell of what lies there.
        async with aclosing(pairs(self._old, self._new, self._layout.roots[::-1])) as pages:
            async for page in pages:
                objects = [(one, other) for one, other in page if one.key != self._layout.mark]
                for some in batched(objects, _BATCH, strict=False):
                    await self._remove([one for one, other in some if await self._may_go(one, other)])
        return self.cleared

    async def finish(self) -> None:
        """Remove the old store's mark, and the directories that nothing is left in, once ``run`` kept nothing.

        To be called when it is noted that the place was emptied: without its mark it passes for one that is away.
        """
        await self._old.delete([self._layout.mark])
        if self._old.settings.kind is StoreKind.DIRECTORY:
            await asyncio.to_thread(_remove_empty, self._old.settings, self._layout.roots)

    async def _may_go(self, one: Stored, other: Stored | None) -> bool:
        if self._belongs(one.key, self._stay):
            self.cleared = replace(self.cleared, kept=self.cleared.kept + 1)
            return False
        try:
            if other is not None and await self._is_same(one, other):
                return True
            if await self._outlived(self._new, one.key):
                return True
            if other is None and self.cleared.damaged < self._giving_up and await self._is_damaged(one):
                self.cleared = replace(self.cleared, damaged=self.cleared.damaged + 1)
                return True
        except NotInStoreError:
            if await self._old.head(one.key) is None:
                return False
            self._keep(one, NotInStoreError.code, one.key)
        except StoreError as err:
            self._keep(one, err.code, err.detail)
        else:
            self._keep(one, KEPT, one.key)
        return False

    async def _is_same(self, one: Stored, other: Stored) -> bool:
        expected = self._layout.checksum(one.key)
        if expected is None and one.size != other.size:
            return False
        # Read now, not remembered: after this the other is the only one.
        there = await checksum_of(self._new, one.key)
        return there == (expected or await checksum_of(self._old, one.key))

    async def _is_damaged(self, one: Stored) -> bool:
        """Return whether an object is not what its key says. Raises ``StoreError``: what is not read nobody knows."""
        expected = self._layout.checksum(one.key)
        return expected is not None and await checksum_of(self._old, one.key) != expected

    async def _remove(self, some: list[Stored]) -> None:
        if some:
            await self._require_new()
            await self._old.delete([one.key for one in some])
            size = sum(one.size for one in some)
            self.cleared = replace(
                self.cleared, objects=self.cleared.objects + len(some), bytes=self.cleared.bytes + size
            )

    def _keep(self, one: Stored, code: str, detail: str) -> None:
        self._stay.add(one.key)
        told = (*self.cleared.failures, Failure(one.key, code, detail))[:MOST_TOLD]
        self.cleared = replace(self.cleared, kept=self.cleared.kept + 1, failures=told)

    async def _require_new(self) -> None:
        if await self._new.head(self._layout.mark) is None:
            raise NotInStoreError(self._layout.mark)

    async def _all(self) -> AsyncIterator[Stored]:
        for root in self._layout.roots:
            async for one in one_by_one(self._old.list(root)):
                if one.key != self._layout.mark:
                    yield one


def _remove_empty(settings: StoreSettings, roots: tuple[str, ...]) -> None:
    """Remove the directories that nothing is left in."""
    for root in roots:
        for path, _, _ in os.walk(Path(settings.directory or "") / settings.prefix / root, topdown=False):
            with suppress(OSError):
                Path(path).rmdir()
