"""The motion part of a live photo: a video that goes with its photo and is never judged alone. Pure.

Immich hides the video and leaves it untouched when the photo is trashed (measured with 2.7.5), so the video's own
asset tells nothing of what its owner wants; the photo's base does.

| the photo                  | its video                                                                            |
| -------------------------- | ------------------------------------------------------------------------------------ |
| not decided yet            | waits                                                                                |
| new, its file is there     | goes up with it                                                                      |
| linked, or only in Immich  | linked; sent and paired late if need be; its file alone gone: released               |
| removed                    | follows: its file where the folder says so, else kept; comes back after the photo    |
| kept                       | kept; its file alone gone: released                                                  |
| excluded by a pattern      | stays as it is; its file alone gone: released                                        |
| locked, or foreign         | stays as it is; its file alone gone: released; its file here again: linked           |

A video is its photo's no more where Immich plays another one for it. Where Immich plays none for it, the video is to be
seen by itself: trashed there, that is its owner's wish, and what was never played may vanish alone, too. When its photo
is removed, such a video stands for itself: nothing hides it in Immich, or purges it there with the photo.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import IntEnum

from .actions import BringBackFile, DeleteFiles, Record
from .model import AssetState, Base, Facts, Files, GonePath, Still
from .outcomes import (
    SETTLED,
    WAIT,
    Outcome,
    asked_back,
    bring_back,
    delete,
    free,
    keep,
    link,
    pair,
    release,
    remove,
    upload,
)

type Alone = Callable[[Facts], Outcome]


class Need(IntEnum):
    """Why a photo needs its video, most urgent first."""

    LINKED = 0
    RELEASED = 1
    UNDECIDED = 2
    """New, changing, held, or nobody can say."""
    HIDDEN = 3
    UNTOUCHABLE = 4
    KEPT = 5
    REMOVED = 6
    NONE = 7
    """It was never ours."""


def need_of(still: Still) -> Need:  # noqa: PLR0911 - a row each
    """Return why a photo needs its video: which row of the table it is."""
    if still.asset.state in {AssetState.UNKNOWN, AssetState.DYING}:
        return Need.UNDECIDED
    if still.files is Files.UNKNOWN:
        return Need.HIDDEN if still.hidden else Need.UNDECIDED
    if still.asset.state is AssetState.UNTOUCHABLE:
        return Need.UNTOUCHABLE
    here, active = still.files is Files.YES, still.asset.state is AssetState.ACTIVE
    match still.base:
        case Base.LINKED if here and active:
            return Need.LINKED
        case Base.RELEASED if active and not here:
            return Need.RELEASED
        case Base.KEPT if not active and (here or still.left_unseen):
            return Need.KEPT
        case Base.REMOVED if not here and not active:
            return Need.REMOVED
        case Base.NEW if not here:
            return Need.NONE
        case _:
            return Need.UNDECIDED


def neediest(stills: Sequence[Still]) -> Still | None:
    """Return the photo that needs its video most: what another photo still needs stays."""
    return min(stills, key=need_of, default=None)


def decide_motion(facts: Facts, still: Still, alone: Alone) -> Outcome:  # noqa: PLR0911 - a row each
    """Return the one thing to do for a motion part. ``alone`` decides what has to be judged as a video of its own."""
    if facts.asset.id is not None and still.motion_asset_id not in {None, facts.asset.id}:
        return alone(facts)
    if facts.base is not Base.LINKED and asked_back(facts) and (outcome := _asked_back(facts, still)) is not None:
        return outcome
    match need_of(still):
        case Need.LINKED | Need.RELEASED:
            return _with_its_photo(facts, still, alone)
        case Need.UNDECIDED:
            return WAIT
        case Need.HIDDEN:
            return _beside_hidden(facts, alone)
        case Need.UNTOUCHABLE:
            return alone(facts) if facts.base is Base.NEW else _beside_locked(facts)
        case Need.KEPT:
            return _without_immich(facts)
        case Need.REMOVED if still.motion_asset_id is None and facts.asset.state is AssetState.ACTIVE:
            return alone(facts)
        case Need.REMOVED:
            return _after_its_photo(facts, still, alone)
        case _:
            return alone(facts)


def _asked_back(facts: Facts, still: Still) -> Outcome | None:
    """The owner wants it back: its file once its photo is there again. What follows is as with any photo and video."""
    match need_of(still):
        case Need.LINKED | Need.RELEASED if facts.files is not Files.YES and facts.gone:
            return bring_back(facts, facts.gone, granted=True)
        case Need.KEPT | Need.REMOVED:
            return WAIT
        case _:
            return None


def _with_its_photo(facts: Facts, still: Still, alone: Alone) -> Outcome:
    """The photo is in Immich to stay."""
    active = facts.asset.state is AssetState.ACTIVE
    if facts.files is Files.YES:
        if active:
            paired = still.motion_asset_id is not None and facts.base is Base.LINKED
            return _settled(facts, still) if paired and facts.asset.id == facts.base_asset_id else pair(facts, still)
        if facts.asset.state is AssetState.GONE:
            # What Immich purged with its photo goes up with it again. What was never hidden there is gone by itself.
            played = facts.was_played or still.motion_asset_id is not None
            return upload(facts) if played else alone(facts)
        # What Immich plays for the photo is hidden, so that nobody trashed it. What it does not, its owner gets to see.
        hidden = still.motion_asset_id is not None or facts.asset.state is not AssetState.TRASHED
        return SETTLED if facts.base is Base.LINKED and hidden else alone(facts)
    if facts.base is Base.LINKED:
        return release(facts) if active else SETTLED
    if facts.base is Base.REMOVED and active:
        wanted = [gone for gone in facts.gone if facts.policies[gone.folder_id].brings_back]
        return _come_back(facts, still, wanted) if wanted and still.base is Base.LINKED else release(facts)
    return alone(facts)


def _beside_hidden(facts: Facts, alone: Alone) -> Outcome:
    """Nobody looks at the photo: what happens to it is not passed on to its video."""
    if facts.files is Files.YES:
        return SETTLED if facts.base in {Base.LINKED, Base.KEPT} else alone(facts)
    return release(facts) if facts.base is Base.LINKED else SETTLED


def _beside_locked(facts: Facts) -> Outcome:
    """The photo is where we may not reach, its video is not: what is only in Immich is no more than that."""
    if facts.files is not Files.YES:
        return release(facts) if facts.base is Base.LINKED else SETTLED
    here_again = facts.base is Base.RELEASED and facts.asset.state is AssetState.ACTIVE
    return link(facts) if here_again else SETTLED


def _settled(facts: Facts, still: Still) -> Outcome:
    """Its folder may have freed the photo: then the video goes the same way."""
    return free(facts) if still.base is Base.RELEASED else SETTLED


def _without_immich(facts: Facts) -> Outcome:
    """The photo is only in the folder, on purpose. Its video's asset may be active still: that is no wish."""
    if facts.files is Files.YES:
        return SETTLED if facts.base is Base.KEPT else keep(facts)
    if facts.base in {Base.NEW, Base.REMOVED}:
        return SETTLED
    if facts.asset.state is not AssetState.ACTIVE:
        return remove(facts)
    return SETTLED if facts.base is Base.RELEASED else release(facts)


def _after_its_photo(facts: Facts, still: Still, alone: Alone) -> Outcome:
    """The photo is gone from both sides by decision."""
    active = facts.asset.state is AssetState.ACTIVE
    if facts.files is not Files.YES:
        settled = facts.base in {Base.NEW, Base.REMOVED}
        return SETTLED if settled else Record(facts.checksum, Base.REMOVED, facts.asset.id)
    match facts.base:
        case Base.LINKED:
            return _follow(facts, still)
        case Base.NEW if active:
            return _follow(facts, still)
        case Base.KEPT:
            return SETTLED
        case Base.REMOVED | Base.RELEASED if active:
            # It is here again without its photo, which still holds its asset until it is purged: then it is sent.
            return WAIT
        case _:
            return alone(facts)


def _come_back(facts: Facts, still: Still, wanted: Sequence[GonePath]) -> Outcome:
    """Bring its file back as that of the photo was; the photo was asked about, if anything was."""
    outcome = bring_back(facts, wanted, granted=False)
    return replace(outcome, still=still.checksum) if isinstance(outcome, BringBackFile) else outcome


def _follow(facts: Facts, still: Still) -> Outcome:
    """Delete its files as those of the photo were; the photo's state is the evidence."""
    outcome = delete(facts, granted=False)
    return replace(outcome, still=still.checksum) if isinstance(outcome, DeleteFiles) else outcome
