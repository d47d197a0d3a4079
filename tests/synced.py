"""What reached stable storage: a power cut keeps nothing else."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


class Synced:
    """The files and directories that were brought to stable storage, by inode."""

    def __init__(self) -> None:
        self.inodes: list[int] = []

    def __contains__(self, path: object) -> bool:
        return isinstance(path, Path) and path.stat().st_ino in self.inodes


@contextmanager
def watching_syncs() -> Iterator[Synced]:
    synced, fsync = Synced(), os.fsync

    def watched(fd: int) -> None:
        fsync(fd)
        synced.inodes.append(os.fstat(fd).st_ino)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", watched)
        yield synced
