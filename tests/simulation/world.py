"""A whole world: phones, two servers, a disk, Home Assistant, and the record of what became of each photo."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from custom_components.immich_syncthing.engine.ledger.views import ContentView, IntentKind
from custom_components.immich_syncthing.engine.model import Answer, AssetState, Base, Preset

from .clock import VirtualClock
from .contents import checksum, photo
from .disk import FolderDisk
from .faults import Points
from .freed import is_photo
from .home import Home, Wants
from .immich import SimulatedAsset, SimulatedImmich
from .immich_port import ImmichPortUnderTest, Watch
from .line import Line, at_once
from .phone import Phone
from .record import Record, Violation
from .second_house import SecondHouse
from .shelf import Shelf
from .syncthing import Hearing, SharedFolder
from .syncthing_port import SyncthingPortUnderTest
from .versions import Version
from .whereabouts import Whereabouts


@dataclass(frozen=True, slots=True)
class Setup:
    """How a world begins. ``folders``: id → (preset, its phones). ``newest_wins``: Syncthing 2 everywhere."""

    folders: Mapping[str, tuple[Preset, tuple[str, ...]]]
    newest_wins: bool = False
    chance: int = 0
    """Seed of what the engine itself leaves to chance."""
    far: bool = False
    """Whether the vault lies in a store far away, and a replica in another one."""
    films: bool = False
    """Whether each photo takes so long to send that cycles go on beside it."""


@dataclass(frozen=True, slots=True)
class LedgerCopy:
    """What owners had decided when the ledger was backed up. See :class:`.record.Record`."""

    answered: Mapping[bytes, set[Answer]]
    unwanted: Mapping[bytes, float]


@dataclass(slots=True)
class World:
    """Everything there is. ``faults`` counts what was injected; ``trace`` tells what happened, one line a step."""

    place: Path
    clock: VirtualClock
    points: Points
    immich: SimulatedImmich
    port: ImmichPortUnderTest
    disks: dict[str, FolderDisk]
    phones: dict[str, Phone]
    shared: dict[str, SharedFolder]
    syncthing: SyncthingPortUnderTest
    home: Home
    record: Record
    trace: list[str] = field(default_factory=list)
    faults: int = 0
    cycles: int = 0
    snapshot: dict[str, SimulatedAsset] | None = None
    ledger_copy: LedgerCopy | None = None
    """What the owner had answered when Home Assistant was backed up last."""
    vault_away: bool = False
    second_house: SecondHouse | None = None
    films: bool = False
    whereabouts: Whereabouts = field(default_factory=Whereabouts)
    chance: int = 0
    """The setup's."""
    line: Line = field(init=False)

    def __post_init__(self) -> None:
        """Have Immich tell Home Assistant of permanent deletions, whenever that runs."""
        self.line = Line(self.chance, self._hear)
        self.immich.told = self.line.tell

    @classmethod
    async def begin(cls, place: Path, setup: Setup, points: Points) -> World:
        """Make a world in the empty directory ``place`` and start Home Assistant in it."""
        clock = VirtualClock()
        immich = SimulatedImmich(clock)
        disks = {folder_id: FolderDisk.made(place, folder_id) for folder_id in setup.folders}
        wants = {folder_id: Wants(preset) for folder_id, (preset, _) in setup.folders.items()}
        record = Record(clock, immich, disks, place / "vault", wants)
        whereabouts = Whereabouts()

        def came(folder_id: str, path: str, data: bytes, version: Version) -> None:
            whereabouts.came(folder_id, path, data)
            record.came(folder_id, path, data, version)

        hearing = Hearing(came, record.left)
        names = sorted({phone for _, phones in setup.folders.values() for phone in phones})
        phones = {name: Phone(name, clock, setup.newest_wins) for name in names}
        shared = {
            folder_id: SharedFolder(
                folder_id,
                clock,
                disks[folder_id],
                hearing,
                {name: phones[name] for name in members},
                setup.newest_wins,
            )
            for folder_id, (_, members) in setup.folders.items()
        }
        port = ImmichPortUnderTest(immich, points, Watch(record.changed_by_engine))
        syncthing = SyncthingPortUnderTest(shared, points)
        home = Home(place, clock, points, port, syncthing, disks, wants, Random(setup.chance))
        if setup.far:
            home.shelf = record.shelf = Shelf(clock)
        world = cls(
            place,
            clock,
            points,
            immich,
            port,
            disks,
            phones,
            shared,
            syncthing,
            home,
            record,
            films=setup.films,
            whereabouts=whereabouts,
            chance=setup.chance,
        )
        record.view = world.view
        if setup.far:
            world.second_house = SecondHouse(place, clock, points, port, Random(setup.chance).random)
        await home.start()
        return world

    async def end(self) -> None:
        await self.home.stop()
        shutil.rmtree(self.place)

    def _hear(self, asset_id: str) -> None:
        if self.home.account is not None:
            at_once(self.home.account.note_deleted([asset_id]))

    def asset(self, number: int) -> SimulatedAsset | None:
        """Return the asset of a photo."""
        return self.immich.holding(photo(number))

    def shelves(self) -> list[Shelf]:
        """Return what is far away."""
        found = (self.home.shelf, None if self.second_house is None else self.second_house.shelf)
        return [shelf for shelf in found if shelf is not None]

    def view(self, data: bytes) -> ContentView | None:
        """Return what the engine's ledger knows of a content."""
        with self.home.ledger() as ledger:
            return ledger.content(checksum(data))

    def knows(self, data: bytes) -> bool:
        """Return whether the engine's ledger knows that Immich has, or had, a content."""
        view = self.view(data)
        return view is not None and (view.base is not Base.NEW or view.asset.state is AssetState.TRASHED)

    def is_unseen(self, data: bytes) -> bool:
        """Return whether a file holds a content, and the ledger has not heard of that one, or has not linked it.

        What the engine was putting back itself when it died it finds out about.
        """
        there = {
            (folder_id, path)
            for folder_id, disk in self.disks.items()
            for path, held in disk.expected.items()
            if held == data and is_photo(path)
        }
        if not there:
            return False
        with self.home.ledger() as ledger:
            view = ledger.content(checksum(data))
            coming = {one.checksum for one in ledger.open_intents() if one.kind is IntentKind.BRING_BACK}
        if checksum(data) in coming:
            return False
        linked = view is not None and view.base in {Base.LINKED, Base.KEPT}
        return not linked or (view is not None and not there <= {(row.folder_id, row.path) for row in view.present})

    def neighbours(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield what lies beside each other as a live photo's video and still."""
        for disk in self.disks.values():
            yield from disk.neighbours()

    def folder_of(self, phone: str) -> SharedFolder:
        """Return the folder that a phone is a member of: one each."""
        return next(folder for folder in self.shared.values() if phone in folder.phones)

    def check(self) -> None:
        """Look at what the engine may never do. Raises ``Violation``."""
        self.compare()
        if self.second_house is not None:
            self.second_house.look()
            self.record.violations.extend(self.second_house.violations)
        if self.record.violations:
            raise Violation("; ".join(self.record.violations))
        if wrong := self.whereabouts.wrong(self.immich):
            message = f"rules: {wrong}"
            raise Violation(message)
        if lost := self.record.lost():
            words = ", ".join(data.decode() for data in lost)
            message = f"promise 1: {words} is on no side, not in Immich's trash and not in the vault"
            raise Violation(message)

    def compare(self) -> None:
        """Find what the engine did to the folders since the last look."""
        for folder_id, disk in self.disks.items():
            self.trace.extend(f"    {line}" for line in self.record.compare(folder_id, disk))

    def demand(self, promise: int, met: bool, what: Callable[[], str]) -> None:
        """Raise ``Violation`` unless the condition is met."""
        if not met:
            message = f"promise {promise}: {what()}"
            raise Violation(message)
