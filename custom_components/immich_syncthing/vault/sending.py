"""Bytes on their way into a store: hashed as they go, and refused at the end if they are others than planned."""

import hashlib
import os
from collections.abc import AsyncIterator

from .errors import VaultMismatchError
from .model import Blocking, LocalFile, VaultOrigin
from .sources import open_source, read_source
from .writing import finished


async def checked(chunks: AsyncIterator[bytes], origin: VaultOrigin) -> AsyncIterator[bytes]:
    """Yield all of ``chunks``, and raise ``VaultMismatchError`` in the end if these are not the bytes of ``origin``.

    The end is before a store makes an object of what it was sent.
    """
    digest, size = hashlib.sha1(usedforsecurity=False), 0
    async for chunk in chunks:
        digest.update(chunk)
        size += len(chunk)
        yield chunk
    if (digest.digest(), size) != (origin.checksum, origin.size):
        raise VaultMismatchError(origin.checksum.hex())


class SourceReader:
    """The blocks of a local file. No thread uses its directory before ``open`` or after ``close``."""

    def __init__(self, source: LocalFile, blocking: Blocking) -> None:
        self._source = source
        self._blocking = blocking
        self._fd: int | None = None

    async def open(self) -> int:
        """Open the file and return its size. Raises ``VaultSourceError`` unless it is a regular file."""
        return await finished(self._blocking.run(self._open))

    async def blocks(self) -> AsyncIterator[bytes]:
        """Yield the file from its beginning. Raises ``VaultSourceError``."""
        offset = 0
        while block := await finished(self._blocking.run(self._read, offset)):
            yield block
            offset += len(block)

    async def close(self) -> None:
        """Let the file go; again is no harm."""
        await finished(self._blocking.run(self._close))

    def _open(self) -> int:
        self._fd = open_source(self._source)
        return os.fstat(self._fd).st_size

    def _read(self, offset: int) -> bytes:
        return b"" if self._fd is None else read_source(self._source.name, self._fd, offset)

    def _close(self) -> None:
        if self._fd is not None:
            fd, self._fd = self._fd, None
            os.close(fd)
