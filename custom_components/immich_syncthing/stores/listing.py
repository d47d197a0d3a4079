"""What a store holds, in the order of its keys."""

from asyncio import gather
from collections.abc import AsyncIterator, Sequence
from itertools import batched
from typing import TYPE_CHECKING

import obstore
from obstore.store import ObjectStore

from .errors import StoreError

if TYPE_CHECKING:  # obstore has these for type checkers only
    from obstore import ListResult, ObjectMeta

    type _Directory = ListResult[Sequence[ObjectMeta]]

PAGE = 1000
"""Objects of a page: S3 answers no more at once."""
_AHEAD = 8
"""Directories that are looked into at the same time: 100,000 entries lie in as many."""


async def listed(store: ObjectStore, prefix: str, after: str | None) -> AsyncIterator[Sequence[ObjectMeta]]:
    """Yield pages of what lies below ``prefix`` (a directory, or "" for all) and behind the key ``after``.

    S3 promises the order of keys, byte by byte. Some that call themselves compatible list one directory after the
    other; whoever compares two lists would take what comes late for absent. Raises ``StoreError`` there.
    """
    last = ""
    async for page in obstore.list(store, prefix or None, offset=after, chunk_size=PAGE):
        for meta in page:
            if meta["path"] <= last:
                detail = f"the server does not list in the order of keys: {meta['path']} after {last}"
                raise StoreError(detail)
            last = meta["path"]
        yield page


async def walked(store: ObjectStore, prefix: str, after: str | None) -> AsyncIterator[Sequence[ObjectMeta]]:
    """Yield the same of a disk, which lists in no order: one directory after the other."""
    page: list[ObjectMeta] = []
    async for some in _below(store, await _look(store, prefix), after):
        page += some
        if len(page) >= PAGE:
            yield page
            page = []
    if page:
        yield page


async def _below(store: ObjectStore, found: _Directory, after: str | None) -> AsyncIterator[Sequence[ObjectMeta]]:
    """Yield what lies in a directory and below it."""
    files = {meta["path"]: meta for meta in found["objects"]}
    names = sorted([*files, *(f"{directory}/" for directory in found["common_prefixes"])])
    for some in batched(names, _AHEAD, strict=False):
        wanted = [one for one in some if after is None or one > after or (one not in files and after.startswith(one))]
        directories = [one for one in wanted if one not in files]
        looks = dict(
            zip(directories, await gather(*(_look(store, one.rstrip("/")) for one in directories)), strict=True)
        )
        for name in wanted:
            if name in files:
                yield [files[name]]
                continue
            async for deeper in _below(store, looks.pop(name), after):
                yield deeper


async def _look(store: ObjectStore, directory: str) -> _Directory:
    return await obstore.list_with_delimiter_async(store, directory or None)
