"""The folder's half of observing: walk or look, settle, hash, as far as one cycle goes."""

from collections.abc import Callable
from dataclasses import dataclass

from .apply.context import Context, Folder
from .errors import UnreadableError
from .gate import SyncthingGate
from .model import FolderState
from .report import Problem
from .settings import SETTLE_SECONDS
from .wishes import Wish, Wishes

FULL_WALK_SECONDS = 6 * 3600.0
"""How often the whole folder is walked without a reason: what a watcher never reports is found then."""

HASH_FILES = 500
HASH_BYTES = 2 * 1024**3
"""What is hashed in one cycle at most, so that deletions and fresh photos get their turn in between."""


@dataclass(slots=True)
class Observation:
    """What one look at a folder gave. ``again_in``: seconds until another look is worth it, ``None`` if none is.

    ``pending``: files that Android is still writing; they hold deletions back. ``unhashed``: whether files wait to be
    read.
    """

    state: FolderState | None = None
    problem: Problem | None = None
    again_in: float | None = None
    pending: int = 0
    unhashed: bool = False


@dataclass(slots=True)
class Walks:
    """When the folder was last walked in full, and what Syncthing's index looked like."""

    last_full: float | None = None
    sequence: int | None = None

    def due(self, now: float, gate: SyncthingGate, wish: Wish) -> bool:
        """Return whether a full walk is due.

        An index that moved while nobody named a path means that an event was missed.
        """
        moved = gate.sequence is not None and gate.sequence != self.sequence and not wish.paths
        stale = self.last_full is None or now - self.last_full >= FULL_WALK_SECONDS
        return wish.everything or stale or moved


async def observe_folder(
    context: Context,
    folder: Folder,
    wishes: Wishes,
    walks: Walks,
    gate: SyncthingGate,
    progress: Callable[[int], None],
) -> Observation:
    """Bring the ledger up to date with the disk. Raises ``EngineError`` where the root cannot be trusted."""
    settings, observer = folder.settings, folder.observer
    wish = wishes.take()
    now = context.clock.monotonic()
    try:
        if walks.due(now, gate, wish):
            await observer.full(progress)
            walks.last_full = now
        if wish.paths:
            await observer.paths(wish.paths, wish.complete)
        else:
            await observer.settle()
        walks.sequence = gate.sequence
    except BaseException:
        wishes.give_back(wish)
        raise
    await observer.hash_pending(HASH_FILES, HASH_BYTES, progress, lambda: wishes.interrupting)
    observation = Observation(pending=observer.pending)
    if observer.unreadable:
        observation.problem = Problem.of(UnreadableError(observer.unreadable[0], len(observer.unreadable)))
    ledger = context.ledger
    if await context.workers.ledger.run(ledger.unhashed, settings.id, 1):
        observation.unhashed = True
        observation.again_in = 0.0
    elif await context.workers.ledger.run(ledger.unresolved_in, settings.id):
        observation.again_in = SETTLE_SECONDS
    return observation
