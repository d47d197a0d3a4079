"""Sending an object: whole if it is small, else in equal parts, and never leaving parts behind.

``obstore`` aborts a multipart upload when the stream that feeds it raises, and does not when its own task is cancelled.
So it never is: whoever wants an end makes the stream raise, and waits until the parts are gone.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import obstore
from obstore.store import ObjectStore

from .errors import StoreMismatchError

PART = 5 * 1024 * 1024
"""Bytes of a part. All but the last are equal, as R2 demands; S3 takes 5 MiB to 5 GiB."""
MOST_PARTS = 10_000
"""S3 takes no more in one object."""
AT_ONCE = 4
"""Parts that are on their way at the same time, as others send them by default. Fewer leave a long line idle, more take
memory and make each of them slower."""
ABORT_SECONDS = 60
"""How long a cancelled upload may take to remove its parts."""


class _UploadEndedError(Exception):
    """What the stream raises when nobody waits for the upload any more."""


class Source:
    """What ``chunks`` yields; ``failure`` is what they raised, for whoever must tell it from what the store raises."""

    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        self._chunks = chunks
        self.failure: Exception | None = None

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield them."""
        try:
            async for chunk in self._chunks:
                yield chunk
        except Exception as err:
            self.failure = err
            raise


async def upload(store: ObjectStore, path: str, chunks: AsyncIterator[bytes], size: int | None) -> int:
    """Send all of ``chunks``; return how many bytes that were.

    Raises what ``chunks`` or ``obstore`` raises, and ``StoreMismatchError`` if ``size`` is known and was not met; there
    is no object then, or the one that was there before.
    """
    part = PART if size is None else max(PART, -(-size // MOST_PARTS))
    parts = in_parts(chunks, part)
    first = await anext(parts, b"")
    if len(first) < part:
        _check(len(first), size, path)
        await obstore.put_async(store, path, first, use_multipart=False)
        return len(first)
    return await _Upload(first, parts, size, path).run(store, part)


class _Upload:
    """A multipart upload, from its first part on."""

    def __init__(self, first: bytes, rest: AsyncIterator[bytes], size: int | None, path: str) -> None:
        self._first = first
        self._rest = rest
        self._size = size
        self._path = path
        self._sent = 0
        self._ended = asyncio.Event()
        self._failure: BaseException | None = None

    async def run(self, store: ObjectStore, part: int) -> int:
        sending = asyncio.ensure_future(
            obstore.put_async(store, self._path, self._feed(), chunk_size=part, max_concurrency=AT_ONCE)
        )
        try:
            await asyncio.shield(sending)
        except asyncio.CancelledError:
            self._ended.set()
            await _end(sending)
            raise
        except Exception:
            if self._failure is not None:
                # What the source said, as it said it.
                raise self._failure from None
            raise
        return self._sent

    async def _feed(self) -> AsyncIterator[bytes]:
        try:
            yield self._count(self._first)
            self._first = b""
            while block := await self._next():
                yield self._count(block)
            _check(self._sent, self._size, self._path)
        except Exception as err:
            self._failure = err
            raise

    def _count(self, block: bytes) -> bytes:
        self._sent += len(block)
        return block

    async def _next(self) -> bytes:
        """Return the next part, or nothing at the end. Raises ``_UploadEndedError`` as soon as the upload has ended."""
        asked, ended = asyncio.ensure_future(anext(self._rest, b"")), asyncio.ensure_future(self._ended.wait())
        try:
            await asyncio.wait((asked, ended), return_when=asyncio.FIRST_COMPLETED)
            if self._ended.is_set():
                raise _UploadEndedError
            return asked.result()
        finally:
            ended.cancel()
            if not asked.done():
                asked.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await asked


async def in_parts(chunks: AsyncIterator[bytes], part: int) -> AsyncIterator[bytes]:
    """Gather what arrives in any pieces into parts of ``part`` bytes each; the last has what is left, if anything."""
    gathered: list[memoryview] = []
    left = part
    async for chunk in chunks:
        rest = memoryview(chunk)
        while rest:
            gathered.append(rest[:left])
            rest, left = rest[left:], left - len(gathered[-1])
            if not left:
                whole = b"".join(gathered)
                gathered.clear()
                yield whole
                left = part
    if gathered:
        yield b"".join(gathered)


async def _end(sending: asyncio.Future[Any]) -> None:
    """Wait until the upload has removed its parts, however often that is cancelled.

    A server that does not even answer that is given up.
    """
    waiting = asyncio.ensure_future(asyncio.wait((sending,), timeout=ABORT_SECONDS))
    while not waiting.done():
        with suppress(asyncio.CancelledError):
            await asyncio.shield(waiting)
    if sending.done():
        if not sending.cancelled():
            sending.exception()
    else:
        sending.cancel()


def _check(sent: int, size: int | None, path: str) -> None:
    if size is not None and sent != size:
        detail = f"{path}: {sent} bytes instead of {size}"
        raise StoreMismatchError(detail)
