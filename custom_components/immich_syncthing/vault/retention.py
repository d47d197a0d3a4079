"""How long a vault keeps what it holds, and how much: what is beyond that goes, oldest first and a little at a time.

Of most contents there are other bytes somewhere: in a folder, in Immich or in its trash. Where the vault's are the only
ones, that is announced, and could be seen for a week before they go.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Protocol

from .gathered import Gathered
from .lived import DAY_SECONDS
from .model import Blocking, Vault, VaultContent, VaultEntry
from .notices import Notices

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
    """What a sweep did: how many contents and bytes went. ``whole``: whether it came to its end."""

    objects: int
    freed: int
    whole: bool = True


@dataclass(slots=True)
class Sweep:
    """One look at everything in ``vault``, by ``retention``.

    ``notices``: what was announced, and for how long; while it does not trust the clock, nothing goes for its age.
    ``clock``: wall seconds; ``rest``: waits between two steps, and returns whether to go on.
    """

    vault: Vault
    retention: Retention
    owner: Owner
    notices: Notices
    blocking: Blocking
    clock: Callable[[], float]
    rest: Callable[[], Awaitable[bool]]
    _surplus: int = field(default=0, init=False)
    _objects: int = field(default=0, init=False)
    _freed: int = field(default=0, init=False)

    async def run(self) -> Swept:
        """Remove what is beyond. Raises ``VaultError`` and what ``owner`` raises; what has gone by then has gone."""
        await self.notices.begin()
        async with Gathered(self.blocking) as contents:
            async for page in self.vault.contents():
                await contents.add(one for one in page if self.retention.limit is not None or self._is_old(one))
            if self.retention.limit is not None:
                self._surplus = contents.bytes - self.retention.limit
            async with aclosing(contents.pages(AT_ONCE)) as pages:
                async for page in pages:
                    due = list(self._due(page))
                    if not due:
                        break
                    await self._let_go(due)
                    if not await self.rest():
                        return Swept(self._objects, self._freed, whole=False)
        await self.notices.end()
        return Swept(self._objects, self._freed)

    async def _let_go(self, due: Sequence[VaultContent]) -> None:
        """Remove contents, or announce them."""
        elsewhere = await self.owner.look([one.checksum for one in due])
        seen = await self.notices.seen(due)
        announced: list[VaultContent] = []
        for one in due:
            if one.checksum in elsewhere.needed or not self._is_due(one, self._surplus):
                continue
            entries = await self.vault.entries_of(one.checksum)
            if not self.owner.owns(entries):
                continue
            only, too_much = one.checksum not in elsewhere.found, self._surplus > 0
            self._surplus -= one.size
            if only and (one.checksum not in seen or not (too_much or self.notices.trusts_clock)):
                announced.append(one)
            elif too_much or self.notices.trusts_clock:
                await self._remove(one, entries, only=only)
        await self.notices.announce(announced)

    async def _remove(self, one: VaultContent, entries: Sequence[VaultEntry], *, only: bool) -> None:
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
        return surplus > 0 or self._is_old(one)

    def _is_old(self, one: VaultContent) -> bool:
        days = self.retention.days
        return days is not None and one.newest_at < self.clock() - days * DAY_SECONDS
