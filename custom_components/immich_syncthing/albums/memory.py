"""What one run leaves to the next, so that what nobody changed costs next to nothing."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass

from ..engine.workers import Pool
from .base import Base

LOOK_SECONDS = 86_400.0
"""How often the folder is walked although Syncthing knows of no change in it."""

HELD_SECONDS = 3_600.0
"""How often Immich is asked about copies that wait for their owner's word."""


@dataclass(slots=True)
class Memory:
    """Lasts as long as the album folder is open; whoever opens it anew looks at everything once.

    ``sequence``: Syncthing's of the folder when all copies were where they should be. ``held``: the photos whose copies
    wait.
    """

    held: frozenset[str] = frozenset()
    _sequence: int | None = None
    _looked_at: float = 0.0
    _asked: tuple[frozenset[str], frozenset[str]] | None = None
    _asked_at: float = 0.0

    def is_unchanged(self, sequence: int, now: float) -> bool:
        """Return whether nothing in the folder can have changed since all was well."""
        return self._sequence == sequence and 0 <= now - self._looked_at < LOOK_SECONDS

    def note_look(self, sequence: int, now: float) -> None:
        """All copies are where they should be, as of this sequence, or a later one."""
        self._sequence, self._looked_at = sequence, now

    def forget_look(self) -> None:
        """The folder is about to be changed, or something in it waits."""
        self._sequence = None

    def knows_held(self, asset_ids: frozenset[str], missing: frozenset[str], now: float) -> bool:
        """Return whether Immich was asked a while ago about these very copies, with these albums missing."""
        return self._asked == (asset_ids, missing) and 0 <= now - self._asked_at < HELD_SECONDS

    def note_held(self, asset_ids: frozenset[str], missing: frozenset[str], now: float, held: frozenset[str]) -> None:
        """Immich was asked about these, which stay for now; those in ``held`` wait for their owner."""
        self._asked, self._asked_at, self.held = (asset_ids, missing), now, held


def digest_of(asset_ids: Collection[str]) -> str:
    """Return by what an answer tells which copies it is about; empty where there are none."""
    return hashlib.sha256("\n".join(sorted(asset_ids)).encode()).hexdigest() if asset_ids else ""


async def approved_left(blocking: Pool, base: Base) -> frozenset[str]:
    """Return the photos whose copies their owner let go."""
    approved = await blocking.run(base.get, "approved_left_ids")
    return frozenset(json.loads(approved)) if approved is not None else frozenset()


async def note_held(blocking: Pool, base: Base, asset_ids: Collection[str]) -> None:
    """Note whose copies wait from now on: what was approved before is done with."""
    held = json.dumps(sorted(asset_ids)) if asset_ids else None
    await blocking.run(base.put, held_left_ids=held, approved_left_ids=None)


async def approve_held(blocking: Pool, base: Base, digest: str) -> None:
    """Let the waiting copies go, if they are the very ones that their owner was shown, by their digest."""
    held = await blocking.run(base.get, "held_left_ids")
    if held is not None and digest_of(json.loads(held)) == digest:
        await blocking.run(base.put, approved_left_ids=held)
