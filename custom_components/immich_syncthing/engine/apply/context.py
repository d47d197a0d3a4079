"""What every step of applying a plan works with."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from ...immich.errors import CannotConnectError, MaintenanceError, MissingPermissionError, WrongKeyError
from ...vault.model import Vault
from ..committing import Committing
from ..errors import IntentOpenError
from ..gate_facts import KnownFolders, KnownImmich
from ..leaving import Leaving
from ..ledger import Ledger
from ..ledger.views import HistoryEntry, IntentKind, IntentView, Json
from ..observe_folder import FolderObserver
from ..observe_immich import ImmichObserver
from ..ports import Clock, ImmichPort, SyncthingPort
from ..pulse import Pulse
from ..report import Tallies
from ..rules import Traits
from ..settings import AccountSettings, FolderSettings
from ..standstill import Standstill
from ..transfer import Transfer
from ..under_way import UnderWay
from ..workers import Workers

LOST = (CannotConnectError, MaintenanceError, WrongKeyError)
"""Errors of Immich that everything else would meet as well."""

STOPPING = (*LOST, MissingPermissionError)
"""Errors that the next item of the same kind would meet as well."""

FIRST_RETRY_SECONDS = 30.0
"""After the first failure of an item; doubled with each further one."""

NEVER_SECONDS = 10 * 365 * 24 * 3600.0
"""For what trying again does not change, until its file, its asset or its owner does."""

LONGEST_RETRY_SECONDS = 3600.0
"""However often an item failed, it is tried again within the hour."""


@dataclass(slots=True)
class Folder:
    """One folder at work: its settings, the observer of its files, and when it was last as it should be.

    ``has_read_ahead``: files that were read while others were sent can be sent next.
    """

    settings: FolderSettings
    observer: FolderObserver
    pulse: Pulse
    has_read_ahead: bool = False


@dataclass(slots=True)
class Context:
    """The account's parts. ``random`` returns a number in [0, 1). ``active``: intents being carried out now.

    ``opening``: contents whose intents are being noted; others may see one before whoever notes it hears of that.
    ``traits``: what Immich said of an asset, and when (monotonic seconds). ``leaving``: what leaves folders to free
    space; see :mod:`..freeing`. ``paused``: until when folders rest, in
    wall seconds; see :mod:`..pausing`. ``stopped``: all of them rest, until their owner says otherwise.
    """

    immich: ImmichPort
    syncthing: SyncthingPort
    vault: Vault
    ledger: Ledger
    workers: Workers
    clock: Clock
    random: Callable[[], float]
    settings: AccountSettings
    known_immich: KnownImmich
    known_folders: KnownFolders
    immich_observer: ImmichObserver
    folders: Mapping[str, Folder] = field(default_factory=dict)
    active: set[int] = field(default_factory=set)
    opening: Counter[bytes] = field(default_factory=Counter)
    traits: dict[str, tuple[float, Traits]] = field(default_factory=dict)
    leaving: dict[str, Leaving] = field(default_factory=dict)
    paused: dict[str, float] = field(default_factory=dict)
    stopped: bool = False
    standstill: Standstill = field(default_factory=Standstill)
    under_way: UnderWay = field(default_factory=UnderWay)
    _committing: Committing = field(init=False)

    def __post_init__(self) -> None:
        """Let all steps share commits."""
        self._committing = Committing(self.ledger, self.workers.ledger)

    def leaving_of(self, folder_id: str) -> Leaving:
        """Return what leaves a folder to free space."""
        return self.leaving.setdefault(folder_id, Leaving())

    def is_paused(self, *folder_ids: str) -> bool:
        """Return whether any of these folders rests now: nothing may be begun in it."""
        now = self.clock.wall()
        return self.stopped or any(self.paused.get(one, now) > now for one in folder_ids)

    async def commit[T](self, change: Callable[[], T]) -> T:
        """Run what changes the ledger as one transaction, see :meth:`..committing.Committing.make`."""
        return await self._committing.make(change)

    async def journal(
        self, kind: IntentKind, checksum: bytes, folder_id: str, payload: Mapping[str, Json]
    ) -> int | None:
        """Note durably what is about to be done; the intent's id, or ``None``: something is under way for this content.

        Whoever carries it out does so :meth:`at_work`, and closes it. ``None`` also while the ledger is copied: by the
        time that it is done, the world may look different.
        """
        opened = await self.journal_and(lambda: None, kind, checksum, folder_id, payload)
        return None if opened is None else opened[0]

    async def journal_and[T](
        self, read: Callable[[], T], kind: IntentKind, checksum: bytes, folder_id: str, payload: Mapping[str, Json]
    ) -> tuple[int, T] | None:
        """Journal, and return with the intent's id what ``read`` finds in the ledger."""
        if self.standstill.holds:
            return None
        now = self.clock.wall()
        self.opening[checksum] += 1
        try:
            return await self.commit(lambda: (self.ledger.open_intent(kind, checksum, folder_id, payload, now), read()))
        except IntentOpenError:
            return None
        finally:
            self.opening[checksum] -= 1
            if not self.opening[checksum]:
                del self.opening[checksum]

    @contextmanager
    def at_work(self, intent: int) -> Iterator[None]:
        """Carry an intent out: nobody else settles it meanwhile. One left open is settled by the next cycle."""
        self.active.add(intent)
        try:
            yield
        finally:
            self.active.discard(intent)

    def carries_out(self, intent: IntentView) -> bool:
        """Return whether an open intent is of now: it was left open by nobody."""
        return intent.id in self.active or bool(self.opening[intent.checksum])

    async def close(self, intent: int) -> None:
        """End an intent, however it went."""
        await self.commit(lambda: self.ledger.close_intent(intent))

    async def back_off(self, checksum: bytes, code: str, action: str | None, *, permanent: bool = False) -> None:
        """Note that an item failed, and when it may be tried again.

        ``action``: what the history calls what was tried; ``None``: it only has to wait.
        """
        view = await self.workers.ledger.run(self.ledger.content, checksum)
        attempts = view.attempts if view is not None else 0
        delay = NEVER_SECONDS if permanent else min(FIRST_RETRY_SECONDS * 2**attempts, LONGEST_RETRY_SECONDS)
        now = self.clock.wall()
        retry_at = now + delay * (0.75 + 0.5 * self.random())
        await self.workers.ledger.run(self.ledger.fail, checksum, now, retry_at, code, permanent, action)


@dataclass(slots=True)
class Run:
    """One cycle's application: as whom, and what it changed so far.

    ``transfer`` is told of uploads. ``device_names``: Syncthing's devices by their short ids, once they were asked for.
    ``began``: when the cycle did, in monotonic seconds.
    """

    owner_id: str
    tallies: Tallies
    transfer: Transfer
    device_names: dict[str, str] | None = None
    syncthing_silent: bool = False
    began: float = 0.0


def story(
    action: str,
    path: str,
    folder_id: str | None,
    checksum: bytes,
    asset_id: str | None,
    *,
    why: str,
    origin: str,
) -> HistoryEntry:
    """Return the history's line for an action that succeeded."""
    return HistoryEntry(
        action=action,
        path=path,
        folder_id=folder_id,
        checksum=checksum,
        asset_id=asset_id,
        why=why,
        origin=origin,
        result="done",
    )
