"""Single assets, counts and the timeline."""

from . import parse
from .errors import UnexpectedAnswerError
from .fields import Fields, is_uuid, refuse
from .models import Asset, AssetCounts, AssetDetails, TimelineBucket, Visibility
from .transport import BULK, Transport, asset_path


async def asset(transport: Transport, asset_id: str) -> Asset:
    """Return one asset, trashed ones too; needs ``asset.read``.

    Raises:
        NotFoundError: Immich answers 400 alike for unknown, purged, foreign and locked assets.
    """
    return (await details(transport, asset_id)).asset


async def details(transport: Transport, asset_id: str) -> AssetDetails:
    """Return one asset with description, rating, tags and stack; trashed ones too. Needs ``asset.read`` alone.

    Right after an upload description, rating and tags of the file are not there yet: ``is_read`` tells.

    Raises:
        NotFoundError: Immich answers 400 alike for unknown, purged, foreign and locked assets.
    """
    found = parse.asset_details(await transport.get(asset_path(asset_id)))
    if found.asset.id.lower() != asset_id.lower():
        detail = f"asked for asset {asset_id}, it sent {found.asset.id}"
        raise UnexpectedAnswerError(detail)
    return found


async def asset_statistics(transport: Transport, *, trashed: bool) -> AssetCounts:
    """Return counts of timeline and archive, or of the trash; needs ``asset.statistics``.

    Neither hidden, locked nor partners' assets count, nor what is being purged from the trash (measured on 2.7.5).
    """
    return parse.asset_counts(await transport.get("/assets/statistics", {"isTrashed": _flag(trashed)}))


async def timeline_buckets(
    transport: Transport, *, trashed: bool, visibility: Visibility | None
) -> tuple[TimelineBucket, ...]:
    """Return the months with their counts, of timeline and archive without a ``visibility``; needs ``asset.read``."""
    params = _timeline_params(trashed=trashed, visibility=visibility)
    return parse.timeline_buckets(await transport.get("/timeline/buckets", params, timeout=BULK))


async def timeline_bucket_ids(
    transport: Transport, time_bucket: str, *, trashed: bool, visibility: Visibility | None
) -> frozenset[str]:
    """Return the ids of one month, in one answer of any length; needs ``asset.read``."""
    params = {"timeBucket": time_bucket, **_timeline_params(trashed=trashed, visibility=visibility)}
    ids = Fields(await transport.get("/timeline/bucket", params, timeout=BULK), "bucket").texts("id")
    for asset_id in ids:
        if not is_uuid(asset_id):
            refuse("bucket.id", asset_id, "an id")
    return frozenset(ids)


def _timeline_params(*, trashed: bool, visibility: Visibility | None) -> dict[str, str]:
    params = {"isTrashed": _flag(trashed)}
    if visibility is not None:
        params["visibility"] = visibility.value
    return params


def _flag(value: bool) -> str:
    """Return the one spelling that v3 takes in a query."""
    return "true" if value else "false"
