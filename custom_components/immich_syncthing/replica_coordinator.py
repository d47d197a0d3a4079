"""A replica's rhythm: copy, let go, read again, rest; and whatever somebody asks of it meanwhile."""

import random
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, override

from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from .background_coordinator import BackgroundCoordinator
from .const import CONF_STORE
from .coordinator import ImmichSyncthingConfigEntry
from .engine.originals import Originals
from .faults.coded import Problem
from .immich.client import ImmichClient
from .replica.errors import ReplicaError, ReplicaPausedError
from .replica.failing import problem_of
from .replica.model import DrillReport, Ending, ReplicaState, RunReport, ScrubReport
from .replica.ports import Clock, LocalOriginal, Surroundings
from .replica.replica import Replica
from .replica_place import index_path, make_scratch, scratch_path
from .replica_settings import replica_settings
from .store_choice import store_settings
from .stores.store import Store

REST_SECONDS = 600.0
"""How long a replica rests between two runs: a look that finds nothing costs Immich a handful of requests."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that a replica tells: one of the types of its event, with what belongs to it."""

    type: str
    told: dict[str, Any]


COMPLETED, FAILED, VERIFIED = "completed", "failed", "verified"
VERIFICATION_FAILED, DRILL_PASSED, DRILL_FAILED = "verification_failed", "drill_passed", "drill_failed"


class LinkedOriginals:
    """The engine's linked files, as a replica takes them."""

    def __init__(self, originals: Originals) -> None:
        """Take what ``originals`` has."""
        self._originals = originals

    async def open(self, checksum: bytes) -> LocalOriginal | None:
        """Return the file with this content."""
        found = await self._originals.open(checksum)
        return None if found is None else LocalOriginal(*found)

    async def sidecar(self, checksum: bytes) -> bytes | None:
        """Return the XMP file beside it."""
        return await self._originals.sidecar(checksum)

    async def linked(self, checksums: Sequence[bytes]) -> Collection[bytes]:
        """Return those that are linked."""
        return await self._originals.linked(checksums)


class ReplicaCoordinator(BackgroundCoordinator[ReplicaState, Replica]):
    """Runs one replica. ``last``: how the last run ended; ``objects``: where ``store`` is."""

    own_error = ReplicaError

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ImmichSyncthingConfigEntry,
        subentry: ConfigSubentry,
        *,
        immich: ImmichClient,
        originals: Originals,
        clock: Clock,
    ) -> None:
        """Prepare the replica of ``subentry``; nothing runs before ``async_start``."""
        super().__init__(hass, entry, subentry, "Replica", ReplicaState())
        self.last: Ending | None = None
        self.store = store_settings(subentry.data[CONF_STORE])
        self.objects = Store(self.store)
        self._around = Surroundings(self.objects, immich, LinkedOriginals(originals), clock, self._pool, random.random)
        self._still = self._moved = False
        self._heard: list[Callable[[Happening], None]] = []

    # --- its life ----------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def async_still(self) -> AsyncIterator[None]:
        """Rest until the block ends, so that what it has can be copied. Raises as ``async_switch``."""
        await self._opened()
        self._still = True
        try:
            await self._heed()
            yield
        finally:
            self._still = False
            await self._heed()

    @callback
    def async_move_away(self) -> None:
        """Rest for good: from now on the replica lies elsewhere. Call it while it is still."""
        self._moved = True

    @callback
    def async_listen_to_happenings(self, heard: Callable[[Happening], None]) -> CALLBACK_TYPE:
        """Call ``heard`` with everything worth telling; return what ends that."""
        self._heard.append(heard)
        return lambda: self._heard.remove(heard)

    # --- what somebody asks of it ------------------------------------------------------------------------------------

    async def async_switch(self, *, on: bool) -> None:
        """Let it work, or rest until it is switched on again, over restarts too.

        Raises:
            ReplicaError: that cannot be noted.
            HomeAssistantError: the integration was stopped meanwhile.
        """
        replica = await self._opened()
        await replica.switch(off=not on)
        await self._heed()

    async def async_replicate(self) -> RunReport:
        """Have a run now, whatever its window. Raises ``ReplicaError``, ``HomeAssistantError`` (stopped)."""
        replica = await self._working()
        return self._ran(await replica.run(anytime=True))

    async def async_verify(self, share: float) -> ScrubReport:
        """Read such a share of all copies now (0 to 1), the longest unread first. Raises as ``async_replicate``."""
        replica = await self._working()
        return self._scrubbed(await replica.scrub(share))

    async def async_drill(self, count: int) -> DrillReport:
        """Restore some copies by way of trial. Raises ``StoreError`` and as ``async_replicate``."""
        replica = await self._working()
        await self.hass.async_add_executor_job(make_scratch, self._scratch)
        try:
            report = await replica.drill(count)
        except OSError as err:
            raise ReplicaError(err.strerror or type(err).__name__) from err
        self._publish()
        told = {"asked": report.asked, "restored": report.restored, "failures": len(report.failures)}
        self._tell(DRILL_PASSED if report.passed else DRILL_FAILED, told)
        return report

    async def async_confirm_retiring(self, count: int) -> None:
        """Let so many copies of deleted originals go. Raises as ``async_switch``."""
        await (await self._opened()).confirm_retiring(count)
        self._again()

    async def async_trust_library(self) -> None:
        """Believe what Immich shows now. Raises as ``async_switch``."""
        await (await self._opened()).trust_library()
        self._again()

    async def async_begin_anew(self) -> None:
        """Fill the store again that was emptied. Raises as ``async_switch``."""
        await (await self._opened()).begin_anew()
        self._again()

    async def async_see_failures(self, count: int) -> None:
        """Note that the owner knows of so many failures. Raises as ``async_switch``."""
        await (await self._opened()).see_failures(count)
        self._publish()

    # --- its work ----------------------------------------------------------------------------------------------------

    @property
    @override
    def _rest_seconds(self) -> float | None:
        # Whoever switched polling off asks for each run, or has an automation do so.
        return None if self.config_entry.pref_disable_polling and self._fault is None else REST_SECONDS

    @property
    @override
    def _rests(self) -> bool:
        switched_off = self._worker is not None and self._worker.state.switched_off
        return super()._rests or self._still or self._moved or switched_off

    @override
    async def _open(self) -> Replica:
        """Open the index, and look at the disk."""
        path = index_path(self.hass, self.config_entry.entry_id, self.subentry.subentry_id, self.store)
        await self._pool.run(make_scratch, self._scratch)
        return await Replica.open(self._around, path, replica_settings(self.subentry.data), self._scratch)

    @override
    async def _run(self, worker: Replica) -> None:
        self._ran(await worker.run())
        self._scrubbed(await worker.scrub())

    @override
    def _failed(self, error: Exception) -> None:
        self._fault = problem_of(error)
        self._publish()

    async def _working(self) -> Replica:
        replica = await self._opened()
        if replica.state.paused:
            raise ReplicaPausedError
        return replica

    def _ran(self, report: RunReport) -> RunReport:
        self.last, self._fault = report.ending, None
        self._publish()
        changed = report.copied + report.reused + report.retired
        if report.ending is Ending.COMPLETE and changed and not self.data.figures.behind_files:
            numbers = ("copied", "copied_bytes", "reused", "described", "retired")
            self._tell(COMPLETED, {name: getattr(report, name) for name in numbers})
        return report

    def _scrubbed(self, report: ScrubReport) -> ScrubReport:
        self._publish()
        found = asdict(report)
        if report.missing or report.damaged:
            names = ("checked", "missing", "damaged", "healed")
            self._tell(VERIFICATION_FAILED, {name: found[name] for name in names})
        elif report.round_complete:
            self._tell(VERIFIED, {"objects": self.data.figures.objects})
        return report

    @override
    def _hindered(self, problem: Problem) -> None:
        self._tell(FAILED, {"reason": problem.code})

    def _tell(self, what: str, told: dict[str, Any]) -> None:
        for heard in tuple(self._heard):
            heard(Happening(what, told))

    def _again(self) -> None:
        self.async_wake()
        self._publish()

    @property
    def _scratch(self) -> Path:
        return scratch_path(self.hass, self.config_entry.entry_id, self.subentry.subentry_id)
