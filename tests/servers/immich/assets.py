"""One asset, or a batch: look, change, carry over."""

import shutil
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from .dates import milliseconds, strict
from .errors import Invalid, Issue, Problem
from .jobs import METADATA
from .records import Asset, KeyValue, Kind, Visibility
from .rendering import asset_json
from .routing import Call, Routes
from .search import read_visibility
from .trash import own_assets, read_ids
from .uploads import is_uuid

routes = Routes()

_UPDATE = "asset.update"
# Fields that are written to a sidecar, whose re-reading is what sends on_asset_update (measured).
_SIDECAR_FIELDS = frozenset({"description", "dateTimeOriginal", "latitude", "longitude", "rating"})


@routes.get("/assets/{id}", "asset.read")
async def get_asset(call: Call) -> dict[str, Any]:
    """Trashed ones too; 400 for unknown, gone, foreign and locked alike (measured)."""
    return asset_json(call.server, call.readable_asset(_uuid(call), "asset.read"), full=True)


@routes.put("/assets/{id}", _UPDATE)
async def update_asset(call: Call) -> dict[str, Any]:
    asset = call.own_asset(_uuid(call), _UPDATE)
    _check(call)
    if "livePhotoVideoId" in call.fields:
        _link_video(call, asset, call.fields["livePhotoVideoId"])
    _apply(call, asset)
    if _SIDECAR_FIELDS & call.fields.keys():
        call.jobs.add("sidecar", "sidecar", asset.id)
    return asset_json(call.server, asset, exif=True, faces=True)


@routes.put("/assets", _UPDATE, status=204)
async def update_assets(call: Call) -> None:
    """All or nothing; announces every asset, whatever was changed (measured)."""
    assets = own_assets(call, read_ids(call), _UPDATE)
    _check(call)
    for asset in assets:
        _apply(call, asset)
        call.jobs.add("sidecar", "sidecar", asset.id)


@routes.put("/assets/copy", "asset.copy", status=204)
async def copy_asset(call: Call) -> None:
    """Carries albums, favourite, shared links, stack and sidecar; tags are not carried (measured).

    A sidecar replaces the target's own and is read at once; two stacks become the target's (server source).
    """
    source_id, target_id = call.fields.get("sourceId", ""), call.fields.get("targetId", "")
    source, target = call.own_asset(source_id, "asset.copy"), call.own_asset(target_id, "asset.copy")
    if source is target:
        raise Problem(400, "Source and target id must be distinct")
    if call.fields.get("albums", True):
        _join(source, target, [album.asset_ids for album in call.world.tables.albums.values()])
    if call.fields.get("sharedLinks", True):
        _join(source, target, [link.asset_ids for link in call.world.tables.shared_links.values()])
    if call.fields.get("favorite", True):
        target.is_favorite = source.is_favorite
    if call.fields.get("stack", True):
        _copy_stack(call, source, target)
    if call.fields.get("sidecar", True) and source.sidecar:
        target.sidecar = f"{target.file}.xmp"
        shutil.copyfile(call.world.storage / source.sidecar, call.world.storage / target.sidecar)
        call.jobs.add(METADATA, "refresh", target.id)
    call.world.touch(target)


def _join(source: Asset, target: Asset, groups: list[list[str]]) -> None:
    for ids in groups:
        if source.id in ids and target.id not in ids:
            ids.append(target.id)


def _copy_stack(call: Call, source: Asset, target: Asset) -> None:
    stacks = call.world.tables.stacks
    stack, other = stacks.get(source.stack_id or ""), stacks.get(target.stack_id or "")
    if stack is None or stack is other:
        return
    if other is None:
        stack.asset_ids.append(target.id)
        target.stack_id = stack.id
        return
    for asset_id in stacks.pop(stack.id).asset_ids:
        call.world.tables.assets[asset_id].stack_id = other.id
        other.asset_ids.append(asset_id)


@routes.post("/assets/jobs", "job.create", status=204)
async def asset_jobs(call: Call) -> None:
    for asset in own_assets(call, read_ids(call, "assetIds"), _UPDATE):
        if call.fields.get("name") == "refresh-metadata":
            call.jobs.add(METADATA, "refresh", asset.id)


@routes.get("/assets/{id}/metadata", "asset.read")
async def get_metadata(call: Call) -> list[dict[str, Any]]:
    asset = call.readable_asset(_uuid(call), "asset.read")
    return [_pair_json(key, pair) for key, pair in asset.metadata.items()]


@routes.put("/assets/{id}/metadata", _UPDATE)
async def put_metadata(call: Call) -> list[dict[str, Any]]:
    """Does not move ``updatedAt`` (measured)."""
    asset = call.own_asset(_uuid(call), _UPDATE)
    now = call.world.clock.now()
    items = call.fields.get("items") or []
    for item in items:
        asset.metadata[item["key"]] = KeyValue(item["value"], now)
    call.world.changed()
    return [_pair_json(item["key"], asset.metadata[item["key"]]) for item in items]


@routes.get("/assets/{id}/metadata/{key}", "asset.read")
async def get_metadata_key(call: Call) -> dict[str, Any]:
    asset, key = call.readable_asset(_uuid(call), "asset.read"), call.request.match_info["key"]
    if key not in asset.metadata:
        raise Problem(400, f'Metadata with key "{key}" not found for asset with id "{asset.id}"')
    return _pair_json(key, asset.metadata[key])


@routes.delete("/assets/{id}/metadata/{key}", _UPDATE, status=204)
async def delete_metadata_key(call: Call) -> None:
    call.own_asset(_uuid(call), _UPDATE).metadata.pop(call.request.match_info["key"], None)
    call.world.changed()


def _uuid(call: Call) -> str:
    if not is_uuid(call.path_id):
        raise Invalid(Issue("id", ("id must be a UUID",), "Invalid UUID", "invalid_format"))
    return call.path_id


def _pair_json(key: str, pair: KeyValue) -> dict[str, Any]:
    return {"key": key, "value": pair.value, "updatedAt": milliseconds(pair.updated_at)}


def _check(call: Call) -> None:
    """Refuse before anything is changed. Rating 0: null in 2.7.5, 400 in 3.x; one coordinate alone: 400 in both."""
    fields = call.fields
    if fields.get("visibility") not in {None, Visibility.LOCKED.value}:
        read_visibility(fields["visibility"])
    if call.version.is_v3 and fields.get("rating") == 0:
        raise Invalid(Issue("rating", (), "Invalid input", "invalid_union"))
    if ("latitude" in fields) != ("longitude" in fields):
        sentence = "Latitude and longitude must be provided together"
        raise Invalid(Issue("latitude", (sentence,), sentence, "custom"))
    taken = fields.get("dateTimeOriginal")
    if taken and call.version.is_v3 and strict(taken, offsets=call.quirks.offset_dates) is None:
        raise Invalid(Issue("dateTimeOriginal", (), "Invalid ISO datetime", "invalid_format"))


def _apply(call: Call, asset: Asset) -> None:
    fields, exif = call.fields, asset.exif
    if "isFavorite" in fields:
        asset.is_favorite = fields["isFavorite"]
    exif.description = fields.get("description", exif.description)
    exif.rating = fields.get("rating", exif.rating) or None
    exif.latitude, exif.longitude = fields.get("latitude", exif.latitude), fields.get("longitude", exif.longitude)
    if taken := fields.get("dateTimeOriginal"):
        moment = datetime.fromisoformat(taken)
        if zone := fields.get("timeZone"):
            moment, exif.time_zone = moment.astimezone(ZoneInfo(zone)), zone
        asset.file_created_at = exif.date_time_original = moment.astimezone(UTC)
        asset.local_date_time = moment.replace(tzinfo=UTC)
    if fields.get("visibility"):
        call.world.show(asset, Visibility(fields["visibility"]))
    else:
        call.world.touch(asset)


def _link_video(call: Call, still: Asset, video_id: str | None) -> None:
    """Null unlinks: the video is visible again; the same words as at an upload (server source)."""
    if video_id is None:
        video = call.world.tables.assets.get(still.live_photo_video_id or "")
        if video is not None:
            call.world.show(video, still.visibility)
    else:
        video = call.world.tables.assets.get(video_id)
        if video is None:
            raise Problem(400, "Live photo video not found")
        if video.kind is not Kind.VIDEO:
            raise Problem(400, "Live photo video must be a video")
        if video.owner_id != still.owner_id:
            raise Problem(400, "Live photo video does not belong to the user")
        if video.visibility is Visibility.TIMELINE:
            call.world.show(video, Visibility.HIDDEN)
    still.live_photo_video_id = video_id
