"""One survey of a folder, or of a part of it: directory by directory, what the disk lists is merged into the ledger.

Other work comes in between a few directories and the next, never between listing one and merging it.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import batched

from .errors import RootUnreadableError
from .ledger import Ledger
from .listing import Listing, join
from .merge import Merged, Rules, merge
from .model import Signature
from .patterns import Filter
from .ports import Clock
from .scan import Root
from .settings import PENDING_SECONDS, SETTLE_SECONDS
from .stillness import Stillness
from .trees import is_at_or_below, outermost
from .workers import Workers

ROWS_PER_TRANSACTION = 2000
"""So that no transaction grows with the library."""

LISTED_TOGETHER = 1000
"""Names that are listed before they are merged: threads take turns once for many small directories, or one large."""


@dataclass(frozen=True, slots=True)
class FolderObservation:
    """What a look at the folder found.

    Of this look: ``full`` or of some paths only; ``files``, the usable ones met; ``changed``, how many rows were
    written or departed; ``unreadable`` directories; ``skipped`` names that are no valid UTF-8; ``root_adopted``, the
    folder's disk has another device number and was recognised by its files.
    Of the whole folder: rows that are ``unsettled`` or ``unhashed``, and ``pending`` files that Android writes.
    """

    full: bool
    files: int
    unsettled: int
    unhashed: int
    pending: int
    unreadable: tuple[str, ...]
    changed: int
    skipped: int
    root_adopted: bool


@dataclass(slots=True)
class Watch:
    """What a folder's surveys share: ``unsettled`` files and ``pending`` names, since when they are still.

    ``turn`` is held while a directory is listed and merged.
    """

    unsettled: Stillness = field(default_factory=Stillness)
    pending: Stillness = field(default_factory=Stillness)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    def pending_at(self, monotonic: float) -> int:
        """Return how many files Android is still writing; leftovers of a crashed camera do not count."""
        return len(self.pending.younger_than(PENDING_SECONDS, monotonic))


class Survey:
    """Looks at directories and names of an open folder, and sums up what it met."""

    def __init__(  # noqa: PLR0913 - what a survey is made of
        self,
        folder_id: str,
        root: Root,
        watch: Watch,
        ledger: Ledger,
        workers: Workers,
        clock: Clock,
        uploadable: frozenset[str],
        *,
        hides: Filter,
        complete: Collection[str] = frozenset(),
        unreadable: Mapping[str, Signature] | None = None,
        moved: tuple[int, int] | None = None,
        judged: bool = False,
    ) -> None:
        """Begin. ``hides``: what is not looked at. ``complete``: paths that need not settle.

        ``unreadable``, ``moved``: see :class:`.merge.Rules`; ``judged``: see :func:`compare`.
        """
        self._folder_id = folder_id
        self._root = root
        self._watch = watch
        self._ledger = ledger
        self._workers = workers
        self._clock = clock
        self._uploadable = uploadable
        self._filter = hides
        self._complete = frozenset(complete)
        self._unreadable = unreadable or {}
        self._moved = moved
        self._judged = judged
        self._remembered = watch.unsettled.paths | watch.pending.paths
        self._met: set[str] = set()
        self._blind: set[str] = set()
        self._changed = 0
        self._skipped = 0
        self.files = 0

    async def tree(self, below: str, directories: Iterable[str], progress: Callable[[int], None] | None = None) -> None:
        """Walk the disk ``below`` a directory, then look for those of the ledger's that the walk did not meet.

        Raises:
            RootUnreadableError: the root itself cannot be listed.
        """
        walk = self._root.walk(below, self._filter.closes) if not self._filter.closes(below) else iter(())
        met: set[str] = set()
        while found := await self._next(lambda: _some_of(walk), None):
            met.update(directory for directory, _ in found)
            if progress is not None:
                progress(self.files)
        for directory in directories:
            if directory not in met:
                await self.names(directory, None)

    async def names(self, directory: str, only: Collection[str] | None) -> Merged:
        """Look at a directory, or at some names of it. Raises as ``tree``."""
        hidden = Listing(directory, self._root.device) if self._filter.closes(directory) else None
        [(_, merged)] = await self._next(lambda: [hidden or self._root.listing(directory, only)], only)
        return merged

    async def observation(self, *, full: bool, covered: Callable[[str], bool]) -> FolderObservation:
        """Sum up, and forget the watched paths that this survey ``covered`` and did not meet any more."""
        gone = [
            path for path in self._remembered - self._met if covered(path) and not is_at_or_below(path, self._blind)
        ]
        self._watch.unsettled.forget(gone)
        self._watch.pending.forget(gone)
        waiting = await self._workers.ledger.run(self._ledger.unsettled, self._folder_id)
        unresolved = await self._workers.ledger.run(self._ledger.unresolved_in, self._folder_id)
        return FolderObservation(
            full=full,
            files=self.files,
            unsettled=len(waiting),
            unhashed=unresolved - len(waiting),
            pending=self._watch.pending_at(self._clock.monotonic()),
            unreadable=tuple(outermost(self._blind)),
            changed=self._changed,
            skipped=self._skipped,
            root_adopted=self._moved is not None,
        )

    async def _next(self, look: Callable[[], list[Listing]], only: Collection[str] | None) -> list[tuple[str, Merged]]:
        """List and merge some directories, and return what came of each; nothing when ``look`` has none left."""
        async with self._watch.turn:
            rules = self._rules()
            listings = await self._workers.disk.run(look)
            for listing in listings:
                if listing.error is not None:
                    if not listing.directory:
                        raise RootUnreadableError(listing.error)
                    self._blind.add(listing.directory)
            found = await self._workers.ledger.run(
                lambda: [(listing, self._record(listing, only, rules)) for listing in listings]
            )
            for listing, merged in found:
                self._note(listing, merged)
            return [(listing.directory, merged) for listing, merged in found]

    def _rules(self) -> Rules:
        """Judge by the time before the disk is asked: a file is still for no longer than it was seen to be."""
        monotonic, wall = self._clock.monotonic(), self._clock.wall()

        def still(path: str, signature: Signature) -> bool:
            return (
                path in self._complete
                or _is_old(signature, wall)
                or self._watch.unsettled.lasted(path, signature, SETTLE_SECONDS, monotonic)
            )

        return Rules(self._folder_id, self._uploadable, still, self._unreadable, self._moved, self._filter)

    def _note(self, listing: Listing, merged: Merged) -> None:
        now = self._clock.monotonic()
        self._watch.unsettled.note(merged.unsettled, now)
        self._watch.pending.note(merged.pending, now)
        self._met.update(merged.unsettled, merged.pending)
        self._changed += len(merged.seen) + len(merged.departed)
        self._skipped += listing.skipped
        self.files += merged.files

    def _record(self, listing: Listing, only: Collection[str] | None, rules: Rules) -> Merged:
        """Merge in the ledger's thread, so that nobody changes the rows in between."""
        if only is None:
            merged = compare(self._ledger, listing, rules, judged=self._judged)
        else:
            found = (self._ledger.file(self._folder_id, join(listing.directory, name)) for name in only)
            merged = merge(listing, [row for row in found if row is not None], rules)
        now = self._clock.wall()
        for seen in batched(merged.seen, ROWS_PER_TRANSACTION, strict=False):
            self._ledger.apply_observation(self._folder_id, seen, (), now)
        for departed in batched(merged.departed, ROWS_PER_TRANSACTION, strict=False):
            self._ledger.apply_observation(self._folder_id, (), departed, now)
        if listing.error is None and not self._filter.closes(listing.directory):
            self._ledger.note_bin(self._folder_id, listing.directory, merged.binned, now, only)
        if listing.error is None and (merged.sidecars or self._ledger.has_sidecars(self._folder_id)):
            self._ledger.see_sidecars(self._folder_id, listing.directory, merged.sidecars, only)
        return merged


def compare(ledger: Ledger, listing: Listing, rules: Rules, *, judged: bool) -> Merged:
    """Merge a whole directory with the ledger's rows of it.

    ``judged``: all its names were judged before by these same extensions and patterns, and none is unreadable or of a
    disk that moved. Then a settled file that looks as it did, which is nearly all of a library each time, means what
    it meant, and nothing about it has to be found out again.
    """
    if not judged:
        return merge(listing, ledger.directory(rules.folder_id, listing.directory), rules)
    rows, files = ledger.changed_in(rules.folder_id, listing.directory, listing.files)
    merged = merge(replace(listing, files=files), rows, rules)
    merged.files += len(listing.files) - len(files)
    return merged


def _some_of(walk: Iterator[Listing]) -> list[Listing]:
    """Return the next directories, until they have a good many names together; none when there are no more."""
    listings, names = [], 0
    for listing in walk:
        listings.append(listing)
        names += len(listing.files) + len(listing.others) + 1
        if names >= LISTED_TOGETHER:
            break
    return listings


def _is_old(signature: Signature, wall: float) -> bool:
    """Return whether both times of the file are past for long enough; one in the future never is."""
    return max(signature.mtime_ns, signature.ctime_ns) <= (wall - SETTLE_SECONDS) * 1e9
