"""How many copies may leave, and how many deletions in the folder are believed, without asking. Pure.

Copies are only copies, but where Immich has lost a photo they may be the last ones: so what Immich is not seen to have
is bounded, by the day. What it was seen to have a moment ago may leave in any number.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from .model import Evidence, Leaving

NUMBER = 20
SHARE = 0.1
"""So many of all copies pass within a day without asking, or ``NUMBER`` where that is more."""

ALL_FROM = 5
"""From so many on, all copies missing at once are asked about: an empty disk may be mounted."""


@dataclass(frozen=True, slots=True)
class Split:
    """What may leave now, and how many wait for their owner."""

    allowed: tuple[Leaving, ...]
    held: int


def limit(copies: int) -> int:
    """Return how many pass within a day."""
    return max(NUMBER, int(copies * SHARE))


def may_leave(leaving: Sequence[Leaving], lately: int, copies: int, approved: int) -> Split:
    """Return which of the copies may leave. ``lately``: how many left in the last day that Immich was not seen to have.

    ``approved``: how many of those that waited their owner let go. An album that is not there any more is always asked
    about: whoever deletes one need not have thought of this folder.
    """
    certain = [one for one in leaving if one.evidence.is_certain]
    asked = [one for one in leaving if one.evidence is Evidence.ALBUM_GONE]
    bounded = [one for one in leaving if not one.evidence.is_certain and one.evidence is not Evidence.ALBUM_GONE]
    within = lately + len(bounded) <= limit(copies)
    waiting = asked if within else [*asked, *bounded]
    if len(waiting) <= approved:
        return Split(tuple(leaving), 0)
    return Split((*certain, *(bounded if within else ())), len(waiting))


def believes_deletions(missing: int, lately: int, present: int, approved: int) -> bool:
    """Return whether so many missing copies count as deleted by their owner. ``present``: how many are there."""
    if missing <= approved:
        return True
    if missing >= ALL_FROM and not present:
        return False
    return lately + missing <= limit(missing + present)
