"""Recovery: by which signs a world shows that it is not the one of before, and what then becomes of each row. Pure.

Immich may have been restored from a backup, the ledger may be an old copy of itself. Then what the ledger remembers is
no evidence of anybody's wish: nothing is deleted, restored or brought back, everything is looked at anew, and every row
is rewritten so that nothing planned afterwards stands on what was remembered:

| base     | files   | asset                | becomes                                                        |
| -------- | ------- | -------------------- | -------------------------------------------------------------- |
| linked   | yes     | active, untouchable  | linked                                                         |
| linked   | yes     | trashed              | new, suspect: "trashed before first sync" is asked             |
| linked   | yes     | gone, not known      | new, suspect: "vanished" is asked, and offers the upload       |
| linked   | no      | active, untouchable  | released                                                       |
| linked   | no      | trashed, gone        | removed                                                        |
| linked   | no      | not known            | released                                                       |
| released | yes     | not active           | released, suspect: "came back" is asked                        |
| removed  | yes     | not active           | removed, suspect: "came back" is asked                         |
| removed  | no      | active               | released                                                       |
| removed  | no      | not known            | removed, and no return of its asset brings the file back       |

Everything else stays; what is in a folder and active in Immich is linked by the table afterwards, whatever its base.
The video of a photo that is removed by then, without a file, is kept if it was linked: nobody deleted it.
What became new and suspect, and is then deleted in its folder, is released or removed as if it had been so before.
Where nobody can say whether a file holds a content, the asset decides as for *no* if it is active, else as for *yes*.
"""

from dataclasses import dataclass
from enum import StrEnum

from .actions import Record, Upload
from .guard import allowance
from .model import AssetState, Base, Facts, Files
from .outcomes import WAIT, Outcome
from .plan import decide
from .settings import GuardLimits


class Sign(StrEnum):
    """What shows that Immich or the ledger is not the one of before."""

    NEWEST_VANISHED = "newest_vanished"
    """What was linked last is gone from Immich without having been in its trash."""
    SERVER_OLDER = "server_older"
    """Immich's newest change is older than one that was seen, and that asset was neither purged nor locked; or what
    it tells of an asset is older than what was seen of it."""
    RELEASED_VANISHED = "released_vanished"
    """Many photos that only Immich had are gone without having been in its trash."""
    REMOVED_ACTIVE = "removed_active"
    """Many deleted photos are active in Immich again, without a change of theirs that says who restored them."""
    VERSIONS_LOST = "versions_lost"
    """Immich's history of versions lacks an entry that it had: its database is another one."""
    FENCE = "fence"
    """A folder's mark is not the one that the ledger left there."""


OF_LEDGER = frozenset({Sign.FENCE})
"""Signs that tell of the ledger; the others tell of Immich."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one look at Immich gave. The counts are of contents since the last look."""

    newest_vanished: bool = False
    server_older: bool = False
    released_vanished: int = 0
    removed_active: int = 0
    versions_lost: bool = False


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What a row becomes. ``forget_asset``: the asset that it stood for is not remembered."""

    base: Base
    suspect: bool = False
    forget_asset: bool = False


def signs(evidence: Evidence, linked_assets: int, limits: GuardLimits) -> tuple[Sign, ...]:
    """Return the signs that the evidence shows; "many" is more than the guard's number."""
    many = allowance(limits, linked_assets)
    shown = {
        Sign.NEWEST_VANISHED: evidence.newest_vanished,
        Sign.SERVER_OLDER: evidence.server_older,
        Sign.RELEASED_VANISHED: evidence.released_vanished > many,
        Sign.REMOVED_ACTIVE: evidence.removed_active > many,
        Sign.VERSIONS_LOST: evidence.versions_lost,
    }
    return tuple(sign for sign, there in shown.items() if there)


def decide_meanwhile(facts: Facts) -> Outcome:
    """Return what may be done for a content before its row is rewritten: new photos go up, or are found there."""
    if facts.base is not Base.NEW or facts.suspect:
        return WAIT
    outcome = decide(facts)
    up = isinstance(outcome, Upload) or (isinstance(outcome, Record) and outcome.base is Base.LINKED)
    return outcome if up else WAIT


def rewritten(base: Base, files: Files, asset: AssetState) -> Rewrite | None:
    """Return what a row becomes, ``None`` where it stays as it is."""
    match base:
        case Base.LINKED:
            return _linked(files, asset)
        case Base.RELEASED if files is not Files.NO and asset is not AssetState.ACTIVE:
            return Rewrite(Base.RELEASED, suspect=True)
        case Base.REMOVED:
            return _removed(files, asset)
        case _:
            return None


def _linked(files: Files, asset: AssetState) -> Rewrite | None:
    match asset:
        case AssetState.ACTIVE | AssetState.UNTOUCHABLE:
            return None if files is Files.YES else Rewrite(Base.RELEASED)
        case _ if files is not Files.NO:
            return Rewrite(Base.NEW, suspect=True)
        case AssetState.UNKNOWN:
            return Rewrite(Base.RELEASED)
        case _:
            return Rewrite(Base.REMOVED, forget_asset=True)


def _removed(files: Files, asset: AssetState) -> Rewrite | None:
    match asset:
        case AssetState.ACTIVE:
            return None if files is Files.YES else Rewrite(Base.RELEASED)
        case _ if files is not Files.NO:
            return Rewrite(Base.REMOVED, suspect=True)
        case AssetState.UNKNOWN:
            return Rewrite(Base.REMOVED, forget_asset=True)
        case _:
            return None
