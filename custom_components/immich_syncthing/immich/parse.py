"""From Immich's JSON to the typed values of ``models``. Every function raises ``UnexpectedAnswerError``.

Fields as of the SDKs 2.7.5 and 3.2.2; what only one of them has is not read.
"""

from collections.abc import Callable

from .captured import captured_at
from .errors import UnexpectedAnswerError
from .fields import Fields, objects, refuse
from .models import (
    Album,
    ApiKeyInfo,
    Asset,
    AssetCounts,
    AssetDetails,
    DatabaseDump,
    MediaTypes,
    Queue,
    QueueState,
    ServerAbout,
    ServerConfig,
    ServerFeatures,
    ServerStatistics,
    ServerStorage,
    ServerVersion,
    StackRef,
    Tag,
    TimelineBucket,
    User,
    VersionCheck,
    VersionHistoryEntry,
    Visibility,
)


def ping(value: object) -> None:
    """Accept ``{"res": "pong"}`` only."""
    fields = Fields(value, "ping")
    if fields.text("res") != "pong":
        refuse("ping.res", fields.text("res"), "'pong'")


def version(value: object) -> ServerVersion:
    """Read ``server/version``."""
    fields = Fields(value, "version")
    return ServerVersion(fields.count("major"), fields.count("minor"), fields.count("patch"))


def server_config(value: object) -> ServerConfig:
    """Read ``server/config``; in maintenance mode Immich answers that flag and nothing else (measured on 2.7.5)."""
    fields = Fields(value, "config")
    maintenance = fields.flag("maintenanceMode", default=False)
    if maintenance and "trashDays" not in fields:
        return ServerConfig(maintenance_mode=True, trash_days=None, is_initialized=True, external_domain="")
    return ServerConfig(
        maintenance_mode=maintenance,
        trash_days=fields.count("trashDays"),
        is_initialized=fields.flag("isInitialized"),
        external_domain=fields.optional_text("externalDomain") or "",
    )


def server_features(value: object) -> ServerFeatures:
    """Read ``server/features``."""
    fields = Fields(value, "features")
    return ServerFeatures(
        trash=fields.flag("trash"),
        smart_search=fields.flag("smartSearch", default=False),
        ocr=fields.flag("ocr", default=False),
    )


def media_types(value: object) -> MediaTypes:
    """Read ``server/media-types``."""
    fields = Fields(value, "media types")
    return MediaTypes(
        image=frozenset(extension.lower() for extension in fields.texts("image")),
        video=frozenset(extension.lower() for extension in fields.texts("video")),
        sidecar=frozenset(extension.lower() for extension in fields.texts("sidecar")),
    )


def server_about(value: object) -> ServerAbout:
    """Read ``server/about``."""
    fields = Fields(value, "about")
    return ServerAbout(version=fields.text("version"), version_url=fields.optional_text("versionUrl"))


def server_storage(value: object) -> ServerStorage:
    """Read ``server/storage``; zeros, nulls, negative and made-up numbers of network mounts mean unknown."""
    fields = Fields(value, "storage")
    size = fields.plausible_size("diskSizeRaw")
    if not size:
        return ServerStorage(size=None, used=None, available=None)
    used, available = fields.plausible_size("diskUseRaw"), fields.plausible_size("diskAvailableRaw")
    return ServerStorage(
        size=size,
        used=used if used is not None and used <= size else None,
        available=available if available is not None and available <= size else None,
    )


def version_check(value: object) -> VersionCheck:
    """Read ``server/version-check``."""
    latest = Fields(value, "version check").optional_text("releaseVersion")
    return VersionCheck(latest.removeprefix("v") if latest else None)


def queues(value: object) -> tuple[Queue, ...]:
    """Read ``queues``."""
    return tuple(Queue(row.text("name"), _waiting(row.object("statistics"))) for row in objects(value, "queues"))


def queue_state(value: object) -> QueueState:
    """Read ``queues/{name}``."""
    fields = Fields(value, "queue")
    counts = fields.object("statistics")
    return QueueState(fields.flag("isPaused"), counts.count("active"), _waiting(counts), counts.count("failed"))


def _waiting(counts: Fields) -> int:
    """Return what Immich's own page calls waiting: the sum of three counts."""
    return sum(counts.count(key) for key in ("waiting", "paused", "delayed"))


def database_dumps(value: object) -> tuple[DatabaseDump, ...]:
    """Read ``admin/database-backups``."""
    return tuple(
        DatabaseDump(row.text("filename"), row.count("filesize"))
        for row in objects(Fields(value, "database backups").items("backups"), "database backups")
    )


def server_statistics(value: object) -> ServerStatistics:
    """Read ``server/statistics``."""
    fields = Fields(value, "statistics")
    return ServerStatistics(fields.count("photos"), fields.count("videos"), fields.count("usage"))


def version_history(value: object) -> tuple[VersionHistoryEntry, ...]:
    """Read ``server/version-history``."""
    return tuple(
        VersionHistoryEntry(id=row.text("id"), version=row.text("version"), created_at=row.moment("createdAt"))
        for row in objects(value, "version history")
    )


def api_key(value: object) -> ApiKeyInfo:
    """Read ``api-keys/me``."""
    fields = Fields(value, "api key")
    return ApiKeyInfo(fields.text("id"), fields.text("name"), frozenset(fields.texts("permissions")))


def user(value: object) -> User:
    """Read ``users/me``."""
    fields = Fields(value, "user")
    return User(
        id=fields.id("id"),
        email=fields.text("email"),
        name=fields.text("name"),
        is_admin=fields.flag("isAdmin"),
        has_quota=not fields.is_null("quotaSizeInBytes"),
        quota_size=fields.plausible_size("quotaSizeInBytes"),
        quota_usage=fields.plausible_size("quotaUsageInBytes"),
    )


def asset(fields: Fields) -> Asset:
    """Read one asset of a search or of ``assets/{id}``; without ``exifInfo`` its capture date stays unknown."""
    created_at, exif = fields.moment("createdAt"), fields.optional_object("exifInfo")
    return Asset(
        id=fields.id("id"),
        owner_id=fields.id("ownerId"),
        library_id=fields.optional_id("libraryId"),
        checksum=fields.checksum("checksum"),
        file_name=fields.text("originalFileName"),
        is_trashed=fields.flag("isTrashed"),
        visibility=_visibility(fields),
        is_favorite=fields.flag("isFavorite"),
        has_metadata=fields.flag("hasMetadata"),
        live_photo_video_id=fields.optional_id("livePhotoVideoId"),
        created_at=created_at,
        updated_at=fields.moment("updatedAt"),
        file_created_at=fields.moment("fileCreatedAt"),
        captured_at=None if exif is None else captured_at(exif, created_at),
        size=None if exif is None else exif.plausible_size("fileSizeInByte"),
        local_time=fields.moment("localDateTime") if "localDateTime" in fields else None,
        is_read=exif is not None and not exif.is_null("modifyDate"),
        description=_said(exif, "description", Fields.optional_text) or "",
        rating=_said(exif, "rating", Fields.optional_whole),
        has_position=exif is not None and not exif.is_null("latitude"),
    )


def _said[T](exif: Fields | None, key: str, read: Callable[[Fields, str], T | None]) -> T | None:
    """Read what an owner can say of an asset; one with an odd value must not hide the others of its page."""
    try:
        return None if exif is None else read(exif, key)
    except UnexpectedAnswerError:
        return None


def asset_details(value: object) -> AssetDetails:
    """Read ``assets/{id}``; ``exifInfo``, ``tags`` and ``stack`` are optional in the SDKs and then mean none."""
    fields = Fields(value, "asset")
    exif = fields.optional_object("exifInfo")
    return AssetDetails(
        asset=asset(fields),
        description="" if exif is None else exif.optional_text("description") or "",
        rating=None if exif is None else exif.optional_whole("rating"),
        tags=tags(fields.items("tags")) if "tags" in fields else (),
        stack=stack(fields.optional_object("stack")),
        is_read=exif is not None and exif.optional_text("modifyDate") is not None,
    )


def stack(fields: Fields | None) -> StackRef | None:
    """Read the stack inside an asset."""
    if fields is None:
        return None
    return StackRef(fields.id("id"), fields.id("primaryAssetId"), fields.count("assetCount"))


def tags(value: object) -> tuple[Tag, ...]:
    """Read a list of tags."""
    return tuple(Tag(row.id("id"), row.text("value")) for row in objects(value, "tags"))


def album_ids(value: object) -> tuple[str, ...]:
    """Read the ids of a list of albums."""
    return tuple(row.id("id") for row in objects(value, "albums"))


def albums(value: object) -> tuple[Album, ...]:
    """Read a list of albums."""
    return tuple(album(row) for row in objects(value, "albums"))


def album(fields: Fields) -> Album:
    """Read one album."""
    return Album(fields.id("id"), fields.text("albumName"), fields.count("assetCount"), fields.moment("updatedAt"))


def asset_counts(value: object) -> AssetCounts:
    """Read ``assets/statistics``."""
    fields = Fields(value, "asset statistics")
    return AssetCounts(fields.count("images"), fields.count("videos"), fields.count("total"))


def timeline_buckets(value: object) -> tuple[TimelineBucket, ...]:
    """Read ``timeline/buckets``."""
    return tuple(TimelineBucket(row.text("timeBucket"), row.count("count")) for row in objects(value, "buckets"))


def _visibility(fields: Fields) -> Visibility:
    text = fields.text("visibility")
    if text not in Visibility:
        refuse("asset.visibility", text, "a known visibility")
    return Visibility(text)
