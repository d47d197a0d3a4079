"""A directory that photos are saved in: whole or not at all, never over anything else, and never through a link.

| last step that happened | the directory has                                                              |
| ----------------------- | ------------------------------------------------------------------------------ |
| temporary name, written | what it had, and a hidden file with a name that Syncthing never syncs           |
| moved to its name       | the photo, complete and on stable storage; saving it again finds it by its bytes |
"""

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from .engine.placing import give_to_owner_of, move_without_replacing, sync_names
from .roots import RootRules, inside, is_writable
from .targets import refuse
from .vault.writing import HashedFile, hash_open_file

RESERVE_BYTES = 256 * 1024 * 1024
"""What a disk keeps free whatever is to be saved: others need room as well."""


class Place:
    """A directory. All of it blocks. Whoever stops waiting for ``open`` can still ``close`` it."""

    def __init__(self) -> None:
        """Open nothing yet."""
        self.fd = -1
        self.path = Path()

    def open(self, given: str, allowed: Callable[[str], bool], rules: RootRules) -> None:
        """Open a directory where Home Assistant may write, made if it is missing: never where photos or copies lie.

        Raises ``ServiceValidationError``.
        """
        path = Path(given)
        if not path.is_absolute():
            refuse("download_not_allowed", directory=given)
        try:
            _require(path.resolve(), given, allowed, rules)
            path.mkdir(parents=True, exist_ok=True)
            self.fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as err:
            refuse("download_not_writable", directory=given, detail=err.strerror or str(err))
        # What was opened counts: a link may have come in meanwhile.
        self.path = Path(f"/proc/self/fd/{self.fd}").resolve()
        _require(self.path, given, allowed, rules)
        if not is_writable(self.path):
            refuse("download_not_writable", directory=given, detail=os.strerror(errno.EACCES))

    def has_room(self, size: int) -> bool:
        """Return whether so many bytes fit in, and leave others some room. Raises ``OSError``."""
        room = os.fstatvfs(self.fd)
        return room.f_bavail * room.f_frsize >= size + RESERVE_BYTES

    def find(self, names: Iterable[str], checksum: bytes) -> tuple[str, int] | None:
        """Return which of these files has such bytes, and how many; what cannot be read does not count."""
        for name in names:
            with contextlib.suppress(OSError):
                fd = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=self.fd)
                try:
                    if stat.S_ISREG(os.fstat(fd).st_mode):
                        found, size = hash_open_file(fd)
                        if found == checksum:
                            return name, size
                finally:
                    os.close(fd)
        return None

    def close(self) -> None:
        """Let the directory go, if it is open."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1


class Saving:
    """A photo on its way into a directory, hashed while it is written. All of it blocks."""

    def __init__(self, place: Place) -> None:
        """Make nothing yet."""
        self._place = place
        self._temporary = f".syncthing.immich-{secrets.token_hex(8)}.tmp"
        self._is_there = False
        self._file = HashedFile(self._create)

    @property
    def checksum(self) -> bytes:
        """Return the SHA-1 of what was written so far."""
        return self._file.checksum

    @property
    def size(self) -> int:
        """Return how many bytes were written so far."""
        return self._file.size

    def write(self, block: bytes) -> None:
        """Append ``block``. Raises ``OSError``."""
        self._file.write(block)

    def finish(self, names: Iterable[str], mtime_ns: int) -> str | None:
        """Give the photo a date and the first of these names that is free; ``None`` if none is. Raises ``OSError``."""
        with contextlib.suppress(OSError):
            # Some file systems cannot say what lies before 1970; the photo is no worse for it.
            self._file.set_mtime(mtime_ns)
        self._file.sync()
        for name in names:
            with contextlib.suppress(FileExistsError):
                move_without_replacing(self._place.fd, self._temporary, self._place.fd, name)
                self._is_there = False
                sync_names(self._place.fd)
                return name
        return None

    def close(self) -> None:
        """Let the file go; without a name nothing stays."""
        self._file.close()
        if self._is_there:
            with contextlib.suppress(OSError):
                os.unlink(self._temporary, dir_fd=self._place.fd)

    def _create(self) -> int:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        fd = os.open(self._temporary, flags, 0o666, dir_fd=self._place.fd)
        self._is_there = True
        give_to_owner_of(self._place.fd, fd)
        return fd


def _require(real: Path, given: str, allowed: Callable[[str], bool], rules: RootRules) -> None:
    if not allowed(str(real)):
        refuse("download_not_allowed", directory=given)
    if any(inside(real, one.path) for one in (*rules.taken, *rules.vaults, *rules.replicas)):
        refuse("download_among_photos", directory=given)
