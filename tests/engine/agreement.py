"""Two sides without a disk or a server: what the planner's actions do to them, and what owners do meanwhile. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from custom_components.immich_syncthing.engine.actions import (
    Action,
    BringBackFile,
    DeleteFiles,
    FreeFiles,
    Plan,
    Record,
    RestoreAsset,
    Supersede,
    TrashAsset,
    Upload,
)
from custom_components.immich_syncthing.engine.guard import GuardFacts, Verdict, guard
from custom_components.immich_syncthing.engine.model import (
    AssetFact,
    AssetState,
    Base,
    Decision,
    Departure,
    Facts,
    FileRow,
    Files,
    FileStatus,
    GonePath,
    OnEdit,
    Policy,
    Signature,
    Successor,
)
from custom_components.immich_syncthing.engine.outcomes import Settled, Waiting
from custom_components.immich_syncthing.engine.plan import decide
from custom_components.immich_syncthing.engine.settings import GuardLimits

type Place = tuple[str, str]

NOTHING = AssetFact(AssetState.GONE)
ON_EITHER_SIDE = {AssetState.ACTIVE, AssetState.TRASHED}


@dataclass(frozen=True)
class Photo:
    """One content on both sides, and what the ledger says of it."""

    places: frozenset[Place] = frozenset()
    asset: AssetFact = NOTHING
    base: Base = Base.NEW
    base_asset_id: str | None = None
    gone: tuple[GonePath, ...] = ()
    holders: frozenset[str] = frozenset()
    replaced: bool = False
    vaulted: bool = False
    decision: Decision | None = None

    @property
    def exists(self) -> bool:
        """Whether its bytes are anywhere."""
        return bool(self.places) or self.vaulted or self.asset.state in ON_EITHER_SIDE

    def without(self, place: Place, departure: Departure = Departure.ABSENT) -> Photo:
        """Return it after a path let go of it."""
        left = GonePath(*place, 1, departure)
        return replace(self, places=self.places - {place}, gone=(*(one for one in self.gone if one != left), left))

    def at(self, place: Place) -> Photo:
        """Return it after a path got hold of it."""
        gone = tuple(one for one in self.gone if (one.folder_id, one.path) != place)
        return replace(self, places=self.places | {place}, gone=gone, holders=self.holders | {place[0]})

    def recorded(self, base: Base, asset_id: str | None = None, *, replaced: bool = False) -> Photo:
        """Return it after both sides agreed."""
        gone = self.gone if base is Base.REMOVED or (base is Base.LINKED and not self.places) else ()
        holders = frozenset(folder for folder, _ in self.places) if base is Base.LINKED else self.holders
        agreed = replace(self, base=base, base_asset_id=asset_id, gone=gone, holders=holders, replaced=replaced)
        return replace(agreed, decision=None)


@dataclass(frozen=True)
class Sides:
    """All contents of an account."""

    policies: Mapping[str, Policy]
    photos: Mapping[bytes, Photo] = field(default_factory=dict)
    edits: Mapping[bytes, tuple[bytes, Place]] = field(default_factory=dict)
    """What was edited into what, and where."""

    def put(self, checksum: bytes, photo: Photo) -> Sides:
        """Return them with one content changed."""
        return replace(self, photos={**self.photos, checksum: photo})

    def facts(self, checksum: bytes) -> Facts:
        """Return what the planner may know of one content."""
        photo = self.photos[checksum]
        everywhere = frozenset(self.policies)
        return Facts(
            checksum=checksum,
            base=photo.base,
            files=Files.YES if photo.places else Files.NO,
            asset=photo.asset,
            base_asset_id=photo.base_asset_id,
            present=tuple(row(checksum, place) for place in sorted(photo.places)),
            gone=photo.gone,
            holders=photo.holders,
            policies=dict(self.policies),
            deletable=everywhere,
            uploadable=everywhere,
            decision=photo.decision,
            replaced=photo.replaced,
            successor=self._successor(checksum),
        )

    def planned(self) -> tuple[Action, ...]:
        """Plan everything."""
        outcomes = [decide(self.facts(checksum)) for checksum in sorted(self.photos)]
        return tuple(one for one in outcomes if not isinstance(one, Waiting | Settled))

    def judged(self, limits: GuardLimits) -> Verdict:
        """Plan and guard everything."""
        return guard(Plan(self.planned(), 0), self._numbers(), limits)

    def applied(self, actions: Iterable[Action]) -> Sides:
        """Return them after the actions, one after the other; each is looked at again before it is carried out."""
        sides = self
        for action in actions:
            if decide(sides.facts(action.checksum)) == action:
                sides = sides._after(action)
        return sides

    def _successor(self, checksum: bytes) -> Successor | None:
        if checksum not in self.edits:
            return None
        by, place = self.edits[checksum]
        new = self.photos[by]
        return Successor(by, new.base, new.asset, *place) if place in new.places else None

    def _numbers(self) -> GuardFacts:
        linked = [photo for photo in self.photos.values() if photo.base is Base.LINKED]
        in_folder = {one: sum(folder == one for photo in linked for folder, _ in photo.places) for one in self.policies}
        return GuardFacts(len(linked), in_folder, {}, in_directories={(one, ""): in_folder[one] for one in in_folder})

    def _after(self, action: Action) -> Sides:  # noqa: C901, PLR0911 - one kind of action each
        checksum, photo = action.checksum, self.photos[action.checksum]
        active = AssetFact(AssetState.ACTIVE, photo.asset.id or checksum.hex())
        trashed = AssetFact(AssetState.TRASHED, photo.asset.id, trash_seen=True)
        match action:
            case Record(base=base, asset_id=asset_id):
                return self.put(checksum, photo.recorded(base, asset_id))
            case Upload():
                fresh = AssetFact(AssetState.ACTIVE, f"{checksum.hex()}+")
                return self.put(checksum, replace(photo, asset=fresh).recorded(Base.LINKED, fresh.id))
            case RestoreAsset():
                return self.put(checksum, replace(photo, asset=active).recorded(Base.LINKED, active.id))
            case TrashAsset():
                vaulted = replace(photo, asset=trashed, vaulted=True)
                return self.put(checksum, vaulted.recorded(Base.REMOVED, trashed.id))
            case Supersede(mode=mode):
                if mode is OnEdit.STACK:
                    return self.put(checksum, photo.recorded(Base.RELEASED))
                vaulted = replace(photo, asset=trashed, vaulted=True)
                return self.put(checksum, vaulted.recorded(Base.REMOVED, trashed.id, replaced=True))
            case BringBackFile(to=to):
                return self.put(checksum, photo.at((to.folder_id, _free(self, (to.folder_id, to.path)))))
            case DeleteFiles(files=files, stays=stays) | FreeFiles(files=files, stays=stays):
                for one in files:
                    photo = photo.without((one.folder_id, one.path))
                if isinstance(action, DeleteFiles):
                    seen_in_trash = photo.asset.id if photo.asset.state is AssetState.TRASHED else None
                    photo = photo.recorded(Base.KEPT) if stays else photo.recorded(Base.REMOVED, seen_in_trash)
                    photo = replace(photo, vaulted=True)
                return self.put(checksum, photo)
            case _:
                raise AssertionError(action)


def _free(sides: Sides, place: Place) -> str:
    taken = {one for photo in sides.photos.values() for one in photo.places}
    folder, path = place
    while (folder, path) in taken:
        path += " (restored)"
    return path


def row(checksum: bytes, place: Place) -> FileRow:
    """Return a settled file."""
    return FileRow(*place, Signature(1, 1, 1, 1, 1), FileStatus.SETTLED, checksum)
