"""What two stores hold under the same keys."""

from collections.abc import AsyncGenerator
from contextlib import aclosing

from .model import Stored
from .paging import closed, one_by_one
from .store import Store

type Page = tuple[tuple[Stored, Stored | None], ...]
"""Objects of the one store, each with what the other holds under its key."""


async def pairs(source: Store, destination: Store, roots: tuple[str, ...]) -> AsyncGenerator[Page]:
    """Yield all that ``source`` holds below ``roots``, in pages. Close it.

    Both lists are sorted by key and read once, side by side. Raises ``StoreError``.
    """
    for root in roots:
        async with closed(source.list(root)) as pages, aclosing(one_by_one(destination.list(root))) as others:
            other = await anext(others, None)
            async for page in pages:
                found: list[tuple[Stored, Stored | None]] = []
                for one in page:
                    while other is not None and other.key < one.key:
                        other = await anext(others, None)
                    found.append((one, other if other is not None and other.key == one.key else None))
                yield tuple(found)
