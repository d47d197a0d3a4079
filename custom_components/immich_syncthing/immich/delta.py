"""What changed in Immich since a moment, without trusting its paging."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime

from . import timestamps
from .errors import UnexpectedAnswerError
from .models import Asset, ChangePage, Delta, Visibility
from .search import EVERYTHING, Window, Within, Words, moment_ms, search
from .transport import Transport

VISIBLE = (Visibility.TIMELINE, Visibility.ARCHIVE, Visibility.HIDDEN)
"""What an API key can list; asking for the locked folder answers 401 (measured on 2.7.5)."""

AT_ONCE: Sequence[Visibility | None] = (None,)
"""The same in one listing, on v3: what it lists without a ``visibility`` is all but the locked folder (read in the
source of 3.0.3 and 3.1.0), where v2 lists the timeline only."""

_MAX_WINDOWS = 10_000
"""Enough for some five million changed assets; a server that never says "complete" must not hold us for ever."""
_ENDLESS = "search never says that it has shown everything"
_PROBE = 100
"""Assets per page when looking for the newest one: each page divides what is left by about as much."""


_EARLIEST = datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Listing:
    """A listing that leaves nothing out: of the whole account, of an album, of the favourites, or of some words."""

    album_id: str | None = None
    favorite: bool = False
    words: Words | None = None

    def within(self, taken: Window | None = None) -> Within:
        """Return what each search of it is limited to."""
        return Within(self.album_id, self.favorite, self.words, taken)


async def changes_since(
    transport: Transport, since: datetime, owner_id: str, visibilities: Sequence[Visibility | None] = VISIBLE
) -> Delta:
    """Return the user's own assets with ``updatedAt`` at or after ``since``, trashed ones too; needs ``asset.read``.

    ``since`` is the server's time; ask again from a little before ``newest``, as rows become visible after they are
    stamped. Permanent deletions and moves to the locked folder do not show.

    Windows are swept from the oldest to the open end, so what changes meanwhile is met again there. What moves
    meanwhile from a visibility not yet swept to one already swept would be missed, and hidden by a later change: so
    when a later visibility held something newer than the first, all are swept once more from there, and ``newest``
    stays put.
    """
    harvest = _Harvest()
    async with aclosing(change_pages(transport, since, owner_id, visibilities)) as pages:
        async for page in pages:
            harvest.take(page)
    return Delta(tuple(harvest.found.values()), unsplittable=len(harvest.unsplittable), newest=harvest.newest)


async def change_pages(
    transport: Transport,
    since: datetime,
    owner_id: str,
    visibilities: Sequence[Visibility | None] = VISIBLE,
    listing: Listing | None = None,
) -> AsyncGenerator[ChangePage]:
    """Yield page by page what ``changes_since`` gathers: a listing of any length takes the memory of one page.

    With a ``listing``, only what that one is of, and what many photos changed in one millisecond hide from each other
    is told apart by when they were taken.
    """
    asked = tuple(dict.fromkeys(visibilities))
    start = timestamps.to_ms(since)
    newest = again = start
    for position, visibility in enumerate(asked):
        async with aclosing(_sweep(transport, visibility, start, listing)) as pages:
            async for page in pages:
                own = _own(page, owner_id)
                newest = max((newest, *map(moment_ms, own.assets)))
                yield own
        if position == 0:
            again = newest
    if newest > again:
        for visibility in asked:
            async with aclosing(_sweep(transport, visibility, again, listing)) as pages:
                async for page in pages:
                    yield _own(page, owner_id)


async def newest_asset(transport: Transport, owner_id: str) -> Asset | None:
    """Return the user's own asset with the highest ``updatedAt``, a trashed one too; ``None`` for an empty account.

    Takes one request per visibility for small accounts, and a few more for each hundredfold; needs ``asset.read``.
    Which one of several that were updated in the same millisecond is left open. Locked assets do not show.
    """
    newest: Asset | None = None
    for visibility in VISIBLE:
        newest = await _newest(transport, owner_id, visibility, newest)
    return newest


class _Harvest:
    """The own assets found so far, each once, as it was seen last."""

    def __init__(self) -> None:
        self.found: dict[str, Asset] = {}
        self.unsplittable: set[tuple[Visibility | None, int]] = set()
        self.newest: datetime | None = None

    def take(self, page: ChangePage) -> None:
        if page.cut is not None:
            self.unsplittable.add(page.cut)
        for asset in page.assets:
            self.found[asset.id] = asset
            if self.newest is None or self.newest < asset.updated_at:
                self.newest = asset.updated_at


async def _sweep(
    transport: Transport, visibility: Visibility | None, start: int, listing: Listing | None
) -> AsyncGenerator[ChangePage]:
    """Yield everything from ``start`` on, the oldest window first."""
    within = EVERYTHING if listing is None else listing.within()
    windows = [Window(start, None)]
    for _ in range(_MAX_WINDOWS):
        if not windows:
            return
        window = windows.pop()
        page = await search(transport, visibility, window, within=within)
        if page.complete or not window.is_smallest:
            yield ChangePage(page.assets)
        elif listing is None:
            yield ChangePage(page.assets, (visibility, window.first))
        else:
            async with aclosing(_by_capture(transport, visibility, window, listing)) as pages:
                async for part in pages:
                    yield part
        if not page.complete and not window.is_smallest:
            # The middle of what was shown: half a page lies beyond it, so each split finishes at least that much.
            shown = sorted(moment_ms(asset) for asset in page.assets)
            older, newer = window.split(shown[len(shown) // 2])
            windows += (newer, older)
    raise UnexpectedAnswerError(_ENDLESS)


async def _by_capture(
    transport: Transport, visibility: Visibility | None, window: Window, listing: Listing
) -> AsyncGenerator[ChangePage]:
    """Yield what one millisecond of changes holds, e.g. a thousand photos archived at once, split by their dates."""
    taken = [Window(timestamps.to_ms(_EARLIEST), None)]
    for _ in range(_MAX_WINDOWS):
        if not taken:
            return
        part = taken.pop()
        page = await search(transport, visibility, window, within=listing.within(part))
        cut = not page.complete and part.is_smallest
        yield ChangePage(page.assets, (visibility, window.first) if cut else None)
        if not page.complete and not cut:
            shown = sorted(timestamps.to_ms(asset.file_created_at) for asset in page.assets)
            older, newer = part.split(shown[len(shown) // 2])
            taken += (newer, older)
    raise UnexpectedAnswerError(_ENDLESS)


def _own(page: ChangePage, owner_id: str) -> ChangePage:
    return ChangePage(tuple(asset for asset in page.assets if asset.owner_id == owner_id), page.cut)


async def _newest(transport: Transport, owner_id: str, visibility: Visibility, newest: Asset | None) -> Asset | None:
    """Return the asset updated last in one visibility, or ``newest`` if nothing in it is newer."""
    windows = [Window(_ms(_updated(newest), -1) + 1, None)]
    for _ in range(_MAX_WINDOWS):
        if not windows:
            return newest
        window = windows.pop()
        if newest is not None and window.last is not None and window.last <= moment_ms(newest):
            continue
        page = await search(transport, visibility, window, _PROBE)
        own = [asset for asset in page.assets if asset.owner_id == owner_id]
        for asset in own:
            if newest is None or newest.updated_at < asset.updated_at:
                newest = asset
        if page.complete:
            if own:
                return newest
        elif not window.is_smallest:
            # Beyond the newest one shown lies about a hundredth of the rest.
            windows += window.split(max(moment_ms(asset) for asset in own or page.assets))
    raise UnexpectedAnswerError(_ENDLESS)


def _updated(asset: Asset | None) -> datetime | None:
    return None if asset is None else asset.updated_at


def _ms(moment: datetime | None, default: int) -> int:
    return default if moment is None else timestamps.to_ms(moment)
