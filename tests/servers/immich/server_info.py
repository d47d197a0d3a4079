"""What the server says about itself."""

import shutil
from typing import Any

from .dates import milliseconds
from .errors import Problem
from .media import IMAGE, SIDECAR, VIDEO
from .records import Kind
from .routing import Access, Call, Routes
from .version import StorageReport, Version

routes = Routes()

_TILES = "https://tiles.immich.cloud/v1/style"


@routes.get("/server/ping", Access.PUBLIC, in_maintenance=True)
async def ping(_: Call) -> dict[str, Any]:
    return {"res": "pong"}


@routes.get("/server/version", Access.PUBLIC, in_maintenance=True)
async def version(call: Call) -> dict[str, Any]:
    """SDK 3.0.0 adds ``prerelease``, null in a release."""
    shown: dict[str, Any] = {
        "major": call.version.major,
        "minor": call.version.minor,
        "patch": call.version.patch,
    }
    return shown | {"prerelease": None} if call.version.is_v3 else shown


@routes.get("/server/config", Access.PUBLIC, in_maintenance=True)
async def config(call: Call) -> dict[str, Any]:
    """In maintenance mode one field and nothing else (measured)."""
    if call.server.faults.maintenance:
        return {"maintenanceMode": True}
    shown: dict[str, Any] = {
        "loginPageMessage": "",
        "trashDays": call.quirks.trash_days,
        "userDeleteDelay": 7,
        "oauthButtonText": "Login with OAuth",
        "isInitialized": bool(call.world.tables.users),
        "isOnboarded": True,
        "externalDomain": "",
        "publicUsers": True,
        "mapDarkStyleUrl": f"{_TILES}/dark.json",
        "mapLightStyleUrl": f"{_TILES}/light.json",
        "maintenanceMode": False,
    }
    return shown | {"minFaces": 3} if call.version.is_v3 else shown


@routes.get("/server/features", Access.PUBLIC)
async def features(call: Call) -> dict[str, Any]:
    """``realtimeTranscoding`` since SDK 3.0.0."""
    on = {"map", "reverseGeocoding", "sidecar", "search", "passwordLogin"}
    names = [
        "smartSearch", "facialRecognition", "duplicateDetection", "map", "reverseGeocoding", "importFaces", "sidecar",
        "search", "trash", "oauth", "oauthAutoLaunch", "ocr", "passwordLogin", "configFile", "email",
    ]  # fmt: skip
    on |= {"smartSearch", "ocr"} if call.quirks.machine_learning else set()
    shown = {name: name in on for name in names} | {"trash": call.quirks.trash_enabled}
    return shown | {"realtimeTranscoding": False} if call.version.is_v3 else shown


@routes.get("/server/media-types", Access.PUBLIC)
async def media_types(_: Call) -> dict[str, Any]:
    return {"video": VIDEO, "image": IMAGE, "sidecar": SIDECAR}


@routes.get("/server/version-history", Access.PUBLIC)
async def version_history(call: Call) -> list[dict[str, Any]]:
    entries = reversed(call.world.tables.versions)
    return [{"id": e.id, "createdAt": milliseconds(e.created_at), "version": e.version} for e in entries]


@routes.get("/server/theme", Access.PUBLIC, until=Version(3, 0, 0))
async def theme(_: Call) -> dict[str, Any]:
    return {"customCss": ""}


@routes.get("/server/about", "server.about")
async def about(call: Call) -> dict[str, Any]:
    return {
        "version": f"v{call.version}",
        "versionUrl": f"https://github.com/immich-app/immich/releases/tag/v{call.version}",
        "licensed": False,
        "nodejs": "v24.22.2",
        "exiftool": "13.53",
        "ffmpeg": "9.0.2-4 Copyright (c) 2000-2026 the FFmpeg developers",
        "libvips": "8.17.3",
        "imagemagick": "",
    }


@routes.get("/server/version-check", "server.versionCheck")
async def version_check(call: Call) -> dict[str, Any]:
    newest = call.quirks.newest_release
    return {"checkedAt": newest and milliseconds(call.world.clock.now()), "releaseVersion": newest}


@routes.get("/server/apk-links", "server.apkLinks")
async def apk_links(call: Call) -> dict[str, Any]:
    base = f"https://github.com/immich-app/immich/releases/download/v{call.version}/app"
    names = {"arm64v8a": "-arm64-v8a", "armeabiv7a": "-armeabi-v7a", "universal": "", "x86_64": "-x86_64"}
    return {name: f"{base}{middle}-release.apk" for name, middle in names.items()}


_MADE_UP = {
    StorageReport.ABSURD: (2**60, 0, 2**60),
    StorageReport.BEYOND_64_BITS: (2**64, 2**63, 2**63),
    StorageReport.NEGATIVE: (-4096, -1, -4095),
}


@routes.get("/server/storage", "server.storage")
async def storage(call: Call) -> dict[str, Any] | list[Any]:
    """``statfs`` of the media folder: about the disk, not the user, and not always a sane number."""
    report = call.quirks.storage
    if report is StorageReport.FAILS:
        raise Problem(500, "Internal server error", title="")
    if report is StorageReport.NOTHING:
        return []
    if report is StorageReport.NULLS:
        names = ("diskSize", "diskUse", "diskAvailable")
        return dict.fromkeys((*names, *(f"{name}Raw" for name in names), "diskUsagePercentage"))
    usage = shutil.disk_usage(call.world.storage)
    size, used, free = usage.total, usage.used, usage.free
    if report in _MADE_UP:
        size, used, free = _MADE_UP[report]
    elif report is not StorageReport.NORMAL:
        size = used = free = 0
    percent = None if report is StorageReport.NOT_A_NUMBER else round(used / size * 100, 2) if size else 0
    return {
        "diskSize": human_size(size),
        "diskUse": human_size(used),
        "diskAvailable": human_size(free),
        "diskSizeRaw": size,
        "diskUseRaw": used,
        "diskAvailableRaw": free,
        "diskUsagePercentage": percent,
    }


@routes.get("/server/statistics", "server.statistics", admin=True)
async def statistics(call: Call) -> dict[str, Any]:
    users = [_usage(call, user_id) for user_id in call.world.tables.users]
    names = ("photos", "videos", "usage", "usagePhotos", "usageVideos")
    return {name: sum(user[name] for user in users) for name in names} | {"usageByUser": users}


def human_size(size: float) -> str:
    """``70.6 GiB``, as recorded."""
    units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"]
    while size >= 1024 and len(units) > 1:
        size /= 1024
        units.pop(0)
    return f"{size:.1f} {units[0]}"


def _usage(call: Call, user_id: str) -> dict[str, Any]:
    user = call.world.tables.users[user_id]
    own = [asset for asset in call.world.assets_of(user_id) if not asset.is_trashed]
    photos = [asset.size for asset in own if asset.kind is Kind.IMAGE]
    videos = [asset.size for asset in own if asset.kind is Kind.VIDEO]
    return {
        "userId": user.id,
        "userName": user.name,
        "photos": len(photos),
        "videos": len(videos),
        "usage": sum(photos) + sum(videos),
        "usagePhotos": sum(photos),
        "usageVideos": sum(videos),
        "quotaSizeInBytes": user.quota,
    }
