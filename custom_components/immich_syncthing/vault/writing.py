"""New files that are hashed while they are written, and what a full or unreachable disk is called."""

import asyncio
import errno
import fcntl
import hashlib
import os
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .errors import VaultFullError, VaultUnavailableError

BLOCK = 1024 * 1024
"""Bytes read or written at once: large enough for a disk's full speed, small enough for a small machine."""

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""How a system says that no space is left: the disk's, or that of the user's quota."""


class HashedFile:
    """A new file, hashed while it is written. ``create`` makes it and returns its descriptor, at the first use.

    Blocking, and never called by two threads at once: see ``finished``.
    """

    def __init__(self, create: Callable[[], int]) -> None:
        self.size = 0
        self._create = create
        self._fd: int | None = None
        self._digest = hashlib.sha1(usedforsecurity=False)

    @property
    def checksum(self) -> bytes:
        """Return the SHA-1 of what was written so far."""
        return self._digest.digest()

    def write(self, block: bytes) -> None:
        """Append all of ``block``. Raises ``OSError``."""
        rest = memoryview(block)
        while rest:
            rest = rest[os.write(self._opened(), rest) :]
        self._digest.update(block)
        self.size += len(block)

    def set_mtime(self, mtime_ns: int) -> None:
        """Set the time of the last change. Raises ``OSError``."""
        os.utime(self._opened(), ns=(mtime_ns, mtime_ns))

    def sync(self) -> None:
        """Bring the bytes to stable storage. Raises ``OSError``."""
        os.fsync(self._opened())

    def close(self) -> None:
        """Let the file go; again is no harm."""
        if self._fd is not None:
            fd, self._fd = self._fd, None
            os.close(fd)

    def _opened(self) -> int:
        if self._fd is None:
            self._fd = self._create()
        return self._fd


async def finished[R](work: Awaitable[R]) -> R:
    """Return what ``work`` returns. If this task is cancelled meanwhile, wait for ``work`` before giving way.

    A thread cannot be cancelled: whoever closes a descriptor that it still uses makes it write to whichever file gets
    that number next.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        while not task.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([task])
        if not task.cancelled():
            task.exception()
        raise


async def in_blocks(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Gather what a network yields in small pieces, so that a thread is asked once per block."""
    gathered = bytearray()
    async for chunk in chunks:
        gathered += chunk
        if len(gathered) >= BLOCK:
            yield bytes(gathered)
            gathered.clear()
    if gathered:
        yield bytes(gathered)


async def in_one(content: bytes) -> AsyncGenerator[bytes]:
    """Yield what came whole, for those who take what comes in pieces."""
    yield content


def claim(fd: int) -> bool:
    """Mark an open temporary file as in use until ``fd`` is closed; return whether nobody else had done so.

    Where the file system knows no locks the answer is yes: a temporary file that is removed too early costs one
    more attempt, never a byte.
    """
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def hash_open_file(fd: int) -> tuple[bytes, int]:
    """Return the SHA-1 and the number of bytes from the beginning of ``fd`` to its end. Raises ``OSError``."""
    digest = hashlib.sha1(usedforsecurity=False)
    size = 0
    while block := os.pread(fd, BLOCK, size):
        digest.update(block)
        size += len(block)
    return digest.digest(), size


def sync_directory(directory: Path) -> None:
    """Bring the names in ``directory`` to stable storage, where its file system can. Raises ``OSError``."""
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # Some network and FUSE file systems refuse to sync a directory (EINVAL); their names are as safe as they get.
        with suppress_unsupported():
            os.fsync(fd)
    finally:
        os.close(fd)


def create_small(path: Path, text: bytes) -> None:
    """Write a new small file to stable storage. Raises ``OSError``."""
    file = HashedFile(lambda: os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    try:
        file.write(text)
        file.sync()
    finally:
        file.close()


@contextmanager
def suppress_unsupported() -> Iterator[None]:
    """Go on where the file system does not know the call; other ``OSError`` pass."""
    try:
        yield
    except OSError as err:
        if err.errno not in {errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS}:
            raise


@contextmanager
def vault_errors(directory: Path) -> Iterator[None]:
    """Turn what the disk of the vault in ``directory`` says into ``VaultFullError`` and ``VaultUnavailableError``."""
    try:
        yield
    except OSError as err:
        detail = f"{directory}: {err.strerror or err}"
        if err.errno in FULL:
            raise VaultFullError(detail) from err
        raise VaultUnavailableError(detail) from err


def remove(path: Path) -> None:
    """Remove a temporary file; a disk that refuses leaves it to the next start."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
