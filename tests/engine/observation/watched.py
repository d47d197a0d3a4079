"""A folder on a real disk, watched by a real observer with a real ledger; only the clock is ours."""

import asyncio
import hashlib
import os
import shutil
import time
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path

from custom_components.immich_syncthing.engine.ledger import Ledger
from custom_components.immich_syncthing.engine.model import (
    Departure,
    FileRow,
    FileStatus,
    Signature,
)
from custom_components.immich_syncthing.engine.observe_folder import FolderObserver
from custom_components.immich_syncthing.engine.settings import FolderSettings
from custom_components.immich_syncthing.engine.survey import FolderObservation
from custom_components.immich_syncthing.engine.workers import Workers

FOLDER = "camera"
MEDIA = frozenset({".jpg", ".png", ".mp4", ".heic"})
NOBODY = 65534
PLENTY = 10**12


class Clock:
    """The disk's own clock, that a test lets run ahead."""

    def __init__(self, ahead: float = 0.0) -> None:
        self.ahead = ahead

    def wall(self) -> float:
        return time.time() + self.ahead

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Watched:
    """The folder and all that watches it. Made an hour ago, as far as the clock says, so that files are at rest."""

    def __init__(self, base: Path, ledger: Ledger, workers: Workers) -> None:
        self.root = base / "folder"
        self.root.mkdir()
        (self.root / ".stfolder").mkdir()
        self.ledger = ledger
        self.workers = workers
        self.clock = Clock(ahead=3600.0)
        self.uploadable = MEDIA
        ledger.add_folder(FOLDER, str(self.root), 0.0)
        self.observer = self.restarted()

    def restarted(self, *ignore: str, include: tuple[str, ...] = ()) -> FolderObserver:
        """Return an observer with these patterns that remembers nothing but the ledger, and use it from now on."""
        settings = FolderSettings(FOLDER, "syncthing-id", "Camera", self.root, ignore=ignore, include=include)
        self.observer = FolderObserver(
            settings, self.ledger, self.workers, self.clock, uploadable=lambda: self.uploadable
        )
        return self.observer

    # --- the disk ---

    def write(self, path: str, content: bytes | str) -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def rename(self, old: str, new: str) -> None:
        target = self.root / new
        target.parent.mkdir(parents=True, exist_ok=True)
        (self.root / old).rename(target)

    def delete(self, path: str) -> None:
        target = self.root / path
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        else:
            target.unlink()

    # --- the observer ---

    async def see_all(self) -> FolderObservation:
        """Walk everything and read what is new."""
        seen = await self.observer.full()
        await self.read()
        return seen

    async def see(self, *paths: str, complete: Collection[str] = ()) -> FolderObservation:
        """Look at what events named and read what is new."""
        seen = await self.observer.paths(paths, complete)
        await self.read()
        return seen

    async def read(self) -> int:
        return await self.observer.hash_pending(PLENTY, PLENTY)

    # --- the ledger ---

    def rows(self) -> dict[str, FileRow]:
        directories = self.ledger.directories(FOLDER)
        return {row.path: row for directory in directories for row in self.ledger.directory(FOLDER, directory)}

    def row(self, path: str) -> FileRow:
        found = self.ledger.file(FOLDER, path)
        assert found is not None, path
        return found

    def status(self, path: str) -> FileStatus | None:
        found = self.ledger.file(FOLDER, path)
        return None if found is None else found.status

    def settled(self) -> dict[str, bytes]:
        """Return what the ledger knows to be there: path and checksum."""
        return {
            path: row.checksum
            for path, row in self.rows().items()
            if row.status is FileStatus.SETTLED and row.checksum is not None
        }

    def gone(self, content: bytes | str) -> dict[str, Departure]:
        """Return the paths that the content has left, and how."""
        view = self.ledger.content(sha1(content))
        return {} if view is None else {gone.path: gone.departure for gone in view.gone}

    def pretend_device(self, device: int, below: str = "") -> None:
        """Let the ledger believe that it saw the files ``below`` on another device."""
        rows = [row for path, row in self.rows().items() if path.startswith(below)]
        moved = [replace(row, signature=replace(row.signature, device=device)) for row in rows]
        self.ledger.apply_observation(FOLDER, moved, (), self.clock.wall())


@asynccontextmanager
async def watch(base: Path) -> AsyncIterator[Watched]:
    """Watch a new folder below ``base``."""
    ledger = Ledger.open(base / "ledger.db")
    workers = Workers.threads("watched", disk_threads=1)
    try:
        yield Watched(base, ledger, workers)
    finally:
        await asyncio.to_thread(workers.close)
        ledger.close()


def sha1(content: bytes | str) -> bytes:
    data = content.encode() if isinstance(content, str) else content
    return hashlib.sha1(data, usedforsecurity=False).digest()


def signature(path: Path) -> Signature:
    status = path.lstat()
    return Signature(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev)


def own_by_nobody(tree: Path) -> None:
    """Hand a tree to a user for whom permissions count, if we are root, for whom they do not."""
    if os.geteuid() == 0:
        for path in (tree, *tree.rglob("*")):
            os.chown(path, NOBODY, NOBODY, follow_symlinks=False)


@contextmanager
def permissions_count() -> Iterator[None]:
    """Work without root's rights meanwhile; all threads of the process do."""
    if os.geteuid() != 0:
        yield
        return
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
