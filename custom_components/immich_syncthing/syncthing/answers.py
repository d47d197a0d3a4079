"""From Syncthing's JSON to our models. What 1.19 leaves out gets the value that its absence means."""

from .models import (
    Completion,
    Connection,
    DeviceConfig,
    DeviceStats,
    Event,
    FileInfo,
    FileVersion,
    FolderConfig,
    FolderErrorEntry,
    FolderStats,
    FolderStatus,
    FolderType,
    SystemStatus,
    SystemVersion,
    Upgrade,
)
from .payload import (
    MISSING,
    choice,
    file_moment,
    flag,
    items,
    mapping,
    moment,
    number,
    percentage,
    required_moment,
    text,
    texts,
)


def system_status(answer: object) -> SystemStatus:
    """Read ``/rest/system/status``."""
    data = mapping(answer, "system status")
    return SystemStatus(
        my_id=text(data, "myID", MISSING),
        start_time=required_moment(data, "startTime"),
        uptime=number(data, "uptime", MISSING),
        path_separator=text(data, "pathSeparator", "/"),
    )


def system_version(answer: object) -> SystemVersion:
    """Read ``/rest/system/version``."""
    data = mapping(answer, "version")
    return SystemVersion(version=text(data, "version", MISSING), os=text(data, "os"), arch=text(data, "arch"))


def upgrade(answer: object) -> Upgrade:
    """Read ``/rest/system/upgrade``; fields as in the sources of 1.29.5 and 2.1.3, whose builds here have none."""
    data = mapping(answer, "upgrade")
    return Upgrade(running=text(data, "running", MISSING), latest=text(data, "latest", MISSING))


def folder_config(answer: object) -> FolderConfig:
    """Read one entry of ``/rest/config/folders``."""
    data = mapping(answer, "folder")
    devices = (mapping(device, "device of a folder") for device in items(data.get("devices"), "devices"))
    return FolderConfig(
        id=text(data, "id", MISSING),
        label=text(data, "label"),
        path=text(data, "path", MISSING),
        type=choice(data, "type", FolderType),
        paused=flag(data, "paused", MISSING),
        device_ids=tuple(text(device, "deviceID", MISSING) for device in devices),
        ignore_delete=flag(data, "ignoreDelete"),
        marker_name=text(data, "markerName") or ".stfolder",
        versioning_type=text(mapping(data.get("versioning"), "versioning"), "type"),
        watcher_enabled=flag(data, "fsWatcherEnabled"),
    )


def device_config(answer: object) -> DeviceConfig:
    """Read one entry of ``/rest/config/devices``."""
    data = mapping(answer, "device")
    return DeviceConfig(id=text(data, "deviceID", MISSING), name=text(data, "name"), paused=flag(data, "paused"))


def connection(answer: object) -> Connection:
    """Read one entry of ``/rest/system/connections``."""
    data = mapping(answer, "connection")
    return Connection(
        connected=flag(data, "connected", MISSING),
        paused=flag(data, "paused"),
        address=text(data, "address"),
        client_version=text(data, "clientVersion"),
    )


def device_stats(answer: object) -> DeviceStats:
    """Read one entry of ``/rest/stats/device``."""
    return DeviceStats(last_seen=moment(mapping(answer, "device statistics"), "lastSeen"))


def folder_stats(answer: object) -> FolderStats:
    """Read one entry of ``/rest/stats/folder``."""
    data = mapping(answer, "folder statistics")
    last_file = mapping(data.get("lastFile"), "lastFile")
    return FolderStats(
        last_scan=moment(data, "lastScan"),
        last_file=text(last_file, "filename"),
        last_file_at=moment(last_file, "at"),
        last_file_deleted=flag(last_file, "deleted"),
    )


def completion(answer: object) -> Completion:
    """Read ``/rest/db/completion``; ``remoteState`` exists since 1.20."""
    data = mapping(answer, "completion")
    return Completion(
        completion=percentage(data, "completion"),
        need_items=number(data, "needItems"),
        need_deletes=number(data, "needDeletes"),
        need_bytes=number(data, "needBytes"),
        remote_state=text(data, "remoteState"),
        sequence=number(data, "sequence"),
        global_bytes=number(data, "globalBytes"),
    )


def folder_status(answer: object) -> FolderStatus:
    """Read ``/rest/db/status``; ``error``, ``watchError`` and ``receiveOnly*`` may be absent in 1.19."""
    data = mapping(answer, "folder status")
    return FolderStatus(
        state=text(data, "state", MISSING),
        error=text(data, "error") or text(data, "invalid"),
        errors=number(data, "errors"),
        need_files=number(data, "needFiles", MISSING),
        need_deletes=number(data, "needDeletes", MISSING),
        need_bytes=number(data, "needBytes"),
        local_files=number(data, "localFiles", MISSING),
        local_bytes=number(data, "localBytes"),
        global_files=number(data, "globalFiles", MISSING),
        sequence=number(data, "sequence", MISSING),
        receive_only_changed=number(data, "receiveOnlyTotalItems"),
        watch_error=text(data, "watchError"),
        local_deleted=number(data, "localDeleted"),
    )


def file_info(answer: object) -> FileInfo:
    """Read ``/rest/db/file``."""
    data = mapping(answer, "file")
    return FileInfo(local=_file_version(data.get("local")), global_=_file_version(data.get("global")))


def _file_version(answer: object) -> FileVersion:
    data = mapping(answer, "version of a file")
    return FileVersion(
        name=text(data, "name", MISSING),
        size=number(data, "size"),
        modified=file_moment(data, "modified"),
        deleted=flag(data, "deleted", MISSING),
        ignored=flag(data, "ignored"),
        invalid=flag(data, "invalid"),
        version=texts(data, "version"),
        modified_by=text(data, "modifiedBy"),
    )


def folder_error(answer: object) -> FolderErrorEntry:
    """Read one entry of ``/rest/folder/errors``."""
    data = mapping(answer, "folder error")
    return FolderErrorEntry(path=text(data, "path", MISSING), error=text(data, "error"))


def event(answer: object) -> Event:
    """Read one entry of ``/rest/events``."""
    entry = mapping(answer, "event")
    return Event(
        id=number(entry, "id", MISSING),
        type=text(entry, "type", MISSING),
        time=required_moment(entry, "time"),
        data=mapping(entry.get("data"), "data of an event"),
    )
