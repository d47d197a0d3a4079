"""An account at work: one ledger, one vault, and an engine for each of its folders."""

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Callable, Collection, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Self

from ..immich.models import AssetCounts
from ..syncthing.models import FolderConfig
from ..vault.model import Vault, VaultEntry
from ..vault.retention import Elsewhere
from .apply.context import Context, Folder
from .chronicle import export
from .cycle import FolderEngine
from .elsewhere import look_elsewhere, note_removed
from .fence_file import FenceFile
from .fencing import Fences
from .gate_facts import KnownFolders, KnownImmich
from .lately import Lately
from .ledger import Ledger
from .ledger.hold_views import AnswerView, HoldItemView, HoldPosition, HoldView
from .ledger.views import EVERYTHING, HistoryFilter, HistoryView, Told
from .model import Answer, Base, FolderState, Preset
from .observe_folder import FolderObserver
from .observe_immich import ImmichObserver
from .originals import Originals
from .pausing import known_pauses
from .ports import Clock, ImmichPort, SyncthingPort
from .pulse import load_pulses
from .reconsider import Reconsidered, reconsider
from .recovering import Recovery, RecoveryView
from .removal import RemovalPreview, removal_preview, take_folders
from .restoration import Restoration, Returned, returned, still_under_way
from .restoring import restore
from .selection import Selection
from .settings import AccountSettings, FolderSettings
from .showing import Shown, shown, shown_bytes
from .standstill import FINISH_SECONDS
from .state import AccountState
from .workers import Workers

_LOGGER = logging.getLogger(__name__)


class AccountEngine:
    """All folders of one account. Make it with ``open``, end it with ``close``."""

    def __init__(self, context: Context, state: AccountState, recovery: Recovery) -> None:
        """Make an engine for each of the context's folders."""
        self._context = context
        self._state = state
        self._recovery = recovery
        self._listeners: list[Callable[[Told], None]] = []
        self.folders = {
            folder_id: FolderEngine(context, state, recovery, folder) for folder_id, folder in context.folders.items()
        }
        self.originals = Originals(context)

    @classmethod
    async def open(  # noqa: PLR0913 - the parts that an account is made of
        cls,
        *,
        ledger_path: Path,
        immich: ImmichPort,
        syncthing: SyncthingPort,
        vault: Vault,
        workers: Workers,
        clock: Clock,
        random: Callable[[], float],
        settings: AccountSettings,
        folders: Sequence[FolderSettings],
        being_copied: bool = False,
    ) -> Self:
        """Open the ledger and forget the folders that are configured no more; ``being_copied``: see ``begin_copy``.

        Raises:
            LedgerError: the ledger cannot be read or written.
        """
        ledger = await workers.ledger.run(Ledger.open, ledger_path, still=being_copied)
        await workers.ledger.run(_take_settings, ledger, folders, clock.wall())
        pulses = await workers.ledger.run(load_pulses, ledger, [folder.id for folder in folders], clock.wall())
        paused = await workers.ledger.run(known_pauses, ledger, [folder.id for folder in folders])
        state = AccountState()
        known_immich = KnownImmich(immich, ledger, workers, clock)
        lately = Lately(clock, wanted=any(folder.sorting for folder in folders))
        context = Context(
            immich=immich,
            syncthing=syncthing,
            vault=vault,
            ledger=ledger,
            workers=workers,
            clock=clock,
            random=random,
            settings=settings,
            known_immich=known_immich,
            known_folders=KnownFolders(clock),
            immich_observer=ImmichObserver(immich, ledger, workers, clock, known_immich, lately),
            folders={
                folder.id: Folder(
                    folder,
                    FolderObserver(folder, ledger, workers, clock, uploadable=lambda: state.uploadable),
                    pulses[folder.id],
                )
                for folder in folders
            },
            paused=paused,
        )
        marks = {folder.id: FenceFile(folder, vault, workers) for folder in folders}
        recovery = Recovery(context, Fences(marks, ledger, workers, settings.instance))
        await recovery.load()
        if being_copied:
            context.standstill.begin()
        account = cls(context, state, recovery)
        ledger.listen(partial(account._hear, asyncio.get_running_loop()))
        for one in account.folders.values():
            await one.load()
        return account

    def add_history_listener(self, listener: Callable[[Told], None]) -> Callable[[], None]:
        """Call ``listener`` in the event loop with each entry that the history gets, once it is on the disk.

        In their order, and none twice; what was recorded in an earlier life is not told. Return what ends that.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _hear(self, loop: asyncio.AbstractEventLoop, told: Told) -> None:
        if self._listeners:
            loop.call_soon_threadsafe(self._tell, told)

    def _tell(self, told: Told) -> None:
        for listener in tuple(self._listeners):
            try:
                listener(told)
            except Exception:
                _LOGGER.exception("A listener to the history failed")

    def note_immich(self, user_id: str, trashed: AssetCounts) -> None:
        """Take from whoever asked just now that Immich works, for this user, and how much lies in the trash.

        Told every minute, an idle cycle need not ask; see :mod:`.gate_facts`.
        """
        self._context.known_immich.note(user_id)
        self._context.immich_observer.note_trash(trashed)

    async def note_deleted(self, asset_ids: Collection[str]) -> None:
        """Take from Immich's websocket that assets were deleted for good; on the disk when this returns.

        It counts like a look at the trash, once the oracle says that they are gone. While everything is compared anew,
        nobody knows whose wish it was, and it is passed over. Raises ``LedgerError``.
        """
        if not self._recovery.running:
            await self._context.immich_observer.note_deleted(asset_ids)

    def note_folders(self, configs: Iterable[FolderConfig]) -> None:
        """Take from whoever asked just now how Syncthing's folders are configured, as with ``note_immich``."""
        self._context.known_folders.note(configs)

    @property
    def settings(self) -> AccountSettings:
        """The account's settings."""
        return self._context.settings

    async def close(self) -> None:
        """Wait for running cycles to end and close the ledger. The workers stay the caller's."""
        for folder in self.folders.values():
            await folder.close()
        await self._context.workers.ledger.run(self._context.ledger.close)

    def stop(self) -> None:
        """Begin nothing in any folder until ``go_on``. What was begun is finished; see :mod:`.pausing`."""
        self._heed(stopped=True)

    def go_on(self) -> None:
        """Go on with the next cycles, except in folders that were paused by themselves. Harmless if all goes on."""
        self._heed(stopped=False)

    async def begin_copy(self) -> None:
        """Let the ledger's file be copied while it is in use, until ``end_copy``; see :mod:`.standstill`.

        What was begun is finished, as far as that does not take long, and nothing else begun. Raises ``LedgerError``.
        """
        context = self._context
        context.standstill.begin()
        deadline = context.clock.monotonic() + FINISH_SECONDS
        while (context.active or context.opening) and context.clock.monotonic() < deadline:
            await context.clock.sleep(0.1)
        await context.workers.ledger.run(context.ledger.keep_still)

    def work_during_copy(self) -> None:
        """Let actions be begun again. The file can still be copied."""
        self._context.standstill.end()

    async def end_copy(self) -> None:
        """Go on as before. Harmless without a copy. Raises ``LedgerError``."""
        self._context.standstill.end()
        await self._context.workers.ledger.run(self._context.ledger.move_again)

    def _heed(self, *, stopped: bool) -> None:
        if stopped is self._context.stopped:
            return
        self._context.stopped = stopped
        for folder in self.folders.values():
            folder.heed_stop()

    async def set_preset(self, folder_id: str, preset: Preset) -> None:
        """Let another preset hold for the next action, also of a running cycle, and look at everything again by it.

        Raises:
            LedgerError: that cannot be noted. The preset holds nevertheless; the next ``open`` notes it.
        """
        context = self._context
        folder = context.folders[folder_id]
        folder.settings = replace(folder.settings, preset=preset)
        settings = [one.settings for one in context.folders.values()]
        await context.workers.ledger.run(_take_policies, context.ledger, settings)

    async def recovery(self) -> RecoveryView | None:
        """Return the recovery that runs, else the last one that was not acknowledged."""
        return await self._recovery.view()

    @property
    def vault(self) -> Vault:
        """Return what keeps the deleted files."""
        return self._context.vault

    async def acknowledge_recovery(self) -> None:
        """Note that the owner knows of the last recovery."""
        await self._recovery.acknowledge()

    async def holds(self) -> list[HoldView]:
        """Return the open holds, oldest first."""
        return await self._context.workers.ledger.run(self._context.ledger.holds)

    async def hold_items(self, hold_id: str, after: HoldPosition | None = None, limit: int = 100) -> list[HoldItemView]:
        """Return one page of what waits in a hold, by folder and path, behind ``after``; of a closed one nothing."""
        return await self._context.workers.ledger.run(self._context.ledger.hold_items, hold_id, after, limit)

    async def joined_revision(self, hold_id: str) -> int:
        """Return the revision at which the newest of what waits in a hold joined it; 0 of a closed one."""
        return await self._context.workers.ledger.run(self._context.ledger.joined_revision, hold_id)

    async def shown(self, checksum: bytes, *, waiting: bool) -> Shown | None:
        """Return a content that any folder has or had, with ``waiting`` only one that waits in a hold."""
        return await shown(self._context, checksum, waiting=waiting)

    def shown_bytes(self, checksum: bytes, *, waiting: bool) -> AsyncGenerator[bytes]:
        """Yield what ``shown`` returns; nothing of anything else. Close it.

        Raises:
            EngineError, ImmichError, VaultError: it cannot be read now.
        """
        return shown_bytes(self._context, checksum, waiting=waiting)

    async def answer(
        self, hold_id: str, revision: int, answer: Answer, checksums: Collection[bytes] | None = None
    ) -> int:
        """Answer the items that the owner saw, or those of them in ``checksums``; return how many.

        Raises:
            UnknownHoldError: the hold is closed or never was.
        """
        count = await self._context.workers.ledger.run(
            self._context.ledger.answer, hold_id, revision, answer, self._context.clock.wall(), checksums
        )
        self._context.immich_observer.count_trash_soon()
        _LOGGER.info("%d items of a decision were answered: %s", count, answer)
        return count

    async def answers(self, limit: int = 100, before: str | None = None) -> list[AnswerView]:
        """Return one page of answers that can be reconsidered, newest first, beginning below the id ``before``."""
        return await self._context.workers.ledger.run(self._context.ledger.answers, limit, before)

    async def has_answer(self, which: str) -> bool:
        """Return whether an answer (its id), or one to a hold (the hold's id), can be reconsidered."""
        return bool(await self._context.workers.ledger.run(self._context.ledger.answered, which, None, 1))

    async def reconsider(self, which: str) -> Reconsidered:
        """Take back an answer (its id), or all answers to a hold (the hold's id), as far as that is still possible.

        Raises:
            LedgerError, VaultError: it cannot be told, or noted. What came before that is taken back.
        """
        async with self._state.lock:
            reconsidered = await reconsider(self._context, which)
        self._context.immich_observer.count_trash_soon()
        _LOGGER.info(
            "An answer was taken back: %d items are asked about again, %d are brought back, %d stay as they are",
            reconsidered.asked_again,
            reconsidered.brought_back,
            len(reconsidered.hindered),
        )
        return reconsidered

    async def restore(
        self,
        wanted: Selection,
        *,
        dry_run: bool = False,
        details: int = 100,
        told: Callable[[Restoration], None] = lambda _: None,
    ) -> Restoration:
        """Have brought back what was deleted and is wanted; with ``dry_run`` only tell what that would be.

        At most ``details`` photos are listed, of those that come back and of those that do not. ``told`` hears now and
        then how far it is. The cycles of the folders then do it, as far as nothing keeps them from it.

        Raises:
            RecoveryError: everything is compared anew: what is remembered is no evidence of anything.
            LedgerError: it cannot be told, or noted. What came before that is asked for.
        """
        if self._recovery.running:
            raise self._recovery.error
        self._context.immich_observer.count_trash_soon()
        return await restore(self._context, wanted, self._state.lock, dry_run=dry_run, details=details, told=told)

    async def returned(self, restoration: Restoration) -> Returned:
        """Return what became of a restoration so far. Raises ``LedgerError``."""
        return await returned(self._context, restoration)

    async def still_under_way(self, restoration: Restoration, start: int = 0) -> int | None:
        """Return the number of the first photo, from ``start`` on, that is not back yet; ``None`` if all are."""
        return await still_under_way(self._context, restoration, start)

    def waits_for(self, folder_id: str) -> str | None:
        """Return why nothing is deleted or brought back in a folder now: ``paused``, or what its gate waits for."""
        if self._context.is_paused(folder_id):
            return FolderState.PAUSED.value
        _, gate = self._state.gates.get(folder_id, (0.0, None))
        return None if gate is None else gate.wait_reason

    async def history(
        self, limit: int = 100, before_id: int | None = None, wanted: HistoryFilter = EVERYTHING
    ) -> list[HistoryView]:
        """Return one page of the history's entries that are wanted, newest first, beginning below ``before_id``."""
        return await self._context.workers.ledger.run(self._context.ledger.history, limit, before_id, wanted)

    async def elsewhere(self, checksums: Sequence[bytes]) -> Elsewhere:
        """Look where else contents of the vault are, and which of them something waits for.

        Raises:
            RecoveryError: nobody can tell while everything is compared anew.
            ImmichError, LedgerError: that cannot be told now.
        """
        if self._recovery.running:
            raise self._recovery.error
        return await look_elsewhere(self._context, checksums)

    async def note_removed(self, entry: VaultEntry, why: str, origin: str) -> None:
        """Tell in the history that an only copy has left the vault. Raises ``LedgerError``."""
        await note_removed(self._context, entry, why, origin)

    async def export_history(self, path: Path, wanted: HistoryFilter = EVERYTHING) -> int:
        """Write the history to a file as JSON Lines, oldest first, and return how many lines it has.

        Raises:
            EngineError: the file cannot be written, or the history not be read. A file that was there is as it was.
        """
        return await export(self._context, path, wanted)

    async def bases(self, checksums: Sequence[bytes]) -> dict[bytes, Base]:
        """Return what is remembered of contents; those that no folder ever held are missing."""
        return await self._context.workers.ledger.run(self._context.ledger.bases, checksums)

    async def removal_preview(self, folder_id: str) -> RemovalPreview:
        """Return what removing a folder from the settings would do, before it is done. Nothing is deleted by that."""
        return await removal_preview(self._context, folder_id)


def _take_settings(ledger: Ledger, folders: Sequence[FolderSettings], now: float) -> None:
    take_folders(ledger, folders, now)
    ledger.set_sorting([folder.id for folder in folders if folder.sorting])
    _take_policies(ledger, folders)


def _take_policies(ledger: Ledger, folders: Sequence[FolderSettings]) -> None:
    policies = json.dumps(
        [
            [folder.id, folder.preset, folder.on_edit, folder.ignore, folder.include, repr(folder.rules)]
            for folder in sorted(folders, key=lambda one: one.id)
        ]
    )
    if ledger.get("policies") != policies:
        # What was settled under other settings may not be any more.
        ledger.mark_all_dirty()
        ledger.set("policies", policies)
