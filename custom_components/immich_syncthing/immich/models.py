"""What Immich tells us, as typed values. Checksums are the 20 raw bytes of a SHA-1."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypedDict


class Visibility(StrEnum):
    """Where an asset shows up in Immich."""

    TIMELINE = "timeline"
    ARCHIVE = "archive"
    HIDDEN = "hidden"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True, order=True)
class ServerVersion:
    """Immich's version; it decides between the v2 and the v3 form of a request."""

    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        """Return e.g. ``2.7.5``."""
        return f"{self.major}.{self.minor}.{self.patch}"


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """The public part of the server's configuration. In maintenance mode only that flag is real."""

    maintenance_mode: bool
    trash_days: int | None
    is_initialized: bool
    external_domain: str


@dataclass(frozen=True, slots=True)
class ServerFeatures:
    """What the server has switched on."""

    trash: bool
    smart_search: bool
    ocr: bool


@dataclass(frozen=True, slots=True)
class MediaTypes:
    """File name extensions that the server accepts, lower case with the dot."""

    image: frozenset[str]
    video: frozenset[str]
    sidecar: frozenset[str]

    @property
    def uploadable(self) -> frozenset[str]:
        """Return the extensions that become an asset of their own."""
        return self.image | self.video


@dataclass(frozen=True, slots=True)
class ServerAbout:
    """What ``server/about`` tells; needs ``server.about``."""

    version: str
    version_url: str | None


@dataclass(frozen=True, slots=True)
class ServerStorage:
    """The server's disk in bytes; any field may be unknown (object and FUSE mounts answer nonsense)."""

    size: int | None
    used: int | None
    available: int | None

    @property
    def used_percent(self) -> float | None:
        """Return the used share in percent, or ``None`` where the server does not know."""
        if not self.size or self.used is None:
            return None
        return 100 * self.used / self.size


@dataclass(frozen=True, slots=True)
class VersionCheck:
    """The newest release that Immich has heard of, without ``v``; ``None`` when it does not look or has not yet."""

    latest: str | None


@dataclass(frozen=True, slots=True)
class Queue:
    """One of Immich's background queues; ``waiting`` counts delayed jobs and those of a paused queue too."""

    name: str
    waiting: int


@dataclass(frozen=True, slots=True)
class QueueState:
    """What one background queue is doing; ``waiting`` as in ``Queue``, ``failed`` counts what it remembers of that."""

    is_paused: bool
    active: int
    waiting: int
    failed: int

    @property
    def is_idle(self) -> bool:
        """Return whether nothing is done and nothing waits."""
        return not self.active and not self.waiting


@dataclass(frozen=True, slots=True)
class DatabaseDump:
    """A file among Immich's database backups; it may still be written, or have been broken off."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class ServerStatistics:
    """Counts over all users; admin only."""

    photos: int
    videos: int
    usage: int


@dataclass(frozen=True, slots=True)
class VersionHistoryEntry:
    """One installed version. The rows live in the database, so they tell a restored dump."""

    id: str
    version: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ApiKeyInfo:
    """The key in use; readable with any key."""

    id: str
    name: str
    permissions: frozenset[str]

    def allows(self, permission: str) -> bool:
        """Return whether the key holds ``permission`` or ``all``."""
        return self.allows_everything or permission in self.permissions

    @property
    def allows_everything(self) -> bool:
        """Return whether the key holds ``all``; nothing less lets it listen to the websocket (measured on 2.7.5)."""
        return "all" in self.permissions


@dataclass(frozen=True, slots=True)
class User:
    """The key's user. ``quota_size`` and ``quota_usage`` are bytes, ``None`` where they are unknown.

    ``has_quota``: whether there is a quota, known or not.
    """

    id: str
    email: str
    name: str
    is_admin: bool
    quota_size: int | None
    quota_usage: int | None
    has_quota: bool


@dataclass(frozen=True, slots=True)
class Asset:
    """One asset as search and ``GET /assets/{id}`` show it.

    ``captured_at`` is the capture date that the photo itself (or its sidecar, or its owner) tells, ``None`` where it
    is not known: see ``captured``. ``file_created_at`` is never unknown, and may be made up of the file's mtime.
    ``size`` is that of the original in bytes; ``local_time`` is the clock on the wall where the photo was taken (its
    time zone means nothing), made up where ``captured_at`` is unknown. ``is_read``, ``description`` and ``rating`` are
    as in ``AssetDetails``; ``has_position``: it is known where it was taken.
    """

    id: str
    owner_id: str
    library_id: str | None
    checksum: bytes
    file_name: str
    is_trashed: bool
    visibility: Visibility
    is_favorite: bool
    has_metadata: bool
    live_photo_video_id: str | None
    created_at: datetime
    updated_at: datetime
    file_created_at: datetime
    captured_at: datetime | None = None
    size: int | None = None
    local_time: datetime | None = None
    is_read: bool = False
    description: str = ""
    rating: int | None = None
    has_position: bool = False


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag; ``value`` is its whole path, e.g. ``places/Bilbao``."""

    id: str
    value: str


@dataclass(frozen=True, slots=True)
class StackRef:
    """The stack that an asset belongs to; ``asset_count`` counts what it shows, the primary one included."""

    id: str
    primary_id: str
    asset_count: int


@dataclass(frozen=True, slots=True)
class AssetDetails:
    """One asset with what its owner has said about it. ``rating`` is -1 (rejected) or 1 to 5.

    ``is_read``: Immich has read the file's metadata, so that these are not overwritten by them any more; on 2.7.5
    ``hasMetadata`` was recorded as true before that.
    """

    asset: Asset
    description: str
    rating: int | None
    tags: tuple[Tag, ...]
    stack: StackRef | None
    is_read: bool


class Change(TypedDict, total=False):
    """Fields to change; what is not given stays. ``rating`` is -1 (rejected), 1 to 5, or ``None`` for none.

    ``captured_at`` is a moment, and ``time_zone`` the IANA name of the zone by whose clock it is shown; only many
    assets together take one. ``position`` is latitude and longitude in degrees. ``None`` for ``live_photo_video_id``
    unlinks the video, which becomes visible again.
    """

    description: str
    rating: int | None
    is_favorite: bool
    visibility: Visibility
    captured_at: datetime
    time_zone: str
    position: tuple[float, float]
    live_photo_video_id: str | None


@dataclass(frozen=True, slots=True)
class OracleAnswer:
    """What ``bulk-upload-check`` knows of one checksum. ``asset_id`` is ``None`` exactly when it is gone."""

    asset_id: str | None
    is_trashed: bool


@dataclass(frozen=True, slots=True)
class Upload:
    """One file to send.

    ``content`` opens the bytes anew at each call and is read once from start to end. ``file_name`` is stored
    verbatim by Immich. ``checksum`` is sent ahead so that known content costs no bytes; Immich trusts it.
    ``sidecar`` holds an XMP file, whose date and description win over the photo's own; ``live_photo_video_id`` is an
    asset of the same user, which becomes hidden. A duplicate ignores both.
    """

    file_name: str
    size: int
    checksum: bytes
    created_at: datetime
    modified_at: datetime
    content: Callable[[], AsyncIterator[bytes]]
    sidecar: bytes | None = None
    live_photo_video_id: str | None = None
    visibility: Visibility | None = None


@dataclass(frozen=True, slots=True)
class UploadResult:
    """Immich's answer to an upload.

    ``sent_checksum`` is the SHA-1 of the bytes that really went out, or ``None`` when the server answered from
    the checksum header alone. A duplicate may lie in the trash: look at the asset before believing in it.
    """

    asset_id: str
    created: bool
    sent_checksum: bytes | None


@dataclass(frozen=True, slots=True)
class BatchResult:
    """How a batch over asset ids ended after bisecting: ``refused`` are those Immich does not know for this key."""

    done: tuple[str, ...]
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GroupResult:
    """What became of asset ids that were put into an album or given a tag; ``already``: they had been before."""

    added: tuple[str, ...]
    already: tuple[str, ...]
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Delta:
    """Assets changed since a moment, unique by id, of every visibility asked for.

    ``unsplittable`` counts windows of one millisecond that did not fit one page: what they hide must go to the
    oracle. ``newest`` is the highest ``updated_at`` seen (server time), ``None`` when nothing changed.
    """

    assets: tuple[Asset, ...]
    unsplittable: int
    newest: datetime | None


@dataclass(frozen=True, slots=True)
class ChangePage:
    """Some own assets of a listing, in which one may come several times: the later page tells what is newer.

    ``cut`` names the visibility that was asked for, and the millisecond of a window that could not be split and holds
    more than it showed.
    """

    assets: tuple[Asset, ...]
    cut: tuple[Visibility | None, int] | None = None


@dataclass(frozen=True, slots=True)
class Album:
    """One album. ``asset_count`` leaves out what is in the trash; adding photos moves ``updated_at``."""

    id: str
    name: str
    asset_count: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class AssetCounts:
    """Counts of ``assets/statistics``."""

    images: int
    videos: int
    total: int


@dataclass(frozen=True, slots=True)
class TimelineBucket:
    """One month of the timeline (local month of the capture)."""

    time_bucket: str
    count: int
