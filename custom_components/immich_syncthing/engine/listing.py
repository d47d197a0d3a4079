"""What a look at the disk gives, and paths inside a folder."""

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from .model import Signature

type Stamp = tuple[int, int, int, int, int]
"""The fields of a :class:`.model.Signature`, in their order: making one of those for each file is half of a walk."""


class Kind(StrEnum):
    """What lies under a name."""

    FILE = "file"
    DIRECTORY = "directory"
    SYMLINK = "symlink"
    SPECIAL = "special"
    UNKNOWN = "unknown"
    """The name is there, but the system refuses to tell more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A name in a directory; ``signature`` is ``None`` exactly when the kind is unknown."""

    name: str
    kind: Kind
    signature: Signature | None


@dataclass(frozen=True, slots=True)
class Listing:
    """What a directory holds: regular ``files`` by their names, and all ``others``.

    A directory that is positively absent lists as empty, on the ``device`` of the nearest directory above it.
    With an ``error`` nothing is known, and nothing listed. ``skipped`` counts names that are no valid UTF-8.
    """

    directory: str
    device: int
    files: Mapping[str, Stamp] = field(default_factory=dict)
    others: Sequence[Entry] = ()
    error: str | None = None
    skipped: int = 0

    @property
    def entries(self) -> list[Entry]:
        """All of it, in binary order of the names."""
        files = (Entry(name, Kind.FILE, Signature(*stamp)) for name, stamp in self.files.items())
        # Code points and UTF-8 bytes sort alike, so this is the binary order of the ledger.
        return sorted((*files, *self.others), key=lambda entry: entry.name)

    @property
    def directories(self) -> list[str]:
        """The paths of the directories in it, in binary order."""
        return sorted(join(self.directory, entry.name) for entry in self.others if entry.kind is Kind.DIRECTORY)


@dataclass(frozen=True, slots=True)
class Present:
    """Something lies under the path."""

    signature: Signature
    kind: Kind


@dataclass(frozen=True, slots=True)
class Absent:
    """Positively nothing: the nearest directory above could be listed and does not have it; ``device`` is its."""

    device: int


@dataclass(frozen=True, slots=True)
class Unsure:
    """Nobody can say."""

    reason: str


type Look = Present | Absent | Unsure


class UnsafePathError(ValueError):
    """A path that does not name something below a root."""


def split(path: str) -> tuple[str, ...]:
    """Return the components of a relative path; of the root itself, the empty path, none.

    Raises:
        UnsafePathError: absolute, with ``.``, ``..`` or empty components, NUL, or no valid UTF-8.
    """
    if not path:
        return ()
    parts = tuple(path.split("/"))
    if "\0" in path or not is_utf8(path) or any(part in {"", ".", ".."} for part in parts):
        raise UnsafePathError(repr(path))
    return parts


def parent_and_name(path: str) -> tuple[tuple[str, ...], str]:
    """Return the components of a path's directory, and its name; raises ``UnsafePathError`` as ``split``."""
    parts = split(path)
    if not parts:
        raise UnsafePathError(repr(path))
    return parts[:-1], parts[-1]


def join(directory: str, name: str) -> str:
    """Return the path of a name in a directory of the folder."""
    return f"{directory}/{name}" if directory else name


def stamp_of(status: os.stat_result) -> Stamp:
    """Return the part of a file's status that tells whether it must be read again, unnamed."""
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino, status.st_dev


def signature_of(status: os.stat_result) -> Signature:
    """Return the part of a file's status that tells whether it must be read again."""
    return Signature(*stamp_of(status))


def kind_of(mode: int) -> Kind:
    """Return what a file mode says."""
    match stat.S_IFMT(mode):
        case stat.S_IFREG:
            return Kind.FILE
        case stat.S_IFDIR:
            return Kind.DIRECTORY
        case stat.S_IFLNK:
            return Kind.SYMLINK
        case _:
            return Kind.SPECIAL


def is_utf8(name: str) -> bool:
    """Return whether a name as Python reads it from the disk was valid UTF-8."""
    return name.isascii() or not any("\ud800" <= char <= "\udfff" for char in name)
