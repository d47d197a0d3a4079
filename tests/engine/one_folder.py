"""A folder on a real disk with one photo in it, as the ledger knows it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from custom_components.immich_syncthing.engine.listing import signature_of
from custom_components.immich_syncthing.engine.model import FileRow, FileStatus
from custom_components.immich_syncthing.engine.scan import Root
from tests.checksums import sha1

PHOTO = b"\xff\xd8\xff photo " * 5000
"""Some 60 kB."""

PATH = "DCIM/Camera/IMG_1.jpg"
TOKEN = "0123456789abcdef"


@dataclass(frozen=True)
class OneFolder:
    """A folder's directory with Syncthing's marker."""

    directory: Path

    @classmethod
    def made(cls, directory: Path) -> OneFolder:
        (directory / ".stfolder").mkdir(parents=True)
        return cls(directory)

    def opened(self, marker_name: str = ".stfolder") -> Root:
        return Root.open(self.directory, marker_name)

    def write(self, path: str = PATH, content: bytes = PHOTO) -> FileRow:
        file = self.directory / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        return self.row(path)

    def row(self, path: str = PATH) -> FileRow:
        """Return the path as a ledger has it that has just looked."""
        file = self.directory / path
        return FileRow("camera", path, signature_of(file.lstat()), FileStatus.SETTLED, sha1(file.read_bytes()))

    def tree(self) -> dict[str, bytes]:
        """Return what Syncthing would sync, and the owner sees: the files outside of ``.stfolder``."""
        found = (path for path in self.directory.rglob("*") if path.is_file() or path.is_symlink())
        contents = {str(path.relative_to(self.directory)): _content(path) for path in found}
        return {path: content for path, content in contents.items() if not path.startswith(".stfolder/")}

    def hidden(self) -> list[bytes]:
        """Return the bytes of what lies in quarantine."""
        place = self.directory / ".stfolder/immich_syncthing/quarantine"
        return [path.read_bytes() for path in sorted(place.glob("*")) if path.suffix != ".path"]

    def notes(self) -> list[str]:
        return [path.name for path in self.directory.rglob("*.path")]

    def temporary(self) -> list[str]:
        return [path.name for path in self.directory.rglob(".syncthing.*")]


def _content(path: Path) -> bytes:
    return str(path.readlink()).encode() if path.is_symlink() else path.read_bytes()


async def pieces(content: bytes, size: int = 10_000) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def never() -> AsyncIterator[bytes]:
    message = "nobody should ask for these bytes"
    raise AssertionError(message)
    yield b""
