"""A folder on the server: a real directory, small and in memory where there is a place for that."""

import functools
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

MARKER = ".stfolder"
QUARANTINE = f"{MARKER}/immich_syncthing/quarantine"


@dataclass(slots=True)
class FolderDisk:
    """What Syncthing, and nobody else but the engine, writes to.

    ``root`` is a link, as a mount point is a name: it may point to ``real``, to another and empty disk, or nowhere.
    ``expected`` are the files as the simulation left them; what differs after a cycle is the engine's work.
    """

    root: Path
    real: Path
    expected: dict[str, bytes] = field(default_factory=dict)
    mounted: bool = True

    @classmethod
    def made(cls, home: Path, name: str) -> FolderDisk:
        """Make an empty folder, mounted."""
        real = home / f"{name}.disk"
        (real / MARKER).mkdir(parents=True)
        (home / f"{name}.empty").mkdir()
        disk = cls(home / name, real)
        disk.root.symlink_to(real)
        return disk

    def mount(self, what: str = "disk") -> None:
        """Let the root be its ``disk``, an ``empty`` directory, a ``blank`` disk with a marker, or ``nothing``."""
        self.root.unlink()
        self.root.symlink_to(_blank(self.real) if what == "blank" else self.real.with_suffix(f".{what}"))
        self.mounted = what == "disk"

    def place(self, path: str, data: bytes, mtime_ns: int) -> None:
        """Put a file in its place as Syncthing does: under a temporary name first, with the phone's mtime."""
        target = self.real / path
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".syncthing.{target.name}.tmp")
        temporary.write_bytes(data)
        os.utime(temporary, ns=(mtime_ns, mtime_ns))
        temporary.replace(target)
        self.expected[path] = data

    def neighbours(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield what lies beside each other as a live photo's video and still."""
        for path, data in self.expected.items():
            stem, _, ending = path.rpartition(".")
            if ending == "mov":
                stills = (self.expected.get(f"{stem}.{one}") for one in ("heic", "jpg"))
                yield from ((data, still) for still in stills if still is not None)

    def begin(self, path: str, data: bytes) -> None:
        """Begin a download: the temporary file has its final size at once."""
        target = self.real / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.with_name(f".syncthing.{target.name}.tmp").write_bytes(bytes(len(data)))

    def rename(self, old: str, new: str) -> None:
        target = self.real / new
        target.parent.mkdir(parents=True, exist_ok=True)
        (self.real / old).replace(target)
        self._tidy(old)
        self.expected.pop(old, None)
        self.expected[new] = target.read_bytes()

    def redate(self, path: str, mtime_ns: int) -> None:
        os.utime(self.real / path, ns=(mtime_ns, mtime_ns))

    def read(self, path: str) -> bytes | None:
        """Return what is there right now, also in the middle of a cycle."""
        try:
            return (self.real / path).read_bytes()
        except FileNotFoundError, NotADirectoryError:
            return None

    def remove(self, path: str) -> None:
        (self.real / path).unlink()
        self._tidy(path)
        self.expected.pop(path, None)

    def rewrite(self, path: str, data: bytes) -> None:
        """Change a file's bytes where it lies, keeping size and mtime: Syncthing never notices such a change."""
        target = self.real / path
        before = target.stat()
        while target.stat().st_ctime_ns == before.st_ctime_ns:
            target.write_bytes(data)
            os.utime(target, ns=(before.st_mtime_ns, before.st_mtime_ns))
        self.expected[path] = data

    def actual(self) -> dict[str, tuple[bytes, int]]:
        """Return the files that are there now, unfinished downloads and Syncthing's own left out: bytes and mtime."""
        found: dict[str, tuple[bytes, int]] = {}
        for path, entry in _files(str(self.real), ""):
            with open(entry.path, "rb") as file:  # noqa: PTH123 - the fastest way, and there are many
                found[path] = (file.read(), entry.stat().st_mtime_ns)
        return found

    def quarantined(self) -> list[bytes]:
        """Return what lies in the engine's quarantine."""
        place = self.real / QUARANTINE
        if not place.is_dir():
            return []
        return [path.read_bytes() for path in sorted(place.iterdir()) if path.suffix != ".path"]

    def notes(self) -> list[str]:
        """Return what is left in quarantine, notes included."""
        place = self.real / QUARANTINE
        return sorted(path.name for path in place.iterdir()) if place.is_dir() else []

    def clear(self) -> None:
        """Remove everything, for good."""
        for path in list(self.real.iterdir()):
            if path.name != MARKER:
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        self.expected.clear()

    def _tidy(self, path: str) -> None:
        for parent in Path(path).parents:
            if parent == Path() or any((self.real / parent).iterdir()):
                return
            (self.real / parent).rmdir()


@functools.cache
def _elsewhere() -> Path:
    """Return an empty folder with a marker, in the system's directory for temporary files. It stays there."""
    blank = Path(tempfile.gettempdir()) / "immich-syncthing-simulation" / "blank"
    (blank / MARKER).mkdir(parents=True, exist_ok=True)
    return blank


def _blank(real: Path) -> Path:
    """Return a folder on another disk than ``real``. Where there is no other, nothing is mounted instead."""
    blank = _elsewhere()
    return blank if blank.stat().st_dev != real.stat().st_dev else real.with_suffix(".nothing")


def _files(directory: str, below: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    with os.scandir(directory) as entries:
        found = list(entries)
    for entry in found:
        path = f"{below}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            if path != MARKER:
                yield from _files(entry.path, f"{path}/")
        elif not entry.name.startswith(".syncthing."):
            yield path, entry
