"""Fields of assets, changed in Immich's database; the originals stay as they are."""

from collections.abc import Sequence

from . import parse, timestamps
from .batches import in_batches
from .errors import UnexpectedAnswerError
from .fields import Fields
from .models import Asset, BatchResult, Change
from .transport import Transport, asset_path, checked_id

_RATINGS = frozenset({None, -1, 1, 2, 3, 4, 5})
"""v3 refuses 0, which v2 takes for none: none is written as null for both."""


async def update(transport: Transport, asset_id: str, change: Change) -> Asset:
    """Change the given fields of one asset and return it as Immich shows it then; needs ``asset.update``.

    Description, date and rating go into the database at once and into a sidecar a moment later, which moves
    ``updatedAt`` a second time; sent before ``is_read``, they may be overwritten by what the file says.

    Raises:
        ValueError: no field is given, a rating that is none, a moment without time zone, or a zone to show it in.
        NotFoundError: the asset is unknown, purged, foreign or locked; or the live photo's video is none of the user's.
    """
    if "time_zone" in change:
        reason = "one asset alone takes no time zone"
        raise ValueError(reason)
    body = _body(change)
    if "live_photo_video_id" in change:
        video_id = change["live_photo_video_id"]
        body["livePhotoVideoId"] = None if video_id is None else checked_id(video_id)
    _refuse_nothing(body)
    found = parse.asset(Fields(await transport.put(asset_path(asset_id), body), "asset"))
    if found.id.lower() != asset_id.lower():
        detail = f"changed asset {asset_id}, it sent {found.id}"
        raise UnexpectedAnswerError(detail)
    return found


async def update_all(transport: Transport, asset_ids: Sequence[str], change: Change) -> BatchResult:
    """Change the given fields of many assets alike; as ``update``, but for a live photo's video.

    Here alone Immich takes a time zone, in which it shows the date: without one, a photo's clock on the wall is that of
    Greenwich (server source, 2.x and 3.x: what is written with an offset keeps it, which not every v3 takes).

    Raises:
        ValueError: no field is given, a rating that is none, or a moment without time zone.
    """
    body = _body(change)
    if "time_zone" in change:
        body["timeZone"] = change["time_zone"]
    _refuse_nothing(body)

    async def send(ids: tuple[str, ...]) -> None:
        await transport.command("PUT", "/assets", {"ids": list(ids), **body})

    return await in_batches(send, asset_ids)


def _body(change: Change) -> dict[str, object]:
    """Return only what is given, in Immich's names."""
    body: dict[str, object] = {}
    if "description" in change:
        body["description"] = change["description"]
    if "rating" in change:
        if change["rating"] not in _RATINGS:
            reason = f"{change['rating']} is no rating"
            raise ValueError(reason)
        body["rating"] = change["rating"]
    if "is_favorite" in change:
        body["isFavorite"] = change["is_favorite"]
    if "visibility" in change:
        body["visibility"] = change["visibility"].value
    if "captured_at" in change:
        body["dateTimeOriginal"] = timestamps.write(change["captured_at"])
    if "position" in change:
        body["latitude"], body["longitude"] = change["position"]
    return body


def _refuse_nothing(body: dict[str, object]) -> None:
    if not body:
        reason = "nothing to change"
        raise ValueError(reason)
