"""Bytes on their way: hashed, counted, and no faster than they may."""

import hashlib
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from ..stores.paging import closed
from .errors import WrongBytesError
from .pacing import Bandwidth
from .ports import Objects


class Passing:
    """What passed through :meth:`checked` so far."""

    def __init__(self, bandwidth: Bandwidth) -> None:
        """Let nothing pass yet."""
        self._bandwidth = bandwidth
        self.size = 0

    async def checked(self, chunks: AsyncIterator[bytes], checksum: bytes) -> AsyncGenerator[bytes]:
        """Yield the chunks; raise ``WrongBytesError`` in place of the end if they are not what they should be.

        Whoever reads never meets the end of wrong bytes, and so keeps nothing of them.
        """
        digest = hashlib.sha1(usedforsecurity=False)
        async with closed(chunks):
            async for chunk in chunks:
                await self._bandwidth.take(len(chunk))
                digest.update(chunk)
                self.size += len(chunk)
                yield chunk
        if digest.digest() != checksum:
            detail = f"{checksum.hex()}: {digest.hexdigest()} came, {self.size} bytes"
            raise WrongBytesError(detail)


async def read_back(store: Objects, key: str, checksum: bytes, bandwidth: Bandwidth) -> int:
    """Read an object whole and return its size.

    Raises ``WrongBytesError``, ``NotInStoreError`` when it is not there, other ``StoreError``.
    """
    passing = Passing(bandwidth)
    async with aclosing(passing.checked(store.read(key), checksum)) as chunks:
        async for _ in chunks:
            pass
    return passing.size


async def is_there(store: Objects, key: str) -> bool:
    """Return whether the store has an object, asked twice before it says no. Raises ``StoreError``."""
    return await store.head(key) is not None or await store.head(key) is not None
