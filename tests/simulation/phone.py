"""A phone: its owner's photos, and the Syncthing on it."""

from collections.abc import Container
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from .clock import VirtualClock
from .versions import Order, Version, after, joined


@dataclass(frozen=True, slots=True)
class Held:
    """A file on a phone. ``decided_at``: when its owner put it there; ``None``: it came from the server."""

    data: bytes
    mtime_ns: int
    decided_at: float | None


@dataclass(slots=True)
class Phone:
    """``tree``: what is on it. ``index``: what its Syncthing knows. ``gone``: when its owner deleted a path."""

    id: str
    clock: VirtualClock
    newest_wins: bool
    tree: dict[str, Held] = field(default_factory=dict)
    index: dict[str, Version] = field(default_factory=dict)
    gone: dict[str, float] = field(default_factory=dict)

    # --- its owner ---------------------------------------------------------------------------------------------

    def put(self, path: str, data: bytes, mtime_ns: int | None = None) -> None:
        """Take, copy or save a photo."""
        self.tree[path] = Held(data, int(self.clock.now) * 10**9 if mtime_ns is None else mtime_ns, self.clock.now)

    def delete(self, path: str) -> None:
        del self.tree[path]
        self.gone[path] = self.clock.now

    def rename(self, old: str, new: str) -> None:
        held = self.tree[old]
        self.delete(old)
        self.put(new, held.data, held.mtime_ns)

    def touch(self, path: str) -> None:
        """Change nothing but the date: a file manager, a restored backup."""
        held = self.tree[path]
        self.tree[path] = Held(held.data, int(self.clock.now) * 10**9, held.decided_at)

    # --- its Syncthing -----------------------------------------------------------------------------------------

    def scan(self) -> None:
        """Find what its owner did."""
        for path, held in self.tree.items():
            known = self.index.get(path)
            if known is None or known.data != held.data or known.mtime_ns != held.mtime_ns:
                vector = after(known, self.id)
                self.index[path] = Version(vector, held.data, held.mtime_ns, self.id, held.decided_at)
        for path, known in self.index.items():
            if known.data is not None and path not in self.tree:
                at = self.gone.get(path, self.clock.now)
                self.index[path] = Version(after(known, self.id), None, int(at) * 10**9, self.id, at)

    def pull(self, offered: dict[str, Version]) -> None:
        """Take over what the server has and this phone has not."""
        for path, theirs in sorted(offered.items()):
            mine = self.index.get(path)
            if not theirs.beats(mine, newest_wins=self.newest_wins):
                continue
            held = self.tree.get(path)
            clash = mine is not None and mine.order(theirs) is Order.CONCURRENT
            if clash and held is not None and held.data != theirs.data:
                taken = self.tree.keys() | self.index.keys()
                self.put(conflict_name(path, self.clock.now, theirs.by, taken), held.data, held.mtime_ns)
            if theirs.data is None:
                self.tree.pop(path, None)
            else:
                self.tree[path] = Held(theirs.data, theirs.mtime_ns, None)
            vector = joined(mine, theirs)
            self.index[path] = Version(vector, theirs.data, theirs.mtime_ns, theirs.by, theirs.decided_at)
        self.scan()

    def forget_index(self) -> None:
        """Lose the database: everything on the phone is new again."""
        self.index.clear()


def conflict_name(path: str, now: float, by: str, taken: Container[str]) -> str:
    """Return the name of a copy that lost, as Syncthing spells it.

    Syncthing would overwrite what is there under that name. Nobody's phones get into two conflicts about one path
    within a second, except here, where a second has many steps: then it is that of a later second.
    """
    pure = PurePosixPath(path)
    day, second = divmod(int(now), 86_400)
    mark = f".sync-conflict-{20_000_000 + day:08}-{second:06}-{by.upper():X<7.7}"
    name = str(pure.with_name(f"{pure.stem}{mark}{pure.suffix}"))
    return conflict_name(path, now + 1, by, taken) if name in taken else name
