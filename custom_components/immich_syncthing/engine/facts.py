"""From the ledger's rows to the planner's facts. Pure: no I/O, no clock.

This is where *files* becomes three-valued. A content is *yes* where a path holds it, *no* only where every
last-known path is positively absent in an open folder while nothing of the account is unsettled or unhashed, and
*unknown* otherwise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .ledger.views import ContentView
from .model import (
    Base,
    Departure,
    Facts,
    Files,
    FileStatus,
    GonePath,
    Policy,
)
from .patterns import Filter


@dataclass(frozen=True, slots=True)
class World:
    """What holds for all contents in one cycle.

    ``deletable`` and ``uploadable``: folders whose gate is open, strongly or weakly. ``complete``: nothing is
    unsettled or unhashed in any folder of the account. ``faults``: per folder, the paths that Syncthing could not
    scan or pull; what lies at or below one of them is as if its folder were closed.
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
    withholding: frozenset[str] = frozenset()
    withheld: Mapping[bytes, frozenset[str]] = field(default_factory=dict)
    freeable: Mapping[bytes, frozenset[str]] = field(default_factory=dict)


def facts_of(view: ContentView, world: World) -> Facts:
    """Return what the planner may know of one content."""
    gone = _departures(view, world)
    places = {(row.folder_id, row.path) for row in view.present} | {(one.folder_id, one.path) for one in gone}
    faulty = {folder_id for folder_id, path in places if _at_fault(path, world.faults.get(folder_id, frozenset()))}
    deletable = world.deletable - faulty
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
        decision=view.decision,
        suspect=view.suspect,
        replaced=view.replaced_by is not None,
        withheld=_withheld(view, gone, world),
        freeable=world.freeable.get(view.checksum, frozenset()),
    )


def _departures(view: ContentView, world: World) -> tuple[GonePath, ...]:
    """Return the paths that the content left in its owner's sight.

    Of linked content none, if one of them is hidden now: a filter must not make the others look like the last file.
    """
    seen = tuple(one for one in view.gone if not _is_hidden(one, world))
    return seen if len(seen) == len(view.gone) or view.base is not Base.LINKED else ()


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
