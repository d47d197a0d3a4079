"""Putting a file under a path of the folder without replacing anything, and never through a link. Blocking."""

import contextlib
import ctypes
import errno
import itertools
import os
import platform
from collections.abc import Iterator
from dataclasses import dataclass

from .errors import DiskFullError, ReadOnlyError, RootUnreadableError, WorldChangedError
from .listing import join, parent_and_name
from .scan import Root

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

LONGEST_NAME = 255
"""Bytes that Linux file systems take as one name."""

_RENAMEAT2 = {"x86_64": 316, "aarch64": 276}
"""Numbers of the system call, from Linux's ``unistd.h``: musl, Home Assistant's C library, has no function for it."""

_NOREPLACE = 1

_NOT_KNOWN = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True, slots=True)
class Place:
    """An open directory of the folder and a name in it. ``directory`` is its path from the root."""

    fd: int
    directory: str
    name: str


@contextlib.contextmanager
def made_parent(root: Root, path: str) -> Iterator[Place]:
    """Give the directory of ``path``, missing ones made, and the name in it.

    Where something else than a directory (a file, a link) took a component's name, a directory beside it is used:
    ``DCIM (restored)/IMG.jpg``. Raises ``OSError``.
    """
    parents, name = parent_and_name(path)
    with root.open_parent(path.partition("/")[0]) as (top, _):
        fd, directory = os.dup(top), ""
        try:
            for part in parents:
                nested, used = _enter(fd, part)
                os.close(fd)
                fd, directory = nested, join(directory, used)
            yield Place(fd, directory, name)
        finally:
            os.close(fd)


def spellings(name: str) -> Iterator[str]:
    """Yield the name, then ``NAME (restored).jpg``, ``NAME (restored 2).jpg``, … each short enough for a disk."""
    yield name
    stem, ending = os.path.splitext(name)  # noqa: PTH122 - a name may end in spaces or dots, which Path drops
    for number in itertools.count(1):
        mark = " (restored)" if number == 1 else f" (restored {number})"
        room = LONGEST_NAME - len(os.fsencode(mark + ending))
        if room <= 0:
            stem, ending = name, ""
            room = LONGEST_NAME - len(os.fsencode(mark))
        yield os.fsencode(stem)[:room].decode(errors="ignore") + mark + ending


def move_without_replacing(from_fd: int, name: str, to_fd: int, new_name: str) -> None:
    """Rename in one step or, where the file system cannot, as a second name whose first is then removed.

    Raises ``FileExistsError`` if the new name is taken, by whatever; ``OSError``. Nothing is changed then.
    """
    try:
        rename_no_replace(from_fd, name, to_fd, new_name)
    except OSError as err:
        if err.errno not in _NOT_KNOWN:
            raise
        os.link(name, new_name, src_dir_fd=from_fd, dst_dir_fd=to_fd, follow_symlinks=False)
        os.unlink(name, dir_fd=from_fd)


def rename_no_replace(from_fd: int, name: str, to_fd: int, new_name: str) -> None:
    """Call Linux's ``renameat2`` with ``RENAME_NOREPLACE``. Raises ``OSError``."""
    number = _RENAMEAT2.get(platform.machine())
    if number is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))
    result = _libc.syscall(
        ctypes.c_long(number),
        ctypes.c_int(from_fd),
        ctypes.c_char_p(os.fsencode(name)),
        ctypes.c_int(to_fd),
        ctypes.c_char_p(os.fsencode(new_name)),
        ctypes.c_uint(_NOREPLACE),
    )
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name, None, new_name)


def give_to_owner_of(parent_fd: int, fd: int) -> None:
    """Let who owns the directory own what was made in it: Syncthing often runs as another user than this program.

    Only root can, and not on every file system; elsewhere it stays as it is.
    """
    if os.geteuid() == 0:
        owner = os.fstat(parent_fd)
        with contextlib.suppress(OSError):
            os.fchown(fd, owner.st_uid, owner.st_gid)


def sync_names(fd: int) -> None:
    """Bring a directory's names to stable storage, where its file system can. Raises ``OSError``."""
    try:
        os.fsync(fd)
    except OSError as err:
        if err.errno not in _NOT_KNOWN:
            raise


@contextlib.contextmanager
def disk_errors(path: str) -> Iterator[None]:
    """Turn what the folder's disk says into the engine's errors; ``path`` is what was worked on."""
    try:
        yield
    except OSError as err:
        detail = f"{path}: {err.strerror or err}"
        match err.errno:
            case errno.ENOSPC | errno.EDQUOT:
                raise DiskFullError(detail) from err
            case errno.EROFS | errno.EACCES | errno.EPERM:
                raise ReadOnlyError(detail) from err
            case errno.ENOENT | errno.ENOTDIR | errno.ELOOP | errno.EEXIST | errno.EINVAL:
                raise WorldChangedError(detail) from err
            case _:
                raise RootUnreadableError(detail) from err


def make_directory(parent_fd: int, name: str, mode: int = 0o777) -> None:
    """Make a directory, owned as its parent and on stable storage. Raises ``OSError``, also if the name is taken."""
    os.mkdir(name, mode, dir_fd=parent_fd)
    fd = open_directory(parent_fd, name)
    try:
        give_to_owner_of(parent_fd, fd)
    finally:
        os.close(fd)
    sync_names(parent_fd)


def open_directory(parent_fd: int, name: str) -> int:
    """Open a directory, never through a link. Raises ``NotADirectoryError`` for anything else, and ``OSError``."""
    return os.open(name, _DIRECTORY, dir_fd=parent_fd)


def _enter(fd: int, part: str) -> tuple[int, str]:
    """Open the directory ``part``, made if missing; return it and the name that it has."""
    for name in spellings(part):
        with contextlib.suppress(NotADirectoryError):
            try:
                return open_directory(fd, name), name
            except FileNotFoundError:
                with contextlib.suppress(FileExistsError):
                    make_directory(fd, name)
                return open_directory(fd, name), name
    raise AssertionError
