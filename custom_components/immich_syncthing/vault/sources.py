"""Reading the file that is to be kept. Blocking."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager

from .errors import VaultSourceError
from .model import LocalFile
from .writing import BLOCK, hash_open_file


def open_source(source: LocalFile) -> int:
    """Return the source, open for reading. Raises ``VaultSourceError`` unless it is a regular file."""
    try:
        # O_NONBLOCK: opening a pipe that took the file's place must not wait for its writer.
        fd = os.open(source.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=source.dir_fd)
    except OSError as err:
        detail = f"{source.name}: {err.strerror}"
        raise VaultSourceError(detail) from err
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise VaultSourceError(source.name)
    return fd


@contextmanager
def opened(source: LocalFile) -> Iterator[int]:
    """Yield the source, open for reading. Raises ``VaultSourceError`` unless it is a regular file."""
    fd = open_source(source)
    try:
        yield fd
    finally:
        os.close(fd)


def read_source(name: str, fd: int, offset: int) -> bytes:
    """Return a block of an open source. Raises ``VaultSourceError``."""
    try:
        return os.pread(fd, BLOCK, offset)
    except OSError as err:
        detail = f"{name}: {err.strerror}"
        raise VaultSourceError(detail) from err


def hash_source(name: str, fd: int) -> tuple[bytes, int]:
    """Return the SHA-1 and the size of an open source. Raises ``VaultSourceError``."""
    try:
        return hash_open_file(fd)
    except OSError as err:
        detail = f"{name}: {err.strerror}"
        raise VaultSourceError(detail) from err
