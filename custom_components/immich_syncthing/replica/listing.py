"""Taking what Immich lists into the index: what changed since the last time, or everything anew.

A change is found by its date, and an older database brings photos back under dates that were passed long ago: whatever
shows that this happened has everything listed anew, and once a week nothing has to show it.
"""

from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..immich.models import Asset
from .index import Index
from .ports import Surroundings
from .settings import DAY_SECONDS
from .shown import written

OVERLAP = timedelta(seconds=5)
"""How far a listing looks back: rows become visible when their transaction commits."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
WHOLE_SECONDS = 7 * DAY_SECONDS
"""How often everything is listed without a reason."""


@dataclass(slots=True)
class News:
    """What a listing showed.

    ``newest``: the asset that changed last. ``mark``: whether the newest change that was seen before is still there, so
    that nothing older was taken back. ``strangers``: photos of external libraries that are new since then.
    """

    newest: Asset | None = None
    mark: bool = False
    strangers: int = 0


class Listing:
    """Lists, and remembers up to when, in the index's ``since``. Raises ``ImmichError``, ``ReplicaIndexError``."""

    def __init__(self, around: Surroundings, index: Index) -> None:
        """List nothing yet."""
        self._library = around.library
        self._clock = around.clock
        self._blocking = around.blocking
        self._index = index

    async def since(self) -> datetime | None:
        """Return the date of the newest change that was seen."""
        told = await self._blocking.run(self._index.get, "since")
        return None if told is None else datetime.fromisoformat(told)

    async def remember(self, newest: Asset | None) -> None:
        """Go on from this change the next time."""
        await self._blocking.run(self._index.put, since=written(EPOCH if newest is None else newest.updated_at))

    async def take(self, user_id: str, *, whole: bool = False) -> News:
        """Take all that changed, or everything: if that is wanted, was broken off, or is due.

        Something that hid from a listing stays hidden from those of later changes: only a whole one tells that nothing
        does any more.
        """
        if whole:
            await self._blocking.run(self._index.put, whole="due")
        since, started = await self.since(), self._clock.wall()
        whole = since is None or await self._is_due(started)
        news, cut = News(), False
        start = EPOCH if whole or since is None else max(since - OVERLAP, EPOCH)
        believable = await self._blocking.run(self._index.get, "went_back") is None
        async with aclosing(self._library.listing(start, user_id)) as pages:
            async for page in pages:
                # The checksum of a file in an external library is not one of its bytes.
                own = [one for one in page.assets if one.owner_id == user_id and one.library_id is None]
                await self._blocking.run(self._index.shown.take, own, started, believable=believable)
                cut |= page.cut is not None
                for asset in page.assets:
                    news.mark |= asset.updated_at == since
                    news.strangers += asset.library_id is not None and since is not None and asset.created_at > since
                    newest = news.newest
                    news.newest = asset if newest is None or newest.updated_at <= asset.updated_at else newest
        if whole:
            told = {"whole": None, "whole_at": str(started), "unlisted": None, "cut": "yes" if cut else None}
            await self._blocking.run(self._index.put, **told)
        elif cut:
            await self._blocking.run(self._index.put, cut="yes")
        return news

    async def _is_due(self, now: float) -> bool:
        if await self._blocking.run(self._index.get, "whole") is not None:
            return True
        told = await self._blocking.run(self._index.get, "whole_at")
        return told is None or not 0 <= now - float(told) < WHOLE_SECONDS
