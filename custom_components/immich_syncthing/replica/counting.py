"""Comparing how many photos Immich counts with how many it has listed: the difference is what no listing showed."""

from enum import Enum, auto

from ..immich.errors import MissingPermissionError
from .index import Index
from .ports import Surroundings

type Counts = tuple[int, int]
"""Photos that are not in the trash, and those that are, of timeline and archive."""


class Verdict(Enum):
    """What the comparison tells: also that nothing can be told while much is on the move."""

    FINE = auto()
    FEWER = auto()
    """Something that was listed is not there any more, or was locked: the oracle knows."""
    MORE = auto()
    """Something is there that no listing showed, or that was listed as it is not any more."""


class Tally:
    """Remembers the difference, in the index's ``unlisted``: photos of external libraries are counted, too."""

    def __init__(self, around: Surroundings, index: Index) -> None:
        """Count nothing yet."""
        self._library = around.library
        self._blocking = around.blocking
        self._index = index

    async def ask(self) -> Counts | None:
        """Return what Immich counts, ``None`` if the key does not allow that. To be asked before a listing."""
        try:
            active = await self._library.asset_statistics()
            trashed = await self._library.asset_statistics(trashed=True)
        except MissingPermissionError:
            return None
        return active.total, trashed.total

    async def compare(self, counted: Counts | None, strangers: int = 0) -> Verdict:
        """Compare what was counted with what was listed since; ``strangers`` were listed, and are known not to be ours.

        After a whole listing whatever is different is meant to be so.
        """
        if counted is None:
            return Verdict.FINE
        unlisted = await self._unlisted(counted)
        told = await self._blocking.run(self._index.get, "unlisted")
        if told is None:
            await self.accept(counted)
            return Verdict.FINE
        active, trashed = map(int, told.split())
        known = active + strangers, trashed
        if strangers:
            await self._remember(known)
        if unlisted == known or await self.ask() != counted:
            return Verdict.FINE
        return Verdict.MORE if any(now > then for now, then in zip(unlisted, known, strict=True)) else Verdict.FEWER

    async def accept(self, counted: Counts) -> None:
        """Take the difference for what it is meant to be."""
        await self._remember(await self._unlisted(counted))

    async def _unlisted(self, counted: Counts) -> Counts:
        active, trashed = await self._blocking.run(self._index.shown.counts)
        return counted[0] - active, counted[1] - trashed

    async def _remember(self, unlisted: Counts) -> None:
        await self._blocking.run(self._index.put, unlisted=f"{unlisted[0]} {unlisted[1]}")
