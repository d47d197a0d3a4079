"""Reading an original or another large file, going on where a broken connection stopped."""

import re
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

import aiohttp

from .errors import CannotConnectError, ServerError, UnexpectedAnswerError
from .transport import DOWNLOAD, Transport, asset_path

TRIES = 4
"""Tries in a row that may bring no new byte."""
MAX_TRIES = 100
"""Tries in all, for a line that brings a few bytes each time."""
CHUNK = 256 * 1024

_CONTENT_RANGE = re.compile(r"bytes (?P<first>\d+)-\d+/(?P<total>\d+|\*)")
_BEYOND = re.compile(r"bytes \*/(?P<total>\d+)")
_BEYOND_STATUS = (416, 500)
"""HTTP's own answer to a range after the end, and the one that Immich 2.7.5 gives (measured)."""


def download(transport: Transport, asset_id: str, offset: int = 0) -> AsyncGenerator[bytes]:
    """Yield the original from byte ``offset`` to its end, as ``download_path``; needs ``asset.download``.

    Raises:
        NotFoundError: as for ``asset``.
    """
    return download_path(transport, asset_path(asset_id, ending="/original"), offset)


async def download_path(transport: Transport, path: str, offset: int = 0) -> AsyncGenerator[bytes]:
    """Yield what lies at ``path`` from byte ``offset`` to its end, each byte once.

    A broken connection is resumed by a range request. Close the iterator if it is not read to its end.

    Raises:
        UnexpectedAnswerError: the original changed in between, is shorter than ``offset``, or ended too early.
        ServerError: also when the file is missing on the server's disk (500, measured on 2.7.5).
    """
    progress = _Progress(offset)
    tries_without_bytes = 0
    for _ in range(MAX_TRIES):
        before = progress.position
        try:
            async with aclosing(_read(transport, path, progress)) as chunks:
                async for chunk in chunks:
                    yield chunk
        except (CannotConnectError, ServerError) as err:
            if progress.is_complete:
                return
            tries_without_bytes = 0 if progress.position > before else tries_without_bytes + 1
            if not err.retryable or tries_without_bytes == TRIES:
                raise
        else:
            return
        await transport.pause(tries_without_bytes)
    detail = f"the connection broke {MAX_TRIES} times"
    raise CannotConnectError(detail)


@dataclass(slots=True)
class _Progress:
    """How far we are, and what identifies the bytes; ``None`` is not known yet, or not told."""

    position: int
    total: int | None = None
    tag: str | None = None

    @property
    def is_complete(self) -> bool:
        return self.position == self.total

    def recognize(self, total: int | None, tag: str | None) -> None:
        """Remember what the first answer said; raise when a later one says something else."""
        if self.total is not None and total is not None and self.total != total:
            detail = f"the original had {self.total} bytes and now has {total}"
            raise UnexpectedAnswerError(detail)
        if self.tag is not None and tag is not None and self.tag != tag:
            detail = "the original changed while it was downloaded"
            raise UnexpectedAnswerError(detail)
        self.total = self.total if total is None else total
        self.tag = self.tag if tag is None else tag


async def _read(transport: Transport, path: str, progress: _Progress) -> AsyncGenerator[bytes]:
    """Yield what one request brings beyond ``progress.position``, which moves along."""
    headers = {"Accept-Encoding": "identity"}
    if progress.position:
        headers["Range"] = f"bytes={progress.position}-"
    accept = (200, 206, *(_BEYOND_STATUS if progress.position else ()))
    async with transport.open("GET", path, DOWNLOAD, accept=accept, headers=headers) as response:
        skip = _start(response, progress)
        if skip is None:
            return
        async for chunk in response.content.iter_chunked(CHUNK):
            fresh = chunk[skip:]
            skip = max(0, skip - len(chunk))
            if fresh:
                progress.position += len(fresh)
                yield fresh
    if progress.total is not None and not progress.is_complete:
        detail = f"the original has {progress.total} bytes, {progress.position} came"
        raise UnexpectedAnswerError(detail)


def _start(response: aiohttp.ClientResponse, progress: _Progress) -> int | None:
    """Return how many bytes of the answer are known already; ``None`` when nothing is left to read."""
    if response.content_type == "text/html":
        detail = "it sent a web page instead of the original"
        raise UnexpectedAnswerError(detail)
    if response.headers.get("Content-Encoding", "identity") != "identity":
        detail = "something in front of Immich packs the original"
        raise UnexpectedAnswerError(detail)
    tag = response.headers.get("ETag")
    content_range = response.headers.get("Content-Range", "")
    if response.status in _BEYOND_STATUS:
        beyond = _BEYOND.fullmatch(content_range)
        if beyond is None:
            raise ServerError(response.status)
        progress.recognize(int(beyond["total"]), tag)
        if progress.is_complete:
            return None
        detail = f"the original has only {progress.total} bytes"
        raise UnexpectedAnswerError(detail)
    if response.status == 200:  # noqa: PLR2004
        progress.recognize(response.content_length, tag)
        return progress.position
    found = _CONTENT_RANGE.fullmatch(content_range)
    if found is None or int(found["first"]) != progress.position:
        detail = f"asked for bytes from {progress.position}, it sent {content_range!r}"
        raise UnexpectedAnswerError(detail)
    progress.recognize(None if found["total"] == "*" else int(found["total"]), tag)
    return 0
