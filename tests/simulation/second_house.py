"""The replica of a simulated account: the real one, on a shelf far away, and what may never become of it."""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from custom_components.immich_syncthing.immich.models import Visibility
from custom_components.immich_syncthing.replica.ports import LocalOriginal, Surroundings
from custom_components.immich_syncthing.replica.replica import Replica
from custom_components.immich_syncthing.replica.settings import DAY_SECONDS, ReplicaSettings

from .clock import VirtualClock
from .contents import checksum, name
from .faults import CountedPool, Points
from .immich import SimulatedAsset
from .immich_port import ImmichPortUnderTest
from .shelf import Shelf, SimulatedStore

SETTINGS = ReplicaSettings(grace_days=3, at_once=2)


class NoLocalOriginals:
    """The replica takes everything from Immich: what the account's folders hold proves nothing of its copies."""

    async def open(self, checksum: bytes) -> LocalOriginal | None:
        """Return ``None``."""
        return None

    async def sidecar(self, checksum: bytes) -> bytes | None:
        """Return ``None``."""
        return None

    async def linked(self, checksums: Sequence[bytes]) -> Collection[bytes]:
        """Return nothing."""
        return ()


@dataclass(slots=True)
class SecondHouse:
    """What outlives each life of Home Assistant, and the record of when each content was last in the account."""

    place: Path
    clock: VirtualClock
    points: Points
    library: ImmichPortUnderTest
    random: Callable[[], float]
    shelf: Shelf = field(init=False)
    last_there: dict[bytes, float] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)
    clock_was_wrong: bool = False

    def __post_init__(self) -> None:
        self.shelf = Shelf(self.clock, self._removed)
        (self.place / "scratch").mkdir()

    async def open(self) -> Replica:
        """Open the replica as Home Assistant does when it starts."""
        store = SimulatedStore(self.shelf, self.points)
        pool = CountedPool(self.points, ledger=False)
        around = Surroundings(store, self.library, NoLocalOriginals(), self.clock, pool, self.random)
        return await Replica.open(around, self.place / "replica.db", SETTINGS, self.place / "scratch")

    def look(self) -> None:
        """Note what the account holds now."""
        self.clock_was_wrong |= bool(self.clock.ahead)
        for asset in self.library.server.assets.values():
            if asset.active:
                self.last_there[asset.data] = self.clock.now

    def missing(self) -> list[str]:
        """Return what a stranger who reads the replica does not find of what the account shows."""
        kept = self.shelf.contents
        told: dict[str, dict[str, object]] = {}
        for key, text in sorted(kept.items()):
            if key.startswith("manifest/") and key.endswith(".jsonl"):
                told |= {line["checksum"]: line for line in map(json.loads, text.splitlines())}
        lacking = []
        for asset in self._shown():
            line = told.get(checksum(asset.data).hex())
            if line is None or kept.get(str(line["key"])) != asset.data:
                lacking.append(name(asset.data))
        return lacking

    def _shown(self) -> list[SimulatedAsset]:
        """Return what is there and can be read."""
        return [
            asset
            for asset in self.library.server.assets.values()
            if asset.active and asset.visibility is not Visibility.LOCKED and asset.data not in self.library.poison
        ]

    def _removed(self, key: str, data: bytes) -> None:
        """An original leaves only when it has not been in the account for the grace period."""
        if not key.startswith("originals/") or key.endswith(".xmp"):
            return
        asset = self.library.server.holding(data)
        if asset is None:
            # Whether it had been back before it was purged nobody can tell any more.
            return
        # Who comes in after the last question is copied by the next run.
        if asset.active and round(asset.updated_at.timestamp() * 1000) <= self.library.asked:
            self.violations.append(f"the replica let {name(data)} go, which is in Immich")
        away = self.clock.now - self.last_there.get(data, 0.0)
        if away < SETTINGS.grace_seconds and not self.clock_was_wrong:
            self.violations.append(f"the replica let {name(data)} go {away / DAY_SECONDS:.1f} days after it was there")
