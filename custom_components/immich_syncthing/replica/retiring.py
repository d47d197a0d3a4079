"""Letting copies of deleted originals go, when their grace period is over."""

import logging

from .index import Index
from .layout import sidecar_of
from .manifest import Manifest
from .observation import Observer
from .ports import Surroundings
from .settings import DAY_SECONDS, ReplicaSettings

_LOGGER = logging.getLogger(__name__)

BATCH = 500


class Retirement:
    """Removes copies: few by itself, many only with the owner's word."""

    def __init__(
        self, around: Surroundings, index: Index, manifest: Manifest, observer: Observer, settings: ReplicaSettings
    ) -> None:
        """Remove nothing yet."""
        self._store = around.store
        self._clock = around.clock
        self._blocking = around.blocking
        self._index = index
        self._manifest = manifest
        self._observer = observer
        self._settings = settings
        self.waiting = 0
        self._asked_before = 0.0

    async def run(self) -> tuple[int, int]:
        """Remove what may go; return how many were removed, and how many of the others are back in Immich.

        Raises ``ImmichError``, ``StoreError``.
        """
        before = self._clock.wall() - self._settings.grace_seconds
        only_approved = await self._is_too_much(before)
        removed = returned = 0
        while True:
            copies = await self._blocking.run(self._index.copies.leaving, before, BATCH, approved=only_approved)
            if not copies:
                return removed, returned
            gone, back = await self._observer.confirm([copy.checksum for copy in copies])
            returned += back
            leaving = [copy for copy in copies if copy.checksum in gone]
            if not leaving:
                if not back:
                    return removed, returned
                continue
            # First the manifest says that the original is gone, then the index counts the copy no longer, then it goes:
            # killed in between, nobody takes it for lost, nor for being there.
            await self._manifest.flush()
            checksums = [copy.checksum for copy in leaving]
            await self._blocking.run(self._index.copies.uncount, checksums)
            await self._store.delete([key for copy in leaving for key in (copy.key, sidecar_of(copy.key))])
            await self._blocking.run(self._index.copies.remove, checksums, self._clock.wall())
            removed += len(leaving)
            _LOGGER.info("Removed %s copies of originals that were deleted in Immich", len(leaving))

    async def approve(self, count: int) -> int:
        """Let those go that wait, if they are no more than ``count``; return how many may."""
        if not self.waiting:
            return 0
        approved = await self._blocking.run(self._index.copies.approve, self._asked_before, count)
        if approved:
            self.waiting = 0
        return approved

    async def _is_too_much(self, before: float) -> bool:
        """Return whether so many would go that the owner is asked; what the owner let go does not count."""
        expired = await self._blocking.run(self._index.copies.expired, before)
        recent = await self._blocking.run(self._index.copies.removed_since, self._clock.wall() - DAY_SECONDS)
        held = await self._blocking.run(self._index.copies.count)
        most = max(self._settings.most_retired, int(held * self._settings.most_retired_share))
        too_much = expired > 0 and expired + recent > most
        self.waiting, self._asked_before = (expired, before) if too_much else (0, 0.0)
        return too_much
