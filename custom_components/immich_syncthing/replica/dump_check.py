"""Whether a dump of Immich's database is whole: read along while it passes by, in little memory."""

import hashlib
import zlib

from .errors import BrokenDumpError

_GZIP = 31
"""For zlib: a header and a check sum as gzip has them."""
_AT_ONCE = 1024 * 1024
"""Bytes unpacked at a time: what is packed well would else fill the memory."""
_KEPT = 8 * 1024

_FIRST_LINES = b"-- PostgreSQL database "
_LAST_LINES = b" dump complete\n"
"""Of ``pg_dump`` and ``pg_dumpall``: without, PostgreSQL broke off, though gzip closed the file in order."""


class DumpCheck:
    """Takes the bytes of one dump in their order. Blocks while it unpacks."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self.size = 0
        self._digest = hashlib.sha256()
        self._member = zlib.decompressobj(_GZIP)
        self._first = b""
        self._last = b""

    @property
    def checksum(self) -> str:
        """Return the SHA-256 of what was taken so far, in hexadecimal digits."""
        return self._digest.hexdigest()

    def take(self, chunk: bytes) -> None:
        """Take the next bytes. Raises ``BrokenDumpError`` once they cannot be of a whole dump."""
        self.size += len(chunk)
        self._digest.update(chunk)
        while chunk:
            if self._member.eof:
                # After a member come others, or zeros that fill up a block.
                chunk = chunk.lstrip(b"\0")
                self._member = zlib.decompressobj(_GZIP) if chunk else self._member
                continue
            self._unpack(chunk)
            # One of them is empty: what follows the member, and what it did not come to.
            chunk = self._member.unused_data or self._member.unconsumed_tail

    def finish(self) -> None:
        """Raise ``BrokenDumpError`` unless all of it was taken."""
        while not self._member.eof and self._unpack(b""):
            pass
        if not self._member.eof:
            detail = f"it ends too early, after {self.size} bytes"
            raise BrokenDumpError(detail)
        if _FIRST_LINES not in self._first or _LAST_LINES not in self._last:
            detail = "PostgreSQL's first or last line is missing in it"
            raise BrokenDumpError(detail)

    def _unpack(self, chunk: bytes) -> bool:
        try:
            text = self._member.decompress(chunk, _AT_ONCE)
        except zlib.error as err:
            raise BrokenDumpError(str(err)) from None
        self._first += text[: _KEPT - len(self._first)]
        self._last = (self._last + text[-_KEPT:])[-_KEPT:]
        return bool(text)
