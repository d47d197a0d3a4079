"""What the disk shows of a folder. Blocking: run it in the disk pool.

Every step goes from an open directory to an entry of it and never through a symbolic link, so that whoever can
write into the folder (a synced link, a directory swapped for one meanwhile) cannot make us look outside of it.
Nothing but a regular file is ever opened: a FIFO would block, a device might act.

A name that is no valid UTF-8 is skipped: neither Syncthing nor JSON can carry it.
"""

import contextlib
import errno
import hashlib
import os
import stat
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Self

from . import naming
from .errors import MarkerMissingError, RootMissingError, RootUnreadableError
from .listing import (
    Absent,
    Entry,
    Kind,
    Listing,
    Look,
    Present,
    Stamp,
    UnsafePathError,
    Unsure,
    is_utf8,
    join,
    kind_of,
    parent_and_name,
    signature_of,
    split,
    stamp_of,
)
from .model import Signature
from .settings import HASH_BLOCK

__all__ = ["Absent", "Kind", "Listing", "Look", "Present", "Root", "UnsafePathError", "Unsure", "join", "split"]

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK

SAME_TICK_NS = 20_000_000
"""Two writes closer than this can carry one and the same timestamp: Linux stamps by timer ticks of up to 10 ms."""


@dataclass(frozen=True, slots=True)
class _Nearest:
    """The deepest directory on the way that could be opened, and why the next component could not."""

    fd: int
    stopped_at: str
    error: OSError | None


class Root:
    """An open folder. Safe to close while a thread still works in it: each call holds a descriptor of its own."""

    def __init__(self, fd: int) -> None:
        """Take over ``fd``, an open directory; see :meth:`open`."""
        self._fd = fd
        self._lock = threading.Lock()
        status = os.fstat(fd)
        self.device = status.st_dev
        self.inode = status.st_ino

    @classmethod
    def open(cls, root: Path, marker_name: str) -> Self:
        """Open the directory and find Syncthing's marker in it: a directory (empty in 1.19) or a file.

        Raises:
            RootMissingError: no such directory.
            RootUnreadableError: it cannot be opened or looked into.
            MarkerMissingError: Syncthing's marker is not there: the disk may not be mounted.
        """
        try:
            fd = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except (FileNotFoundError, NotADirectoryError) as err:
            raise RootMissingError(str(root)) from err
        except OSError as err:
            raise RootUnreadableError(_reason(err)) from err
        opened = cls(fd)
        try:
            opened._require_marker(marker_name)
        except BaseException:
            opened.close()
            raise
        return opened

    def close(self) -> None:
        """Let the directory go; later calls raise ``ValueError``."""
        with self._lock:
            fd, self._fd = self._fd, -1
        if fd >= 0:
            os.close(fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def walk(self, below: str = "", closed: Callable[[str], bool] = lambda _: False) -> Iterator[Listing]:
        """Yield a listing per directory, ``below`` itself first, depth first, names in binary order.

        Nothing is held open between two listings. Below a directory that cannot be read, nothing is yielded, and
        neither are directories that are ``closed``, with all below them.
        """
        waiting = [below]
        while waiting:
            listing = self.listing(waiting.pop())
            nested = reversed(listing.directories)
            yield listing
            waiting.extend(path for path in nested if not naming.is_internal(path) and not closed(path))

    def listing(self, directory: str, only: Collection[str] | None = None) -> Listing:
        """List a directory, or of it only the names in ``only``. Raises nothing but ``UnsafePathError``.

        Names are compared as the directory spells them, so that on a disk that ignores case the old spelling of a
        renamed file is absent.
        """
        parts = split(directory)
        device = self.device
        try:
            with self._nearest(parts) as nearest:
                device = os.fstat(nearest.fd).st_dev
                if nearest.error is None:
                    return _list(nearest.fd, directory, device, only)
                _require_absence(nearest.fd, nearest.stopped_at, nearest.error)
                return Listing(directory, device)
        except OSError as err:
            return Listing(directory, device, error=_reason(err))

    def look(self, path: str) -> Look:
        """Tell what lies under one path. Raises nothing but ``UnsafePathError``."""
        parents, name = parent_and_name(path)
        try:
            with self._nearest(parents) as nearest:
                device = os.fstat(nearest.fd).st_dev
                if nearest.error is not None:
                    _require_absence(nearest.fd, nearest.stopped_at, nearest.error)
                    return Absent(device)
                try:
                    status = os.stat(name, dir_fd=nearest.fd, follow_symlinks=False)
                except FileNotFoundError as err:
                    _require_absence(nearest.fd, name, err)
                    return Absent(device)
                return Present(signature_of(status), kind_of(status.st_mode))
        except OSError as err:
            return Unsure(_reason(err))

    @contextlib.contextmanager
    def open_parent(self, path: str) -> Iterator[tuple[int, str]]:
        """Give an open descriptor of the path's directory and the name in it, to rename, link or unlink there.

        Raises:
            OSError: the directory is not there, not readable, or the way to it leads through a link.
        """
        parents, name = parent_and_name(path)
        with self._nearest(parents) as nearest:
            if nearest.error is not None:
                raise nearest.error
            yield nearest.fd, name

    def open_file(self, path: str) -> int:
        """Open a regular file for reading and return the descriptor.

        Raises:
            OSError: not there, not readable, no regular file (``EINVAL``), or the way to it leads through a link.
        """
        with self.open_parent(path) as (parent, name):
            return _open_file(parent, name)

    def hash_file(
        self,
        path: str,
        expected: Signature,
        block: int = HASH_BLOCK,
        *,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> bytes | None:
        """Return the SHA-1 of a file that looks like ``expected`` before and after.

        ``None``: it looks different, or ``cancelled`` said so between two blocks.

        Raises:
            OSError: it cannot be read.
        """
        with FileIO(self.open_file(path)) as file:
            fd = file.fileno()
            if signature_of(os.fstat(fd)) != expected:
                return None
            _wait_for_next_tick(expected)
            if expected.size > block:
                os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_SEQUENTIAL)
            digest, size = hashlib.sha1(usedforsecurity=False), 0
            buffer = memoryview(bytearray(min(block, max(expected.size, 1))))
            while count := file.readinto(buffer):
                size += count
                if cancelled() or size > expected.size:
                    return None
                digest.update(buffer[:count])
            if size != expected.size or signature_of(os.fstat(fd)) != expected:
                return None
        return digest.digest()

    def _require_marker(self, marker_name: str) -> None:
        try:
            found = self.look(marker_name) if marker_name else Absent(self.device)
        except UnsafePathError as err:
            raise MarkerMissingError(marker_name) from err
        match found:
            case Present(kind=Kind.FILE | Kind.DIRECTORY):
                return
            case Unsure(reason):
                raise RootUnreadableError(reason)
            case _:
                raise MarkerMissingError(marker_name)

    @contextlib.contextmanager
    def _nearest(self, parts: Sequence[str]) -> Iterator[_Nearest]:
        """Go down as far as directories can be opened."""
        with self._lock:
            if self._fd < 0:
                message = "the folder is closed"
                raise ValueError(message)
            fd = os.dup(self._fd)
        try:
            for part in parts:
                try:
                    nested = os.open(part, _DIRECTORY, dir_fd=fd)
                except OSError as err:
                    yield _Nearest(fd, part, err)
                    return
                os.close(fd)
                fd = nested
            yield _Nearest(fd, "", None)
        finally:
            os.close(fd)


def _require_absence(fd: int, name: str, error: OSError) -> None:
    """Return if ``name`` could not be entered because it is positively not there, or is a file with nothing below it.

    Raises:
        OSError: nobody can say.
    """
    if isinstance(error, FileNotFoundError):
        with os.scandir(fd) as entries:
            next(entries, None)
        return
    if isinstance(error, NotADirectoryError):
        status = os.stat(name, dir_fd=fd, follow_symlinks=False)
        if stat.S_ISREG(status.st_mode):
            return
    raise error


def _list(fd: int, directory: str, device: int, only: Collection[str] | None) -> Listing:
    files: dict[str, Stamp] = {}
    others: list[Entry] = []
    skipped = 0
    with os.scandir(fd) as found:
        for item in found:
            name = item.name
            if only is not None and name not in only:
                continue
            if not name.isascii() and not is_utf8(name):
                skipped += 1
                continue
            try:
                status = item.stat(follow_symlinks=False)
            except FileNotFoundError:
                continue
            except OSError:
                others.append(Entry(name, Kind.UNKNOWN, None))
                continue
            if stat.S_ISREG(status.st_mode):
                files[name] = stamp_of(status)
            else:
                others.append(Entry(name, kind_of(status.st_mode), signature_of(status)))
    return Listing(directory, device, files, others, skipped=skipped)


def _open_file(parent: int, name: str) -> int:
    before = os.stat(name, dir_fd=parent, follow_symlinks=False)
    if not stat.S_ISREG(before.st_mode):
        raise OSError(errno.EINVAL, "no regular file")
    fd = os.open(name, _FILE, dir_fd=parent)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(errno.EINVAL, "no regular file")
    return fd


def _wait_for_next_tick(signature: Signature) -> None:
    """Let the file's ctime become past, so that whatever is written from now on changes it."""
    age = time.time_ns() - signature.ctime_ns
    if 0 <= age < SAME_TICK_NS:
        time.sleep((SAME_TICK_NS - age) / 1e9)


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__
