"""What Syncthing tells us, as typed values. Paths are relative to the folder's root, with ``/``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

SHORT_ID_LENGTH = 7
"""Characters of a short device id, as ``modifiedBy`` and names of conflict copies hold it (1.19 to 2.1)."""


class FolderType(StrEnum):
    """How a folder takes part in the synchronisation."""

    SEND_RECEIVE = "sendreceive"
    SEND_ONLY = "sendonly"
    RECEIVE_ONLY = "receiveonly"
    RECEIVE_ENCRYPTED = "receiveencrypted"


class EventType(StrEnum):
    """Events that are listened to. Syncthing ignores a name that it does not know without a word."""

    CONFIG_SAVED = "ConfigSaved"
    DEVICE_CONNECTED = "DeviceConnected"
    DEVICE_DISCONNECTED = "DeviceDisconnected"
    FOLDER_PAUSED = "FolderPaused"
    FOLDER_RESUMED = "FolderResumed"
    LOCAL_CHANGE_DETECTED = "LocalChangeDetected"
    REMOTE_CHANGE_DETECTED = "RemoteChangeDetected"
    STATE_CHANGED = "StateChanged"


@dataclass(frozen=True, slots=True)
class SystemStatus:
    """Identity and life of the Syncthing process; ``start_time`` has a resolution of 1 s."""

    my_id: str
    start_time: datetime
    uptime: int
    path_separator: str


@dataclass(frozen=True, slots=True)
class SystemVersion:
    """Version of the Syncthing process, e.g. ``v1.29.5``."""

    version: str
    os: str
    arch: str

    @property
    def major(self) -> int:
        """Return the major version number, 0 where it cannot be read."""
        head = self.version.removeprefix("v").split(".", 1)[0]
        return int(head) if head.isdigit() else 0


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What Syncthing found when it looked for a newer release; ``latest`` e.g. ``v1.29.6``."""

    running: str
    latest: str


@dataclass(frozen=True, slots=True)
class FolderConfig:
    """A folder as configured on this Syncthing."""

    id: str
    label: str
    path: str
    type: FolderType
    paused: bool
    device_ids: tuple[str, ...]
    ignore_delete: bool
    marker_name: str
    versioning_type: str
    watcher_enabled: bool


@dataclass(frozen=True, slots=True)
class DeviceConfig:
    """A device as configured on this Syncthing (the own one included)."""

    id: str
    name: str
    paused: bool

    @property
    def short_id(self) -> str:
        """Return what ``modified_by`` of files and events calls the device: the start of its id."""
        return self.id[:SHORT_ID_LENGTH]


@dataclass(frozen=True, slots=True)
class Connection:
    """State of the connection to one remote device."""

    connected: bool
    paused: bool
    address: str
    client_version: str


@dataclass(frozen=True, slots=True)
class DeviceStats:
    """When a device was last seen; ``None`` means never."""

    last_seen: datetime | None


@dataclass(frozen=True, slots=True)
class FolderStats:
    """Last scan and last file received from a remote device."""

    last_scan: datetime | None
    last_file: str
    last_file_at: datetime | None
    last_file_deleted: bool


@dataclass(frozen=True, slots=True)
class Completion:
    """How far a device is with a folder; 100 means neither connected nor healthy.

    Counted from what the device announced last, so also while it is away: what was deleted since stays in
    ``need_deletes`` until the device says that it is done. ``remote_state`` is ``valid``, ``paused``, ``notSharing``,
    or ``unknown`` while it is not connected; empty of this Syncthing itself and in 1.19. ``sequence`` is that of the
    device's index as far as it was received: 0 for a device that never announced anything of the folder.
    ``global_bytes`` is the size of the whole folder.
    """

    completion: float
    need_items: int
    need_deletes: int
    need_bytes: int
    remote_state: str
    sequence: int = 0
    global_bytes: int = 0


@dataclass(frozen=True, slots=True)
class FolderStatus:
    """``db/status`` of a folder that is not paused (a paused one answers zeros: the config tells).

    ``local_deleted`` counts the tombstones in the index of this Syncthing. It falls when the index was made anew, while
    ``sequence`` may fall or rise and ``startTime`` stays when a folder was removed and added again (measured, 1.19 and
    1.29; a database reset restarts the process): what was deleted then comes back from devices that still have it.
    ``file`` knows the forgotten paths no more. 2.x also forgets tombstones one by one, after 15 months.
    """

    state: str
    error: str
    errors: int
    need_files: int
    need_deletes: int
    need_bytes: int
    local_files: int
    local_bytes: int
    global_files: int
    sequence: int
    receive_only_changed: int
    watch_error: str
    local_deleted: int = 0

    @property
    def is_faulty(self) -> bool:
        """Return whether the folder as a whole does not work: its directory or marker is missing, its disk is full."""
        return bool(self.error) or self.state == "error"


@dataclass(frozen=True, slots=True)
class FileVersion:
    """One side of ``db/file``: what a version of the file looks like. Blank (not known) has an empty name."""

    name: str
    size: int
    modified: datetime | None
    deleted: bool
    ignored: bool
    invalid: bool
    version: tuple[str, ...]
    modified_by: str

    @property
    def known(self) -> bool:
        """Return whether this side has the file in its index at all."""
        return bool(self.name)


@dataclass(frozen=True, slots=True)
class FileInfo:
    """What Syncthing's index knows of a path; ``local`` equal to ``global_`` means nothing newer is on its way."""

    local: FileVersion
    global_: FileVersion

    @property
    def settled(self) -> bool:
        """Return whether what lies on the disk is the global version.

        Syncthing also notes the global version, as ``invalid``, for a file that it ignores and does not have.
        """
        return self.local.known and not self.local.invalid and self.local.version == self.global_.version


@dataclass(frozen=True, slots=True)
class FolderErrorEntry:
    """A path that Syncthing could not scan or pull."""

    path: str
    error: str


@dataclass(frozen=True, slots=True)
class Event:
    """One event. ``id`` is contiguous within a subscription and restarts at 1 with the process."""

    id: int
    type: str
    time: datetime
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class DiskChange:
    """A ``LocalChangeDetected`` or ``RemoteChangeDetected`` event; ``action`` is never ``added``."""

    folder_id: str
    path: str
    deleted: bool
    kind: str
    remote: bool
    modified_by: str


@dataclass(frozen=True, slots=True)
class EventBatch:
    """What one long poll brought.

    ``gap`` is true when events may have been missed since the previous batch (ids not contiguous, Syncthing
    restarted, first poll): whoever listens must look at everything once.
    """

    events: tuple[Event, ...]
    gap: bool
