"""Verifying: every copy is read again within some weeks, the one that was not read for the longest time first."""

import logging
from math import ceil

from ..stores.errors import NotInStoreError, StoreError
from .copying import Copier, Outcome
from .errors import WrongBytesError
from .failing import EXPECTED, MOST_IN_A_ROW, is_everybodys, problem_of
from .index import Index
from .model import Copy, Ending, ScrubReport
from .pacing import Bandwidth, is_open
from .ports import Surroundings
from .reading import is_there, read_back
from .settings import DAY_SECONDS, ReplicaSettings

_LOGGER = logging.getLogger(__name__)

PAGE = 100


class Scrub:
    """One turn of reading copies."""

    def __init__(
        self, around: Surroundings, index: Index, settings: ReplicaSettings, copier: Copier, bandwidth: Bandwidth
    ) -> None:
        """Read nothing yet."""
        self._around = around
        self._blocking = around.blocking
        self._index = index
        self._settings = settings
        self._copier = copier
        self._bandwidth = bandwidth
        self._in_a_row = 0

    async def run(self, report: ScrubReport, share: float | None = None) -> None:
        """Read as many copies as are due since the last turn, or such a ``share`` of all (0 to 1).

        Raises ``ImmichError``, ``StoreError``, ``ReplicaIndexError``. Turns may be taken in any rhythm: what is due
        grows with time, so that the whole set is read in its days.
        """
        started = self._around.clock.wall()
        await self._blocking.run(self._index.copies.hope, started)
        period = max(1, self._settings.verify_days) * DAY_SECONDS
        count = await self._blocking.run(self._index.copies.count)
        scrubbed_at = max(await self._scrubbed_at(started), started - period)
        due = int(count * (started - scrubbed_at) / period) if share is None else ceil(count * share)
        each = period / count if count else 0.0
        skipped = 0
        while report.checked < due:
            copies = await self._blocking.run(self._index.copies.oldest_checked, started, PAGE + skipped)
            if not copies[skipped:]:
                break
            for copy in copies[skipped : skipped + due - report.checked]:
                if not is_open(self._settings, self._around.clock.wall()):
                    report.ending = Ending.OUTSIDE_WINDOW
                    return
                skipped += not await self._check(copy, report)
                report.checked += 1
                scrubbed_at = min(started, scrubbed_at + each)
                await self._blocking.run(self._index.put, scrubbed_at=str(scrubbed_at))
        report.round_complete = await self._is_round(started) if report.checked else False

    async def _is_round(self, started: float) -> bool:
        """Note when copies were read last; return whether all were since the last round's end, and begin another."""
        now = self._around.clock.wall()
        await self._blocking.run(self._index.put, last_verified=str(now))
        told = await self._blocking.run(self._index.get, "round_at")
        if told is None:
            await self._blocking.run(self._index.put, round_at=str(started))
        oldest = await self._blocking.run(self._index.copies.oldest_checked, now, 1)
        since = started if told is None else min(float(told), started)
        if any((copy.verified_at or copy.copied_at or 0.0) < since for copy in oldest):
            return False
        await self._blocking.run(self._index.put, round_at=str(now))
        return True

    async def _scrubbed_at(self, now: float) -> float:
        """Return up to when everything due was read: at first that is the oldest check, and never after ``now``."""
        told = await self._blocking.run(self._index.get, "scrubbed_at")
        if told is not None and float(told) <= now:
            return float(told)
        oldest = await self._blocking.run(self._index.copies.oldest_checked, now, 1)
        first = min((copy.verified_at or copy.copied_at or now for copy in oldest), default=now)
        await self._blocking.run(self._index.put, scrubbed_at=str(first))
        return first

    async def _check(self, copy: Copy, report: ScrubReport) -> bool:
        """Read one copy; return whether it is known now how it is."""
        try:
            report.checked_bytes += await self._read(copy)
        except WrongBytesError:
            report.damaged += 1
        except NotInStoreError:
            report.missing += 1
        except StoreError as error:
            self._in_a_row += 1
            if is_everybodys(error) or self._in_a_row >= MOST_IN_A_ROW:
                raise
            return False
        else:
            self._in_a_row = 0
            await self._blocking.run(self._index.copies.verified, copy.checksum, self._around.clock.wall())
            return True
        self._in_a_row = 0
        _LOGGER.warning("The copy %s is not what it was", copy.key)
        await self._blocking.run(self._index.lose, copy.checksum, self._around.clock.wall())
        failures = int(await self._blocking.run(self._index.get, "verification_failures") or 0)
        await self._blocking.run(self._index.put, verification_failures=str(failures + 1))
        report.healed += await self._heal(copy)
        return True

    async def _read(self, copy: Copy) -> int:
        """Read a copy, and once more if it seems wrong: a single answer may be."""
        try:
            return await read_back(self._around.store, copy.key, copy.checksum, self._bandwidth)
        except WrongBytesError:
            return await read_back(self._around.store, copy.key, copy.checksum, self._bandwidth)
        except NotInStoreError:
            if not await is_there(self._around.store, copy.key):
                raise
            return await read_back(self._around.store, copy.key, copy.checksum, self._bandwidth)

    async def _heal(self, copy: Copy) -> bool:
        """Copy the original again, where there is one; otherwise every run tries."""
        original = await self._blocking.run(self._index.original_of, copy.checksum)
        if original is None:
            return False
        try:
            return await self._copier.settle(original) in {Outcome.COPIED, Outcome.REUSED}
        except EXPECTED as error:
            if is_everybodys(error):
                raise
            await self._blocking.run(self._index.fail, copy.checksum, problem_of(error).code, self._around.clock.wall())
            return False
