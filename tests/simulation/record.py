"""The omniscient record: what ever was on a side, who decided what about it, and whether the engine was allowed to.

A *side* is a folder on the server or Immich. The record knows what the engine cannot: which deletion was an owner's
and which a disk, a database or a late phone made up.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from custom_components.immich_syncthing.engine.ledger.views import ContentView
from custom_components.immich_syncthing.engine.model import (
    Answer,
    AssetState,
    Base,
    HoldKind,
    OnAssetDeleted,
    OnEdit,
    OnFileDeleted,
)
from custom_components.immich_syncthing.engine.patterns import Filter

from .clock import VirtualClock
from .contents import checksum, name
from .disk import FolderDisk
from .freed import Freed, is_photo
from .home import Wants
from .immich import SimulatedAsset, SimulatedImmich
from .shelf import Shelf
from .versions import Version


class Violation(AssertionError):  # noqa: N818 - it is no error of the simulation
    """A promise was broken."""


@dataclass(slots=True)
class Record:
    """Everything that happened to each content.

    ``excused``: content that its owner destroyed himself, or a disaster that is not the engine's. ``unwanted``: when
    an owner deleted its asset in Immich and has not taken that back. ``removed``: when an owner deleted a file of it.
    ``wanted``: when an owner put it into a folder last. ``restored``: when an owner took it out of Immich's trash.
    """

    clock: VirtualClock
    immich: SimulatedImmich
    disks: dict[str, FolderDisk]
    vault: Path
    wants: dict[str, Wants]
    shelf: Shelf | None = None
    """Where the vault lies instead, if it lies far away."""
    ever: dict[bytes, None] = field(default_factory=dict)
    excused: dict[bytes, str] = field(default_factory=dict)
    unwanted: dict[bytes, float] = field(default_factory=dict)
    removed: dict[bytes, float] = field(default_factory=dict)
    removed_from: dict[bytes, dict[str, None]] = field(default_factory=dict)
    """From which folders that the engine had seen it in an owner deleted it since it was last agreed upon."""
    view: Callable[[bytes], ContentView | None] = lambda _: None
    """Tells what the ledger knows of a content."""
    wanted: dict[bytes, float] = field(default_factory=dict)
    restored: dict[bytes, float] = field(default_factory=dict)
    answered: dict[bytes, set[Answer]] = field(default_factory=dict)
    answered_now: dict[bytes, HoldKind] = field(default_factory=dict)
    """What was answered since a cycle began, and what was asked."""
    taken_back: set[bytes] = field(default_factory=set)
    """What was restored in Immich, and not meant so: it goes to the trash again although no phone deleted it."""
    by_engine: dict[bytes, float] = field(default_factory=dict)
    moved: set[bytes] = field(default_factory=set)
    """What the world moved since the last cycle began: no engine can have looked at it in time."""
    unseen: set[bytes] = field(default_factory=set)
    """What was deleted in Immich while a file was there that the engine did not know of: see ``trashed_by_owner``."""
    arrivals: set[tuple[str, bytes, float | None]] = field(default_factory=set)
    partners: dict[bytes, bytes] = field(default_factory=dict)
    """The video of a live photo → its still."""
    put_aside: set[bytes] = field(default_factory=set)
    """What lay in quarantine when its file was gone: the engine died meanwhile, and may put it back."""
    freed: Freed = field(init=False)
    replaced: set[bytes] = field(default_factory=set)
    """What was in a place that another content took."""
    vacated: dict[tuple[str, str], bytes] = field(default_factory=dict)
    """Places that nothing took since Syncthing deleted what was there."""
    done: set[tuple[str, bytes]] = field(default_factory=set)
    """What the engine did on the sides."""
    violations: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Look after what leaves to free space as well."""
        self.freed = Freed(self.clock, self.immich, self.disks, self.wants)

    # --- what the world does -----------------------------------------------------------------------------------

    def came(self, folder_id: str, path: str, data: bytes, version: Version) -> None:
        """A file was put into the folder by Syncthing.

        What arrives for the first time is its owner's wish at that moment, which is the first that anybody here hears
        of it. What has been here before, and comes again, is no newer a wish than it was then.
        """
        self._appear(data)
        arrival = (folder_id, data, version.decided_at)
        at = version.decided_at if arrival in self.arrivals else self.clock.now
        self.arrivals.add(arrival)
        self.wanted[data] = max(self.wanted.get(data, 0.0), at or 0.0)
        self.removed_from.get(data, {}).pop(folder_id, None)
        self.freed.came(folder_id, data)
        self._took_place(folder_id, path, data)
        view, asset = self.view(data), self.immich.holding(data)
        if view is not None and view.asset.state is AssetState.ACTIVE and asset is not None and not asset.active:
            # Nobody has looked since it was trashed, and can tell which of the two came first.
            self.unseen.add(data)
        if view is not None and view.base in {Base.RELEASED, Base.REMOVED}:
            # The folders that held it before it was settled have no say in what becomes of it from now on.
            self.removed_from.pop(data, None)

    def _took_place(self, folder_id: str, path: str, data: bytes) -> None:
        """Note what was deleted here just before, if the engine has not seen the place empty: that is an edit for it.

        See "a linked path now holds other bytes, new to us": nobody who looks can tell it from one.
        """
        before = self.vacated.pop((folder_id, path), None)
        view = self.view(before) if before is not None and before != data else None
        if view is not None and any((row.folder_id, row.path) == (folder_id, path) for row in view.present):
            assert before is not None
            self.replaced.add(before)

    def left(self, folder_id: str, path: str, data: bytes, version: Version) -> None:
        """A file was taken away, or overwritten, by Syncthing on behalf of a phone."""
        self.moved.add(data)
        at = self.clock.now if version.decided_at is None else version.decided_at
        self.removed[data] = max(self.removed.get(data, 0.0), at)
        self.freed.was_there(folder_id, data)
        if folder_id in self._voters(data):
            self.removed_from.setdefault(data, {})[folder_id] = None
        if version.data is not None:
            self.replaced.add(data)
        else:
            self.vacated[folder_id, path] = data
        self.judge_loss(data, "its owner deleted the last copy")

    def _voters(self, data: bytes) -> set[str]:
        """Return whose deletion counts, as the ledger knows: not that of what was held unseen, or let go unlinked."""
        view = self.view(data)
        if view is None or view.base in {Base.NEW, Base.KEPT}:
            return set()
        return {*view.holders, *(one.folder_id for one in view.present), *(one.folder_id for one in view.gone)}

    def added_in_immich(self, data: bytes) -> None:
        self._appear(data)
        # Whoever wants a photo wants its video with it.
        for one in (data, *(video for video, still in self.partners.items() if still == data)):
            self.unwanted.pop(one, None)

    def trashed_by_owner(self, data: bytes, *, unseen: bool) -> None:
        """An owner trashed the asset. ``unseen``: a file of it is there, and the engine has not found that out yet.

        No engine can tell then what came first, that file or the trash.
        """
        (self.unseen.add if unseen else self.unseen.discard)(data)
        self.moved.add(data)
        self.unwanted[data] = self.clock.now
        self.by_engine.pop(data, None)
        self.freed.forget(data)

    def restored_by_owner(self, data: bytes) -> None:
        self._appear(data)
        self.restored[data] = self.clock.now
        self.unwanted.pop(data, None)
        self.unseen.discard(data)
        self.by_engine.pop(data, None)

    def purged(self, data: bytes, *, by_owner: bool, known: bool, unseen: bool, still: bytes | None) -> None:
        """The asset is gone for good. What the engine trashed must outlive that in the vault, with the video of it.

        ``known``: the engine has seen the asset, at least in the trash. What it never saw it takes for new.
        ``unseen``: it was not in the trash before, and is as in ``trashed_by_owner``. ``still``: the photo that it went
        with, which is what was decided about, when that went to the trash.
        """
        self.moved.add(data)
        if unseen:
            self.unseen.add(data)
        if not known:
            self.unwanted.pop(data, None)
        elif by_owner:
            # To empty the trash is no new decision about what was put there before, by whomever.
            decided = self.removed.get(data, self.clock.now) if data in self.by_engine else self.clock.now
            self.unwanted.setdefault(data, decided if still is None else self.unwanted.get(still, decided))
        if data not in self.by_engine and still not in self.by_engine:
            self.judge_loss(data, "its owner deleted it on both sides")
        self.freed.forget(data)

    def answered_by_owner(self, data: bytes, kind: HoldKind, answer: Answer) -> None:
        answers = self.answered.setdefault(data, set())
        answers.add(answer)
        self.answered_now[data] = kind
        if kind is HoldKind.RESTORED_IN_BULK and answer is Answer.UNDO:
            # To take a restoration back is to agree with what it undid.
            answers.add(Answer.APPROVE)
            self.taken_back.add(data)

    def disaster(self, reason: str) -> None:
        """Something outside of our reach destroyed what exists nowhere any more."""
        for data in self.ever:
            self.moved.add(data)
            self.judge_loss(data, reason)

    def judge_loss(self, data: bytes, reason: str) -> None:
        """Excuse the loss of a content that exists nowhere any more, because of what just happened."""
        if not self.exists(data):
            self.excused[data] = reason

    def _appear(self, data: bytes) -> None:
        self.moved.add(data)
        self._appear_quietly(data)

    def forget_decisions(self) -> None:
        """The ledger is gone, or an older one is back: whatever was deleted for good may be taken for new."""
        for data in [one for one in self.unwanted if self.immich.holding(one) is None]:
            self.moved.add(data)
            del self.unwanted[data]
        self.answered.clear()
        self.taken_back.clear()
        self.freed.forget_all()

    def forget_votes(self) -> None:
        """Believe the ledger that there is now: nothing else tells that a folder held what it lacks."""
        for data, folders in self.removed_from.items():
            for folder_id in folders.keys() - self._voters(data):
                del folders[folder_id]

    def known_as(self, digest: bytes) -> bytes | None:
        """Return the content of a checksum."""
        return next((data for data in self.ever if checksum(data) == digest), None)

    def begins(self) -> None:
        """A cycle begins: what the world moves from now on it may not have seen."""
        self.moved.clear()
        self.answered_now.clear()
        self.freed.begins()

    # --- what the engine did -----------------------------------------------------------------------------------

    def changed_by_engine(self, what: str, asset: SimulatedAsset) -> None:
        """The engine changed Immich: was it allowed to?"""
        data = asset.data
        self.done.add((what, data))
        match what:
            case "trash":
                self._judge_trash(data)
                self.by_engine[data] = self.clock.now
            case _:
                self._judge_return(what, data)
                self.unwanted.pop(data, None)
                self.by_engine.pop(data, None)
        self._appear_quietly(data)

    def _judge_trash(self, data: bytes) -> None:
        if data in self.moved:
            return
        if self.in_a_folder(data):
            self._blame(3, f"trashed the asset of {name(data)} although its file is there")
        if not {data, self.partners.get(data)} & (self.removed.keys() | self.taken_back):
            self._blame(3, f"trashed the asset of {name(data)} although nobody deleted its file")
        if relying := self.freed.relying(data):
            self._blame(3, f"trashed the asset of {name(data)} although {relying} freed it")
        if Answer.APPROVE in self.answered.get(data, ()):
            return
        for folder_id in self.removed_from.get(data, {}):
            policy = self.wants[folder_id].policy
            edited = data in self.replaced and policy.on_edit is OnEdit.REPLACE
            if policy.on_file_deleted is not OnFileDeleted.TRASH and not edited:
                self._blame(6, f"trashed the asset of {name(data)} although {folder_id} keeps assets")
            if self.wants[folder_id].rules.protects(self.freed.traits(data)) and data not in self.replaced:
                self._blame(6, f"trashed the asset of {name(data)} although {folder_id} protects it")

    def _judge_return(self, what: str, data: bytes) -> None:
        """Deleted stays deleted, unless its owner put it into a folder later or asked for it."""
        # The answer about a photo is the one about its video.
        answers = self.answered.get(data, set()).union(*(self.answered.get(one, ()) for one in self.stills(data)))
        if data in self.moved or data in self.unseen or Answer.UNDO in answers:
            return
        # A video is wanted as long as its photo is: whoever puts that into a folder again wants both.
        wanted = max(self.wanted.get(one, 0.0) for one in (data, *filter(self.in_a_folder, self.stills(data))))
        if self.unwanted.get(data, 0.0) > wanted:
            self._blame(4, f"brought {name(data)} back to Immich ({what}) although its owner deleted it there")

    def _appear_quietly(self, data: bytes) -> None:
        self.ever[data] = None
        self.excused.pop(data, None)

    def compare(self, folder_id: str, disk: FolderDisk) -> list[str]:
        """Find what the engine did to a folder since the last look, judge it, and return it in words."""
        actual = {path: data for path, (data, _) in disk.actual().items()}
        if actual == disk.expected:
            return []
        told: list[str] = []
        came = {path: data for path, data in actual.items() if disk.expected.get(path) != data}
        self.freed.returned = sum(len(data) for path, data in came.items() if is_photo(path))
        # What becomes of a video depends on what became of its photo.
        for path, data in sorted(disk.expected.items(), key=lambda one: one[0].endswith(".mov")):
            if actual.get(path) != data:
                told.append(f"{folder_id}/{path} ({name(data)}) was deleted")
                self._note_done("delete", path, data)
                self._judge_deletion(folder_id, path, data)
        for path, data in came.items():
            told.append(f"{folder_id}/{path} ({name(data)}) came back")
            self.freed.was_there(folder_id, data)
            self._note_done("bring_back", path, data)
            self._judge_coming_back(folder_id, path, data)
        disk.expected = actual
        return told

    def _note_done(self, what: str, path: str, data: bytes) -> None:
        if is_photo(path):
            self.done.add((what, data))

    def _judge_deletion(self, folder_id: str, path: str, data: bytes) -> None:
        where = f"{folder_id}/{path} ({name(data)})"
        wants = self.wants[folder_id]
        if data in self._quarantined():
            self.put_aside.add(data)
        if Filter.of(wants.ignore, ()).excludes(path):
            self._blame(6, f"deleted {where}, which is excluded")
        if self.freed.takes(folder_id, data, self.stills(data), moved=data in self.moved):
            return
        if not self._in_vault(data) and data not in self._quarantined():
            self._blame(1, f"deleted {where} without a copy in the vault")
        if data in self.moved or Answer.APPROVE in self.answered.get(data, ()):
            return
        if path.endswith(".xmp"):
            return
        # A video goes with its still, on whichever side that was deleted.
        stills = self.stills(data)
        if not {data, *stills} & self.unwanted.keys() and not stills & self.removed.keys():
            self._blame(3, f"deleted {where} although nobody deleted its asset")
        if self.wants[folder_id].policy.on_asset_deleted is not OnAssetDeleted.DELETE:
            self._blame(6, f"deleted {where} although {folder_id} keeps files")

    def stills(self, data: bytes) -> set[bytes]:
        """Return the photos that a content is the video of: the one it was taken with, and what Immich plays it for.

        A photo beside a video under its name is its still for the engine, whose ever both were.
        """
        video = self.immich.holding(data)
        played_for = {one.data for one in self.immich.assets.values() if video and one.live_photo_video_id == video.id}
        beside = {still for disk in self.disks.values() for one, still in disk.neighbours() if one == data}
        return played_for | beside | ({self.partners[data]} if data in self.partners else set())

    def _judge_coming_back(self, folder_id: str, path: str, data: bytes) -> None:
        if data not in self.ever:
            self._blame(1, f"wrote something of its own to {folder_id}/{path}: {name(data)}")
            return
        if path.endswith(".xmp") or data in self.put_aside:
            self.put_aside.discard(data)
            return
        asked = Answer.UNDO in self.answered.get(data, ()) or data in self.restored
        # A video comes back with its still, whoever brought that back.
        asked |= any(still in self.restored or self.in_a_folder(still) for still in self.stills(data))
        if not asked and data not in self.moved and data not in self.unwanted:
            self._blame(4, f"brought {folder_id}/{path} ({name(data)}) back although nobody asked for it")

    def _blame(self, promise: int, what: str) -> None:
        self.violations.append(f"promise {promise}: {what}")

    # --- where things are --------------------------------------------------------------------------------------

    def in_a_folder(self, data: bytes) -> bool:
        """Return whether a file holds a content, one that is not excluded."""
        return any(
            held == data and is_photo(path) and not Filter.of(self.wants[folder_id].ignore, ()).excludes(path)
            for folder_id, disk in self.disks.items()
            for path, held in disk.expected.items()
        )

    def exists(self, data: bytes) -> bool:
        """Return whether a content is on a side, in Immich's trash, in the vault or in quarantine."""
        there = data in self.immich.contents() or any(data in disk.expected.values() for disk in self.disks.values())
        return there or self._in_vault(data) or data in self._quarantined()

    def lost(self) -> list[bytes]:
        """Return what was on a side and is nowhere any more, without an owner having wanted that."""
        there = self.immich.contents()
        for disk in self.disks.values():
            there.update(disk.expected.values())
        doubtful = [data for data in self.ever if data not in there and data not in self.excused]
        quarantined = self._quarantined() if doubtful else set()
        return [data for data in doubtful if data not in quarantined and not self._in_vault(data)]

    def _in_vault(self, data: bytes) -> bool:
        digest = checksum(data).hex()
        if self.shelf is not None:
            return self.shelf.contents.get(f"objects/{digest[:2]}/{digest}") == data
        try:
            return (self.vault / "objects" / digest[:2] / digest).read_bytes() == data
        except FileNotFoundError:
            return False

    def _quarantined(self) -> set[bytes]:
        return {data for disk in self.disks.values() for data in disk.quarantined()}
