"""The motion part of a live photo: a video that goes with its photo and is never judged alone. Pure.

Immich hides the video and leaves it untouched when the photo is trashed (measured with 2.7.5), so the video's own
asset tells nothing of what its owner wants; the photo's base does.

| the photo                  | its video                                                                            |
| -------------------------- | ------------------------------------------------------------------------------------ |
| not decided yet            | waits                                                                                |
| new, its file is there     | goes up with it                                                                      |
| linked, or only in Immich  | linked; sent and paired late if need be; its file alone gone: released               |
| removed                    | follows: its file where the folder says so, else kept; comes back with the photo     |
| kept                       | kept                                                                                 |
| locked, or foreign         | stays as it is                                                                       |
"""

from collections.abc import Callable

from .actions import Record
from .model import AssetState, Base, Facts, Files, Still
from .outcomes import SETTLED, WAIT, Outcome, bring_back, delete, keep, pair, release, upload

type Alone = Callable[[Facts], Outcome]


def decide_motion(facts: Facts, still: Still, alone: Alone) -> Outcome:  # noqa: PLR0911 - a row each
    """Return the one thing to do for a motion part. ``alone`` decides what has to be judged as a video of its own."""
    if still.asset.state is AssetState.UNTOUCHABLE and facts.base is not Base.NEW:
        return SETTLED
    unknown = still.files is Files.UNKNOWN or still.asset.state in {AssetState.UNKNOWN, AssetState.DYING}
    here, active = still.files is Files.YES, still.asset.state is AssetState.ACTIVE
    match still.base:
        case _ if unknown:
            return WAIT
        case _ if still.asset.state is AssetState.UNTOUCHABLE:
            return alone(facts)
        case Base.NEW if not here:
            return alone(facts)
        case Base.LINKED | Base.RELEASED if active and here is (still.base is Base.LINKED):
            return _with_its_photo(facts, still, alone)
        case Base.REMOVED if not here and not active:
            return _after_its_photo(facts, alone)
        case Base.KEPT if here and not active:
            kept = facts.base in {Base.NEW, Base.LINKED} and facts.files is Files.YES
            return keep(facts) if kept else alone(facts)
        case _:
            # What becomes of the photo is being decided.
            return WAIT


def _with_its_photo(facts: Facts, still: Still, alone: Alone) -> Outcome:
    """The photo is in Immich to stay."""
    active = facts.asset.state is AssetState.ACTIVE
    if facts.files is Files.YES:
        if active:
            paired = still.motion_asset_id is not None and facts.base is Base.LINKED
            return SETTLED if paired and facts.asset.id == facts.base_asset_id else pair(facts)
        if facts.asset.state is AssetState.GONE and not facts.suspect:
            return upload(facts)
        return SETTLED if facts.base is Base.LINKED else alone(facts)
    if facts.base is Base.LINKED:
        return release(facts) if active else SETTLED
    if facts.base is Base.REMOVED and active and still.base is Base.LINKED:
        wanted = [gone for gone in facts.gone if facts.policies[gone.folder_id].brings_back]
        return bring_back(facts, wanted, granted=True) if wanted else release(facts)
    return alone(facts)


def _after_its_photo(facts: Facts, alone: Alone) -> Outcome:
    """The photo is gone from both sides by decision."""
    here, active = facts.files is Files.YES, facts.asset.state is AssetState.ACTIVE
    match facts.base:
        case Base.LINKED if here:
            return delete(facts, granted=False)
        case Base.LINKED | Base.RELEASED if not here:
            return Record(facts.checksum, Base.REMOVED, facts.asset.id)
        case Base.KEPT if here:
            return SETTLED
        case Base.REMOVED if here and active:
            # It is here again without its photo, which still holds its asset until it is purged: then it is sent.
            return WAIT
        case Base.REMOVED if not here:
            return SETTLED
        case _:
            return alone(facts)
