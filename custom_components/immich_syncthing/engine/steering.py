"""What a folder is told from outside, between and during its cycles, and what it shows of itself."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial

from .apply.context import Context, Folder
from .apply.sending import Sending
from .confirmation import Confirmation
from .floor import Floor
from .freeing import Choice, begin, choose
from .leaving import Request
from .ledger.views import FolderTotals
from .looking import Looking
from .model import FolderState
from .observe import Walks, read_ahead
from .pausing import Pause
from .pulse import Pulse
from .recovering import Recovery
from .removal import take_disk
from .report import CycleReport
from .rules import Space
from .settings import FolderSettings
from .state import AccountState
from .transfer import Transfer
from .wishes import Wishes


class Steering:
    """One folder at work, without its cycles: its state, its listeners, and what its owner and events tell it."""

    def __init__(self, context: Context, state: AccountState, recovery: Recovery, folder: Folder) -> None:
        """Work on ``folder`` of the account ``context``."""
        self._context = context
        self._account = state
        self._recovery = recovery
        self._folder = folder
        self._wishes = Wishes(context.clock)
        self._sending = Sending(context, self._wishes, partial(read_ahead, folder))
        self._walks = Walks()
        self._confirmation = Confirmation(context, folder.settings)
        self._leftovers_settled = False
        self._running, self._floor = asyncio.Lock(), Floor()
        self._pause = Pause(context, folder.settings.id)
        self._listeners: list[Callable[[], None]] = []
        self.state = FolderState.PAUSED if self._pause.active else FolderState.SCANNING
        self.transfer = Transfer(context.clock, self._moved_on)
        self.looking = Looking(self._moved_on)
        self.totals = FolderTotals()
        self.last_report: CycleReport | None = None
        state.unseen.add(folder.settings.id)

    @property
    def settings(self) -> FolderSettings:
        """The folder's settings."""
        return self._folder.settings

    @property
    def pulse(self) -> Pulse:
        """When the folder was last as it should be, also before this start."""
        return self._folder.pulse

    @property
    def last_success(self) -> float | None:
        """When a cycle last succeeded, in wall seconds, also before this start."""
        return self._folder.pulse.success

    def add_listener(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener`` at every change of state or progress; return what ends that, also after ``close``."""
        self._listeners.append(listener)

        def end() -> None:
            with suppress(ValueError):
                self._listeners.remove(listener)

        return end

    def note_change(self, path: str, *, complete: bool) -> None:
        """Look at ``path`` in the next cycle. ``complete``: Syncthing itself put it in place."""
        self._wishes.change(path, complete=complete)
        self._account.unseen.add(self.settings.id)

    def note_hint(self) -> None:
        """Have uploads that are under way make room for a look at both sides: Immich may have changed."""
        self._wishes.hint()

    def note_gap(self) -> None:
        """Look at everything in the next cycle: events may have been missed."""
        self._wishes.everything()
        self._account.unseen.add(self.settings.id)

    async def to_free(self, space: Space, most: int) -> Choice:
        """Choose what is to leave the folder to free space, the oldest first; see :func:`.freeing.choose`.

        Raises:
            RecoveryError: everything is compared anew: what is remembered is no evidence of anything.
            ImmichError, SyncthingError, EngineError: as ``choose``.
        """
        if self._recovery.running:
            raise self._recovery.error
        return await choose(self._context, self.settings.id, space, most)

    def free(self, space: Space, choice: Choice) -> Request:
        """Have the next cycles free what was chosen, as far as that is still so by then; return what becomes of it."""
        request = begin(self._context, self.settings.id, space, choice)
        self.note_hint()
        return request

    async def take_over(self) -> None:
        """Make this Home Assistant the one that works in the folder. Raises ``EngineError``, e.g. ``NoFenceError``."""
        async with self._alone():
            await self._recovery.fences.take_over(self.settings.id)
            self.note_gap()

    async def take_disk(self) -> None:
        """Work with the disk that is mounted at the folder's path now. Nothing on it or missing there is a deletion.

        What was known of the disk before is forgotten, as if the folder had moved. Raises ``LedgerError``.
        """
        context = self._context
        async with self._alone(), self._account.lock:
            await context.workers.ledger.run(take_disk, context.ledger, self.settings, context.clock.wall())
            self._leftovers_settled = False
            self.note_gap()

    @asynccontextmanager
    async def _alone(self) -> AsyncIterator[None]:
        """Let nothing else go on in the folder. A film that is being sent is not waited for, but sent again later."""
        with self._sending.held_back():
            async with self._running, self._floor.taken():
                yield

    def full_check(self) -> None:
        """Look at everything in the next cycle: walk the whole folder, and ask the oracle about every checksum."""
        self.note_gap()
        self._context.immich_observer.sweep_soon()

    async def load(self) -> None:
        """Take up what the ledger remembers of earlier lives. Raises ``LedgerError``."""
        ledger = self._context.ledger
        self.totals = await self._context.workers.ledger.run(ledger.totals, self.settings.id)

    @property
    def paused(self) -> bool:
        """Whether the owner lets the folder rest now."""
        return self._pause.active

    @property
    def paused_alone(self) -> bool:
        """Whether this very folder was paused, be everything stopped or not."""
        return self._pause.own

    @property
    def paused_until(self) -> float | None:
        """When a paused folder goes on by itself, in wall seconds; ``None``: not before ``resume``, or not paused."""
        return self._pause.until

    async def pause(self, until: float | None) -> None:
        """Begin nothing in the folder before ``until`` (wall seconds) or ``resume``, also after a restart.

        A running cycle is broken off where it is safe; an action that was begun is finished. Raises ``EngineError``:
        that cannot be noted, and all goes on.
        """
        await self._pause.begin(until)
        self._forget_gates()
        self._show(FolderState.SCANNING)

    async def resume(self) -> None:
        """Go on with the next cycle. Raises ``EngineError``: that cannot be noted, and the folder stays paused."""
        await self._pause.end()
        self._show(FolderState.SCANNING)

    def heed_stop(self) -> None:
        """Begin nothing, or go on with the next cycle, now that all folders were stopped or may go on."""
        if self.paused:
            self._pause.break_off()
            self._forget_gates()
        self._show(FolderState.SCANNING)

    def _forget_gates(self) -> None:
        """Let nothing be done in the folder because of how it looked a moment ago, and nobody wait for it."""
        self._account.gates.pop(self.settings.id, None)
        self._account.roots.pop(self.settings.id, None)
        self._account.does_not_count(self.settings.id)

    async def close(self) -> None:
        """Wait until no cycle runs, and nobody looks."""
        async with self._running, self._floor.taken():
            self._listeners.clear()

    def _moved_on(self) -> None:
        for listener in tuple(self._listeners):
            listener()

    def _show(self, state: FolderState) -> None:
        self.state = FolderState.PAUSED if self.paused else state
        self._moved_on()
