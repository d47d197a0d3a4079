"""The rows of the imitated database."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


def new_id() -> str:
    return str(uuid.uuid4())


class Visibility(StrEnum):
    ARCHIVE = "archive"
    TIMELINE = "timeline"
    HIDDEN = "hidden"
    LOCKED = "locked"


class Status(StrEnum):
    """``deleted`` is the state between a forced deletion and the job that removes the row."""

    ACTIVE = "active"
    TRASHED = "trashed"
    DELETED = "deleted"


class Kind(StrEnum):
    IMAGE = "IMAGE"
    VIDEO = "VIDEO"


@dataclass(slots=True)
class User:
    id: str
    email: str
    name: str
    is_admin: bool
    created_at: datetime
    updated_at: datetime
    password: str = "password"
    quota: int | None = None
    storage_label: str | None = None


@dataclass(slots=True)
class ApiKey:
    id: str
    user_id: str
    name: str
    secret: str
    permissions: list[str]
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True)
class Session:
    id: str
    user_id: str
    token: str
    created_at: datetime


@dataclass(slots=True)
class Exif:
    """What the metadata job found, or what a user wrote over it; ``file_size`` stays None for an empty file."""

    file_size: int | None = None
    make: str | None = None
    model: str | None = None
    width: int | None = None
    height: int | None = None
    orientation: str | None = None
    date_time_original: datetime | None = None
    time_zone: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    city: str | None = None
    country: str | None = None
    description: str = ""
    rating: int | None = None


@dataclass(slots=True)
class KeyValue:
    value: object
    updated_at: datetime


@dataclass(slots=True)
class Asset:
    id: str
    owner_id: str
    checksum: bytes
    name: str
    kind: Kind
    mime: str
    original_path: str
    file: str | None
    """Where the bytes are on this disk: relative to the storage, or absolute in an external library."""
    size: int
    created_at: datetime
    updated_at: datetime
    file_created_at: datetime
    file_modified_at: datetime
    local_date_time: datetime
    device_asset_id: str = ""
    device_id: str = ""
    visibility: Visibility = Visibility.TIMELINE
    is_favorite: bool = False
    status: Status = Status.ACTIVE
    deleted_at: datetime | None = None
    is_offline: bool = False
    library_id: str | None = None
    live_photo_video_id: str | None = None
    stack_id: str | None = None
    duration_ms: int | None = None
    width: int | None = None
    height: int | None = None
    thumbhash: str | None = None
    has_thumbnail: bool = False
    has_metadata: bool = False
    sidecar: str | None = None
    exif: Exif = field(default_factory=Exif)
    metadata: dict[str, KeyValue] = field(default_factory=dict)
    tag_ids: list[str] = field(default_factory=list)
    ocr: str = ""
    """What the job read in the picture; nothing as long as nobody writes it here."""

    @property
    def is_trashed(self) -> bool:
        """What the API calls isTrashed: also true while a forced deletion waits for its job (measured)."""
        return self.deleted_at is not None


@dataclass(slots=True)
class Album:
    id: str
    owner_id: str
    name: str
    description: str
    created_at: datetime
    updated_at: datetime
    asset_ids: list[str] = field(default_factory=list)
    thumbnail_id: str | None = None
    shared_with: dict[str, str] = field(default_factory=dict)
    """The ids of other users, and what each may do: ``editor`` or ``viewer``."""


@dataclass(slots=True)
class Tag:
    id: str
    user_id: str
    value: str
    parent_id: str | None
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True)
class Stack:
    id: str
    owner_id: str
    primary_id: str
    asset_ids: list[str]


@dataclass(slots=True)
class SharedLink:
    """A link that shows single assets to whoever has it."""

    id: str
    owner_id: str
    asset_ids: list[str]


@dataclass(slots=True)
class Partner:
    shared_by_id: str
    shared_with_id: str
    in_timeline: bool = False


@dataclass(slots=True)
class Library:
    id: str
    owner_id: str
    name: str
    import_paths: list[str]
    created_at: datetime
    updated_at: datetime
    refreshed_at: datetime | None = None


@dataclass(slots=True)
class Backup:
    filename: str
    content: bytes


@dataclass(slots=True)
class VersionEntry:
    id: str
    created_at: datetime
    version: str


@dataclass(slots=True)
class Workflow:
    """What is to be done when something happens; ``steps`` as they were sent."""

    id: str
    owner_id: str
    name: str
    trigger: str
    enabled: bool
    steps: list[dict[str, object]]


@dataclass(slots=True)
class Job:
    """One thing to do later, as data: it survives a restart like the rows of the real queue."""

    queue: str
    kind: str
    subject: str


@dataclass(slots=True)
class Tables:
    """Everything that a database dump would hold, and the job queues."""

    users: dict[str, User] = field(default_factory=dict)
    keys: dict[str, ApiKey] = field(default_factory=dict)
    sessions: dict[str, Session] = field(default_factory=dict)
    assets: dict[str, Asset] = field(default_factory=dict)
    albums: dict[str, Album] = field(default_factory=dict)
    tags: dict[str, Tag] = field(default_factory=dict)
    stacks: dict[str, Stack] = field(default_factory=dict)
    shared_links: dict[str, SharedLink] = field(default_factory=dict)
    partners: list[Partner] = field(default_factory=list)
    libraries: dict[str, Library] = field(default_factory=dict)
    backups: list[Backup] = field(default_factory=list)
    versions: list[VersionEntry] = field(default_factory=list)
    workflows: dict[str, Workflow] = field(default_factory=dict)
    jobs: list[Job] = field(default_factory=list)
    paused_queues: list[str] = field(default_factory=list)
