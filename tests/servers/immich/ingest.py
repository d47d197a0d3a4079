"""A file becomes an asset: the door that the API and "the user in Immich's web" share."""

import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .errors import Problem
from .jobs import METADATA
from .media import extension, kind_of, mime_of, upload_path
from .records import Asset, Exif, KeyValue, Kind, Visibility, new_id
from .workflows import begin_workflows

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from .records import User
    from .standin import Server


@dataclass(frozen=True, slots=True)
class Upload:
    """A received file; ``path`` is moved away when an asset is made of it."""

    path: Path
    checksum: bytes
    size: int
    name: str
    file_created_at: datetime
    file_modified_at: datetime
    device_asset_id: str = ""
    device_id: str = ""
    visibility: Visibility = Visibility.TIMELINE
    is_favorite: bool = False
    live_photo_video_id: str | None = None
    metadata: dict[str, object] = field(default_factory=dict)
    sidecar: Path | None = None


def admit(server: Server, owner: User, upload: Upload) -> tuple[str, str]:
    """``("created" | "duplicate", id)``. Quota and live photo are checked before the bytes are compared (source 2.7.5).

    Bytes that the owner has in any state, trash and locked folder included, are a duplicate and change nothing.
    """
    world = server.world
    if owner.quota is not None and owner.quota < world.quota_used(owner.id) + upload.size:
        raise Problem(400, "Quota has been exceeded!")
    video = _live_video(server, owner, upload.live_photo_video_id)
    if known := world.uploaded(owner.id, upload.checksum):
        return "duplicate", known.id
    asset = _new_asset(server, owner, upload)
    world.add_asset(asset)
    if video is not None and video.visibility is not Visibility.HIDDEN:
        world.show(video, Visibility.HIDDEN)
        world.rooms.emit(owner.id, "on_asset_hidden", video.id)
    server.jobs.add(METADATA, "metadata", asset.id)
    begin_workflows(server, asset)
    return "created", asset.id


def _live_video(server: Server, owner: User, video_id: str | None) -> Asset | None:
    if video_id is None:
        return None
    video = server.world.tables.assets.get(video_id)
    if video is None or video.owner_id != owner.id:
        raise Problem(400, "Live photo video not found")
    if video.kind is not Kind.VIDEO:
        raise Problem(400, "Live photo video must be a video")
    return video


def _new_asset(server: Server, owner: User, upload: Upload) -> Asset:
    storage, now, file_id = server.world.storage, server.world.clock.now(), new_id()
    kind = kind_of(upload.name) or Kind.IMAGE
    target = f"upload/{file_id}{extension(upload.name)}"
    shutil.move(upload.path, storage / target)
    sidecar = None
    if upload.sidecar is not None:
        sidecar = f"upload/{file_id}{extension(upload.name)}.xmp"
        shutil.move(upload.sidecar, storage / sidecar)
    return Asset(
        id=new_id(),
        owner_id=owner.id,
        checksum=upload.checksum,
        name=upload.name,
        kind=kind,
        mime=mime_of(upload.name),
        original_path=upload_path(owner.id, file_id, upload.name),
        file=target,
        size=upload.size,
        created_at=now,
        updated_at=now,
        file_created_at=upload.file_created_at,
        file_modified_at=upload.file_modified_at,
        local_date_time=upload.file_created_at,
        device_asset_id=upload.device_asset_id,
        device_id=upload.device_id,
        visibility=upload.visibility,
        is_favorite=upload.is_favorite,
        live_photo_video_id=upload.live_photo_video_id,
        duration_ms=2000 if kind is Kind.VIDEO else None,
        sidecar=sidecar,
        exif=Exif(file_size=upload.size),
        metadata={key: KeyValue(value, now) for key, value in upload.metadata.items()},
    )
