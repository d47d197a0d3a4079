"""The server's Syncthing: what phones send arrives piece by piece, with all the habits that were measured."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from custom_components.immich_syncthing.syncthing.models import FolderType

from .clock import VirtualClock
from .disk import FolderDisk
from .phone import Phone, conflict_name
from .versions import Order, Version, after, joined

SERVER = "server"


@dataclass(slots=True)
class Hearing:
    """Who is told of what Syncthing does on the disk: ``came`` and ``left`` (folder, path, bytes, version)."""

    came: Callable[[str, str, bytes, Version], None]
    left: Callable[[str, str, bytes, Version], None]


@dataclass(frozen=True, slots=True)
class DiskEvent:
    """An event that waits to be delivered."""

    path: str
    remote: bool


@dataclass(slots=True)
class SharedFolder:
    """A folder as the server's Syncthing has it. ``remotes``: what each phone said it has."""

    id: str
    clock: VirtualClock
    disk: FolderDisk
    hearing: Hearing
    phones: dict[str, Phone]
    newest_wins: bool
    index: dict[str, Version] = field(default_factory=dict)
    remotes: dict[str, dict[str, Version]] = field(default_factory=dict)
    sequence: int = 1
    events: list[DiskEvent] = field(default_factory=list)
    paused: bool = False
    scanning: bool = False
    error: str = ""
    faults: set[str] = field(default_factory=set)
    type: FolderType = FolderType.SEND_RECEIVE
    ignore_delete: bool = False

    def best(self, path: str) -> Version | None:
        """Return the version that all devices shall have."""
        best = self.index.get(path)
        for device in sorted(self.remotes):
            theirs = self.remotes[device].get(path)
            if theirs is not None and theirs.beats(best, newest_wins=self.newest_wins):
                best = theirs
        return best

    def needs(self) -> list[str]:
        """Return the paths that wait to be pulled: what comes first, what goes last."""
        paths = sorted({path for known in self.remotes.values() for path in known})
        wanted = [(path, self.best(path)) for path in paths if path not in self.faults]
        pending = [(best.data is None, path) for path, best in wanted if best is not None and self._lacks(path, best)]
        return [path for _, path in sorted(pending)]

    def _lacks(self, path: str, best: Version) -> bool:
        mine = self.index.get(path)
        if mine is None:
            return best.data is not None
        return mine.vector != best.vector and not (self.ignore_delete and best.data is None)

    def lacking(self, phone: str) -> list[Version]:
        """Return what a phone has not taken yet, as far as the server knows."""
        theirs = self.remotes.get(phone, {})
        return [
            version
            for path, version in self.index.items()
            if version.beats(theirs.get(path), newest_wins=self.newest_wins)
            and (version.data is not None or path in theirs)
        ]

    # --- with phones -------------------------------------------------------------------------------------------

    def meet(self, phone: Phone) -> None:
        """Let a connected phone scan, tell what it has, and take what the server has."""
        if self.paused:
            return
        phone.scan()
        if self.type is not FolderType.SEND_ONLY:
            self.remotes[phone.id] = dict(phone.index)
        if self.type is not FolderType.RECEIVE_ONLY:
            phone.pull(self.index)
            if self.type is not FolderType.SEND_ONLY:
                self.remotes[phone.id] = dict(phone.index)

    def pull(self, count: int, *, deletes_first: bool = False) -> int:
        """Put up to ``count`` of the pending versions in their places; return how many there were."""
        if self.paused or self.error or not self.disk.mounted:
            return 0
        done = 0
        for _ in range(count):
            needs = self.needs()
            if not needs:
                break
            self._pull(needs[-1] if deletes_first else needs[0], needs)
            done += 1
        return done

    def _pull(self, path: str, needs: Sequence[str]) -> None:
        theirs, mine = self.best(path), self.index.get(path)
        assert theirs is not None
        actual = self.disk.read(path)
        if actual != (mine.data if mine is not None else None):
            # "file modified but not rescanned": it is scanned, and pulled the next time.
            self.scan([path])
            if self.index.get(path) != mine:
                return
        if mine is not None and theirs.data == mine.data:
            self._note(path, Version(joined(mine, theirs), *_rest(theirs)))
            return
        clash = mine is not None and mine.order(theirs) is Order.CONCURRENT
        if clash and actual is not None:
            taken = self.disk.actual().keys() | self.index.keys()
            copy = conflict_name(path, self.clock.now, theirs.by, taken)
            self.disk.rename(path, copy)
            self._note(copy, Version(after(None, SERVER), actual, theirs.mtime_ns, SERVER, self.clock.now))
            self.events.append(DiskEvent(copy, remote=False))
            actual = None
        if theirs.data is None:
            if actual is not None:
                self.disk.remove(path)
                self.hearing.left(self.id, path, actual, theirs)
        else:
            self._place(path, theirs.data, theirs, actual, needs)
        self._note(path, Version(joined(mine, theirs), *_rest(theirs)))
        self.events.append(DiskEvent(path, remote=True))

    def _place(self, path: str, data: bytes, theirs: Version, actual: bytes | None, needs: Sequence[str]) -> None:
        leaving = next((one for one in needs if self._leaves(one, data)), None)
        if leaving is not None and actual is None:
            # A rename on the phone is one here: the same file under another name.
            self.disk.rename(leaving, path)
            self.disk.redate(path, theirs.mtime_ns)
            gone = self.best(leaving)
            assert gone is not None
            self._note(leaving, Version(joined(self.index.get(leaving), gone), *_rest(gone)))
            self.hearing.came(self.id, path, data, theirs)
            self.hearing.left(self.id, leaving, data, gone)
            self.events.append(DiskEvent(leaving, remote=True))
            return
        self.disk.place(path, data, theirs.mtime_ns)
        self.hearing.came(self.id, path, data, theirs)
        if actual is not None:
            self.hearing.left(self.id, path, actual, theirs)

    def _leaves(self, path: str, data: bytes) -> bool:
        best = self.best(path)
        return best is not None and best.data is None and self.disk.read(path) == data

    # --- on its own disk ---------------------------------------------------------------------------------------

    def scan(self, subs: Sequence[str] = ()) -> None:
        """Find what somebody else than Syncthing did on the disk: the engine, mostly."""
        if self.paused or not self.disk.mounted:
            return
        actual = self.disk.actual()
        for path, (data, mtime_ns) in actual.items():
            known = self.index.get(path)
            if _asked(path, subs) and (known is None or (known.data is None) or known.mtime_ns != mtime_ns):
                self._note(path, Version(after(known, SERVER), data, mtime_ns, SERVER, None))
                self.events.append(DiskEvent(path, remote=False))
        for path, known in list(self.index.items()):
            if _asked(path, subs) and known.data is not None and path not in actual:
                now_ns = int(self.clock.now) * 10**9
                self._note(path, Version(after(known, SERVER), None, now_ns, SERVER, None))
                self.events.append(DiskEvent(path, remote=False))

    def forget_index(self) -> None:
        """Lose the database: tombstones are forgotten, and phones bring back what they still have."""
        self.index.clear()
        self.remotes.clear()
        self.sequence = 1
        self.scan()
        self.events.clear()

    def _note(self, path: str, version: Version) -> None:
        self.index[path] = version
        self.sequence += 1


def _rest(version: Version) -> tuple[bytes | None, int, str, float | None]:
    return version.data, version.mtime_ns, version.by, version.decided_at


def _asked(path: str, subs: Sequence[str]) -> bool:
    return not subs or any(path == sub or path.startswith(f"{sub}/") for sub in subs)
