"""Rows as the API shows them. The order of keys is that of the recorded answers."""

import base64
from typing import TYPE_CHECKING, Any

from .dates import database, milliseconds
from .records import Kind, Visibility
from .version import QuotaReport

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from .records import ApiKey, Asset, Exif, Tag, User
    from .routing import Call
    from .standin import Server

_IMAGE_DURATION = "0:00:00.00000"


def asset_json(
    server: Server,
    asset: Asset,
    *,
    exif: bool = False,
    full: bool = False,
    faces: bool = False,
    tags: bool = False,
    moment: Callable[[datetime], str] = milliseconds,
) -> dict[str, Any]:
    """An AssetResponseDto. ``full`` is what GET /assets/{id} adds: owner, exif, tags, stack.

    SDK 3.0.0: no deviceId, deviceAssetId, unassignedFaces; ``duration`` is milliseconds or null.
    """
    v3 = server.version.is_v3
    device_asset = {} if v3 else {"deviceAssetId": asset.device_asset_id}
    device = {} if v3 else {"deviceId": asset.device_id}
    owner = {"owner": user_json(server, server.world.tables.users[asset.owner_id])} if full else {}
    shown: dict[str, Any] = {
        "id": asset.id,
        "createdAt": moment(asset.created_at),
        **device_asset,
        "ownerId": asset.owner_id,
        **owner,
        **device,
        "libraryId": asset.library_id,
        "type": asset.kind.value,
        "originalPath": asset.original_path,
        "originalFileName": asset.name,
        "originalMimeType": asset.mime,
        "thumbhash": asset.thumbhash,
        "fileCreatedAt": moment(asset.file_created_at),
        "fileModifiedAt": moment(asset.file_modified_at),
        "localDateTime": moment(asset.local_date_time),
        "updatedAt": moment(asset.updated_at),
        "isFavorite": asset.is_favorite,
        "isArchived": asset.visibility is Visibility.ARCHIVE,
        "isTrashed": asset.is_trashed,
        "visibility": asset.visibility.value,
        "duration": asset.duration_ms if v3 else duration_text(asset),
    }
    if exif or full:
        shown["exifInfo"] = exif_json(asset, asset.exif)
    shown["livePhotoVideoId"] = asset.live_photo_video_id
    if full or tags:
        shown["tags"] = [tag_json(server.world.tables.tags[tag_id]) for tag_id in asset.tag_ids]
    shown["people"] = []
    if (full or faces) and not v3:
        shown["unassignedFaces"] = []
    shown["checksum"] = base64.b64encode(asset.checksum).decode()
    if full:
        shown["stack"] = _stack_of(server, asset)
    shown |= {
        "isOffline": asset.is_offline,
        "hasMetadata": asset.has_metadata or server.quirks.has_metadata_at_once,
        "duplicateId": None,
        "resized": True,
        "width": asset.width,
        "height": asset.height,
        "isEdited": False,
    }
    return shown


def duration_text(asset: Asset) -> str:
    """2.7.5's duration: a fixed text for images, H:MM:SS.mmm for videos (recorded)."""
    if asset.kind is Kind.IMAGE or asset.duration_ms is None:
        return _IMAGE_DURATION
    seconds, millis = divmod(asset.duration_ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{millis:03d}"


def exif_json(asset: Asset, exif: Exif) -> dict[str, Any]:
    taken = exif.date_time_original or (asset.file_created_at if asset.has_metadata else None)
    return {
        "make": exif.make,
        "model": exif.model,
        "exifImageWidth": exif.width,
        "exifImageHeight": exif.height,
        "fileSizeInByte": exif.file_size,
        "orientation": exif.orientation,
        "dateTimeOriginal": database(taken) if taken else None,
        "modifyDate": database(asset.file_modified_at) if asset.has_metadata else None,
        "timeZone": exif.time_zone,
        "lensModel": None,
        "fNumber": None,
        "focalLength": None,
        "iso": None,
        "exposureTime": None,
        "latitude": exif.latitude,
        "longitude": exif.longitude,
        "city": exif.city,
        "state": None,
        "country": exif.country,
        "description": exif.description,
        "projectionType": None,
        "rating": exif.rating,
    }


def sync_asset_json(server: Server, asset: Asset) -> dict[str, Any]:
    """The asset inside AssetUploadReadyV1 (recorded) and V2 (SDK 3.2.2: ``duration`` in ms, ``createdAt`` added)."""
    v3 = server.version.is_v3
    text = duration_text(asset) if asset.duration_ms is not None else None
    shown = {
        "id": asset.id,
        "ownerId": asset.owner_id,
        "originalFileName": asset.name,
        "thumbhash": asset.thumbhash,
        "checksum": base64.b64encode(asset.checksum).decode(),
        "fileCreatedAt": milliseconds(asset.file_created_at),
        "fileModifiedAt": milliseconds(asset.file_modified_at),
        "localDateTime": milliseconds(asset.local_date_time),
        "duration": asset.duration_ms if v3 else text,
        "type": asset.kind.value,
        "deletedAt": milliseconds(asset.deleted_at) if asset.deleted_at else None,
        "isFavorite": asset.is_favorite,
        "visibility": asset.visibility.value,
        "livePhotoVideoId": asset.live_photo_video_id,
        "stackId": asset.stack_id,
        "libraryId": asset.library_id,
        "width": asset.width,
        "height": asset.height,
        "isEdited": False,
    }
    if v3:
        shown["createdAt"] = milliseconds(asset.created_at)
    return shown


def sync_exif_json(asset: Asset) -> dict[str, Any]:
    shown = exif_json(asset, asset.exif)
    for name in ("dateTimeOriginal", "modifyDate"):
        shown[name] = milliseconds(asset.file_created_at if name == "dateTimeOriginal" else asset.file_modified_at)
    return {"assetId": asset.id, **shown, "profileDescription": None, "fps": 10 if asset.kind is Kind.VIDEO else None}


def user_json(server: Server, user: User, *, moment: Callable[[datetime], str] | None = None) -> dict[str, Any]:
    """The public face of a user; 2.7.5 renders profileChangedAt in the database's own way when nested (recorded)."""
    write = moment or (milliseconds if server.version.is_v3 else database)
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "profileImagePath": "",
        "avatarColor": "gray" if user.is_admin else "blue",
        "profileChangedAt": write(user.created_at),
    }


def my_user_json(call: Call, user: User) -> dict[str, Any]:
    quota = call.quirks.quota or QuotaReport(user.quota, call.world.quota_used(user.id))
    return {
        **user_json(call.server, user, moment=milliseconds),
        "storageLabel": user.storage_label,
        "shouldChangePassword": True,
        "isAdmin": user.is_admin,
        "createdAt": milliseconds(user.created_at),
        "deletedAt": None,
        "updatedAt": milliseconds(user.updated_at),
        "oauthId": "",
        "quotaSizeInBytes": quota.size,
        "quotaUsageInBytes": quota.usage,
        "status": "active",
        "license": None,
    }


def key_json(key: ApiKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "createdAt": milliseconds(key.created_at),
        "updatedAt": milliseconds(key.updated_at),
        "permissions": key.permissions,
    }


def tag_json(tag: Tag) -> dict[str, Any]:
    parent = {} if tag.parent_id is None else {"parentId": tag.parent_id}
    return {
        "id": tag.id,
        **parent,
        "name": tag.value.rsplit("/", 1)[-1],
        "value": tag.value,
        "createdAt": milliseconds(tag.created_at),
        "updatedAt": milliseconds(tag.updated_at),
    }


def _stack_of(server: Server, asset: Asset) -> dict[str, Any] | None:
    stack = server.world.tables.stacks.get(asset.stack_id or "")
    if stack is None:
        return None
    return {"id": stack.id, "primaryAssetId": stack.primary_id, "assetCount": len(stack.asset_ids)}
