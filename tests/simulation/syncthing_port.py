"""The engine's view of the simulated Syncthing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from custom_components.immich_syncthing.syncthing.errors import (
    FolderPausedError,
    SyncthingCannotConnectError,
    SyncthingError,
    SyncthingUnexpectedAnswerError,
    SyncthingWrongKeyError,
    UnknownFolderError,
)
from custom_components.immich_syncthing.syncthing.models import (
    Completion,
    DeviceConfig,
    FileInfo,
    FileVersion,
    FolderConfig,
    FolderErrorEntry,
    FolderStatus,
    SystemStatus,
)

from .disk import MARKER
from .faults import Points
from .syncthing import SharedFolder
from .versions import Version


class Outage(StrEnum):
    """How Syncthing answers, as a whole."""

    NONE = "none"
    DOWN = "down"
    WRONG_KEY = "wrong_key"
    MIGRATING = "migrating"
    EMPTY = "empty"
    """It works, and knows no folder: its configuration was made anew."""


_OUTAGES: dict[Outage, Callable[[], SyncthingError]] = {
    Outage.DOWN: SyncthingCannotConnectError,
    Outage.WRONG_KEY: SyncthingWrongKeyError,
    Outage.MIGRATING: SyncthingUnexpectedAnswerError,
}


@dataclass(slots=True)
class SyncthingPortUnderTest:
    """Implements ``SyncthingPort``. ``started_at`` changes when Syncthing starts anew."""

    folders_by_id: dict[str, SharedFolder]
    points: Points
    outage: Outage = Outage.NONE
    started_at: float = 0.0
    failing: frozenset[int] = frozenset()
    calls: int = 0
    fired: int = 0

    def begin(self, failing: frozenset[int]) -> None:
        """Count from nothing; the calls of these numbers fail."""
        self.failing, self.calls = failing, 0

    async def status(self) -> SystemStatus:
        return self._call(lambda: SystemStatus("SERVER", datetime.fromtimestamp(self.started_at, UTC), 60, "/"))

    async def folders(self) -> tuple[FolderConfig, ...]:
        if self.outage is Outage.EMPTY:
            return self._call(tuple)
        return self._call(lambda: tuple(_config(folder) for folder in self.folders_by_id.values()))

    async def folder_status(self, folder_id: str) -> FolderStatus:
        return self._call(lambda: _status(self._folder(folder_id)))

    async def devices(self) -> tuple[DeviceConfig, ...]:
        def answer() -> tuple[DeviceConfig, ...]:
            names = sorted({phone for folder in self.folders_by_id.values() for phone in folder.phones})
            return tuple(DeviceConfig(name, name, paused=False) for name in ("SERVER", *names))

        return self._call(answer)

    async def completion(self, folder_id: str, device_id: str | None = None) -> Completion:
        def answer() -> Completion:
            folder = self._folder(folder_id)
            lacking = folder.lacking(device_id) if device_id is not None else []
            deletes = sum(version.data is None for version in lacking)
            share = 100.0 if not lacking else 95.0
            announced = len(folder.remotes.get(device_id or "", {}))
            return Completion(share, len(lacking) - deletes, deletes, 0, "valid", announced)

        return self._call(answer)

    async def folder_errors(self, folder_id: str) -> tuple[FolderErrorEntry, ...]:
        def answer() -> tuple[FolderErrorEntry, ...]:
            return tuple(FolderErrorEntry(path, "simulated") for path in sorted(self._folder(folder_id).faults))

        return self._call(answer)

    async def file(self, folder_id: str, path: str) -> FileInfo | None:
        def answer() -> FileInfo | None:
            folder = self._folder(folder_id)
            if folder.paused:
                raise FolderPausedError(folder_id)
            best = folder.best(path)
            if best is None:
                return None
            return FileInfo(_side(path, folder.index.get(path)), _side(path, best))

        return self._call(answer)

    async def scan(self, folder_id: str, subs: Sequence[str] = ()) -> None:
        self._call(lambda: self._folder(folder_id).scan(subs))

    def _folder(self, folder_id: str) -> SharedFolder:
        folder = self.folders_by_id.get(folder_id)
        if folder is None or self.outage is Outage.EMPTY:
            raise UnknownFolderError(folder_id)
        return folder

    def _call[R](self, work: Callable[[], R]) -> R:
        number = self.points.before()
        self.calls += 1
        if self.outage in _OUTAGES:
            raise _OUTAGES[self.outage]()
        if self.calls in self.failing:
            self.fired += 1
            raise SyncthingCannotConnectError
        result = work()
        self.points.after(number)
        return result


def _config(folder: SharedFolder) -> FolderConfig:
    return FolderConfig(
        id=folder.id,
        label=folder.id,
        path=str(folder.disk.root),
        type=folder.type,
        paused=folder.paused,
        device_ids=("SERVER", *folder.phones),
        ignore_delete=folder.ignore_delete,
        marker_name=MARKER,
        versioning_type="",
        watcher_enabled=True,
    )


def _status(folder: SharedFolder) -> FolderStatus:
    if folder.paused:
        # As measured: everything is zero, as if all had been deleted.
        return FolderStatus("", "", 0, 0, 0, 0, 0, 0, 0, 0, 0, "")
    needs = [folder.best(path) for path in folder.needs()]
    deletes = sum(best is not None and best.data is None for best in needs)
    state = "error" if folder.error else "scanning" if folder.scanning else "idle"
    return FolderStatus(
        state=state,
        error=folder.error,
        errors=len(folder.faults),
        need_files=len(needs) - deletes,
        need_deletes=deletes,
        need_bytes=0,
        local_files=len(folder.disk.expected),
        local_bytes=0,
        global_files=len(folder.disk.expected),
        sequence=folder.sequence,
        receive_only_changed=0,
        watch_error="",
        local_deleted=sum(version.data is None for version in folder.index.values()),
    )


def _side(path: str, version: Version | None) -> FileVersion:
    if version is None:
        return FileVersion("", 0, None, deleted=False, ignored=False, invalid=False, version=(), modified_by="")
    return FileVersion(
        path,
        len(version.data or b""),
        None,
        deleted=version.data is None,
        ignored=False,
        invalid=False,
        version=version.named(),
        modified_by=version.by,
    )
