"""Whether the disk at a folder's path is the one we know, after its device number changed. Blocking.

Device numbers are given at mount time: a reboot can swap them, and so can another disk that is plugged in first. Only
files tell: one that was read on the known device and lies there unchanged, inode and all, proves the file system.
"""

from collections.abc import Iterable

from .listing import Present
from .merge import same_file
from .model import FileRow, FileStatus
from .scan import Root


def evidence(rows: Iterable[FileRow], device: int) -> list[FileRow]:
    """Return the rows that can prove anything: those whose bytes were read on the known device."""
    return [row for row in rows if row.status is FileStatus.SETTLED and row.signature.device == device]


def proves_same_disk(root: Root, rows: Iterable[FileRow]) -> bool:
    """Return whether one of the rows lies unchanged on the root's own device."""
    for row in rows:
        found = root.look(row.path)
        if (
            isinstance(found, Present)
            and found.signature.device == root.device
            and same_file(row.signature, found.signature)
        ):
            return True
    return False
