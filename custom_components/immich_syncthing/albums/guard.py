"""How many copies may leave, and how many deletions in the folder are believed, without asking. Pure.

Copies are only copies, but where Immich has lost a photo they may be the last ones: so what Immich is not seen to have
is bounded, by the day. What it was seen to have a moment ago may leave in any number.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from .model import Evidence, Leaving

NUMBER = 20
SHARE = 0.1
"""So many of all copies pass within a day without asking, or ``NUMBER`` where that is more."""

ALL_FROM = 5
"""From so many on, all copies missing at once are asked about: an empty disk may be mounted."""


@dataclass(frozen=True, slots=True)
class Split:
    """What may leave now, and what waits for its owner."""

    allowed: tuple[Leaving, ...]
    held: tuple[Leaving, ...]


def limit(copies: int) -> int:
    """Return how many pass within a day."""
    return max(NUMBER, int(copies * SHARE))


def may_leave(leaving: Sequence[Leaving], lately: int, copies: int, approved: Collection[str] = ()) -> Split:
    """Return which of the copies may leave. ``lately``: how many left in the last day that Immich was not seen to have.

    ``approved``: the photos whose copies waited, and were let go by their owner. An album that is not there any more is
    always asked about: whoever deletes one need not have thought of this folder.
    """
    doubted = [one for one in leaving if not one.evidence.is_certain and one.copy.asset_id not in approved]
    asked = [one for one in doubted if one.evidence is Evidence.ALBUM_GONE]
    within = lately + len(doubted) - len(asked) <= limit(copies)
    held = asked if within else doubted
    waits = {one.copy.asset_id for one in held}
    return Split(tuple(one for one in leaving if one.copy.asset_id not in waits), tuple(held))


def believes_deletions(missing: int, lately: int, present: int, *, approved: bool) -> bool:
    """Return whether so many missing copies count as deleted by their owner. ``present``: how many are there."""
    if approved:
        return True
    if missing >= ALL_FROM and not present:
        return False
    return lately + missing <= limit(missing + present)
