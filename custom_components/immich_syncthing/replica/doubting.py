"""Whether this is still the library that was seen before: nothing is removed because of what an older one lacks."""

from datetime import datetime
from enum import Enum, auto

from ..faults.coded import Problem
from ..immich.errors import ImmichError, MissingPermissionError, NotFoundError
from ..immich.models import Asset
from .counting import Counts
from .failing import is_everybodys
from .index import Index
from .listing import EPOCH, Listing, News
from .model import LIBRARY_SHRUNK, LIBRARY_WENT_BACK
from .ports import Surroundings
from .settings import ReplicaSettings
from .shown import Witness, written

WITNESSES = 20
"""Photos that changed last of those known: their dates tell a library that went back from one that photos left."""
FEW = 2
"""So many of the newest photos may have been deleted for good at once, in a library that is believed."""
SHRUNK = 0.5
"""A library that lost more than this share at once is not believed."""


class Look(Enum):
    """How a photo that was known looks now. ``UNKNOWN``: it changed since, or Immich stumbles over it."""

    SAME = auto()
    OLDER = auto()
    GONE = auto()
    UNKNOWN = auto()


class Doubts:
    """Doubts the library until it is as it was, nothing is missing, or the owner says so: in the index's ``went_back``.

    Raises ``ImmichError``, ``ReplicaIndexError``.
    """

    def __init__(self, around: Surroundings, index: Index, settings: ReplicaSettings, listing: Listing) -> None:
        """Doubt nothing yet."""
        self._library = around.library
        self._blocking = around.blocking
        self._index = index
        self._settings = settings
        self._listing = listing

    async def about(self, user_id: str, news: News, counted: Counts | None) -> Problem | None:
        """Return why nothing may be removed. Whenever that changes, everything is to be listed and asked about anew."""
        went_back = await self._went_back(user_id, news)
        return await self._shrunk(counted) or went_back

    async def end(self, user_id: str) -> None:
        """Doubt no longer: whatever the replica holds is there."""
        await self._blocking.run(self._index.put, went_back=None, older=None)
        await self._listing.remember(await self._library.newest_asset(user_id))

    async def trust(self) -> None:
        """Believe the library as it is now: it is the one to compare with from the next run on."""
        forgotten = dict.fromkeys(("since", "total", "swept_at", "went_back", "older"))
        await self._blocking.run(self._index.put, **forgotten)

    async def _went_back(self, user_id: str, news: News) -> Problem | None:
        since, newest = await self._listing.since(), news.newest
        doubted = await self._blocking.run(self._index.get, "went_back") is not None
        if since is None or since == EPOCH:
            await self._blocking.run(self._index.put, older=None)
            await self._listing.remember(newest)
            return None
        if news.mark:
            if doubted:
                await self._change(went_back=None, older=None)
            elif await self._blocking.run(self._index.get, "older") is not None:
                # The server's clock went back, not its library.
                await self._blocking.run(self._index.put, older=None)
        elif doubted:
            return Problem(LIBRARY_WENT_BACK, {"detail": written(since)})
        elif await self._is_older(since, newest):
            await self._change(went_back="yes")
            return Problem(LIBRARY_WENT_BACK, {"detail": written(since)})
        if newest is None or newest.updated_at < since:
            newest = await self._library.newest_asset(user_id)
        await self._listing.remember(newest)
        return None

    async def _change(self, **told: str | None) -> None:
        await self._blocking.run(self._index.put, whole="due", swept_at=None, **told)

    async def _is_older(self, since: datetime, newest: Asset | None) -> bool:
        """Return whether the library went back, whose newest change is not there any more.

        From some moment on, an older library shows what was seen as it was before, or not at all. A photo that was
        deleted for good leaves the others as they are; one that changed again is listed, and tells nothing.
        """
        if await self._blocking.run(self._index.get, "older") is not None:
            return True
        vanished: list[bytes] = []
        unchanged = gone = False
        for one in await self._blocking.run(self._index.shown.latest, since, WITNESSES):
            match await self._look(one):
                case Look.OLDER:
                    return True
                case Look.GONE:
                    gone = True
                    # Whoever emptied the trash meant it.
                    vanished += [] if one.trashed else [one.checksum]
                case Look.SAME:
                    unchanged = True
                    break
                case Look.UNKNOWN:
                    pass
        if gone:
            # As many may have come back: whoever is known to be gone does not count for them.
            await self._blocking.run(self._index.put, swept_at=None, **({"whole": "due"} if vanished else {}))
        lost = await self._lost(vanished)
        fewer = newest is None or newest.updated_at < since
        return lost > (FEW if unchanged or not fewer else 0)

    async def _look(self, one: Witness) -> Look:
        try:
            now = written((await self._library.details(one.asset_id)).asset.updated_at)
        except NotFoundError:
            return Look.GONE
        except ImmichError as error:
            if is_everybodys(error):
                raise
            return Look.UNKNOWN
        if now == one.updated_at:
            return Look.SAME
        return Look.OLDER if now < one.updated_at else Look.UNKNOWN

    async def _lost(self, vanished: list[bytes]) -> int:
        """Return how many of these are gone: what is locked the oracle alone knows."""
        if not vanished:
            return 0
        try:
            answers = await self._library.bulk_upload_check(vanished)
        except MissingPermissionError:
            # Without the oracle nothing ever leaves because of what is missing.
            return 0
        return sum(answer.asset_id is None for answer in answers.values())

    async def _shrunk(self, counted: Counts | None) -> Problem | None:
        if counted is None:
            return None
        total = sum(counted)
        before = int(await self._blocking.run(self._index.get, "total") or 0)
        lost = before - total
        if lost > self._settings.most_retired and (total == 0 or lost > before * SHRUNK):
            return Problem(LIBRARY_SHRUNK, {"detail": f"{before} → {total}"})
        if total == 0 and await self._blocking.run(self._index.copies.count) > 0:
            return Problem(LIBRARY_SHRUNK, {"detail": f"{before} → 0"})
        if total != before:
            # Whatever falls is looked at now, not tomorrow.
            await self._blocking.run(self._index.put, total=str(total), **({"swept_at": None} if lost > 0 else {}))
        return None
