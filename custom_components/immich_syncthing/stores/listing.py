"""What a store holds, in the order of its keys."""

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

import obstore
from obstore.store import ObjectStore

from .errors import StoreError

if TYPE_CHECKING:  # obstore has these for type checkers only
    from obstore import ObjectMeta

PAGE = 1000
"""Objects of a page: S3 answers no more at once."""


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
    """Yield the same of a disk, which lists in no order: one directory after the other, a page each."""
    found = await obstore.list_with_delimiter_async(store, prefix or None)
    files = {meta["path"]: meta for meta in found["objects"]}
    names = sorted([*files, *(f"{directory}/" for directory in found["common_prefixes"])])
    page: list[ObjectMeta] = []
    for name in names:
        if name in files:
            if after is None or name > after:
                page.append(files[name])
        elif after is None or name > after or after.startswith(name):
            if page:
                yield page
                page = []
            async for deeper in walked(store, name.rstrip("/"), after):
                yield deeper
    if page:
        yield page
