"""Searching as a person does: by words, dates, albums and tags, or by what photos show.

Immich pages its search by metadata with offsets over an order without a tie-break, which loses photos (see ``search``):
a page ends here between two moments instead, and the next one begins at the earlier of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from . import timestamps
from .fields import Fields
from .models import Asset, Visibility
from .search import MAX_PAGE, parsed
from .transport import Transport

FIRST_MS, LAST_MS = -62_135_596_800_000, 253_402_300_799_999
"""The ends of the calendar, in milliseconds since 1970: broken dates lie there."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; ``None`` and nothing mean whatever.

    ``name`` and ``description`` are contained, ``text`` is written in the picture. Of albums and tags all must hold,
    and a tag holds for those below it. Moments are those of ``Asset.file_created_at``, both included.
    """

    name: str | None = None
    description: str | None = None
    text: str | None = None
    city: str | None = None
    country: str | None = None
    camera: str | None = None
    album_ids: Sequence[str] = ()
    tag_ids: Sequence[str] = ()
    is_favorite: bool | None = None
    is_video: bool | None = None
    rating: int | None = None
    visibility: Visibility = Visibility.TIMELINE
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page. ``after`` is where the next one begins, ``None`` after the last.

    A page may hold fewer or more photos than were asked for. ``cut``: there are more photos of one moment than Immich
    shows at once, and some of them are missing.
    """

    assets: tuple[Asset, ...]
    after: int | None
    cut: bool = False


async def find(transport: Transport, wanted: Wanted, size: int, after: int | None = None) -> Found:
    """Return photos, newest first, of partners too; needs ``asset.read``. ``size``: up to ``MAX_PAGE``.

    ``after``: of the page before, in milliseconds since 1970.
    """
    if after is not None:
        borders = [moment for moment in (_until(after), wanted.until) if moment is not None]
        wanted = replace(wanted, until=min(borders, default=None))
    assets, more = await _page(transport, wanted, size, after)
    if more and not assets:
        # What lies on the very border filled the page: it was told before.
        assets, more = await _page(transport, wanted, MAX_PAGE, after)
        assets, more = assets[:size], more or len(assets) > size
    if not more:
        return Found(assets, None)
    if not assets:
        return Found((), _before(after), cut=True)
    oldest = timestamps.to_ms(assets[-1].file_created_at)
    whole = tuple(one for one in assets if timestamps.to_ms(one.file_created_at) > oldest)
    if whole:
        return Found(whole, oldest)
    moment = replace(wanted, since=timestamps.from_ms(oldest), until=_until(oldest))
    assets, more = await _page(transport, moment, MAX_PAGE, oldest)
    return Found(assets, _before(oldest), cut=more)


async def find_similar(transport: Transport, wanted: Wanted, shows: str, size: int, page: int = 1) -> Found:
    """Return photos that show something, the likeliest first; needs ``asset.read``.

    ``after`` of the answer is the next page's number. ``name`` and ``description`` of ``wanted`` mean nothing here.
    Immich answers 400 where its smart search is off (server source), and 500 where machine learning is away.
    """
    body = {**_filters(replace(wanted, name=None, description=None)), "query": shows, "size": size, "page": page}
    assets, more = await _ask(transport, "/search/smart", body)
    return Found(assets, page + 1 if more else None)


def _until(ms: int) -> datetime | None:
    """Return the end of a millisecond, which overlaps with the next one by an instant: Immich stores microseconds."""
    return None if ms >= LAST_MS else timestamps.from_ms(ms + 1)


def _before(ms: int | None) -> int | None:
    return None if ms is None or ms <= FIRST_MS else ms - 1


async def _page(transport: Transport, wanted: Wanted, size: int, newest: int | None) -> tuple[tuple[Asset, ...], bool]:
    """Return a page without what is newer than the millisecond ``newest``, and whether there is more."""
    body = {**_filters(wanted), "size": size, "order": "desc"}
    assets, more = await _ask(transport, "/search/metadata", body)
    if newest is not None:
        assets = tuple(one for one in assets if timestamps.to_ms(one.file_created_at) <= newest)
    return assets, more


async def _ask(transport: Transport, path: str, body: dict[str, object]) -> tuple[tuple[Asset, ...], bool]:
    found = Fields(await transport.post(path, body), "search").object("assets")
    return await parsed(found.items("items")), found.optional_text("nextPage") is not None


def _filters(wanted: Wanted) -> dict[str, object]:
    """Return only what is given, in Immich's names."""
    given: dict[str, object | None] = {
        "originalFileName": wanted.name,
        "description": wanted.description,
        "ocr": wanted.text,
        "city": wanted.city,
        "country": wanted.country,
        "model": wanted.camera,
        "albumIds": list(wanted.album_ids) or None,
        "tagIds": list(wanted.tag_ids) or None,
        "isFavorite": wanted.is_favorite,
        "type": None if wanted.is_video is None else "VIDEO" if wanted.is_video else "IMAGE",
        "rating": wanted.rating,
        "takenAfter": None if wanted.since is None else timestamps.write(wanted.since),
        "takenBefore": None if wanted.until is None else timestamps.write(wanted.until),
        # v2 and v3 differ in what they show without it.
        "visibility": wanted.visibility.value,
        "withExif": True,
    }
    return {name: value for name, value in given.items() if value is not None}
