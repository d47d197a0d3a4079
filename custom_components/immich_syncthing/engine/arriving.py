"""A file on its way into a directory: whole or not at all, and never over anything else. Blocking.

| last step that happened | the directory has                                                           |
| ----------------------- | --------------------------------------------------------------------------- |
| temporary name, written | what it had, and a hidden file that Syncthing never syncs                    |
| moved to its own name   | the file, complete; on stable storage as soon as ``take_name`` has returned |
"""

import contextlib
import os
import secrets
from typing import override

from ..vault.writing import HashedFile
from .placing import give_to_owner_of, move_without_replacing, sync_names

RESERVE_BYTES = 256 * 1024 * 1024
"""What a disk keeps free whatever is to be copied: Syncthing and others need room as well."""


def room_in(directory_fd: int) -> int:
    """Return how many bytes a directory takes before the reserve is touched, 0 or less if none. Raises ``OSError``."""
    room = os.fstatvfs(directory_fd)
    return room.f_bavail * room.f_frsize - RESERVE_BYTES


class ArrivingFile(HashedFile):
    """A new file in an open directory, under a temporary name until it is given its own; made at the first use.

    ``directory_fd`` stays open until ``close`` was called. Raises ``OSError``.
    """

    def __init__(self, directory_fd: int) -> None:
        """Make nothing yet."""
        super().__init__(self._make)
        self._directory_fd = directory_fd
        self._temporary = f".syncthing.immich-{secrets.token_hex(8)}.tmp"
        self._is_temporary = False

    @property
    def inode(self) -> int:
        """Return the number by which the file is known under any name. Only once something was written or synced."""
        return os.stat(self._temporary, dir_fd=self._directory_fd, follow_symlinks=False).st_ino

    def take_name(self, name: str) -> None:
        """Give the file, which was synced, its own name. Raises ``FileExistsError``: something else has it."""
        move_without_replacing(self._directory_fd, self._temporary, self._directory_fd, name)
        self._is_temporary = False
        sync_names(self._directory_fd)

    @override
    def close(self) -> None:
        """Let the file go; without a name of its own nothing stays. Again is no harm."""
        super().close()
        if self._is_temporary:
            self._is_temporary = False
            with contextlib.suppress(OSError):
                os.unlink(self._temporary, dir_fd=self._directory_fd)

    def _make(self) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        fd = os.open(self._temporary, flags, 0o666, dir_fd=self._directory_fd)
        self._is_temporary = True
        give_to_owner_of(self._directory_fd, fd)
        return fd
