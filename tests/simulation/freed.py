"""What leaves folders to free space, as far as it may, and which folders rely on Immich since."""

from dataclasses import dataclass, field

from custom_components.immich_syncthing.engine.rules import Space, Traits

from .clock import VirtualClock
from .disk import FolderDisk
from .home import Wants
from .immich import SimulatedImmich


@dataclass(slots=True)
class Freed:
    """``asked``: what owners ask for at the moment, per folder. ``ever``: what has left a folder so.

    ``due``: what was to leave when some cycle began, so that it may be its owner who deleted it just then; ``due_now``:
    and from which folder, when the last one began. That there is room meanwhile is known too late.
    ``returned``: bytes of what came back when a folder was last looked at, so that other photos made room for it.
    """

    clock: VirtualClock
    immich: SimulatedImmich
    disks: dict[str, FolderDisk]
    wants: dict[str, Wants]
    asked: dict[str, list[Space]] = field(default_factory=dict)
    ever: set[bytes] = field(default_factory=set)
    due: set[bytes] = field(default_factory=set)
    due_now: set[tuple[str, bytes]] = field(default_factory=set)
    returned: int = 0
    _relying: set[tuple[str, bytes]] = field(default_factory=set)
    _forgotten: set[bytes] = field(default_factory=set)
    """What folders freed before the ledger was lost: known from their marks, for as long as no file of it is newer."""

    def traits(self, data: bytes) -> Traits:
        asset = self.immich.holding(data)
        if asset is None:
            return Traits(None, favourite=False, in_album=False)
        captured = None if asset.captured_at is None else asset.captured_at.timestamp()
        return Traits(captured, asset.favorite, bool(asset.albums))

    def begins(self) -> None:
        """A cycle begins: note what it may be about to free."""
        self.returned = 0
        self.due_now = {
            (folder_id, data)
            for folder_id, disk in self.disks.items()
            if any(one.asks for one in self._spaces(folder_id))
            for data in disk.expected.values()
            if self._may_go(folder_id, data)
        }
        self.due |= {data for _, data in self.due_now}

    def _spaces(self, folder_id: str) -> list[Space]:
        return [self.wants[folder_id].rules.space, *self.asked.get(folder_id, [])]

    def _may_go(self, folder_id: str, data: bytes) -> bool:
        size = sum(len(one) for path, one in self.disks[folder_id].expected.items() if is_photo(path))
        now = self.clock.wall()
        return any(one.lets_go(self.traits(data), now, size + self.returned) for one in self._spaces(folder_id))

    def takes(self, folder_id: str, data: bytes, stills: set[bytes], *, moved: bool) -> bool:
        """Return whether a file that went may have gone to free space, because Immich has it, or had it until just now.

        A video goes with its photo: ``stills``. ``moved``: the world did something with it since the last cycle began.
        """
        asset = self.immich.holding(data)
        if asset is None or not (asset.active or moved):
            return False
        may_go = (folder_id, data) in self.due_now or self._may_go(folder_id, data)
        if not may_go and not stills & (self.ever | self.due):
            return False
        self.ever.add(data)
        if not moved:
            self._relying.add((folder_id, data))
        return True

    def relying(self, data: bytes) -> list[str]:
        """Return the folders that freed a content and have not had it since: whoever deletes it, they keep it."""
        return sorted(folder_id for folder_id, one in self._relying if one == data)

    def was_there(self, folder_id: str, data: bytes) -> None:
        """A folder has had a content since, or has it: its owner may wish it gone."""
        self._relying.discard((folder_id, data))

    def came(self, folder_id: str, data: bytes) -> None:
        """A file was put into a folder."""
        self.was_there(folder_id, data)
        if data in self._forgotten:
            self.forget(data)

    def forget(self, data: bytes) -> None:
        """An owner wishes a content gone everywhere."""
        self._relying = {one for one in self._relying if one[1] != data}

    def forget_all(self) -> None:
        """The ledger is lost, or an older one is back."""
        self._forgotten = {data for _, data in self._relying}


def is_photo(path: str) -> bool:
    """Return whether a path is a file for us: what lies in Android's bin is not."""
    return not path.rpartition("/")[2].startswith(".") and not path.endswith(".xmp")
