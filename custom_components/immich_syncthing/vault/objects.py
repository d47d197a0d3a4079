"""The bytes of the directory vault: one file per checksum, ``objects/ab/ab…``.

An object is relied on only after its bytes were hashed again and nobody else can write to them: either its inode
has no other name, or the other name is the very file whose deletion is being prepared. A hard link is therefore made
only of a file without further links, and never to replace an object.

A link shares its bytes with the file until that is deleted. Whoever had the file open for writing can still change
them after they were hashed here; that is why the quarantine (``engine/quarantine.py``) compares the bytes again, after
it took the file's name away and before the file counts as deleted.
"""

import errno
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from .errors import NotInVaultError, VaultMismatchError, VaultSourceError
from .model import LocalFile
from .sources import hash_source, opened, read_source
from .writing import HashedFile, claim, hash_open_file, remove, sync_directory

_NO_LINK = frozenset(
    {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.EACCES}
)
"""How systems say that this file cannot be linked here: another file system, one without hard links (vfat, exfat,
many FUSE ones), too many links, or a file of another user (``protected_hardlinks``)."""


class Objects:
    """The objects below ``directory``. Blocking; raises ``OSError`` where the disk fails."""

    def __init__(self, directory: Path) -> None:
        self._objects = directory / "objects"
        self._incoming = directory / "incoming"

    def path(self, checksum: bytes) -> Path:
        """Return where the object is, or would be."""
        name = checksum.hex()
        return self._objects / name[:2] / name

    def open(self, checksum: bytes) -> int:
        """Return a new file descriptor on the object. Raises ``NotInVaultError``."""
        try:
            return os.open(self.path(checksum), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except FileNotFoundError as err:
            raise NotInVaultError(checksum.hex()) from err

    def is_whole(self, checksum: bytes, size: int) -> bool:
        """Return whether the object is here and its bytes are what they should be."""
        try:
            fd = self.open(checksum)
        except NotInVaultError:
            return False
        try:
            return _is_whole(fd, checksum, size)
        finally:
            os.close(fd)

    def relied_on(self, checksum: bytes, size: int, source: os.stat_result | None = None) -> bool:
        """Return whether the object is whole, on stable storage and out of everybody's reach but that of ``source``."""
        try:
            fd = self.open(checksum)
        except NotInVaultError:
            return False
        try:
            if not _unshared(os.fstat(fd), source) or not _is_whole(fd, checksum, size):
                return False
            os.fsync(fd)
        finally:
            os.close(fd)
        sync_directory(self.path(checksum).parent)
        return True

    def keep(self, source: LocalFile, checksum: bytes, size: int) -> None:
        """Make sure that the object is here.

        Raises ``VaultSourceError`` if the source is no readable regular file, ``VaultMismatchError`` if its bytes are
        others than expected; nothing is kept then.
        """
        with opened(source) as fd:
            before = os.fstat(fd)
            if before.st_size != size:
                raise VaultMismatchError(source.name)
            if self.relied_on(checksum, size, before):
                return
            if before.st_nlink == 1 and self._link(source, fd, checksum, size):
                return
            self._copy(source.name, fd, checksum, size)

    def remove(self, checksum: bytes) -> int:
        """Remove the object; return how long it was, 0 if there was none."""
        path = self.path(checksum)
        try:
            size = path.lstat().st_size
            path.unlink()
        except FileNotFoundError:
            return 0
        sync_directory(path.parent)
        return size

    def size(self, checksum: bytes) -> int | None:
        """Return how long the object is, ``None`` if it is not here."""
        try:
            return self.path(checksum).lstat().st_size
        except FileNotFoundError:
            return None

    def sizes(self) -> Iterator[int]:
        """Yield the size of each object."""
        for shard in self._objects.iterdir():
            if not shard.is_dir():
                continue
            with os.scandir(shard) as found:
                yield from (one.stat(follow_symlinks=False).st_size for one in found)

    def new(self) -> IncomingObject:
        """Return a new object to write, on disk from its first byte. It must be published or abandoned."""
        return IncomingObject(self._incoming / f"{secrets.token_hex(8)}.tmp", self)

    def make_shard(self, checksum: bytes) -> Path:
        """Return the object's path, its directory made and durable."""
        path = self.path(checksum)
        if not path.parent.is_dir():
            path.parent.mkdir(mode=0o700, exist_ok=True)
            sync_directory(self._objects)
        return path

    def _link(self, source: LocalFile, fd: int, checksum: bytes, size: int) -> bool:
        """Keep the source as a hard link; return False where that is not possible, or an object is there already."""
        temporary = self._incoming / f"{secrets.token_hex(8)}.tmp"
        final = self.make_shard(checksum)
        if final.exists(follow_symlinks=False):
            return False
        try:
            os.link(source.name, temporary, src_dir_fd=source.dir_fd, follow_symlinks=False)
        except FileNotFoundError as err:
            raise VaultSourceError(source.name) from err
        except OSError as err:
            if err.errno in _NO_LINK:
                return False
            raise
        try:
            if not os.path.samestat(temporary.lstat(), os.fstat(fd)):
                raise VaultMismatchError(source.name)
            if hash_source(source.name, fd) != (checksum, size):
                raise VaultMismatchError(source.name)
            os.fsync(fd)
            try:
                os.link(temporary, final, follow_symlinks=False)
            except FileExistsError:
                return False
        finally:
            remove(temporary)
        sync_directory(final.parent)
        return True

    def _copy(self, name: str, fd: int, checksum: bytes, size: int) -> None:
        incoming = self.new()
        try:
            offset = 0
            while block := read_source(name, fd, offset):
                incoming.append(block)
                offset += len(block)
            incoming.publish(checksum, size)
        finally:
            incoming.abandon()


class IncomingObject:
    """An object that is being written, not yet part of the vault."""

    def __init__(self, path: Path, objects: Objects) -> None:
        self._path = path
        self._objects = objects
        self._file = HashedFile(self._create)

    def append(self, block: bytes) -> None:
        """Write ``block`` at the end."""
        self._file.write(block)

    def publish(self, checksum: bytes, size: int) -> None:
        """Make it the object for ``checksum``, on stable storage. Raises ``VaultMismatchError`` if it is not."""
        if (self._file.checksum, self._file.size) != (checksum, size):
            raise VaultMismatchError(checksum.hex())
        self._file.sync()
        final = self._objects.make_shard(checksum)
        self._path.replace(final)
        sync_directory(final.parent)

    def abandon(self) -> None:
        """Close and remove it; after ``publish`` only close."""
        self._file.close()
        remove(self._path)

    def _create(self) -> int:
        fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        claim(fd)
        return fd


def _is_whole(fd: int, checksum: bytes, size: int) -> bool:
    found = os.fstat(fd)
    return stat.S_ISREG(found.st_mode) and found.st_size == size and hash_open_file(fd) == (checksum, size)


def _unshared(found: os.stat_result, source: os.stat_result | None) -> bool:
    if source is not None and os.path.samestat(found, source):
        return found.st_nlink == len({"the object", "the source"})
    return found.st_nlink == 1
