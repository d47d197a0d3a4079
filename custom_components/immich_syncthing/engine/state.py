"""What the folders of an account share while it is at work; nothing of it survives a restart."""

import asyncio
from dataclasses import dataclass, field

from .gate import ImmichGate, SyncthingGate

GATE_SECONDS = 60.0
"""How long another folder's open gate is believed without asking again."""


@dataclass(slots=True)
class AccountState:
    """Shared by the folder engines.

    ``lock`` keeps planning and all changes but uploads to one folder at a time: two folders may hold the same
    content. ``gates``: what Syncthing last said of each folder, with the moment (monotonic seconds).
    ``roots``: when each root was last found in order. ``pending``: files that Android is still writing.
    ``unseen``: folders in which something is known to have moved that was not looked at yet;
    one that cannot be looked at does not count, so that the others do not wait for it. ``unheard``: folders in which
    something may have moved of which Syncthing has not told yet.
    ``sorting`` keeps rules to one folder at a time: two may want the same album made.
    ``pruned``: when the history was last found short enough (monotonic seconds).
    """

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    sorting: asyncio.Lock = field(default_factory=asyncio.Lock)
    uploadable: frozenset[str] = frozenset()
    immich: ImmichGate | None = None
    gates: dict[str, tuple[float, SyncthingGate]] = field(default_factory=dict)
    roots: dict[str, float] = field(default_factory=dict)
    pending: dict[str, int] = field(default_factory=dict)
    unseen: set[str] = field(default_factory=set)
    unheard: set[str] = field(default_factory=set)
    pruned: float | None = None

    def deletable(self, now: float) -> frozenset[str]:
        """Return the folders whose strong gate is open."""
        return frozenset(
            folder_id
            for folder_id, (since, gate) in self.gates.items()
            if gate.open and now - since < GATE_SECONDS and self._root_open(folder_id, now)
        )

    def uploading(self, now: float) -> frozenset[str]:
        """Return the folders whose weak gate is open."""
        if self.immich is None or not self.immich.open:
            return frozenset()
        return frozenset(folder_id for folder_id in self.roots if self._root_open(folder_id, now))

    def all_seen(self, folder_id: str) -> bool:
        """Return whether no folder but this one has news to look at: what it misses may just have moved there."""
        return not self.unseen - {folder_id}

    def does_not_count(self, folder_id: str) -> None:
        """Have no other folder wait for one that cannot be looked at."""
        self.unseen.discard(folder_id)
        self.unheard.discard(folder_id)

    def _root_open(self, folder_id: str, now: float) -> bool:
        seen = self.roots.get(folder_id)
        return seen is not None and now - seen < GATE_SECONDS
