"""Home Assistant's side: the engine, started, stopped and killed."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from custom_components.immich_syncthing.engine.account import AccountEngine
from custom_components.immich_syncthing.engine.cycle import FolderEngine
from custom_components.immich_syncthing.engine.errors import EngineError
from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.model import OnEdit, Policy, Preset
from custom_components.immich_syncthing.engine.rules import Rules
from custom_components.immich_syncthing.engine.settings import AccountSettings, FolderSettings
from custom_components.immich_syncthing.engine.sorting.model import SortingRules
from custom_components.immich_syncthing.engine.workers import Workers
from custom_components.immich_syncthing.vault.directory import DirectoryVault
from custom_components.immich_syncthing.vault.errors import VaultError
from custom_components.immich_syncthing.vault.object_vault import ObjectVault
from tests.crashing import Killed

from .clock import VirtualClock
from .disk import FolderDisk
from .faults import CountedPool, Plan, Points
from .immich_port import ImmichPortUnderTest
from .shelf import Shelf, SimulatedStore
from .syncthing_port import SyncthingPortUnderTest


@dataclass(frozen=True, slots=True)
class Wants:
    """What the owner has set for one folder."""

    preset: Preset
    ignore: tuple[str, ...] = ()
    rules: Rules = field(default_factory=Rules)
    on_edit: OnEdit | None = None
    sorting: SortingRules = field(default_factory=SortingRules)

    @property
    def policy(self) -> Policy:
        """Return what that means for deletions and edits."""
        return self.made("", Path()).policy

    def made(self, folder_id: str, root: Path) -> FolderSettings:
        """Return what the engine makes of it."""
        return FolderSettings(
            folder_id,
            folder_id,
            folder_id,
            root,
            preset=self.preset,
            on_edit=self.on_edit,
            ignore=self.ignore,
            rules=self.rules,
            sorting=self.sorting,
        )


@dataclass(slots=True)
class Home:
    """One entry with its folders. ``account`` is ``None`` while it does not run."""

    place: Path
    clock: VirtualClock
    points: Points
    immich: ImmichPortUnderTest
    syncthing: SyncthingPortUnderTest
    disks: dict[str, FolderDisk]
    wants: dict[str, Wants]
    random: Random
    settings: AccountSettings = field(default_factory=AccountSettings)
    account: AccountEngine | None = None
    shelf: Shelf | None = None
    """Where the vault lies, if not on a disk."""
    vault_made: bool = False
    workers: Workers = field(init=False)
    _looker: Ledger | None = None
    """The ledger as somebody beside the engine sees it, kept open while that runs: to open it is to check all of it."""

    def __post_init__(self) -> None:
        ledger, disk = CountedPool(self.points, ledger=True), CountedPool(self.points, ledger=False)
        self.workers = Workers(ledger, disk)
        (self.place / "ledgers").mkdir()

    @property
    def vault_directory(self) -> Path:
        return self.place / "vault"

    @property
    def ledger_path(self) -> Path:
        return self.place / "ledgers" / "ledger.sqlite"

    def folder(self, folder_id: str) -> FolderEngine | None:
        """Return a folder's engine, if it runs."""
        return self.account.folders.get(folder_id) if self.account is not None else None

    async def start(self) -> None:
        """Open the ledger and the vault; without its disk the vault waits."""
        vault = self._vault()
        with suppress(VaultError):
            if self.shelf is not None:
                await vault.prepare(create=not self.vault_made)
                self.vault_made = True
            else:
                await vault.prepare(create=not (self.place / "ledgers" / "vault").exists())
                (self.place / "ledgers" / "vault").touch()
        with suppress(EngineError):
            self.account = await AccountEngine.open(
                ledger_path=self.ledger_path,
                immich=self.immich,
                syncthing=self.syncthing,
                vault=vault,
                workers=self.workers,
                clock=self.clock,
                random=self.random.random,
                settings=self.settings,
                folders=[self.wants[folder_id].made(folder_id, disk.root) for folder_id, disk in self.disks.items()],
            )

    def _vault(self) -> DirectoryVault | ObjectVault:
        if self.shelf is None:
            return DirectoryVault(self.vault_directory, self.workers.disk, self.clock.wall)
        return ObjectVault(SimulatedStore(self.shelf, self.points), self.clock.wall, self.workers.disk)

    async def stop(self) -> None:
        """End as Home Assistant does."""
        if self._looker is not None:
            self._looker.close()
            self._looker = None
        if self.account is not None:
            account, self.account = self.account, None
            await account.close()

    async def under(self, plan: Plan, work: asyncio.Future[None] | asyncio.Task[None]) -> bool:
        """Let ``work`` go on by ``plan``; return whether it was killed. What was killed runs again afterwards."""
        with self.points.run(plan), suppress(Killed):  # also where it comes out of a group of tasks
            await work
        if not self.points.dead:
            return False
        await self._bury()
        await self.start()
        return True

    async def _bury(self) -> None:
        """Let nothing of the dead process do anything any more, then let its file descriptors go."""
        me = asyncio.current_task()
        while left := [task for task in asyncio.all_tasks() if task is not me]:
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
        self.points.revive()
        await self.stop()

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """Read the ledger beside the engine, as somebody with ``sqlite3`` would: what is not committed is not there."""
        if self.account is not None:
            self._looker = self._looker or Ledger.open(self.ledger_path)
            yield self._looker
            return
        ledger = Ledger.open(self.ledger_path)
        try:
            yield ledger
        finally:
            ledger.close()
