"""A folder that lives: the real engine, clients and vault, a folder on a real disk, and the imitated Immich.

Only Syncthing is simulated here, as a peer that has always caught up; the end-to-end tests run real ones.
"""

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from custom_components.immich_syncthing.engine.account import AccountEngine
from custom_components.immich_syncthing.engine.confirmation import ASK_SECONDS
from custom_components.immich_syncthing.engine.cycle import FolderEngine
from custom_components.immich_syncthing.engine.model import OnEdit, Preset
from custom_components.immich_syncthing.engine.report import CycleReport
from custom_components.immich_syncthing.engine.rules import Rules
from custom_components.immich_syncthing.engine.settings import AccountSettings, FolderSettings
from custom_components.immich_syncthing.engine.sorting.model import SortingRules
from custom_components.immich_syncthing.engine.workers import Workers
from custom_components.immich_syncthing.immich.client import ImmichClient
from custom_components.immich_syncthing.syncthing.errors import FolderPausedError, SyncthingError, UnknownFolderError
from custom_components.immich_syncthing.syncthing.models import (
    Completion,
    DeviceConfig,
    FileInfo,
    FileVersion,
    FolderConfig,
    FolderErrorEntry,
    FolderStatus,
    FolderType,
    SystemStatus,
)
from custom_components.immich_syncthing.vault.directory import DirectoryVault
from tests.servers.immich import Browser, ImmichStandIn

CAMERA = "camera"
TABLET = "tablet"
MANY_CYCLES = 60


class RealClock:
    """The clock on the wall, with which real disks agree; ``skip`` lets it run ahead."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def wall(self) -> float:
        return time.time() + self.ahead

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)

    def skip(self, seconds: float) -> None:
        self.ahead += seconds


@dataclass
class CaughtUpSyncthing:
    """Syncthing as it is most of the time: idle, nothing on its way. Its index follows the disk when it scans."""

    roots: dict[str, Path]
    state: str = "idle"
    error: str = ""
    paused: bool = False
    type: FolderType = FolderType.SEND_RECEIVE
    need_files: int = 0
    need_deletes: int = 0
    sequence: int = 1
    tablet_sequence: int = 1
    faults: tuple[FolderErrorEntry, ...] = ()
    failure: SyncthingError | None = None
    scan_failure: SyncthingError | None = None
    sharing: tuple[str, ...] = ("PHONE",)
    behind: set[str] = field(default_factory=set)
    """Devices that are away, and have not heard of what was deleted last."""
    missing: bool = False
    """Whether the folders are in no configuration."""
    deleted: int = 0
    forgetful: bool = False
    """Whether the index was made anew: it knows of nothing that was deleted before."""
    on_its_way: set[str] = field(default_factory=set)
    ignored: set[str] = field(default_factory=set)
    meanwhile: list[Callable[[], object]] = field(default_factory=list)
    """What the world does between plan and action: at the second look at the gate, which is the last before it."""
    looks: int = 0
    scans: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    async def status(self) -> SystemStatus:
        self._fail()
        return SystemStatus("SERVER", datetime(2026, 11, 21, tzinfo=UTC), 60, "/")

    async def devices(self) -> tuple[DeviceConfig, ...]:
        self._fail()
        return tuple(DeviceConfig(one, one.lower(), paused=False) for one in ("SERVER", *self.sharing))

    async def completion(self, folder_id: str, device_id: str | None = None) -> Completion:
        self._fail()
        if device_id in self.behind:
            return Completion(95.0, 0, 1, 0, "unknown", 1)
        return Completion(100.0, 0, 0, 0, "valid", 1)

    async def folders(self) -> tuple[FolderConfig, ...]:
        self._fail()
        if self.missing:
            return ()
        return tuple(
            FolderConfig(
                id=folder_id,
                label=folder_id,
                path=str(root),
                type=self.type,
                paused=self.paused,
                device_ids=("SERVER", *self.sharing),
                ignore_delete=False,
                marker_name=".stfolder",
                versioning_type="",
                watcher_enabled=True,
            )
            for folder_id, root in self.roots.items()
        )

    async def folder_status(self, folder_id: str) -> FolderStatus:
        self._fail()
        if self.paused or self.missing or folder_id not in self.roots:
            raise (FolderPausedError if self.paused else UnknownFolderError)(folder_id)
        self.looks += 1
        if self.looks == 2:
            for happens in self.meanwhile:
                happens()
            self.meanwhile.clear()
        return FolderStatus(
            state=self.state,
            error=self.error,
            errors=len(self.faults),
            need_files=self.need_files,
            need_deletes=self.need_deletes,
            need_bytes=0,
            local_files=0,
            local_bytes=0,
            global_files=0,
            sequence=self.tablet_sequence if folder_id == TABLET else self.sequence,
            receive_only_changed=0,
            watch_error="",
            local_deleted=self.deleted,
        )

    async def folder_errors(self, folder_id: str) -> tuple[FolderErrorEntry, ...]:
        self._fail()
        return self.faults

    async def file(self, folder_id: str, path: str) -> FileInfo | None:
        self._fail()
        exists = self._exists(folder_id, path)
        if path in self.ignored or (self.forgetful and not exists):
            return None
        local = FileVersion(path, 1, None, not exists, ignored=False, invalid=False, version=("A:1",), modified_by="A")
        newer = FileVersion(
            path, 1, None, deleted=False, ignored=False, invalid=False, version=("B:2",), modified_by="B"
        )
        return FileInfo(local, newer if path in self.on_its_way else local)

    async def scan(self, folder_id: str, subs: Sequence[str] = ()) -> None:
        self._fail()
        if self.scan_failure is not None:
            raise self.scan_failure
        self.scans.append((folder_id, tuple(subs)))

    def _exists(self, folder_id: str, path: str) -> bool:
        return os.path.lexists(self.roots[folder_id] / path)

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure


@dataclass
class Life:
    """One account with one folder, seen from all sides. ``web`` is its owner at Immich's page."""

    server: ImmichStandIn
    web: Browser
    syncthing: CaughtUpSyncthing
    clock: RealClock
    vault: DirectoryVault
    account: AccountEngine
    root: Path
    session: aiohttp.ClientSession
    home: Path
    workers: Workers
    preset: Preset
    tablet: Preset | None = None
    rules: Rules = field(default_factory=Rules)
    sorting: SortingRules = field(default_factory=SortingRules)
    on_edit: OnEdit | None = None
    more: AccountSettings = field(default_factory=AccountSettings)
    ignore: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    without: set[str] = field(default_factory=set)
    """Folders that are not in the settings, from the next restart on."""
    syncthing_id: str = CAMERA
    camera_id: str = CAMERA

    @property
    def folder(self) -> FolderEngine:
        return self.account.folders[self.camera_id]

    @property
    def tablet_root(self) -> Path:
        return self.home / "tablet" / "DCIM"

    def tablet_adds(self, path: str, content: bytes) -> None:
        """Let a photo arrive in the second folder."""
        target = self.tablet_root / path
        target.write_bytes(content)
        os.utime(target, (1_700_000_000, 1_700_000_000))
        self.syncthing.tablet_sequence += 1
        self.account.folders[TABLET].note_change(path, complete=True)

    def tablet_deletes(self, path: str) -> None:
        (self.tablet_root / path).unlink()
        self.syncthing.tablet_sequence += 1
        self.account.folders[TABLET].note_change(path, complete=False)

    def phone_adds(self, path: str, content: bytes | None = None, *, old: bool = True) -> bytes:
        """Let a photo arrive as Syncthing puts it in place: complete, with the phone's mtime."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        data = content if content is not None else f"photo {path}".encode()
        arriving = target.with_name(f".syncthing.{target.name}.tmp")
        arriving.write_bytes(data)
        if old:
            os.utime(arriving, (1_700_000_000, 1_700_000_000))
        arriving.rename(target)
        self.syncthing.sequence += 1
        self.folder.note_change(path, complete=True)
        return data

    def phone_deletes(self, path: str) -> None:
        (self.root / path).unlink()
        self.syncthing.sequence += 1
        self.folder.note_change(path, complete=False)

    def phone_renames(self, old: str, new: str) -> None:
        (self.root / new).parent.mkdir(parents=True, exist_ok=True)
        (self.root / old).rename(self.root / new)
        self.syncthing.sequence += 1
        self.folder.note_change(new, complete=True)
        self.folder.note_change(old, complete=False)

    async def cycle(self) -> CycleReport:
        """Run one cycle, in a folder that has been quiet for long enough."""
        self.clock.skip(3)
        self.syncthing.looks = 0
        return await self.folder.run()

    async def hear(self) -> None:
        """Let so much time pass that every device, if it is not away, has confirmed what was deleted."""
        for _ in range(2):
            await self.cycle()
            self.clock.skip(ASK_SECONDS)

    async def tablet_cycle(self) -> CycleReport:
        """Run one cycle of the second folder."""
        self.clock.skip(3)
        return await self.account.folders[TABLET].run()

    async def settle(self) -> CycleReport:
        """Run cycles of all folders until nothing more happens, or fail; the last report of the first."""
        for _ in range(MANY_CYCLES):
            reports = [await self.cycle()] if self.camera_id in self.account.folders else []
            if TABLET in self.account.folders:
                reports.append(await self.tablet_cycle())
            if not any(report.more or self._changed(report) for report in reports):
                return reports[0]
        pytest.fail(f"still not at rest: {reports}")

    def _changed(self, report: CycleReport) -> bool:
        taken = report.trashed or report.deleted or report.freed or report.superseded
        return bool(report.uploaded or report.linked or taken or report.restored or report.brought_back)

    def on_phone(self) -> dict[str, bytes]:
        """The folder's photos: path to content. Syncthing's temporary names are not; it removes them itself."""
        found = {}
        for directory, names, files in os.walk(self.root):
            names[:] = [name for name in names if not name.startswith(".st")]
            for name in files:
                path = Path(directory) / name
                if not path.is_symlink() and not name.startswith(".syncthing."):
                    found[str(path.relative_to(self.root))] = path.read_bytes()
        return found

    def in_immich(self, *, trashed: bool = False) -> set[bytes]:
        """The contents that Immich shows, or those in its trash."""
        return {self.web.content(asset.id) for asset in self.web.assets(trashed=trashed)}

    async def in_vault(self, content: bytes) -> bool:
        digest = hashlib.sha1(content, usedforsecurity=False).digest()
        return await self.vault.find(digest) is not None

    async def restart(self, preset: Preset | None = None, rules: Rules | None = None) -> None:
        """End the engine and open it again on the same ledger, as Home Assistant does."""
        await self.account.close()
        self.preset = preset or self.preset
        self.rules = rules or self.rules
        self.account = await open_account(self.home, self)

    async def lose_ledger(self) -> None:
        await self.account.close()
        for file in (self.home / "ledgers").iterdir():
            file.unlink()
        self.account = await open_account(self.home, self)


async def open_account(home: Path, life: Life, *, being_copied: bool = False) -> AccountEngine:
    ledgers = home / "ledgers"
    ledgers.mkdir(exist_ok=True)
    return await AccountEngine.open(
        ledger_path=ledgers / "ledger.sqlite",
        immich=ImmichClient(life.session, f"{life.server.url}/api", life.server.key),
        syncthing=life.syncthing,
        vault=life.vault,
        workers=life.workers,
        clock=life.clock,
        random=lambda: 0.5,
        settings=life.more,
        folders=_folders(life),
        being_copied=being_copied,
    )


def _folders(life: Life) -> list[FolderSettings]:
    camera = FolderSettings(
        life.camera_id, life.syncthing_id, "Camera", life.root, preset=life.preset, rules=life.rules
    )
    folders = [replace(camera, on_edit=life.on_edit, ignore=life.ignore, include=life.include, sorting=life.sorting)]
    if life.tablet is not None:
        folders.append(FolderSettings(TABLET, TABLET, "Tablet", life.tablet_root, preset=life.tablet))
    return [folder for folder in folders if folder.id not in life.without]


@asynccontextmanager
async def living(
    home: Path,
    *,
    preset: Preset = Preset.MIRROR,
    tablet: Preset | None = None,
    version: str = "3.2.2",
    workers: Workers | None = None,
) -> AsyncIterator[Life]:
    """Let an account live in ``home`` until the block ends; with ``tablet``, it has a second folder."""
    root = home / "phone" / "DCIM"
    tablet_root = home / "tablet" / "DCIM"
    for each in (root, tablet_root):
        (each / ".stfolder").mkdir(parents=True)
    clock = RealClock()
    workers = workers or Workers.threads("test")
    vault = DirectoryVault(home / "vault", workers.disk, clock.wall)
    async with ImmichStandIn(version, home / "immich") as server, aiohttp.ClientSession() as session:
        await vault.prepare()
        life = Life(
            server=server,
            web=Browser(server.server, server.admin),
            syncthing=CaughtUpSyncthing({CAMERA: root, TABLET: tablet_root}),
            clock=clock,
            vault=vault,
            account=None,  # type: ignore[arg-type] # opened below, with the rest of the life at hand
            root=root,
            session=session,
            home=home,
            workers=workers,
            preset=preset,
            tablet=tablet,
        )
        life.account = await open_account(home, life)
        try:
            yield life
        finally:
            await life.account.close()
            await asyncio.to_thread(workers.close)


async def ten_photos(life: Life) -> dict[str, bytes]:
    """Let ten photos arrive and be uploaded; path to content."""
    photos = {f"Camera/IMG_{number}.jpg": b"" for number in range(10)}
    for path in photos:
        photos[path] = life.phone_adds(path)
    await life.settle()
    return photos
