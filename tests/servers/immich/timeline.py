"""The month-wise listing, and the counters."""

import re
from collections import Counter
from typing import Any

from .dates import milliseconds
from .errors import Invalid, Issue, Problem
from .records import Asset, Kind, Status, Visibility
from .routing import Call, Routes
from .search import count, is_listed, read_visibility

routes = Routes()

_DAY = re.compile(r"\d{4}-\d\d-\d\d(T.*)?")


@routes.get("/timeline/buckets", "asset.read")
async def buckets(call: Call) -> list[dict[str, Any]]:
    """Months of the local wall clock with their number of assets, newest first."""
    months = Counter(_month(asset) for asset in _listed(call))
    newest_first = call.request.query.get("order") != "asc"
    return [{"timeBucket": month, "count": months[month]} for month in sorted(months, reverse=newest_first)]


@routes.get("/timeline/bucket", "asset.read")
async def bucket(call: Call) -> dict[str, list[Any]]:
    """One month as columns, whole, never paged. Another day than the first is empty, a bad text is 500 (measured)."""
    wanted = call.request.query.get("timeBucket")
    if wanted is None:
        sentence = "Invalid input: expected string, received undefined"
        raise Invalid(Issue("timeBucket", ("timeBucket must be a string",), sentence))
    if not _DAY.fullmatch(wanted):
        raise Problem(500, "Failed to get time bucket")
    newest_first = call.request.query.get("order") != "asc"
    rows = [asset for asset in _listed(call) if _month(asset) == wanted[:10]]
    rows.sort(key=lambda asset: asset.local_date_time, reverse=newest_first)
    return _columns(call, rows)


@routes.get("/assets/statistics", "asset.statistics")
async def asset_statistics(call: Call) -> dict[str, int]:
    """Own assets only; timeline and archive unless a visibility is asked for (measured)."""
    return count(_filtered(call, call.world.assets_of(call.user.id)))


def _month(asset: Asset) -> str:
    return f"{asset.local_date_time:%Y-%m}-01"


def _listed(call: Call) -> list[Asset]:
    owners = {call.request.query.get("userId", call.user.id)}
    if call.request.query.get("withPartners") == "true":
        _check_partners(call)
        owners |= set(call.world.partners_in_timeline(call.user.id))
    return _filtered(call, [asset for asset in call.world.tables.assets.values() if asset.owner_id in owners])


def _check_partners(call: Call) -> None:
    query = call.request.query
    special = query.get("isTrashed") == "true" or query.get("isFavorite") is not None
    if query.get("visibility") != "timeline" or special:
        message = "withPartners is only supported for non-archived, non-trashed, non-favorited assets"
        raise Problem(400, message)


def _filtered(call: Call, rows: list[Asset]) -> list[Asset]:
    query = call.request.query
    shown = {Visibility.TIMELINE, Visibility.ARCHIVE}
    if "visibility" in query:
        shown = {read_visibility(query["visibility"])}
    trashed = query.get("isTrashed") == "true"
    rows = [asset for asset in rows if asset.visibility in shown and is_listed(asset, trashed=trashed)]
    if "isFavorite" in query:
        rows = [asset for asset in rows if asset.is_favorite is (query["isFavorite"] == "true")]
    if query.get("withStacked") == "true":
        stacks = call.world.tables.stacks
        rows = [a for a in rows if a.stack_id is None or stacks[a.stack_id].primary_id == a.id]
    if album := call.world.tables.albums.get(query.get("albumId", "")):
        rows = [asset for asset in rows if asset.id in album.asset_ids]
    if tag_id := query.get("tagId"):
        rows = [asset for asset in rows if tag_id in asset.tag_ids]
    return rows


def _columns(call: Call, rows: list[Asset]) -> dict[str, list[Any]]:
    """Columns of 2.7.5 as recorded; 3.x has ``createdAt`` and no ``status`` (SDK 3.0.0)."""
    duration = [a.duration_ms if call.version.is_v3 else _clock_text(a) for a in rows]
    columns: dict[str, list[Any]] = {
        "city": [a.exif.city for a in rows],
        "country": [a.exif.country for a in rows],
        "duration": duration,
        "id": [a.id for a in rows],
        "visibility": [a.visibility.value for a in rows],
        "isFavorite": [a.is_favorite for a in rows],
        "isImage": [a.kind is Kind.IMAGE for a in rows],
        "isTrashed": [a.is_trashed for a in rows],
        "livePhotoVideoId": [a.live_photo_video_id for a in rows],
        "fileCreatedAt": [f"{a.file_created_at:%Y-%m-%dT%H:%M:%S}" for a in rows],
        "localOffsetHours": [(a.local_date_time - a.file_created_at).total_seconds() / 3600 for a in rows],
        "ownerId": [a.owner_id for a in rows],
        "projectionType": [None for _ in rows],
        "ratio": [round(a.width / a.height, 3) if a.width and a.height else 1 for a in rows],
        "thumbhash": [a.thumbhash for a in rows],
    }
    if call.version.is_v3:
        columns["createdAt"] = [milliseconds(a.created_at) for a in rows]
    else:
        columns["status"] = [(a.status if a.status is not Status.DELETED else Status.TRASHED).value for a in rows]
    if call.request.query.get("withStacked") == "true":
        sizes = {stack.id: len(stack.asset_ids) for stack in call.world.tables.stacks.values()}
        columns["stack"] = [None if a.stack_id is None else [a.stack_id, str(sizes[a.stack_id])] for a in rows]
    return columns


def _clock_text(asset: Asset) -> str | None:
    if asset.duration_ms is None:
        return None
    seconds, millis = divmod(asset.duration_ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{millis:03d}"
