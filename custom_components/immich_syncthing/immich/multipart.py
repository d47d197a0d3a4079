"""A multipart body with one file that streams: its size is known, nothing is buffered, what goes out is hashed."""

import asyncio
import hashlib
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from typing import override

from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import Payload

from .errors import SourceChangedError, TimedOutError

PIECE = 64 * 1024
"""Bytes written at once; aiohttp lets as many wait in its own buffer."""
STALL = 120
"""Seconds for one piece to leave: aiohttp times only reading, and a server that stopped would hold us for ever."""

type ByteSource = Callable[[], AsyncIterator[bytes]]


class FileForm(Payload):
    """Perhaps a sidecar, text fields, then one file, as ``multipart/form-data``.

    The request gets an exact ``Content-Length``. aiohttp takes what is raised here for a broken connection, and closes
    it, so the server sees a truncated request and stores nothing (measured on 2.7.5). The true reason stays in
    ``failure``.
    """

    def __init__(
        self,
        fields: Sequence[tuple[str, str]],
        *,
        part: str,
        file_name: str,
        size: int,
        content: ByteSource,
        sidecar: bytes | None = None,
    ) -> None:
        """Prepare the form. ``file_name`` is the part's own and must be ASCII without quotes; ``size`` is in bytes.

        The sidecar goes first: Immich judges the type of every file by the field ``filename`` once that has come, and
        would refuse the sidecar of a ``.jpg`` (server source, 2.x).
        """
        boundary = secrets.token_hex(16)
        super().__init__(content, content_type=f"multipart/form-data; boundary={boundary}")
        self.failure: Exception | None = None
        self.sent_checksum: bytes | None = None
        texts = b"".join(_text_part(boundary, name, value) for name, value in fields)
        first = b"" if sidecar is None else _file_head(boundary, "sidecarData", "upload.xmp") + sidecar + b"\r\n"
        self._head = first + texts + _file_head(boundary, part, file_name)
        self._tail = f"\r\n--{boundary}--\r\n".encode("ascii")
        self._file_size = size
        self._size = len(self._head) + size + len(self._tail)
        self._content = content
        self._settled = asyncio.Event()
        self._settled.set()

    @override
    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        """Refuse: a stream has no text."""
        reason = "a streamed form cannot be decoded"
        raise TypeError(reason)

    @override
    async def write(self, writer: AbstractStreamWriter) -> None:
        """Send the whole form once."""
        self._settled.clear()
        try:
            await self._send(writer, self._head)
            checksum = await self._send_file(writer)
            await self._send(writer, self._tail)
            self.sent_checksum = checksum
        finally:
            self._settled.set()

    async def settled(self) -> None:
        """Wait until no write is going on any more, so until the source is closed."""
        await self._settled.wait()

    async def _send_file(self, writer: AbstractStreamWriter) -> bytes:
        """Send the file and return its SHA-1. Too short or too long a source ends before the form is complete."""
        checksum = hashlib.sha1(usedforsecurity=False)
        left = self._file_size
        source = self._content()
        try:
            while (chunk := await self._next(source)) is not None:
                if len(chunk) > left:
                    raise self._fail(SourceChangedError(f"it holds more than {self._file_size} bytes"))
                left -= len(chunk)
                view = memoryview(chunk)
                for start in range(0, len(view), PIECE):
                    piece = view[start : start + PIECE]
                    checksum.update(piece)
                    await self._send(writer, piece)
                    # Neither a quick source nor a quick line ever waits: let the rest of the program live, and an early
                    # answer be seen.
                    await asyncio.sleep(0)
        finally:
            if close := getattr(source, "aclose", None):
                await close()
        if left:
            raise self._fail(SourceChangedError(f"it holds {left} bytes less than {self._file_size}"))
        return checksum.digest()

    async def _next(self, source: AsyncIterator[bytes]) -> bytes | None:
        try:
            return await anext(source, None)
        except OSError as err:
            raise self._fail(SourceChangedError(err.strerror or type(err).__name__)) from err
        except Exception as err:
            self.failure = err
            raise

    async def _send(self, writer: AbstractStreamWriter, data: bytes | memoryview) -> None:
        try:
            async with asyncio.timeout(STALL):
                await writer.write(data)
        except TimeoutError:
            raise self._fail(TimedOutError("it takes no more bytes")) from None

    def _fail(self, failure: Exception) -> Exception:
        self.failure = failure
        return failure


def _file_head(boundary: str, part: str, file_name: str) -> bytes:
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{part}"; filename="{file_name}"\r\n'
    return f"{head}Content-Type: application/octet-stream\r\n\r\n".encode("ascii")


def _text_part(boundary: str, name: str, value: str) -> bytes:
    """Return one field; a value may hold anything, as only the boundary ends it. Broken characters become ``?``."""
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'
    return head.encode("ascii") + value.encode("utf-8", "replace") + b"\r\n"
