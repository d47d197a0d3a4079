"""A directory that photos are saved in, never through a link. Saved again, a photo is found by its bytes."""

import contextlib
import errno
import os
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from .engine.arriving import ArrivingFile, room_in
from .roots import RootRules, inside, is_writable
from .targets import refuse
from .vault.writing import hash_open_file


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
        return room_in(self.fd) >= size

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


def take_first_free(photo: ArrivingFile, names: Iterable[str], mtime_ns: int) -> str | None:
    """Give a photo a date and the first free of these names; ``None`` if none is. Blocks; raises ``OSError``."""
    with contextlib.suppress(OSError):
        # Some file systems cannot say what lies before 1970; the photo is no worse for it.
        photo.set_mtime(mtime_ns)
    photo.sync()
    for name in names:
        with contextlib.suppress(FileExistsError):
            photo.take_name(name)
            return name
    return None


def _require(real: Path, given: str, allowed: Callable[[str], bool], rules: RootRules) -> None:
    if not allowed(str(real)):
        refuse("download_not_allowed", directory=given)
    if any(inside(real, one.path) for one in (*rules.taken, *rules.vaults, *rules.replicas)):
        refuse("download_among_photos", directory=given)
