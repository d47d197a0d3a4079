"""POST /search/metadata with flat filters, and its relatives."""

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from . import dates
from .errors import Invalid, Issue, Problem
from .records import Asset, Kind, Status, Visibility
from .rendering import asset_json
from .routing import Call, Routes
from .structured_search import page_of_structured, structured_matches
from .uploads import read_checksum

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

routes = Routes()

DEFAULT_SIZE, MOST = 250, 1000

_COLUMNS: dict[str, Callable[[Asset], datetime | None]] = {
    "updated": lambda asset: asset.updated_at,
    "created": lambda asset: asset.created_at,
    "trashed": lambda asset: asset.deleted_at,
    "taken": lambda asset: asset.file_created_at,
}
_WORDS: dict[str, Callable[[Asset], str | None]] = {
    "originalFileName": lambda asset: asset.name,
    "originalPath": lambda asset: asset.original_path,
    "description": lambda asset: asset.exif.description,
    "ocr": lambda asset: asset.ocr,
}
_EQUALS: dict[str, Callable[[Asset], object]] = {
    "id": lambda asset: asset.id,
    "libraryId": lambda asset: asset.library_id,
    "type": lambda asset: asset.kind.value,
    "isFavorite": lambda asset: asset.is_favorite,
    "isOffline": lambda asset: asset.is_offline,
    "isMotion": lambda asset: asset.live_photo_video_id is not None,
    "isEncoded": lambda _: False,
    "make": lambda asset: asset.exif.make,
    "model": lambda asset: asset.exif.model,
    "lensModel": lambda _: None,
    "city": lambda asset: asset.exif.city,
    "country": lambda asset: asset.exif.country,
    "state": lambda _: None,
    "rating": lambda asset: asset.exif.rating,
}
_EQUALS_V2: dict[str, Callable[[Asset], object]] = {
    "deviceId": lambda asset: asset.device_id,
    "deviceAssetId": lambda asset: asset.device_asset_id,
}


@dataclass(frozen=True, slots=True)
class Page:
    size: int
    number: int
    newest_first: bool


@routes.post("/search/metadata", "asset.read")
async def search_metadata(call: Call) -> dict[str, Any]:
    """``total`` is the number of rows of this page; ``nextPage`` a string or null (measured)."""
    if call.version.has_structured_search and ("filter" in call.fields or "cursor" in call.fields):
        rows, cursor = page_of_structured(call, candidates(call))
        return _envelope(call, rows, None, cursor)
    page = read_page(call)
    rows = ordered(call, matches(call), newest_first=page.newest_first)
    start = (page.number - 1) * page.size
    more = len(rows) > start + page.size
    return _envelope(call, rows[start : start + page.size], str(page.number + 1) if more else None, None)


@routes.post("/search/smart", "asset.read")
async def search_smart(call: Call) -> dict[str, Any]:
    """All that the filters select, ordered by likeness: here by the words of the query that its own words hold.

    The refusal is the server source's. ``originalFileName`` and ``description`` are no filters of it (SDKs).
    """
    if not call.quirks.machine_learning:
        raise Problem(400, "Smart search is not enabled")
    words = str(call.fields.get("query") or "").lower().split()
    if not words:
        raise Problem(400, "Either `query` or `queryAssetId` must be set")
    for unknown in ("originalFileName", "originalPath", "description", "order"):
        call.fields.pop(unknown, None)
    page = read_page(call)
    rows = sorted(matches(call), key=lambda asset: (-sum(word in _seen_in(asset) for word in words), asset.id))
    start = (page.number - 1) * page.size
    more = len(rows) > start + page.size
    return _envelope(call, rows[start : start + page.size], str(page.number + 1) if more else None, None)


def _seen_in(asset: Asset) -> str:
    return f"{asset.exif.description} {asset.ocr} {asset.name}".lower()


@routes.post("/search/statistics", "asset.statistics")
async def search_statistics(call: Call) -> dict[str, Any]:
    """Knows no ``withDeleted`` (measured: ignored)."""
    if call.version.has_structured_search and "filter" in call.fields:
        return {"total": len(structured_matches(call, candidates(call)))}
    call.fields.pop("withDeleted", None)
    return {"total": len(matches(call))}


@routes.post("/search/random", "asset.read")
async def search_random(call: Call) -> list[dict[str, Any]]:
    size = read_page(call).size
    rows = matches(call)
    random.shuffle(rows)
    return [asset_json(call.server, asset) for asset in rows[:size]]


@routes.post("/search/large-assets", "asset.read")
async def large_assets(call: Call) -> list[dict[str, Any]]:
    rows = sorted(matches(call), key=lambda asset: -asset.size)
    return [asset_json(call.server, asset, exif=True) for asset in rows[: read_page(call).size]]


def candidates(call: Call) -> list[Asset]:
    """The caller's assets and those of partners shown in the timeline (measured): their ownerId differs."""
    owners = {call.user.id, *call.world.partners_in_timeline(call.user.id)}
    return [asset for asset in call.world.tables.assets.values() if asset.owner_id in owners]


def matches(call: Call) -> list[Asset]:
    """What the flat filters of the body select; unknown fields are ignored (measured)."""
    filters = call.fields
    shown = _visibilities(call)
    between = _between(call)
    implied = any(filters.get(name) is not None for name in ("trashedAfter", "trashedBefore"))
    implied = implied or filters.get("isOffline") is True
    deleted = implied or (filters.get("withDeleted") is True and call.quirks.with_deleted)
    tests = [*between, *_plain_tests(call)]
    return [
        asset
        for asset in candidates(call)
        if asset.visibility in shown and (deleted or not asset.is_trashed) and all(test(asset) for test in tests)
    ]


def ordered(call: Call, rows: list[Asset], *, newest_first: bool) -> list[Asset]:
    """By fileCreatedAt and nothing else: equal ones come in any order, another in every request (measured)."""
    if call.quirks.shuffle_ties:
        random.Random(f"{call.quirks.seed} {call.server.requests}").shuffle(rows)
    return sorted(rows, key=lambda asset: asset.file_created_at, reverse=newest_first)


def read_page(call: Call) -> Page:
    size = _number(call, "size", DEFAULT_SIZE, most=MOST)
    number = _number(call, "page", 1)
    order = call.fields.get("order") or "desc"
    if order not in {"asc", "desc"}:
        sentence = "order must be one of the following values: asc, desc"
        wanted = 'Invalid option: expected one of "asc"|"desc"'
        raise Invalid(Issue("order", (sentence,), wanted, "invalid_value"))
    return Page(size, number, newest_first=order == "desc")


def _number(call: Call, name: str, default: int, *, most: int | None = None) -> int:
    value = call.fields.get(name, default)
    if not isinstance(value, int):
        sentences = (f"{name} must be a number",)
        wanted = f"Invalid input: expected number, received {type(value).__name__}"
        raise Invalid(Issue(name, sentences, wanted))
    if value < 1:
        raise Invalid(Issue(name, (f"{name} must not be less than 1",), "Too small: expected number to be >=1"))
    if most is not None and value > most:
        sentence = f"{name} must not be greater than {most}"
        raise Invalid(Issue(name, (sentence,), f"Too big: expected number to be <={most}", "too_big"))
    return value


def _visibilities(call: Call) -> frozenset[Visibility]:
    """Default: the timeline in 2.7.5 (measured), everything but locked in 3.x (server source 3.0.3)."""
    text = call.fields.get("visibility")
    if text is None:
        return frozenset(Visibility) - {Visibility.LOCKED} if call.version.is_v3 else frozenset({Visibility.TIMELINE})
    return frozenset({read_visibility(text)})


def read_visibility(text: object) -> Visibility:
    """Raises 400 for an unknown name and 401 for the locked folder, which no key opens (measured)."""
    if text not in set(Visibility):
        sentence = f"visibility must be one of the following values: {', '.join(Visibility)}"
        wanted = f"Invalid option: expected one of {'|'.join(f'"{value}"' for value in Visibility)}"
        raise Invalid(Issue("visibility", (sentence,), wanted, "invalid_value"))
    shown = Visibility(str(text))
    if shown is Visibility.LOCKED:
        raise Problem(401, "Elevated permission is required")
    return shown


def _between(call: Call) -> list[Callable[[Asset], bool]]:
    """``xAfter`` is >=, ``xBefore`` is <=; rows hold microseconds, so a millisecond copy never equals its row."""
    tests: list[Callable[[Asset], bool]] = []
    for stem, column in _COLUMNS.items():
        if (after := _moment(call, f"{stem}After")) is not None:
            tests.append(lambda asset, c=column, m=after: (at := c(asset)) is not None and at >= m)  # type: ignore[misc]
        if (before := _moment(call, f"{stem}Before")) is not None:
            tests.append(lambda asset, c=column, m=before: (at := c(asset)) is not None and at <= m)  # type: ignore[misc]
    return tests


def _moment(call: Call, name: str) -> datetime | None:
    text = call.fields.get(name)
    if text is None:
        return None
    v3 = call.version.is_v3
    read = dates.strict(str(text), offsets=call.quirks.offset_dates) if v3 else dates.lenient(str(text))
    if read is None:
        wanted = "Invalid input: expected ISO 8601 datetime string, received string"
        raise Invalid(Issue(name, (f"{name} must be a date string",), wanted), plain=True)
    return read


def _plain_tests(call: Call) -> list[Callable[[Asset], bool]]:
    filters = call.fields
    known = _EQUALS if call.version.is_v3 else _EQUALS | _EQUALS_V2
    tests: list[Callable[[Asset], bool]] = [
        lambda asset, c=column, v=filters[name]: c(asset) == v  # type: ignore[misc]
        for name, column in known.items()
        if name in filters and (filters[name] is not None or name in {"libraryId", "rating"})
    ]
    tests += [
        lambda asset, c=column, v=str(filters[name]).lower(): v in (c(asset) or "").lower()  # type: ignore[misc]
        for name, column in _WORDS.items()
        if filters.get(name)
    ]
    if filters.get("checksum"):
        checksum = read_checksum(str(filters["checksum"]))
        tests.append(lambda asset: asset.checksum == checksum)
    if filters.get("isNotInAlbum"):
        inside = {asset_id for album in call.world.tables.albums.values() for asset_id in album.asset_ids}
        tests.append(lambda asset: asset.id not in inside)
    for album_id in filters.get("albumIds") or ():
        album = call.world.tables.albums.get(album_id)
        members = set(album.asset_ids) if album else set()
        tests.append(lambda asset, m=members: asset.id in m)  # type: ignore[misc]
    for tag_id in filters.get("tagIds") or ():
        tests.append(lambda asset, t=tag_id: t in asset.tag_ids)  # type: ignore[misc]
    return tests


def _envelope(call: Call, rows: list[Asset], next_page: str | None, cursor: str | None) -> dict[str, Any]:
    exif, faces = call.fields.get("withExif") is True, call.fields.get("withPeople") is True
    found: dict[str, Any] = {
        "total": len(rows),
        "count": len(rows),
        "items": [asset_json(call.server, asset, exif=exif, faces=faces) for asset in rows],
        "facets": [],
        "nextPage": next_page,
    }
    if call.version.has_structured_search:
        found["nextCursor"] = cursor
    return {"albums": {"total": 0, "count": 0, "items": [], "facets": []}, "assets": found}


def count(rows: list[Asset]) -> dict[str, int]:
    """The answer of GET /assets/statistics."""
    images = sum(asset.kind is Kind.IMAGE for asset in rows)
    return {"images": images, "videos": len(rows) - images, "total": len(rows)}


def is_listed(asset: Asset, *, trashed: bool) -> bool:
    """What counters and the timeline show: a row that waits for its permanent deletion is in neither (measured)."""
    return asset.status is (Status.TRASHED if trashed else Status.ACTIVE)
