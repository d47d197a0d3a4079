"""The fence: what a folder and the ledger say of each other, and what follows. Pure.

Each folder keeps a small mark: the instance of Home Assistant that works there, and a generation. The ledger keeps
the same number. Whenever a batch changes what was agreed, both go up, in this order: the ledger notes the bump,
durably; the mark is written; the ledger notes that the bump ended; then the batch begins. A batch that takes
something away is followed by a second bump, which a life that ended in its midst leaves to the next. So a ledger that
is older than the world it describes meets a newer mark.

| the mark                        | the ledger                                 | then                             |
| ------------------------------- | ------------------------------------------ | -------------------------------- |
| cannot be read                  | any                                        | ``UNKNOWN``: nothing is deleted  |
| of another instance             | any                                        | ``OTHER_INSTANCE``: nothing done |
| none                            | knows none                                 | ``GO``                           |
| equal                           | any                                        | ``GO``                           |
| as before a bump                | knows of that bump and not of its end      | ``FINISH`` the bump              |
| any                             | knows nothing of the folder                | ``ADOPT`` the mark               |
| older, newer, missing, damaged  | otherwise                                  | ``RECOVER``                      |

What it does not show:

- An older ledger of the same generation: one that was copied in the middle of the very last batch that uploads or only
  takes notes. What that batch did meanwhile is found as after a crash: uploaded content is in Immich, and adopted.
- What the ledger forgot beside the bases: observations, questions, answers, counts of the guard.
- A folder and a ledger that are brought back together to the same moment, e.g. by a snapshot of both disks: they agree
  with each other. Only Immich can then tell that it is newer.
- A ledger in which the folder is not known yet: it is taken for a new folder, about which nothing was agreed.
- Two copies of one Home Assistant at work at once: they have one instance id. Each finds the other's generations and
  recovers, again and again; neither deletes anything by what it remembers.
- A newer mark in a vault that is away, while an older one stands in the folder: it counts once the vault is back.
- Fence and ledger lost together, and later an old ledger whose number the new life has just reached.
"""

from dataclasses import dataclass
from enum import StrEnum

NONE = 0
"""The generation of a folder without a mark."""

DAMAGED = -1
"""Stands for the generation of a mark that is there and says nothing."""


class Ruling(StrEnum):
    """What follows from mark and ledger."""

    GO = "go"
    FINISH = "finish"
    ADOPT = "adopt"
    RECOVER = "recover"
    OTHER_INSTANCE = "other_instance"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands at a folder: which Home Assistant works there, and the generation of what was agreed.

    ``freed``: photos have left the folder to free space, and rely on Immich; a ledger that knows of none was lost.
    """

    instance: str
    generation: int
    freed: bool = False


@dataclass(frozen=True, slots=True)
class Damaged:
    """Something is there that is no mark."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Nobody can say whether there is a mark. ``detail`` is what the disk or the vault said."""

    detail: str


type Found = Mark | Damaged | Unreadable | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the ledger says of a folder's mark.

    ``bump_from``: the generation that the mark had when a bump to ``generation`` began whose end is not known.
    ``blank``: the ledger knows no file that is or was in the folder. ``freed``: as in :class:`Mark`.
    """

    generation: int = NONE
    bump_from: int | None = None
    blank: bool = True
    freed: bool = False


def judge(known: Known, found: Found, instance: str) -> Ruling:
    """Return what follows for a folder, for the Home Assistant with the id ``instance``."""
    if isinstance(found, Unreadable):
        return Ruling.UNKNOWN
    if isinstance(found, Mark) and found.instance != instance:
        return Ruling.OTHER_INSTANCE
    generation = generation_of(found)
    if generation == known.generation:
        return Ruling.GO if known.bump_from is None else Ruling.FINISH
    if known.bump_from is not None and generation == known.bump_from:
        return Ruling.FINISH
    if known.blank and known.generation == NONE:
        return Ruling.ADOPT
    return Ruling.RECOVER


def generation_of(found: Found) -> int:
    """Return the generation of what stands at a folder, as a number to compare."""
    match found:
        case Mark():
            return found.generation
        case Damaged():
            return DAMAGED
        case _:
            return NONE


def may_have_freed(found: Found) -> bool:
    """Return whether photos may have left a folder to free space, as what stands there says or cannot say."""
    return found.freed if isinstance(found, Mark) else isinstance(found, Damaged)


def foremost(*found: Found) -> Found:
    """Return which of the finds at several places counts.

    The newest mark, as the others were left behind when their place could not be written; without any, what cannot be
    read may be one, and so may, if all can be read, what is damaged.
    """
    marks = [one for one in found if isinstance(one, Mark)]
    if marks:
        return max(marks, key=lambda mark: mark.generation)
    unreadable = next((one for one in found if isinstance(one, Unreadable)), None)
    return unreadable or next((one for one in found if isinstance(one, Damaged)), None)
