"""What two stores hold under the same keys."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager

from .model import Stored
from .store import Store

type Page = tuple[tuple[Stored, Stored | None], ...]
"""Objects of the one store, each with what the other holds under its key."""


async def pairs(source: Store, destination: Store, roots: tuple[str, ...]) -> AsyncGenerator[Page]:
    """Yield all that ``source`` holds below ``roots``, in pages. Close it.

    Both lists are sorted by key and read once, side by side. Raises ``StoreError``.
    """
    for root in roots:
        async with _closed(source.list(root)) as pages, _closed(_each(destination, root)) as others:
            other = await anext(others, None)
            async for page in pages:
                found: list[tuple[Stored, Stored | None]] = []
                for one in page:
                    while other is not None and other.key < one.key:
                        other = await anext(others, None)
                    found.append((one, other if other is not None and other.key == one.key else None))
                yield tuple(found)


async def _each(store: Store, root: str) -> AsyncIterator[Stored]:
    async with _closed(store.list(root)) as pages:
        async for page in pages:
            for one in page:
                yield one


@asynccontextmanager
async def _closed[T](found: AsyncIterator[T]) -> AsyncIterator[AsyncIterator[T]]:
    """Close what was not read to its end, here and not when the garbage is collected."""
    try:
        yield found
    finally:
        if isinstance(found, AsyncGenerator):
            await found.aclose()
