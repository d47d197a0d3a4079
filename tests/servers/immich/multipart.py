"""multipart/form-data as a stream: parts are handed on while they arrive, memory stays flat.

Written here rather than taken from aiohttp because the unpleasant cases are the point: raw names, and bodies that end
too early, which Immich's parser calls ``Unexpected end of form``.
"""

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp import StreamReader

_MAX_HEAD = 64 * 1024
_PARAMETER = re.compile(rb';\s*(?P<key>[\w*]+)=(?:"(?P<quoted>(?:\\"|[^"])*)"|(?P<plain>[^;\s]*))')


class EndOfFormError(Exception):
    """The body ended before the closing boundary."""


class Part:
    """One part. ``filename`` is None for a text field; UTF-8, path components cut as busboy does (measured)."""

    def __init__(self, head: bytes, form: Multipart) -> None:
        self.name = ""
        self.filename: str | None = None
        self._form = form
        for line in head.split(b"\r\n"):
            key, _, value = line.partition(b":")
            if key.strip().lower() == b"content-disposition":
                self._read_disposition(value)

    def _read_disposition(self, value: bytes) -> None:
        for found in _PARAMETER.finditer(value):
            raw = found["plain"] if found["quoted"] is None else found["quoted"].replace(b'\\"', b'"')
            text = raw.decode(errors="replace")
            if found["key"] == b"name":
                self.name = text
            elif found["key"] == b"filename":
                self.filename = re.split(r"[/\\]", text)[-1]

    async def chunks(self) -> AsyncIterator[bytes]:
        """The content, in pieces."""
        async for chunk in self._form.body():
            yield chunk

    async def text(self) -> str:
        return b"".join([chunk async for chunk in self.chunks()]).decode(errors="replace")


class Multipart:
    """Iterate to get the parts; each must be read to its end before the next is asked for."""

    def __init__(self, content: StreamReader, boundary: str) -> None:
        self._content = content
        self._mark = b"\r\n--" + boundary.encode()
        self._buffer = bytearray(b"\r\n")

    async def __aiter__(self) -> AsyncIterator[Part]:
        async for _preamble in self.body():
            pass
        while await self._follows():
            yield Part(await self._head(), self)

    async def body(self) -> AsyncIterator[bytes]:
        """Bytes up to the next boundary, which is consumed. Raises EndOfFormError when there is none."""
        keep = len(self._mark) - 1
        while (at := self._buffer.find(self._mark)) < 0:
            if len(self._buffer) > keep:
                chunk = bytes(self._buffer[:-keep])
                del self._buffer[:-keep]
                yield chunk
            await self._more()
        chunk = bytes(self._buffer[:at])
        del self._buffer[: at + len(self._mark)]
        if chunk:
            yield chunk

    async def _follows(self) -> bool:
        while len(self._buffer) < 2:
            await self._more()
        follows = self._buffer[:2] != b"--"
        if follows:
            del self._buffer[:2]
        return follows

    async def _head(self) -> bytes:
        while (at := self._buffer.find(b"\r\n\r\n")) < 0:
            if len(self._buffer) > _MAX_HEAD:
                raise EndOfFormError
            await self._more()
        head = bytes(self._buffer[:at])
        del self._buffer[: at + 4]
        return head

    async def _more(self) -> None:
        chunk = await self._content.readany()
        if not chunk:
            raise EndOfFormError
        self._buffer += chunk
