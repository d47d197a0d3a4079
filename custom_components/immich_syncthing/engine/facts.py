"""From the ledger's rows to the planner's facts. Pure: no I/O, no clock.

This is where *files* becomes three-valued. A content is *yes* where a path holds it, *no* only where every
last-known path is positively absent in an open folder while nothing of the account is unsettled or unhashed, and
*unknown* otherwise.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .echo import spoke_late
from .halves import Half, half_of
from .ledger.views import ContentView
from .live import neediest
from .model import (
    Base,
    Departure,
    Facts,
    FileRow,
    Files,
    FileStatus,
    GonePath,
    Policy,
    Still,
    Successor,
)
from .patterns import Filter

_COMING = frozenset({FileStatus.UNSETTLED, FileStatus.UNHASHED})


@dataclass(frozen=True, slots=True)
class World:
    """What holds for all contents in one cycle.

    ``deletable`` and ``uploadable``: folders whose gate is open, strongly or weakly. ``complete``: nothing is
    unsettled or unhashed in any folder of the account, nor being written by a phone. ``all_read``: the same of the
    folders that can be looked at now, and but for what a phone still writes. ``faults``: per folder, the paths that
    Syncthing could not scan or pull; what lies at or below one of them is as if its folder were closed.
    ``recovering``: what the ledger remembers is no evidence now.
    ``filters``: per folder, what its owner hides. What left such a path before does not count either.
    ``withholding``: folders that do not pass all deletions on; ``withheld``: of which photos that was asked, and which
    folders do not. ``freeable``: photos that some folders keep no longer.
    """

    policies: Mapping[str, Policy]
    deletable: frozenset[str]
    uploadable: frozenset[str]
    complete: bool
    faults: Mapping[str, frozenset[str]] = field(default_factory=dict)
    filters: Mapping[str, Filter] = field(default_factory=dict)
    recovering: bool = False
    withholding: frozenset[str] = frozenset()
    withheld: Mapping[bytes, frozenset[str]] = field(default_factory=dict)
    freeable: Mapping[bytes, frozenset[str]] = field(default_factory=dict)
    all_read: bool = True


def facts_of(view: ContentView, world: World) -> Facts:
    """Return what the planner may know of one content."""
    gone = _departures(view, world)
    deletable = _deletable(view, gone, world)
    motion, half_missing = _other_half(view, world)
    return Facts(
        checksum=view.checksum,
        base=view.base,
        files=_files(view, gone, deletable, complete=world.complete),
        asset=view.asset,
        base_asset_id=view.base_asset_id,
        present=view.present,
        gone=gone,
        holders=view.holders,
        policies=dict(world.policies),
        deletable=deletable,
        uploadable=world.uploadable,
        all_read=world.all_read,
        decision=view.decision,
        suspect=view.suspect or spoke_late(view),
        replaced=view.replaced_by is not None,
        still=neediest(_stills(_entitled(view), world)) if not _is_photo(view) else None,
        was_played=view.was_played,
        motion=motion,
        half_missing=half_missing,
        successor=_successor(view, gone),
        withheld=_withheld(view, gone, world),
        freeable=world.freeable.get(view.checksum, frozenset()),
        freed=view.freed,
    )


def _deletable(view: ContentView, gone: Sequence[GonePath], world: World) -> frozenset[str]:
    """Return the folders that are open for deletions, without those where Syncthing could not work on a path of it."""
    places = {(row.folder_id, row.path) for row in view.present} | {(one.folder_id, one.path) for one in gone}
    return world.deletable - {
        folder_id for folder_id, path in places if _at_fault(path, world.faults.get(folder_id, frozenset()))
    }


def _is_photo(view: ContentView) -> bool:
    """Return whether a content is a photo by a name of its, so that it is nobody's video whatever Immich says.

    A name that it left tells nothing of what has the name of a video, too.
    """
    here = {half_of(row.path, view.size) for row in view.present}
    left = {half_of(one.path, view.size) for one in view.gone}
    return Half.STILL in here or (Half.STILL in left and Half.MOTION not in here | left)


def _entitled(view: ContentView) -> Sequence[ContentView]:
    """Return the photos that a video may be part of: without a file, it is no other's than what Immich plays it for."""
    playing = [one for one in view.stills if view.asset.id is not None and one.motion_asset_id == view.asset.id]
    return playing if playing and not view.present else view.stills


def _stills(views: Iterable[ContentView], world: World) -> list[Still]:
    """Return the photos whose motion part a content is.

    New ones that failed to go up do not count: their video goes up by itself, and they are paired later.
    """
    stills: list[Still] = []
    for view in views:
        if view.base is Base.NEW and view.attempts:
            continue
        gone = _departures(view, world)
        files = _files(view, gone, _deletable(view, gone, world), complete=world.complete)
        hidden = bool(view.present) and all(row.status is FileStatus.EXCLUDED for row in view.present)
        stills.append(Still(view.checksum, view.base, files, view.asset, view.motion_asset_id, hidden, not gone))
    return stills


def _other_half(view: ContentView, world: World) -> tuple[FileRow | None, bool]:
    """Return the video that goes up with a new photo, and whether the other half is there but was not read yet."""
    motion: FileRow | None = None
    for row in view.beside:
        if row.status in _COMING:
            return None, True
        is_motion = half_of(row.path, row.signature.size) is Half.MOTION
        if is_motion and row.status is FileStatus.SETTLED and row.folder_id in world.uploadable:
            motion = motion or row
    return motion, False


def _departures(view: ContentView, world: World) -> tuple[GonePath, ...]:
    """Return the paths that the content left in its owner's sight.

    Of linked content none, if one of them is hidden now: a filter must not make the others look like the last file.
    """
    seen = tuple(one for one in view.gone if not _is_hidden(one, world))
    return seen if len(seen) == len(view.gone) or view.base is not Base.LINKED else ()


def _successor(view: ContentView, departures: Sequence[GonePath]) -> Successor | None:
    """Return the content that took its place, unless that happened out of its owner's sight."""
    by = view.successor
    seen = by is not None and (by.folder_id, by.path) in {(one.folder_id, one.path) for one in departures}
    return by if seen else None


def _withheld(view: ContentView, departures: Sequence[GonePath], world: World) -> frozenset[str] | None:
    voters = view.holders.union(one.folder_id for one in departures)
    return world.withheld.get(view.checksum) if voters & world.withholding else frozenset()


def _is_hidden(gone: GonePath, world: World) -> bool:
    return gone.folder_id in world.filters and world.filters[gone.folder_id].excludes(gone.path)


def _files(view: ContentView, departures: Sequence[GonePath], deletable: frozenset[str], *, complete: bool) -> Files:
    if any(row.status is FileStatus.SETTLED for row in view.present):
        return Files.YES
    if view.present:
        return Files.UNKNOWN
    if view.base is Base.RELEASED or not departures:
        return Files.NO
    absent = all(gone.departure is Departure.REPLACED or gone.folder_id in deletable for gone in departures)
    return Files.NO if complete and absent else Files.UNKNOWN


def _at_fault(path: str, faults: frozenset[str]) -> bool:
    if not faults:
        return False
    parts = path.split("/")
    return any("/".join(parts[:depth]) in faults for depth in range(1, len(parts) + 1))
