"""How long a vault keeps what it holds, and how much: what is beyond that goes, oldest first and a little at a time.

Of most contents there are other bytes somewhere: in a folder, in Immich or in its trash. Where the vault's are the only
ones, that is announced a week before they go.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import batched
from typing import Protocol

from .model import Vault, VaultContent, VaultEntry

DAY_SECONDS = 24 * 3600.0

NOTICE_SECONDS = 7 * DAY_SECONDS
"""How long before it goes the owner is told of an only copy, at least."""

AT_ONCE = 50
"""Contents that are looked for elsewhere just before they go; the vault is everybody's between two such steps."""

MILLISECOND = 0.001
"""Entries' times are told to the millisecond, rounded down."""


@dataclass(frozen=True, slots=True)
class Retention:
    """What a vault keeps: nothing that came more than ``days`` ago, no more than ``limit`` bytes; ``None``: all."""

    days: int | None = None
    limit: int | None = None

    @property
    def keeps_everything(self) -> bool:
        """Return whether nothing ever goes."""
        return self.days is None and self.limit is None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where else contents are. ``found``: other bytes of these are there. ``needed``: something waits for these."""

    found: frozenset[bytes]
    needed: frozenset[bytes]


class Owner(Protocol):
    """Who knows what else there is of a vault's contents, and who must be told."""

    async def look(self, checksums: Sequence[bytes]) -> Elsewhere:
        """Look now, not earlier. Whatever it raises ends the sweep: in doubt nothing goes."""
        ...

    def owns(self, entries: Sequence[VaultEntry]) -> bool:
        """Return whether a content with these entries is theirs alone: others who share the vault decide on theirs."""
        ...

    async def removed(self, entry: VaultEntry) -> None:
        """Tell that this only copy has gone."""
        ...


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: how many contents and bytes went.

    ``announced``: only copies that go, by the moment at which that was first seen. ``whole``: whether it came to its
    end; ``announced`` is as before otherwise.
    """

    objects: int
    freed: int
    announced: Mapping[bytes, float]
    whole: bool = True


@dataclass(slots=True)
class Sweep:
    """One look at everything in ``vault``, by ``retention``.

    ``announced``: what earlier sweeps returned; ``clock``: wall seconds; ``rest``: waits between two steps, and returns
    whether to go on.
    """

    vault: Vault
    retention: Retention
    owner: Owner
    announced: Mapping[bytes, float]
    clock: Callable[[], float]
    rest: Callable[[], Awaitable[bool]]
    _surplus: int = field(default=0, init=False)
    _objects: int = field(default=0, init=False)
    _freed: int = field(default=0, init=False)
    _going: dict[bytes, float] = field(default_factory=dict, init=False)

    async def run(self) -> Swept:
        """Remove what is beyond. Raises ``VaultError`` and what ``owner`` raises; what has gone by then has gone."""
        contents = [one async for page in self.vault.contents() for one in page]
        contents.sort(key=lambda one: one.newest_at)
        if self.retention.limit is not None:
            self._surplus = sum(one.size for one in contents) - self.retention.limit
        for batch in batched(contents, AT_ONCE, strict=False):
            due = list(self._due(batch))
            if not due:
                break
            elsewhere = await self.owner.look([one.checksum for one in due])
            for one in due:
                if one.checksum not in elsewhere.needed and self._is_due(one, self._surplus):
                    await self._take(one, only=one.checksum not in elsewhere.found)
            if not await self.rest():
                return Swept(self._objects, self._freed, dict(self.announced), whole=False)
        return Swept(self._objects, self._freed, self._going)

    async def _take(self, one: VaultContent, *, only: bool) -> None:
        """Remove a content, or announce it."""
        entries = await self.vault.entries_of(one.checksum)
        if not self.owner.owns(entries):
            return
        self._surplus -= one.size
        told_at = self._told_at(one)
        if only and (told_at is None or self.clock() - told_at < NOTICE_SECONDS):
            self._going[one.checksum] = self.clock() if told_at is None else told_at
            return
        freed = await self.vault.remove(one.checksum, before=one.newest_at + MILLISECOND)
        if freed:
            self._objects, self._freed = self._objects + 1, self._freed + freed
            if only:
                await self.owner.removed(entries[-1])

    def _due(self, batch: Sequence[VaultContent]) -> Iterator[VaultContent]:
        """Yield those that would go if all before them did."""
        surplus = self._surplus
        for one in batch:
            if self._is_due(one, surplus):
                yield one
                surplus -= one.size

    def _is_due(self, one: VaultContent, surplus: int) -> bool:
        days = self.retention.days
        return surplus > 0 or (days is not None and one.newest_at < self.clock() - days * DAY_SECONDS)

    def _told_at(self, one: VaultContent) -> float | None:
        """Return when it was announced as it is now; a time that is yet to come was noted by a clock that was ahead."""
        at = self.announced.get(one.checksum)
        return None if at is None or at < one.newest_at else min(at, self.clock())
