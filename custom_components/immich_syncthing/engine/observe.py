"""The folder's half of observing: walk or look, settle, hash, as far as one cycle goes."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from ..faults.coded import Problem
from .apply.context import Context, Folder
from .errors import EngineError, UnreadableError
from .gate import SyncthingGate
from .looking import Looking, Step
from .model import FolderState
from .settings import SETTLE_SECONDS
from .wishes import Wish, Wishes

FULL_WALK_SECONDS = 6 * 3600.0
"""How often the whole folder is walked without a reason: what a watcher never reports is found then."""

LATE_SECONDS = 300.0
"""How late a name may come: a poll of Syncthing's events lasts a minute, and is begun anew after a failure."""

HASH_FILES = 500
HASH_BYTES = 2 * 1024**3
"""What is read before a cycle plans at most, so that deletions and fresh photos get their turn in between."""

FRESH_FILES = 50
FRESH_BYTES = 256 * 1024**2
"""What is read where others were read ahead, newest first: those need not wait long, nor does a fresh photo."""

AHEAD_BYTES = 1024**3
"""What is read at most while others are sent: the second reading finds it in the system's memory."""


@dataclass(slots=True)
class Observation:
    """What one look at a folder gave. ``again_in``: seconds until another look is worth it, ``None`` if none is.

    ``pending``: files that Android is still writing; they hold deletions back. ``unhashed``: whether files wait to be
    read. ``waits_for``: folders whose next look this one waits for.
    """

    state: FolderState | None = None
    problem: Problem | None = None
    again_in: float | None = None
    pending: int = 0
    unhashed: bool = False
    waits_for: frozenset[str] = frozenset()


@dataclass(slots=True)
class Walks:
    """When the folder was last walked in full, and what Syncthing's index looked like.

    ``unheard``: by how much more the index moved since than paths were named: Syncthing's events may be on their way.
    ``late``: how many names may still come of what a walk has shown already; they say nothing of what moved since.
    """

    last_full: float | None = None
    sequence: int | None = None
    unheard: int = 0
    late: int = 0
    _late_before: int = 0
    _late_since: float = 0.0

    def due(self, now: float, gate: SyncthingGate, wish: Wish) -> bool:
        """Return whether a full walk is due.

        An index that moved while nobody named a path means that an event was missed.
        """
        moved = gate.sequence is not None and gate.sequence != self.sequence and not wish.paths
        stale = self.last_full is None or now - self.last_full >= FULL_WALK_SECONDS
        return wish.everything or stale or moved

    def walked(self, now: float, gate: SyncthingGate) -> None:
        """Note a full walk, which shows all that the index knew when the gate was asked."""
        self.late += self.unheard + self._moved(gate)
        if self.late > self._late_before:
            self._late_since = now
        self.last_full, self.unheard, self._late_before = now, 0, self.late

    def looked(self, now: float, named: int, gate: SyncthingGate) -> None:
        """Note a look at so many paths. Names that are late stand for no other change of the index."""
        if now - self._late_since > LATE_SECONDS:
            # What is not named by now never will be: not every change of an index is one of a file.
            self.late = self._late_before = 0
        due = min(self.late, named)
        self.late -= due
        self.unheard = max(0, self.unheard + self._moved(gate) - (named - due))

    def _moved(self, gate: SyncthingGate) -> int:
        """Return by how much the index moved since it was last looked at; one that was made anew by all that it has."""
        if gate.sequence is None:
            return 0
        before, self.sequence = self.sequence, gate.sequence
        if before is None:
            return 0
        return gate.sequence - before if gate.sequence >= before else gate.sequence


async def observe_folder(
    context: Context,
    folder: Folder,
    wishes: Wishes,
    walks: Walks,
    gate: SyncthingGate,
    looking: Looking,
) -> Observation:
    """Bring the ledger up to date with the disk. Raises ``EngineError`` where the root cannot be trusted."""
    settings, observer, ledger = folder.settings, folder.observer, context.ledger
    wish = wishes.take()
    try:
        if walks.due(context.clock.monotonic(), gate, wish):
            await _walk(context, folder, walks, gate, looking)
        if wish.paths:
            await observer.paths(wish.paths, wish.complete)
        else:
            await observer.settle()
        walks.looked(context.clock.monotonic(), len(wish.paths), gate)
        if walks.unheard and await context.workers.ledger.run(ledger.misses_files):
            # What is missing may lie where nobody told of yet: a file renamed twice, with one half heard.
            await _walk(context, folder, walks, gate, looking)
    except BaseException:
        wishes.give_back(wish)
        if walks.unheard:
            # The names that are given back account for nothing a second time.
            walks.last_full = None
        raise
    unread = await _unread(context, settings.id)
    most = (FRESH_FILES, FRESH_BYTES) if folder.has_read_ahead else (HASH_FILES, HASH_BYTES)
    folder.has_read_ahead = False
    if unread:
        left = await context.workers.ledger.run(ledger.unresolved_in, settings.id)
        with looking.at(Step.READING, left) as progress:
            await observer.hash_pending(*most, progress, lambda: wishes.interrupting)
        unread = await _unread(context, settings.id)
    observation = Observation(pending=observer.pending)
    if observer.unreadable:
        observation.problem = Problem.of(UnreadableError(observer.unreadable[0], len(observer.unreadable)))
    if unread:
        observation.unhashed = True
        observation.again_in = 0.0
    elif await context.workers.ledger.run(ledger.unresolved_in, settings.id):
        observation.again_in = SETTLE_SECONDS
    return observation


async def read_ahead(folder: Folder, over: Callable[[], bool]) -> None:
    """Read files that wait for it while others are sent, until that is ``over``: once it is, the next are known.

    Sending does not end for what goes wrong here. The next cycle meets it, and tells.
    """
    with suppress(EngineError, OSError):
        read = await folder.observer.read_ahead(HASH_FILES, AHEAD_BYTES, over)
        folder.has_read_ahead |= read >= FRESH_FILES


async def _walk(context: Context, folder: Folder, walks: Walks, gate: SyncthingGate, looking: Looking) -> None:
    now = context.clock.monotonic()
    known = await context.workers.ledger.run(context.ledger.counts, folder.settings.id)
    with looking.at(Step.WALKING, known.files) as progress:
        await folder.observer.full(progress)
    walks.walked(now, gate)


async def _unread(context: Context, folder_id: str) -> bool:
    return bool(await context.workers.ledger.run(context.ledger.unhashed, folder_id, 1))
