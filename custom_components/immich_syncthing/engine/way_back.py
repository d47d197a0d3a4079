"""How a content comes back, or why it does not. Pure: the ledger's view in.

| base               | its file  | its asset       | what is done                                                     |
| ------------------ | --------- | --------------- | ---------------------------------------------------------------- |
| any                | any       | locked, foreign | nothing: Immich has it where we may not reach                    |
| any                | there     | active          | nothing: it is there                                             |
| linked             | there     | trashed, gone   | the asset comes back                                             |
| linked             | away      | active          | the file comes back                                              |
| linked             | away      | trashed, gone   | both sides agree that it is removed, then as removed             |
| kept, removed, new | there     | trashed, gone   | the asset comes back                                             |
| not known, or any  | away      | any             | the file comes back, then the asset: out of the trash, else sent |

What is asked for becomes a decision of the owner over the content: the planner does the rest, as with an answer that is
taken back. It waits where a gate is closed, survives a restart, and passes the guard.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from .ledger.views import ContentView
from .model import AssetState, Base, FileStatus, GonePath, HoldKind


class Obstacle(StrEnum):
    """Why a content does not come back."""

    ALREADY_THERE = "already_there"
    """The folder has its file, and Immich its asset."""
    UNDER_WAY = "under_way"
    """Something is being done with it, or it is not known yet how it is: try again in a moment."""
    NO_BYTES = "no_bytes"
    """Neither the vault nor Syncthing's versions nor Immich has it any more."""
    NO_PLACE = "no_place"
    """Nobody knows where it was, or its folder is not looked after any more."""
    EXCLUDED = "excluded"
    """The patterns of its folder hide the path that it had."""
    LOCKED = "locked"
    """Immich has it where we may not reach: in the locked folder, or as somebody else's."""
    ITS_PHOTO = "its_photo"
    """It is the video of a live photo that does not come back."""


class Comeback(StrEnum):
    """What happens in Immich."""

    THERE = "there"
    """It is there."""
    FROM_TRASH = "from_trash"
    """It leaves Immich's trash, with its albums and all."""
    UPLOADED_AGAIN = "uploaded_again"
    """It is sent again: of its albums, its description and its tags nothing is known any more."""
    NOT_KNOWN = "not_known"
    """Immich was not asked about it yet: it is one of the three."""


@dataclass(frozen=True, slots=True)
class Way:
    """How a content comes back.

    ``kind``: the question to which the owner's wish is the answer (undo). ``places``: where its file comes back; none
    where a file is there. ``removed``: it is to be agreed on first that both sides lost it.
    """

    kind: HoldKind
    comeback: Comeback
    places: tuple[GonePath, ...] = ()
    removed: bool = False


_LOST = frozenset({AssetState.TRASHED, AssetState.GONE})
_COMEBACKS = {
    AssetState.ACTIVE: Comeback.THERE,
    AssetState.TRASHED: Comeback.FROM_TRASH,
    AssetState.GONE: Comeback.UPLOADED_AGAIN,
    AssetState.DYING: Comeback.UPLOADED_AGAIN,
}


def way_back(view: ContentView | None, places: Sequence[GonePath], *, under_way: bool) -> Way | Obstacle:
    """Return how a content comes back. ``view``: ``None`` where the ledger does not know it.

    ``places``: its old paths that are wanted, in folders that are looked after and hidden by no pattern. ``under_way``:
    an action with it was begun.
    """
    if view is None:
        return _file_first(Comeback.NOT_KNOWN, places)
    if under_way:
        return Obstacle.UNDER_WAY
    if view.asset.state is AssetState.UNTOUCHABLE:
        return Obstacle.LOCKED
    if view.present:
        return _asset(view)
    if view.base is Base.LINKED:
        return _linked(view, places)
    return _file_first(_COMEBACKS.get(view.asset.state, Comeback.NOT_KNOWN), places)


def _asset(view: ContentView) -> Way | Obstacle:
    """A file is there."""
    if all(row.status is FileStatus.EXCLUDED for row in view.present):
        return Obstacle.EXCLUDED
    if view.asset.state is AssetState.ACTIVE:
        return Obstacle.ALREADY_THERE
    settled = any(row.status is FileStatus.SETTLED for row in view.present)
    waits_to_be_sent = view.base is Base.NEW and view.held is None and view.decision is None
    if not settled or view.asset.state not in _LOST or waits_to_be_sent:
        return Obstacle.UNDER_WAY
    vanished = view.base is Base.LINKED and view.asset.state is AssetState.GONE and not view.asset.trash_seen
    return Way(HoldKind.VANISHED if vanished else HoldKind.MANY_FILES, _COMEBACKS[view.asset.state])


def _linked(view: ContentView, places: Sequence[GonePath]) -> Way | Obstacle:
    """The file was deleted, or edited away, and that was not passed on yet."""
    if not places:
        return Obstacle.NO_PLACE
    if view.asset.state is AssetState.ACTIVE:
        edited = view.successor is not None
        return Way(HoldKind.CHANGED_IN_BULK if edited else HoldKind.MANY_ASSETS, Comeback.THERE, tuple(places))
    if view.asset.state not in _LOST:
        return Obstacle.UNDER_WAY
    return Way(HoldKind.MANY_FILES, _COMEBACKS[view.asset.state], tuple(places), removed=True)


def _file_first(comeback: Comeback, places: Sequence[GonePath]) -> Way | Obstacle:
    return Way(HoldKind.MANY_FILES, comeback, tuple(places)) if places else Obstacle.NO_PLACE
