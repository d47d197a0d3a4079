"""What adding a folder would do, told before it is added: nothing is written, neither to a ledger nor to the folder.

A folder that is new to its account deletes nothing. What becomes of each content hangs on its bytes, so they are read:
all of them, or, where time does not suffice, those of a fair sample.
"""

import threading
from asyncio import TaskGroup
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .census import Amount, Census
from .model import Base, Signature
from .ports import Clock, ImmichPort
from .scan import Root
from .settings import FolderSettings
from .workers import Workers

LOOK_SECONDS = 60.0
"""How long somebody may be asked to wait before a form."""

LISTING_SHARE = 0.5
"""How much of that time listing the folder may take."""

READERS = 2
ASKED_AT_ONCE = 500

type Bases = Callable[[Sequence[bytes]], Awaitable[Mapping[bytes, Base]]]
"""Returns what an account remembers of contents; those that it does not know are missing."""


class Fate(StrEnum):
    """What becomes of a content of the new folder."""

    PRESENT = "present"
    """Immich has it: nothing is sent."""
    UPLOAD = "upload"
    ASK = "ask"
    """It lies in Immich's trash and nobody knows why: its owner is asked."""
    RESTORE = "restore"
    """It lies in Immich's trash by an earlier decision: being added again, it is taken out."""
    KEEP = "keep"
    """It is only in the folder by an earlier decision, and stays there."""


@dataclass(frozen=True, slots=True)
class FirstLook:
    """What was seen.

    ``found``: all files that Immich takes; of a folder that was not ``listed`` to its end, those met in time.
    ``compared``: those of them that were read and asked about. Equal ones count once in ``fates``. ``unread`` files
    could not be read, or are just being written; ``closed`` directories could not be read. ``strange`` files are of a
    kind that Immich does not take.
    """

    found: Amount
    compared: Amount
    fates: Mapping[Fate, Amount]
    unread: int
    closed: int
    strange: int
    listed: bool

    @property
    def complete(self) -> bool:
        """Whether every file was compared that can be."""
        return self.listed and self.compared.files + self.unread == self.found.files

    def expected(self, fate: Fate) -> Amount:
        """Return how much shares a fate: what was counted, or what that means for all that was found."""
        counted = self.fates.get(fate, Amount())
        if self.complete or not counted.files:
            return counted
        files = counted.files * self.found.files / self.compared.files
        size = counted.size * self.found.size / self.compared.size
        return Amount(round(files), round(size))


def fate_of(base: Base, *, active: bool, trashed: bool) -> Fate:
    """Return what becomes of a content that a new folder holds, as the decision table has it."""
    match base:
        case Base.LINKED:
            # Another folder of the account holds it too: what is to be decided is decided there.
            return Fate.PRESENT
        case _ if active:
            return Fate.PRESENT
        case Base.KEPT:
            return Fate.KEEP
        case Base.NEW if trashed:
            return Fate.ASK
        case _:
            return Fate.RESTORE if trashed else Fate.UPLOAD


async def first_look(  # noqa: PLR0913 - what a look is made of
    folder: FolderSettings,
    immich: ImmichPort,
    workers: Workers,
    *,
    clock: Clock,
    random: Callable[[], float],
    bases: Bases,
    seconds: float = LOOK_SECONDS,
    progress: Callable[[float], None] = lambda _: None,
) -> FirstLook:
    """Look for at most some ``seconds``; ``progress`` hears of the share that is done, up to 1.

    Cancelled, it stops reading after a block.

    Raises:
        RootMissingError, MarkerMissingError, RootUnreadableError: there is nothing to look at.
        ImmichError: Immich cannot be asked.
        LedgerError: the account's memory cannot be read.
    """
    uploadable = (await immich.media_types()).uploadable
    started = clock.monotonic()

    def used() -> float:
        return (clock.monotonic() - started) / seconds

    census = Census(folder.filter, uploadable, random)
    comparison = _Comparison(immich, bases)
    root = await workers.disk.run(Root.open, folder.root, folder.marker_name)
    try:
        listed = await census.count(root, workers, lambda: used() < LISTING_SHARE)
        await _read(root, workers, census.sample(), comparison, used, progress)
    finally:
        root.close()
    await comparison.ask()
    return FirstLook(
        found=census.found,
        compared=comparison.compared,
        fates=comparison.fates,
        unread=comparison.unread,
        closed=census.closed,
        strange=census.strange,
        listed=listed,
    )


async def _read(
    root: Root,
    workers: Workers,
    files: Sequence[tuple[str, Signature]],
    comparison: _Comparison,
    used: Callable[[], float],
    progress: Callable[[float], None],
) -> None:
    """Read files until all are read or the time is over. Raises ``ImmichError``, ``LedgerError``."""
    cancelled = threading.Event()
    total, done = sum(signature.size for _, signature in files), 0

    def over() -> bool:
        return cancelled.is_set() or used() >= 1

    async def read(waiting: Iterator[tuple[str, Signature]]) -> None:
        nonlocal done
        for path, signature in waiting:
            if over():
                return
            try:
                checksum = await workers.disk.run(root.hash_file, path, signature, cancelled=over)
            except OSError:
                checksum = None
            if checksum is None and over():
                return
            done += signature.size
            progress(min(1.0, max(done / total, used())))
            await comparison.add(checksum, signature.size)

    waiting = iter(files)
    try:
        async with TaskGroup() as readers:
            for _ in range(READERS):
                readers.create_task(read(waiting))
    except ExceptionGroup as group:
        raise group.exceptions[0] from None
    finally:
        cancelled.set()


class _Comparison:
    """Asks what becomes of contents, many at once."""

    def __init__(self, immich: ImmichPort, bases: Bases) -> None:
        self._immich = immich
        self._bases = bases
        self._seen: set[bytes] = set()
        self._waiting: dict[bytes, int] = {}
        self.fates: dict[Fate, Amount] = {}
        self.compared = Amount()
        self.unread = 0

    async def add(self, checksum: bytes | None, size: int) -> None:
        """Take what was read of one file; ``None``: it could not be."""
        if checksum is None:
            self.unread += 1
            return
        self.compared += Amount(1, size)
        if checksum in self._seen:
            return
        self._seen.add(checksum)
        self._waiting[checksum] = size
        if len(self._waiting) >= ASKED_AT_ONCE:
            await self.ask()

    async def ask(self) -> None:
        """Ask about all that waits. An empty question would be an error to Immich."""
        sizes, self._waiting = self._waiting, {}
        if not sizes:
            return
        answers = await self._immich.bulk_upload_check(list(sizes))
        known = await self._bases(list(sizes))
        for checksum, size in sizes.items():
            answer = answers[checksum]
            active = answer.asset_id is not None and not answer.is_trashed
            fate = fate_of(known.get(checksum, Base.NEW), active=active, trashed=answer.is_trashed)
            self.fates[fate] = self.fates.get(fate, Amount()) + Amount(1, size)
