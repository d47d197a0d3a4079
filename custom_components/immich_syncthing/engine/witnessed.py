"""Permanent deletions that Immich told of as they happened: evidence that an owner deleted these very assets.

Such a word makes an asset doubtful, and no more: that it is gone, only the oracle says. Nobody asks that before changes
were looked at once more, so that an older Immich is noticed first, however soon after its start it told of something.
"""

from collections.abc import Collection

from .ledger import Ledger
from .ports import Clock
from .workers import Workers


class Witnessed:
    """Keeps in the ledger what was told, and knows what was told of late."""

    def __init__(self, ledger: Ledger, workers: Workers, clock: Clock) -> None:
        """Know of nothing yet: what an earlier life was told is in ``ledger``, and proven by the first look."""
        self._ledger = ledger
        self._workers = workers
        self._clock = clock
        self._fresh: frozenset[str] = frozenset()

    @property
    def fresh(self) -> frozenset[str]:
        """Ids of assets in doubt because of what was told after the last look for changes began.

        What was asked for of them may be from before that, and is not to be taken.
        """
        return self._fresh

    async def note(self, asset_ids: Collection[str]) -> None:
        """Take that these assets were deleted for good; unknown ones do nothing. On the disk when this returns.

        Raises ``LedgerError``; then nothing was told.
        """
        news = frozenset(asset_ids) - self._fresh
        self._fresh |= news
        doubtful: frozenset[str] = frozenset()
        try:
            doubtful = await self._workers.ledger.run(self._ledger.witness, sorted(news), self._clock.wall())
        finally:
            self._fresh -= news - doubtful

    def looked(self, told: frozenset[str]) -> None:
        """Note that changes were looked at after ``told`` was what is fresh."""
        self._fresh -= told
